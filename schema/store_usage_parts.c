/*
 * Owns the making of parts: one pass over the rows of a part, which writes each event as bytes (store_usage_places.h) in
 * the order of keys, then each account's events one behind the other.
 */
#include "schema/store_usage_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "schema/store_facts.h"
#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_usage_ids.h"
#include "schema/store_usage_keys.h"
#include "schema/store_usage_places.h"
#include "schema/store_usage_sound.h"

static const char DOING[] = "find the events of each account";

/* As the scan of a month (store_usage.c): a function called for each row, so that one step runs through all of them. */
static const char PASS_SQL[] = "SELECT monthend_place(key, account, model, at, quantity, recorded_at, tokens, credits_shown) "
                               "FROM usage_rows WHERE key >= ?1 AND key < ?2";
enum { PASS_VALUES = 8 };
static const char COVERED_SQL[] = "SELECT max(end_key) FROM usage_parts WHERE first_key >= ?1 AND first_key < ?2";
static const char PART_SQL[] = "INSERT INTO usage_parts (part, first_key, end_key) "
                               "SELECT coalesce(max(part), 0) + 1, ?1, ?2 FROM usage_parts RETURNING part";
static const char PLACE_SQL[] = "INSERT INTO usage_places (place, events) VALUES (?1, ?2)";
static const char PARTS_SQL[] = "SELECT part, first_key, end_key FROM usage_parts ORDER BY part";
static const char PLACES_SQL[] = "SELECT place, events FROM usage_places WHERE place >= ?1 AND place < ?2 ORDER BY place";

/* An account's events in the part at hand. */
struct account_bytes {
    uint32_t end;      /* where they end among all; while they are put there, where the next goes */
    uint32_t key_last; /* of the last one, less the part's first key */
};

/* An event in the order of keys: its account's number, how many bytes, and they. */
#define ARRIVED_HEAD_BYTES (NUMBER_BYTES + 1)
#define ARRIVED_BYTES_MAX (ARRIVED_HEAD_BYTES + EVENT_BYTES_MAX)
#define ARRIVED_ROOM_BYTES (UINT32_C(1) << 20)

/* A part in the making. */
struct making {
    struct store *store;
    int64_t part;
    struct key_range range;
    int64_t month_start;
    int64_t month_end;
    struct account_bytes *accounts; /* by number */
    size_t account_count;
    unsigned char *arrived; /* the events in the order of keys */
    size_t arrived_bytes;
    size_t arrived_bytes_max;
    unsigned char *events; /* account by account */
    size_t event_bytes;
    int64_t rows;
    bool damaged;         /* a row that cannot be */
    unsigned char *block; /* of the account at hand */
    size_t block_bytes_max;
};

/* What is done with a finished block; *bytes is the part's until the next one. */
typedef enum err_code (*block_visit)(void *context, int64_t place, const unsigned char *bytes, size_t length,
                                     struct err *err);

static bool arrived_room(struct making *making)
{
    if (making->arrived_bytes_max - making->arrived_bytes < ARRIVED_BYTES_MAX) {
        size_t wanted = making->arrived_bytes_max + making->arrived_bytes_max / 2 + ARRIVED_ROOM_BYTES;
        unsigned char *grown = realloc(making->arrived, wanted);

        if (grown == NULL) {
            return false;
        }
        making->arrived = grown;
        making->arrived_bytes_max = wanted;
    }
    return true;
}

static struct usage_row row_of(const struct making *making, sqlite3_value **values)
{
    return (struct usage_row){
        .key = sqlite3_value_int64(values[0]),
        .account = sqlite3_value_int(values[1]),
        .model = sqlite3_value_int(values[2]),
        .at = usage_instant(making->month_start, sqlite3_value_int64(values[3])),
        .quantity = sqlite3_value_int64(values[4]),
        .recorded_at = sqlite3_value_int64(values[5]),
        .tokens = sql_value_or(values[6], TOKENS_NONE),
        .credits_shown = sql_value_or(values[7], SHOWN_NONE),
    };
}

static bool is_sound(const struct making *making, const struct usage_row *row)
{
    struct usage_event event = {row->account, row->model, row->at, row->quantity, row->tokens};

    return usage_sound(&event, row->credits_shown, making->month_start, making->month_end) && (size_t)row->account < making->account_count;
}

