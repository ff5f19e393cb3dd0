/*
 * Some accounts' events: those of their months known at the as-of, in the order of
 * consumption, with their voids; the same that the scan of everyone's usage adds up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/calendar.h"
#include "schema/store_account_usage.h"
#include "schema/store_catalogue.h"
#include "schema/store_facts.h"
#include "schema/store_usage.h"
#include "schema/store_usage_parts.h"
#include "tests/schema/fresh.h"

#define MONTH 202511
#define NOVEMBER "1761955200000" /* 2025-11-01T00:00:00Z */
#define ACCOUNTS 6
#define MODELS 4

static const char CATALOGUE[] =
    "INSERT INTO plans VALUES ('free', 'Free', 0, 1);"
    "INSERT INTO model_rates VALUES ('auto', 0, 1000000, NULL, 1), ('big', 0, 2700000, 500, 1);"
    "INSERT INTO accounts VALUES ('acme', 'Acme', 'USD', 0, NULL, 1), ('other', 'Other', 'USD', 0, NULL, 1);";

/* The account's number in the dictionary. */
static int32_t number_of(struct fresh *fresh, const char *account_id)
{
    char sql[128];

    snprintf(sql, sizeof sql, "SELECT account FROM account_ids WHERE account_id = '%s'", account_id);
    return (int32_t)strtol(fresh_query(fresh, sql), NULL, 10);
}

/* The events in words: "e-1 at 5 auto 10 tokens -1 shown -1 recorded 3 voided never; ...". */
static const char *events_read(struct fresh *fresh, const char *account_id, int32_t month_first, int64_t as_of)
{
    static char out[4096];
    struct account_usage *usage = NULL;
    struct err err = {0};
    size_t count = 0, used = 0;
    int32_t account = number_of(fresh, account_id);
    struct account_usage_in in = {&account, 1, month_first, MONTH, as_of, 16, .ids = true};

    if (account_usage_read(fresh->store, in, &usage, &err) != ERR_NONE) {
        snprintf(out, sizeof out, "%s", err.text);
        return out;
    }
    const struct account_event *events = account_usage_events(usage, account, &count);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        used += (size_t)snprintf(out + used, sizeof out - used, "%s%s at %lld quantity %lld tokens %lld shown %lld%s",
                                 i == 0 ? "" : "; ", events[i].event_id,
                                 (long long)(events[i].event.at - month_start_ms(MONTH)),
                                 (long long)events[i].event.quantity, (long long)events[i].event.tokens,
                                 (long long)events[i].credits_shown,
                                 events[i].voided_at == INSTANT_NONE ? "" : " voided");
    }
    account_usage_free(usage);
    return out;
}

static void test_which_events_and_their_order(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, CATALOGUE);
    fresh_sql(fresh, "INSERT INTO usage_events VALUES "
                     "('e-2', 'acme', " NOVEMBER " + 70, 'auto', 1000000, NULL, NULL, 10),"
                     "('e-1', 'acme', " NOVEMBER " + 70, 'big', 2000000, 600, 270, 10),"
                     "('e-10', 'acme', " NOVEMBER " + 70, 'auto', 0, 0, 0, 10),"
                     "('e-0', 'acme', " NOVEMBER " + 50, 'auto', 3000000, NULL, NULL, 20),"
                     "('e-0', 'acme', " NOVEMBER " - 1, 'auto', 4000000, NULL, NULL, 10),"
                     "('e-9', 'acme', " NOVEMBER " + 2592000000, 'auto', 5000000, NULL, NULL, 10)," /* December */
                     "('e-8', 'other', " NOVEMBER " + 70, 'auto', 6000000, NULL, NULL, 10)");
    assert_string_equal(events_read(fresh, "acme", MONTH, 19),
                        "e-1 at 70 quantity 2000000 tokens 600 shown 270; e-10 at 70 quantity 0 tokens 0 shown 0; "
                        "e-2 at 70 quantity 1000000 tokens -1 shown -1");
    assert_string_equal(events_read(fresh, "acme", 202510, 20),
                        "e-0 at -1 quantity 4000000 tokens -1 shown -1; e-0 at 50 quantity 3000000 tokens -1 shown -1; "
                        "e-1 at 70 quantity 2000000 tokens 600 shown 270; e-10 at 70 quantity 0 tokens 0 shown 0; "
                        "e-2 at 70 quantity 1000000 tokens -1 shown -1");
    assert_string_equal(events_read(fresh, "other", 202501, 10), "e-8 at 70 quantity 6000000 tokens -1 shown -1");
    assert_string_equal(events_read(fresh, "acme", MONTH, 9), "");
}

