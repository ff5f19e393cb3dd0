/*
 * Owns the notes of runs and their ends, and the questions asked of them.
 */
#include "schema/store_runs.h"

#include <stdlib.h>

#include "lib/currency.h"
#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

static const char ABANDON_SQL[] =
    "INSERT INTO run_ends (run, month, outcome, sequence, digest, reports_digest, invoiced, no_charge, held, ended_at) "
    "SELECT r.run, r.month, 'abandoned', NULL, '', '', 0, 0, 0, max(?1, r.noted_at) FROM runs r "
    "WHERE NOT EXISTS (SELECT 1 FROM run_ends e WHERE e.run = r.run) AND (?2 = 0 OR r.run = ?2)";

/* End the run as abandoned; run 0: every run without an end. */
static enum err_code abandon(struct store *store, int32_t run, int64_t ended_at, struct err *err)
{
    static const char DOING[] = "mark a run as abandoned";
    sqlite3_stmt *insert = NULL;
    enum err_code code = sql_prepare(store, ABANDON_SQL, DOING, &insert, err);

    if (code == ERR_NONE) {
        sql_bind_integer(insert, 1, ended_at);
        sql_bind_integer(insert, 2, run);
        code = sql_run(store, insert, DOING, err);
    }
    sqlite3_finalize(insert);
    return code;
}