static void row_arrive(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct making *making = sqlite3_user_data(context);
    struct usage_row row = row_of(making, values);
    (void)count;

    making->damaged = !is_sound(making, &row);
    if (making->damaged || !arrived_room(making)) {
        sqlite3_result_error_code(context, making->damaged ? SQLITE_CORRUPT : SQLITE_NOMEM);
        return;
    }
    struct account_bytes *account = &making->accounts[row.account];
    unsigned char *at = making->arrived + making->arrived_bytes;
    size_t length = event_put(at + ARRIVED_HEAD_BYTES, &row, making->range.first + account->key_last, making->month_start);
    number_put(at, 0, (uint32_t)row.account);
    at[NUMBER_BYTES] = (unsigned char)length;
    account->end += (uint32_t)length;
    account->key_last = (uint32_t)(row.key - making->range.first);
    making->arrived_bytes += ARRIVED_HEAD_BYTES + length;
    making->event_bytes += length;
    making->rows++;
}

static void rows_end(sqlite3_context *context)
{
    sqlite3_result_null(context);
}

static enum err_code pass(struct making *making, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(making->store, PASS_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, making->range.first);
        sql_bind_integer(query, 2, making->range.end);
        code = sql_step(making->store, query, DOING, &row, err);
    }
    sqlite3_finalize(query);
    if (making->damaged) {
        *err = (struct err){0};
        code = err_set(err, ERR_DATA, "%s: a row of usage_rows is damaged; restore the database from a backup",
                       store_path(making->store));
    }
    return code;
}

/* From lengths to where each account's events begin. */
static void lengths_to_starts(struct making *making)
{
    uint32_t start = 0;

    for (size_t i = 0; i < making->account_count; i++) {
        uint32_t length = making->accounts[i].end;

        making->accounts[i].end = start;
        start += length;
    }
}

/* From the order of keys to that of accounts. */
static enum err_code events_sort(struct making *making, struct err *err)
{
    free(making->events);
    making->events = malloc(making->event_bytes + 1);
    if (making->events == NULL) {
        return no_memory(err);
    }
    lengths_to_starts(making);
    for (size_t used = 0; used < making->arrived_bytes;) {
        const unsigned char *at = making->arrived + used;
        struct account_bytes *account = &making->accounts[number_get(at, 0)];
        size_t length = at[NUMBER_BYTES];

        memcpy(making->events + account->end, at + ARRIVED_HEAD_BYTES, length);
        account->end += (uint32_t)length;
        used += ARRIVED_HEAD_BYTES + length;
    }
    return ERR_NONE;
}

/* The events of the range's rows, account by account. */
static enum err_code part_compute(struct making *making, struct err *err)
{
    int64_t rows_max = making->range.end - making->range.first;
    assert(rows_max >= 1 && rows_max <= PART_ROWS_MAX);
    static_assert((int64_t)PART_ROWS_MAX * EVENT_BYTES_MAX <= UINT32_MAX, "account_bytes counts them");

    if (accounts_count(making->store, &making->account_count, err) != ERR_NONE) {
        return err->code;
    }
    free(making->accounts);
    making->accounts = calloc(making->account_count + 1, sizeof *making->accounts);
    if (making->accounts == NULL) {
        return no_memory(err);
    }
    int32_t month = month_from_index((int32_t)(making->range.first >> USAGE_KEY_BITS));
    making->month_start = month_start_ms(month);
    making->month_end = month_end_ms(month);
    making->arrived_bytes = 0;
    making->event_bytes = 0;
    making->rows = 0;
    return pass(making, err) == ERR_NONE ? events_sort(making, err) : err->code;
}

static enum err_code block_room(struct making *making, size_t bytes, struct err *err)
{
    if (bytes > making->block_bytes_max) {
        free(making->block);
        making->block_bytes_max = 2 * bytes;
        making->block = malloc(making->block_bytes_max);
        if (making->block == NULL) {
            making->block_bytes_max = 0;
            return no_memory(err);
        }
    }
    return ERR_NONE;
}

/* The bytes of the block that begins with this account; *length 0: it has no events. */
static enum err_code block_write(struct making *making, size_t account, size_t *length, struct err *err)
{
    size_t end = account + BLOCK_ACCOUNTS < making->account_count ? account + BLOCK_ACCOUNTS : making->account_count;
    uint32_t first = account == 0 ? 0 : making->accounts[account - 1].end;
    uint32_t bytes = making->accounts[end - 1].end - first;
    int64_t place = place_of(making->part, (int32_t)account);

    *length = 0;
    if (bytes == 0 || block_room(making, BLOCK_HEAD_BYTES + (size_t)bytes, err) != ERR_NONE) {
        return err->code;
    }
    number_put(making->block, 0, (uint32_t)place);
    number_put(making->block, 1, (uint32_t)(place >> 32));
    number_put(making->block, 2, 0);
    for (size_t i = 0; i < BLOCK_ACCOUNTS; i++) {
        size_t last = account + i < end ? account + i : end - 1;

        number_put(making->block, 3 + i, making->accounts[last].end - first);
    }
    memcpy(making->block + BLOCK_HEAD_BYTES, making->events + first, bytes);
    *length = BLOCK_HEAD_BYTES + (size_t)bytes;
    return ERR_NONE;
}

