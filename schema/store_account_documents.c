/*
 * Owns the reading of what was issued for one account-month.
 */
#include "schema/store_account_documents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/store_internal.h"
#include "schema/store_issued_sound.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

static const char DOING[] = "read the account's documents";

/* ?1 the account_id, ?2 the month, ?3 the as-of. */
static const char RUNS_SQL[] =
    "SELECT e.sequence, r.kind, r.as_of, r.run_by, r.approved_by, s.status, h.reason FROM runs r "
    "JOIN run_ends e ON e.run = r.run AND e.outcome = 'issued' "
    "LEFT JOIN statements s ON s.run = r.run AND s.account_id = ?1 "
    "LEFT JOIN held_accounts h ON h.run = r.run AND h.account = (SELECT account FROM account_ids WHERE account_id = ?1) "
    "WHERE r.month = ?2 AND r.as_of <= ?3 ORDER BY e.sequence";
static const char DOCUMENTS_SQL[] =
    "SELECT d.series, d.number, c.series, c.number, e.sequence, r.kind, d.as_of, d.digits, d.currency, d.lines, "
    "d.subtotal, d.tax, d.total, d.collected, d.due, d.document, w.reason FROM documents d JOIN runs r ON r.run = d.run "
    "JOIN run_ends e ON e.run = d.run AND e.outcome = 'issued' LEFT JOIN documents c ON c.document = d.corrects "
    "LEFT JOIN document_reasons w ON w.document = d.document "
    "WHERE d.account_id = ?1 AND d.month = ?2 AND d.as_of <= ?3 ORDER BY d.document";
static const char LINES_SQL[] =
    "SELECT line, kind, plan, tax_country, tax_name, period_start, period_end, quantity, unit_price, amount, description "
    "FROM document_lines WHERE document = ?1 ORDER BY line";

struct documents_memory {
    struct rows runs;      /* struct account_run */
    struct rows documents; /* struct account_document */
    struct rows numbers;   /* int64_t: each document's number in the database */
    struct rows lines;     /* struct account_document_line */
    struct arena texts;
    bool no_memory; /* a text could not be kept */
    const struct store *store;
    size_t document; /* whose lines are read */
    int32_t month;
};

static const char *keep(struct documents_memory *memory, sqlite3_stmt *row, int column)
{
    const char *text = arena_text(&memory->texts, sql_text(row, column));

    if (text == NULL) {
        memory->no_memory = true;
        return "";
    }
    return text;
}

static enum err_code run_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct documents_memory *memory = context;
    void *item = NULL;

    if (rows_add(&memory->runs, sizeof(struct account_run), &item, err) == ERR_NONE) {
        *(struct account_run *)item = (struct account_run){
            .sequence = sqlite3_column_int(row, 0),
            .kind = keep(memory, row, 1),
            .as_of = sqlite3_column_int64(row, 2),
            .run_by = keep(memory, row, 3),
            .approved_by = keep(memory, row, 4),
            .status = keep(memory, row, 5),
            .held_reason = keep(memory, row, 6),
        };
    }
    return err->code;
}

/* R26: "INV-2025-11-00000001"; "" where there is no series. */
static void name_document(char out[DOCUMENT_NAME_MAX], int32_t month, sqlite3_stmt *row, int column)
{
    if (sqlite3_column_type(row, column) != SQLITE_NULL) {
        snprintf(out, DOCUMENT_NAME_MAX, "%.3s-%04d-%02d-%08d", sql_text(row, column), (int)(month / 100) % 10000,
                 (int)(month % 100), sqlite3_column_int(row, column + 1));
    }
}

static const char *kind_of(const char *series)
{
    return strcmp(series, "INV") == 0 ? "invoice" : strcmp(series, "CN") == 0 ? "credit_note" : "debit_note";
}

static bool document_sound(const struct account_document *document)
{
    return issued_currency_sound(document->currency, document->digits) && instant_valid(document->as_of) &&
           issued_sum_sound(document->subtotal_minor) && issued_sum_sound(document->tax_minor) && issued_sum_sound(document->total_minor) &&
           issued_sum_sound(document->collected_minor);
}

static enum err_code document_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct documents_memory *memory = context;
    void *item = NULL;

    if (rows_add(&memory->numbers, sizeof(int64_t), &item, err) != ERR_NONE) {
        return err->code;
    }
    *(int64_t *)item = sqlite3_column_int64(row, 15);
    if (rows_add(&memory->documents, sizeof(struct account_document), &item, err) != ERR_NONE) {
        return err->code;
    }
    struct account_document *document = item;
    *document = (struct account_document){
        .kind = kind_of(sql_text(row, 0)),
        .run_sequence = sqlite3_column_int(row, 4),
        .run_kind = keep(memory, row, 5),
        .as_of = sqlite3_column_int64(row, 6),
        .digits = sqlite3_column_int(row, 7),
        .currency = keep(memory, row, 8),
        .line_count = sqlite3_column_int64(row, 9),
        .subtotal_minor = sqlite3_column_int64(row, 10),
        .tax_minor = sqlite3_column_int64(row, 11),
        .total_minor = sqlite3_column_int64(row, 12),
        .collected_minor = sqlite3_column_int64(row, 13),
        .due_minor = sqlite3_column_int64(row, 14),
        .reason = keep(memory, row, 16),
    };
    name_document(document->name, memory->month, row, 0);
    name_document(document->corrects, memory->month, row, 2);
    return document_sound(document) ? ERR_NONE : sql_damaged(memory->store, "a row of documents cannot be", err);
}

