/* A run's report directory: every file of it, from the first account to the rename. */
#include "reports/book_guard.h"
#include "reports/reports.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/line.h"
#include "reports/advice_tables.h"
#include "reports/csv_write.h"
#include "reports/directory.h"
#include "reports/exceptions.h"
#include "reports/files.h"
#include "reports/journal.h"
#include "reports/shown_table.h"
#include "reports/tables.h"
#include "reports/totals.h"
#include "reports/workbook.h"

#define PREVIEW "preview"

struct report {
    struct report_run run;
    struct files files;
    struct csv tables[TABLE_COUNT];
    int32_t *models;           /* the catalogue's model numbers, by name */
    struct totals totals;
    struct journal journal;
    struct exceptions exceptions;
    struct line_text text;
    bool shown; /* some account was shown something */
    char last_account[ID_BYTES_MAX + 1];
};

/* qsort has no room for the catalogue: sort pairs. */
struct named_model {
    const char *name;
    int32_t number;
};

static int model_compare(const void *left, const void *right)
{
    const struct named_model *a = left;
    const struct named_model *b = right;

    return strcmp(a->name, b->name);
}

static enum err_code models_order(struct report *report, struct err *err)
{
    size_t count = report->run.catalogue->model_count;
    struct named_model *named = calloc(count + 1, sizeof *named);

    report->models = calloc(count + 1, sizeof *report->models);
    if (named == NULL || report->models == NULL) {
        free(named);
        return err_set(err, ERR_INTERNAL, "no memory for %zu models", count);
    }
    for (size_t i = 0; i < count; i++) {
        named[i] = (struct named_model){report->run.catalogue->models[i], (int32_t)i};
    }
    qsort(named, count, sizeof *named, model_compare);
    for (size_t i = 0; i < count; i++) {
        report->models[i] = named[i].number;
    }
    free(named);
    return ERR_NONE;
}

/* Which of the tables this run has: the differences are the last. */
static int table_count(const struct report *report)
{
    return report->run.reprocess ? TABLE_COUNT : TABLE_DIFFERENCES;
}

static enum err_code tables_open(struct report *report, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (int i = 0; i < table_count(report) && code == ERR_NONE; i++) {
        code = files_open(&report->files, table_file((enum table)i), &report->tables[i], err);
        if (code == ERR_NONE) {
            code = csv_header(&report->tables[i], table_header((enum table)i), err);
        }
    }
    return code;
}

/* A run's place is taken: told before anything is issued. A preview replaces the one before. */
static enum err_code place_check(const char *out, const struct report_run *run, struct err *err)
{
    char path[DIRECTORY_PATH_MAX];

    if (strcmp(run->name, PREVIEW) == 0 || run->compared || !report_exists(out, run->month, run->name)) {
        return ERR_NONE;
    }
    report_path(out, run->month, run->name, path, sizeof path);
    return err_set(err, ERR_CREATE, "the report directory '%s' exists already, perhaps of another database; give another "
                   "--out, or move it away", path);
}

enum err_code report_begin(const char *out, const struct report_run *run, struct report **report, struct err *err)
{
    struct report *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory for the reports");
    }
    made->run = *run;
    made->journal = (struct journal){.names = run->ledger_names, .catalogue = run->catalogue};
    for (int i = 0; i < TABLE_COUNT; i++) {
        made->tables[i].file = -1;
    }
    files_init(&made->files);
    made->files.alone = run->threads <= 1;
    enum err_code code = place_check(out, run, err);
    if (code == ERR_NONE) {
        code = directory_begin(out, run->month, run->name, &made->files.directory, err);
    }
    if (code == ERR_NONE) {
        code = models_order(made, err);
    }
    if (code == ERR_NONE) {
        code = tables_open(made, err);
    }
    if (code != ERR_NONE) {
        report_end(made);
        return code;
    }
    *report = made;
    return ERR_NONE;
}

static enum err_code line_add(struct report *report, const struct report_account *account, size_t index,
                              struct err *err)
{
    line_text(&report_document(account)->lines[index], report->run.catalogue, account->digits, &report->text);
    return table_line(&report->tables[TABLE_INVOICE_LINES], &report->run, account, index, &report->text, err);
}

/* The invoice or note, and as it is posted: each of its lines is one of its postings. */
static enum err_code invoice_add(struct report *report, const struct report_account *account, struct err *err)
{
    const struct report_run *run = &report->run;
    const struct bill *document = report_document(account);
    struct journal_document posted = {
        .number = account->invoice_number,
        .account_id = account->account_id,
        .currency = account->currency,
        .digits = account->digits,
        .month = run->month,
        .day = ledger_posting_day(account->note != NULL, run->month, run->as_of),
        .ledger = {document->lines, document->line_count, document->total_minor, document->collected_minor},
    };
    enum err_code code = table_invoice(&report->tables[TABLE_INVOICES], run, account, err);

    for (size_t i = 0; i < ledger_posting_count(&posted.ledger) && code == ERR_NONE; i++) {
        size_t line = ledger_posting(&posted.ledger, i).line;
        if (line != LEDGER_NO_LINE) {
            code = line_add(report, account, line, err);
        }
        if (code == ERR_NONE) {
            code = journal_post(&report->journal, &report->tables[TABLE_JOURNAL], &posted, i,
                                report->text.description, err);
        }
    }
    return code;
}

/* What looks beyond the invoice: R29, R30, what is owed, and what was shown. */
static enum err_code advice_add(struct report *report, const struct report_account *account, struct err *err)
{
    enum err_code code = table_breakeven(&report->tables[TABLE_BREAKEVEN], &report->run, account, err);

