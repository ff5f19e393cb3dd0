/*
 * Owns the collecting of documents (R25-R28), in a temporary database of their
 * own: another connection, so that neither upstream nor the snapshot that the
 * run reads is in the way.
 */
#include "schema/store_runs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/correction.h"
#include "lib/line.h"
#include "lib/overage.h"
#include "schema/store_issue_internal.h"
#include "schema/store_links.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

/* The columns of the real tables, in their order. */
const struct spool_columns SPOOL[SPOOL_TABLES] = {
    [SPOOL_DOCUMENTS] = {"documents",
                         "document, run, month, series, number, account, account_id, account_name, currency, digits, "
                         "lines, subtotal, tax, total, collected, due, as_of, corrects", true},
    [SPOOL_LINES] = {"document_lines",
                     "document, line, kind, description, plan, period_start, period_end, quantity, unit, "
                     "unit_whole, unit_price, amount, charged_at, rule, reference, tax_country, tax_name", true},
    [SPOOL_CORRECTIONS] = {"line_corrections", "document, line, reversal, corrects_document, corrects_line", true},
    [SPOOL_REASONS] = {"document_reasons", "document, reason", true},
    [SPOOL_LINKS] = {"links", "document, digest, link", true},
    [SPOOL_HELD] = {"held_accounts", "run, account, reason", false},
    [SPOOL_STATEMENTS] = {"statements",
                          "run, account_id, status, plan_at_start, plan_at_end, first_paid_month, country, currency, "
                          "events, credits, bonus, included, overage, unbilled, allowance, overage_amount, total", false},
    [SPOOL_USAGE] = {"run_usage", "run, month, key", false},
    [SPOOL_DIGESTS] = {"run_digests", "run, part, kind, rows, digest", false},
    [SPOOL_EVENTS] = {"run_events", "run, events, voided", false},
    [SPOOL_DAYS] = {"run_days", "run, day, events, quantity", false},
    [SPOOL_GRANTS] = {"grants_left", "run, account_id, grant_id, credits", false},
};

const char SPOOL_COLLECT[] = "collect the documents";
#define COLLECT SPOOL_COLLECT

static const char SPOOL_SQL[] =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536; "
    "BEGIN";

enum err_code spool_insert(struct store *store, enum spool_table table, const char *doing, sqlite3_stmt **insert,
                           struct err *err)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);

    sqlite3_str_appendf(sql, "INSERT INTO %s (%s) VALUES (?", SPOOL[table].table, SPOOL[table].columns);
    for (const char *comma = SPOOL[table].columns; (comma = strchr(comma, ',')) != NULL; comma++) {
        sqlite3_str_appendall(sql, ", ?");
    }
    sqlite3_str_appendall(sql, ")");
    char *text = sqlite3_str_finish(sql);
    enum err_code code = text == NULL ? no_memory(err) : sql_prepare(store, text, doing, insert, err);
    sqlite3_free(text);
    return code;
}

static enum err_code spool_create(struct issue *issue, enum spool_table table, struct err *err)
{
    char *sql = sqlite3_mprintf("CREATE TABLE %s (%s)", SPOOL[table].table, SPOOL[table].columns);
    enum err_code code = sql == NULL ? no_memory(err) : sql_exec(&issue->spool, sql, COLLECT, err);

    sqlite3_free(sql);
    return code == ERR_NONE ? spool_insert(&issue->spool, table, COLLECT, &issue->inserts[table], err) : code;
}

static enum err_code spool_open(struct issue *issue, struct err *err)
{
    struct store *spool = &issue->spool;

    if (sqlite3_open_v2("", &spool->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK) {
        return sql_error(spool, COLLECT, err);
    }
    enum err_code code = sql_exec(spool, SPOOL_SQL, COLLECT, err);
    for (int table = 0; table < SPOOL_TABLES && code == ERR_NONE; table++) {
        code = spool_create(issue, (enum spool_table)table, err);
    }
    return code == ERR_NONE ? links_open(spool, err) : code;
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
    for (int table = 0; table < SPOOL_TABLES; table++) {
        sqlite3_finalize(issue->inserts[table]);
    }
    sqlite3_close(issue->spool.db);
    free(issue);
    store->issue = NULL;
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
    sqlite3_stmt *insert = issue->inserts[SPOOL_LINES];
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
    sql_bind_text(insert, 9, line_unit_name(line->unit));
    if (has_whole) {
        sql_bind_integer(insert, 10, line->whole);
    } else {
        sql_bind_null(insert, 10);
    }
    sql_bind_integer(insert, 11, line->unit_price);
    sql_bind_integer(insert, 12, line->amount_minor);
    sql_bind_integer(insert, 13, line->charged_at);
    sql_bind_text(insert, 14, line_rule(line));
    sql_bind_text(insert, 15, line->reference != NULL ? line->reference : "");
    bind_text_if(insert, 16, is_tax, line->detail);
    bind_text_if(insert, 17, is_tax, line->reason);
    return sql_run(&issue->spool, insert, COLLECT, err);
}

/* R28: where a note's line points. */
static enum err_code correction_collect(struct issue *issue, const struct bill_line *line, struct line_place place,
                                        struct err *err)
{
    sqlite3_stmt *insert = issue->inserts[SPOOL_CORRECTIONS];