static void test_voids_by_as_of(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, CATALOGUE);
    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('e-1', 'acme', " NOVEMBER ", 'auto', 1, NULL, NULL, 10),"
                     "('e-2', 'acme', " NOVEMBER " + 1, 'auto', 2, NULL, NULL, 10);"
                     "INSERT INTO voids VALUES ('usage_events', 'e-1', 'sent twice', 20),"
                     "('usage_events', 'e-1', 'said again', 30), ('plan_changes', 'e-2', 'another table', 5)");
    assert_string_equal(events_read(fresh, "acme", MONTH, 19),
                        "e-1 at 0 quantity 1 tokens -1 shown -1; e-2 at 1 quantity 2 tokens -1 shown -1");
    assert_string_equal(events_read(fresh, "acme", MONTH, 20),
                        "e-1 at 0 quantity 1 tokens -1 shown -1 voided; e-2 at 1 quantity 2 tokens -1 shown -1");
}

static void test_damage_is_told(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, CATALOGUE);
    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('e-1', 'acme', " NOVEMBER ", 'auto', 1, NULL, NULL, 10);"
                     "DROP TRIGGER usage_ids_delete; DELETE FROM usage_ids");
    assert_non_null(strstr(events_read(fresh, "acme", MONTH, 20), "is damaged; restore the database from a backup"));
    fresh_sql(fresh, "DROP TRIGGER usage_ids_insert; INSERT INTO usage_ids SELECT key >> 36, 'e-1', key FROM usage_rows");
    assert_string_equal(events_read(fresh, "acme", MONTH, 20), "e-1 at 0 quantity 1 tokens -1 shown -1");
    fresh_sql(fresh, "DROP TRIGGER usage_rows_update; PRAGMA ignore_check_constraints = ON;"
                     "UPDATE usage_rows SET model = 99");
    assert_non_null(strstr(events_read(fresh, "acme", MONTH, 20), "is damaged; restore the database from a backup"));
}

/* Random events, as upstream leaves them: any order, some recorded late, some voided. */
static void usage_fill(struct fresh *fresh)
{
    char sql[1024];

    fresh_sql(fresh, CATALOGUE);
    fresh_sql(fresh, "WITH n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 6) "
                     "INSERT INTO accounts SELECT format('a%02d', n), 'A', 'USD', 0, NULL, 1 FROM n");
    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('first', 'a01', 5, 'nobody knows', 1, NULL, NULL, 1)");
    for (int month = 669; month <= 671; month++) { /* 669: October 2025 */
        snprintf(sql, sizeof sql,
                 "BEGIN; WITH n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 999) "
                 "INSERT INTO usage_ids SELECT %d, format('e%%d', n), (%d << 36) + n FROM n;"
                 "WITH n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 999) "
                 "INSERT INTO usage_rows SELECT (%d << 36) + n, 1 + abs(random() %% %d), 1 + abs(random() %% 3), "
                 "abs(random() %% 2592000000), abs(random() %% 30000000), 1 + abs(random() %% 10), "
                 "iif(random() %% 2, abs(random() %% 3000), NULL), NULL FROM n; COMMIT",
                 month, month, month, ACCOUNTS);
        fresh_sql(fresh, sql);
    }
    fresh_sql(fresh, "INSERT INTO voids SELECT DISTINCT 'usage_events', format('e%d', abs(random() % 1000)), 'x', "
                     "1 + abs(random() % 10) FROM usage_rows WHERE key < (669 << 36) + 200");
}

struct sums {
    struct usage_table table;
    struct usage_account accounts[64];
    struct usage_model_cell models[64 * 16];
};

