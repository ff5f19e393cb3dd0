/*
 * Owns putting triggers aside and back.
 */
#include "schema/store_triggers.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

/* The SQL of the trigger at hand, kept. */
static enum err_code sql_keep(struct store *store, sqlite3_stmt *query, const char *name, const char *doing,
                              struct triggers *triggers, struct err *err)
{
    bool row = false;

    sql_bind_text(query, 1, name);
    if (sql_step(store, query, doing, &row, err) != ERR_NONE) {
        return err->code;
    }
    if (!row) {
        return err_set(err, ERR_DATA, "%s: cannot %s: trigger %s is missing; restore the database from a backup", store->path,
                       doing, name);
    }
    triggers->sql[triggers->count] = strdup(sql_text(query, 0));
    if (triggers->sql[triggers->count++] == NULL) {
        return no_memory(err);
    }
    sqlite3_reset(query);
    return ERR_NONE;
}

static enum err_code drop(struct store *store, const char *name, const char *doing, struct err *err)
{
    char *sql = sqlite3_mprintf("DROP TRIGGER \"%w\"", name);
    enum err_code code = sql == NULL ? no_memory(err) : sql_exec(store, sql, doing, err);

    sqlite3_free(sql);
    return code;
}

enum err_code triggers_aside(struct store *store, const char *const *names, int count, const char *doing,
                             struct triggers *triggers, struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(store, "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = ?1", doing,
                                     &query, err);

    assert(count <= TRIGGERS_MAX && triggers->count == 0);
    for (int i = 0; i < count && code == ERR_NONE; i++) {
        code = sql_keep(store, query, names[i], doing, triggers, err);
    }
    sqlite3_finalize(query);
    for (int i = 0; i < count && code == ERR_NONE; i++) {
        code = drop(store, names[i], doing, err);
    }
    return code;
}

enum err_code triggers_back(struct store *store, const struct triggers *triggers, const char *doing, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (int i = 0; i < triggers->count && code == ERR_NONE; i++) {
        code = sql_exec(store, triggers->sql[i], doing, err);
    }
    return code;
}

void triggers_forget(struct triggers *triggers)
{
    for (int i = 0; i < triggers->count; i++) {
        free(triggers->sql[i]);
    }
    *triggers = (struct triggers){0};
}
