/*
 * The scan of usage: the fast one on any number of threads and the plain one
 * agree on random events; voids, as-of, snapshot, interruption, damage.
 */
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
#include "tests/schema/fresh.h"
#include "tests/schema/plain_scan.h"

#define MONTH 202511
#define ROWS_A_MONTH 45000
#define ACCOUNTS 40
#define MONTHS_MAX 1000

static const char CATALOGUE[] =
    "INSERT INTO plans VALUES ('free', 'Free', 0, 1);"
    "INSERT INTO model_rates VALUES ('auto', 0, 1000000, NULL, 1), ('big', 0, 2700000, 500, 1),"
    " ('late', 1762000000000, 1300000, NULL, 1), ('late', 1763000000000, 400000, NULL, 1);";

/* Random events of October, November and December, some of which became known late, some voided. */
static void usage_fill(struct fresh *fresh)
{
    char sql[1024];

    fresh_sql(fresh, CATALOGUE);
    fresh_sql(fresh, "WITH n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 40) "
                     "INSERT INTO accounts SELECT format('a%02d', n), 'A', 'USD', 0, NULL, 1 FROM n");
    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('first', 'a01', 5, 'nobody knows', 1, NULL, NULL, 1)");
    for (int month = 669; month <= 671; month++) { /* 669: October 2025 */
        snprintf(sql, sizeof sql,
                 "BEGIN; WITH n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < %d - 1) "
                 "INSERT INTO usage_ids SELECT %d, format('e%%d', n), (%d << 36) + n FROM n;"
                 "WITH n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < %d - 1) "
                 "INSERT INTO usage_rows SELECT (%d << 36) + n, 1 + abs(random() %% %d), 1 + abs(random() %% 4), "
                 "abs(random() %% 2592000000), abs(random() %% 30000000), 1 + abs(random() %% 10), "
                 "iif(random() %% 2, abs(random() %% 3000), NULL), "
                 "iif(%d <> 669 AND random() %% 3 = 0, abs(random() %% 5000), NULL) FROM n; COMMIT",
                 ROWS_A_MONTH, month, month, ROWS_A_MONTH, month, ACCOUNTS, month);
        fresh_sql(fresh, sql);
    }
    fresh_sql(fresh, "INSERT INTO voids SELECT DISTINCT 'usage_events', format('e%d', abs(random() % 45000)), 'x', "
                     "1 + abs(random() % 10) FROM usage_rows WHERE key < (669 << 36) + 3000");
    fresh_sql(fresh, "INSERT OR IGNORE INTO voids SELECT table_name, id, 'again', recorded_at + 1 FROM voids LIMIT 100;"
                     "INSERT INTO voids VALUES ('plan_changes', 'e1', 'another table', 1), ('usage_events', 'none', 'x', 1)");
}

/* A table for all accounts; every third one has cells, some from October on. */
static struct usage_table table_make(struct fresh *fresh, struct catalogue *catalogue)
{
    struct err err = {0};
    struct usage_table table = {0};

