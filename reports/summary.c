/* The Summary sheet, block by block from the top. */
#include "reports/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "reports/tables.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define TAB_SUMMARY 0x1F3864

static const struct sheet_column COLUMNS[SUMMARY_COLUMNS] = {
    {NULL, 46, false}, {NULL, 17, false}, {NULL, 17, false}, {NULL, 17, false},
    {NULL, 17, false}, {NULL, 17, false}, {NULL, 17, false}, {NULL, 17, false},
};

enum err_code summary_begin(struct workbook *workbook, struct err *err)
{
    struct sheet *sheet = &workbook->summary;
    struct sheet_in in = {"Summary", COLUMNS, COUNT_OF(COLUMNS), TAB_SUMMARY, 0};
    enum err_code code = sheet_begin(sheet, &workbook->book, in, err);

    if (code == ERR_NONE) {
        worksheet_gridlines(workbook->book.pages[sheet->page].worksheet, LXW_HIDE_ALL_GRIDLINES);
    }
    return code;
}

static void title_block(struct pen *pen, const struct workbook *workbook)
{
    const struct report_run *run = workbook->in.run;
    char month[MONTH_TEXT_MAX];
    char as_of[INSTANT_TEXT_MAX];
    char text[256];

    month_format(run->month, month);
    instant_format(run->as_of, as_of);
    (void)snprintf(text, sizeof text, run->reprocess ? "Corrections of %s" : "Month-end close %s", month);
    pen_title(pen, text);
    (void)snprintf(text, sizeof text, "Run %s, as known at %s", run->name, as_of);
    cell_text(pen->sheet, text, CELL_SUBTITLE);
    pen_row_end(pen);
}

static void banners(struct pen *pen, const struct workbook *workbook)
{
    const int64_t *severities = workbook->in.exceptions->severities;
    const struct report_end *end = workbook->in.end;
    size_t failed = 0;
    char text[160];

    for (size_t i = 0; i < end->control_count; i++) {
        failed += !end->controls[i].ok;
    }
    if (failed == 0) {
        (void)snprintf(text, sizeof text, "PASS: all %zu controls agree", end->control_count);
    } else {
        (void)snprintf(text, sizeof text, "FAIL: %zu of %zu controls do not agree", failed, end->control_count);
    }
    pen_blank(pen);
    pen_banner(pen, text, failed == 0 ? CELL_BANNER_PASS : CELL_BANNER_FAIL, SUMMARY_COLUMNS);
    if (severities[SEVERITY_ERROR] > 0) {
        (void)snprintf(text, sizeof text, "%" PRId64 " held or in error: see To do before this month is final",
                       severities[SEVERITY_ERROR]);
        pen_banner(pen, text, CELL_BANNER_FAIL, SUMMARY_COLUMNS);
    }
}

/* A control's value: a number where it is one. */
static void control_value(struct pen *pen, const char *text)
{
    struct row_number number = {0};

    if (!row_number_read(text, &number)) {
        cell_text(pen->sheet, text, CELL_RIGHT);
    } else if (number.digits < BOOK_MONEY_DIGITS) {
        cell_number(pen->sheet, number.value, number.digits, (enum cell_format)(CELL_MONEY + number.digits));
    } else {
        cell_number(pen->sheet, number.value, number.digits, CELL_UNIT_PRICE);
    }
}

static void control_row(struct pen *pen, const struct control *control)
{
    cell_text(pen->sheet, control->name, CELL_LABEL);
    control_value(pen, control->expected);
    control_value(pen, control->actual);
    control_value(pen, control->difference);
    cell_text(pen->sheet, control->ok ? "PASS" : "FAIL", control->ok ? CELL_PASS : CELL_FAIL);
    pen_row_end(pen);
}

/* Those of single days are many: together where they agree, one by one where not. */
static void controls_block(struct pen *pen, const struct workbook *workbook)
{
    static const char *const titles[] = {"Control", "Expected", "Actual", "Difference", "Result"};
    const struct report_end *end = workbook->in.end;
    int64_t days = 0;

    pen_section(pen, "Controls", COUNT_OF(titles));
    for (size_t i = 0; i < COUNT_OF(titles); i++) {
        cell_text(pen->sheet, titles[i],
                  i == 0 ? CELL_HEADER : i + 1 < COUNT_OF(titles) ? CELL_HEADER_RIGHT : CELL_HEADER_CENTER);
    }
    pen_row_end(pen);
    for (size_t i = 0; i < end->control_count; i++) {
        const struct control *control = &end->controls[i];
        if (control->of_a_day && control->ok) {
            days++;
        } else {
            control_row(pen, control);
        }
    }
    if (days > 0) {
        char text[96];
        (void)snprintf(text, sizeof text, "%" PRId64 " more, day by day against the source: controls.csv", days);
        cell_text(pen->sheet, text, CELL_LABEL);
        for (int i = 0; i < 3; i++) {
            cell_skip(pen->sheet);
        }
        cell_text(pen->sheet, "PASS", CELL_PASS);
        pen_row_end(pen);
    }
}

