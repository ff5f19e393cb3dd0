/*
 * Owns the fast way of events into the database (R8).
 */
#include "schema/store_import_usage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/catalogue.h"
#include "lib/text.h"
#include "schema/store_dictionary.h"
#include "schema/store_internal.h"
#include "schema/store_sql.h"
#include "schema/store_usage_batch.h"

#define KEY_MONTH_SHIFT 36
#define DOING "store an event"
#define CONFLICT "conflict: this event_id is there in this month with other content"

/*
 * These run without the tables' triggers and checks (guards_switch), which cost more
 * than the rows themselves. What they would refuse cannot happen here: the primary
 * keys find an event that is there, no statement replaces, the caller has compared
 * recorded_at with the horizon, and row_of() asserts the bounds. OR FAIL: whoever gets
 * an error rolls the transaction back, so SQLite need not be able to take a statement back.
 */
#define IDS_SQL "INSERT OR IGNORE INTO usage_ids (month, event_id, key) SELECT month, event_id, key FROM usage_batch"
#define ROWS_SQL                                                                                                       \
    "INSERT OR FAIL INTO usage_rows (key, account, model, at, quantity, recorded_at, tokens, credits_shown)"           \
    " SELECT key, account, model, at, quantity, recorded_at, tokens, credits_shown FROM usage_batch"
#define KEY_SQL "SELECT key FROM usage_ids WHERE month = ?1 AND event_id = ?2"
#define REKEY_SQL "UPDATE usage_ids SET key = ?3 WHERE month = ?1 AND event_id = ?2" /* within the batch that noted it */
#define KNOWN_SQL                                                                                                      \
    "SELECT account, model, at, quantity, coalesce(tokens, -1), coalesce(credits_shown, -1) FROM usage_rows"           \
    " WHERE key = ?1"
#define LAST_SQL "SELECT max(key) FROM usage_rows WHERE key >= ?1 AND key < ?2"

enum usage_column { EVENT_ID, ACCOUNT_ID, OCCURRED_AT, MODEL, QUANTITY, TOKENS, CREDITS_SHOWN }; /* as in TABLES */

struct usage_writer {
    struct store *store;
    struct dictionary accounts;
    struct dictionary models;
    struct usage_batch batch;
    struct usage_place *places; /* of the batch's rows, for their order */
    size_t rows_max;
    sqlite3_stmt *ids;
    sqlite3_stmt *rows;
    sqlite3_stmt *key;
    sqlite3_stmt *rekey;
    sqlite3_stmt *known;
    sqlite3_stmt *last;
    int64_t *next_keys; /* by month index; 0: not asked for yet (no month's next key is 0 once asked: see next_key) */
    int64_t month_start;
    int64_t month_end; /* of the last event's month, and its index */
    int32_t month;
};

static void guards_switch(struct store *store, bool on)
{
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, on ? 1 : 0, NULL);
    sqlite3_exec(store->db, on ? "PRAGMA ignore_check_constraints = OFF" : "PRAGMA ignore_check_constraints = ON", NULL,
                 NULL, NULL);
}

static enum err_code no_memory(const struct usage_writer *writer, struct err *err)
{
    return err_set(err, ERR_INTERNAL, "%s: cannot " DOING ": out of memory", store_path(writer->store));
}

static enum err_code writer_prepare(struct usage_writer *writer, struct err *err)
{
    struct store *store = writer->store;
    const struct {
        const char *sql;
        sqlite3_stmt **statement;
    } statements[] = {
        {IDS_SQL, &writer->ids},     {ROWS_SQL, &writer->rows}, {KEY_SQL, &writer->key}, {REKEY_SQL, &writer->rekey},
        {KNOWN_SQL, &writer->known}, {LAST_SQL, &writer->last},
    };
    enum err_code code = usage_batch_show(store, &writer->batch, err);

    for (size_t i = 0; code == ERR_NONE && i < sizeof statements / sizeof statements[0]; i++) {
        code = sql_prepare(store, statements[i].sql, DOING, statements[i].statement, err);
    }
    if (code == ERR_NONE) {
        code = dictionary_init(&writer->accounts, store, DICTIONARY_ACCOUNTS, err);
    }
    return code == ERR_NONE ? dictionary_init(&writer->models, store, DICTIONARY_MODELS, err) : code;
}

