/*
 * Owns the way of rows into the tables. The tables' triggers decide what a row
 * is (a duplicate, a conflict, backdated); here their answers become results.
 */
#include "schema/store_import.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/store_import_usage.h"
#include "schema/store_internal.h"
#include "schema/store_sql.h"

#define SQL_MAX 2048
#define DOING "store a row"
#define BACKDATED "backdated:" /* how the triggers begin what they say of such a row */

struct row_writer {
    struct store *store;
    const struct table *table;
    int64_t stamp;       /* after the horizon */
    bool stamp_moved;    /* the import's instant was not */
    int64_t horizon;
    sqlite3_stmt *insert; /* ?1 .. in the order of the columns */
    sqlite3_stmt *older;  /* is there an older version? the same parameters, of them the key's and recorded_at */
    struct usage_writer *usage; /* for usage_events, and then nothing of the above two */
    struct usage_given *given;  /* ROWS_AT_ONCE_MAX; for usage_events */
};

enum err_code store_horizon(struct store *store, int64_t *as_of, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    int64_t found = INT64_MIN;
    enum err_code code = sql_prepare(store, "SELECT as_of FROM horizon", "read the last as-of", &query, err);

    if (code == ERR_NONE) {
        code = sql_step(store, query, "read the last as-of", &row, err);
    }
    if (code == ERR_NONE && row && sqlite3_column_type(query, 0) != SQLITE_NULL) {
        found = sqlite3_column_int64(query, 0);
    }
    sqlite3_finalize(query);
    if (code == ERR_NONE) {
        *as_of = found;
    }
    return code;
}

struct sql {
    char text[SQL_MAX];
    size_t used;
};

__attribute__((format(printf, 2, 3)))
static void sql_add(struct sql *sql, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(sql->text + sql->used, SQL_MAX - sql->used, format, arguments);
    va_end(arguments);
    assert(length >= 0 && (size_t)length < SQL_MAX - sql->used);
    sql->used += (size_t)length;
}

static void insert_sql(const struct table *table, struct sql *sql)
{
    sql_add(sql, "INSERT INTO %s (", table->name);
    for (int i = 0; i < table->column_count; i++) {
        sql_add(sql, "%s%s", i == 0 ? "" : ", ", table->columns[i].name);
    }
    sql_add(sql, ") VALUES (");
    for (int i = 0; i < table->column_count; i++) {
        sql_add(sql, "%s?%d", i == 0 ? "" : ", ", i + 1);
    }
    sql_add(sql, ")");
}

static void older_sql(const struct table *table, struct sql *sql)
{
    sql_add(sql, "SELECT 1 FROM %s WHERE ", table->name);
    for (int i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (column->key && column->optional) { /* an empty region equals an empty region */
            sql_add(sql, "coalesce(%s, '') = coalesce(?%d, '') AND ", column->name, i + 1);
        } else if (column->key) {
            sql_add(sql, "%s = ?%d AND ", column->name, i + 1);
        }
    }
    sql_add(sql, "recorded_at < ?%d LIMIT 1", table->column_count);
}

static enum err_code statements_prepare(struct row_writer *writer, struct err *err)
{
    struct sql insert = {.used = 0};
    struct sql older = {.used = 0};

    insert_sql(writer->table, &insert);
    older_sql(writer->table, &older);
    enum err_code code = sql_prepare(writer->store, insert.text, DOING, &writer->insert, err);
    if (code == ERR_NONE) {
        code = sql_prepare(writer->store, older.text, DOING, &writer->older, err);
    }
    return code;
}

static enum err_code usage_prepare(struct row_writer *writer, struct err *err)
{
    writer->given = calloc(ROWS_AT_ONCE_MAX, sizeof *writer->given);
    if (writer->given == NULL) {
        return err_set(err, ERR_INTERNAL, "%s: cannot " DOING ": out of memory", store_path(writer->store));
    }
    return usage_writer_open(writer->store, &writer->usage, err);
}

