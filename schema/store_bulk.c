/*
 * Owns the fast way in for a synthetic month's events.
 */
#include "schema/store_bulk.h"

#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "schema/store_dictionary.h"
#include "schema/store_import.h"
#include "schema/store_internal.h"
#include "schema/store_sql.h"
#include "schema/store_triggers.h"
#include "schema/store_usage_keys.h"

#define DOING "write a month of events"
static const char *const TRIGGERS[] = {"usage_rows_insert", "usage_ids_insert"};

struct store_bulk {
    struct store *store;
    int64_t horizon; /* as-of of the last run */
    int64_t month;   /* its index */
    int64_t key;     /* of the next event */
    struct triggers triggers;
    sqlite3_stmt *row;
    sqlite3_stmt *id;
    struct dictionary accounts;
    struct dictionary models;
};

static enum err_code month_check(struct store_bulk *bulk, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(bulk->store, "SELECT key FROM usage_rows WHERE key >= ?1 AND key < ?2 LIMIT 1",
                                     DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, bulk->month << USAGE_KEY_BITS);
        sql_bind_integer(query, 2, (bulk->month + 1) << USAGE_KEY_BITS);
        code = sql_step(bulk->store, query, DOING, &row, err);
    }
    sqlite3_finalize(query);
    if (code == ERR_NONE && row) {
        return err_set(err, ERR_DATA, "%s: the month has events already; choose another, or a new database",
                       store_path(bulk->store));
    }
    return code;
}

static enum err_code bulk_start(struct store_bulk *bulk, struct err *err)
{
    enum err_code code = store_horizon(bulk->store, &bulk->horizon, err);

    if (code == ERR_NONE) {
        code = month_check(bulk, err);
    }
    if (code == ERR_NONE) {
        code = dictionary_init(&bulk->accounts, bulk->store, DICTIONARY_ACCOUNTS, err);
    }
    if (code == ERR_NONE) {
        code = dictionary_init(&bulk->models, bulk->store, DICTIONARY_MODELS, err);
    }
    if (code == ERR_NONE) {
        code = triggers_aside(bulk->store, TRIGGERS, sizeof TRIGGERS / sizeof TRIGGERS[0], DOING, &bulk->triggers, err);
    }
    if (code == ERR_NONE) {
        code = sql_exec(bulk->store, "PRAGMA ignore_check_constraints = ON", DOING, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(bulk->store,
                           "INSERT INTO usage_rows (key, account, model, at, quantity, recorded_at, tokens)"
                           " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                           DOING, &bulk->row, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(bulk->store, "INSERT INTO usage_ids (month, event_id, key) VALUES (?1, ?2, ?3)", DOING,
                           &bulk->id, err);
    }
    return code;
}

static void bulk_free(struct store_bulk *bulk)
{
    sqlite3_finalize(bulk->row);
    sqlite3_finalize(bulk->id);
    dictionary_release(&bulk->accounts);
    dictionary_release(&bulk->models);
    triggers_forget(&bulk->triggers);
    free(bulk);
}

enum err_code bulk_open(struct store *store, int32_t month, struct store_bulk **bulk, struct err *err)
{
    struct store_bulk *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return err_set(err, ERR_INTERNAL, "%s: cannot " DOING ": out of memory", store_path(store));
    }
    opened->store = store;
    opened->month = month_index(month);
    opened->key = opened->month << USAGE_KEY_BITS;
    enum err_code code = bulk_start(opened, err);
    if (code != ERR_NONE) {
        sqlite3_exec(store->db, "PRAGMA ignore_check_constraints = OFF", NULL, NULL, NULL);
        bulk_free(opened);
        return code;
    }
    *bulk = opened;
    return ERR_NONE;
}

enum err_code bulk_account(struct store_bulk *bulk, const char *account_id, int64_t *number, struct err *err)
{
    return dictionary_number(&bulk->accounts, account_id, strlen(account_id), number, err);
}

enum err_code bulk_model(struct store_bulk *bulk, const char *name, int64_t *number, struct err *err)
{
    return dictionary_number(&bulk->models, name, strlen(name), number, err);
}

enum err_code bulk_event(struct store_bulk *bulk, const struct bulk_event *event, struct err *err)
{
    if (event->recorded_at <= bulk->horizon) {
        return err_set(err, ERR_DATA, "%s: a run has seen the world as of the events' recorded_at; use a new database",
                       store_path(bulk->store));
    }
    sql_bind_integer(bulk->row, 1, bulk->key);
    sql_bind_integer(bulk->row, 2, event->account);
    sql_bind_integer(bulk->row, 3, event->model);
    sql_bind_integer(bulk->row, 4, event->at);
    sql_bind_integer(bulk->row, 5, event->quantity);
    sql_bind_integer(bulk->row, 6, event->recorded_at);
    if (event->tokens < 0) {
        sql_bind_null(bulk->row, 7);
    } else {
        sql_bind_integer(bulk->row, 7, event->tokens);
    }
    sql_bind_integer(bulk->id, 1, bulk->month);
    sql_bind_text(bulk->id, 2, event->event_id);
    sql_bind_integer(bulk->id, 3, bulk->key);
    bulk->key++;
    enum err_code code = sql_run(bulk->store, bulk->row, DOING, err);
    return code == ERR_NONE ? sql_run(bulk->store, bulk->id, DOING, err) : code;
}

enum err_code bulk_close(struct store_bulk *bulk, struct err *err)
{
    if (bulk == NULL) {
        return ERR_NONE;
    }
    enum err_code code = triggers_back(bulk->store, &bulk->triggers, DOING, err);
    sqlite3_exec(bulk->store->db, "PRAGMA ignore_check_constraints = OFF", NULL, NULL, NULL);
    bulk_free(bulk);
    return code;
}
