/*
 * What a database says.
 */
#include "tests/faults/database.h"

#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "tests/faults/files.h"

#define SQL_MAX 4096

/* The tables, and of each the columns that count. */
static const char TABLES[] =
    "SELECT s.name, (SELECT group_concat('\"' || c.name || '\"', ',') FROM pragma_table_info(s.name) c WHERE c.name <> 'run')"
    " FROM sqlite_schema s WHERE s.type = 'table' AND s.name NOT IN ('runs', 'run_ends', 'seals', 'imports')"
    " AND s.name NOT LIKE 'sqlite_%' ORDER BY s.name";
static const char RUNS[] = "SELECT r.month, r.kind, r.as_of, e.sequence, e.digest, e.reports_digest, e.invoiced, e.no_charge, e.held"
                           " FROM runs r JOIN run_ends e USING (run) WHERE e.outcome = 'issued' ORDER BY 1, 4";

struct reading {
    sqlite3 *db;
    char *why;
    uint64_t digest;
};

static bool failed(struct reading *reading, const char *doing)
{
    snprintf(reading->why, DATABASE_WHY_MAX, "%s: %s", doing, sqlite3_errmsg(reading->db));
    return false;
}

static void take_row(struct reading *reading, sqlite3_stmt *query)
{
    for (int i = 0; i < sqlite3_column_count(query); i++) {
        int type = sqlite3_column_type(query, i);
        const void *bytes = sqlite3_column_blob(query, i);
        reading->digest = digest_bytes(reading->digest, &type, sizeof type);
        reading->digest = digest_bytes(reading->digest, bytes, bytes == NULL ? 0 : (size_t)sqlite3_column_bytes(query, i));
    }
}

static bool take_rows(struct reading *reading, const char *sql)
{
    sqlite3_stmt *query = NULL;
    int result = sqlite3_prepare_v2(reading->db, sql, -1, &query, NULL);

    reading->digest = digest_bytes(reading->digest, sql, strlen(sql));
    while (result == SQLITE_OK || result == SQLITE_ROW) {
        result = sqlite3_step(query);
        if (result == SQLITE_ROW) {
            take_row(reading, query);
        }
    }
    sqlite3_finalize(query);
    return result == SQLITE_DONE ? true : failed(reading, sql);
}

static bool take_tables(struct reading *reading)
{
    sqlite3_stmt *tables = NULL;
    bool right = sqlite3_prepare_v2(reading->db, TABLES, -1, &tables, NULL) == SQLITE_OK || failed(reading, "tables");

    while (right && sqlite3_step(tables) == SQLITE_ROW) {
        char sql[SQL_MAX];
        snprintf(sql, sizeof sql, "SELECT %s FROM \"%s\" ORDER BY %s", (const char *)sqlite3_column_text(tables, 1),
                 (const char *)sqlite3_column_text(tables, 0), (const char *)sqlite3_column_text(tables, 1));
        right = take_rows(reading, sql);
    }
    sqlite3_finalize(tables);
    return right;
}

/* `sql` answers `wanted`, or nothing where that is NULL. */
static bool check(struct reading *reading, const char *sql, const char *wanted)
{
    sqlite3_stmt *query = NULL;
    bool right = false;

    if (sqlite3_prepare_v2(reading->db, sql, -1, &query, NULL) != SQLITE_OK) {
        return failed(reading, sql);
    }
    int result = sqlite3_step(query);
    if (wanted == NULL) {
        right = result == SQLITE_DONE;
    } else {
        right = result == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(query, 0), wanted) == 0;
    }
    if (!right) {
        snprintf(reading->why, DATABASE_WHY_MAX, "%s: %s", sql,
                 result == SQLITE_ROW ? (const char *)sqlite3_column_text(query, 0) : sqlite3_errmsg(reading->db));
    }
    sqlite3_finalize(query);
    return right;
}

bool database_digest(const char *path, uint64_t *digest, char why[DATABASE_WHY_MAX])
{
    struct reading reading = {.why = why, .digest = 1};

    if (!files_there(path)) {
        *digest = DIGEST_NONE;
        return true;
    }
    bool right = sqlite3_open_v2(path, &reading.db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK || failed(&reading, "open");
    right = right && check(&reading, "PRAGMA integrity_check", "ok") && check(&reading, "PRAGMA foreign_key_check", NULL) &&
            take_tables(&reading) && take_rows(&reading, RUNS);
    sqlite3_close_v2(reading.db);
    *digest = reading.digest;
    return right;
}

bool database_take(const char *path, const char *from, const char *table, char why[DATABASE_WHY_MAX])
{
    struct reading reading = {.why = why};
    char *sql = sqlite3_mprintf("ATTACH %Q AS other; INSERT INTO main.\"%w\" SELECT * FROM other.\"%w\"; DETACH other", from,
                                table, table);
    bool right = sqlite3_open_v2(path, &reading.db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
                 sqlite3_exec(reading.db, sql, NULL, NULL, NULL) == SQLITE_OK;

    right = right || failed(&reading, table);
    sqlite3_free(sql);
    sqlite3_close_v2(reading.db);
    return right;
}
