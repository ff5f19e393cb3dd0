/*
 * Owns the scan of usage, the program's hot path: an SQL function is called for
 * each row, so that one sqlite3_step runs through a whole range of keys; each
 * thread has its own connection and range, and all add to one table
 * (store_usage_sort.h).
 */
#include "schema/store_usage.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "lib/calendar.h"
#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_usage_keys.h"
#include "schema/store_usage_shown.h"
#include "schema/store_usage_sort.h"
#include "schema/store_usage_sound.h"
#include "schema/store_usage_voided.h"

#define THREADS_MAX 64
#define ROWS_PER_THREAD_MIN 10000 /* for fewer, another thread does not pay */
#define ROWS_PER_LOOK 65536       /* rows between two looks at `stop`; a power of 2 */

static const char DOING[] = "read the usage";

/* Each column of each row costs: the key is asked for only where an event is voided or something was shown, the tokens only
 * where a model has a limit (R6), what customers were shown only where they were. */
static const char SCAN_SQL[] = "SELECT monthend_scan(account, model, at, quantity, recorded_at%s%s%s) "
                               "FROM usage_rows WHERE key >= ?1 AND key < ?2";
enum { VALUE_ACCOUNT, VALUE_MODEL, VALUE_AT, VALUE_QUANTITY, VALUE_RECORDED_AT, VALUES_ALWAYS };
#define NOT_ASKED 0

/* What all threads of a scan share. */
struct shared {
    struct usage_scan scan;
    struct rows ranges; /* struct key_range */
    struct rows voided; /* int64_t keys */
    const struct catalogue *catalogue;
    int64_t month_start; /* of the month to bill */
    int64_t month_end;
    struct usage_parts parts;
    int key_value;      /* which value of a row this is; NOT_ASKED: nothing of these ranges is voided */
    int tokens_value;   /* NOT_ASKED: they do not matter (R6) */
    int shown_value;    /* NOT_ASKED: no row of the ranges has credits_shown */
    int64_t position_count; /* keys in all ranges */
    size_t account_count;   /* numbers below it are accounts' */
    atomic_llong rows_done;
    atomic_bool stopped;
};

/* What a thread saw of a range. */
struct range_seen {
    int64_t unseen; /* no key below it is unknown at the as-of */
    struct fact_digest digest;
};

/* One thread's part. */
struct worker {
    struct shared *shared;
    struct store *store;
    bool main; /* runs on the caller's thread: reports progress */
    bool started;
    pthread_t thread;
    int64_t position_first; /* which keys of the ranges, counted through all of them */
    int64_t position_end;
    struct usage_month_sums sums;
    struct usage_counts counts;
    struct rate_span *spans; /* by model */
    struct usage_sorter *sorter;
    int64_t rows;
    int64_t month_start; /* of the range at hand */
    int64_t month_end;
    bool counted; /* the range at hand is the month to bill */
    size_t voided_next;
    int64_t range_first;    /* the first key of the range at hand */
    int64_t range_rows;     /* rows before it */
    struct range_seen seen; /* of the range at hand */
    struct range_seen *ranges_seen;
    struct usage_shown shown;
    bool damaged;
    struct err err;
};

/* Now and then, after so many rows more: go on? */
static bool look_around(struct worker *worker, int64_t rows)
{
    struct shared *shared = worker->shared;
    int64_t done = atomic_fetch_add(&shared->rows_done, rows) + rows;

    if (shared->scan.stop != NULL && *shared->scan.stop != 0) {
        atomic_store(&shared->stopped, true);
    }
    if (worker->main && shared->scan.progress != NULL) {
        shared->scan.progress(shared->scan.progress_context, done);
    }
    return !atomic_load(&shared->stopped);
}

static bool is_voided(struct worker *worker, int64_t key)
{
    const int64_t *keys = worker->shared->voided.items;
    size_t count = worker->shared->voided.count;

    while (worker->voided_next < count && keys[worker->voided_next] < key) {
        worker->voided_next++;
    }
    return worker->voided_next < count && keys[worker->voided_next] == key;
}

/* A row that the tables' checks would have refused: never index with it. */
static bool is_sound(const struct worker *worker, const struct seen_event *seen)
{
    const struct usage_event *event = &seen->event;

    return usage_sound(event, seen->shown, worker->month_start, worker->month_end) && (size_t)event->account < worker->shared->account_count &&
           (size_t)event->model < worker->shared->catalogue->model_count;
}

static void event_take(struct worker *worker, const struct usage_event *event)
{
    const struct shared *shared = worker->shared;
    struct usage_rated rated = usage_rate(shared->catalogue, worker->spans, event);

    usage_note(&worker->sums, shared->month_start, shared->month_end, event);
    usage_sorter_put(worker->sorter, &rated);
}

