/*
 * Owns the reading of what was issued, account by account.
 */
#include "schema/store_documents.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/calendar.h"
#include "schema/store_internal.h"
#include "schema/store_issued_sound.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

static const char DOING[] = "read the documents";

static const char DOCUMENTS_SQL[] = "SELECT d.document, d.series, d.number, d.total, d.collected, d.as_of "
                                    "FROM documents d JOIN run_ends e ON e.run = d.run AND e.sequence < ?2 "
                                    "WHERE d.account_id = ?3 AND d.month = ?1 ORDER BY d.document";
static const char LINES_SQL[] =
    "SELECT l.line, l.kind, l.description, l.plan, l.period_start, l.period_end, l.quantity, l.unit, l.unit_whole, "
    "l.unit_price, l.amount, l.charged_at, l.reference, l.tax_country, l.tax_name, c.corrects_document, c.corrects_line "
    "FROM document_lines l LEFT JOIN line_corrections c ON c.document = l.document AND c.line = l.line AND c.reversal = 1 "
    "WHERE l.document = ?1 ORDER BY l.line";

/* The statements of account ?3, number ?4, the last one first. */
static const char STATEMENTS_SQL[] =
    "SELECT s.status = 'held', s.events, s.credits, h.reason FROM run_ends e CROSS JOIN statements s ON s.run = e.run "
    "AND s.account_id = ?3 LEFT JOIN held_accounts h ON h.run = s.run AND h.account = ?4 "
    "WHERE e.month = ?1 AND e.outcome = 'issued' AND e.sequence < ?2 ORDER BY e.sequence DESC";

struct documents {
    struct store *store;
    int32_t month;
    int32_t before;
    const struct catalogue *catalogue;
    sqlite3_stmt *documents;
    sqlite3_stmt *lines;
    sqlite3_stmt *statements;
    struct rows found; /* struct issued_line, of the account at hand */
    struct arena texts;
};

void document_number(const char *series, int32_t month, int64_t number, char out[DOCUMENT_NUMBER_MAX])
{
    snprintf(out, DOCUMENT_NUMBER_MAX, "%s-%04d-%02d-%08lld", series, (int)(month / 100), (int)(month % 100),
             (long long)number);
}

enum err_code documents_open(struct store *store, int32_t month, int32_t before, const struct catalogue *catalogue,
                             struct documents **documents, struct err *err)
{
    struct documents *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return no_memory(err);
    }
    opened->store = store;
    opened->month = month;
    opened->before = before;
    opened->catalogue = catalogue;
    enum err_code code = sql_prepare(store, DOCUMENTS_SQL, DOING, &opened->documents, err);
    if (code == ERR_NONE) {
        code = sql_prepare(store, LINES_SQL, DOING, &opened->lines, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(store, STATEMENTS_SQL, DOING, &opened->statements, err);
    }
    if (code != ERR_NONE) {
        documents_close(opened);
        return code;
    }
    *documents = opened;
    return ERR_NONE;
}

void documents_close(struct documents *documents)
{
    if (documents == NULL) {
        return;
    }
    sqlite3_finalize(documents->documents);
    sqlite3_finalize(documents->lines);
    sqlite3_finalize(documents->statements);
    rows_release(&documents->found);
    arena_release(&documents->texts);
    free(documents);
}

/* A text of the row, kept for the account at hand; NULL: no memory. */
static const char *keep(struct documents *documents, int column)
{
    return arena_text(&documents->texts, sql_text(documents->lines, column));
}

static bool line_possible(const struct bill_line *line)
{
    return issued_period_sound(line->period_start, line->period_end) && instant_valid(line->charged_at) && issued_number_sound(line->quantity) &&
           issued_number_sound(line->unit_price) && issued_number_sound(line->amount_minor);
}