static void sums_begin(struct sums *sums, const struct catalogue *catalogue, size_t accounts)
{
    memset(sums, 0, sizeof *sums);
    assert_true(accounts <= 64 && catalogue->model_count <= 16);
    sums->table = (struct usage_table){
        .catalogue = catalogue,
        .month_start = month_start_ms(MONTH),
        .month_end = month_end_ms(MONTH),
        .accounts = sums->accounts,
        .account_count = accounts,
        .models = sums->models,
    };
    for (size_t i = 0; i < accounts; i++) {
        sums->accounts[i].unknown_model = -1;
    }
}

/* One of the accounts' events that count, added up on their own. */
static struct usage_model_cell sum_of(const struct account_usage *usage, const struct catalogue *catalogue, int32_t account)
{
    static struct sums own;
    size_t count = 0;
    const struct account_event *events = account_usage_events(usage, account, &count);

    sums_begin(&own, catalogue, 1);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(events[i].account, account);
        assert_true(i == 0 || events[i - 1].event.at <= events[i].event.at);
        if (events[i].voided_at == INSTANT_NONE) {
            usage_add(&own.table, events[i].event);
        }
    }
    return usage_month_total(&own.table, 0);
}

static struct account_usage *usage_of(struct fresh *fresh, struct account_usage_in in)
{
    struct account_usage *usage = NULL;
    struct err err = {0};

    assert_int_equal(account_usage_read(fresh->store, in, &usage, &err), ERR_NONE);
    return usage;
}

/* The account read alone. */
static struct usage_model_cell alone(struct fresh *fresh, const struct catalogue *catalogue, int32_t account, int64_t as_of)
{
    struct account_usage_in in = {&account, 1, 202510, MONTH, as_of, catalogue->model_count, .ids = false};
    struct account_usage *usage = usage_of(fresh, in);
    struct usage_model_cell sum = sum_of(usage, catalogue, account);

    account_usage_free(usage);
    return sum;
}

/* Accounts that are read together, in any order; 99 has no event. */
static const int32_t SOME[] = {5, 99, 2, 3};
#define SOME_COUNT (sizeof SOME / sizeof SOME[0])

static bool is_some(int32_t account)
{
    return account == 5 || account == 2 || account == 3;
}

static void test_agrees_with_the_scan(void **state)
{
    struct fresh *fresh = *state;
    static struct sums all;
    struct catalogue catalogue = {0};
    struct usage_counts counts;
    struct err err = {0};
    size_t accounts = 0;
    int64_t events = 0;

    usage_fill(fresh);
    for (int64_t as_of = 1; as_of <= 10; as_of += 3) {
        assert_int_equal(catalogue_read(fresh->store, as_of, &catalogue, &err), ERR_NONE);
        assert_int_equal(accounts_count(fresh->store, &accounts, &err), ERR_NONE);
        sums_begin(&all, &catalogue, accounts);
        struct usage_scan scan = {.month = MONTH, .month_first = MONTH, .as_of = as_of, .threads = 1};
        assert_int_equal(usage_scan(fresh->store, scan, &all.table, &counts, &err), ERR_NONE);
        struct account_usage_in in = {SOME, SOME_COUNT, 202510, MONTH, as_of, catalogue.model_count, .ids = false};
        struct account_usage *together = usage_of(fresh, in);
        for (int32_t account = 1; account <= ACCOUNTS; account++) {
            struct usage_model_cell want = usage_month_total(&all.table, account);
            struct usage_model_cell got = alone(fresh, &catalogue, account, as_of);
            struct usage_model_cell also = sum_of(together, &catalogue, account);
            assert_true(want.events == got.events && want.credits == got.credits);
            assert_int_equal(also.events, is_some(account) ? got.events : 0);
            assert_int_equal(also.credits, is_some(account) ? got.credits : 0);
            events += got.events;
        }
        account_usage_free(together);
        catalogue_release(&catalogue);
    }
    assert_true(events > 1000);
}