    assert_int_equal(catalogue_read(fresh->store, 100, catalogue, &err), ERR_NONE);
    assert_int_equal(accounts_count(fresh->store, &table.account_count, &err), ERR_NONE);
    table.catalogue = catalogue;
    table.month_start = month_start_ms(MONTH);
    table.month_end = month_end_ms(MONTH);
    table.accounts = calloc(table.account_count, sizeof *table.accounts);
    table.cells = calloc(table.account_count * 3, sizeof *table.cells);
    table.models = calloc(table.account_count * catalogue->model_count, sizeof *table.models);
    for (size_t i = 0; i < table.account_count; i++) {
        int64_t from = table.month_start - (i % 2 == 0 ? 10 * DAY_MS : 0);

        table.accounts[i].unknown_model = -1;
        table.accounts[i].first_cell = (uint32_t)table.cell_count;
        table.accounts[i].cell_count = i % 3 == 0 ? 3 : 0;
        for (uint32_t cell = 0; cell < table.accounts[i].cell_count; cell++) {
            table.cells[table.cell_count++].from = from + cell * 13 * DAY_MS;
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

static void tables_compare(const struct usage_table *a, const struct usage_table *b)
{
    assert_int_equal(a->sums.events, b->sums.events);
    assert_memory_equal(a->sums.days, b->sums.days, sizeof a->sums.days);
    assert_int_equal(a->sums.edges.first_minute, b->sums.edges.first_minute);
    assert_int_equal(a->sums.edges.last_minute, b->sums.edges.last_minute);
    assert_memory_equal(a->cells, b->cells, a->cell_count * sizeof *a->cells);
    assert_memory_equal(a->models, b->models, a->account_count * a->catalogue->model_count * sizeof *a->models);
    for (size_t i = 0; i < a->account_count; i++) {
        assert_int_equal(a->accounts[i].unknown_model, b->accounts[i].unknown_model);
        assert_int_equal(a->accounts[i].unknown_at, b->accounts[i].unknown_at);
        assert_int_equal(a->accounts[i].unknown_events, b->accounts[i].unknown_events);
    }
}

/* The events of a month known at the as-of, each by itself; tokens matter (R6). */
static struct fact_digest seen_of(struct fresh *fresh, int32_t month, int64_t as_of)
{
    static const char SQL[] =
        "SELECT r.account, r.model, r.at, r.quantity, coalesce(r.tokens, -1), r.recorded_at, coalesce(r.credits_shown, -1), "
        "EXISTS (SELECT 1 FROM voids v WHERE v.table_name = 'usage_events' AND v.id = i.event_id AND v.recorded_at <= ?1) "
        "FROM usage_ids i JOIN usage_rows r ON r.key = i.key WHERE i.month = ?2 AND r.recorded_at <= ?1 ORDER BY i.event_id";
    struct fact_digest digest = {0};
    sqlite3_stmt *query = NULL;

    assert_int_equal(sqlite3_prepare_v2(fresh->upstream, SQL, -1, &query, NULL), SQLITE_OK);
    sqlite3_bind_int64(query, 1, as_of);
    sqlite3_bind_int(query, 2, month_index(month));
    while (sqlite3_step(query) == SQLITE_ROW) {
        fact_digest_event(&digest, &(struct seen_event){
                                       .event = {.account = sqlite3_column_int(query, 0),
                                                 .model = sqlite3_column_int(query, 1),
                                                 .at = month_start_ms(month) + sqlite3_column_int64(query, 2),
                                                 .quantity = sqlite3_column_int64(query, 3),
                                                 .tokens = sqlite3_column_int64(query, 4)},
                                       .recorded_at = sqlite3_column_int64(query, 5),
                                       .shown = sqlite3_column_int64(query, 6),
                                       .voided = sqlite3_column_int(query, 7) != 0,
                                   });
    }
    sqlite3_finalize(query);
    return digest;
}

/* What was shown of the month's events, each by itself. */
static void shown_fill(struct fresh *fresh, const struct usage_table *table, struct usage_scan scan, struct shown_table *shown)
{
    static const char SQL[] =
        "SELECT r.account, r.model, r.at, r.quantity, coalesce(r.tokens, -1), r.credits_shown, r.key FROM usage_ids i "
        "JOIN usage_rows r ON r.key = i.key WHERE i.month = ?2 AND r.recorded_at <= ?1 AND r.credits_shown IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM voids v WHERE v.table_name = 'usage_events' AND v.id = i.event_id "
        "AND v.recorded_at <= ?1) ORDER BY i.event_id";
    sqlite3_stmt *query = NULL;

    assert_int_equal(sqlite3_prepare_v2(fresh->upstream, SQL, -1, &query, NULL), SQLITE_OK);
    sqlite3_bind_int64(query, 1, scan.as_of);
    sqlite3_bind_int(query, 2, month_index(MONTH));
    while (sqlite3_step(query) == SQLITE_ROW) {
        if (scan.places != NULL && scan.places[sqlite3_column_int(query, 0)] == PLACE_ELSEWHERE) {
            continue;
        }
        shown_add(shown, table, &(struct shown_event){
                                    .event = {.account = sqlite3_column_int(query, 0),
                                              .model = sqlite3_column_int(query, 1),
                                              .at = table->month_start + sqlite3_column_int64(query, 2),
                                              .quantity = sqlite3_column_int64(query, 3),
                                              .tokens = sqlite3_column_int64(query, 4)},
                                    .shown = sqlite3_column_int64(query, 5),
                                    .key = sqlite3_column_int64(query, 6),
                                });
    }
    sqlite3_finalize(query);
}

static struct shown_table shown_make(struct fresh *fresh, const struct usage_table *table)
{
    struct shown_table shown = {0};
    struct err err = {0};

    assert_int_equal(usage_shown_table(fresh->store, MONTH, table, &shown, &err), ERR_NONE);
    assert_true(shown.accounts != NULL && shown.cells != NULL);
    return shown;
}

static void shown_compare(const struct usage_table *table, struct shown_table want, struct shown_table got)
{
    int64_t events = 0;

    assert_memory_equal(want.accounts, got.accounts, table->account_count * sizeof *want.accounts);
    assert_memory_equal(want.cells, got.cells, table->cell_count * sizeof *want.cells);
    for (size_t i = 0; i < table->account_count; i++) {
        events += want.accounts[i].events;
    }
    assert_true(events > 300);
    free(want.accounts);
    free(want.cells);
    free(got.accounts);
    free(got.cells);
}

static void agree(struct fresh *fresh, struct usage_scan scan)
{
    struct catalogue plain_catalogue = {0};
    struct catalogue fast_catalogue = {0};
    struct usage_table plain = table_make(fresh, &plain_catalogue);
    struct usage_table fast = table_make(fresh, &fast_catalogue);
    struct usage_counts plain_counts = {0};
    struct usage_counts fast_counts = {0};
    static int64_t plain_unseen[MONTHS_MAX];
    static int64_t fast_unseen[MONTHS_MAX];
    static struct fact_digest seen[MONTHS_MAX];
    int months = month_index(scan.month) - month_index(scan.month_first) + 1;
    struct err err = {0};

    scan.unseen = plain_unseen;
    assert_int_equal(plain_scan(fresh->store, scan, &plain, &plain_counts, &err), ERR_NONE);
    scan.unseen = fast_unseen;
    memset(seen, 0, sizeof seen);
    scan.seen = seen;
    struct shown_table want_shown = shown_make(fresh, &fast);
    struct shown_table fast_shown = shown_make(fresh, &fast);
    shown_fill(fresh, &fast, scan, &want_shown);
    scan.shown = &fast_shown;
    assert_int_equal(usage_scan(fresh->store, scan, &fast, &fast_counts, &err), ERR_NONE);
    assert_memory_equal(plain_unseen, fast_unseen, (size_t)months * sizeof *fast_unseen);
    int64_t known = fast_unseen[months - 1] - ((int64_t)month_index(MONTH) << 36);
    assert_true(scan.as_of == 100 ? known == ROWS_A_MONTH : known < 1000); /* half the rows are unknown at 5 */
    for (int i = months > 2 ? months - 2 : 0; i < months; i++) {
        struct fact_digest want = seen_of(fresh, month_from_index(month_index(scan.month_first) + i), scan.as_of);

        assert_true(want.rows > 0 && fact_digest_same(&want, &seen[i]));
    }
    assert_int_equal(plain_counts.read, fast_counts.read);
    assert_int_equal(plain_counts.voided, fast_counts.voided);
    assert_int_equal(plain.sums.events, plain_counts.read - plain_counts.voided);
    assert_true(plain.sums.events > 0 && plain_counts.voided > 0);
    tables_compare(&plain, &fast);
    struct shown_table read_shown = shown_make(fresh, &fast);
    assert_int_equal(usage_shown_read(fresh->store, scan, &fast, &read_shown, &err), ERR_NONE);
    assert_memory_equal(read_shown.accounts, fast_shown.accounts, fast.account_count * sizeof *read_shown.accounts);
    assert_memory_equal(read_shown.cells, fast_shown.cells, fast.cell_count * sizeof *read_shown.cells);
    free(read_shown.accounts);
    free(read_shown.cells);
    shown_compare(&fast, want_shown, fast_shown);
    table_free(&plain, &plain_catalogue);
    table_free(&fast, &fast_catalogue);
}

static void test_any_threads_agree_with_the_plain_scan(void **state)
{
    static const int THREADS[] = {1, 2, 3, 8};
    struct fresh *fresh = *state;
    struct usage_scan scan = {.month = MONTH};

    usage_fill(fresh);
    for (size_t i = 0; i < sizeof THREADS / sizeof THREADS[0]; i++) {
        scan.threads = THREADS[i];
        scan.as_of = 5;
        scan.month_first = 202510;
        agree(fresh, scan);
        scan.as_of = 100;
        scan.month_first = MONTH;
        agree(fresh, scan);
        scan.month_first = 197001;
        agree(fresh, scan);
    }
}

static struct usage_counts counts_of(struct fresh *fresh, struct usage_scan scan)
{
    struct catalogue catalogue = {0};
    struct usage_table table = table_make(fresh, &catalogue);
    struct usage_counts counts = {0};
    struct err err = {0};

    assert_int_equal(usage_scan(fresh->store, scan, &table, &counts, &err), ERR_NONE);
    assert_int_equal(table.sums.events, counts.read - counts.voided);
    table_free(&table, &catalogue);
    return counts;
}

/* Only the accounts that have a place: each event is in the scan of one shard, whatever the threads. */
static void test_shards_add_up(void **state)
{
    struct fresh *fresh = *state;
    struct usage_scan scan = {.month = MONTH, .month_first = 202510, .as_of = 5, .threads = 3};
    static int32_t places[ACCOUNTS + 1];
    struct usage_counts sum = {0};

    usage_fill(fresh);
    struct usage_counts whole = counts_of(fresh, scan);
    for (int32_t shard = 0; shard < 3; shard++) {
        for (int32_t i = 0; i <= ACCOUNTS; i++) {
            places[i] = i % 3 == shard ? i : PLACE_ELSEWHERE;
        }
        scan.places = places;
        scan.place_count = ACCOUNTS + 1;
        agree(fresh, scan);
        struct usage_counts counts = counts_of(fresh, scan);
        assert_true(counts.read > 0 && counts.voided > 0);
        sum.read += counts.read;
        sum.voided += counts.voided;
    }
    assert_int_equal(sum.read, whole.read);
    assert_int_equal(sum.voided, whole.voided);
}

/* R3, R8: what becomes known later is not there; a void counts from its recorded_at on. */
static void test_as_of(void **state)
{
    static const struct {
        int64_t as_of;
        int64_t read;
        int64_t voided;
    } rows[] = {{9, 0, 0}, {10, 2, 0}, {19, 2, 0}, {20, 3, 0}, {29, 3, 0}, {30, 3, 1}, {100, 3, 1}};
    struct fresh *fresh = *state;

    fresh_sql(fresh, CATALOGUE);
    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('e1', 'a', 1762000000000, 'auto', 5, NULL, NULL, 10),"
                     " ('e2', 'a', 1764547199999, 'auto', 5, NULL, NULL, 10),"    /* R7: the last instant of November */
                     " ('e3', 'a', 1764547200000, 'auto', 5, NULL, NULL, 10),"    /* R7: December */
                     " ('e4', 'b', 1761955200000, 'auto', 5, NULL, NULL, 20);"    /* the first instant of November */
                     "INSERT INTO voids VALUES ('usage_events', 'e1', '', 30)");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct usage_scan scan = {.month = MONTH, .month_first = MONTH, .as_of = rows[i].as_of, .threads = 2};
        struct usage_counts counts = counts_of(fresh, scan);

        assert_int_equal(counts.read, rows[i].read);
        assert_int_equal(counts.voided, rows[i].voided);
    }
    struct err err = {0};
    int64_t estimate = -1;
    assert_int_equal(usage_rows_estimate(fresh->store, 197001, MONTH, &estimate, &err), ERR_NONE);
    assert_int_equal(estimate, 3);
}

/* Upstream goes on writing: the scan reads the state of the caller's snapshot. */
static void test_snapshot(void **state)
{
    struct fresh *fresh = *state;
    struct usage_scan scan = {.month = MONTH, .month_first = MONTH, .as_of = 100, .threads = 4};
    struct catalogue catalogue = {0};
    struct err err = {0};

    fresh_sql(fresh, CATALOGUE);
    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('e1', 'a', 1762000000000, 'auto', 5, NULL, NULL, 10)");
    assert_int_equal(store_snapshot_begin(fresh->store, &err), ERR_NONE);
    assert_int_equal(catalogue_read(fresh->store, 100, &catalogue, &err), ERR_NONE); /* the snapshot is taken */
    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('e2', 'new', 1762000000000, 'newer', 5, NULL, NULL, 10),"
                     " ('e3', 'a', 1762000000000, 'auto', 5, NULL, NULL, 10);"
                     "INSERT INTO voids VALUES ('usage_events', 'e1', '', 10)");
    struct usage_counts counts = counts_of(fresh, scan);
    assert_true(counts.read == 1 && counts.voided == 0);
    store_snapshot_end(fresh->store);
    counts = counts_of(fresh, scan);
    assert_true(counts.read == 3 && counts.voided == 1);
    catalogue_release(&catalogue);
}