    sql_bind_integer(insert, 1, place.document);
    sql_bind_integer(insert, 2, place.line);
    sql_bind_integer(insert, 3, line->reversal);
    sql_bind_integer(insert, 4, line->issued->document);
    sql_bind_integer(insert, 5, line->issued->number);
    return sql_run(&issue->spool, insert, COLLECT, err);
}

static enum err_code reason_collect(struct issue *issue, const char *reason, struct err *err)
{
    sqlite3_stmt *insert = issue->inserts[SPOOL_REASONS];

    sql_bind_integer(insert, 1, issue->documents);
    sql_bind_text(insert, 2, reason);
    return sql_run(&issue->spool, insert, COLLECT, err);
}

static enum err_code head_collect(struct issue *issue, const struct document *document, struct err *err)
{
    sqlite3_stmt *insert = issue->inserts[SPOOL_DOCUMENTS];
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
    if (document->corrects != 0) {
        sql_bind_integer(insert, 18, document->corrects);
    } else {
        sql_bind_null(insert, 18);
    }
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

        const struct bill_line *line = &document->bill->lines[i];

        code = line_collect(issue, line, catalogue, place, err);
        if (code == ERR_NONE && line->issued != NULL) {
            code = correction_collect(issue, line, place, err);
        }
    }
    if (code == ERR_NONE && document->reason[0] != '\0') {
        code = reason_collect(issue, document->reason, err);
    }
    return code;
}

enum err_code issue_held(struct store *store, int32_t account, const char *account_id, const char *reason,
                         struct err *err)
{
    struct issue *issue = store->issue;
    assert(issue != NULL);
    (void)account_id; /* the number says who */

    sqlite3_stmt *insert = issue->inserts[SPOOL_HELD];
    sql_bind_integer(insert, 1, issue->run);
    sql_bind_integer(insert, 2, account);
    sql_bind_text(insert, 3, reason);
    return sql_run(&issue->spool, insert, COLLECT, err);
}

enum err_code issue_statement(struct store *store, const struct statement *statement, const struct catalogue *catalogue,
                              struct err *err)
{
    struct issue *issue = store->issue;
    const struct bill *bill = statement->bill;
    static const struct bill NOTHING; /* R27: nothing was found that counts */
    assert(issue != NULL);
    const struct bill *found = bill->status == BILL_HELD ? &NOTHING : bill;
    sqlite3_stmt *insert = issue->inserts[SPOOL_STATEMENTS];

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

enum err_code issue_usage_seen(struct store *store, struct usage_seen seen, struct err *err)
{
    struct issue *issue = store->issue;
    assert(issue != NULL);

    sqlite3_stmt *insert = issue->inserts[SPOOL_USAGE];
    sql_bind_integer(insert, 1, issue->run);
    sql_bind_integer(insert, 2, month_index(seen.month));
    sql_bind_integer(insert, 3, seen.key);
    return sql_run(&issue->spool, insert, COLLECT, err);
}

static enum err_code day_collect(struct issue *issue, int day, struct usage_day sums, struct err *err)
{
    sqlite3_stmt *insert = issue->inserts[SPOOL_DAYS];

    sql_bind_integer(insert, 1, issue->run);
    sql_bind_integer(insert, 2, day);
    sql_bind_integer(insert, 3, sums.events);
    sql_bind_integer(insert, 4, sums.quantity);
    return sql_run(&issue->spool, insert, COLLECT, err);
}

enum err_code issue_events(struct store *store, struct usage_counts counts, const struct usage_day *days, struct err *err)
{
    struct issue *issue = store->issue;
    assert(issue != NULL);

    sqlite3_stmt *insert = issue->inserts[SPOOL_EVENTS];
    sql_bind_integer(insert, 1, issue->run);
    sql_bind_integer(insert, 2, counts.read);
    sql_bind_integer(insert, 3, counts.voided);
    enum err_code code = sql_run(&issue->spool, insert, COLLECT, err);
    for (int day = 1; day <= USAGE_DAYS_MAX && code == ERR_NONE; day++) {
        if (days[day - 1].events > 0) {
            code = day_collect(issue, day, days[day - 1], err);
        }
    }
    return code;
}

enum err_code issue_grant_left(struct store *store, const char *account_id, const char *grant_id, int64_t credits,
                               struct err *err)
{
    struct issue *issue = store->issue;
    assert(issue != NULL);

    sqlite3_stmt *insert = issue->inserts[SPOOL_GRANTS];
    sql_bind_integer(insert, 1, issue->run);
    sql_bind_text(insert, 2, account_id);
    sql_bind_text(insert, 3, grant_id);
    sql_bind_integer(insert, 4, credits);
    return sql_run(&issue->spool, insert, COLLECT, err);
}