    if (code == ERR_NONE) {
        code = table_plan_fit(&report->tables[TABLE_PLAN_FIT], &report->run, account, err);
    }
    if (code == ERR_NONE) {
        code = table_receivable(&report->tables[TABLE_RECEIVABLES], &report->run, account, err);
    }
    return code == ERR_NONE ? table_shown(&report->tables[TABLE_SHOWN], &report->run, account, err) : code;
}

enum err_code report_account_add(struct report *report, const struct report_account *account, struct err *err)
{
    const struct report_run *run = &report->run;

    assert(strlen(account->account_id) < sizeof report->last_account);
    assert(strcmp(report->last_account, account->account_id) < 0); /* in order, each once */
    memcpy(report->last_account, account->account_id, strlen(account->account_id) + 1);
    report->shown = report->shown || (account->shown != NULL && account->bill->status != BILL_HELD);

    enum err_code code = totals_add(&report->totals, run, account, err);
    if (code == ERR_NONE) {
        code = table_statement(&report->tables[TABLE_STATEMENT], run, account, err);
    }
    if (code == ERR_NONE) {
        code = table_models(&report->tables[TABLE_USAGE_BY_MODEL], run, account, report->models, err);
    }
    if (code == ERR_NONE && report_document(account) != NULL) {
        code = invoice_add(report, account, err);
    }
    if (code == ERR_NONE) {
        code = advice_add(report, account, err);
    }
    return code;
}

enum err_code report_difference_add(struct report *report, const struct difference_row *row, struct err *err)
{
    assert(report->run.reprocess);
    return table_difference(&report->tables[TABLE_DIFFERENCES], &report->run, row, err);
}

enum err_code report_exception_add(struct report *report, const struct exception_row *row, struct err *err)
{
    return exceptions_add(&report->exceptions, row, err);
}

bool report_journal_sums(const struct report *report, const char *currency, struct ledger_sums *sums)
{
    return journal_sums(&report->journal, currency, sums);
}

static enum err_code rest_write(struct report *report, const struct report_end *end, struct err *err)
{
    enum err_code code = ERR_NONE;

    exceptions_sort(&report->exceptions);
    for (size_t i = 0; i < report->exceptions.count && code == ERR_NONE; i++) {
        code = table_exception(&report->tables[TABLE_EXCEPTIONS], &report->exceptions.rows[i], err);
    }
    for (size_t i = 0; i < end->control_count && code == ERR_NONE; i++) {
        code = table_control(&report->tables[TABLE_CONTROLS], &end->controls[i], err);
    }
    return code;
}

static enum err_code ledger_write(struct report *report, struct err *err)
{
    struct journal_title title = {report->run.month, report->run.name, report->run.as_of};
    struct csv file = {.file = -1};
    enum err_code code = files_open(&report->files, JOURNAL_LEDGER_FILE, &file, err);

    if (code == ERR_NONE) {
        code = journal_write(&report->journal, title, &file, err);
    }
    if (code == ERR_NONE) {
        code = files_close(&report->files, JOURNAL_LEDGER_FILE, &file, err);
    }
    csv_release(&file);
    return code;
}

static enum err_code tables_close(struct report *report, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (int i = 0; i < table_count(report) && code == ERR_NONE; i++) {
        code = files_close(&report->files, table_file((enum table)i), &report->tables[i], err);
    }
    return code;
}

static enum err_code workbook_of(const void *in, struct err *err)
{
    return workbook_write(in, err);
}

static enum err_code workbook_add(struct report *report, const struct report_end *end, struct err *err)
{
    struct workbook_in in = {
        .run = &report->run,
        .directory = report->files.directory.path, /* a full disk shows there, and nothing is left elsewhere */
        .page_rows = BOOK_ROWS_MAX,
        .totals = &report->totals,
        .exceptions = &report->exceptions,
        .journal = &report->journal,
        .end = end,
        .shown = report->shown,
    };

    if (report->run.workbook == WORKBOOK_NONE) {
        return ERR_NONE;
    }
    enum err_code code = directory_file_reserve(&report->files.directory, WORKBOOK_FILE, err);
    if (code == ERR_NONE) {
        code = book_guarded(workbook_of, &in, err);
    } /* reads it back itself */
    return code == ERR_NONE ? files_note(&report->files, WORKBOOK_FILE, err) : code;
}

void report_newest_link(struct report *report, const char *link)
{
    (void)snprintf(report->files.remark, sizeof report->files.remark, "newest link of the documents: %s", link);
}

enum err_code report_finish(struct report *report, const struct report_end *end, char *sums_digest, struct err *err)
{
    enum err_code code = rest_write(report, end, err);

    if (code == ERR_NONE) {
        code = ledger_write(report, err);
    }
    if (code == ERR_NONE) {
        code = tables_close(report, err);
    }
    if (code == ERR_NONE) {
        code = workbook_add(report, end, err);
    }
    return code == ERR_NONE ? files_sums(&report->files, sums_digest, err) : code;
}

enum err_code report_publish(struct report *report, struct err *err)
{
    return directory_publish(&report->files.directory, strcmp(report->run.name, PREVIEW) == 0, err);
}

void report_end(struct report *report)
{
    if (report == NULL) {
        return;
    }
    for (int i = 0; i < TABLE_COUNT; i++) {
        csv_release(&report->tables[i]);
    }
    files_end(&report->files);
    exceptions_release(&report->exceptions);
    journal_release(&report->journal);
    totals_release(&report->totals);
    free(report->models);
    free(report);
}

