/*
 * Owns the moving of what was collected into the database, in one transaction
 * with the run's end, and the last look at it there (R26).
 */
#include "schema/store_runs.h"

#include <assert.h>
#include <string.h>

#include "schema/store_canonical.h"
#include "schema/store_issue_internal.h"
#include "schema/store_links.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_tape_table.h"
#include "schema/store_triggers.h"

static const char ISSUE[] = "issue the documents";

/* From so many rows on it pays to put the insert triggers aside; what they check is then checked at once. */
#define BULK_ROWS_MIN 10000

static const char *const BULK_TRIGGERS[] = {"documents_insert", "document_lines_insert", "links_insert",
                                            "statements_insert"};

/* "c0 + ?1, c1, ...": as many columns as the table has; ?1 is 0 but for documents. */
static char *move_sql(enum issued_table table)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    int column = 1;

    sqlite3_str_appendf(sql, "INSERT INTO %s (%s) SELECT c0 + ?1", ISSUED[table].table, ISSUED[table].columns);
    for (const char *comma = ISSUED[table].columns; (comma = strchr(comma, ',')) != NULL; comma++) {
        sqlite3_str_appendf(sql, ", c%d", column++);
    }
    sqlite3_str_appendall(sql, " FROM tape");
    return sqlite3_str_finish(sql);
}

/* Move all rows of a collected table; documents are numbered on from the `documents` that are there. */
static enum err_code rows_move(struct store *store, enum issued_table table, int64_t documents,
                               struct tape_source *source, struct err *err)
{
    char *sql = move_sql(table);
    sqlite3_stmt *move = NULL;
    enum err_code code = sql == NULL ? no_memory(err) : sql_prepare(store, sql, ISSUE, &move, err);

    source->tape = store->issue->tapes[table];
    if (code == ERR_NONE && source->tape != NULL) {
        sql_bind_integer(move, 1, ISSUED[table].of_document ? documents : 0);
        if (sqlite3_step(move) != SQLITE_DONE) {
            code = source->err.code != ERR_NONE ? err_set(err, source->err.code, "%s", source->err.text)
                                                : sql_error(store, ISSUE, err);
        }
    }
    sqlite3_finalize(move);
    sqlite3_free(sql);
    return code;
}

static enum err_code all_rows_move(struct store *store, int64_t documents, struct issue_watch watch, struct err *err)
{
    struct tape_source source = {.watch = watch};
    enum err_code code = tape_table_make(store, &source, ISSUE, err);

    for (int table = 0; table < ISSUED_TABLES && code == ERR_NONE; table++) {
        code = rows_move(store, (enum issued_table)table, documents, &source, err);
    }
    tape_table_drop(store);
    return code;
}

/* R26: what was collected of a series must begin one after what is issued, and have no gap. */
static enum err_code numbers_check(struct store *store, struct err *err)
{
    const struct issue *issue = store->issue;

    for (size_t i = 0; i < issue->series_count; i++) {
        const struct issued_numbers *numbers = &issue->numbers[i];
        int64_t issued = 0;

        if (documents_count(store, issue->month, numbers->series, &issued, err) != ERR_NONE) {
            return err->code;
        }
        if (numbers->gap || numbers->first != issued + 1) {
            return err_set(err, ERR_INTERNAL,
                           "%s: the numbers of %s documents would not run without a gap; nothing was issued, please "
                           "report this",
                           store->path, numbers->series);
        }
    }
    return ERR_NONE;
}

