/*
 * The tables as upstream meets them: plain INSERTs by a connection that knows
 * nothing of monthend, and attempts to change what is there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/country.h"
#include "lib/currency.h"
#include "tests/schema/fresh.h"

#define SQL_MAX 2048
#define FIRST 1000 /* recorded_at of the first row; all instants of these tests are small */
#define HORIZON 5000

/* A row of each table and the same key with other content; recorded_at is added. */
static const struct {
    const char *table;
    const char *row;
    const char *other;
} samples[] = {
    {"plans", "'pro', 'Pro', 1", "'pro', 'Professional', 1"},
    {"plan_prices", "'pro', 'USD', 0, 2000, 40000", "'pro', 'USD', 0, 2000, NULL"},
    {"plan_allowances", "'pro', 0, 100000", "'pro', 0, 100001"},
    {"model_rates", "'auto', 0, 1000000, NULL", "'auto', 0, 1000000, 1"},
    {"countries", "'DE', 0, 1", "'DE', 0, 0"},
    {"tax_rates", "'DE', NULL, 'any', 0, 'VAT', 190000, NULL", "'DE', '', 'any', 0, 'VAT', 160000, NULL"},
    {"policies", "'headroom_percent', 0, '10'", "'headroom_percent', 0, '100'"},
    {"accounts", "'a', 'Anna', 'USD', 0, NULL", "'a', 'Anna', 'USD', 0, 7"},
    {"billing_addresses", "'k', 'a', 0, 'DE', NULL, NULL", "'k', 'a', 0, 'DE', 'BY', ''"},
    {"plan_changes", "'k', 'a', 0, 'pro'", "'k', 'a', 0, 'free'"},
    {"overage_settings", "'k', 'a', 0, 1, NULL", "'k', 'a', 0, 1, 0"},
    {"credit_grants", "'k', 'a', 100, 0, 1, ''", "'k', 'a', 100, 0, 2, ''"},
    {"payments", "'k', 'a', 202511, 0, -2000, 'USD', NULL", "'k', 'a', 202512, 0, -2000, 'USD', NULL"},
    {"adjustments", "'k', 'a', 202511, 5, 'USD', 'r', 'me'", "'k', 'a', 202511, 5, 'USD', 'r', 'you'"},
    {"source_totals", "20240229, 7, 1000000000000000000", "20240229, 8, 1"},
    {"voids", "'payments', 'p', 'r'", "'payments', 'p', 's'"},
    {"ledger_accounts", "'cash', 'assets:1800 Bank'", "'cash', 'assets:1810 Bank'"},
};

#define SAMPLES (sizeof samples / sizeof samples[0])

/* The first column of a query's one row. */
static int64_t integer(struct fresh *fresh, const char *sql)
{
    return strtoll(fresh_query(fresh, sql), NULL, 10);
}

/* Note a run as of this instant: from now on it is the horizon. */
static void horizon_set(struct fresh *fresh, int64_t as_of)
{
    char sql[SQL_MAX];

    snprintf(sql, sizeof sql,
             "INSERT INTO runs (month, kind, as_of, noted_at, run_by, approved_by, program_version, rules_version,"
             " workbook) VALUES (202511, 'close', %lld, %lld, 'me', '', '1', '1', 'full')",
             (long long)as_of, (long long)as_of);
    fresh_sql(fresh, sql);
}

static int expect(struct fresh *fresh, const char *sql, int changes_want, const char *words_want)
{
    int changes = -1;
    const char *words = NULL;

    if (sqlite3_exec(fresh->upstream, sql, NULL, NULL, NULL) == SQLITE_OK) {
        changes = sqlite3_changes(fresh->upstream);
    } else {
        words = sqlite3_errmsg(fresh->upstream);
    }
    bool good = words_want != NULL ? words != NULL && strstr(words, words_want) != NULL
                                   : words == NULL && changes == changes_want;
    if (!good) {
        print_error("%s\n  want %d %s, got %d %s\n", sql, changes_want, words_want != NULL ? words_want : "",
                    changes, words != NULL ? words : "");
    }
    return good ? 0 : 1;
}