static enum err_code note_insert(struct store *store, const struct run_note *note, int32_t *run, struct err *err)
{
    static const char DOING[] = "note the run";
    sqlite3_stmt *insert = NULL;
    enum err_code code = sql_prepare(store,
                                     "INSERT INTO runs (run, month, kind, as_of, noted_at, run_by, approved_by, "
                                     "program_version, rules_version, workbook) VALUES "
                                     "((SELECT coalesce(max(run), 0) + 1 FROM runs), ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                                     DOING, &insert, err);

    if (code == ERR_NONE) {
        sql_bind_integer(insert, 1, note->month);
        sql_bind_text(insert, 2, note->kind);
        sql_bind_integer(insert, 3, note->as_of);
        sql_bind_integer(insert, 4, note->noted_at);
        sql_bind_text(insert, 5, note->run_by);
        sql_bind_text(insert, 6, note->approved_by);
        sql_bind_text(insert, 7, note->program_version);
        sql_bind_text(insert, 8, RULES_VERSION);
        sql_bind_text(insert, 9, note->workbook);
        code = sql_run(store, insert, DOING, err);
    }
    sqlite3_finalize(insert);
    if (code == ERR_NONE) {
        *run = (int32_t)sqlite3_last_insert_rowid(store->db);
    }
    return code;
}

/* One integer of a query with a month, and a text where it asks for one. */
static enum err_code ask(struct store *store, const char *sql, int32_t month, const char *text, const char *doing,
                         int64_t *value, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(store, sql, doing, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, month);
        if (text != NULL) {
            sql_bind_text(query, 2, text);
        }
        code = sql_step(store, query, doing, &row, err);
    }
    if (code == ERR_NONE) {
        *value = row ? sqlite3_column_int64(query, 0) : 0;
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code run_note(struct store *store, const struct run_note *note, int32_t *run, int32_t *sequence,
                       struct err *err)
{
    int32_t noted = 0;
    int64_t next = 0;
    enum err_code code = store_begin(store, err);

    if (code == ERR_NONE) {
        code = abandon(store, 0, note->noted_at, err);
    }
    if (code == ERR_NONE) {
        code = note_insert(store, note, &noted, err);
    }
    if (code == ERR_NONE) {
        code = ask(store, "SELECT coalesce(max(sequence), 0) + 1 FROM run_ends WHERE month = ?1", note->month, NULL,
                   "number the run", &next, err);
    }
    if (code == ERR_NONE) {
        code = store_commit(store, err);
    }
    if (code != ERR_NONE) {
        store_rollback(store);
        return code;
    }
    *run = noted;
    *sequence = (int32_t)next;
    return ERR_NONE;
}

enum err_code run_abandon(struct store *store, int32_t run, int64_t ended_at, struct err *err)
{
    enum err_code code = store_begin(store, err);

    if (code == ERR_NONE) {
        code = abandon(store, run, ended_at, err);
    }
    if (code == ERR_NONE) {
        code = store_commit(store, err);
    }
    if (code != ERR_NONE) {
        store_rollback(store);
    }
    return code;
}

enum err_code documents_count(struct store *store, int32_t month, const char *series, int64_t *count, struct err *err)
{
    return ask(store, "SELECT count(*) FROM documents WHERE month = ?1 AND series = ?2", month, series,
               "count the documents", count, err);
}

static enum err_code run_take(void *context, sqlite3_stmt *row, struct err *err)
{
    void *item = NULL;

    if (rows_add(context, sizeof(struct run), &item, err) != ERR_NONE) {
        return err->code;
    }
    struct run *run = item;
    run->run = sqlite3_column_int(row, 0);
    run->sequence = sqlite3_column_int(row, 1);
    run->month = sqlite3_column_int(row, 2);
    sql_copy_text(run->kind, sizeof run->kind, row, 3);
    run->as_of = sqlite3_column_int64(row, 4);
    sql_copy_text(run->run_by, sizeof run->run_by, row, 5);
    sql_copy_text(run->approved_by, sizeof run->approved_by, row, 6);
    sql_copy_text(run->program_version, sizeof run->program_version, row, 7);
    run->totals.invoiced = sqlite3_column_int64(row, 8);
    run->totals.no_charge = sqlite3_column_int64(row, 9);
    run->totals.held = sqlite3_column_int64(row, 10);
    sql_copy_text(run->totals.digest, sizeof run->totals.digest, row, 11);
    sql_copy_text(run->totals.reports_digest, sizeof run->totals.reports_digest, row, 12);
    run->totals.ended_at = sqlite3_column_int64(row, 13);
    sql_copy_text(run->workbook, sizeof run->workbook, row, 14);
    return ERR_NONE;
}

struct question { /* about one month or run */
    const char *sql; /* ?1: its number */
    const char *doing;
    int64_t number;
    sql_visit visit;
};

static enum err_code ask_each(struct store *store, struct question in, void *context, struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(store, in.sql, in.doing, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, in.number);
        code = sql_each(store, query, in.doing, in.visit, context, err);
    }
    sqlite3_finalize(query);
    return code;
}

/* Every answer, in an array that is the caller's then. */
static enum err_code ask_list(struct store *store, struct question in, struct rows *list, struct err *err)
{
    struct rows answers = {0};
    enum err_code code = ask_each(store, in, &answers, err);

    if (code != ERR_NONE) {
        rows_release(&answers);
        return code;
    }
    *list = answers;
    return ERR_NONE;
}

enum err_code runs_list(struct store *store, int32_t month, struct run **runs, size_t *count, struct err *err)
{
    static const char SQL[] =
        "SELECT r.run, e.sequence, r.month, r.kind, r.as_of, r.run_by, r.approved_by, r.program_version, e.invoiced, "
        "e.no_charge, e.held, e.digest, e.reports_digest, e.ended_at, r.workbook FROM runs r JOIN run_ends e "
        "ON e.run = r.run AND e.outcome = 'issued' WHERE ?1 = 0 OR r.month = ?1 ORDER BY r.month, e.sequence";
    struct rows list = {0};

    if (ask_list(store, (struct question){SQL, "read the runs", month, run_take}, &list, err) != ERR_NONE) {
        return err->code;
    }
    *runs = list.items;
    *count = list.count;
    return ERR_NONE;
}

enum err_code runs_open(struct store *store, int64_t *count, struct err *err)
{
    return sql_integer(store,
                       "SELECT count(*) FROM runs r WHERE NOT EXISTS (SELECT 1 FROM run_ends e WHERE e.run = r.run)",
                       "read the runs", count, err);
}

struct held_asking {
    held_visit visit;
    void *context;
};

static enum err_code held_take(void *context, sqlite3_stmt *row, struct err *err)
{
    const struct held_asking *asking = context;

