/*
 * What was learned of a closed month (R28): one row of the table, one thing that
 * becomes known, and who has to be computed again for it.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schema/store_catalogue.h"
#include "schema/store_documents.h"
#include "schema/store_internal.h"
#include "schema/store_learned.h"
#include "schema/store_usage_voided.h"
#include "tests/schema/past.h"

#define MONTH 202511

/* Instants of the tests' SQL. November 2025 is [N, D); a run saw what was recorded until RUN. */
#define OCT "1760000000000"
#define NOV "1762000000000"
#define N "1761955200000"
#define D "1764547200000"
#define DEC "1764547200000"
#define RUN "1765000000000"
#define LATE "1765000000001"
#define UNTIL INT64_C(1766000000000)

static const char WORLD[] =
    "INSERT INTO plans VALUES ('free', 'Free', 0, 1), ('pro', 'Pro', 1, 1);"
    "INSERT INTO plan_prices VALUES ('pro', 'USD', 0, 2000, NULL, 1);"
    "INSERT INTO model_rates VALUES ('auto', 0, 1000000, NULL, 1);"
    "INSERT INTO accounts VALUES ('a', 'A', 'USD', 0, NULL, 1), ('b', 'B', 'USD', 0, NULL, 1), ('c', 'C', 'USD', " DEC
    ", NULL, 1), ('d', 'D', 'USD', 0, NULL, 1);"
    "INSERT INTO plan_changes VALUES ('a1', 'a', " OCT ", 'pro', 1), ('a2', 'a', " DEC ", 'free', 1),"
    " ('b1', 'b', " OCT ", 'gold', 1);"
    "INSERT INTO billing_addresses VALUES ('aa', 'a', " OCT ", 'US', NULL, NULL, 1);"
    "INSERT INTO overage_settings VALUES ('as', 'a', " OCT ", 1, NULL, 1), ('at', 'a', " DEC ", 1, NULL, 1);"
    "INSERT INTO credit_grants VALUES ('ag', 'a', 100, " OCT ", " D ", 'x', 1), ('bg', 'b', 100, 0, 1000, 'x', 1);"
    "INSERT INTO adjustments VALUES ('aj', 'a', 202511, 5, 'USD', 'x', 'y', 1), ('ak', 'a', 202510, 5, 'USD', 'x', 'y', 1);"
    "INSERT INTO payments VALUES ('ap', 'a', 202511, " NOV ", 5, 'USD', NULL, 1),"
    " ('dp', 'd', 202511, " NOV ", 9500000000000, 'USD', NULL, 1);"
    "INSERT INTO usage_events VALUES ('e1', 'a', " NOV ", 'auto', 1000000, NULL, NULL, 1),"
    " ('e2', 'b', " OCT ", 'auto', 1000000, NULL, NULL, 1), ('e3', 'a', " OCT ", 'auto', 1000000, NULL, NULL, 1);"
    "INSERT INTO usage_events VALUES ('e4', 'd', " NOV ", 'auto', 1000000, NULL, NULL, " LATE "),"
    " ('e5', 'b', " NOV ", 'auto', 1000000, NULL, NULL, 2);"; /* e4 was there before the run, and not known yet */

/* A run that issues, and saw October from the first row on; what it did not see begins at e4. */
static int run_at(struct fresh *fresh, const char *kind, int64_t as_of)
{
    past_sql(fresh,
             "INSERT INTO runs (month, kind, as_of, noted_at, run_by, approved_by, program_version, rules_version, "
             "workbook) VALUES (%d, '%s', %" PRId64 ", %" PRId64 ", 'me', '', '1', '1', 'none')",
             MONTH, kind, as_of, as_of);
    int run = (int)sqlite3_last_insert_rowid(fresh->upstream);
    past_sql(fresh, "INSERT INTO run_usage VALUES (%d, 669, (669 << 36) + 2), (%d, 670, (670 << 36) + 1)", run, run);
    return run;
}

static void statement(struct fresh *fresh, int run, const char *account_id, const char *status)
{
    past_statement(fresh, (struct past_statement){run, account_id, status, "free", "", 0, 0, 0, 0, 0, 0});
}