static int expect_row(struct fresh *fresh, size_t sample, const char *verb, bool other, int recorded_at, int changes,
                      const char *words)
{
    char sql[SQL_MAX];

    snprintf(sql, sizeof sql, "%s INTO %s VALUES (%s, %d)", verb, samples[sample].table,
             other ? samples[sample].other : samples[sample].row, recorded_at);
    return expect(fresh, sql, changes, words);
}

/* data.md, "Versions, corrections and voids": whatever OR clause upstream writes. */
static void test_versions(void **state)
{
    static const char *const VERBS[] = {"INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL", "REPLACE"};
    int failed = 0;

    for (size_t i = 0; i < SAMPLES; i++) {
        failed += expect_row(*state, i, "INSERT", false, FIRST, 1, NULL);
        for (size_t j = 0; j < sizeof VERBS / sizeof VERBS[0]; j++) {
            failed += expect_row(*state, i, VERBS[j], false, FIRST, 0, NULL);
            failed += expect_row(*state, i, VERBS[j], false, FIRST + 5, 0, NULL);
            failed += expect_row(*state, i, VERBS[j], false, FIRST - 5, 0, NULL);
            failed += expect_row(*state, i, VERBS[j], true, FIRST, 0, "conflict: the same key and recorded_at");
            failed += expect_row(*state, i, VERBS[j], true, FIRST - 1, 0, "conflict: a newer version");
        }
        failed += expect_row(*state, i, "INSERT", true, FIRST + 9, 1, NULL);
        for (size_t j = 0; j < sizeof VERBS / sizeof VERBS[0]; j++) {
            failed += expect_row(*state, i, VERBS[j], false, FIRST, 0, NULL); /* importing the file again */
            failed += expect_row(*state, i, VERBS[j], true, FIRST + 9, 0, NULL);
            failed += expect_row(*state, i, VERBS[j], false, FIRST + 4, 0, "conflict: a newer version");
        }
        failed += expect_row(*state, i, "INSERT", false, FIRST + 10, 1, NULL); /* back again */
    }
    assert_int_equal(failed, 0);
}

/* The rowid is a key that OR REPLACE could hit, too. */
static void test_rowids(void **state)
{
    struct fresh *fresh = *state;
    char sql[SQL_MAX];
    int failed = 0;

    for (size_t i = 0; i < SAMPLES; i++) {
        static const char *const ROWIDS[] = {"1", "0", "-1"};
        failed += expect_row(fresh, i, "INSERT", false, FIRST, 1, NULL);
        for (size_t j = 0; j < sizeof ROWIDS / sizeof ROWIDS[0]; j++) {
            char columns[SQL_MAX / 2];
            snprintf(sql, sizeof sql, "SELECT group_concat(name) FROM pragma_table_info('%s')", samples[i].table);
            snprintf(columns, sizeof columns, "%s", fresh_query(fresh, sql));
            snprintf(sql, sizeof sql, "INSERT OR REPLACE INTO %s (%s, rowid) VALUES (%s, %d, %s)", samples[i].table,
                     columns, samples[i].other, FIRST + 1, ROWIDS[j]);
            failed += expect(fresh, sql, 0, "immutable: a row is never replaced");
        }
    }
    assert_int_equal(failed, 0);
    assert_string_equal(fresh_query(fresh, "PRAGMA integrity_check"), "ok\n");
}

static void test_update_and_delete_are_refused(void **state)
{
    char sql[SQL_MAX];
    int failed = 0;

    for (size_t i = 0; i < SAMPLES; i++) {
        failed += expect_row(*state, i, "INSERT", false, FIRST, 1, NULL);
        snprintf(sql, sizeof sql, "UPDATE OR REPLACE %s SET recorded_at = 1", samples[i].table);
        failed += expect(*state, sql, 0, "immutable:");
        snprintf(sql, sizeof sql, "DELETE FROM %s", samples[i].table);
        failed += expect(*state, sql, 0, "immutable:");
    }
    assert_int_equal(failed, 0);
}