enum err_code row_writer_open(struct store *store, const struct table *table, int64_t stamp,
                              struct row_writer **writer, struct err *err)
{
    struct row_writer *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return err_set(err, ERR_INTERNAL, "%s: cannot " DOING ": out of memory", store_path(store));
    }
    assert(!sqlite3_get_autocommit(store->db)); /* so the horizon cannot move */
    *opened = (struct row_writer){.store = store, .table = table};
    enum err_code code = store_horizon(store, &opened->horizon, err);
    opened->stamp_moved = stamp <= opened->horizon;
    opened->stamp = opened->stamp_moved ? opened->horizon + 1 : stamp;
    if (code == ERR_NONE) {
        code = strcmp(table->name, "usage_events") == 0 ? usage_prepare(opened, err) : statements_prepare(opened, err);
    }
    if (code != ERR_NONE) {
        row_writer_close(opened);
        return code;
    }
    *writer = opened;
    return ERR_NONE;
}

void row_writer_close(struct row_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    sqlite3_finalize(writer->insert);
    sqlite3_finalize(writer->older);
    usage_writer_close(writer->usage);
    free(writer->given);
    free(writer);
}

static void value_bind(sqlite3_stmt *statement, int index, const struct value *value)
{
    switch (value->kind) {
    case VALUE_INTEGER:
        sql_bind_integer(statement, index, value->integer);
        break;
    case VALUE_TEXT:
        sql_bind_bytes(statement, index, value->text, value->length);
        break;
    default:
        sql_bind_null(statement, index);
    }
}

/* Does the row's key have a version before this one? */
static enum err_code older_exists(struct row_writer *writer, const struct value *values, int64_t recorded_at,
                                  bool *exists, struct err *err)
{
    for (int i = 0; i < writer->table->column_count; i++) {
        if (writer->table->columns[i].key) {
            value_bind(writer->older, i + 1, &values[i]);
        }
    }
    sql_bind_integer(writer->older, writer->table->column_count, recorded_at);
    enum err_code code = sql_step(writer->store, writer->older, DOING, exists, err);
    sqlite3_reset(writer->older);
    return code;
}

enum answer { ANSWER_TAKEN, ANSWER_DUPLICATE, ANSWER_CONFLICT, ANSWER_BACKDATED };

/* Offer the row with a recorded_at; on a conflict, result->reason says why. */
static enum err_code offer(struct row_writer *writer, const struct value *values, int64_t recorded_at,
                           enum answer *answer, struct row_result *result, struct err *err)
{
    sqlite3 *db = writer->store->db;
    int last = writer->table->column_count;
    enum err_code code = ERR_NONE;

    for (int i = 0; i < last - 1; i++) {
        value_bind(writer->insert, i + 1, &values[i]);
    }
    sql_bind_integer(writer->insert, last, recorded_at);
    int status = sqlite3_step(writer->insert);
    if (status == SQLITE_DONE) {
        *answer = sqlite3_changes(db) > 0 ? ANSWER_TAKEN : ANSWER_DUPLICATE;
    } else if (status == SQLITE_CONSTRAINT) {
        const char *words = sqlite3_errmsg(db);
        *answer = strncmp(words, BACKDATED, strlen(BACKDATED)) == 0 ? ANSWER_BACKDATED : ANSWER_CONFLICT;
        snprintf(result->reason, sizeof result->reason, "%s", words);
    } else {
        code = sql_error(writer->store, DOING, err);
    }
    sqlite3_reset(writer->insert);
    return code;
}

/* As it came first: a duplicate or a conflict is one by the row's own recorded_at. */
static enum err_code fact_write(struct row_writer *writer, const struct value *values, int64_t recorded_at,
                                struct row_result *result, struct err *err)
{
    static const enum row_outcome OUTCOMES[] = {ROW_INSERTED, ROW_DUPLICATE, ROW_CONFLICT, ROW_CONFLICT};
    enum answer answer = ANSWER_CONFLICT;
    bool older = false;
    enum err_code code = offer(writer, values, recorded_at, &answer, result, err);

    if (code == ERR_NONE && answer == ANSWER_BACKDATED) {
        recorded_at = writer->stamp;
        result->stamped = true;
        code = offer(writer, values, recorded_at, &answer, result, err);
    }
    if (code == ERR_NONE && answer == ANSWER_TAKEN) {
        code = older_exists(writer, values, recorded_at, &older, err);
    }
    if (code == ERR_NONE) {
        result->outcome = answer == ANSWER_TAKEN && older ? ROW_CORRECTED : OUTCOMES[answer];
    }
    return code;
}

