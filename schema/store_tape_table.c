/*
 * Owns the virtual table over a tape: the least that SQLite asks of one.
 */
#include "schema/store_tape_table.h"

#include <stdbool.h>

#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

#define MODULE "tape"
#define ROWS_PER_LOOK 1024 /* between two looks; a power of 2 */

struct tape_table {
    sqlite3_vtab base;
    struct tape_source *source;
};

struct tape_cursor {
    sqlite3_vtab_cursor base;
    const struct tape_value *values;
    size_t count; /* 0: at the end */
    sqlite3_int64 row;
};

static int table_connect(sqlite3 *db, void *context, int count, const char *const *arguments, sqlite3_vtab **table,
                         char **message)
{
    struct tape_table *made = sqlite3_malloc(sizeof *made);
    sqlite3_str *columns = sqlite3_str_new(db);
    (void)count;
    (void)arguments;
    (void)message;

    for (int i = 0; i < TAPE_VALUES_MAX; i++) {
        sqlite3_str_appendf(columns, i == 0 ? "CREATE TABLE x (c%d" : ", c%d", i);
    }
    sqlite3_str_appendall(columns, ")");
    char *sql = sqlite3_str_finish(columns);
    int result = made == NULL || sql == NULL ? SQLITE_NOMEM : sqlite3_declare_vtab(db, sql);
    sqlite3_free(sql);
    if (result != SQLITE_OK) {
        sqlite3_free(made);
        return result;
    }
    *made = (struct tape_table){.source = context};
    *table = &made->base;
    return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

/* There is one way to read it. */
static int table_best_index(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table;
    info->estimatedCost = 1000000;
    return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
    struct tape_cursor *made = sqlite3_malloc(sizeof *made);
    (void)table;

    if (made == NULL) {
        return SQLITE_NOMEM;
    }
    *made = (struct tape_cursor){.count = 0};
    *cursor = &made->base;
    return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *cursor)
{
    sqlite3_free(cursor);
    return SQLITE_OK;
}

/* Now and then: go on? */
static bool look_around(struct tape_source *source)
{
    if (source->watch.stop != NULL && *source->watch.stop != 0) {
        (void)!err_set(&source->err, ERR_INTERRUPTED, "interrupted while issuing the documents; nothing was issued");
        return false;
    }
    if (source->watch.progress != NULL) {
        source->watch.progress(source->watch.progress_context, source->rows);
    }
    return true;
}

static int cursor_next(sqlite3_vtab_cursor *base)
{
    struct tape_cursor *cursor = (struct tape_cursor *)base;
    struct tape_source *source = ((struct tape_table *)base->pVtab)->source;

    cursor->row++;
    if ((++source->rows & (ROWS_PER_LOOK - 1)) == 0 && !look_around(source)) {
        return SQLITE_INTERRUPT;
    }
    return tape_read(source->tape, &cursor->values, &cursor->count, &source->err) == ERR_NONE ? SQLITE_OK : SQLITE_IOERR;
}

static int cursor_filter(sqlite3_vtab_cursor *base, int number, const char *name, int count, sqlite3_value **values)
{
    struct tape_source *source = ((struct tape_table *)base->pVtab)->source;
    (void)number;
    (void)name;
    (void)count;
    (void)values;

    return tape_rewind(source->tape, &source->err) == ERR_NONE ? cursor_next(base) : SQLITE_IOERR;
}

static int cursor_eof(sqlite3_vtab_cursor *base)
{
    return ((struct tape_cursor *)base)->count == 0;
}

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *out, int column)
{
    const struct tape_cursor *cursor = (struct tape_cursor *)base;
    const struct tape_value *value = &cursor->values[column];

    if ((size_t)column >= cursor->count || value->kind == TAPE_NULL) {
        sqlite3_result_null(out);
    } else if (value->kind == TAPE_INTEGER) {
        sqlite3_result_int64(out, value->integer);
    } else {
        sqlite3_result_text(out, value->text, (int)value->length, SQLITE_STATIC); /* it lives until the next row */
    }
    return SQLITE_OK;
}

static int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *row)
{
    *row = ((struct tape_cursor *)base)->row;
    return SQLITE_OK;
}

enum err_code tape_table_make(struct store *store, struct tape_source *source, const char *doing, struct err *err)
{
    static const sqlite3_module TABLE = {
        .xConnect = table_connect, /* without xCreate: it is there under the module's name */
        .xBestIndex = table_best_index,
        .xDisconnect = table_disconnect,
        .xOpen = cursor_open,
        .xClose = cursor_close,
        .xFilter = cursor_filter,
        .xNext = cursor_next,
        .xEof = cursor_eof,
        .xColumn = cursor_column,
        .xRowid = cursor_rowid,
    };

    return sqlite3_create_module(store->db, MODULE, &TABLE, source) == SQLITE_OK ? ERR_NONE : sql_error(store, doing, err);
}

void tape_table_drop(struct store *store)
{
    (void)sqlite3_create_module(store->db, MODULE, NULL, NULL); /* without memory for that it is not used any more, either */
}