/* No backdating; duplicates are looked at first. */
static void test_horizon(void **state)
{
    struct fresh *fresh = *state;
    int failed = 0;

    for (size_t i = 0; i < SAMPLES; i++) {
        failed += expect_row(fresh, i, "INSERT", false, FIRST, 1, NULL);
    }
    horizon_set(fresh, HORIZON);
    for (size_t i = 0; i < SAMPLES; i++) {
        failed += expect_row(fresh, i, "INSERT", false, FIRST, 0, NULL);
        failed += expect_row(fresh, i, "INSERT OR REPLACE", true, HORIZON, 0, "backdated:");
        failed += expect_row(fresh, i, "INSERT", true, HORIZON + 1, 1, NULL);
    }
    fresh_sql(fresh, "INSERT INTO run_ends VALUES (1, 202511, 'abandoned', NULL, '', '', 0, 0, 0, 1)");
    failed += expect(fresh, "INSERT INTO plans VALUES ('new', 'New', 9, 1)", 1, NULL);
    assert_int_equal(failed, 0);
}

struct step {
    const char *name;
    const char *sql;
    int changes;
    const char *words; /* NULL: it works */
};

static void run_steps(struct fresh *fresh, const struct step *steps, size_t count)
{
    int failed = 0;

    for (size_t i = 0; i < count; i++) {
        int bad = expect(fresh, steps[i].sql, steps[i].changes, steps[i].words);
        if (bad != 0) {
            print_error("  in: %s\n", steps[i].name);
        }
        failed += bad;
    }
    assert_int_equal(failed, 0);
}

static void test_rules_between_rows(void **state)
{
    static const struct step steps[] = {
        {"free", "INSERT INTO plans VALUES ('free', 'Free', 0, 1)", 1, NULL},
        {"free has rank 0", "INSERT INTO plans VALUES ('free', 'Free', 1, 2)", 0, "conflict:"},
        {"rank 0 is free's", "INSERT INTO plans VALUES ('gratis', 'G', 0, 2)", 0, "conflict: free has rank 0"},
        {"pro", "INSERT INTO plans VALUES ('pro', 'Pro', 1, 1)", 1, NULL},
        {"equal ranks", "INSERT INTO plans VALUES ('max', 'Max', 1, 2)", 0, "conflict: another plan has this rank"},
        {"a rank is kept", "INSERT INTO plans VALUES ('pro', 'Pro', 2, 2)", 0, "conflict: a correction cannot"},
        {"anna", "INSERT INTO accounts VALUES ('a', 'Anna', 'USD', 0, NULL, 1)", 1, NULL},
        {"another currency", "INSERT INTO accounts VALUES ('a', 'Anna', 'EUR', 0, NULL, 2)", 0,
         "conflict: a correction cannot change currency"},
        {"change", "INSERT INTO plan_changes VALUES ('c', 'a', 0, 'pro', 1)", 1, NULL},
        {"another account", "INSERT INTO plan_changes VALUES ('c', 'b', 0, 'pro', 2)", 0,
         "conflict: a correction cannot change account_id"},
        {"payment in another currency", "INSERT INTO payments VALUES ('p', 'a', 202511, 0, 1, 'EUR', NULL, 1)", 0,
         "conflict: the account has another currency"},
        {"payment of no account yet", "INSERT INTO payments VALUES ('q', 'b', 202511, 0, 1, 'EUR', NULL, 1)", 1, NULL},
        {"its account contradicts", "INSERT INTO accounts VALUES ('b', 'Bea', 'USD', 0, NULL, 1)", 0,
         "conflict: the account has payments in another currency"},
        {"void the payment", "INSERT INTO voids VALUES ('payments', 'q', 'wrong', 2)", 1, NULL},
        {"its account now", "INSERT INTO accounts VALUES ('b', 'Bea', 'USD', 0, NULL, 1)", 1, NULL},
        {"adjustment of no account yet", "INSERT INTO adjustments VALUES ('r', 'c', 202511, 1, 'EUR', 'r', 'm', 1)",
         1, NULL},
        {"its account contradicts", "INSERT INTO accounts VALUES ('c', 'Cleo', 'USD', 0, NULL, 1)", 0,
         "conflict: the account has adjustments in another currency"},
        {"a tax by rowid", "INSERT INTO tax_rates VALUES ('DE', NULL, 'any', 0, 'VAT', 1, NULL, 1)", 1, NULL},
        {"replaced by rowid",
         "INSERT OR REPLACE INTO tax_rates (rowid, country, customer, effective_from, name, percent, recorded_at)"
         " VALUES (1, 'AT', 'any', 0, 'VAT', 1, 1)", 0, "immutable:"},
        {"a rowid that passes for none",
         "INSERT INTO tax_rates (rowid, country, customer, effective_from, name, percent, recorded_at)"
         " VALUES (-1, 'AT', 'any', 0, 'VAT', 1, 1)", 0, "immutable:"},
        {"region '' is NULL", "INSERT INTO tax_rates VALUES ('DE', '', 'any', 0, 'VAT', 1, NULL, 1)", 0, NULL},
    };

    run_steps(*state, steps, sizeof steps / sizeof steps[0]);
}

