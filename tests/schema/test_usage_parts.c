/*
 * The way from an account to its events: with any parts, or none, a few
 * accounts' sums are those of a scan of everything; parts are made again to be
 * checked, only added to, and what is damaged is met with an error.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/calendar.h"
#include "schema/store_catalogue.h"
#include "schema/store_facts.h"
#include "schema/store_usage.h"
#include "schema/store_usage_parts.h"
#include "tests/schema/fresh.h"
#include "tests/schema/plain_scan.h"

#define MONTH 202511
#define ACCOUNTS 150 /* more than one block of them */
#define ROWS_A_MONTH 6000

static const char CATALOGUE[] =
    "INSERT INTO plans VALUES ('free', 'Free', 0, 1);"
    "INSERT INTO model_rates VALUES ('auto', 0, 1000000, NULL, 1), ('big', 0, 2700000, 500, 1),"
    " ('late', 1762000000000, 1300000, NULL, 1);";

/* Random events of October and November, of a model without a rate, known late, voided. */
static void usage_fill(struct fresh *fresh)
{
    char sql[1024];

    fresh_sql(fresh, CATALOGUE);
    snprintf(sql, sizeof sql, "WITH n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < %d) "
             "INSERT INTO accounts SELECT format('a%%03d', n), 'A', 'USD', 0, NULL, 1 FROM n", ACCOUNTS);
    fresh_sql(fresh, sql);
    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('first', 'a001', 5, 'nobody knows', 1, NULL, NULL, 1)");
    for (int month = 669; month <= 670; month++) { /* 669: October 2025 */
        snprintf(sql, sizeof sql,
                 "BEGIN; WITH n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < %d - 1) "
                 "INSERT INTO usage_ids SELECT %d, format('e%%d', n), (%d << 36) + n FROM n;"
                 "WITH n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < %d - 1) "
                 "INSERT INTO usage_rows SELECT (%d << 36) + n, 1 + abs(random() %% %d), 1 + abs(random() %% 4), "
                 "abs(random() %% 2592000000), abs(random() %% 30000000), 1 + abs(random() %% 10), "
                 "iif(random() %% 2, abs(random() %% 3000), NULL), NULL FROM n; COMMIT",
                 ROWS_A_MONTH, month, month, ROWS_A_MONTH, month, ACCOUNTS);
        fresh_sql(fresh, sql);
    }
    fresh_sql(fresh, "INSERT INTO voids SELECT DISTINCT 'usage_events', format('e%d', abs(random() % 6000)), 'x', "
                     "1 + abs(random() % 10) FROM usage_rows WHERE key < (669 << 36) + 500");
}

/* Every third account has cells, some from October on. */
static struct usage_table table_make(struct fresh *fresh, struct catalogue *catalogue)
{
    struct err err = {0};
    struct usage_table table = {.month_start = month_start_ms(MONTH), .month_end = month_end_ms(MONTH)};

    assert_int_equal(catalogue_read(fresh->store, 100, catalogue, &err), ERR_NONE);
    assert_int_equal(accounts_count(fresh->store, &table.account_count, &err), ERR_NONE);
    table.catalogue = catalogue;
    table.accounts = calloc(table.account_count, sizeof *table.accounts);
    table.cells = calloc(table.account_count * 2, sizeof *table.cells);
    table.models = calloc(table.account_count * catalogue->model_count, sizeof *table.models);
    for (size_t i = 0; i < table.account_count; i++) {
        table.accounts[i].unknown_model = -1;
        table.accounts[i].first_cell = (uint32_t)table.cell_count;
        table.accounts[i].cell_count = i % 3 == 0 ? 2 : 0;
        for (uint32_t cell = 0; cell < table.accounts[i].cell_count; cell++) {
            table.cells[table.cell_count++].from = table.month_start + (cell == 0 ? -20 : 9) * DAY_MS;
        }
    }
    return table;
}

static void table_free(struct usage_table *table, struct catalogue *catalogue)
{
    free(table->accounts);
    free(table->cells);
    free(table->models);
    catalogue_release(catalogue);
}