static void progress_note(void *context, int64_t rows_done)
{
    *(int64_t *)context = rows_done;
}

static void test_progress_and_stop(void **state)
{
    struct fresh *fresh = *state;
    struct catalogue catalogue = {0};
    struct usage_counts counts = {.read = -1};
    struct err err = {0};
    int64_t done = -1;
    volatile int stop = 0;
    struct usage_scan scan = {.month = 202512, .month_first = 197001, .as_of = 100, .threads = 1, .stop = &stop,
                              .progress = progress_note, .progress_context = &done};

    usage_fill(fresh);
    struct usage_table table = table_make(fresh, &catalogue);
    table.month_start = month_start_ms(202512);
    table.month_end = month_end_ms(202512);
    assert_int_equal(usage_scan(fresh->store, scan, &table, &counts, &err), ERR_NONE);
    assert_int_equal(done, 2 * 65536);
    stop = 1;
    counts.read = -1;
    assert_int_equal(usage_scan(fresh->store, scan, &table, &counts, &err), ERR_INTERRUPTED);
    assert_int_equal(counts.read, -1); /* untouched */
    scan.threads = 3;
    err = (struct err){0};
    assert_int_equal(usage_scan(fresh->store, scan, &table, &counts, &err), ERR_INTERRUPTED);
    table_free(&table, &catalogue);
}

