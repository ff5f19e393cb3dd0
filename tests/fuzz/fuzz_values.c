/*
 * Values that no import lets in: a closed and reprocessed month, and in any row of any table another value, or the row is gone.
 * The file itself is sound, so that it is the program that has to notice.
 *
 * Input: a letter that picks a command, then what is done: a byte each for the table, the column, the row and the value (VALUES).
 * Claims: those of issued_run().
 * Passed over: what a key of the table does not let happen.
 *
 * make test: 120 inputs
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "tests/fuzz/issued.h"
#include "tests/fuzz/target.h"

#define TABLES_MAX 64
#define CHANGE_BYTES 4
#define CHANGES_MAX 4
#define NAME_BYTES 64
#define KEYS_BYTES 256
#define SQL_BYTES 4096

/* What a value becomes, of `v`, of the least and the most of its column and of another row's. The first takes the row away. */
static const char *const VALUES[] = {
    NULL,
    "NULL",
    "0",
    "1",
    "-1",
    "9223372036854775807",
    "-9223372036854775807 - 1",
    "2147483647",
    "2147483648",
    "4294967296",
    "v + 1",
    "v - 1",
    "-v",
    "v * 1000",
    "v / 2",
    "1.5",
    "100000001",
    "10000000000001",
    "202513",
    "000000",
    "999912",
    "95000",
    "253402300799999",
    "253402300800000",
    "''",
    "'x'",
    "'USD'",
    "'JPY'",
    "char(27) || '[2J' || CAST(x'ff' AS TEXT)",
    "CAST(zeroblob(70000) AS TEXT)",
    "replace(hex(zeroblob(40000)), '0', 'y')",
    "x''",
    "zeroblob(40)",
    "substr(v, 2)",
    "substr(v, 1, length(v) - 1)",
    "v || 'x'",
    "CAST(v || zeroblob(9) AS BLOB)",
    "CAST(substr(v, 1, 9) || x'ff' || substr(v, 11) AS BLOB)",
    "upper(v)",
    "most",
    "least",
    "other",
};
#define VALUE_COUNT (sizeof VALUES / sizeof VALUES[0])

struct table {
    char name[NAME_BYTES];
    char keys[KEYS_BYTES]; /* the columns that tell a row, as SQL lists them */
    int columns;
    int64_t rows;
};

static struct tables {
    struct table items[TABLES_MAX];
    size_t count;
} months[ISSUED_MONTHS];

/* The text that a query with ?1 gives; false: none. */
static bool step_text(sqlite3 *db, const char *sql, int64_t number, char *text, size_t size)
{
    sqlite3_stmt *query = NULL;
    bool found = sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK;

    if (found) {
        (void)sqlite3_bind_int64(query, 1, number);
        found = sqlite3_step(query) == SQLITE_ROW;
    }
    if (found) {
        (void)snprintf(text, size, "%s", (const char *)sqlite3_column_text(query, 0));
    }
    sqlite3_finalize(query);
    return found;
}

/* Without the triggers, which would have a word to say. */
static sqlite3 *opened(void)
{
    sqlite3 *db = NULL;

    claim(sqlite3_open_v2(PLACE_DATABASE, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
              sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL) == SQLITE_OK,
          "the database cannot be opened: %s", sqlite3_errmsg(db));
    return db;
}

/* All that have rows, but for the codes that the program ships; `full`: each must have some. */
static void tables_read(struct tables *tables, bool full)
{
    static const char SQL[] = "SELECT name, iif(sql LIKE '%WITHOUT ROWID%', "
                              "                 (SELECT group_concat('\"' || c.name || '\"') FROM pragma_table_info(t.name) c WHERE c.pk > 0), 'rowid'), "
                              "       (SELECT count(*) FROM pragma_table_info(t.name)) "
                              "FROM sqlite_schema t "
                              "WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN ('currency_codes', 'country_codes') ORDER BY name";
    sqlite3 *db = opened();
    sqlite3_stmt *query = NULL;

    claim(sqlite3_prepare_v2(db, SQL, -1, &query, NULL) == SQLITE_OK, "the tables cannot be read: %s", sqlite3_errmsg(db));
    while (tables->count < TABLES_MAX && sqlite3_step(query) == SQLITE_ROW) {
        struct table *table = &tables->items[tables->count];
        char sql[SQL_BYTES];
        char rows[NAME_BYTES] = "0";
        (void)snprintf(table->name, sizeof table->name, "%s", (const char *)sqlite3_column_text(query, 0));
        (void)snprintf(table->keys, sizeof table->keys, "%s", (const char *)sqlite3_column_text(query, 1));
        table->columns = sqlite3_column_int(query, 2);
        (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM \"%s\"", table->name);
        claim(step_text(db, sql, 0, rows, sizeof rows), "the rows of %s cannot be counted", table->name);
        table->rows = strtoll(rows, NULL, 10);
        claim(table->rows > 0 || !full, "nothing is in %s, and so nothing of it is tried", table->name);
        tables->count += table->rows > 0;
    }
    sqlite3_finalize(query);
    sqlite3_close(db);
    claim(tables->count > 20, "only %zu tables have rows", tables->count);
}