static void close_month(struct fresh *fresh)
{
    fresh_sql(fresh, WORLD);
    int run = run_at(fresh, "close", atoll(RUN));
    statement(fresh, run, "a", "invoiced");
    statement(fresh, run, "b", "held");
    statement(fresh, run, "d", "no_charge");
    past_issued(fresh, run);
}

/* Who is to be computed again, in words: "a d +b", + is only held; "everyone". */
static const char *learned_text(struct fresh *fresh, int64_t until, int32_t before)
{
    static char text[512];
    struct store upstream = {.db = fresh->upstream, .path = fresh->path}; /* sees what upstream has not committed */
    struct catalogue catalogue = {0};
    struct learned *learned = NULL;
    struct err err = {0};
    size_t count = 0;
    size_t used = 0;

    assert_int_equal(catalogue_read(&upstream, until, &catalogue, &err), ERR_NONE);
    struct learned_query query = {MONTH, before, until, &catalogue};
    if (learned_read(&upstream, query, &learned, &err) != ERR_NONE) {
        fail_msg("%s", err.text);
    }
    const int32_t *accounts = learned_accounts(learned, &count);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%c", i > 0 ? " " : "", "?abcdefgh"[accounts[i]]);
        struct learned_usage usage = learned_usage_of(learned, accounts[i]);
        if (usage.late_events + usage.voided_events + usage.earlier_events > 0) {
            used += (size_t)snprintf(text + used, sizeof text - used,
                                     "(%" PRId64 ":%" PRId64 " %" PRId64 ":%" PRId64 " %" PRId64 ":%" PRId64 ")",
                                     usage.late_events, usage.late_credits, usage.voided_events, usage.voided_credits,
                                     usage.earlier_events, usage.earlier_credits);
        }
    }
    if (learned_catalogue(learned)) {
        assert_null(accounts);
        snprintf(text + used, sizeof text - used, "everyone");
    } else {
        snprintf(text + used, sizeof text - used, ", learned of %zu", learned_count(learned));
    }
    assert_int_equal(learned_anything(learned), learned_catalogue(learned) || learned_count(learned) > 0);
    learned_free(learned);
    catalogue_release(&catalogue);
    usage_voided_drop(&upstream); /* it is no store that was opened, and is not closed */
    return text;
}

/* b is held, and so always computed again; d has e4, which the run did not see. */
#define QUIET "b d(1:100 0:0 0:0), learned of 1"
#define ALSO_A "a b d(1:100 0:0 0:0), learned of 2"

