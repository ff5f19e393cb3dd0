/*
 * Owns the moving of what was collected into the database, in one transaction
 * with the run's end, and the last look at it there (R26).
 */
#include "schema/store_runs.h"

#include <assert.h>

#include "schema/store_issue_internal.h"
#include "schema/store_links.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

static const char ISSUE[] = "issue the documents";

/* Move all rows of a collected table; documents are numbered on from the `documents` that are there. */
static enum err_code rows_move(struct store *store, enum spool_table table, int64_t documents, struct err *err)
{
    struct store *spool = &store->issue->spool;
    char *sql = sqlite3_mprintf("SELECT %s FROM %s ORDER BY rowid", SPOOL[table].columns, SPOOL[table].table);
    sqlite3_stmt *select = NULL;
    sqlite3_stmt *insert = NULL;
    bool row = true;
    enum err_code code = sql == NULL ? no_memory(err) : sql_prepare(spool, sql, SPOOL_COLLECT, &select, err);

    if (code == ERR_NONE) {
        code = spool_insert(store, table, ISSUE, &insert, err);
    }
    while (code == ERR_NONE && row) {
        code = sql_step(spool, select, SPOOL_COLLECT, &row, err);
        if (code != ERR_NONE || !row) {
            break;
        }
        sql_bind_integer(insert, 1, sqlite3_column_int64(select, 0) + (SPOOL[table].of_document ? documents : 0));
        for (int i = 1; i < sqlite3_column_count(select) && code == ERR_NONE; i++) {
            if (sqlite3_bind_value(insert, i + 1, sqlite3_column_value(select, i)) != SQLITE_OK) {
                code = sql_error(store, ISSUE, err);
            }
        }
        if (code == ERR_NONE) {
            code = sql_run(store, insert, ISSUE, err);
        }
    }
    sqlite3_finalize(select);
    sqlite3_finalize(insert);
    sqlite3_free(sql);
    return code;
}

/* R26: what was collected of a series must begin one after what is issued, and have no gap. */
static enum err_code numbers_check(struct store *store, struct err *err)
{
    struct issue *issue = store->issue;
    sqlite3_stmt *query = NULL;
    bool row = true;
    int64_t issued = 0;
    enum err_code code =
        sql_prepare(&issue->spool,
                    "SELECT series, min(number), max(number), count(*), count(DISTINCT number) FROM documents "
                    "GROUP BY series ORDER BY series",
                    SPOOL_COLLECT, &query, err);

    while (code == ERR_NONE && row) {
        code = sql_step(&issue->spool, query, SPOOL_COLLECT, &row, err);
        if (code == ERR_NONE && row) {
            code = documents_count(store, issue->month, sql_text(query, 0), &issued, err);
        }
        if (code == ERR_NONE && row) {
            int64_t count = sqlite3_column_int64(query, 3);

            if (sqlite3_column_int64(query, 1) != issued + 1 || sqlite3_column_int64(query, 2) != issued + count ||
                sqlite3_column_int64(query, 4) != count) {
                code = err_set(err, ERR_INTERNAL,
                               "%s: the numbers of %s documents would not run without a gap; nothing was issued, "
                               "please report this",
                               store->path, sql_text(query, 0));
            }
        }
    }
    sqlite3_finalize(query);
    return code;
}

static enum err_code end_insert(struct store *store, const struct run_totals *totals, struct err *err)
{
    struct issue *issue = store->issue;
    sqlite3_stmt *insert = NULL;
    enum err_code code = sql_prepare(store,
                                     "INSERT INTO run_ends (run, month, outcome, sequence, digest, reports_digest, "
                                     "invoiced, no_charge, held, ended_at) SELECT ?1, ?2, 'issued', "
                                     "(SELECT coalesce(max(sequence), 0) + 1 FROM run_ends WHERE month = ?2), "
                                     "?3, ?4, ?5, ?6, ?7, ?8",
                                     ISSUE, &insert, err);

    if (code == ERR_NONE) {
        sql_bind_integer(insert, 1, issue->run);
        sql_bind_integer(insert, 2, issue->month);
        sql_bind_text(insert, 3, totals->digest);
        sql_bind_text(insert, 4, totals->reports_digest);
        sql_bind_integer(insert, 5, totals->invoiced);
        sql_bind_integer(insert, 6, totals->no_charge);
        sql_bind_integer(insert, 7, totals->held);
        sql_bind_integer(insert, 8, totals->ended_at);
        code = sql_run(store, insert, ISSUE, err);
    }
    sqlite3_finalize(insert);
    return code;
}

/* What is in the database now adds up by itself, whatever the run thought of it. */
static enum err_code stored_check(struct store *store, struct err *err)
{
    struct issue *issue = store->issue;
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code =
        sql_prepare(store,
                    "SELECT count(*), coalesce(sum((d.lines, d.tax, d.total) IS NOT (SELECT count(*), "
                    "coalesce(sum(iif(l.kind = 'tax', l.amount, 0)), 0), coalesce(sum(l.amount), 0) "
                    "FROM document_lines l WHERE l.document = d.document)), 0) FROM documents d WHERE d.run = ?1",
                    ISSUE, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, issue->run);
        code = sql_step(store, query, ISSUE, &row, err);
    }
    if (code == ERR_NONE && (sqlite3_column_int64(query, 0) != issue->documents || sqlite3_column_int64(query, 1) != 0)) {
        code = err_set(err, ERR_INTERNAL,
                       "%s: %lld of %lld documents do not add up as stored; nothing was issued, please report this",
                       store->path, (long long)sqlite3_column_int64(query, 1), (long long)sqlite3_column_int64(query, 0));
    }
    sqlite3_finalize(query);
    return code;
}

static enum err_code issue_move(struct store *store, const struct run_totals *totals, struct err *err)
{
    int64_t documents = 0;
    char newest[DIGEST_TEXT_MAX];
    enum err_code code = numbers_check(store, err);

    if (code == ERR_NONE) {
        code = issue_newest_link(store, newest, err);
    }
    if (code == ERR_NONE) {
        code = sql_integer(store, "SELECT coalesce(max(document), 0) FROM documents", ISSUE, &documents, err);
    }
    for (int table = 0; table < SPOOL_TABLES && code == ERR_NONE; table++) {
        code = rows_move(store, (enum spool_table)table, documents, err);
    }
    if (code == ERR_NONE) {
        code = stored_check(store, err);
    }
    if (code == ERR_NONE) {
        code = end_insert(store, totals, err);
    }
    if (code == ERR_NONE) {
        code = run_seal(store, store->issue->run, err);
    }
    return code;
}

enum err_code issue_commit(struct store *store, const struct run_totals *totals, struct err *err)
{
    assert(store->issue != NULL);
    enum err_code code = store_begin(store, err);

    if (code == ERR_NONE) {
        code = issue_move(store, totals, err);
    }
    if (code == ERR_NONE) {
        code = store_commit(store, err);
    }
    if (code != ERR_NONE) {
        store_rollback(store);
        return code;
    }
    issue_drop(store);
    return ERR_NONE;
}
