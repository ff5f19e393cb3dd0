/*
 * Owns the table-valued function usage_batch.
 */
#include "schema/store_usage_batch.h"

#include <stdlib.h>
#include <string.h>

#include "schema/store_internal.h"
#include "schema/store_sql.h"

#define NAME "usage_batch"

struct batch_table {
    sqlite3_vtab base; /* first: SQLite's view of it */
    struct usage_batch *batch;
};

struct batch_cursor {
    sqlite3_vtab_cursor base;
    const struct usage_batch *batch;
    size_t place; /* in the order */
};

enum batch_column { MONTH, EVENT_ID, KEY, ACCOUNT, MODEL, AT, QUANTITY, RECORDED_AT, TOKENS, CREDITS_SHOWN };

static int batch_connect(sqlite3 *db, void *batch, int count, const char *const *words, sqlite3_vtab **table, char **error)
{
    (void)count;
    (void)words;
    (void)error;
    int result = sqlite3_declare_vtab(db, "CREATE TABLE batch (month, event_id, key, account, model, at, quantity, "
                                          "recorded_at, tokens, credits_shown)");
    struct batch_table *made = result == SQLITE_OK ? calloc(1, sizeof *made) : NULL;

    if (result == SQLITE_OK && made == NULL) {
        return SQLITE_NOMEM;
    }
    if (made != NULL) {
        made->batch = batch;
        *table = &made->base;
    }
    return result;
}

static int batch_disconnect(sqlite3_vtab *table)
{
    free(table); /* its base is its first member */
    return SQLITE_OK;
}

/* Always all rows, in their order. */
static int batch_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedCost = 1;
    return SQLITE_OK;
}

static int batch_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
    struct batch_cursor *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return SQLITE_NOMEM;
    }
    made->batch = ((struct batch_table *)table)->batch;
    *cursor = &made->base;
    return SQLITE_OK;
}

static int batch_close(sqlite3_vtab_cursor *cursor)
{
    free(cursor);
    return SQLITE_OK;
}

static const struct usage_row *row_at(const struct batch_cursor *cursor)
{
    const struct usage_batch *batch = cursor->batch;

    return batch->order == NULL ? &batch->rows[cursor->place] : batch->order[cursor->place].row;
}

static void left_out_skip(struct batch_cursor *cursor)
{
    while (cursor->place < cursor->batch->count && row_at(cursor)->left_out) {
        cursor->place++;
    }
}

static int batch_filter(sqlite3_vtab_cursor *base, int plan, const char *name, int count, sqlite3_value **values)
{
    struct batch_cursor *cursor = (struct batch_cursor *)base;
    (void)plan;
    (void)name;
    (void)count;
    (void)values;

    cursor->place = 0;
    left_out_skip(cursor);
    return SQLITE_OK;
}

static int batch_next(sqlite3_vtab_cursor *base)
{
    struct batch_cursor *cursor = (struct batch_cursor *)base;

    cursor->place++;
    left_out_skip(cursor);
    return SQLITE_OK;
}

static int batch_eof(sqlite3_vtab_cursor *base)
{
    const struct batch_cursor *cursor = (const struct batch_cursor *)base;

    return cursor->place >= cursor->batch->count;
}

static void optional_result(sqlite3_context *context, int64_t value)
{
    if (value == USAGE_NONE) {
        sqlite3_result_null(context);
    } else {
        sqlite3_result_int64(context, value);
    }
}

static int batch_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    const struct usage_row *row = row_at((const struct batch_cursor *)base);

    switch ((enum batch_column)column) {
    case MONTH:
        sqlite3_result_int64(context, row->month);
        break;
    case EVENT_ID:
        sqlite3_result_text64(context, row->event_id, row->event_id_length, SQLITE_STATIC, SQLITE_UTF8);
        break;
    case KEY:
        sqlite3_result_int64(context, row->key);
        break;
    case ACCOUNT:
        sqlite3_result_int64(context, row->account);
        break;
    case MODEL:
        sqlite3_result_int64(context, row->model);
        break;
    case AT:
        sqlite3_result_int64(context, row->at);
        break;
    case QUANTITY:
        sqlite3_result_int64(context, row->quantity);
        break;
    case RECORDED_AT:
        sqlite3_result_int64(context, row->recorded_at);
        break;
    case TOKENS:
        optional_result(context, row->tokens);
        break;
    case CREDITS_SHOWN:
        optional_result(context, row->credits_shown);
        break;
    }
    return SQLITE_OK;
}

static int batch_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
    *rowid = (sqlite3_int64)((const struct batch_cursor *)base)->place;
    return SQLITE_OK;
}

/* Without xCreate there is no CREATE VIRTUAL TABLE: the table is there by its name alone. */
static const sqlite3_module MODULE = {
    .xConnect = batch_connect,
    .xBestIndex = batch_best_index,
    .xDisconnect = batch_disconnect,
    .xOpen = batch_open,
    .xClose = batch_close,
    .xFilter = batch_filter,
    .xNext = batch_next,
    .xEof = batch_eof,
    .xColumn = batch_column,
    .xRowid = batch_rowid,
};

enum err_code usage_batch_show(struct store *store, struct usage_batch *batch, struct err *err)
{
    if (sqlite3_create_module_v2(store->db, NAME, &MODULE, batch, NULL) != SQLITE_OK) {
        return sql_error(store, "prepare an import", err);
    }
    return ERR_NONE;
}

void usage_batch_forget(struct store *store)
{
    sqlite3_create_module_v2(store->db, NAME, NULL, NULL, NULL);
}

static uint64_t beginning_of(const struct usage_row *row)
{
    uint64_t beginning = 0;

    for (size_t i = 0; i < sizeof beginning; i++) {
        beginning = beginning << 8 | (i < row->event_id_length ? (unsigned char)row->event_id[i] : 0);
    }
    return beginning;
}

static int whole_order(const struct usage_row *a, const struct usage_row *b)
{
    size_t common = a->event_id_length < b->event_id_length ? a->event_id_length : b->event_id_length;
    int order = memcmp(a->event_id, b->event_id, common);

    if (order != 0) {
        return order;
    }
    if (a->event_id_length != b->event_id_length) {
        return a->event_id_length < b->event_id_length ? -1 : 1;
    }
    return a < b ? -1 : a > b;
}

static int place_order(const void *left, const void *right)
{
    const struct usage_place *a = left, *b = right;

    if (a->month != b->month) {
        return a->month < b->month ? -1 : 1;
    }
    if (a->beginning != b->beginning) {
        return a->beginning < b->beginning ? -1 : 1;
    }
    return whole_order(a->row, b->row);
}

void usage_batch_sort(const struct usage_batch *batch, struct usage_place *places)
{
    bool sorted = true;

    for (size_t i = 0; i < batch->count; i++) {
        const struct usage_row *row = &batch->rows[i];

        places[i] = (struct usage_place){row->month, beginning_of(row), row};
        sorted = sorted && (i == 0 || place_order(&places[i - 1], &places[i]) < 0);
    }
    if (!sorted) {
        qsort(places, batch->count, sizeof *places, place_order);
    }
}