static void account_compare(const struct usage_table *a, const struct usage_table *b, int32_t account)
{
    const struct usage_account *left = &a->accounts[account];
    const struct usage_account *right = &b->accounts[account];
    size_t models = a->catalogue->model_count;

    assert_int_equal(left->unknown_model, right->unknown_model);
    assert_int_equal(left->unknown_at, right->unknown_at);
    assert_int_equal(left->unknown_events, right->unknown_events);
    assert_memory_equal(&a->models[(size_t)account * models], &b->models[(size_t)account * models], models * sizeof *a->models);
    assert_memory_equal(&a->cells[left->first_cell], &b->cells[right->first_cell], left->cell_count * sizeof *a->cells);
}

/* Some accounts, by parts, against the plain scan of everything. */
static void agree(struct fresh *fresh, struct usage_scan scan, struct usage_few few)
{
    struct catalogue plain_catalogue = {0}, few_catalogue = {0};
    struct usage_table plain = table_make(fresh, &plain_catalogue);
    struct usage_table found = table_make(fresh, &few_catalogue);
    struct usage_counts counts = {0};
    int64_t unseen[2] = {0}, unseen_few[2] = {0};
    int64_t events = 0;
    struct err err = {0};

    scan.unseen = unseen;
    assert_int_equal(plain_scan(fresh->store, scan, &plain, &counts, &err), ERR_NONE);
    scan.unseen = unseen_few;
    assert_int_equal(usage_scan_few(fresh->store, scan, few, &found, &err), ERR_NONE);
    for (size_t i = 0; i < few.count; i++) {
        account_compare(&plain, &found, few.accounts[i]);
        events += usage_month_total(&found, few.accounts[i]).events;
    }
    assert_int_equal(events, found.sums.events); /* and nobody else's */
    assert_true(events > 0 || few.count == 0);
    for (int32_t i = 0; i <= month_index(scan.month) - month_index(scan.month_first); i++) {
        assert_true(unseen_few[i] <= unseen[i] && unseen_few[i] >> 36 == month_index(scan.month_first) + i);
    }
    table_free(&plain, &plain_catalogue);
    table_free(&found, &few_catalogue);
}

static void agree_all(struct fresh *fresh)
{
    static const int32_t EACH[] = {1, 2, 31, 32, 33, 64, 97, 128, 150};
    static const struct usage_few FEW[] = {{EACH, 0}, {EACH + 3, 1}, {EACH, 5}, {EACH, sizeof EACH / sizeof EACH[0]}};

    for (size_t i = 0; i < sizeof FEW / sizeof FEW[0]; i++) {
        struct usage_scan scan = {.month = MONTH, .month_first = 202510, .as_of = 5, .threads = 1};

        agree(fresh, scan, FEW[i]);
        scan.as_of = 100;
        agree(fresh, scan, FEW[i]);
        scan.month_first = MONTH;
        agree(fresh, scan, FEW[i]);
    }
}

static struct usage_parts_made make(struct fresh *fresh, int32_t month, int64_t part_rows_max)
{
    struct usage_parts_made made;
    struct err err = {0};

    assert_int_equal(usage_parts_make(fresh->store, (struct usage_parts_in){.month = month, .part_rows_max = part_rows_max},
                                      &made, &err), ERR_NONE);
    return made;
}

static int64_t uncovered(struct fresh *fresh, int32_t month)
{
    struct err err = {0};
    int64_t rows = -1;

    assert_int_equal(usage_rows_uncovered(fresh->store, month, &rows, &err), ERR_NONE);
    return rows;
}

static void check(struct fresh *fresh, int64_t parts, int64_t rows, int64_t wrong_part)
{
    struct usage_parts_check found = {0};
    struct err err = {0};

    assert_int_equal(usage_parts_verify(fresh->store, &found, &err), ERR_NONE);
    assert_int_equal(found.parts, parts);
    assert_int_equal(found.rows, rows);
    assert_int_equal(found.wrong_part, wrong_part);
    assert_int_equal(found.wrong_key, -1);
}