/* data.md, "Types": what does not fit is refused by the tables themselves. */
static void test_bounds(void **state)
{
    static const struct step steps[] = {
        {"empty id", "INSERT INTO accounts VALUES ('', 'A', 'USD', 0, NULL, 1)", 0, "CHECK"},
        {"65 bytes", "INSERT INTO accounts VALUES (format('%065d', 1), 'A', 'USD', 0, NULL, 1)", 0, "CHECK"},
        {"64 bytes", "INSERT INTO accounts VALUES (format('%064d', 1), 'A', 'USD', 0, NULL, 1)", 1, NULL},
        {"control character", "INSERT INTO accounts VALUES ('a' || char(9), 'A', 'USD', 0, NULL, 1)", 0, "CHECK"},
        {"NUL", "INSERT INTO accounts VALUES ('a' || char(0), 'A', 'USD', 0, NULL, 1)", 0, "CHECK"},
        {"C1 control character", "INSERT INTO accounts VALUES ('a' || char(133), 'A', 'USD', 0, NULL, 1)", 0, "CHECK"},
        {"other letters", "INSERT INTO accounts VALUES ('Zoë', 'A', 'USD', 0, NULL, 1)", 1, NULL},
        {"text of 501 bytes", "INSERT INTO accounts VALUES ('t', format('%0501d', 1), 'USD', 0, NULL, 1)", 0, "CHECK"},
        {"no name", "INSERT INTO accounts VALUES ('t', NULL, 'USD', 0, NULL, 1)", 0, "NOT NULL"},
        {"before 1970", "INSERT INTO accounts VALUES ('t', '', 'USD', -1, NULL, 1)", 0, "CHECK"},
        {"after 9999", "INSERT INTO accounts VALUES ('t', '', 'USD', 253402300800000, NULL, 1)", 0, "CHECK"},
        {"a real", "INSERT INTO accounts VALUES ('t', '', 'USD', 1.5, NULL, 1)", 0, "cannot store REAL"},
        {"small letters", "INSERT INTO accounts VALUES ('t', '', 'usd', 0, NULL, 1)", 0, "not a known code"},
        {"gold", "INSERT INTO accounts VALUES ('t', '', 'XAU', 0, NULL, 1)", 0, "not a known code"},
        {"country", "INSERT INTO countries VALUES ('UK', 0, 1, 1)", 0, "not a known code"},
        {"flag", "INSERT INTO countries VALUES ('GB', 0, 2, 1)", 0, "CHECK"},
        {"month 13", "INSERT INTO payments VALUES ('p', 'a', 202513, 0, 1, 'USD', NULL, 1)", 0, "CHECK"},
        {"money", "INSERT INTO payments VALUES ('p', 'a', 202512, 0, 10000000000001, 'USD', NULL, 1)", 0, "CHECK"},
        {"price below 0", "INSERT INTO plan_prices VALUES ('p', 'USD', 0, -1, NULL, 1)", 0, "CHECK"},
        {"multiplier 0", "INSERT INTO model_rates VALUES ('m', 0, 0, NULL, 1)", 0, "CHECK"},
        {"token limit 0", "INSERT INTO model_rates VALUES ('m', 0, 1, 0, 1)", 0, "CHECK"},
        {"percent", "INSERT INTO tax_rates VALUES ('DE', '', 'any', 0, 'VAT', 1000001, NULL, 1)", 0, "CHECK"},
        {"customer", "INSERT INTO tax_rates VALUES ('DE', '', 'all', 0, 'VAT', 1, NULL, 1)", 0, "CHECK"},
        {"rounding", "INSERT INTO tax_rates VALUES ('DE', '', 'any', 0, 'VAT', 1, 'up', 1)", 0, "CHECK"},
        {"no policy", "INSERT INTO policies VALUES ('mood', 0, 'good', 1)", 0, "CHECK"},
        {"policy's value", "INSERT INTO policies VALUES ('proration', 0, 'monthly', 1)", 0, "CHECK"},
        {"policy's number", "INSERT INTO policies VALUES ('close_grace_hours', 0, '2001', 1)", 0, "CHECK"},
        {"policy's number", "INSERT INTO policies VALUES ('close_grace_hours', 0, '2000', 1)", 1, NULL},
        {"grant of no time", "INSERT INTO credit_grants VALUES ('g', 'a', 1, 5, 5, '', 1)", 0, "starts_at is not"},
        {"30 February", "INSERT INTO source_totals VALUES (20250230, 1, 1, 1)", 0, "CHECK"},
        {"29 February", "INSERT INTO source_totals VALUES (20240229, 1, 1, 1)", 1, NULL},
        {"void of a plan", "INSERT INTO voids VALUES ('plans', 'p', '', 1)", 0, "CHECK"},
    };

    run_steps(*state, steps, sizeof steps / sizeof steps[0]);
}