/* The line that the row tells of; false: its words are none of ours, or it is none. */
static bool line_read(struct documents *documents, struct bill_line *line)
{
    sqlite3_stmt *row = documents->lines;
    bool no_plan = sqlite3_column_type(row, 3) == SQLITE_NULL;

    *line = (struct bill_line){
        .plan = no_plan ? PLAN_UNKNOWN : catalogue_plan(documents->catalogue, sql_text(row, 3)),
        .period_start = sqlite3_column_int64(row, 4),
        .period_end = sqlite3_column_int64(row, 5),
        .quantity = sqlite3_column_int64(row, 6),
        .whole = sqlite3_column_int64(row, 8), /* NULL: 0 */
        .unit_price = sqlite3_column_int64(row, 9),
        .amount_minor = sqlite3_column_int64(row, 10),
        .charged_at = sqlite3_column_int64(row, 11),
        .reference = keep(documents, 12),
        .detail = keep(documents, 13),
        .reason = keep(documents, 14),
    };
    return line_kind_find(sql_text(row, 1), &line->kind) && line_unit_find(sql_text(row, 7), &line->unit) &&
           (no_plan || line->plan != PLAN_UNKNOWN) && line_possible(line);
}

static enum err_code line_take(struct documents *documents, int64_t document, const char *number, struct err *err)
{
    sqlite3_stmt *row = documents->lines;
    void *item = NULL;

    if (rows_add(&documents->found, sizeof(struct issued_line), &item, err) != ERR_NONE) {
        return err->code;
    }
    struct issued_line *line = item;
    *line = (struct issued_line){
        .document = document,
        .document_number = number,
        .number = sqlite3_column_int(row, 0),
        .description = keep(documents, 2),
        .reverses_document = sqlite3_column_int64(row, 15), /* NULL: 0 */
        .reverses_number = sqlite3_column_int(row, 16),
    };
    if (!line_read(documents, &line->line)) {
        return err_set(err, ERR_DATA, "%s: line %d of %s cannot be read; restore the database from a backup",
                       store_path(documents->store), (int)line->number, number);
    }
    if (line->description == NULL || line->line.reference == NULL || line->line.detail == NULL ||
        line->line.reason == NULL) {
        return no_memory(err);
    }
    return ERR_NONE;
}

static enum err_code lines_read(struct documents *documents, int64_t document, const char *number, struct err *err)
{
    bool row = true;
    enum err_code code = ERR_NONE;

    sqlite3_reset(documents->lines);
    sql_bind_integer(documents->lines, 1, document);
    while (code == ERR_NONE && row) {
        code = sql_step(documents->store, documents->lines, DOING, &row, err);
        if (code == ERR_NONE && row) {
            code = line_take(documents, document, number, err);
        }
    }
    return code;
}

/* The document that the row tells of, and its lines. The first one is the invoice. */
static enum err_code document_take(struct documents *documents, struct issued_account *issued, struct err *err)
{
    sqlite3_stmt *row = documents->documents;
    int64_t document = sqlite3_column_int64(row, 0);
    char number[DOCUMENT_NUMBER_MAX];

    if (!issued_sum_sound(sqlite3_column_int64(row, 3)) || !issued_sum_sound(sqlite3_column_int64(row, 4)) ||
        !instant_valid(sqlite3_column_int64(row, 5))) {
        return sql_damaged(documents->store, "a row of documents cannot be", err);
    }
    document_number(sql_text(row, 1), documents->month, sqlite3_column_int64(row, 2), number);
    if (issued->document_count++ == 0) {
        issued->invoice = document;
        snprintf(issued->invoice_number, sizeof issued->invoice_number, "%s", number);
    }
    issued->total_minor += sqlite3_column_int64(row, 3);
    issued->collected_minor += sqlite3_column_int64(row, 4);
    issued->as_of = sqlite3_column_int64(row, 5);
    const char *kept = arena_text(&documents->texts, number);
    return kept == NULL ? no_memory(err) : lines_read(documents, document, kept, err);
}

/* A statement, the last one first. */
static enum err_code statement_take(struct documents *documents, struct issued_account *issued, struct err *err)
{
    sqlite3_stmt *row = documents->statements;
    bool held = sqlite3_column_int(row, 0) != 0;