static void test_any_parts_find_the_same(void **state)
{
    struct fresh *fresh = *state;

    usage_fill(fresh);
    agree_all(fresh); /* without any */
    assert_int_equal(uncovered(fresh, MONTH), ROWS_A_MONTH);
    struct usage_parts_made made = make(fresh, MONTH, PART_ROWS_MAX);
    assert_true(made.parts == 1 && made.rows == ROWS_A_MONTH);
    agree_all(fresh);
    made = make(fresh, 202510, 1700);
    assert_true(made.parts == 4 && made.rows == ROWS_A_MONTH);
    agree_all(fresh);
    check(fresh, 5, 2 * ROWS_A_MONTH, 0);
    made = make(fresh, MONTH, 1);
    assert_true(made.parts == 0 && made.rows == 0 && uncovered(fresh, MONTH) == 0);
}

/* Events that come after a part are read one by one, and covered by the next one. */
static void test_later_events(void **state)
{
    struct fresh *fresh = *state;

    usage_fill(fresh);
    (void)make(fresh, MONTH, PART_ROWS_MAX);
    for (int round = 0; round < 2; round++) {
        char sql[512];

        snprintf(sql, sizeof sql, "WITH n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 40) "
                 "INSERT INTO usage_events SELECT format('later-%d-%%d', n), format('a%%03d', 1 + n * 7 %% 150), "
                 "1762500000000 + n, 'auto', 5000000, NULL, NULL, 20 FROM n", round);
        fresh_sql(fresh, sql);
        assert_int_equal(uncovered(fresh, MONTH), 40);
        agree_all(fresh);
        struct usage_parts_made made = make(fresh, MONTH, 25);
        assert_true(made.parts == 2 && made.rows == 40);
        agree_all(fresh);
    }
    check(fresh, 5, ROWS_A_MONTH + 80, 0);
}

static void test_no_usage(void **state)
{
    struct fresh *fresh = *state;
    struct usage_parts_made made = make(fresh, MONTH, PART_ROWS_MAX);

    assert_true(made.parts == 0 && made.rows == 0 && uncovered(fresh, MONTH) == 0);
    check(fresh, 0, 0, 0);
}

/* Only added to, in their order. */
static void test_immutable(void **state)
{
    struct fresh *fresh = *state;

    usage_fill(fresh);
    (void)make(fresh, MONTH, 2000);
    fresh_refused(fresh, "UPDATE usage_parts SET end_key = end_key - 1", "immutable: a part of the usage is never changed");
    fresh_refused(fresh, "DELETE FROM usage_parts", "immutable: a part of the usage is never deleted");
    fresh_refused(fresh, "INSERT OR REPLACE INTO usage_parts SELECT part, first_key, end_key FROM usage_parts",
                  "immutable: this part is there already");
    fresh_refused(fresh, "INSERT INTO usage_parts VALUES (9, (670 << 36) + 7000, (670 << 36) + 7001)",
                  "the parts of a month follow each other without a gap");
    fresh_refused(fresh, "INSERT INTO usage_parts VALUES (9, (669 << 36) + 1, (669 << 36) + 2)",
                  "the parts of a month follow each other without a gap");
    fresh_refused(fresh, "UPDATE usage_places SET events = zeroblob(1000)", "immutable: where an event lies is never changed");
    fresh_refused(fresh, "DELETE FROM usage_places", "immutable: where an event lies is never deleted");
    fresh_refused(fresh, "INSERT OR REPLACE INTO usage_places SELECT place, events FROM usage_places",
                  "immutable: this place is noted already");
    fresh_refused(fresh, "INSERT INTO usage_places VALUES ((1 << 29) + 900, zeroblob(1000))",
                  "no such part of the usage, or another one has begun");
}

/* Place (2 << 29) + 8, and accounts without events up to the last one's end. */
#define HEAD "0800004000000000" "00000000000000000000000000000000"