static void test_usage_view(void **state)
{
    static const struct step steps[] = {
        {"an event", "INSERT INTO usage_events VALUES ('e', 'a', 1763683200123, 'auto', 1250000, 7, NULL, 1)", 0, NULL},
        {"again, recorded later", "INSERT INTO usage_events VALUES ('e', 'a', 1763683200123, 'auto', 1250000, 7, NULL, 2)",
         0, NULL},
        {"other tokens", "INSERT INTO usage_events VALUES ('e', 'a', 1763683200123, 'auto', 1250000, 8, NULL, 1)", 0,
         "conflict:"},
        {"no tokens, OR REPLACE",
         "INSERT OR REPLACE INTO usage_events VALUES ('e', 'a', 1763683200123, 'auto', 1250000, NULL, NULL, 1)", 0,
         "conflict:"},
        {"other model, OR IGNORE",
         "INSERT OR IGNORE INTO usage_events VALUES ('e', 'a', 1763683200123, 'opus', 1250000, 7, NULL, 1)", 0,
         "conflict:"},
        {"the month's last instant", "INSERT INTO usage_events VALUES ('f', 'a', 1764547199999, 'auto', 0, 7, 5, 1)", 0,
         NULL},
        {"the same id in the next month",
         "INSERT OR REPLACE INTO usage_events VALUES ('e', 'b', 1764547200000, 'opus', 1, NULL, NULL, 1)", 0, NULL},
        {"1970", "INSERT INTO usage_events VALUES ('z', 'b', 0, 'opus', 1, NULL, NULL, 1)", 0, NULL},
        {"1970", "INSERT INTO usage_events VALUES ('y', 'b', 1, 'opus', 1, NULL, NULL, 1)", 0, NULL},
        {"9999", "INSERT INTO usage_events VALUES ('z', 'b', 253402300799999, 'opus', 1, NULL, NULL, 1)", 0, NULL},
        {"10000", "INSERT INTO usage_events VALUES ('z', 'b', 253402300800000, 'opus', 1, NULL, NULL, 1)", 0, "occurred_at"},
        {"text", "INSERT INTO usage_events VALUES ('x', 'b', 'today', 'opus', 1, NULL, NULL, 1)", 0, "occurred_at"},
        {"NULL", "INSERT OR IGNORE INTO usage_events VALUES ('x', 'b', NULL, 'opus', 1, NULL, NULL, 1)", 0, "occurred_at"},
        {"quantity", "INSERT OR IGNORE INTO usage_events VALUES ('x', 'b', 0, 'opus', 100000000001, NULL, NULL, 1)", 0,
         "quantity"},
        {"model", "INSERT OR IGNORE INTO usage_events VALUES ('x', 'b', 0, '', 1, NULL, NULL, 1)", 0, "model"},
        {"account", "INSERT OR IGNORE INTO usage_events VALUES ('x', NULL, 0, 'm', 1, NULL, NULL, 1)", 0, "account_id"},
        {"id", "INSERT OR IGNORE INTO usage_events VALUES ('x' || char(10), 'b', 0, 'm', 1, NULL, NULL, 1)", 0, "event_id"},
        {"tokens", "INSERT OR IGNORE INTO usage_events VALUES ('x', 'b', 0, 'm', 1, -1, NULL, 1)", 0, "tokens"},
        {"shown", "INSERT OR IGNORE INTO usage_events VALUES ('x', 'b', 0, 'm', 1, 1, 1.5, 1)", 0, "credits_shown"},
        {"recorded_at", "INSERT OR IGNORE INTO usage_events VALUES ('x', 'b', 0, 'm', 1, 1, 1, NULL)", 0, "recorded_at"},
        {"update", "UPDATE usage_events SET quantity = 0", 0, "cannot modify"},
        {"delete", "DELETE FROM usage_events", 0, "cannot modify"},
        {"rows: update", "UPDATE usage_rows SET quantity = 0", 0, "immutable:"},
        {"rows: delete", "DELETE FROM usage_rows", 0, "immutable:"},
        {"rows: replace", "REPLACE INTO usage_rows VALUES (671 << 36, 1, 1, 0, 0, 1, NULL, NULL)", 0, "immutable:"},
        {"ids: update", "UPDATE usage_ids SET key = 0", 0, "immutable:"},
        {"ids: delete", "DELETE FROM usage_ids", 0, "immutable:"},
        {"ids: replace", "REPLACE INTO usage_ids VALUES (670, 'e', 0)", 0, "conflict:"},
        {"ids: another of an event", "INSERT INTO usage_ids VALUES (670, 'g', 670 << 36)", 0, "conflict: the event of"},
        {"ids: another, OR IGNORE", "INSERT OR IGNORE INTO usage_ids VALUES (9, 'g', 670 << 36)", 0, "conflict: the event of"},
    };
    struct fresh *fresh = *state;

    run_steps(fresh, steps, sizeof steps / sizeof steps[0]);
    assert_int_equal(integer(fresh, "SELECT count(*) FROM usage_rows"), 6);
    assert_int_equal(integer(fresh, "SELECT count(*) FROM usage_ids"), 6);
    assert_int_equal(integer(fresh, "SELECT count(*) FROM usage_events"), 6);
    assert_int_equal(integer(fresh, "SELECT occurred_at FROM usage_events WHERE quantity = 1250000"), 1763683200123);
    assert_int_equal(integer(fresh, "SELECT count(*) FROM usage_events WHERE account_id = 'a' AND model = 'auto'"), 2);
    assert_int_equal(integer(fresh, "SELECT max(occurred_at) FROM usage_events"), 253402300799999);
    assert_int_equal(integer(fresh, "SELECT count(*) FROM account_ids"), 2);
    assert_int_equal(integer(fresh, "SELECT key - (670 << 36) FROM usage_rows WHERE credits_shown = 5"), 1);
}