static void count_fact(struct pen *pen, const char *label, int64_t count)
{
    cell_text(pen->sheet, label, CELL_LABEL);
    cell_integer(pen->sheet, count);
    pen_row_end(pen);
}

/* What an auditor asks of a report that a program made: source, logic, filters, counts, who. */
static void run_block(struct pen *pen, const struct workbook *workbook)
{
    static const char *const prorations[] = {"day_inclusive", "day_exclusive", "second"};
    static const char *const allowances[] = {"full", "prorated"};
    const struct report_run *run = workbook->in.run;
    const struct report_end *end = workbook->in.end;
    char text[256];

    pen_section(pen, "How this was made", 5);
    (void)snprintf(text, sizeof text, "monthend %s, %s", run->program_version, run->rules_version);
    pen_fact(pen, "Program and rules", text);
    pen_fact(pen, "Run by", run->run_by[0] == '\0' ? "nobody: a preview issues nothing" : run->run_by);
    pen_fact(pen, "Approved by", run->approved_by[0] == '\0' ? "nobody was asked" : run->approved_by);
    pen_fact(pen, "Source", "the billing database: its newest rows recorded up to the as-of, voided ones left out (R3)");
    pen_fact(pen, "Accounts", run->reprocess ? "those of which something was learned since the run before (R28)"
                              : run->partial ? "those that the run before had held"
                                             : "all that were created before the month's end");
    (void)snprintf(text, sizeof text, "proration %s, first_month_allowance %s, headroom_percent %" PRId64,
                   prorations[run->policies.proration], allowances[run->policies.first_allowance],
                   run->policies.headroom_percent);
    pen_fact(pen, "Policies of the month", text);
    count_fact(pen, "Usage events read", end->events_read);
    count_fact(pen, "    of these voided", end->events_voided);
    count_fact(pen, "Invoice lines", workbook->in.totals->lines);
    if (end->facts_digest != NULL && end->catalogue_digest != NULL) {
        pen_fact(pen, "Digest of the facts seen", end->facts_digest);
        pen_fact(pen, "Digest of the catalogue", end->catalogue_digest);
    }
}

static void currency_row(struct pen *pen, const struct workbook *workbook, const struct currency_totals *row)
{
    const struct {
        uint16_t column;
        int64_t value;
    } sums[] = {
        {INVOICES_SUBTOTAL, row->subtotal_minor}, {INVOICES_TAX, row->tax_minor}, {INVOICES_TOTAL, row->total_minor},
        {INVOICES_COLLECTED, row->collected_minor}, {INVOICES_DUE, row->due_minor},
    };
    char term[64];
    struct pen_sum sum = {
        .sheet = workbook_whole(workbook, ROWS_INVOICES),
        .term = term,
        .columns = {INVOICES_CURRENCY},
        .value = row->invoices,
        .format = CELL_INTEGER,
    };

    cell_text(pen->sheet, row->currency, CELL_STRONG);
    (void)snprintf(term, sizeof term, "COUNTIF(?0,\"%s\")", row->currency);
    pen_sum(pen, sum);
    (void)snprintf(term, sizeof term, "SUMIF(?0,\"%s\",?1)", row->currency);
    sum.digits = row->digits;
    sum.format = (enum cell_format)(CELL_MONEY + row->digits);
    for (size_t i = 0; i < COUNT_OF(sums); i++) {
        sum.columns[1] = sums[i].column;
        sum.value = sums[i].value;
        pen_sum(pen, sum);
    }
    pen_row_end(pen);
}

static void currencies_block(struct pen *pen, const struct workbook *workbook)
{
    static const char *const titles[] = {"Currency", "Invoices", "Subtotal", "Tax", "Total", "Collected", "Due"};
    const struct totals *totals = workbook->in.totals;

    pen_section(pen, "Invoiced", COUNT_OF(titles));
    pen_headers(pen, titles, COUNT_OF(titles));
    for (int i = 0; i < totals->currency_count; i++) {
        currency_row(pen, workbook, &totals->currencies[i]);
    }
    if (totals->currency_count == 0) {
        pen_note(pen, "No invoices");
    }
}

static void status_row(struct pen *pen, const struct workbook *workbook, const char *label, enum bill_status status)
{
    char term[64];
    struct pen_sum sum = {
        .sheet = workbook_whole(workbook, ROWS_STATEMENT),
        .term = term,
        .columns = {STATEMENT_STATUS},
        .value = workbook->in.totals->statuses[status],
        .format = CELL_INTEGER,
    };

    (void)snprintf(term, sizeof term, "COUNTIF(?0,\"%s\")", bill_status_name(status));
    cell_text(pen->sheet, label, CELL_LABEL);
    pen_sum(pen, sum);
    pen_row_end(pen);
}