/* A value that the row may not have, or that was not asked for. */
static int64_t value_or(sqlite3_value **values, int which, int64_t none)
{
    return which == NOT_ASKED ? none : sql_value_or(values[which], none);
}

/* Which columns this scan needs besides those that all do, in the order of SCAN_SQL. */
static void values_choose(struct shared *shared, bool shown)
{
    bool tokens = usage_tokens_count(shared->catalogue, shared->month_end);
    int next = VALUES_ALWAYS;

    shared->key_value = shared->voided.count > 0 || shared->scan.shown != NULL ? next++ : NOT_ASKED;
    shared->tokens_value = tokens ? next++ : NOT_ASKED;
    shared->shown_value = shown ? next++ : NOT_ASKED;
}

static enum err_code scan_prepare(struct worker *worker, sqlite3_stmt **query, struct err *err)
{
    const struct shared *shared = worker->shared;
    char *sql = sqlite3_mprintf(SCAN_SQL, shared->key_value != NOT_ASKED ? ", key" : "",
                                shared->tokens_value != NOT_ASKED ? ", tokens" : "",
                                shared->shown_value != NOT_ASKED ? ", credits_shown" : "");
    enum err_code code = sql == NULL ? no_memory(err) : sql_prepare(worker->store, sql, DOING, query, err);

    sqlite3_free(sql);
    return code;
}

/* The row at hand is not known yet. Keys only grow: its own is at least the first one and the rows since. */
static void unseen_note(struct worker *worker)
{
    int64_t least = worker->range_first + (worker->rows - 1 - worker->range_rows);

    worker->seen.unseen = least < worker->seen.unseen ? least : worker->seen.unseen;
}

static void scan_step(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct worker *worker = sqlite3_user_data(context);
    const struct shared *shared = worker->shared;
    (void)count;

    if ((++worker->rows & (ROWS_PER_LOOK - 1)) == 0 && !look_around(worker, ROWS_PER_LOOK)) {
        sqlite3_result_error_code(context, SQLITE_INTERRUPT);
        return;
    }
    int64_t recorded_at = sqlite3_value_int64(values[VALUE_RECORDED_AT]);
    if (recorded_at > shared->scan.as_of) {
        unseen_note(worker);
        return;
    }
    struct seen_event seen = {
        .event = {.account = sqlite3_value_int(values[VALUE_ACCOUNT]),
                  .model = sqlite3_value_int(values[VALUE_MODEL]),
                  .at = usage_instant(worker->month_start, sqlite3_value_int64(values[VALUE_AT])),
                  .quantity = sqlite3_value_int64(values[VALUE_QUANTITY]),
                  .tokens = value_or(values, shared->tokens_value, TOKENS_NONE)},
        .recorded_at = recorded_at,
        .shown = value_or(values, shared->shown_value, SHOWN_NONE),
        .voided = shared->key_value != NOT_ASKED && is_voided(worker, sqlite3_value_int64(values[shared->key_value])),
    };
    if (!is_sound(worker, &seen)) {
        worker->damaged = true;
        sqlite3_result_error_code(context, SQLITE_CORRUPT);
        return;
    }
    fact_digest_event(&worker->seen.digest, &seen);
    seen.event.account = usage_place(&shared->scan, seen.event.account);
    if (seen.event.account == PLACE_ELSEWHERE) {
        return;
    }
    worker->counts.read += worker->counted;
    worker->counts.voided += worker->counted && seen.voided;
    if (!seen.voided) {
        usage_shown_take(&worker->shown, worker->counted, &seen, values[shared->key_value]);
        event_take(worker, &seen.event);
    }
}

static void scan_final(sqlite3_context *context)
{
    sqlite3_result_null(context);
}

static enum err_code scan_failed(struct worker *worker)
{
    struct err *err = &worker->err;

    if (worker->damaged) {
        return err_set(err, ERR_DATA, "%s: a row of usage_rows is damaged; restore the database from a backup",
                       worker->store->path);
    }
    if (atomic_load(&worker->shared->stopped)) {
        return err_set(err, ERR_INTERRUPTED, "%s: interrupted while reading the usage", worker->store->path);
    }
    return sql_error(worker->store, DOING, err);
}

/* Add the rows of one range of one month. */
static enum err_code range_scan(struct worker *worker, sqlite3_stmt *query, struct key_range range)
{
    int32_t month = month_from_index((int32_t)(range.first >> USAGE_KEY_BITS));