static void test_usage_horizon(void **state)
{
    static const struct step steps[] = {
        {"duplicate", "INSERT INTO usage_events VALUES ('e', 'a', 0, 'auto', 1, NULL, NULL, 1)", 0, NULL},
        {"at it", "INSERT INTO usage_events VALUES ('f', 'a', 0, 'auto', 1, NULL, NULL, 5000)", 0, "backdated:"},
        {"after it", "INSERT INTO usage_events VALUES ('f', 'a', 0, 'auto', 1, NULL, NULL, 5001)", 0, NULL},
        {"beneath", "INSERT INTO usage_rows VALUES (99, 1, 1, 0, 0, 5000, NULL, NULL)", 0, "backdated:"},
    };
    struct fresh *fresh = *state;

    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('e', 'a', 0, 'auto', 1, NULL, NULL, 1)");
    horizon_set(fresh, HORIZON);
    run_steps(fresh, steps, sizeof steps / sizeof steps[0]);
    assert_int_equal(integer(fresh, "SELECT count(*) FROM usage_rows"), 2);
}

static void test_dictionaries(void **state)
{
    static const struct step steps[] = {
        {"a", "INSERT INTO accounts VALUES ('a', 'A', 'USD', 0, NULL, 1)", 1, NULL},
        {"b", "INSERT OR REPLACE INTO plan_changes VALUES ('c', 'b', 0, 'pro', 1)", 1, NULL},
        {"a again", "INSERT OR REPLACE INTO plan_changes VALUES ('d', 'a', 0, 'pro', 1)", 1, NULL},
        {"number taken", "REPLACE INTO account_ids VALUES (1, 'z')", 0, "immutable:"},
        {"id taken", "REPLACE INTO account_ids VALUES (3, 'a')", 0, "immutable:"},
        {"gap", "INSERT INTO account_ids VALUES (4, 'z')", 0, "without a gap"},
        {"below 1", "INSERT INTO account_ids VALUES (0, 'z')", 0, "CHECK"},
        {"below 0", "INSERT INTO account_ids VALUES (-1, 'z')", 0, "CHECK"},
        {"update", "UPDATE account_ids SET account_id = 'z'", 0, "immutable:"},
        {"delete", "DELETE FROM account_ids", 0, "immutable:"},
        {"model", "INSERT INTO model_rates VALUES ('auto', 0, 1, NULL, 1)", 1, NULL},
        {"model taken", "REPLACE INTO model_ids VALUES (1, 'z')", 0, "immutable:"},
        {"delete", "DELETE FROM model_ids", 0, "immutable:"},
        {"currencies", "INSERT INTO currency_codes VALUES ('ZZZ', 2)", 0, "immutable:"},
        {"countries", "DELETE FROM country_codes", 0, "immutable:"},
    };
    struct fresh *fresh = *state;

    run_steps(fresh, steps, sizeof steps / sizeof steps[0]);
    assert_int_equal(integer(fresh, "SELECT max(account) FROM account_ids"), 2);
    assert_int_equal(integer(fresh, "SELECT account FROM account_ids WHERE account_id = 'a'"), 1);
    assert_int_equal(integer(fresh, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

/* The tables of codes know what lib/ knows. */
static void test_codes(void **state)
{
    struct fresh *fresh = *state;
    char code[4] = {0};
    char sql[SQL_MAX];
    int failed = 0;
    int currencies = 0;
    int countries = 0;

    for (int i = 0; i < 26 * 26 * 26; i++) {
        code[0] = (char)('A' + i / 676);
        code[1] = (char)('A' + i / 26 % 26);
        code[2] = (char)('A' + i % 26);
        if (currency_digits(code) >= 0) {
            snprintf(sql, sizeof sql, "SELECT coalesce((SELECT digits FROM currency_codes WHERE currency = '%s'), -1)", code);
            failed += integer(fresh, sql) == currency_digits(code) ? 0 : 1;
            currencies++;
        }
        code[2] = '\0';
        if (i % 26 == 0 && country_known(code)) {
            snprintf(sql, sizeof sql, "SELECT count(*) FROM country_codes WHERE country = '%s'", code);
            failed += integer(fresh, sql) == 1 ? 0 : 1;
            countries++;
        }
    }
    assert_int_equal(failed, 0);
    assert_int_equal(integer(fresh, "SELECT count(*) FROM currency_codes"), currencies);
    assert_int_equal(integer(fresh, "SELECT count(*) FROM country_codes"), countries);
}

#define FRESH_TEST(test) cmocka_unit_test_setup_teardown(test, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH_TEST(test_versions),      FRESH_TEST(test_update_and_delete_are_refused),
        FRESH_TEST(test_horizon),       FRESH_TEST(test_rules_between_rows),
        FRESH_TEST(test_bounds),        FRESH_TEST(test_usage_view),
        FRESH_TEST(test_usage_horizon), FRESH_TEST(test_dictionaries),
        FRESH_TEST(test_codes),         FRESH_TEST(test_rowids),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
