/*
 * Owns the making of parts: two passes over the rows of a part, one that counts
 * the events of each account and one that puts each event in its account's place.
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

static const char DOING[] = "find the events of each account";

/* As the scan of a month (store_usage.c): a function called for each row, so that one step runs through all of them. */
static const char PASS_SQL[] = "SELECT monthend_place(key, account) FROM usage_rows WHERE key >= ?1 AND key < ?2";
static const char COVERED_SQL[] = "SELECT max(end_key) FROM usage_parts WHERE first_key >= ?1 AND first_key < ?2";
static const char PART_SQL[] = "INSERT INTO usage_parts (part, first_key, end_key) "
                               "SELECT coalesce(max(part), 0) + 1, ?1, ?2 FROM usage_parts RETURNING part";
static const char PLACE_SQL[] = "INSERT INTO usage_places (place, events) VALUES (?1, ?2)";
static const char PARTS_SQL[] = "SELECT part, first_key, end_key FROM usage_parts ORDER BY part";
static const char PLACES_SQL[] = "SELECT place, events FROM usage_places WHERE place >= ?1 AND place < ?2 ORDER BY place";

/* A part in the making. */
struct making {
    struct store *store;
    struct key_range range;
    size_t account_count;  /* of numbers */
    uint32_t *ends;        /* by account number: where its events end among `events`; while they are put there, where the next goes */
    uint32_t *events;      /* keys less the first, account by account */
    int64_t rows;
    bool placing;          /* the second pass */
    bool damaged;          /* an account number that there is not */
    unsigned char *block;  /* of the account at hand */
    size_t block_bytes_max;
};

/* What is done with a finished block; *bytes is the part's until the next one. */
typedef enum err_code (*block_visit)(void *context, int64_t block, const unsigned char *bytes, size_t length,
                                     struct err *err);