/* Documents, statements and links come only while their run is at work. */
static enum err_code run_check(struct store *store, struct err *err)
{
    const struct issue *issue = store->issue;
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(store,
                                     "SELECT 1 FROM runs r WHERE r.run = ?1 AND r.month = ?2 AND r.as_of = ?3 "
                                     "AND NOT EXISTS (SELECT 1 FROM run_ends e WHERE e.run = r.run)",
                                     ISSUE, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, issue->run);
        sql_bind_integer(query, 2, issue->month);
        sql_bind_integer(query, 3, issue->as_of);
        code = sql_step(store, query, ISSUE, &row, err);
    }
    if (code == ERR_NONE && !row) {
        code = err_set(err, ERR_INTERNAL, "%s: run %d is not at work; nothing was issued, please report this", store->path,
                       (int)issue->run);
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

/*
 * What is in the database now adds up by itself, whatever the run thought of it: lines from 1 without a gap, sums,
 * whose document it is, a link for each.
 */
static enum err_code stored_check(struct store *store, struct err *err)
{
    struct issue *issue = store->issue;
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code =
        sql_prepare(store,
                    "SELECT count(*), coalesce(sum((d.lines, d.lines, d.tax, d.total) IS NOT (SELECT count(*), "
                    "max(l.line), coalesce(sum(iif(l.kind = 'tax', l.amount, 0)), 0), coalesce(sum(l.amount), 0) "
                    "FROM document_lines l WHERE l.document = d.document) "
                    "OR d.account_id IS NOT (SELECT i.account_id FROM account_ids i WHERE i.account = d.account) "
                    "OR NOT EXISTS (SELECT 1 FROM links k WHERE k.document = d.document)), 0) "
                    "FROM documents d WHERE d.run = ?1",
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

/* All tables into the transaction at hand. */
static enum err_code tables_move(struct store *store, struct issue_watch watch, struct err *err)
{
    const struct issue *issue = store->issue;
    bool bulk = issue->documents + issue->statements >= BULK_ROWS_MIN;
    struct triggers triggers = {0};
    int64_t documents = 0;
    enum err_code code = numbers_check(store, err);

    if (code == ERR_NONE) {
        code = run_check(store, err);
    }
    if (code == ERR_NONE) {
        code = sql_integer(store, "SELECT coalesce(max(document), 0) FROM documents", ISSUE, &documents, err);
    }
    if (code == ERR_NONE && bulk) {
        code = triggers_aside(store, BULK_TRIGGERS, sizeof BULK_TRIGGERS / sizeof BULK_TRIGGERS[0], ISSUE, &triggers, err);
    }
    if (code == ERR_NONE) {
        code = all_rows_move(store, documents, watch, err);
    }
    if (code == ERR_NONE) {
        code = triggers_back(store, &triggers, ISSUE, err);
    }
    triggers_forget(&triggers);
    return code == ERR_NONE ? stored_check(store, err) : code;
}

enum err_code issue_move(struct store *store, struct issue_watch watch, struct err *err)
{
    assert(store->issue != NULL && !store->issue->moved);
    enum err_code code = store_begin(store, err);

    if (code != ERR_NONE) {
        return code;
    }
    code = tables_move(store, watch, err);
    if (code != ERR_NONE) {
        store_rollback(store);
        return code;
    }
    store->issue->moved = true;
    return ERR_NONE;
}

/* The lines that a view makes of the run's canonical text: the parts from `first` to `last`. */
static enum err_code parts_take(struct store *store, int first, int last, struct canonical *text, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = true;
    enum err_code code = sql_prepare(store,
                                     "SELECT text FROM canonical_runs WHERE run = ?1 AND part BETWEEN ?2 AND ?3 "
                                     "ORDER BY part, place",
                                     ISSUE, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, store->issue->run);
        sql_bind_integer(query, 2, first);
        sql_bind_integer(query, 3, last);
    }
    while (code == ERR_NONE && (code = sql_step(store, query, ISSUE, &row, err)) == ERR_NONE && row) {
        canonical_line(text, sql_text(query, 0), (size_t)sqlite3_column_bytes(query, 0));
    }
    sqlite3_finalize(query);
    return code;
}

/* The same as run_digest() finds, with the statements from their tape. */
static enum err_code seal_digest(struct store *store, char digest[DIGEST_TEXT_MAX], struct err *err)
{
    struct tape *tape = store->issue->tapes[ISSUED_STATEMENTS];
    const struct tape_value *values = NULL;
    size_t count = 0;
    struct canonical text;

    if (!store->issue->in_order) {
        return run_digest(store, store->issue->run, digest, err);
    }
    canonical_begin(&text);
    if (parts_take(store, 1, 3, &text, err) != ERR_NONE || tape_rewind(tape, err) != ERR_NONE) {
        return err->code;
    }
    while (tape_read(tape, &values, &count, err) == ERR_NONE && count > 0) {
        canonical_word(&text, "statement");
        canonical_fields(&text, values + 1, count - 1); /* without the run's number */
        canonical_line_end(&text);
    }
    if (err->code == ERR_NONE && parts_take(store, 5, INT32_MAX, &text, err) == ERR_NONE) {
        canonical_digest(&text, digest);
    }
    return err->code;
}

enum err_code issue_commit(struct store *store, const struct run_totals *totals, struct err *err)
{
    char digest[DIGEST_TEXT_MAX];
    assert(store->issue != NULL);

    if (!store->issue->moved && issue_move(store, (struct issue_watch){0}, err) != ERR_NONE) {
        return err->code;
    }
    enum err_code code = end_insert(store, totals, err);
    if (code == ERR_NONE) {
        code = seal_digest(store, digest, err);
    }
    if (code == ERR_NONE) {
        code = run_seal(store, store->issue->run, digest, err);
    }
    if (code == ERR_NONE) {
        code = store_commit(store, err);
    }
    store->issue->moved = false; /* the transaction is over, or not of use any more */
    if (code != ERR_NONE) {
        store_rollback(store);
        return code;
    }
    issue_drop(store);
    return ERR_NONE;
}