static bool line_sound(const struct account_document_line *line)
{
    return issued_period_sound(line->period_start, line->period_end) && issued_number_sound(line->quantity) &&
           issued_number_sound(line->unit_price) && issued_number_sound(line->amount_minor);
}

static enum err_code line_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct documents_memory *memory = context;
    void *item = NULL;

    if (rows_add(&memory->lines, sizeof(struct account_document_line), &item, err) != ERR_NONE) {
        return err->code;
    }
    struct account_document_line *line = item;
    *line = (struct account_document_line){
        .document = memory->document,
        .line = sqlite3_column_int(row, 0),
        .kind = keep(memory, row, 1),
        .plan = keep(memory, row, 2),
        .tax_country = keep(memory, row, 3),
        .tax_name = keep(memory, row, 4),
        .period_start = sqlite3_column_int64(row, 5),
        .period_end = sqlite3_column_int64(row, 6),
        .quantity = sqlite3_column_int64(row, 7),
        .unit_price = sqlite3_column_int64(row, 8),
        .amount_minor = sqlite3_column_int64(row, 9),
        .description = keep(memory, row, 10),
        .stands = true,
    };
    return line_sound(line) ? ERR_NONE : sql_damaged(memory->store, "a row of document_lines cannot be", err);
}

static bool takes_back(const struct account_document_line *line, const struct account_document_line *issued)
{
    return line->quantity == -issued->quantity && line->amount_minor == -issued->amount_minor &&
           line->unit_price == issued->unit_price && line->period_start == issued->period_start &&
           line->period_end == issued->period_end && strcmp(line->kind, issued->kind) == 0 &&
           strcmp(line->plan, issued->plan) == 0 && strcmp(line->tax_country, issued->tax_country) == 0 &&
           strcmp(line->tax_name, issued->tax_name) == 0;
}

/* R28: the line of a note that is minus a standing one takes it back. */
static void note_reversals(struct documents_memory *memory)
{
    const struct account_document *documents = memory->documents.items;
    struct account_document_line *lines = memory->lines.items;

    for (size_t i = 0; i < memory->lines.count; i++) {
        if (strcmp(documents[lines[i].document].kind, "invoice") == 0) {
            continue;
        }
        for (size_t j = 0; j < i && lines[j].document < lines[i].document; j++) {
            if (lines[j].stands && takes_back(&lines[i], &lines[j])) {
                lines[i].stands = lines[j].stands = false;
                break;
            }
        }
    }
}

static enum err_code ask(struct store *store, const char *sql, const struct account_documents_in *in, sql_visit visit,
                         struct documents_memory *memory, struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(store, sql, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_text(query, 1, in->account_id);
        sql_bind_integer(query, 2, in->month);
        sql_bind_integer(query, 3, in->as_of);
        code = sql_each(store, query, DOING, visit, memory, err);
    }
    sqlite3_finalize(query);
    return code;
}

static enum err_code lines_read(struct store *store, struct documents_memory *memory, struct err *err)
{
    const int64_t *numbers = memory->numbers.items;
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(store, LINES_SQL, DOING, &query, err);

    for (memory->document = 0; memory->document < memory->numbers.count && code == ERR_NONE; memory->document++) {
        sqlite3_reset(query);
        sql_bind_integer(query, 1, numbers[memory->document]);
        code = sql_each(store, query, DOING, line_take, memory, err);
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code account_documents_read(struct store *store, struct account_documents_in in,
                                     struct account_documents *documents, struct err *err)
{
    struct documents_memory *memory = calloc(1, sizeof *memory);

    if (memory == NULL) {
        return no_memory(err);
    }
    memory->month = in.month;
    memory->store = store;
    struct account_documents found = {.memory = memory};
    if (ask(store, RUNS_SQL, &in, run_take, memory, err) != ERR_NONE ||
        ask(store, DOCUMENTS_SQL, &in, document_take, memory, err) != ERR_NONE ||
        lines_read(store, memory, err) != ERR_NONE || (memory->no_memory && no_memory(err) != ERR_NONE)) {
        account_documents_release(&found);
        return err->code;
    }
    note_reversals(memory);
    found.runs = memory->runs.items;
    found.run_count = memory->runs.count;
    found.documents = memory->documents.items;
    found.document_count = memory->documents.count;
    found.lines = memory->lines.items;
    found.line_count = memory->lines.count;
    *documents = found;
    return ERR_NONE;
}

void account_documents_release(struct account_documents *documents)
{
    struct documents_memory *memory = documents->memory;

    if (memory != NULL) {
        rows_release(&memory->runs);
        rows_release(&memory->documents);
        rows_release(&memory->numbers);
        rows_release(&memory->lines);
        arena_release(&memory->texts);
        free(memory);
    }
    *documents = (struct account_documents){0};
}
