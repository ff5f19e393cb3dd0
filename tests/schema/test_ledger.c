/*
 * The ledger's accounts by role: named by the program until finance renames
 * one, with versions like the catalogue's.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schema/store_ledger.h"
#include "tests/schema/fresh.h"

#define CODE_POINTS 0x110000

static void expect_names(struct fresh *fresh, int64_t as_of, const char *cash, const char *receivable)
{
    struct ledger_names names;
    struct err err = {0};

    if (ledger_names_read(fresh->store, as_of, &names, &err) != ERR_NONE) {
        fail_msg("%s", err.text);
    }
    assert_string_equal(names.names[LEDGER_CASH], cash);
    assert_string_equal(names.names[LEDGER_RECEIVABLE], receivable);
    assert_string_equal(names.names[LEDGER_TAX_PAYABLE], LEDGER_NAMES_DEFAULT.names[LEDGER_TAX_PAYABLE]);
}

static void test_names_at_an_as_of(void **state)
{
    struct fresh *fresh = *state;

    expect_names(fresh, 100, "assets:cash", "assets:receivable");
    fresh_sql(fresh, "INSERT INTO ledger_accounts VALUES ('cash', 'assets:1800 Bank', 10), "
                     "('receivable', 'Forderungen', 20), ('cash', 'assets:1810 Bank', 20)");
    expect_names(fresh, 9, "assets:cash", "assets:receivable");
    expect_names(fresh, 10, "assets:1800 Bank", "assets:receivable");
    expect_names(fresh, 20, "assets:1810 Bank", "Forderungen");
}

static void test_every_role(void **state)
{
    struct fresh *fresh = *state;
    struct ledger_names names;
    struct err err = {0};
    char sql[256];

    for (enum ledger_role role = 0; role < LEDGER_ROLES; role++) {
        snprintf(sql, sizeof sql, "INSERT INTO ledger_accounts VALUES ('%s', 'name %d', 5)", ledger_role_name(role),
                 (int)role);
        fresh_sql(fresh, sql);
    }
    assert_int_equal(ledger_names_read(fresh->store, 5, &names, &err), ERR_NONE);
    for (enum ledger_role role = 0; role < LEDGER_ROLES; role++) {
        snprintf(sql, sizeof sql, "name %d", (int)role);
        assert_string_equal(names.names[role], sql);
    }
    fresh_refused(fresh, "INSERT INTO ledger_accounts VALUES ('bribes', 'assets', 5)", "CHECK");
}

static void encode(uint32_t point, char out[5])
{
    int bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char LEADS[] = {0, 0, 0xC0, 0xE0, 0xF0};

    for (int i = bytes - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (point & 0x3F));
        point >>= 6;
    }
    out[0] = (char)(LEADS[bytes] | point);
    out[bytes] = '\0';
}

/* Does the table take the name? Nothing stays of it. */
static bool taken(sqlite3_stmt *insert, const char *name)
{
    sqlite3_bind_text(insert, 1, name, -1, SQLITE_STATIC);
    int result = sqlite3_step(insert);
    sqlite3_reset(insert);
    return result == SQLITE_DONE;
}

static int compare(sqlite3_stmt *insert, const char *name)
{
    bool want = ledger_name_valid(name);

    if (taken(insert, name) != want) {
        print_error("'%s': the table and ledger_name_valid() differ, valid is %d\n", name, want);
        return 1;
    }
    return 0;
}

/* The table takes what lib/ledger.h says, character by character. */
static void test_names_taken(void **state)
{
    static const char *const NAMES[] = {
        "assets:1200 Debtors", "Erl\xC3\xB6se:Abo", "", " ", ":", "assets:", ":cash", "a::b", "a  b", "a ", " a", "a: b",
        "a :b", "a:-b", "-a", "a-", "a -b", "(cash)", "a;b", "a=b", "1", "\xE3\x80\x80", "a\tb", "a\nb", "a & b/c+d.e_f",
        "check", "check in", "checks", "check:in", "Check", "a check", "assert", "assert x", "expr", "expr x:y", "expr-x",
    };
    struct fresh *fresh = *state;
    sqlite3_stmt *insert = NULL;
    char name[256];
    int failed = 0;

    fresh_sql(fresh, "BEGIN; CREATE TEMP TRIGGER forget AFTER INSERT ON ledger_accounts "
                     "BEGIN SELECT RAISE(IGNORE); END");
    assert_int_equal(sqlite3_prepare_v2(fresh->upstream,
                                        "INSERT INTO ledger_accounts SELECT 'cash', ?1, "
                                        "coalesce(max(recorded_at), 0) + 1 FROM ledger_accounts WHERE role = 'cash'",
                                        -1, &insert, NULL),
                     SQLITE_OK);
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        failed += compare(insert, NAMES[i]);
    }
    for (int length = 198; length < 203; length++) {
        memset(name, 'a', (size_t)length);
        name[length] = '\0';
        failed += compare(insert, name);
    }
    for (uint32_t point = 1; point < CODE_POINTS; point += point < 0x800 ? 1 : 997) {
        if (point >= 0xD800 && point < 0xE000) {
            continue;
        }
        name[0] = 'a';
        encode(point, name + 1);
        failed += compare(insert, name);     /* inside a part */
        failed += compare(insert, name + 1); /* at its beginning */
    }
    sqlite3_finalize(insert);
    fresh_sql(fresh, "ROLLBACK");
    assert_int_equal(failed, 0);
}

/* Bytes that are no UTF-8 pass for a letter in SQL. */
static void test_wrong_bytes(void **state)
{
    struct fresh *fresh = *state;
    struct ledger_names names;
    struct err err = {0};

    fresh_sql(fresh, "INSERT INTO ledger_accounts VALUES ('cash', CAST(x'61C3' AS TEXT), 5)");
    assert_int_equal(ledger_names_read(fresh->store, 4, &names, &err), ERR_NONE);
    assert_int_equal(ledger_names_read(fresh->store, 5, &names, &err), ERR_DATA);
    assert_non_null(strstr(err.text, "cannot be the name of 'cash'"));
}

#define FRESH_TEST(test) cmocka_unit_test_setup_teardown(test, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH_TEST(test_names_at_an_as_of),
        FRESH_TEST(test_every_role),
        FRESH_TEST(test_names_taken),
        FRESH_TEST(test_wrong_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