static enum err_code blocks_visit(struct making *making, block_visit visit, void *context, struct err *err)
{
    for (size_t account = 0; account < making->account_count && err->code == ERR_NONE; account += BLOCK_ACCOUNTS) {
        size_t length = 0;

        if (block_write(making, account, &length, err) == ERR_NONE && length > 0) {
            (void)visit(context, place_of(making->part, (int32_t)account), making->block, length, err); /* the error is in *err */
        }
    }
    return err->code;
}

static void making_release(struct making *making)
{
    sqlite3_create_function_v2(making->store->db, "monthend_place", PASS_VALUES, SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
    free(making->accounts);
    free(making->arrived);
    free(making->events);
    free(making->block);
}

static enum err_code making_begin(struct making *making, struct store *store, struct err *err)
{
    *making = (struct making){.store = store};
    if (sqlite3_create_function_v2(store->db, "monthend_place", PASS_VALUES, SQLITE_UTF8, making, NULL, row_arrive, rows_end,
                                   NULL) != SQLITE_OK) {
        return sql_error(store, DOING, err);
    }
    return ERR_NONE;
}

struct storing {
    struct store *store;
    sqlite3_stmt *insert;
};

static enum err_code block_store(void *context, int64_t place, const unsigned char *bytes, size_t length, struct err *err)
{
    struct storing *storing = context;

    sql_bind_integer(storing->insert, 1, place);
    if (sqlite3_bind_blob64(storing->insert, 2, bytes, length, SQLITE_STATIC) != SQLITE_OK) {
        return sql_error(storing->store, DOING, err);
    }
    return sql_run(storing->store, storing->insert, DOING, err);
}

/* A new part's number, in a transaction. */
static enum err_code part_number(struct making *making, struct err *err)
{
    sqlite3_stmt *insert = NULL;
    bool row = false;
    enum err_code code = sql_prepare(making->store, PART_SQL, DOING, &insert, err);

    if (code == ERR_NONE) {
        sql_bind_integer(insert, 1, making->range.first);
        sql_bind_integer(insert, 2, making->range.end);
        code = sql_step(making->store, insert, DOING, &row, err);
    }
    if (code == ERR_NONE) {
        making->part = sqlite3_column_int64(insert, 0);
    }
    sqlite3_finalize(insert);
    return code;
}

/* Whole or not at all. */
static enum err_code part_store(struct making *making, struct err *err)
{
    struct storing storing = {.store = making->store};

    if (store_begin(making->store, err) != ERR_NONE) {
        return err->code;
    }
    if (sql_prepare(making->store, PLACE_SQL, DOING, &storing.insert, err) == ERR_NONE &&
        part_number(making, err) == ERR_NONE) {
        (void)blocks_visit(making, block_store, &storing, err); /* the error is in *err */
    }
    sqlite3_finalize(storing.insert);
    if (err->code == ERR_NONE) {
        return store_commit(making->store, err);
    }
    store_rollback(making->store);
    return err->code;
}

/* The month's keys from the first that no part covers on; empty: all are covered. */
static enum err_code uncovered(struct store *store, int32_t month, struct key_range *range, struct err *err)
{
    int64_t first = (int64_t)month_index(month) << USAGE_KEY_BITS;
    struct rows ranges = {0};
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = usage_ranges(store, month, month, &ranges, err);

    if (code == ERR_NONE) {
        code = sql_prepare(store, COVERED_SQL, DOING, &query, err);
    }
    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, first);
        sql_bind_integer(query, 2, first + (INT64_C(1) << USAGE_KEY_BITS));
        code = sql_step(store, query, DOING, &row, err);
    }
    if (code == ERR_NONE) {
        bool none = sqlite3_column_type(query, 0) == SQLITE_NULL;

        range->first = none ? first : sqlite3_column_int64(query, 0);
        range->end = ranges.count == 0 ? range->first : ((const struct key_range *)ranges.items)[0].end;
    }
    sqlite3_finalize(query);
    rows_release(&ranges);
    if (code == ERR_NONE && (range->first < first || range->first > first + (INT64_C(1) << USAGE_KEY_BITS))) {
        code = sql_damaged(store, "a row of usage_parts cannot be", err);
    }
    return code;
}

enum err_code usage_rows_uncovered(struct store *store, int32_t month, int64_t *rows, struct err *err)
{
    struct key_range range = {0};
    enum err_code code = uncovered(store, month, &range, err);

