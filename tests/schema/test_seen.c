/* What a run saw: noted with it, read back, immutable, and told when it is not there any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schema/store_seen.h"
#include "tests/schema/fresh.h"

#define MONTH 202511
#define AS_OF 1764633600000 /* 2025-12-02T00:00:00Z */
#define TEXT64 "0123456789012345678901234567890123456789012345678901234567890123"

static const char WORLD[] =
    "INSERT INTO plans VALUES ('free', 'Free', 0, 1), ('pro', 'Pro', 1, 1);"
    "INSERT INTO plan_prices VALUES ('pro', 'USD', 0, 2000, NULL, 1);"
    "INSERT INTO model_rates VALUES ('auto', 0, 1000000, NULL, 1);"
    "INSERT INTO accounts VALUES ('a', 'Anna', 'USD', 0, NULL, 1), ('b', 'Bea', 'USD', 0, NULL, 1);"
    "INSERT INTO source_totals VALUES (20251101, 2, 10, 1), (20251001, 1, 5, 1);"
    "INSERT INTO voids VALUES ('usage_events', 'e2', 'x', 1);"
    "INSERT INTO usage_events VALUES ('e1', 'a', 1762000000000, 'auto', 5, NULL, NULL, 10),"
    " ('e2', 'b', 1762000000000, 'auto', 5, 7, 100, 10), ('e3', 'a', 1762000000000, 'auto', 5, NULL, NULL, 1764633600001)";

static int32_t note(struct fresh *fresh)
{
    struct run_note run = {.month = MONTH, .kind = "close", .as_of = AS_OF, .noted_at = AS_OF + 5, .run_by = "me",
                           .approved_by = "", .program_version = "1.0", .workbook = "none"};
    struct err err = {0};
    int32_t number = 0, sequence = 0;

    assert_int_equal(run_note(fresh->store, &run, &number, &sequence, &err), ERR_NONE);
    assert_int_equal(issue_begin(fresh->store, number, MONTH, AS_OF, &err), ERR_NONE);
    return number;
}

/* The events and accounts as a run that has a statement of no one would have seen them. */
static void seen_fill(struct fresh *fresh, struct seen *seen)
{
    struct fact_digest usage = {0};
    struct fact_digest none = {0};
    struct seen_event event = {.event = {1, 1, 1762000000000, 5, TOKENS_NONE}, .recorded_at = 10, .shown = SHOWN_NONE};
    struct err err = {0};

    fact_digest_event(&usage, &event);
    event.event.account = 2;
    event.shown = 100;
    event.voided = true;
    fact_digest_event(&usage, &event);
    assert_int_equal(seen_add_usage(seen, MONTH, &usage, &err), ERR_NONE);
    assert_int_equal(seen_add_accounts(seen, &none, &err), ERR_NONE);
    assert_int_equal(seen_add_tables(fresh->store, MONTH, AS_OF, seen, &err), ERR_NONE);
}

static struct run issued(struct fresh *fresh, struct seen *seen)
{
    struct run_totals totals = {.digest = TEXT64, .reports_digest = TEXT64, .ended_at = AS_OF + 9};
    struct err err = {0};
    struct run *runs = NULL;
    size_t count = 0;

    fresh_sql(fresh, WORLD);
    note(fresh);
    seen_fill(fresh, seen);
    assert_int_equal(issue_seen(fresh->store, seen, &err), ERR_NONE);
    assert_int_equal(issue_commit(fresh->store, &totals, &err), ERR_NONE);
    assert_int_equal(runs_list(fresh->store, MONTH, &runs, &count, &err), ERR_NONE);
    assert_int_equal(count, 1);
    struct run run = runs[0];
    free(runs);
    return run;
}

static void test_read_back(void **state)
{
    struct fresh *fresh = *state;
    struct seen seen = {0}, read = {0};
    char of_seen[DIGEST_TEXT_MAX], of_read[DIGEST_TEXT_MAX], of_catalogue[DIGEST_TEXT_MAX];
    struct err err = {0};
    struct run run = issued(fresh, &seen);

    assert_string_equal(fresh_query(fresh, "SELECT part, kind, rows FROM run_digests ORDER BY part"),
                        "accounts|facts|0\ncountries|catalogue|0\nledger_accounts|catalogue|0\nmodel_rates|catalogue|1\n"
                        "plan_allowances|catalogue|0\nplan_prices|catalogue|1\nplans|catalogue|2\npolicies|catalogue|0\n"
                        "source_totals|facts|1\ntax_rates|catalogue|0\nusage_events 2025-11|facts|2\nvoids|facts|1\n");
    assert_int_equal(seen_read(fresh->store, run.run, &read, &err), ERR_NONE);
    assert_int_equal(read.count, seen.count);
    for (size_t i = 0; i < read.count; i++) {
        assert_string_equal(read.parts[i].name, seen.parts[i].name);
        assert_string_equal(read.parts[i].digest, seen.parts[i].digest);
        assert_true(read.parts[i].rows == seen.parts[i].rows && read.parts[i].kind == seen.parts[i].kind);
    }
    assert_int_equal(seen_digest(&seen, SEEN_FACTS, of_seen, &err), ERR_NONE);
    assert_int_equal(seen_digest(&read, SEEN_FACTS, of_read, &err), ERR_NONE);
    assert_int_equal(seen_digest(&read, SEEN_CATALOGUE, of_catalogue, &err), ERR_NONE);
    assert_string_equal(of_seen, of_read);
    assert_string_not_equal(of_seen, of_catalogue);
    seen_release(&seen);
    seen_release(&read);
}

