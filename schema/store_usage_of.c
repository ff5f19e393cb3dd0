/*
 * Owns the reading of a few accounts' events.
 */
#include "schema/store_usage_of.h"

#include <stdlib.h>

#include <sqlite3.h>

#include "lib/calendar.h"
#include "lib/catalogue.h"
#include "lib/usage.h"
#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_usage_keys.h"
#include "schema/store_usage_places.h"
#include "schema/store_usage_sound.h"

static const char DOING[] = "read the accounts' usage";

#define COLUMNS "SELECT key, account, model, at, quantity, tokens, credits_shown, recorded_at FROM usage_rows "
static const char REST_SQL[] = COLUMNS "WHERE key >= ?1 AND key < ?2 AND account IN (SELECT value FROM json_each(?3)) "
                                       "ORDER BY key";
static const char REST_OF_ONE_SQL[] = COLUMNS "WHERE key >= ?1 AND key < ?2 AND account = ?3 ORDER BY key";
static const char PARTS_SQL[] = "SELECT part, first_key, end_key FROM usage_parts WHERE first_key >= ?1 AND first_key < ?2 "
                                "ORDER BY first_key";
static const char PLACE_SQL[] = "SELECT events FROM usage_places WHERE place = ?1";

struct reading {
    struct store *store;
    struct usage_of of;
    usage_row_visit visit;
    void *context;
    sqlite3_stmt *parts;
    sqlite3_stmt *place;
    sqlite3_stmt *rest;
    char *accounts;      /* as JSON, for REST_SQL */
    int32_t month;       /* at hand, yyyymm */
    int64_t month_start;
    int64_t month_end;
};

static enum err_code damaged(const struct reading *reading, const char *table, int64_t key, struct err *err)
{
    return err_set(err, ERR_DATA, "%s: row %lld of %s is damaged; restore the database from a backup",
                   store_path(reading->store), (long long)key, table);
}

static struct usage_row row_read(const struct reading *reading, sqlite3_stmt *row)
{
    return (struct usage_row){
        .key = sqlite3_column_int64(row, 0),
        .month = reading->month,
        .account = sqlite3_column_int(row, 1),
        .model = sqlite3_column_int(row, 2),
        .at = usage_instant(reading->month_start, sqlite3_column_int64(row, 3)),
        .quantity = sqlite3_column_int64(row, 4),
        .tokens = sql_integer_or(row, 5, TOKENS_NONE),
        .credits_shown = sql_integer_or(row, 6, SHOWN_NONE),
        .recorded_at = sqlite3_column_int64(row, 7),
    };
}

/* A row that the tables' checks would have refused is never rated. */
static bool is_sound(const struct reading *reading, const struct usage_row *row)
{
    struct usage_event event = {row->account, row->model, row->at, row->quantity, row->tokens};

    return usage_sound(&event, row->credits_shown, reading->month_start, reading->month_end);
}

static enum err_code row_take(const struct reading *reading, const struct usage_row *row, struct err *err)
{
    if (!is_sound(reading, row)) {
        return damaged(reading, "usage_rows", row->key, err);
    }
    return row->recorded_at > reading->of.as_of ? ERR_NONE : reading->visit(reading->context, row, err);
}

static enum err_code rest_take(void *context, sqlite3_stmt *statement, struct err *err)
{
    struct usage_row row = row_read(context, statement);

    return row_take(context, &row, err);
}

/* The account's events in the block at hand, which lies at `place`. */
static enum err_code block_take(struct reading *reading, struct key_range range, int64_t place, int32_t account,
                                struct err *err)
{
    const unsigned char *bytes = sqlite3_column_blob(reading->place, 0);
    struct usage_row row = {.key = range.first, .month = reading->month, .account = account};
    size_t from = 0;
    size_t end = 0;

    if (!block_find(bytes, (size_t)sqlite3_column_bytes(reading->place, 0), place, account, &from, &end)) {
        return damaged(reading, "usage_places", place, err);
    }
    for (const unsigned char *at = bytes + from; at < bytes + end && err->code == ERR_NONE;) {
        if (!event_get(&at, bytes + end, reading->month_start, &row) || row.key >= range.end) {
            return damaged(reading, "usage_places", place, err);
        }
        (void)row_take(reading, &row, err); /* the error is in *err */
    }
    return err->code;
}