static void row_place(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct making *making = sqlite3_user_data(context);
    int64_t position = sqlite3_value_int64(values[0]) - making->range.first;
    int64_t account = sqlite3_value_int64(values[1]);
    (void)count;

    if (account < 0 || (size_t)account >= making->account_count) {
        making->damaged = true;
        sqlite3_result_error_code(context, SQLITE_CORRUPT);
    } else if (making->placing) {
        making->events[making->ends[account]++] = (uint32_t)position;
    } else {
        making->ends[account]++;
        making->rows++;
    }
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

/* From counts to where each account's events begin. */
static void counts_to_starts(struct making *making)
{
    uint32_t start = 0;

    for (size_t i = 0; i < making->account_count; i++) {
        uint32_t count = making->ends[i];

        making->ends[i] = start;
        start += count;
    }
}

/* The events of the range's rows, account by account. */
static enum err_code part_compute(struct making *making, struct err *err)
{
    int64_t rows_max = making->range.end - making->range.first;
    assert(rows_max >= 1 && rows_max <= PART_ROWS_MAX);

    if (accounts_count(making->store, &making->account_count, err) != ERR_NONE) {
        return err->code;
    }
    free(making->ends);
    making->ends = calloc(making->account_count + 1, sizeof *making->ends);
    making->events = making->events != NULL ? making->events : calloc(PART_ROWS_MAX, sizeof *making->events);
    if (making->ends == NULL || making->events == NULL) {
        return no_memory(err);
    }
    making->rows = 0;
    making->placing = false;
    if (pass(making, err) == ERR_NONE) {
        counts_to_starts(making);
        making->placing = true;
        (void)pass(making, err); /* the error is in *err */
    }
    return err->code;
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
    uint32_t first = account == 0 ? 0 : making->ends[account - 1];
    uint32_t count = making->ends[end - 1] - first;
    size_t bytes = ((size_t)BLOCK_HEAD_NUMBERS + count) * NUMBER_BYTES;

    *length = 0;
    if (count == 0 || block_room(making, bytes, err) != ERR_NONE) {
        return err->code;
    }
    number_put(making->block, 0, 0);
    for (size_t i = 0; i < BLOCK_ACCOUNTS; i++) {
        size_t last = account + i < end ? account + i : end - 1;

        number_put(making->block, i + 1, making->ends[last] - first);
    }
    for (uint32_t i = 0; i < count; i++) {
        number_put(making->block, BLOCK_HEAD_NUMBERS + i, making->events[first + i]);
    }
    *length = bytes;
    return ERR_NONE;
}

static enum err_code blocks_visit(struct making *making, block_visit visit, void *context, struct err *err)
{
    for (size_t account = 0; account < making->account_count && err->code == ERR_NONE; account += BLOCK_ACCOUNTS) {
        size_t length = 0;

        if (block_write(making, account, &length, err) == ERR_NONE && length > 0) {
            (void)visit(context, (int64_t)(account >> BLOCK_BITS), making->block, length, err); /* the error is in *err */
        }
    }
    return err->code;
}

static void making_release(struct making *making)
{
    sqlite3_create_function_v2(making->store->db, "monthend_place", 2, SQLITE_UTF8, NULL, NULL, NULL, NULL, NULL);
    free(making->ends);
    free(making->events);
    free(making->block);
}

static enum err_code making_begin(struct making *making, struct store *store, struct err *err)
{
    *making = (struct making){.store = store};
    if (sqlite3_create_function_v2(store->db, "monthend_place", 2, SQLITE_UTF8, making, NULL, row_place, rows_end, NULL) !=
        SQLITE_OK) {
        return sql_error(store, DOING, err);
    }
    return ERR_NONE;
}

struct storing {
    struct store *store;
    sqlite3_stmt *insert;
    int64_t part;
};

static enum err_code block_store(void *context, int64_t block, const unsigned char *bytes, size_t length, struct err *err)
{
    struct storing *storing = context;

    sql_bind_integer(storing->insert, 1, (storing->part << PART_PLACE_BITS) + block);
    if (sqlite3_bind_blob64(storing->insert, 2, bytes, length, SQLITE_STATIC) != SQLITE_OK) {
        return sql_error(storing->store, DOING, err);
    }
    return sql_run(storing->store, storing->insert, DOING, err);
}

/* A new part's number, in a transaction. */
static enum err_code part_number(struct storing *storing, struct key_range range, struct err *err)
{
    sqlite3_stmt *insert = NULL;
    bool row = false;
    enum err_code code = sql_prepare(storing->store, PART_SQL, DOING, &insert, err);

    if (code == ERR_NONE) {
        sql_bind_integer(insert, 1, range.first);
        sql_bind_integer(insert, 2, range.end);
        code = sql_step(storing->store, insert, DOING, &row, err);
    }
    if (code == ERR_NONE) {
        storing->part = sqlite3_column_int64(insert, 0);
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
        part_number(&storing, making->range, err) == ERR_NONE) {
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
    int64_t part;
    bool same;
};

static enum err_code block_compare(void *context, int64_t block, const unsigned char *bytes, size_t length, struct err *err)
{
    struct comparing *comparing = context;
    bool row = false;

    if (!comparing->same || sql_step(comparing->store, comparing->places, DOING, &row, err) != ERR_NONE) {
        return err->code;
    }
    comparing->same = row && sqlite3_column_int64(comparing->places, 0) == (comparing->part << PART_PLACE_BITS) + block &&
                      (size_t)sqlite3_column_bytes(comparing->places, 1) == length &&
                      memcmp(sqlite3_column_blob(comparing->places, 1), bytes, length) == 0;
    return ERR_NONE;
}

static enum err_code part_verify(struct making *making, struct comparing *comparing, struct err *err)
{
    bool row = false;

    comparing->same = true;
    sqlite3_reset(comparing->places);
    sql_bind_integer(comparing->places, 1, comparing->part << PART_PLACE_BITS);
    sql_bind_integer(comparing->places, 2, (comparing->part + 1) << PART_PLACE_BITS);
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
        comparing->part = sqlite3_column_int64(parts, 0);
        making->range = (struct key_range){sqlite3_column_int64(parts, 1), sqlite3_column_int64(parts, 2)};
        int64_t rows_max = making->range.end - making->range.first;
        comparing->same = rows_max >= 1 && rows_max <= PART_ROWS_MAX;
        if (comparing->same && part_verify(making, comparing, err) != ERR_NONE) {
            break;
        }
        check->parts++;
        check->rows += making->rows;
        check->wrong_part = comparing->same || check->wrong_part != 0 ? check->wrong_part : comparing->part;
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
