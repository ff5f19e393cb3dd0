/*
 * Owns the threads' tables of what was shown, and the ids of single events.
 */
#include "schema/store_usage_shown.h"

#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_usage.h"
#include "schema/store_usage_keys.h"
#include "schema/store_usage_sound.h"

static const char DOING[] = "read what customers were shown";

static enum err_code table_make(const struct usage_table *usage, struct shown_table *table, struct err *err)
{
    table->accounts = calloc(usage->account_count + 1, sizeof *table->accounts);
    table->cells = calloc(usage->cell_count + 1, sizeof *table->cells);
    return table->accounts == NULL || table->cells == NULL ? no_memory(err) : ERR_NONE;
}

enum err_code usage_shown_init(struct usage_shown *shown, struct shown_table *all, const struct usage_table *usage, bool first,
                               struct err *err)
{
    *shown = (struct usage_shown){.usage = usage};
    if (all == NULL || first) {
        shown->table = all;
        return ERR_NONE;
    }
    shown->table = &shown->own;
    return table_make(usage, &shown->own, err);
}

void usage_shown_release(struct usage_shown *shown)
{
    free(shown->own.accounts);
    free(shown->own.cells);
    *shown = (struct usage_shown){0};
}

void usage_shown_merge(struct usage_shown *shown, const struct usage_shown *other)
{
    if (shown->table != NULL) {
        shown_merge(shown->table, other->table, shown->usage);
    }
}

enum err_code usage_shown_table(struct store *store, int32_t month, const struct usage_table *table, struct shown_table *shown,
                                struct err *err)
{
    struct rows ranges = {0};
    bool has = false;
    enum err_code code = usage_ranges(store, month, month, &ranges, err);

    *shown = (struct shown_table){0};
    if (code == ERR_NONE) {
        code = usage_has_shown(store, &ranges, &has, err);
    }
    rows_release(&ranges);
    return code == ERR_NONE && has ? table_make(table, shown, err) : code;
}

struct reading {
    struct usage_scan scan;
    const struct usage_table *table;
    struct shown_table *shown;
};

static enum err_code shown_take(void *context, sqlite3_stmt *row, struct err *err)
{
    const struct reading *reading = context;
    int32_t account = sqlite3_column_int(row, 1);
    struct shown_event event = {
        .event = {.account = account,
                  .model = sqlite3_column_int(row, 2),
                  .at = usage_instant(reading->table->month_start, sqlite3_column_int64(row, 3)),
                  .quantity = sqlite3_column_int64(row, 4),
                  .tokens = sqlite3_column_int64(row, 5)},
        .shown = sqlite3_column_int64(row, 6),
        .key = sqlite3_column_int64(row, 0),
    };

    size_t account_count = reading->scan.places == NULL ? reading->table->account_count : reading->scan.place_count;
    if (!usage_sound(&event.event, event.shown, reading->table->month_start, reading->table->month_end) || (size_t)account >= account_count ||
        (size_t)event.event.model >= reading->table->catalogue->model_count) {
        return err_set(err, ERR_DATA, "a row of usage_rows is damaged; restore the database from a backup");
    }
    event.event.account = usage_place(&reading->scan, account);
    if (event.event.account != PLACE_ELSEWHERE) {
        shown_add(reading->shown, reading->table, &event);
    }
    return ERR_NONE;
}

enum err_code usage_shown_read(struct store *store, struct usage_scan scan, const struct usage_table *table,
                               struct shown_table *shown, struct err *err)
{
    static const char SQL[] =
        "WITH voided AS MATERIALIZED (SELECT i.key FROM voids v CROSS JOIN usage_ids i ON i.month = ?2 AND i.event_id = v.id "
        "WHERE v.table_name = 'usage_events' AND v.recorded_at <= ?1) "
        "SELECT key, account, model, at, quantity, coalesce(tokens, -1), credits_shown FROM usage_rows INDEXED BY "
        "usage_rows_shown WHERE credits_shown IS NOT NULL AND key >= ?2 << 36 AND key < (?2 + 1) << 36 AND recorded_at <= ?1 "
        "AND key NOT IN voided";
    struct reading reading = {scan, table, shown};
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(store, SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, scan.as_of);
        sql_bind_integer(query, 2, month_index(scan.month));
        code = sql_each(store, query, DOING, shown_take, &reading, err);
    }
    sqlite3_finalize(query);
    return code;
}

static int by_key(const void *left, const void *right)
{
    int64_t a = ((const struct usage_id *)left)->key;
    int64_t b = ((const struct usage_id *)right)->key;

    return (a > b) - (a < b);
}

struct ids {
    struct usage_id *items;
    size_t count;
};

static enum err_code id_take(void *context, sqlite3_stmt *row, struct err *err)
{
    const struct ids *ids = context;
    struct usage_id wanted = {.key = sqlite3_column_int64(row, 0)};
    struct usage_id *found = bsearch(&wanted, ids->items, ids->count, sizeof *ids->items, by_key);
    (void)err;

    if (found != NULL) {
        sql_copy_text(found->event_id, sizeof found->event_id, row, 1);
    }
    return ERR_NONE;
}

enum err_code usage_ids_find(struct store *store, int32_t month, struct usage_id *ids, size_t count, struct err *err)
{
    struct ids asked = {ids, count};
    sqlite3_stmt *query = NULL;

    if (count == 0) {
        return ERR_NONE;
    }
    enum err_code code = sql_prepare(store, "SELECT key, event_id FROM usage_ids WHERE month = ?1", DOING, &query, err);
    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, month_index(month));
        code = sql_each(store, query, DOING, id_take, &asked, err);
    }
    sqlite3_finalize(query);
    return code;
}