/* The accounts' events in a part; those of one block come one after the other. */
static enum err_code part_read(struct reading *reading, int64_t part, struct key_range range, struct err *err)
{
    int64_t standing = -1;
    bool row = false;

    for (size_t i = 0; i < reading->of.account_count && err->code == ERR_NONE; i++) {
        int64_t place = place_of(part, reading->of.accounts[i]);

        if (place != standing) {
            sqlite3_reset(reading->place);
            sql_bind_integer(reading->place, 1, place);
            standing = place;
            if (sql_step(reading->store, reading->place, DOING, &row, err) != ERR_NONE) {
                break;
            }
        }
        if (row) {
            (void)block_take(reading, range, place, reading->of.accounts[i], err); /* the error is in *err */
        }
    }
    return err->code;
}

/* The rows that no part covers. */
static enum err_code rest_read(struct reading *reading, struct key_range range, struct err *err)
{
    sqlite3_reset(reading->rest);
    sql_bind_integer(reading->rest, 1, range.first);
    sql_bind_integer(reading->rest, 2, range.end);
    if (reading->accounts == NULL) {
        sql_bind_integer(reading->rest, 3, reading->of.accounts[0]);
    } else {
        sql_bind_text(reading->rest, 3, reading->accounts);
    }
    return sql_each(reading->store, reading->rest, DOING, rest_take, reading, err);
}

/* One month: part by part, then the rest. */
static enum err_code range_read(struct reading *reading, struct key_range range, struct err *err)
{
    bool row = true;

    reading->month = month_from_index((int32_t)(range.first >> USAGE_KEY_BITS));
    reading->month_start = month_start_ms(reading->month);
    reading->month_end = month_end_ms(reading->month);
    sqlite3_reset(reading->parts);
    sql_bind_integer(reading->parts, 1, range.first);
    sql_bind_integer(reading->parts, 2, range.end);
    while (sql_step(reading->store, reading->parts, DOING, &row, err) == ERR_NONE && row) {
        struct key_range covered = {sqlite3_column_int64(reading->parts, 1), sqlite3_column_int64(reading->parts, 2)};

        if (part_read(reading, sqlite3_column_int64(reading->parts, 0), covered, err) != ERR_NONE) {
            return err->code;
        }
        range.first = covered.end;
    }
    return err->code == ERR_NONE && range.first < range.end ? rest_read(reading, range, err) : err->code;
}

static enum err_code statements_open(struct reading *reading, struct err *err)
{
    bool one = reading->of.account_count == 1;
    struct store *store = reading->store;

    if (!one) {
        reading->accounts = sql_numbers(reading->of.accounts, reading->of.account_count);
        if (reading->accounts == NULL) {
            return no_memory(err);
        }
    }
    if (sql_prepare(store, PARTS_SQL, DOING, &reading->parts, err) != ERR_NONE ||
        sql_prepare(store, PLACE_SQL, DOING, &reading->place, err) != ERR_NONE) {
        return err->code;
    }
    return sql_prepare(store, one ? REST_OF_ONE_SQL : REST_SQL, DOING, &reading->rest, err);
}

static void reading_release(struct reading *reading)
{
    sqlite3_finalize(reading->parts);
    sqlite3_finalize(reading->place);
    sqlite3_finalize(reading->rest);
    sqlite3_free(reading->accounts);
}

enum err_code usage_of_accounts(struct store *store, struct usage_of of, usage_row_visit visit, void *context,
                                struct err *err)
{
    struct reading reading = {.store = store, .of = of, .visit = visit, .context = context};
    struct rows ranges = {0};

    if (of.account_count == 0) {
        return ERR_NONE;
    }
    if (sql_exec(store, STORE_CACHE_SMALL_SQL, DOING, err) == ERR_NONE && statements_open(&reading, err) == ERR_NONE &&
        usage_ranges(store, of.month_first, of.month, &ranges, err) == ERR_NONE) {
        const struct key_range *months = ranges.items;

        for (size_t i = 0; i < ranges.count && err->code == ERR_NONE; i++) {
            (void)range_read(&reading, months[i], err); /* the error is in *err */
        }
    }
    rows_release(&ranges);
    reading_release(&reading);
    return err->code == ERR_NONE ? sql_exec(store, STORE_CACHE_SQL, DOING, err) : err->code;
}