/* A row that no check would let in is met with an error, not with a wild index. */
static void test_damaged_row(void **state)
{
    struct fresh *fresh = *state;
    struct usage_scan scan = {.month = MONTH, .month_first = MONTH, .as_of = 100, .threads = 2};
    struct catalogue catalogue = {0};
    struct usage_counts counts = {0};
    struct err err = {0};

    fresh_sql(fresh, CATALOGUE);
    fresh_sql(fresh, "INSERT INTO usage_rows VALUES (670 << 36, 4711, 1, 5, 5, 10, NULL, NULL)");
    struct usage_table table = table_make(fresh, &catalogue);
    assert_int_equal(usage_scan(fresh->store, scan, &table, &counts, &err), ERR_DATA);
    assert_non_null(strstr(err.text, "of usage_rows is damaged; restore the database from a backup"));
    table_free(&table, &catalogue);
}

/* Room for what was shown only where something was; ids by their keys. */
static void test_shown_and_ids(void **state)
{
    struct fresh *fresh = *state;
    struct usage_table table = {.account_count = 1};
    struct shown_table shown = {.cells = (void *)&table};
    struct usage_id ids[] = {{.key = 670LL << 36}, {.key = (670LL << 36) + 1}, {.key = (670LL << 36) + 7}};
    struct err err = {0};

    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('o1', 'a', 1761900000000, 'auto', 5, NULL, 3, 10)," /* October */
                     " ('z', 'a', 1762000000000, 'auto', 5, NULL, NULL, 10), ('b', 'a', 1762000000000, 'auto', 5, NULL, NULL, 10)");
    assert_int_equal(usage_shown_table(fresh->store, MONTH, &table, &shown, &err), ERR_NONE);
    assert_true(shown.accounts == NULL && shown.cells == NULL);
    assert_int_equal(usage_ids_find(fresh->store, MONTH, ids, 3, &err), ERR_NONE);
    assert_string_equal(ids[0].event_id, "z");
    assert_string_equal(ids[1].event_id, "b");
    assert_string_equal(ids[2].event_id, "");
    fresh_sql(fresh, "INSERT INTO usage_events VALUES ('c', 'a', 1762000000000, 'auto', 5, NULL, 0, 10)");
    assert_int_equal(usage_shown_table(fresh->store, MONTH, &table, &shown, &err), ERR_NONE);
    assert_true(shown.accounts != NULL && shown.cells != NULL);
    free(shown.accounts);
    free(shown.cells);
}

static void test_no_usage(void **state)
{
    struct fresh *fresh = *state;
    struct usage_scan scan = {.month = MONTH, .month_first = 197001, .as_of = 100, .threads = 4};

    fresh_sql(fresh, CATALOGUE);
    struct usage_counts counts = counts_of(fresh, scan);
    assert_true(counts.read == 0 && counts.voided == 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_any_threads_agree_with_the_plain_scan), TEST(test_as_of),       TEST(test_snapshot),
        TEST(test_progress_and_stop),                     TEST(test_damaged_row), TEST(test_no_usage),
        TEST(test_shown_and_ids),
        TEST(test_shards_add_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