/* Many events of one account, two or three at an instant, whose ids are in another order than their keys. */
static void many_fill(struct fresh *fresh)
{
    struct usage_parts_made made = {0};
    struct err err = {0};

    fresh_sql(fresh, CATALOGUE);
    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('first', 'acme', 5, 'auto', 1, NULL, NULL, 1);"
                     "BEGIN; WITH n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 2999) "
                     "INSERT INTO usage_ids SELECT 670, format('e%d', n * 7919 % 3000), (670 << 36) + n FROM n;"
                     "WITH n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 2999) "
                     "INSERT INTO usage_rows SELECT (670 << 36) + n, 1, 1, iif(n % 10 < 3, n / 10 * 10, n), n, 1, NULL, NULL "
                     "FROM n; COMMIT;"
                     "INSERT INTO voids SELECT 'usage_events', format('e%d', value * 50), 'x', value FROM "
                     "json_each('[3,4,5,6,7,8]')");
    struct usage_parts_in in = {.month = MONTH, .part_rows_max = PART_ROWS_MAX};
    assert_int_equal(usage_parts_make(fresh->store, in, &made, &err), ERR_NONE);
    assert_int_equal(made.rows, 3000);
}

/* Without ids the order, the voids and each id that is asked for are those of a reading with all of them. */
static void test_ids_that_wait(void **state)
{
    struct fresh *fresh = *state;
    const int32_t account = 1;
    struct account_usage_in in = {&account, 1, MONTH, MONTH, 6, 16, .ids = true};
    size_t count = 0, waiting = 0, voided = 0;
    struct err err = {0};

    many_fill(fresh);
    struct account_usage *whole = usage_of(fresh, in);
    in.ids = false;
    struct account_usage *usage = usage_of(fresh, in);
    const struct account_event *want = account_usage_events(whole, account, &count);
    const struct account_event *got = account_usage_events(usage, account, &count);
    assert_int_equal(count, 3000);
    for (size_t i = 0; i < count; i++) {
        char event_id[EVENT_ID_TEXT_MAX];

        waiting += got[i].event_id == NULL;
        voided += got[i].voided_at != INSTANT_NONE;
        assert_int_equal(account_usage_id(usage, &got[i], event_id, &err), ERR_NONE);
        assert_string_equal(event_id, want[i].event_id);
        assert_true(got[i].key == want[i].key && got[i].voided_at == want[i].voided_at);
    }
    assert_int_equal(waiting, 2100); /* three of ten share their instant */
    assert_int_equal(voided, 4);
    account_usage_free(usage);
    account_usage_free(whole);
}

static void test_a_missing_id_is_told_when_asked_for(void **state)
{
    struct fresh *fresh = *state;
    const int32_t account = 1;
    struct account_usage_in in = {&account, 1, MONTH, MONTH, 6, 16, .ids = false};
    char event_id[EVENT_ID_TEXT_MAX];
    struct err err = {0};
    size_t count = 0;

    many_fill(fresh);
    fresh_sql(fresh, "DROP TRIGGER usage_ids_delete; DELETE FROM usage_ids WHERE key = (670 << 36) + 5");
    struct account_usage *usage = usage_of(fresh, in);
    const struct account_event *events = account_usage_events(usage, account, &count);
    assert_true(events[5].key == (INT64_C(670) << 36) + 5);
    assert_int_equal(account_usage_id(usage, &events[5], event_id, &err), ERR_DATA);
    assert_non_null(strstr(err.text, "is damaged; restore the database from a backup"));
    account_usage_free(usage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_which_events_and_their_order, fresh_setup, fresh_teardown),
        cmocka_unit_test_setup_teardown(test_voids_by_as_of, fresh_setup, fresh_teardown),
        cmocka_unit_test_setup_teardown(test_damage_is_told, fresh_setup, fresh_teardown),
        cmocka_unit_test_setup_teardown(test_agrees_with_the_scan, fresh_setup, fresh_teardown),
        cmocka_unit_test_setup_teardown(test_ids_that_wait, fresh_setup, fresh_teardown),
        cmocka_unit_test_setup_teardown(test_a_missing_id_is_told_when_asked_for, fresh_setup, fresh_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
