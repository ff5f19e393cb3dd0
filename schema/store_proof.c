/*
 * Owns the claims about the database that one query each can answer, and what a
 * proof remembers.
 */
#include "schema/store_proof.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decimal.h"
#include "lib/text.h"
#include "lib/visible.h"
#include "schema/embedded.h"
#include "schema/store_internal.h"
#include "schema/store_sql.h"
#include "schema/store_usage_parts.h"

static const char DOING[] = "check the database";

void proof_compared(struct proof *proof, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(proof->compared, sizeof proof->compared, format, arguments);
    va_end(arguments);
}

void proof_wrong(struct proof *proof, const char *format, ...)
{
    va_list arguments;

    if (proof->wrong < PROOF_SHOWN) {
        char told[sizeof proof->shown[0]];
        va_start(arguments, format);
        vsnprintf(told, sizeof told, format, arguments);
        va_end(arguments);
        for (char *end = told; (end = strchr(end, '\n')) != NULL;) {
            *end = ' '; /* SQLite's own words, or a customer's: each is told in one line */
        }
        visible_text(told, proof->shown[proof->wrong], sizeof proof->shown[0]);
    }
    proof->wrong++;
}

/* A query whose rows say in words what is wrong. */
static enum err_code wrong_take(void *context, sqlite3_stmt *row, struct err *err)
{
    (void)err;
    proof_wrong(context, "%s", sql_text(row, 0));
    return ERR_NONE;
}

enum err_code proof_ask(struct store *store, const char *sql, struct proof *proof, struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(store, sql, DOING, &query, err);

    if (code == ERR_NONE) {
        code = sql_each(store, query, DOING, wrong_take, proof, err);
    }
    sqlite3_finalize(query);
    return code;
}

/* A page for which there is no memory integrity_check calls wrong: "unable to get the page. error code=7". */
static bool is_no_memory(const char *wrong)
{
    static const char CODE[] = "error code";
    const char *code = strstr(wrong, CODE);

    return code != NULL && code[strlen(CODE)] != '\0' && strtol(code + sizeof CODE, NULL, 10) == SQLITE_NOMEM;
}

/* integrity_check answers with one row "ok" where nothing is wrong. */
static enum err_code integrity_take(void *context, sqlite3_stmt *row, struct err *err)
{
    if (is_no_memory(sql_text(row, 0))) {
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    if (strcmp(sql_text(row, 0), "ok") != 0) {
        proof_wrong(context, "%s", sql_text(row, 0));
    }
    return ERR_NONE;
}

enum err_code proof_file(struct store *store, struct proof *proof, struct err *err)
{
    int64_t pages = 0;
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_integer(store, "PRAGMA page_count", DOING, &pages, err);