    worker->month_start = month_start_ms(month);
    worker->month_end = month_end_ms(month);
    worker->counted = month == worker->shared->scan.month;
    worker->range_first = range.first;
    worker->range_rows = worker->rows;
    sql_bind_integer(query, 1, range.first);
    sql_bind_integer(query, 2, range.end);
    bool done = look_around(worker, 0) && sqlite3_step(query) == SQLITE_ROW;
    enum err_code code = done ? ERR_NONE : scan_failed(worker);
    sqlite3_reset(query);
    return code;
}

/* Where the worker's positions lie in the ranges. */
static enum err_code ranges_scan(struct worker *worker, sqlite3_stmt *query)
{
    const struct rows *ranges = &worker->shared->ranges;
    int64_t passed = 0;
    enum err_code code = ERR_NONE;

    for (size_t i = 0; i < ranges->count && code == ERR_NONE; i++) {
        struct key_range range = ((const struct key_range *)ranges->items)[i];
        int64_t length = range.end - range.first;
        int64_t from = worker->position_first > passed ? worker->position_first - passed : 0;
        int64_t end = worker->position_end - passed < length ? worker->position_end - passed : length;

        if (from < end) {
            worker->seen = (struct range_seen){.unseen = range.end};
            code = range_scan(worker, query, (struct key_range){range.first + from, range.first + end});
            worker->ranges_seen[i] = worker->seen;
        }
        passed += length;
    }
    return code;
}

static void *worker_run(void *context)
{
    struct worker *worker = context;
    sqlite3_stmt *query = NULL;
    enum err_code code = ERR_NONE;

    if (sqlite3_create_function_v2(worker->store->db, "monthend_scan", -1, SQLITE_UTF8, worker, NULL, scan_step,
                                   scan_final, NULL) != SQLITE_OK) {
        code = sql_error(worker->store, DOING, &worker->err);
    }
    if (code == ERR_NONE) {
        code = scan_prepare(worker, &query, &worker->err);
    }
    if (code == ERR_NONE) {
        code = ranges_scan(worker, query);
        usage_sorter_end(worker->sorter);
    }
    sqlite3_finalize(query);
    if (code != ERR_NONE) {
        atomic_store(&worker->shared->stopped, true);
    }
    return NULL;
}

static int64_t positions(const struct rows *ranges)
{
    int64_t count = 0;

    for (size_t i = 0; i < ranges->count; i++) {
        struct key_range range = ((const struct key_range *)ranges->items)[i];

        count += range.end - range.first;
    }
    return count;
}

/* Every key of a range that is not the worker's to scan counts as seen. */
static enum err_code seen_init(struct worker *worker, struct err *err)
{
    const struct rows *ranges = &worker->shared->ranges;

    worker->ranges_seen = calloc(ranges->count + 1, sizeof *worker->ranges_seen);
    if (worker->ranges_seen == NULL) {
        return no_memory(err);
    }
    for (size_t i = 0; i < ranges->count; i++) {
        worker->ranges_seen[i].unseen = ((const struct key_range *)ranges->items)[i].end;
    }
    return ERR_NONE;
}

/* The first worker runs on the caller's thread. All have connections of their own: the caller's may stand in the
 * middle of other reads. */
static enum err_code worker_init(struct worker *worker, const struct store *store, struct err *err)
{
    worker->spans = calloc(worker->shared->catalogue->model_count + 1, sizeof *worker->spans);
    worker->sorter = malloc(sizeof *worker->sorter);
    if (worker->spans == NULL || worker->sorter == NULL) {
        return no_memory(err);
    }
    usage_sorter_init(worker->sorter, &worker->shared->parts);
    if (seen_init(worker, err) == ERR_NONE && usage_shown_init(&worker->shown, worker->shared->scan.shown,
                                                               worker->shared->parts.table, worker->main, err) == ERR_NONE) {
        (void)!store_open_again(store, &worker->store, err); /* the error is in *err */
    }
    return err->code;
}

static void worker_release(struct worker *worker)
{
    free(worker->spans);
    free(worker->sorter);
    usage_shown_release(&worker->shown);
    free(worker->ranges_seen);
    store_close(worker->store);
}

/* A thread that cannot be started is no error: the caller's runs its part, too. */
static void workers_run(struct worker *workers, int count)
{
    for (int i = 1; i < count; i++) {
        workers[i].started = pthread_create(&workers[i].thread, NULL, worker_run, &workers[i]) == 0;
    }
    worker_run(&workers[0]);
    for (int i = 1; i < count; i++) {
        if (workers[i].started) {
            pthread_join(workers[i].thread, NULL);
        } else {
            worker_run(&workers[i]);
        }
    }
}

/* The first error that is not the echo of another one. */
static enum err_code workers_error(const struct worker *workers, int count, struct err *err)
{
    const struct err *found = NULL;