static void accounts_block(struct pen *pen, const struct workbook *workbook)
{
    static const char *const titles[] = {"Status", "Accounts"};
    const struct totals *totals = workbook->in.totals;
    char label[64];
    char formula[64];

    pen_section(pen, "Accounts", COUNT_OF(titles));
    pen_headers(pen, titles, COUNT_OF(titles));
    status_row(pen, workbook, "Invoiced", BILL_INVOICED);
    status_row(pen, workbook, "No charge", BILL_NO_CHARGE);
    status_row(pen, workbook, "Held", BILL_HELD);
    (void)snprintf(formula, sizeof formula, "=SUM(B%u:B%u)", pen_line(pen) - 3, pen_line(pen) - 1);
    cell_text(pen->sheet, "All accounts", CELL_LABEL_TOTAL);
    cell_formula(pen->sheet, formula,
                 totals->statuses[BILL_INVOICED] + totals->statuses[BILL_NO_CHARGE] + totals->statuses[BILL_HELD], 0,
                 CELL_INTEGER_TOTAL);
    pen_row_end(pen);
    for (int i = HOLD_NONE + 1; i < TOTALS_HOLDS; i++) {
        if (totals->holds[i] > 0) {
            (void)snprintf(label, sizeof label, "    held: %s", hold_reason_name((enum hold_reason)i));
            count_fact(pen, label, totals->holds[i]);
        }
    }
}

static void exceptions_block(struct pen *pen, const struct workbook *workbook)
{
    static const char *const titles[] = {"To do", "Exceptions"};
    static const char *const labels[SEVERITIES] = {"Errors", "Warnings", "For information"};

    pen_section(pen, "Exceptions", COUNT_OF(titles));
    pen_headers(pen, titles, COUNT_OF(titles));
    for (int i = 0; i < SEVERITIES; i++) {
        char term[64];
        (void)snprintf(term, sizeof term, "COUNTIF(?0,\"%s\")", severity_name((enum severity)i));
        cell_text(pen->sheet, labels[i], CELL_LABEL);
        pen_sum(pen, (struct pen_sum){
                         .sheet = workbook_whole(workbook, ROWS_TO_DO),
                         .term = term,
                         .columns = {TO_DO_SEVERITY},
                         .value = workbook->in.exceptions->severities[i],
                         .format = CELL_INTEGER,
                     });
        pen_row_end(pen);
    }
}

static void contents_row(struct pen *pen, const struct row_sheet *rows)
{
    const struct book *book = pen->sheet->book;
    const char *file = table_file(rows->layout->table);
    char text[160];
    char target[ROW_TARGET_MAX];

    for (size_t i = 0; i < book->page_count; i++) {
        const struct page *page = &book->pages[i];
        if (page->sheet != &rows->sheet) {
            continue;
        }
        if (rows->all) {
            (void)snprintf(text, sizeof text, "%" PRIu32 " of %" PRId64 " rows; the same as in %s", page->data_count,
                           rows->file_rows, file);
        } else {
            (void)snprintf(text, sizeof text, "the %" PRIu32 " largest of %" PRId64 " rows; all of them are in %s",
                           page->data_count, rows->file_rows, file);
        }
        (void)snprintf(target, sizeof target, "#'%s'!A1", page->name);
        cell_link(pen->sheet, target, page->name);
        cell_text(pen->sheet, text, CELL_LABEL);
        pen_row_end(pen);
    }
}

static void contents_block(struct pen *pen, const struct workbook *workbook)
{
    pen_section(pen, "What this workbook holds", 5);
    for (int i = 0; i < ROW_SHEETS && pen->code == ERR_NONE; i++) {
        if (!workbook_has(&workbook->in, i)) {
            continue;
        }
        contents_row(pen, &workbook->rows[i]);
    }
    pen_note(pen, "Beside it: every row as CSV, controls.csv, the journal, and SHA256SUMS, the checksums of all files.");
}

enum err_code summary_write(struct workbook *workbook, struct err *err)
{
    struct pen pen = {.sheet = &workbook->summary, .err = err};
    struct summary_charts charts = {0};

    title_block(&pen, workbook);
    banners(&pen, workbook);
    controls_block(&pen, workbook);
    run_block(&pen, workbook);
    currencies_block(&pen, workbook);
    summary_receivables(&pen, workbook);
    accounts_block(&pen, workbook);
    exceptions_block(&pen, workbook);
    summary_revenue(&pen, workbook, &charts);
    summary_usage(&pen, workbook, &charts);
    contents_block(&pen, workbook);
    return pen.code == ERR_NONE ? summary_charts_draw(workbook, &charts, err) : pen.code;
}
