/*
 * store_sql.h - the few things that all of schema/ does with SQLite: prepare,
 * bind, step, and say what went wrong as one of our errors.
 *
 * `doing` is what was being done, for the message: "read the plans" gives
 * "/data/m.db: cannot read the plans: database disk image is malformed; ...".
 */
#ifndef MONTHEND_SCHEMA_STORE_SQL_H
#define MONTHEND_SCHEMA_STORE_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "schema/store.h"

/*
 * The error of the connection's last call, in words and with what to do.
 *
 *     SQLite                      ->  err
 *     BUSY, LOCKED                    ERR_BUSY      "...: busy, another program is writing; try again"
 *     FULL, IOERR, CANTOPEN           ERR_IO
 *     PERM, READONLY, AUTH            ERR_IO
 *     CORRUPT, NOTADB                 ERR_DATA
 *     INTERRUPT                       ERR_INTERRUPTED
 *     CONSTRAINT                      ERR_DATA      with the trigger's words
 *     anything else                   ERR_INTERNAL
 */
ERR_MUST_USE enum err_code sql_error(struct store *store, const char *doing, struct err *err);

/* What was read cannot have been written so: ERR_DATA, "...: the database is damaged: a document of a month that was never closed". */
ERR_MUST_USE enum err_code sql_damaged(const struct store *store, const char *what, struct err *err);

/* ERR_IO where the disk refused to read a page of the database, ERR_NONE otherwise. */
ERR_MUST_USE enum err_code sql_disk_error(const struct store *store, const char *doing, struct err *err);

/* One or several statements without parameters or results. */
ERR_MUST_USE enum err_code sql_exec(struct store *store, const char *sql, const char *doing, struct err *err);

/* The caller finalizes *statement (sqlite3_finalize; NULL is harmless). */
ERR_MUST_USE enum err_code sql_prepare(struct store *store, const char *sql, const char *doing,
                                       sqlite3_stmt **statement, struct err *err);

/* Step: *row tells whether there is one, or the statement is done. */
ERR_MUST_USE enum err_code sql_step(struct store *store, sqlite3_stmt *statement, const char *doing, bool *row,
                                    struct err *err);

/* Step a statement without results to its end and reset it for the next use. */
ERR_MUST_USE enum err_code sql_run(struct store *store, sqlite3_stmt *statement, const char *doing, struct err *err);

/* Every row that is left of a query, until a visit fails. */
typedef enum err_code (*sql_visit)(void *context, sqlite3_stmt *row, struct err *err);
ERR_MUST_USE enum err_code sql_each(struct store *store, sqlite3_stmt *query, const char *doing, sql_visit visit,
                                    void *context, struct err *err);

/* The one integer of a query's one row (NULL: 0). */
ERR_MUST_USE enum err_code sql_integer(struct store *store, const char *sql, const char *doing, int64_t *value,
                                       struct err *err);

/* Bind; a wrong index is a bug and asserted. A text must live until the statement is reset or bound again. */
void sql_bind_integer(sqlite3_stmt *statement, int index, int64_t value);
void sql_bind_text(sqlite3_stmt *statement, int index, const char *text);
void sql_bind_bytes(sqlite3_stmt *statement, int index, const char *text, size_t length);
void sql_bind_null(sqlite3_stmt *statement, int index);

/* Numbers as a JSON array for json_each(): "[1,5,7]"; freed with sqlite3_free. NULL: no memory. */
char *sql_numbers(const int32_t *numbers, size_t count);

/* A text column, "" where it is NULL; lives until the next step. */
const char *sql_text(sqlite3_stmt *statement, int column);

/* An integer column, or a function's argument; `none` where it is NULL. */
static inline int64_t sql_integer_or(sqlite3_stmt *row, int column, int64_t none)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL ? none : sqlite3_column_int64(row, column);
}

static inline int64_t sql_value_or(sqlite3_value *value, int64_t none)
{
    return sqlite3_value_type(value) == SQLITE_NULL ? none : sqlite3_value_int64(value);
}

/* A text column into a text of `size` bytes. The tables' own checks keep it within. */
void sql_copy_text(char *out, size_t size, sqlite3_stmt *statement, int column);

#endif
