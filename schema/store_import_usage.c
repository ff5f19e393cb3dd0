/*
 * Owns the fast way of events into the database (R8).
 */
#include "schema/store_import_usage.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/calendar.h"
#include "schema/store_dictionary.h"
#include "schema/store_internal.h"
#include "schema/store_sql.h"

#define KEY_MONTH_SHIFT 36
#define DOING "store an event"

/*
 * These run without the tables' triggers (triggers_switch), which cost more than
 * the rows themselves. What they would refuse cannot happen here: the primary
 * keys find an event that is there, no statement replaces, and the caller has
 * compared recorded_at with the horizon. OR FAIL: one row that fails has written
 * nothing, so SQLite need not be able to take a statement back.
 */
#define ID_SQL "INSERT OR FAIL INTO usage_ids (month, event_id, key) VALUES (?1, ?2, ?3)"
#define ROW_SQL                                                                                                        \
    "INSERT OR FAIL INTO usage_rows (key, account, model, at, quantity, recorded_at, tokens, credits_shown)"           \
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
#define KNOWN_SQL                                                                                                      \
    "SELECT r.account, r.model, r.at, r.quantity, r.tokens, r.credits_shown"                                           \
    " FROM usage_ids AS i JOIN usage_rows AS r ON r.key = i.key WHERE i.month = ?1 AND i.event_id = ?2"
#define LAST_SQL "SELECT max(key) FROM usage_rows WHERE key >= ?1 AND key < ?2"

enum usage_column { EVENT_ID, ACCOUNT_ID, OCCURRED_AT, MODEL, QUANTITY, TOKENS, CREDITS_SHOWN }; /* as in TABLES */

struct usage_writer {
    struct store *store;
    struct dictionary accounts;
    struct dictionary models;
    sqlite3_stmt *id;
    sqlite3_stmt *row;
    sqlite3_stmt *known;
    sqlite3_stmt *last;
    int64_t *next_keys; /* by month index; 0: not asked for yet (no month's next key is 0 once asked: see next_key) */
    int64_t month_start;
    int64_t month_end; /* of the last event's month, and its index */
    int32_t month;
};

static void triggers_switch(struct store *store, bool on)
{
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, on ? 1 : 0, NULL);
}

