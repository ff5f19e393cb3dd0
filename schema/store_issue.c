/*
 * Owns the way of documents into the database: collected in a temporary
 * database of their own, then moved in one transaction (R25-R27).
 *
 * The temporary database is another connection, so that neither upstream nor
 * the snapshot that the run reads is in the way.
 */
#include "schema/store_runs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/line.h"
#include "lib/overage.h"
#include "schema/store_internal.h"
#include "schema/store_links.h"
#include "schema/store_sql.h"

#define DOCUMENT_COLUMNS 18
#define LINE_COLUMNS 17
#define HELD_COLUMNS 3
#define STATEMENT_COLUMNS 17
#define LINK_COLUMNS 3

/* The columns of the real tables, in their order; the first is numbered anew when they move. */
static const char SPOOL_SQL[] =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536; "
    "CREATE TABLE documents (document, run, month, series, number, account, account_id, account_name, currency, digits, "
    "lines, subtotal, tax, total, collected, due, as_of, corrects); "
    "CREATE TABLE document_lines (document, line, kind, description, plan, period_start, period_end, quantity, unit, "
    "unit_whole, unit_price, amount, charged_at, rule, reference, tax_country, tax_name); "
    "CREATE TABLE held_accounts (run, account, reason); "
    "CREATE TABLE statements (run, account_id, status, plan_at_start, plan_at_end, first_paid_month, country, currency, "
    "events, credits, bonus, included, overage, unbilled, allowance, overage_amount, total); "
    "BEGIN";
static const char DOCUMENT_SQL[] =
    "INSERT INTO documents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
static const char LINE_SQL[] = "INSERT INTO document_lines VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                               "?13, ?14, ?15, ?16, ?17)";
static const char HELD_SQL[] = "INSERT INTO held_accounts VALUES (?1, ?2, ?3)";
static const char STATEMENT_SQL[] = "INSERT INTO statements VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
                                    "?12, ?13, ?14, ?15, ?16, ?17)";
static const char LINK_SQL[] = "INSERT INTO links VALUES (?1, ?2, ?3)";
static const char COLLECT[] = "collect the documents";
static const char ISSUE[] = "issue the documents";

struct issue {
    struct store spool;
    char spool_name[20];
    int32_t run;
    int32_t month;
    int64_t as_of;
    int64_t documents;
    bool linked;                  /* the documents have their links: no more can come */
    char newest[DIGEST_TEXT_MAX]; /* link, then */
    sqlite3_stmt *document;
    sqlite3_stmt *line;
    sqlite3_stmt *held;
    sqlite3_stmt *statement;
};

static enum err_code spool_open(struct issue *issue, struct err *err)
{
    struct store *spool = &issue->spool;

