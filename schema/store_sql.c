/*
 * Owns the way from SQLite's results to ours.
 */
#include "schema/store_sql.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "schema/store_internal.h"

struct reason {
    enum err_code code;
    const char *advice;
    bool objected; /* to what the database holds, or to what it was asked */
};

static struct reason reason_of(int primary)
{
    switch (primary) {
    case SQLITE_FULL:
        return (struct reason){.code = ERR_IO, .advice = "; free some space and try again"};
    case SQLITE_IOERR:
        return (struct reason){.code = ERR_IO, .advice = "; check the disk"};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
        return (struct reason){.code = ERR_IO, .advice = "; check the permissions of the file and its folder"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return (struct reason){.code = ERR_DATA, .advice = "; restore the database from a backup"};
    case SQLITE_INTERRUPT:
        return (struct reason){.code = ERR_INTERRUPTED, .advice = ""};
    case SQLITE_CONSTRAINT:
        return (struct reason){.code = ERR_DATA, .advice = ""};
    case SQLITE_NOMEM:
        return (struct reason){.code = ERR_INTERNAL, .advice = "; give it more memory"};
    default:
        return (struct reason){.code = ERR_INTERNAL, .advice = "; please report this", .objected = true};
    }
}

/* errno of the last read that the disk refused, of the database or its log; 0: none. SQLite calls a page that cannot be
 * read malformed, like one that says nonsense: only the files know the difference. */
static int disk_errno(const struct store *store)
{
    int refused = 0;
    sqlite3_file *log = NULL;

    (void)sqlite3_file_control(store->db, "main", SQLITE_FCNTL_LAST_ERRNO, &refused);
    if (refused == 0 && sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK && log != NULL &&
        log->pMethods != NULL) {
        (void)log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &refused);
    }
    return refused == EIO || refused == ENXIO ? refused : 0;
}

enum err_code sql_disk_error(const struct store *store, const char *doing, struct err *err)
{
    int refused = disk_errno(store);

    return refused == 0 ? ERR_NONE
                        : err_set(err, ERR_IO, "%s: cannot %s: the disk cannot be read: %s; check the disk", store->path, doing,
                                  strerror(refused));
}

enum err_code sql_error(struct store *store, const char *doing, struct err *err)
{
    int primary = sqlite3_errcode(store->db) & 0xff;

    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED || primary == SQLITE_PROTOCOL) {
        return err_set(err, ERR_BUSY, "%s: cannot %s: busy, another program is writing; try again", store->path,
                       doing);
    }
    if (primary == SQLITE_CORRUPT && sql_disk_error(store, doing, err) != ERR_NONE) {
        return err->code;
    }
    struct reason reason = reason_of(primary);
    if (reason.objected) {
        atomic_store(&store->objected, true);
    }
    return err_set(err, reason.code, "%s: cannot %s: %s%s", store->path, doing, sqlite3_errmsg(store->db),
                   reason.advice);
}

enum err_code sql_damaged(const struct store *store, const char *what, struct err *err)
{
    return err_set(err, ERR_DATA, "%s: the database is damaged: %s; restore it from a backup", store->path, what);
}

enum err_code sql_exec(struct store *store, const char *sql, const char *doing, struct err *err)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        return sql_error(store, doing, err);
    }
    return ERR_NONE;
}

enum err_code sql_prepare(struct store *store, const char *sql, const char *doing, sqlite3_stmt **statement,
                          struct err *err)
{
    sqlite3_stmt *prepared = NULL;

    if (sqlite3_prepare_v2(store->db, sql, -1, &prepared, NULL) != SQLITE_OK) {
        return sql_error(store, doing, err);
    }
    *statement = prepared;
    return ERR_NONE;
}

/*
 * SQLite ends a text with a NUL when it is first asked for, and needs memory for that; where it has none it says nothing,
 * and the text is missing. So all are asked for here, once, where a step can still fail.
 */
static bool texts_ready(sqlite3_stmt *statement)
{
    int count = sqlite3_data_count(statement);
    bool ready = true;

    for (int i = 0; i < count && ready; i++) {
        ready = sqlite3_column_type(statement, i) != SQLITE_TEXT || sqlite3_column_text(statement, i) != NULL;
    }
    return ready;
}

enum err_code sql_step(struct store *store, sqlite3_stmt *statement, const char *doing, bool *row, struct err *err)
{
    int result = sqlite3_step(statement);

    if ((result != SQLITE_ROW && result != SQLITE_DONE) || !texts_ready(statement)) {
        return sql_error(store, doing, err);
    }
    *row = result == SQLITE_ROW;
    return ERR_NONE;
}

enum err_code sql_run(struct store *store, sqlite3_stmt *statement, const char *doing, struct err *err)
{
    enum err_code code = ERR_NONE;

    if (sqlite3_step(statement) != SQLITE_DONE) {
        code = sql_error(store, doing, err);
    }
    sqlite3_reset(statement);
    return code;
}

enum err_code sql_each(struct store *store, sqlite3_stmt *query, const char *doing, sql_visit visit, void *context,
                       struct err *err)
{
    enum err_code code = ERR_NONE;
    bool row = true;

    while (code == ERR_NONE && row) {
        code = sql_step(store, query, doing, &row, err);
        if (code == ERR_NONE && row) {
            code = visit(context, query, err);
        }
    }
    return code;
}

enum err_code sql_integer(struct store *store, const char *sql, const char *doing, int64_t *value, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(store, sql, doing, &query, err);

    if (code == ERR_NONE) {
        code = sql_step(store, query, doing, &row, err);
    }
    if (code == ERR_NONE && !row) {
        atomic_store(&store->objected, true);
        code = err_set(err, ERR_INTERNAL, "%s: cannot %s: no answer; please report this", store->path, doing);
    }
    if (code == ERR_NONE) {
        *value = sqlite3_column_int64(query, 0);
    }
    sqlite3_finalize(query);
    return code;
}

/* Binding without a copy fails only for a wrong index or statement: a bug. */
static void must(int result)
{
    assert(result == SQLITE_OK);
    (void)result;
}

void sql_bind_integer(sqlite3_stmt *statement, int index, int64_t value)
{
    must(sqlite3_bind_int64(statement, index, value));
}

void sql_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    must(sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC));
}

void sql_bind_bytes(sqlite3_stmt *statement, int index, const char *text, size_t length)
{
    must(sqlite3_bind_text64(statement, index, text, length, SQLITE_STATIC, SQLITE_UTF8));
}

void sql_bind_null(sqlite3_stmt *statement, int index)
{
    must(sqlite3_bind_null(statement, index));
}

const char *sql_text(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);

    return text != NULL ? (const char *)text : "";
}

void sql_copy_text(char *out, size_t size, sqlite3_stmt *statement, int column)
{
    snprintf(out, size, "%s", sql_text(statement, column));
}

char *sql_numbers(const int32_t *numbers, size_t count)
{
    sqlite3_str *text = sqlite3_str_new(NULL);

    sqlite3_str_appendchar(text, 1, '[');
    for (size_t i = 0; i < count; i++) {
        sqlite3_str_appendf(text, i == 0 ? "%d" : ",%d", (int)numbers[i]);
    }
    sqlite3_str_appendchar(text, 1, ']');
    return sqlite3_str_finish(text);
}