enum err_code usage_writer_open(struct store *store, struct usage_writer **writer, struct err *err)
{
    struct usage_writer *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return err_set(err, ERR_INTERNAL, "%s: cannot " DOING ": out of memory", store_path(store));
    }
    opened->store = store;
    guards_switch(store, false);
    opened->next_keys = calloc(MONTH_INDEX_MAX + 1, sizeof *opened->next_keys);
    enum err_code code = opened->next_keys == NULL ? no_memory(opened, err) : writer_prepare(opened, err);
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
    dictionary_release(&writer->accounts);
    dictionary_release(&writer->models);
    sqlite3_finalize(writer->ids);
    sqlite3_finalize(writer->rows);
    sqlite3_finalize(writer->key);
    sqlite3_finalize(writer->rekey);
    sqlite3_finalize(writer->known);
    sqlite3_finalize(writer->last);
    usage_batch_forget(writer->store);
    guards_switch(writer->store, true);
    free(writer->batch.rows);
    free(writer->places);
    free(writer->next_keys);
    free(writer);
}

/* Room for so many rows at once. */
static enum err_code room_for(struct usage_writer *writer, size_t count, struct err *err)
{
    if (count <= writer->rows_max) {
        return ERR_NONE;
    }
    free(writer->batch.rows);
    free(writer->places);
    writer->rows_max = 0;
    writer->batch.rows = calloc(count, sizeof *writer->batch.rows);
    writer->places = calloc(count, sizeof *writer->places);
    if (writer->batch.rows == NULL || writer->places == NULL) {
        return no_memory(writer, err);
    }
    writer->rows_max = count;
    return ERR_NONE;
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

/* The key of the month's next event, which it takes. January 1970 asks every time while it is empty: its first key is 0. */
static enum err_code key_take(struct usage_writer *writer, int64_t *key, struct err *err)
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
    *key = (*next)++;
    return ERR_NONE;
}

static int64_t optional_of(const struct value *value)
{
    return value->kind == VALUE_NULL ? USAGE_NONE : value->integer;
}

/* One event as its row, with a key; the dictionaries' numbers come later. */
static enum err_code row_of(struct usage_writer *writer, const struct value *values, int64_t recorded_at,
                            struct usage_row *row, struct err *err)
{
    month_enter(writer, values[OCCURRED_AT].integer);
    *row = (struct usage_row){
        .event_id = values[EVENT_ID].text,
        .event_id_length = values[EVENT_ID].length,
        .month = writer->month,
        .at = values[OCCURRED_AT].integer - writer->month_start,
        .quantity = values[QUANTITY].integer,
        .recorded_at = recorded_at,
        .tokens = optional_of(&values[TOKENS]),
        .credits_shown = optional_of(&values[CREDITS_SHOWN]),
    };
    assert(row->event_id_length >= 1 && row->event_id_length <= ID_BYTES_MAX);
    assert(row->quantity >= 0 && row->quantity <= QUANTITY_MAX);
    assert(row->tokens >= USAGE_NONE && row->tokens <= COUNT_MAX);
    assert(row->credits_shown >= USAGE_NONE && row->credits_shown <= CREDITS_MAX);
    assert(recorded_at >= 0);
    return key_take(writer, &row->key, err);
}

/* An id that its month had before belongs to another row. */
static enum err_code known_find(struct usage_writer *writer, struct usage_row *row, int64_t *key, struct err *err)
{
    bool found = false;

    sql_bind_integer(writer->key, 1, row->month);
    sql_bind_bytes(writer->key, 2, row->event_id, row->event_id_length);
    enum err_code code = sql_step(writer->store, writer->key, DOING, &found, err);
    if (code == ERR_NONE && !found) {
        code = err_set(err, ERR_INTERNAL, "%s: cannot " DOING ": an id was not stored; please report this",
                       store_path(writer->store));
    }
    if (code == ERR_NONE) {
        *key = sqlite3_column_int64(writer->key, 0);
        row->left_out = *key != row->key;
    }
    sqlite3_reset(writer->key);
    return code;
}

/* Give a row, whose id is noted, another key. */
static enum err_code key_change(struct usage_writer *writer, struct usage_row *row, int64_t key, struct err *err)
{
    row->key = key;
    sql_bind_integer(writer->rekey, 1, row->month);
    sql_bind_bytes(writer->rekey, 2, row->event_id, row->event_id_length);
    sql_bind_integer(writer->rekey, 3, key);
    return sql_run(writer->store, writer->rekey, DOING, err);
}

/* Leave out the rows whose ids were there before, and close the gaps between the keys of the others: a month's keys are
 * its events' numbers, without a hole. */