static const struct {
    const char *name;
    const char *sql;
    const char *want;
} rows[] = {
    {"nothing", "", QUIET},
    {"the account", "INSERT INTO accounts VALUES ('a', 'A', 'USD', 0, 5, " LATE ")", ALSO_A},
    {"an account created after the month", "INSERT INTO accounts VALUES ('e', 'E', 'USD', " DEC ", NULL, " LATE ")", QUIET},
    {"an account moved into the month", "INSERT INTO accounts VALUES ('c', 'C', 'USD', " NOV ", NULL, " LATE ")",
     "b c d(1:100 0:0 0:0), learned of 2"},
    {"an account moved out of it", "INSERT INTO accounts VALUES ('a', 'A', 'USD', " DEC ", NULL, " LATE ")", ALSO_A},
    {"an address", "INSERT INTO billing_addresses VALUES ('ab', 'a', " NOV ", 'DE', NULL, NULL, " LATE ")", ALSO_A},
    {"an address from the next month on", "INSERT INTO billing_addresses VALUES ('ab', 'a', " DEC ", 'DE', NULL, NULL, " LATE ")",
     QUIET},
    {"an address moved to the next month", "INSERT INTO billing_addresses VALUES ('aa', 'a', " DEC ", 'US', NULL, NULL, " LATE ")",
     ALSO_A},
    {"an address voided", "INSERT INTO voids VALUES ('billing_addresses', 'aa', 'x', " LATE ")", ALSO_A},
    {"a change", "INSERT INTO plan_changes VALUES ('a3', 'a', " NOV ", 'pro', " LATE ")", ALSO_A},
    {"a change of the next month", "INSERT INTO plan_changes VALUES ('a3', 'a', " DEC ", 'pro', " LATE ")", QUIET},
    {"a change moved into the month", "INSERT INTO plan_changes VALUES ('a2', 'a', " NOV ", 'free', " LATE ")", ALSO_A},
    {"a change moved out of it", "INSERT INTO plan_changes VALUES ('a1', 'a', " DEC ", 'pro', " LATE ")", ALSO_A},
    {"a change voided", "INSERT INTO voids VALUES ('plan_changes', 'a1', 'x', " LATE ")", ALSO_A},
    {"a change of the next month voided", "INSERT INTO voids VALUES ('plan_changes', 'a2', 'x', " LATE ")", QUIET},
    {"a void of another table's row", "INSERT INTO voids VALUES ('adjustments', 'a1', 'x', " LATE ")", QUIET},
    {"a setting", "INSERT INTO overage_settings VALUES ('au', 'a', " NOV ", 0, NULL, " LATE ")", ALSO_A},
    {"a setting of the next month", "INSERT INTO overage_settings VALUES ('au', 'a', " DEC ", 0, NULL, " LATE ")", QUIET},
    {"a setting voided", "INSERT INTO voids VALUES ('overage_settings', 'as', 'x', " LATE ")", ALSO_A},
    {"a grant", "INSERT INTO credit_grants VALUES ('ah', 'a', 5, " NOV ", " D ", 'x', " LATE ")", ALSO_A},
    {"a grant of the next month", "INSERT INTO credit_grants VALUES ('ah', 'a', 5, " DEC ", " D " + 9, 'x', " LATE ")", QUIET},
    {"a grant voided", "INSERT INTO voids VALUES ('credit_grants', 'ag', 'x', " LATE ")", ALSO_A},
    {"an adjustment", "INSERT INTO adjustments VALUES ('al', 'a', 202511, 5, 'USD', 'x', 'y', " LATE ")", ALSO_A},
    {"an adjustment of another month", "INSERT INTO adjustments VALUES ('al', 'a', 202512, 5, 'USD', 'x', 'y', " LATE ")", QUIET},
    {"an adjustment moved into the month", "INSERT INTO adjustments VALUES ('ak', 'a', 202511, 5, 'USD', 'x', 'y', " LATE ")",
     ALSO_A},
    {"an adjustment moved out of it", "INSERT INTO adjustments VALUES ('aj', 'a', 202512, 5, 'USD', 'x', 'y', " LATE ")", ALSO_A},
    {"an adjustment voided", "INSERT INTO voids VALUES ('adjustments', 'aj', 'x', " LATE ")", ALSO_A},
    {"a payment changes no line", "INSERT INTO payments VALUES ('aq', 'a', 202511, " NOV ", 5, 'USD', NULL, " LATE ")", QUIET},
    {"a payment near the bounds may hold the month",
     "INSERT INTO payments VALUES ('aq', 'a', 202511, " NOV ", 9000000000000, 'USD', NULL, " LATE ")", ALSO_A},
    {"a payment beyond the bounds voided", "INSERT INTO voids VALUES ('payments', 'dp', 'x', " LATE ")", QUIET},
    {"an event", "INSERT INTO usage_events VALUES ('e9', 'a', " NOV ", 'auto', 2500000, NULL, NULL, " LATE ")",
     "a(1:250 0:0 0:0) b d(1:100 0:0 0:0), learned of 2"},
    {"an event at the month's last instant",
     "INSERT INTO usage_events VALUES ('e9', 'a', " D " - 1, 'auto', 2500000, NULL, NULL, " LATE ")",
     "a(1:250 0:0 0:0) b d(1:100 0:0 0:0), learned of 2"},
    {"an event of the next month", "INSERT INTO usage_events VALUES ('e9', 'a', " DEC ", 'auto', 2500000, NULL, NULL, " LATE ")",
     QUIET},
    {"an event known later than now", "INSERT INTO usage_events VALUES ('e9', 'a', " NOV ", 'auto', 1, NULL, NULL, 1767000000000)",
     QUIET},
    {"an event voided", "INSERT INTO voids VALUES ('usage_events', 'e1', 'x', " LATE ")",
     "a(0:0 1:100 0:0) b d(1:100 0:0 0:0), learned of 2"},
    {"an event that came and was voided", "INSERT INTO usage_events VALUES ('e9', 'a', " NOV ", 'auto', 1, NULL, NULL, " LATE
     "); INSERT INTO voids VALUES ('usage_events', 'e9', 'x', " LATE ")", QUIET},
    {"an event of October, where a grant reaches November",
     "INSERT INTO usage_events VALUES ('e9', 'a', " OCT ", 'auto', 2500000, NULL, NULL, " LATE ")",
     "a(0:0 0:0 1:250) b d(1:100 0:0 0:0), learned of 2"},
    {"an event of October before the grant began",
     "INSERT INTO usage_events VALUES ('e9', 'a', " OCT " - 1, 'auto', 2500000, NULL, NULL, " LATE ")", QUIET},
    {"an event of October, where all grants were over",
     "INSERT INTO usage_events VALUES ('e9', 'b', " OCT ", 'auto', 2500000, NULL, NULL, " LATE ")", QUIET},
    {"but of a model that nobody knows it would hold the month",
     "INSERT INTO usage_events VALUES ('e9', 'b', " OCT ", 'opus', 2500000, NULL, NULL, " LATE ")",
     "b(0:0 0:0 1:0) d(1:100 0:0 0:0), learned of 2"},
    {"an event of October voided", "INSERT INTO voids VALUES ('usage_events', 'e3', 'x', " LATE ")",
     "a(0:0 0:0 1:100) b d(1:100 0:0 0:0), learned of 2"},
    {"an event's second void", "INSERT INTO voids VALUES ('usage_events', 'e9', 'x', " LATE "), ('usage_events', 'e9', 'y', " LATE
     " + 1)", QUIET},
    {"a plan that was missing", "INSERT INTO plans VALUES ('gold', 'Gold', 2, " LATE ")", "b d(1:100 0:0 0:0), learned of 2"},
    {"a plan that nobody asked for", "INSERT INTO plans VALUES ('max', 'Max', 2, " LATE ")", QUIET},
    {"a plan's name", "INSERT INTO plans VALUES ('pro', 'Professional', 1, " LATE ")", QUIET},
    {"a price", "INSERT INTO plan_prices VALUES ('pro', 'USD', 0, 2500, NULL, " LATE ")", "everyone"},
    {"a price from the next month on", "INSERT INTO plan_prices VALUES ('pro', 'USD', " DEC ", 2500, NULL, " LATE ")", QUIET},
    {"an allowance", "INSERT INTO plan_allowances VALUES ('pro', " NOV ", 5, " LATE ")", "everyone"},
    {"a rate", "INSERT INTO model_rates VALUES ('auto', " NOV ", 5, NULL, " LATE ")", "everyone"},
    {"a country", "INSERT INTO countries VALUES ('US', " NOV ", 1, " LATE ")", "everyone"},
    {"a tax", "INSERT INTO tax_rates VALUES ('DE', NULL, 'any', " NOV ", 'VAT', 160000, NULL, " LATE ")", "everyone"},
    {"a tax from the next month on",
     "INSERT INTO tax_rates VALUES ('DE', NULL, 'any', " DEC ", 'VAT', 160000, NULL, " LATE ")", QUIET},
    {"a policy in force at the month's start", "INSERT INTO policies VALUES ('proration', " N ", 'second', " LATE ")", "everyone"},
    {"a policy from the second instant on", "INSERT INTO policies VALUES ('proration', " N " + 1, 'second', " LATE ")", QUIET},
    {"a policy that changes no bill", "INSERT INTO policies VALUES ('headroom_percent', 0, '20', " LATE ")", QUIET},
};

