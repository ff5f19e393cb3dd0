/*
 * Owns the counts of what was learned between two as-ofs.
 */
#include "schema/store_changes.h"

#include <assert.h>
#include <string.h>

#include "lib/facts.h"
#include "schema/store_import.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

static const char DOING[] = "read what was changed";

static_assert(TABLES_MAX <= CHANGES_MAX, "each table fits");

static const char LAST_RUN_SQL[] = "SELECT max(r.as_of) FROM runs r JOIN run_ends e ON e.run = r.run "
                                   "AND e.outcome = 'issued' WHERE r.month = ?1 AND r.as_of < ?2";
static const char VOIDS_SQL[] = "SELECT count(*) FROM (SELECT min(recorded_at) AS first FROM voids "
                                "WHERE table_name = ?3 GROUP BY id) WHERE first > ?1 AND first <= ?2";
static const char RESTAMPED_SQL[] = "SELECT coalesce(sum(stamped), 0) FROM imports "
                                    "WHERE table_name = ?3 AND imported_at > ?1 AND imported_at <= ?2";

/* Another row of the key was recorded before; the caller frees it with sqlite3_free. */
static char *corrections_sql(const struct table *table)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);

    sqlite3_str_appendf(sql,
                        "SELECT count(*) FROM %s t WHERE recorded_at > ?1 AND recorded_at <= ?2 "
                        "AND EXISTS (SELECT 1 FROM %s o WHERE ",
                        table->name, table->name);
    for (int i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];

        if (column->key && column->optional) { /* an empty region equals an empty region */
            sqlite3_str_appendf(sql, "coalesce(o.%s, '') = coalesce(t.%s, '') AND ", column->name, column->name);
        } else if (column->key) {
            sqlite3_str_appendf(sql, "o.%s = t.%s AND ", column->name, column->name);
        }
    }
    sqlite3_str_appendall(sql, "o.recorded_at < t.recorded_at)");
    return sqlite3_str_finish(sql);
}

struct span { /* (after, until] */
    int64_t after;
    int64_t until;
};

/* One integer of a query over a span and, where it asks for one, a table as ?3. */
static enum err_code count_read(struct store *store, const char *sql, struct span span, const char *table,
                                int64_t *value, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(store, sql, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, span.after);
        sql_bind_integer(query, 2, span.until);
        if (sqlite3_bind_parameter_count(query) > 2) {
            sql_bind_text(query, 3, table);
        }
        code = sql_step(store, query, DOING, &row, err);
    }
    if (code == ERR_NONE) {
        *value = sqlite3_column_int64(query, 0);
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code changes_last_run(struct store *store, int32_t month, int64_t as_of, int64_t *last_as_of, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(store, LAST_RUN_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, month);
        sql_bind_integer(query, 2, as_of);
        code = sql_step(store, query, DOING, &row, err);
    }
    if (code == ERR_NONE) {
        bool none = sqlite3_column_type(query, 0) == SQLITE_NULL;

        *last_as_of = none ? INSTANT_NONE : sqlite3_column_int64(query, 0);
    }
    sqlite3_finalize(query);
    return code;
}

static enum err_code table_read(struct store *store, const struct table *table, struct span span,
                                struct table_changes *changes, struct err *err)
{
    enum err_code code = count_read(store, VOIDS_SQL, span, table->name, &changes->voids, err);

    if (code == ERR_NONE) {
        code = count_read(store, RESTAMPED_SQL, span, table->name, &changes->restamped, err);
    }
    if (code == ERR_NONE && strcmp(table->name, "usage_events") != 0) { /* it has no corrections */
        char *sql = corrections_sql(table);

        code = sql == NULL ? no_memory(err) : count_read(store, sql, span, NULL, &changes->corrections, err);
        sqlite3_free(sql);
    }
    return code;
}

enum err_code changes_read(struct store *store, int64_t after, int64_t until, struct table_changes changes[CHANGES_MAX],
                           size_t *count, struct err *err)
{
    size_t found = 0;

    for (int i = 0; i < TABLE_COUNT; i++) {
        struct table_changes table = {.table = TABLES[i].name};

        if (table_read(store, &TABLES[i], (struct span){after, until}, &table, err) != ERR_NONE) {
            return err->code;
        }
        if (table.corrections + table.voids + table.restamped > 0) {
            changes[found++] = table;
        }
    }
    *count = found;
    return ERR_NONE;
}