/* Its own recorded_at, or the stamp; *stamped: its own, or the import's, was not after the horizon. */
static int64_t recorded_at_of(const struct row_writer *writer, const struct value *values, bool *stamped)
{
    const struct value *given = &values[writer->table->column_count - 1];
    bool missing = given->kind == VALUE_NULL;

    *stamped = missing ? writer->stamp_moved : given->integer <= writer->horizon;
    return missing || *stamped ? writer->stamp : given->integer;
}

static struct usage_given given_of(const struct row_writer *writer, const struct value *values, struct row_fate *fate)
{
    return (struct usage_given){values, recorded_at_of(writer, values, &fate->stamped)};
}

static enum err_code events_write(struct row_writer *writer, size_t count, struct row_fate *fates, struct err *err)
{
    enum err_code code = usage_write(writer->usage, writer->given, count, fates, err);

    for (size_t i = 0; code == ERR_NONE && i < count; i++) {
        fates[i].stamped = fates[i].stamped && fates[i].outcome == ROW_INSERTED;
    }
    return code;
}

bool rows_at_once(const struct row_writer *writer)
{
    return writer->usage != NULL;
}

enum err_code rows_write(struct row_writer *writer, const struct value (*rows)[COLUMNS_MAX], size_t count,
                         struct row_fate *fates, struct err *err)
{
    assert(rows_at_once(writer) && count <= ROWS_AT_ONCE_MAX);
    for (size_t i = 0; i < count; i++) {
        writer->given[i] = given_of(writer, rows[i], &fates[i]);
    }
    return events_write(writer, count, fates, err);
}

static enum err_code event_write(struct row_writer *writer, const struct value *values, struct row_result *result,
                                 struct err *err)
{
    struct row_fate fate = {0};

    writer->given[0] = given_of(writer, values, &fate);
    enum err_code code = events_write(writer, 1, &fate, err);
    result->outcome = fate.outcome;
    result->stamped = fate.stamped;
    snprintf(result->reason, sizeof result->reason, "%s", fate.reason == NULL ? "" : fate.reason);
    return code;
}

enum err_code row_write(struct row_writer *writer, const struct value *values, struct row_result *result,
                        struct err *err)
{
    const struct value *given = &values[writer->table->column_count - 1];
    bool missing = given->kind == VALUE_NULL;
    int64_t recorded_at = missing ? writer->stamp : given->integer;

    if (writer->usage != NULL) {
        return event_write(writer, values, result, err);
    }
    result->stamped = missing && writer->stamp_moved;
    result->reason[0] = '\0';
    enum err_code code = fact_write(writer, values, recorded_at, result, err);
    if (code == ERR_NONE && (result->outcome == ROW_DUPLICATE || result->outcome == ROW_CONFLICT)) {
        result->stamped = false;
    }
    return code;
}

enum err_code import_note(struct store *store, const struct import_note *note, struct err *err)
{
    /* Never at or before the horizon: what a run counted until its as-of stays so (R3). */
    static const char SQL[] = "INSERT INTO imports (file_name, sha256, table_name, inserted, corrected, duplicates,"
                              " rejected, stamped, imported_at, imported_by)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
                              " max(?9, coalesce((SELECT as_of + 1 FROM horizon), 0)), ?10)";
    sqlite3_stmt *insert = NULL;
    enum err_code code = sql_prepare(store, SQL, "note the import", &insert, err);

    if (code == ERR_NONE) {
        sql_bind_text(insert, 1, note->file_name);
        sql_bind_text(insert, 2, note->sha256);
        sql_bind_text(insert, 3, note->table);
        sql_bind_integer(insert, 4, note->inserted);
        sql_bind_integer(insert, 5, note->corrected);
        sql_bind_integer(insert, 6, note->duplicates);
        sql_bind_integer(insert, 7, note->rejected);
        sql_bind_integer(insert, 8, note->stamped);
        sql_bind_integer(insert, 9, note->imported_at);
        sql_bind_text(insert, 10, note->imported_by);
        code = sql_run(store, insert, "note the import", err);
    }
    sqlite3_finalize(insert);
    return code;
}