static enum err_code known_leave_out(struct usage_writer *writer, struct err *err)
{
    struct usage_batch *batch = &writer->batch;
    int64_t key = 0;
    enum err_code code = ERR_NONE;

    for (size_t i = batch->count; i-- > 0;) { /* each month's first of the batch */
        writer->next_keys[batch->rows[i].month] = batch->rows[i].key;
    }
    for (size_t i = 0; code == ERR_NONE && i < batch->count; i++) {
        struct usage_row *row = &batch->rows[i];

        code = known_find(writer, row, &key, err);
        if (code == ERR_NONE && !row->left_out) {
            int64_t next = writer->next_keys[row->month]++;
            code = next == row->key ? ERR_NONE : key_change(writer, row, next, err);
        }
    }
    return code;
}

/* Note the ids, in their table's own order: where they come in a random one, each page is still met once. */
static enum err_code ids_write(struct usage_writer *writer, struct err *err)
{
    struct usage_batch *batch = &writer->batch;

    usage_batch_sort(batch, writer->places);
    batch->order = writer->places;
    enum err_code code = sql_run(writer->store, writer->ids, DOING, err);
    batch->order = NULL;
    bool all = code != ERR_NONE || (size_t)sqlite3_changes64(writer->store->db) == batch->count;
    return all ? code : known_leave_out(writer, err);
}

/* R8: the month has the id already; the same event again, or another one? */
static enum err_code known_compare(struct usage_writer *writer, struct usage_row *row, struct row_fate *fate,
                                   struct err *err)
{
    const int64_t own[] = {row->account, row->model, row->at, row->quantity, row->tokens, row->credits_shown};
    int64_t key = 0;
    bool same = false;
    enum err_code code = known_find(writer, row, &key, err);

    if (code != ERR_NONE) {
        return code;
    }
    sql_bind_integer(writer->known, 1, key);
    code = sql_step(writer->store, writer->known, DOING, &same, err);
    for (int i = 0; code == ERR_NONE && same && i < (int)(sizeof own / sizeof own[0]); i++) {
        same = sqlite3_column_int64(writer->known, i) == own[i];
    }
    sqlite3_reset(writer->known);
    fate->outcome = same ? ROW_DUPLICATE : ROW_CONFLICT;
    fate->reason = same ? NULL : CONFLICT;
    return code;
}

static enum err_code number_of(struct dictionary *dictionary, const struct value *name, bool make, int64_t *number,
                               struct err *err)
{
    return make ? dictionary_number(dictionary, name->text, name->length, number, err)
                : dictionary_find(dictionary, name->text, name->length, number, err);
}

/* The dictionaries' numbers; an event that is not stored gives no one a new number. */
static enum err_code numbers_find(struct usage_writer *writer, const struct usage_given *given, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (size_t i = 0; code == ERR_NONE && i < writer->batch.count; i++) {
        struct usage_row *row = &writer->batch.rows[i];

        code = number_of(&writer->accounts, &given[i].values[ACCOUNT_ID], !row->left_out, &row->account, err);
        if (code == ERR_NONE) {
            code = number_of(&writer->models, &given[i].values[MODEL], !row->left_out, &row->model, err);
        }
    }
    return code;
}

/* The rows first: one of the batch may have its like in the batch. */
static enum err_code fates_find(struct usage_writer *writer, struct row_fate *fates, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (size_t i = 0; code == ERR_NONE && i < writer->batch.count; i++) {
        fates[i].outcome = ROW_INSERTED;
        fates[i].reason = NULL;
        if (writer->batch.rows[i].left_out) {
            code = known_compare(writer, &writer->batch.rows[i], &fates[i], err);
        }
    }
    return code;
}

enum err_code usage_write(struct usage_writer *writer, const struct usage_given *given, size_t count,
                          struct row_fate *fates, struct err *err)
{
    enum err_code code = room_for(writer, count, err);

    for (size_t i = 0; code == ERR_NONE && i < count; i++) {
        code = row_of(writer, given[i].values, given[i].recorded_at, &writer->batch.rows[i], err);
    }
    writer->batch.count = count;
    if (code == ERR_NONE) {
        code = ids_write(writer, err);
    }
    if (code == ERR_NONE) {
        code = numbers_find(writer, given, err);
    }
    if (code == ERR_NONE) {
        code = sql_run(writer->store, writer->rows, DOING, err);
    }
    return code == ERR_NONE ? fates_find(writer, fates, err) : code;
}