/* What somebody changed with the triggers out of the way is told, and never followed into another account's events. */
static void test_tampered(void **state)
{
    struct fresh *fresh = *state;
    struct catalogue catalogue = {0};
    static const char *const DAMAGED[] = {
        HEAD "04000000" "0000000000",                     /* the last one's end behind the block's */
        HEAD "02000000" "8080",                           /* no end of a value */
        HEAD "08000000" "d00f010500000000",               /* a key behind the part's: 2000 */
        HEAD "10000000" "ffffffffffffffffff01010500000000", /* a key before the part's */
        HEAD "0b000000" "01ffffffff7f0500000000",         /* a model's number beyond all numbers */
    };
    int32_t account = 33;
    int32_t last = 35; /* of its block */
    char sql[512];
    struct usage_scan scan = {.month = MONTH, .month_first = MONTH, .as_of = 100, .threads = 1};
    struct err err = {0};

    usage_fill(fresh);
    (void)make(fresh, MONTH, 2000);
    check(fresh, 3, ROWS_A_MONTH, 0);
    fresh_sql(fresh, "DROP TRIGGER usage_places_update; DROP TRIGGER usage_places_delete;"
                     "UPDATE usage_places SET events = (SELECT o.events FROM usage_places o WHERE o.place = (2 << 29) + 9) "
                     "WHERE place = (2 << 29) + 8");
    check(fresh, 3, ROWS_A_MONTH, 2);
    struct usage_table table = table_make(fresh, &catalogue);
    assert_int_equal(usage_scan_few(fresh->store, scan, (struct usage_few){&account, 1}, &table, &err), ERR_DATA);
    assert_non_null(strstr(err.text, "is damaged; restore the database from a backup"));
    err = (struct err){0};
    for (size_t i = 0; i < sizeof DAMAGED / sizeof DAMAGED[0]; i++) {
        snprintf(sql, sizeof sql, "UPDATE usage_places SET events = x'%s' WHERE place = (2 << 29) + 8", DAMAGED[i]);
        fresh_sql(fresh, sql);
        err = (struct err){0};
        assert_int_equal(usage_scan_few(fresh->store, scan, (struct usage_few){&last, 1}, &table, &err), ERR_DATA);
        assert_non_null(strstr(err.text, "is damaged; restore the database from a backup"));
    }
    fresh_sql(fresh, "DELETE FROM usage_places WHERE place >> 29 = 2 AND place > (2 << 29) + 9");
    check(fresh, 3, ROWS_A_MONTH, 2);
    table_free(&table, &catalogue);
}

/* What is near: few rows, or rows that parts cover and few of the accounts. */
static void test_near(void **state)
{
    static const int32_t EACH[ACCOUNTS] = {1, 2, 3, 4, 5};
    struct fresh *fresh = *state;
    struct usage_scan scan = {.month = MONTH, .month_first = MONTH, .as_of = 100, .threads = 1};
    struct err err = {0};
    bool near = false;

    usage_fill(fresh);
    assert_int_equal(usage_is_near(fresh->store, scan, (struct usage_few){EACH, ACCOUNTS}, &near, &err), ERR_NONE);
    assert_true(near);
    fresh_sql(fresh, "INSERT INTO usage_rows VALUES ((670 << 36) + 300000, 1, 2, 5, 5, 10, NULL, NULL)"); /* as if there were more */
    assert_int_equal(usage_is_near(fresh->store, scan, (struct usage_few){EACH, 1}, &near, &err), ERR_NONE);
    assert_false(near);
    (void)make(fresh, MONTH, PART_ROWS_MAX);
    assert_int_equal(usage_is_near(fresh->store, scan, (struct usage_few){EACH, 5}, &near, &err), ERR_NONE);
    assert_true(near);
    assert_int_equal(usage_is_near(fresh->store, scan, (struct usage_few){EACH, 20}, &near, &err), ERR_NONE);
    assert_false(near);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_any_parts_find_the_same), TEST(test_later_events), TEST(test_no_usage), TEST(test_immutable),
        TEST(test_tampered),                TEST(test_near),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