    if (sqlite3_open_v2("", &spool->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        return sql_error(spool, COLLECT, err);
    }
    enum err_code code = sql_exec(spool, SPOOL_SQL, COLLECT, err);
    if (code == ERR_NONE) {
        code = links_open(spool, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(spool, DOCUMENT_SQL, COLLECT, &issue->document, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(spool, LINE_SQL, COLLECT, &issue->line, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(spool, HELD_SQL, COLLECT, &issue->held, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(spool, STATEMENT_SQL, COLLECT, &issue->statement, err);
    }
    return code;
}

enum err_code issue_begin(struct store *store, int32_t run, int32_t month, int64_t as_of, struct err *err)
{
    assert(store->issue == NULL);
    struct issue *issue = calloc(1, sizeof *issue);

    if (issue == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory left; give the program more of it");
    }
    *issue = (struct issue){.spool_name = "temporary file", .run = run, .month = month, .as_of = as_of};
    issue->spool.path = issue->spool_name;
    store->issue = issue;

    enum err_code code = spool_open(issue, err);
    if (code != ERR_NONE) {
        issue_drop(store);
    }
    return code;
}

void issue_drop(struct store *store)
{
    struct issue *issue = store->issue;

    if (issue == NULL) {
        return;
    }
    sqlite3_finalize(issue->document);
    sqlite3_finalize(issue->line);
    sqlite3_finalize(issue->held);
    sqlite3_finalize(issue->statement);
    sqlite3_close(issue->spool.db);
    free(issue);
    store->issue = NULL;
}

static const char *unit_word(enum line_unit unit)
{
    static const char *const WORDS[] = {"month", "days", "seconds", "credit", "%"};

    return WORDS[unit];
}

/* Only what the line has; NULL otherwise. */
static void bind_text_if(sqlite3_stmt *statement, int index, bool there, const char *text)
{
    if (there) {
        sql_bind_text(statement, index, text);
    } else {
        sql_bind_null(statement, index);
    }
}

struct line_place { /* a line within its document */
    int64_t document;
    int64_t line;
    int digits;
};

static enum err_code line_collect(struct issue *issue, const struct bill_line *line, const struct catalogue *catalogue,
                                  struct line_place place, struct err *err)
{
    sqlite3_stmt *insert = issue->line;
    bool is_tax = line->kind == LINE_TAX;
    bool has_whole = line->unit == UNIT_DAYS || line->unit == UNIT_SECONDS;
    bool has_plan = line->plan != PLAN_UNKNOWN;
    struct line_text text;

    line_text(line, catalogue, place.digits, &text);
    sql_bind_integer(insert, 1, place.document);
    sql_bind_integer(insert, 2, place.line);
    sql_bind_text(insert, 3, line_kind_name(line->kind));
    sql_bind_text(insert, 4, text.description);
    bind_text_if(insert, 5, has_plan, has_plan ? catalogue->plans[line->plan].code : "");
    sql_bind_integer(insert, 6, line->period_start);
    sql_bind_integer(insert, 7, line->period_end);
    sql_bind_integer(insert, 8, line->quantity);
    sql_bind_text(insert, 9, unit_word(line->unit));
    if (has_whole) {
        sql_bind_integer(insert, 10, line->whole);
    } else {
        sql_bind_null(insert, 10);
    }
    sql_bind_integer(insert, 11, line->unit_price);
    sql_bind_integer(insert, 12, line->amount_minor);
    sql_bind_integer(insert, 13, line->charged_at);
    sql_bind_text(insert, 14, line_kind_rule(line->kind));
    sql_bind_text(insert, 15, line->reference != NULL ? line->reference : "");
    bind_text_if(insert, 16, is_tax, line->detail);
    bind_text_if(insert, 17, is_tax, line->reason);
    return sql_run(&issue->spool, insert, COLLECT, err);
}

static enum err_code head_collect(struct issue *issue, const struct document *document, struct err *err)
{
    sqlite3_stmt *insert = issue->document;
    const struct bill *bill = document->bill;

    sql_bind_integer(insert, 1, issue->documents);
    sql_bind_integer(insert, 2, issue->run);
    sql_bind_integer(insert, 3, issue->month);
    sql_bind_text(insert, 4, document->series);
    sql_bind_integer(insert, 5, document->number);
    sql_bind_integer(insert, 6, document->account);
    sql_bind_text(insert, 7, document->account_id);
    sql_bind_text(insert, 8, document->account_name);
    sql_bind_text(insert, 9, document->currency);
    sql_bind_integer(insert, 10, document->digits);
    sql_bind_integer(insert, 11, (int64_t)bill->line_count);
    sql_bind_integer(insert, 12, bill->subtotal_minor);
    sql_bind_integer(insert, 13, bill->tax_minor);
    sql_bind_integer(insert, 14, bill->total_minor);
    sql_bind_integer(insert, 15, bill->collected_minor);
    sql_bind_integer(insert, 16, bill->due_minor);
    sql_bind_integer(insert, 17, issue->as_of);
    sql_bind_null(insert, 18);
    return sql_run(&issue->spool, insert, COLLECT, err);
}

enum err_code issue_document(struct store *store, const struct document *document, const struct catalogue *catalogue,
                             struct err *err)
{
    struct issue *issue = store->issue;
    assert(issue != NULL && !issue->linked && document->bill->line_count > 0);

    issue->documents++;
    enum err_code code = head_collect(issue, document, err);
    for (size_t i = 0; i < document->bill->line_count && code == ERR_NONE; i++) {
        struct line_place place = {issue->documents, (int64_t)i + 1, document->digits};

        code = line_collect(issue, &document->bill->lines[i], catalogue, place, err);
    }
    return code;
}

enum err_code issue_held(struct store *store, int32_t account, const char *account_id, const char *reason,
                         struct err *err)
{
    struct issue *issue = store->issue;
    assert(issue != NULL);
    (void)account_id; /* the number says who */

    sql_bind_integer(issue->held, 1, issue->run);
    sql_bind_integer(issue->held, 2, account);
    sql_bind_text(issue->held, 3, reason);
    return sql_run(&issue->spool, issue->held, COLLECT, err);
}

enum err_code issue_statement(struct store *store, const struct statement *statement, const struct catalogue *catalogue,
                              struct err *err)
{
    struct issue *issue = store->issue;
    const struct bill *bill = statement->bill;
    static const struct bill NOTHING; /* R27: nothing was found that counts */
    assert(issue != NULL);
    const struct bill *found = bill->status == BILL_HELD ? &NOTHING : bill;
    sqlite3_stmt *insert = issue->statement;

    sql_bind_integer(insert, 1, issue->run);
    sql_bind_text(insert, 2, statement->account_id);
    sql_bind_text(insert, 3, bill_status_name(bill->status));
    sql_bind_text(insert, 4, catalogue->plans[bill->plan_at_start].code);
    sql_bind_text(insert, 5, catalogue->plans[bill->plan_at_end].code);
    sql_bind_integer(insert, 6, bill->first_paid_month);
    sql_bind_text(insert, 7, statement->country);
    sql_bind_text(insert, 8, statement->currency);
    sql_bind_integer(insert, 9, found->events);
    sql_bind_integer(insert, 10, found->credits);
    sql_bind_integer(insert, 11, found->used.bonus);
    sql_bind_integer(insert, 12, found->used.included);
    sql_bind_integer(insert, 13, found->used.overage);
    sql_bind_integer(insert, 14, found->used.unbilled);
    sql_bind_integer(insert, 15, found->allowance);
    sql_bind_integer(insert, 16, overage_charged(found));
    sql_bind_integer(insert, 17, found->total_minor);
    return sql_run(&issue->spool, insert, COLLECT, err);
}

enum err_code issue_newest_link(struct store *store, char link[DIGEST_TEXT_MAX], struct err *err)
{
    struct issue *issue = store->issue;
    assert(issue != NULL);

    if (!issue->linked && links_collect(store, &issue->spool, issue->newest, err) != ERR_NONE) {
        return err->code;
    }
    issue->linked = true;
    memcpy(link, issue->newest, sizeof issue->newest);
    return ERR_NONE;
}

/* Move all rows of a spooled table; `first` is added to the first column. */
static enum err_code rows_move(struct store *store, const char *select_sql, const char *insert_sql, int columns,
                               int64_t first, struct err *err)
{
    struct store *spool = &store->issue->spool;
    sqlite3_stmt *select = NULL;
    sqlite3_stmt *insert = NULL;
    bool row = true;
    enum err_code code = sql_prepare(spool, select_sql, COLLECT, &select, err);

    if (code == ERR_NONE) {
        code = sql_prepare(store, insert_sql, ISSUE, &insert, err);
    }
    while (code == ERR_NONE && row) {
        code = sql_step(spool, select, COLLECT, &row, err);
        if (code != ERR_NONE || !row) {
            break;
        }
        sql_bind_integer(insert, 1, sqlite3_column_int64(select, 0) + first);
        for (int i = 1; i < columns && code == ERR_NONE; i++) {
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
                    COLLECT, &query, err);

    while (code == ERR_NONE && row) {
        code = sql_step(&issue->spool, query, COLLECT, &row, err);
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
    int64_t first = 0;
    char newest[DIGEST_TEXT_MAX];
    enum err_code code = numbers_check(store, err);

    if (code == ERR_NONE) {
        code = issue_newest_link(store, newest, err);
    }
    if (code == ERR_NONE) {
        code = sql_integer(store, "SELECT coalesce(max(document), 0) FROM documents", ISSUE, &first, err);
    }
    if (code == ERR_NONE) {
        code = rows_move(store, "SELECT * FROM documents ORDER BY rowid", DOCUMENT_SQL, DOCUMENT_COLUMNS, first, err);
    }
    if (code == ERR_NONE) {
        code = rows_move(store, "SELECT * FROM document_lines ORDER BY rowid", LINE_SQL, LINE_COLUMNS, first, err);
    }
    if (code == ERR_NONE) {
        code = rows_move(store, "SELECT * FROM links ORDER BY rowid", LINK_SQL, LINK_COLUMNS, first, err);
    }
    if (code == ERR_NONE) {
        code = rows_move(store, "SELECT * FROM held_accounts ORDER BY rowid", HELD_SQL, HELD_COLUMNS, 0, err);
    }
    if (code == ERR_NONE) {
        code = rows_move(store, "SELECT * FROM statements ORDER BY rowid", STATEMENT_SQL, STATEMENT_COLUMNS, 0, err);
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