enum err_code usage_writer_open(struct store *store, struct usage_writer **writer, struct err *err)
{
    struct usage_writer *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return err_set(err, ERR_INTERNAL, "%s: cannot " DOING ": out of memory", store_path(store));
    }
    opened->store = store;
    triggers_switch(store, false);
    opened->next_keys = calloc(MONTH_INDEX_MAX + 1, sizeof *opened->next_keys);
    enum err_code code = dictionary_init(&opened->accounts, store, DICTIONARY_ACCOUNTS, err);
    if (code == ERR_NONE) {
        code = dictionary_init(&opened->models, store, DICTIONARY_MODELS, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(store, ID_SQL, DOING, &opened->id, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(store, ROW_SQL, DOING, &opened->row, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(store, KNOWN_SQL, DOING, &opened->known, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(store, LAST_SQL, DOING, &opened->last, err);
    }
    if (code == ERR_NONE && opened->next_keys == NULL) {
        code = err_set(err, ERR_INTERNAL, "%s: cannot " DOING ": out of memory", store_path(store));
    }
    if (code != ERR_NONE) {
        usage_writer_close(opened);
        return code;
    }
    *writer = opened;
    return ERR_NONE;
}

void usage_writer_close(struct usage_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    triggers_switch(writer->store, true);
    dictionary_release(&writer->accounts);
    dictionary_release(&writer->models);
    sqlite3_finalize(writer->id);
    sqlite3_finalize(writer->row);
    sqlite3_finalize(writer->known);
    sqlite3_finalize(writer->last);
    free(writer->next_keys);
    free(writer);
}

/* R7: the month of an event; they mostly come month by month. */
static void month_enter(struct usage_writer *writer, int64_t occurred_at)
{
    if (occurred_at < writer->month_start || occurred_at >= writer->month_end) {
        int32_t month = month_of(occurred_at);
        writer->month = month_index(month);
        writer->month_start = month_start_ms(month);
        writer->month_end = month_end_ms(month);
    }
}

/* The key of the month's next event. January 1970 asks every time while it is empty: its first key is 0. */
static enum err_code next_key(struct usage_writer *writer, int64_t *key, struct err *err)
{
    int64_t *next = &writer->next_keys[writer->month];
    int64_t first = (int64_t)writer->month << KEY_MONTH_SHIFT;
    int64_t after = ((int64_t)writer->month + 1) << KEY_MONTH_SHIFT;
    bool row = false;

    if (*next == 0) {
        sql_bind_integer(writer->last, 1, first);
        sql_bind_integer(writer->last, 2, after);
        enum err_code code = sql_step(writer->store, writer->last, DOING, &row, err);
        if (code == ERR_NONE) {
            bool empty = sqlite3_column_type(writer->last, 0) == SQLITE_NULL;
            *next = empty ? first : sqlite3_column_int64(writer->last, 0) + 1;
        }
        sqlite3_reset(writer->last);
        if (code != ERR_NONE) {
            return code;
        }
    }
    if (*next >= after) {
        return err_set(err, ERR_DATA, "%s: the month has as many events as it can hold", store_path(writer->store));
    }
    *key = *next;
    return ERR_NONE;
}

static void bind_value(sqlite3_stmt *statement, int index, const struct value *value)
{
    if (value->kind == VALUE_NULL) {
        sql_bind_null(statement, index);
    } else {
        sql_bind_integer(statement, index, value->integer);
    }
}

/* Note the event's id; *known when the month has it already. */
static enum err_code id_write(struct usage_writer *writer, const struct value *event_id, int64_t key, bool *known,
                              struct err *err)
{
    enum err_code code = ERR_NONE;

    sql_bind_integer(writer->id, 1, writer->month);
    sql_bind_bytes(writer->id, 2, event_id->text, event_id->length);
    sql_bind_integer(writer->id, 3, key);
    *known = false;
    if (sqlite3_step(writer->id) != SQLITE_DONE) {
        *known = sqlite3_extended_errcode(writer->store->db) == SQLITE_CONSTRAINT_PRIMARYKEY;
        code = *known ? ERR_NONE : sql_error(writer->store, DOING, err);
    }
    sqlite3_reset(writer->id);
    return code;
}

static bool column_equals(sqlite3_stmt *row, int column, const struct value *value)
{
    if (sqlite3_column_type(row, column) == SQLITE_NULL || value->kind == VALUE_NULL) {
        return sqlite3_column_type(row, column) == SQLITE_NULL && value->kind == VALUE_NULL;
    }
    return sqlite3_column_int64(row, column) == value->integer;
}

/* R8: the month has the id already; the same event again, or another one? */
static enum err_code known_compare(struct usage_writer *writer, const struct value *values, struct row_result *result,
                                   struct err *err)
{
    sqlite3_stmt *known = writer->known;
    int64_t account = 0;
    int64_t model = 0;
    bool row = false;
    enum err_code code =
        dictionary_find(&writer->accounts, values[ACCOUNT_ID].text, values[ACCOUNT_ID].length, &account, err);

    if (code == ERR_NONE) {
        code = dictionary_find(&writer->models, values[MODEL].text, values[MODEL].length, &model, err);
    }
    if (code != ERR_NONE) {
        return code;
    }
    sql_bind_integer(known, 1, writer->month);
    sql_bind_bytes(known, 2, values[EVENT_ID].text, values[EVENT_ID].length);
    code = sql_step(writer->store, known, DOING, &row, err);
    if (code == ERR_NONE) {
        bool same = row && sqlite3_column_int64(known, 0) == account && sqlite3_column_int64(known, 1) == model &&
                    sqlite3_column_int64(known, 2) == values[OCCURRED_AT].integer - writer->month_start &&
                    column_equals(known, 3, &values[QUANTITY]) && column_equals(known, 4, &values[TOKENS]) &&
                    column_equals(known, 5, &values[CREDITS_SHOWN]);
        result->outcome = same ? ROW_DUPLICATE : ROW_CONFLICT;
        if (!same) {
            snprintf(result->reason, sizeof result->reason,
                     "conflict: this event_id is there in this month with other content");
        }
    }
    sqlite3_reset(known);
    return code;
}

static enum err_code row_insert(struct usage_writer *writer, const struct value *values, int64_t key,
                                int64_t recorded_at, struct err *err)
{
    sqlite3_stmt *row = writer->row;
    int64_t account = 0;
    int64_t model = 0;
    enum err_code code =
        dictionary_number(&writer->accounts, values[ACCOUNT_ID].text, values[ACCOUNT_ID].length, &account, err);

    if (code == ERR_NONE) {
        code = dictionary_number(&writer->models, values[MODEL].text, values[MODEL].length, &model, err);
    }
    if (code != ERR_NONE) {
        return code;
    }
    sql_bind_integer(row, 1, key);
    sql_bind_integer(row, 2, account);
    sql_bind_integer(row, 3, model);
    sql_bind_integer(row, 4, values[OCCURRED_AT].integer - writer->month_start);
    sql_bind_integer(row, 5, values[QUANTITY].integer);
    sql_bind_integer(row, 6, recorded_at);
    bind_value(row, 7, &values[TOKENS]);
    bind_value(row, 8, &values[CREDITS_SHOWN]);
    return sql_run(writer->store, row, DOING, err);
}

enum err_code usage_write(struct usage_writer *writer, const struct value *values, int64_t recorded_at,
                          struct row_result *result, struct err *err)
{
    int64_t key = 0;
    bool known = false;

    month_enter(writer, values[OCCURRED_AT].integer);
    enum err_code code = next_key(writer, &key, err);
    if (code == ERR_NONE) {
        code = id_write(writer, &values[EVENT_ID], key, &known, err);
    }
    if (code == ERR_NONE && known) {
        return known_compare(writer, values, result, err);
    }
    if (code == ERR_NONE) {
        code = row_insert(writer, values, key, recorded_at, err);
    }
    if (code == ERR_NONE) {
        writer->next_keys[writer->month] = key + 1;
        result->outcome = ROW_INSERTED;
    }
    return code;
}