    if (!issued_count_sound(sqlite3_column_int64(row, 1)) || !issued_count_sound(sqlite3_column_int64(row, 2))) {
        return sql_damaged(documents->store, "a row of statements cannot be", err);
    }
    if (!issued->stated) {
        issued->stated = true;
        issued->held = held;
        issued->events = sqlite3_column_int64(row, 1);
        sql_copy_text(issued->held_reason, sizeof issued->held_reason, row, 3);
    }
    if (!held) {
        issued->billed_events = sqlite3_column_int64(row, 1);
        issued->billed_credits = sqlite3_column_int64(row, 2);
    }
    return ERR_NONE;
}

/* Up to the last one in which the account was not held. */
static enum err_code statements_read(struct documents *documents, const char *account_id, int32_t account,
                                     struct issued_account *issued, struct err *err)
{
    sqlite3_stmt *query = documents->statements;
    bool row = true;
    bool held = true;
    enum err_code code = ERR_NONE;

    sqlite3_reset(query);
    sql_bind_integer(query, 1, documents->month);
    sql_bind_integer(query, 2, documents->before);
    sql_bind_text(query, 3, account_id);
    sql_bind_integer(query, 4, account);
    while (code == ERR_NONE && row && held) {
        code = sql_step(documents->store, query, DOING, &row, err);
        if (code == ERR_NONE && row) {
            code = statement_take(documents, issued, err);
            held = sqlite3_column_int(query, 0) != 0;
        }
    }
    return code;
}

static enum err_code documents_take(struct documents *documents, const char *account_id, struct issued_account *issued,
                                    struct err *err)
{
    sqlite3_stmt *query = documents->documents;
    bool row = true;
    enum err_code code = ERR_NONE;

    arena_reset(&documents->texts);
    documents->found.count = 0;
    sqlite3_reset(query);
    sql_bind_integer(query, 1, documents->month);
    sql_bind_integer(query, 2, documents->before);
    sql_bind_text(query, 3, account_id);
    while (code == ERR_NONE && row) {
        code = sql_step(documents->store, query, DOING, &row, err);
        if (code == ERR_NONE && row) {
            code = document_take(documents, issued, err);
        }
    }
    return code;
}

enum err_code documents_read(struct documents *documents, const char *account_id, int32_t account,
                             struct issued_account *issued, struct err *err)
{
    struct issued_account found = {0};

    if (documents_take(documents, account_id, &found, err) != ERR_NONE ||
        statements_read(documents, account_id, account, &found, err) != ERR_NONE) {
        return err->code;
    }
    found.lines = documents->found.items;
    if (!correction_standing(documents->found.items, documents->found.count, &found.line_count)) {
        return sql_damaged(documents->store, "a line was issued twice, or takes back what does not stand", err);
    }
    *issued = found;
    return ERR_NONE;
}

/* Numbers run without a gap, run after run: those before are below the first of the runs from ?2 on. */
static const char NUMBERS_SQL[] =
    "SELECT coalesce((SELECT min(d.number) - 1 FROM run_ends e JOIN documents d ON d.run = e.run "
    "WHERE e.month = ?1 AND e.sequence >= ?2 AND d.series = ?3), "
    "(SELECT max(number) FROM documents WHERE month = ?1 AND series = ?3), 0)";

enum err_code documents_before(struct store *store, int32_t month, const char *series, int32_t before, int64_t *count,
                               struct err *err)
{
    static const char COUNTING[] = "count the documents";
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(store, NUMBERS_SQL, COUNTING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, month);
        sql_bind_integer(query, 2, before);
        sql_bind_text(query, 3, series);
        code = sql_step(store, query, COUNTING, &row, err);
    }
    if (code == ERR_NONE) {
        *count = sqlite3_column_int64(query, 0);
    }
    sqlite3_finalize(query);
    return code;
}