    if (code == ERR_NONE) {
        *rows = range.end - range.first;
    }
    return code;
}

enum err_code usage_parts_make(struct store *store, struct usage_parts_in in, struct usage_parts_made *made,
                               struct err *err)
{
    struct making making;
    struct key_range left = {0};
    assert(in.part_rows_max >= 1 && in.part_rows_max <= PART_ROWS_MAX);

    *made = (struct usage_parts_made){0};
    if (sql_exec(store, STORE_CACHE_SMALL_SQL, DOING, err) != ERR_NONE ||
        uncovered(store, in.month, &left, err) != ERR_NONE || making_begin(&making, store, err) != ERR_NONE) {
        return err->code;
    }
    while (left.first < left.end && err->code == ERR_NONE) {
        making.range = (struct key_range){
            left.first, left.end - left.first > in.part_rows_max ? left.first + in.part_rows_max : left.end};
        if (part_compute(&making, err) == ERR_NONE && part_store(&making, err) == ERR_NONE) {
            made->parts++;
            made->rows += making.rows;
            left.first = making.range.end;
        }
        if (err->code == ERR_NONE && in.progress != NULL) {
            in.progress(in.progress_context, made->rows);
        }
    }
    making_release(&making);
    struct usage_ids_in ids = {in.month, 4 * in.part_rows_max};
    return err->code == ERR_NONE ? usage_ids_make(store, ids, err) : err->code;
}

struct comparing {
    struct store *store;
    sqlite3_stmt *places; /* of the part at hand */
    bool same;
};

static enum err_code block_compare(void *context, int64_t place, const unsigned char *bytes, size_t length, struct err *err)
{
    struct comparing *comparing = context;
    bool row = false;

    if (!comparing->same || sql_step(comparing->store, comparing->places, DOING, &row, err) != ERR_NONE) {
        return err->code;
    }
    comparing->same = row && sqlite3_column_int64(comparing->places, 0) == place &&
                      (size_t)sqlite3_column_bytes(comparing->places, 1) == length &&
                      memcmp(sqlite3_column_blob(comparing->places, 1), bytes, length) == 0;
    return ERR_NONE;
}

static enum err_code part_verify(struct making *making, struct comparing *comparing, struct err *err)
{
    bool row = false;

    comparing->same = true;
    sqlite3_reset(comparing->places);
    sql_bind_integer(comparing->places, 1, making->part << PART_PLACE_BITS);
    sql_bind_integer(comparing->places, 2, (making->part + 1) << PART_PLACE_BITS);
    if (part_compute(making, err) != ERR_NONE || blocks_visit(making, block_compare, comparing, err) != ERR_NONE) {
        return err->code;
    }
    if (comparing->same && sql_step(making->store, comparing->places, DOING, &row, err) == ERR_NONE) {
        comparing->same = !row; /* one more than there are blocks */
    }
    return err->code;
}

static enum err_code parts_verify(struct making *making, sqlite3_stmt *parts, struct comparing *comparing,
                                  struct usage_parts_check *check, struct err *err)
{
    bool row = true;

    while (sql_step(making->store, parts, DOING, &row, err) == ERR_NONE && row) {
        making->part = sqlite3_column_int64(parts, 0);
        making->range = (struct key_range){sqlite3_column_int64(parts, 1), sqlite3_column_int64(parts, 2)};
        int64_t rows_max = making->range.end - making->range.first;
        comparing->same = rows_max >= 1 && rows_max <= PART_ROWS_MAX;
        if (comparing->same && part_verify(making, comparing, err) != ERR_NONE) {
            break;
        }
        check->parts++;
        check->rows += making->rows;
        check->wrong_part = comparing->same || check->wrong_part != 0 ? check->wrong_part : making->part;
    }
    return err->code;
}

enum err_code usage_parts_verify(struct store *store, struct usage_parts_check *check, struct err *err)
{
    struct making making;
    struct comparing comparing = {.store = store};
    sqlite3_stmt *parts = NULL;
    struct usage_parts_check found = {0};

    if (making_begin(&making, store, err) != ERR_NONE) {
        return err->code;
    }
    if (sql_prepare(store, PARTS_SQL, DOING, &parts, err) == ERR_NONE &&
        sql_prepare(store, PLACES_SQL, DOING, &comparing.places, err) == ERR_NONE &&
        parts_verify(&making, parts, &comparing, &found, err) == ERR_NONE &&
        usage_ids_verify(store, &found.wrong_key, err) == ERR_NONE) {
        *check = found;
    }
    sqlite3_finalize(parts);
    sqlite3_finalize(comparing.places);
    making_release(&making);
    return err->code;
}