static void test_each_thing_learned(void **state)
{
    struct fresh *fresh = *state;
    int failed = 0;

    close_month(fresh);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fresh_sql(fresh, "BEGIN");
        fresh_sql(fresh, rows[i].sql);
        const char *got = learned_text(fresh, UNTIL, SEQUENCE_ANY);
        fresh_sql(fresh, "ROLLBACK");
        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s: want '%s', got '%s'\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* What a later close computed again is compared with that close; a reprocessing starts anew for everyone. */
static void test_since_which_run(void **state)
{
    struct fresh *fresh = *state;
    struct err err = {0};

    close_month(fresh);
    fresh_sql(fresh, "INSERT INTO plan_changes VALUES ('b2', 'b', " NOV ", 'pro', " LATE "), ('a3', 'a', " NOV ", 'pro', " LATE ")");
    assert_string_equal(learned_text(fresh, UNTIL, SEQUENCE_ANY), "a b d(1:100 0:0 0:0), learned of 3");
    int run = run_at(fresh, "close", atoll(LATE) + 5); /* b, still held */
    statement(fresh, run, "b", "held");
    past_issued(fresh, run);
    assert_string_equal(learned_text(fresh, UNTIL, SEQUENCE_ANY), "a b d(1:100 0:0 0:0), learned of 2");
    assert_string_equal(learned_text(fresh, UNTIL, 2), "a b d(1:100 0:0 0:0), learned of 3"); /* as before that close */
    fresh_sql(fresh, "INSERT INTO plan_changes VALUES ('b3', 'b', " NOV ", 'pro', " LATE " + 6)");
    assert_string_equal(learned_text(fresh, UNTIL, SEQUENCE_ANY), "a b d(1:100 0:0 0:0), learned of 3");
    run = run_at(fresh, "reprocess", atoll(LATE) + 7);
    statement(fresh, run, "a", "invoiced");
    statement(fresh, run, "b", "invoiced");
    past_issued(fresh, run);
    assert_string_equal(learned_text(fresh, UNTIL, SEQUENCE_ANY), ", learned of 0");
    fresh_sql(fresh, "INSERT INTO adjustments VALUES ('al', 'd', 202511, 5, 'USD', 'x', 'y', " LATE " + 8)");
    assert_string_equal(learned_text(fresh, UNTIL, SEQUENCE_ANY), "d, learned of 1");
    assert_string_equal(learned_text(fresh, atoll(LATE) + 7, SEQUENCE_ANY), ", learned of 0");

    struct catalogue catalogue = {0};
    struct learned *learned = NULL;
    struct learned_query query = {MONTH, 1, UNTIL, &catalogue};
    assert_int_equal(catalogue_read(fresh->store, UNTIL, &catalogue, &err), ERR_NONE);
    assert_int_equal(learned_read(fresh->store, query, &learned, &err), ERR_INTERNAL); /* before the first close */
    catalogue_release(&catalogue);
}

/* How far usage has been looked through moves up to the first row that is not known yet. */
static void test_seen_moves_on(void **state)
{
    struct fresh *fresh = *state;
    struct catalogue catalogue = {0};
    struct learned *learned = NULL;
    struct err err = {0};
    const int64_t november = INT64_C(670) << 36;
    const int64_t october = INT64_C(669) << 36;

    close_month(fresh);
    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('e6', 'a', " NOV ", 'auto', 1, NULL, NULL, " LATE " + 10),"
                     " ('e7', 'a', " NOV ", 'auto', 1, NULL, NULL, " LATE ")");
    assert_int_equal(catalogue_read(fresh->store, UNTIL, &catalogue, &err), ERR_NONE);
    for (int all = 0; all <= 1; all++) {
        struct learned_query query = {MONTH, SEQUENCE_ANY, all ? UNTIL : atoll(LATE), &catalogue};
        assert_int_equal(learned_read(fresh->store, query, &learned, &err), ERR_NONE);
        assert_int_equal(learned_seen_count(learned), 2);
        assert_true(learned_seen(learned, 0).month == 202510 && learned_seen(learned, 0).key == october + 2);
        assert_true(learned_seen(learned, 1).month == 202511 && learned_seen(learned, 1).key == november + (all ? 5 : 3));
        learned_free(learned);
    }
    catalogue_release(&catalogue);
}

/* A run that did not note how far it saw: nothing is missed. */
static void test_nothing_noted(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, WORLD);
    int run = past_run(fresh, MONTH, atoll(RUN));
    statement(fresh, run, "a", "invoiced");
    past_issued(fresh, run);
    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('e9', 'a', " NOV ", 'auto', 2500000, NULL, NULL, " LATE ")");
    assert_string_equal(learned_text(fresh, UNTIL, SEQUENCE_ANY), "a(1:250 0:0 0:0) d(1:100 0:0 0:0), learned of 2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_each_thing_learned),
        TEST(test_since_which_run),
        TEST(test_seen_moves_on),
        TEST(test_nothing_noted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