/* The table forgets what it asks of its values until the schema is set back. */
static bool schema_set(sqlite3 *db, const struct table *table, const char *expression)
{
    char sql[SQL_BYTES];

    (void)snprintf(sql, sizeof sql,
                   "PRAGMA writable_schema = ON; CREATE TEMP TABLE IF NOT EXISTS kept AS SELECT name, sql FROM sqlite_schema WHERE name = '%1$s';"
                   "UPDATE sqlite_master SET sql = %2$s WHERE name = '%1$s'; PRAGMA writable_schema = RESET",
                   table->name, expression);
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* What is done to the row ?1 of the table, as SQL. */
static void change_sql(const struct table *table, const char *column, const char *becomes, char sql[SQL_BYTES])
{
    char what[SQL_BYTES / 2];

    if (becomes == NULL) {
        (void)snprintf(what, sizeof what, "DELETE FROM %s", table->name);
    } else {
        (void)snprintf(what, sizeof what,
                       "UPDATE %1$s SET %2$s = (SELECT %3$s FROM (SELECT %1$s.%2$s AS v, (SELECT min(%2$s) FROM %1$s) AS least, "
                       "(SELECT max(%2$s) FROM %1$s) AS most, (SELECT %2$s FROM %1$s LIMIT 1 OFFSET abs(?1 - 1)) AS other))",
                       table->name, column, becomes);
    }
    (void)snprintf(sql, SQL_BYTES, "%s WHERE (%s) = (SELECT %s FROM %s LIMIT 1 OFFSET ?1)", what, table->keys, table->keys, table->name);
}

/* Returns whether something was changed. */
static bool change(const struct tables *tables, const uint8_t data[CHANGE_BYTES])
{
    static const char LOOSE[] = "replace(replace(replace(replace(sql, ') STRICT, ', ') '), ') STRICT', ')'), 'IS NOT NULL', 'NOTNULL'), ' NOT NULL', '')";
    static const char AS_BEFORE[] = "(SELECT k.sql FROM kept k WHERE k.name = sqlite_master.name)";
    const struct table *table = &tables->items[data[0] % tables->count];
    char sql[SQL_BYTES];
    char column[NAME_BYTES];
    sqlite3 *db = opened();
    sqlite3_stmt *query = NULL;

    (void)snprintf(sql, sizeof sql, "SELECT '\"' || name || '\"' FROM pragma_table_info('%s') LIMIT 1 OFFSET ?1", table->name);
    claim(step_text(db, sql, data[1] % table->columns, column, sizeof column), "%s has no such column", table->name);
    change_sql(table, column, VALUES[data[3] % VALUE_COUNT], sql);
    claim(sqlite3_exec(db, "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF", NULL, NULL, NULL) == SQLITE_OK &&
              schema_set(db, table, LOOSE) && sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK,
          "%s: %s", sql, sqlite3_errmsg(db));
    (void)sqlite3_bind_int64(query, 1, data[2] % table->rows);
    bool changed = sqlite3_step(query) == SQLITE_DONE && sqlite3_changes(db) > 0;
    sqlite3_finalize(query);
    claim(schema_set(db, table, AS_BEFORE) && sqlite3_close(db) == SQLITE_OK, "%s is not as it was: %s", table->name, sqlite3_errmsg(db));
    return changed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum issued_month month = ISSUED_SMALL;
    const char *command = size < 1 + CHANGE_BYTES ? NULL : issued_command(data[0], &month);
    bool changed = false;

    if (command == NULL) {
        return INPUT_PASSED_OVER;
    }
    (void)issued_database(month);
    issued_place(month);
    if (months[month].count == 0) {
        tables_read(&months[month], month == ISSUED_FULL);
    }
    for (size_t at = 1; at + CHANGE_BYTES <= size && at <= CHANGES_MAX * CHANGE_BYTES; at += CHANGE_BYTES) {
        changed = change(&months[month], data + at) || changed;
    }
    if (!changed) {
        return INPUT_PASSED_OVER;
    }
    issued_run(month, command);
    return INPUT_TAKEN;
}