    for (int i = 0; i < count; i++) {
        const struct err *candidate = &workers[i].err;

        if (candidate->code != ERR_NONE && (found == NULL || found->code == ERR_INTERRUPTED)) {
            found = candidate;
        }
    }
    return found == NULL ? ERR_NONE : err_set(err, found->code, "%s", found->text);
}

static void workers_merge(struct worker *workers, int count, struct usage_month_sums *sums, struct usage_counts *counts)
{
    struct usage_counts all = {0};

    for (int i = 0; i < count; i++) {
        usage_month_sums_merge(sums, &workers[i].sums);
        if (i > 0) {
            usage_shown_merge(&workers[0].shown, &workers[i].shown);
        }
        all.read += workers[i].counts.read;
        all.voided += workers[i].counts.voided;
    }
    *counts = all;
}

/* The first unseen key of each month, where the caller asks for them. */
static void unseen_tell(const struct shared *shared, const struct worker *workers, int count)
{
    int32_t first = month_index(shared->scan.month_first);
    int32_t last = month_index(shared->scan.month);

    for (int32_t month = first; shared->scan.unseen != NULL && month <= last; month++) {
        shared->scan.unseen[month - first] = (int64_t)month << USAGE_KEY_BITS; /* no rows: every key is free */
    }
    for (size_t i = 0; shared->scan.unseen != NULL && i < shared->ranges.count; i++) {
        struct key_range range = ((const struct key_range *)shared->ranges.items)[i];
        int64_t *key = &shared->scan.unseen[(range.first >> USAGE_KEY_BITS) - first];

        *key = range.end;
        for (int j = 0; j < count; j++) {
            *key = workers[j].ranges_seen[i].unseen < *key ? workers[j].ranges_seen[i].unseen : *key;
        }
    }
}

/* The same of the digests. */
static void seen_tell(const struct shared *shared, const struct worker *workers, int count)
{
    int32_t first = month_index(shared->scan.month_first);

    for (size_t i = 0; shared->scan.seen != NULL && i < shared->ranges.count; i++) {
        struct key_range range = ((const struct key_range *)shared->ranges.items)[i];

        for (int j = 0; j < count; j++) {
            fact_digest_merge(&shared->scan.seen[(range.first >> USAGE_KEY_BITS) - first], &workers[j].ranges_seen[i].digest);
        }
    }
}

static enum err_code shared_scan(struct shared *shared, const struct store *store, struct usage_counts *counts,
                                 struct err *err)
{
    struct worker *workers = calloc(THREADS_MAX, sizeof *workers);
    int64_t most = shared->position_count / ROWS_PER_THREAD_MIN + 1;
    int threads = shared->scan.threads > THREADS_MAX ? THREADS_MAX : shared->scan.threads;
    int count = most < threads ? (int)most : threads;
    enum err_code code = workers == NULL ? no_memory(err) : ERR_NONE;

    for (int i = 0; i < count && code == ERR_NONE; i++) {
        workers[i].shared = shared;
        workers[i].position_first = shared->position_count * i / count;
        workers[i].position_end = shared->position_count * (i + 1) / count;
        workers[i].main = i == 0;
        code = worker_init(&workers[i], store, err);
    }
    if (code == ERR_NONE) {
        workers_run(workers, count);
        code = workers_error(workers, count, err);
    }
    if (code == ERR_NONE) {
        workers_merge(workers, count, &shared->parts.table->sums, counts);
        unseen_tell(shared, workers, count);
        seen_tell(shared, workers, count);
    }
    for (int i = 0; i < count && workers != NULL; i++) {
        worker_release(&workers[i]);
    }
    free(workers);
    return code;
}

enum err_code usage_scan(struct store *store, struct usage_scan scan, struct usage_table *table,
                         struct usage_counts *counts, struct err *err)
{
    assert(scan.threads >= 1 && scan.month_first <= scan.month);
    struct shared shared = {.scan = scan,
                            .catalogue = table->catalogue,
                            .month_start = table->month_start,
                            .month_end = table->month_end,
                            .account_count = scan.places == NULL ? table->account_count : scan.place_count};
    bool shown = false;
    enum err_code code = usage_ranges(store, scan.month_first, scan.month, &shared.ranges, err);

    if (code == ERR_NONE) {
        code = usage_voided(store, &shared.ranges, scan.as_of, &shared.voided, err);
    }
    if (code == ERR_NONE) {
        code = usage_has_shown(store, &shared.ranges, &shown, err);
    }
    if (code == ERR_NONE) {
        shared.position_count = positions(&shared.ranges);
        values_choose(&shared, shown);
        usage_parts_init(&shared.parts, table);
        code = shared_scan(&shared, store, counts, err);
        usage_parts_release(&shared.parts);
    }
    rows_release(&shared.ranges);
    rows_release(&shared.voided);
    return code;
}