    return asking->visit(asking->context, sql_text(row, 0), sql_text(row, 1), err);
}

enum err_code run_held(struct store *store, int32_t run, held_visit visit, void *context, struct err *err)
{
    static const char SQL[] = "SELECT i.account_id, h.reason FROM held_accounts h JOIN account_ids i "
                              "ON i.account = h.account WHERE h.run = ?1 ORDER BY i.account_id";
    struct held_asking asking = {visit, context};

    return ask_each(store, (struct question){SQL, "read the held accounts", run, held_take}, &asking, err);
}

enum err_code month_kept(struct store *store, int32_t month, held_visit visit, void *context, struct err *err)
{
    static const char SQL[] =
        "SELECT s.account_id, '' FROM statements s JOIN account_ids i ON i.account_id = s.account_id WHERE s.run = "
        "(SELECT max(r.run) FROM runs r JOIN run_ends e ON e.run = r.run AND e.outcome = 'issued' WHERE r.month = ?1 "
        "AND r.kind = 'reprocess') AND s.status = 'held' AND NOT EXISTS (SELECT 1 FROM held_accounts h "
        "WHERE h.run = s.run AND h.account = i.account) ORDER BY s.account_id";
    struct held_asking asking = {visit, context};

    return ask_each(store, (struct question){SQL, "read the accounts kept as issued", month, held_take}, &asking, err);
}

static enum err_code series_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct run_documents *documents = context;
    (void)err;

    documents->invoices += sqlite3_column_int64(row, 0);
    documents->credit_notes += sqlite3_column_int64(row, 1);
    documents->debit_notes += sqlite3_column_int64(row, 2);
    return ERR_NONE;
}

enum err_code run_documents(struct store *store, int32_t run, struct run_documents *documents, struct err *err)
{
    static const char SQL[] = "SELECT count(*) FILTER (WHERE series = 'INV'), count(*) FILTER (WHERE series = 'CN'), "
                              "count(*) FILTER (WHERE series = 'DN') FROM documents WHERE run = ?1";
    struct run_documents counts = {0};
    enum err_code code = ask_each(store, (struct question){SQL, "count the documents", run, series_take}, &counts, err);

    if (code == ERR_NONE) {
        *documents = counts;
    }
    return code;
}

static enum err_code sum_take(void *context, sqlite3_stmt *row, struct err *err)
{
    void *item = NULL;

    if (rows_add(context, sizeof(struct run_sum), &item, err) != ERR_NONE) {
        return err->code;
    }
    struct run_sum *sum = item;
    sql_copy_text(sum->currency, sizeof sum->currency, row, 0);
    sum->documents = sqlite3_column_int64(row, 1);
    sum->subtotal_minor = sqlite3_column_int64(row, 2);
    sum->tax_minor = sqlite3_column_int64(row, 3);
    sum->total_minor = sqlite3_column_int64(row, 4);
    return ERR_NONE;
}

enum err_code run_sums(struct store *store, int32_t run, struct run_sum **sums, size_t *count, struct err *err)
{
    static const char SQL[] = "SELECT currency, count(*), sum(subtotal), sum(tax), sum(total) FROM documents "
                              "WHERE run = ?1 GROUP BY currency ORDER BY currency";
    struct rows list = {0};

    if (ask_list(store, (struct question){SQL, "add up the documents", run, sum_take}, &list, err) != ERR_NONE) {
        return err->code;
    }
    for (size_t i = 0; i < list.count; i++) {
        if (currency_digits(((struct run_sum *)list.items)[i].currency) < 0) {
            rows_release(&list);
            return sql_damaged(store, "a document in no currency", err);
        }
    }
    *sums = list.items;
    *count = list.count;
    return ERR_NONE;
}