    if (code == ERR_NONE) {
        proof_compared(proof, "%" PRId64 " pages by SQLite's integrity_check", pages);
        code = sql_prepare(store, "PRAGMA main.integrity_check", DOING, &query, err);
    }
    if (code == ERR_NONE) {
        code = sql_each(store, query, DOING, integrity_take, proof, err);
    }
    if (code == ERR_NONE) { /* integrity_check tells what it could not read as something wrong with the file */
        code = sql_disk_error(store, DOING, err);
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code proof_references(struct store *store, struct proof *proof, struct err *err)
{
    int64_t count = 0;
    enum err_code code = sql_integer(store,
                                     "SELECT count(*) FROM main.sqlite_schema AS s, pragma_foreign_key_list(s.name) "
                                     "WHERE s.type = 'table'",
                                     DOING, &count, err);

    if (code == ERR_NONE) {
        proof_compared(proof, "%" PRId64 " references between tables by SQLite's foreign_key_check", count);
        code = proof_ask(store,
                         "SELECT format('%s, row %s: what it refers to in %s is not there', \"table\", "
                         "coalesce(rowid, 'without a number'), parent) FROM pragma_foreign_key_check",
                         proof, err);
    }
    return code;
}

/* A database in memory as `monthend init` would create it. */
static enum err_code shipped_open(struct store *shipped, struct err *err)
{
    enum err_code code = ERR_NONE;

    if (sqlite3_open_v2(":memory:", &shipped->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        return sql_error(shipped, DOING, err);
    }
    for (size_t i = 0; i < MIGRATION_COUNT && code == ERR_NONE; i++) {
        code = sql_exec(shipped, MIGRATIONS[i].text, DOING, err);
    }
    return code;
}

#define OBJECTS_SQL "SELECT type, name, sql FROM main.sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
#define OBJECT_SQL "SELECT sql FROM main.sqlite_schema WHERE type = ?1 AND name = ?2"

struct comparing {
    struct store *other;
    sqlite3_stmt *find; /* in the other one */
    struct proof *proof;
    const char *absent; /* said of an object that the other one does not have */
    bool texts;         /* compare them, too */
    int64_t count;
};

static enum err_code object_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct comparing *comparing = context;
    bool found = false;

    comparing->count++;
    sqlite3_reset(comparing->find);
    sql_bind_text(comparing->find, 1, sql_text(row, 0));
    sql_bind_text(comparing->find, 2, sql_text(row, 1));
    if (sql_step(comparing->other, comparing->find, DOING, &found, err) != ERR_NONE) {
        return err->code;
    }
    if (!found) {
        proof_wrong(comparing->proof, "%s %s %s", sql_text(row, 0), sql_text(row, 1), comparing->absent);
    } else if (comparing->texts && strcmp(sql_text(row, 2), sql_text(comparing->find, 0)) != 0) {
        proof_wrong(comparing->proof, "%s %s is not as the program creates it", sql_text(row, 0), sql_text(row, 1));
    }
    return ERR_NONE;
}

/* Every object of `one` is in the other. */
static enum err_code objects_compare(struct store *one, struct comparing *comparing, struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(comparing->other, OBJECT_SQL, DOING, &comparing->find, err);

    if (code == ERR_NONE) {
        code = sql_prepare(one, OBJECTS_SQL, DOING, &query, err);
    }
    if (code == ERR_NONE) {
        code = sql_each(one, query, DOING, object_take, comparing, err);
    }
    sqlite3_finalize(query);
    sqlite3_finalize(comparing->find);
    return code;
}

enum err_code proof_schema(struct store *store, struct proof *proof, struct err *err)
{
    char name[] = "the shipped schema";
    struct store shipped = {.path = name};
    struct comparing ours = {.other = store, .proof = proof, .absent = "is missing", .texts = true};
    struct comparing theirs = {.other = &shipped, .proof = proof, .absent = "is not the program's"};
    enum err_code code = shipped_open(&shipped, err);

    if (code == ERR_NONE) {
        code = objects_compare(&shipped, &ours, err);
    }
    if (code == ERR_NONE) {
        code = objects_compare(store, &theirs, err);
    }
    sqlite3_close(shipped.db);
    proof_compared(proof, "%" PRId64 " tables, indexes, views and triggers with those that the program creates", ours.count);
    return code;
}

enum err_code proof_parts(struct store *store, struct proof *proof, struct err *err)
{
    struct usage_parts_check check = {0};

    if (usage_parts_verify(store, &check, err) != ERR_NONE) {
        return err->code;
    }
    if (check.parts == 0) {
        proof_compared(proof, "no event is noted by its account");
    } else {
        proof_compared(proof, "%" PRId64 " events in %" PRId64 " part%s made again", check.rows, check.parts,
                       text_plural(check.parts));
    }
    if (check.wrong_part != 0) {
        proof_wrong(proof, "part %" PRId64 " of usage_parts does not say what usage_rows does", check.wrong_part);
    }
    if (check.wrong_key >= 0) {
        proof_wrong(proof, "usage_id_places does not say where the ids of the events from key %" PRId64 " on lie",
                    check.wrong_key);
    }
    return ERR_NONE;
}

enum err_code proof_numbers(struct store *store, struct proof *proof, struct err *err)
{
    int64_t count = 0;
    enum err_code code = sql_integer(store, "SELECT count(*) FROM documents", DOING, &count, err);

    if (code == ERR_NONE) {
        proof_compared(proof, "%" PRId64 " documents by month and series, and the runs of each month", count);
        code = proof_ask(store,
                         "SELECT format('%s-%d-%02d-%08d is missing: %08d follows %08d', series, month / 100, month % 100, "
                         "before + 1, number, before) FROM (SELECT *, lag(number, 1, 0) OVER in_series AS before "
                         "FROM documents WINDOW in_series AS (PARTITION BY month, series ORDER BY number)) "
                         "WHERE number <> before + 1 "
                         "UNION ALL SELECT format('%s-%d-%02d-%08d of %s was issued after the one that follows it', series, "
                         "month / 100, month % 100, number, account_id) FROM (SELECT *, lead(document) OVER in_series AS after "
                         "FROM documents WINDOW in_series AS (PARTITION BY month, series ORDER BY number)) WHERE after < document "
                         "UNION ALL SELECT format('%s-%d-%02d-%08d of %s does not stand in order of account_id', series, "
                         "month / 100, month % 100, number, account_id) FROM (SELECT *, lag(account_id) OVER in_issue AS before "
                         "FROM documents WINDOW in_issue AS (PARTITION BY run, series ORDER BY number)) WHERE before >= account_id "
                         "UNION ALL SELECT format('run %d of %d-%02d is numbered %d in its month and is the %d.', run, month / 100, "
                         "month % 100, sequence, place) FROM (SELECT *, row_number() OVER (PARTITION BY month ORDER BY run) AS place "
                         "FROM run_ends WHERE outcome = 'issued') WHERE sequence IS NOT place "
                         "UNION ALL SELECT format('document %d is of run %d, which has not issued', document, run) FROM documents "
                         "WHERE run NOT IN (SELECT run FROM run_ends WHERE outcome = 'issued') "
                         "UNION ALL SELECT format('document %d is of month %d and its run is not', document, d.month) "
                         "FROM documents d JOIN runs r ON r.run = d.run WHERE r.month <> d.month",
                         proof, err);
    }
    return code;
}

static enum err_code control_take(void *context, sqlite3_stmt *row, struct err *err)
{
    char expected[DECIMAL_TEXT_MAX];
    char actual[DECIMAL_TEXT_MAX];
    (void)err;

    decimal_format(sqlite3_column_int64(row, 1), sqlite3_column_int(row, 3), expected);
    decimal_format(sqlite3_column_int64(row, 2), sqlite3_column_int(row, 3), actual);
    proof_wrong(context, "%s: expected %s, actual %s", sql_text(row, 0), expected, actual);
    return ERR_NONE;
}

enum err_code proof_controls(struct store *store, struct proof *proof, struct err *err)
{
    int64_t count = 0;
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_integer(store, "SELECT count(*) FROM temp.controls", DOING, &count, err);

    if (code == ERR_NONE) {
        proof_compared(proof, "%" PRId64 " controls from the stored documents, statements and events", count);
        code = sql_prepare(store, "SELECT control, expected, actual, digits FROM temp.controls WHERE expected <> actual",
                           DOING, &query, err);
    }
    if (code == ERR_NONE) {
        code = sql_each(store, query, DOING, control_take, proof, err);
    }
    sqlite3_finalize(query);
    return code;
}