static void test_immutable(void **state)
{
    static const char *const STATEMENTS[] = {
        "UPDATE run_digests SET rows = 9",
        "DELETE FROM run_digests",
        "INSERT OR REPLACE INTO run_digests SELECT * FROM run_digests",
        "INSERT INTO run_digests VALUES (1, 'another', 'facts', 0, '" TEXT64 "')",
        "INSERT INTO run_digests VALUES (77, 'another', 'facts', 0, '" TEXT64 "')",
    };
    struct fresh *fresh = *state;
    struct seen seen = {0};

    (void)issued(fresh, &seen);
    for (size_t i = 0; i < sizeof STATEMENTS / sizeof STATEMENTS[0]; i++) {
        fresh_refused(fresh, STATEMENTS[i], "immutable: ");
    }
    seen_release(&seen);
}

static struct proof prove(struct fresh *fresh, const struct run *run)
{
    struct proof proof = {0};
    struct err err = {0};

    assert_int_equal(store_snapshot_begin(fresh->store, &err), ERR_NONE);
    assert_int_equal(proof_seen(fresh->store, run, &proof, &err), ERR_NONE);
    store_snapshot_end(fresh->store);
    return proof;
}

/* Each change by itself, taken back afterwards; the part that is told. NULL: not seen by the run, and so not told. */
static void test_what_changed_is_told(void **state)
{
    static const struct {
        const char *change;
        const char *back;
        const char *part;
    } rows[] = {
        {"UPDATE usage_rows SET quantity = 6 WHERE key & 1", "UPDATE usage_rows SET quantity = 5", "usage_events 2025-11"},
        {"UPDATE usage_rows SET model = 2 WHERE account = 1", "UPDATE usage_rows SET model = 1", "usage_events 2025-11"},
        {"UPDATE usage_rows SET account = 3 - account", "UPDATE usage_rows SET account = 3 - account", "usage_events 2025-11"},
        {"UPDATE usage_rows SET credits_shown = 101 WHERE account = 2", "UPDATE usage_rows SET credits_shown = 100 WHERE account = 2",
         "usage_events 2025-11"},
        {"DELETE FROM voids", "INSERT INTO voids VALUES ('usage_events', 'e2', 'x', 1)", "usage_events 2025-11"},
        {"UPDATE voids SET reason = 'y'", "UPDATE voids SET reason = 'x'", "voids"},
        {"UPDATE source_totals SET events = 3 WHERE day = 20251101", "UPDATE source_totals SET events = 2 WHERE day = 20251101",
         "source_totals"},
        {"UPDATE plans SET name = 'P'  WHERE plan = 'pro'", "UPDATE plans SET name = 'Pro'  WHERE plan = 'pro'", "plans"},
        {"UPDATE plan_prices SET overage_price = 0", "UPDATE plan_prices SET overage_price = NULL", "plan_prices"},
        {"UPDATE model_ids SET model = 2 WHERE name = 'auto'; INSERT INTO model_ids VALUES (1, 'x')",
         "DELETE FROM model_ids WHERE model = 1; UPDATE model_ids SET model = 1 WHERE name = 'auto'", "model_rates"},
        {"INSERT INTO policies VALUES ('proration', 0, 'second', 1)", "DELETE FROM policies", "policies"},
        {"UPDATE source_totals SET events = 3 WHERE day = 20251001", "UPDATE source_totals SET events = 1 WHERE day = 20251001", NULL},
        {"UPDATE usage_rows SET quantity = 6 WHERE recorded_at > 10", "UPDATE usage_rows SET quantity = 5", NULL},
        {"UPDATE usage_rows SET tokens = 8 WHERE account = 2", "UPDATE usage_rows SET tokens = 7 WHERE account = 2", NULL},
        {"UPDATE accounts SET name = 'Eve'", "UPDATE accounts SET name = 'Anna'", NULL}, /* no statement of them */
    };
    struct fresh *fresh = *state;
    struct seen seen = {0};
    struct run run = issued(fresh, &seen);
    int failed = 0;

    sqlite3_db_config(fresh->upstream, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    fresh_sql(fresh, "PRAGMA foreign_keys = OFF");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(prove(fresh, &run).wrong, 0);
        fresh_sql(fresh, rows[i].change);
        struct proof proof = prove(fresh, &run);
        fresh_sql(fresh, rows[i].back);
        if (rows[i].part == NULL ? proof.wrong != 0
                                 : proof.wrong == 0 || strncmp(proof.shown[0], rows[i].part, strlen(rows[i].part)) != 0) {
            print_error("%s: want %s, got '%s'\n", rows[i].change, rows[i].part == NULL ? "nothing" : rows[i].part, proof.shown[0]);
            failed++;
        }
    }
    assert_int_equal(prove(fresh, &run).wrong, 0);
    assert_int_equal(failed, 0);
    seen_release(&seen);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_read_back), TEST(test_immutable), TEST(test_what_changed_is_told)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
