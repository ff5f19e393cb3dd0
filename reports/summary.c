/* The Summary sheet, block by block from the top. */
#include "reports/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "reports/tables.h"
#include "reports/workbook_columns.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define TITLE_HEIGHT 28
#define BANNER_HEIGHT 22
#define CREDIT_DIGITS 2

static const struct sheet_column COLUMNS[] = {
    {NULL, 38, false}, {NULL, 18, false}, {NULL, 18, false}, {NULL, 18, false},
    {NULL, 18, false}, {NULL, 18, false}, {NULL, 18, false}, {NULL, 18, false},
};

/* Writing on; the first error stops everything behind it. */
struct pen {
    struct workbook *workbook;
    struct sheet *sheet;
    struct workbook_end end;
    enum err_code code;
    struct err *err;
};

static const struct { /* in the order of enum line_kind */
    enum line_kind kind;
    const char *label;
} KINDS[] = {
    {LINE_PLAN, "Plans, full month"},
    {LINE_PLAN_PRORATED, "Plans, first paid month"},
    {LINE_PLAN_DISCOUNT, "Earlier plan credited"},
    {LINE_PLAN_UPGRADE, "Upgrades"},
    {LINE_OVERAGE, "Overage"},
    {LINE_ADJUSTMENT, "Adjustments"},
};

enum err_code summary_begin(struct sheet *sheet, struct book *book, uint32_t color, struct err *err)
{
    enum err_code code = sheet_begin(sheet, book, "Summary", COLUMNS, COUNT_OF(COLUMNS), color, err);

    if (code == ERR_NONE) {
        worksheet_gridlines(book->pages[sheet->page].worksheet, LXW_HIDE_ALL_GRIDLINES);
        worksheet_set_portrait(book->pages[sheet->page].worksheet);
    }
    return code;
}

static void row_end(struct pen *pen)
{
    if (pen->code == ERR_NONE) {
        pen->code = sheet_row_end(pen->sheet, pen->err);
    }
}

static void row_height(struct pen *pen, double height)
{
    struct book *book = pen->sheet->book;
    lxw_error failed = worksheet_set_row(book->pages[pen->sheet->page].worksheet, pen->sheet->row, height, NULL);

    if (failed != LXW_NO_ERROR && book->failed == LXW_NO_ERROR) {
        book->failed = failed;
    }
}

static void blank(struct pen *pen)
{
    row_end(pen);
}

/* A heading over a block, underlined across its columns. */
static void section(struct pen *pen, const char *title, int columns)
{
    blank(pen);
    row_height(pen, BANNER_HEIGHT);
    cell_text(pen->sheet, title, CELL_SECTION);
    for (int i = 1; i < columns; i++) {
        cell_text(pen->sheet, "", CELL_SECTION);
    }
    row_end(pen);
}

static void headers(struct pen *pen, const char *const *titles, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cell_text(pen->sheet, titles[i], i == 0 ? CELL_HEADER : CELL_HEADER_RIGHT);
    }
    row_end(pen);
}

static void fact(struct pen *pen, const char *label, const char *text)
{
    cell_text(pen->sheet, label, CELL_LABEL);
    cell_text(pen->sheet, text, CELL_STRONG);
    row_end(pen);
}

static void facts_block(struct pen *pen)
{
    static const char *const prorations[] = {"day_inclusive", "day_exclusive", "second"};
    static const char *const allowances[] = {"full", "prorated"};
    const struct report_run *run = pen->workbook->run;
    char month[MONTH_TEXT_MAX];
    char text[128];

    month_format(run->month, month);
    (void)snprintf(text, sizeof text, "Month-end close %s", month);
    row_height(pen, TITLE_HEIGHT);
    cell_text(pen->sheet, text, CELL_TITLE);
    row_end(pen);
    blank(pen);
    fact(pen, "Month", month);
    char as_of[INSTANT_TEXT_MAX];
    instant_format(run->as_of, as_of);
    fact(pen, "As of (UTC)", as_of);
    fact(pen, "Run", run->name);
    (void)snprintf(text, sizeof text, "monthend %s", run->program_version);
    fact(pen, "Program", text);
    fact(pen, "Rules", run->rules_version);
    (void)snprintf(text, sizeof text, "proration %s, first_month_allowance %s", prorations[run->policies.proration],
                   allowances[run->policies.first_allowance]);
    fact(pen, "Policies", text);
}

static size_t controls_failed(const struct pen *pen)
{
    size_t failed = 0;

    for (size_t i = 0; i < pen->end.control_count; i++) {
        failed += !pen->end.controls[i].ok;
    }
    return failed;
}

static void banner(struct pen *pen, const char *text, enum cell_format format)
{
    row_height(pen, BANNER_HEIGHT);
    cell_text(pen->sheet, text, format);
    for (size_t i = 1; i < COUNT_OF(COLUMNS) - 1; i++) {
        cell_text(pen->sheet, "", format);
    }
    row_end(pen);
}

static void controls_banner(struct pen *pen)
{
    const int64_t *severities = pen->end.exceptions->severities;
    size_t failed = controls_failed(pen);
    char text[160];

    blank(pen);
    if (failed == 0) {
        (void)snprintf(text, sizeof text, "PASS: all %zu controls agree", pen->end.control_count);
    } else {
        (void)snprintf(text, sizeof text, "FAIL: %zu of %zu controls do not agree", failed, pen->end.control_count);
    }
    banner(pen, text, failed == 0 ? CELL_BANNER_PASS : CELL_BANNER_FAIL);
    if (severities[SEVERITY_ERROR] > 0) {
        (void)snprintf(text, sizeof text, "%" PRId64 " held or in error: see Exceptions before this month is final",
                       severities[SEVERITY_ERROR]);
        banner(pen, text, CELL_BANNER_FAIL);
    }
}

static void controls_block(struct pen *pen)
{
    static const char *const titles[] = {"Control", "Expected", "Actual", "Difference", "Result"};

    section(pen, "Controls", COUNT_OF(titles));
    headers(pen, titles, COUNT_OF(titles));
    for (size_t i = 0; i < pen->end.control_count; i++) {
        const struct control *control = &pen->end.controls[i];
        cell_text(pen->sheet, control->name, CELL_LABEL);
        cell_text(pen->sheet, control->expected, CELL_RIGHT);
        cell_text(pen->sheet, control->actual, CELL_RIGHT);
        cell_text(pen->sheet, control->difference, CELL_RIGHT);
        cell_text(pen->sheet, control->ok ? "PASS" : "FAIL", control->ok ? CELL_PASS : CELL_FAIL);
        row_end(pen);
    }
}

/* A sum over a column of a row sheet: a formula where the sheet is there. */
struct sum {
    const struct sheet *sheet;
    const char *term; /* see sheet_formula() */
    uint16_t columns[3];
    int64_t value;
    int digits;
    enum cell_format format;
};

static void sum_cell(struct pen *pen, struct sum sum)
{
    char formula[BOOK_FORMULA_MAX] = "";

    if (pen->workbook->full) {
        sheet_formula(sum.sheet, sum.term, sum.columns, formula);
    }
    cell_formula(pen->sheet, formula, sum.value, sum.digits, sum.format);
}

static void currency_row(struct pen *pen, const struct currency_totals *row)
{
    const struct {
        uint16_t column;
        int64_t value;
    } sums[] = {
        {INVOICES_SUBTOTAL, row->subtotal_minor}, {INVOICES_TAX, row->tax_minor}, {INVOICES_TOTAL, row->total_minor},
        {INVOICES_COLLECTED, row->collected_minor}, {INVOICES_DUE, row->due_minor},
    };
    struct sum sum = {.sheet = &pen->workbook->invoices};
    char term[64];

    cell_text(pen->sheet, row->currency, CELL_STRONG);
    (void)snprintf(term, sizeof term, "COUNTIF(?0,\"%s\")", row->currency);
    sum.term = term;
    sum.columns[0] = INVOICES_CURRENCY;
    sum.value = row->invoices;
    sum.format = CELL_INTEGER;
    sum_cell(pen, sum);
    (void)snprintf(term, sizeof term, "SUMIF(?0,\"%s\",?1)", row->currency);
    sum.digits = row->digits;
    sum.format = (enum cell_format)(CELL_MONEY + row->digits);
    for (size_t i = 0; i < COUNT_OF(sums); i++) {
        sum.columns[1] = sums[i].column;
        sum.value = sums[i].value;
        sum_cell(pen, sum);
    }
    row_end(pen);
}

static void currencies_block(struct pen *pen)
{
    static const char *const titles[] = {"Currency", "Invoices", "Subtotal", "Tax", "Total", "Collected", "Due"};
    const struct totals *totals = pen->end.totals;

    section(pen, "Invoiced", COUNT_OF(titles));
    headers(pen, titles, COUNT_OF(titles));
    for (int i = 0; i < totals->currency_count; i++) {
        currency_row(pen, &totals->currencies[i]);
    }
    if (totals->currency_count == 0) {
        cell_text(pen->sheet, "No invoices", CELL_NOTE);
        row_end(pen);
    }
}

static void kind_cell(struct pen *pen, const struct currency_totals *row, enum line_kind kind)
{
    char term[128];
    struct sum sum = {
        .sheet = &pen->workbook->lines,
        .term = term,
        .columns = {LINES_AMOUNT, LINES_KIND, LINES_CURRENCY},
        .value = row->kind_minor[kind],
        .digits = row->digits,
        .format = (enum cell_format)(CELL_MONEY + row->digits),
    };

    (void)snprintf(term, sizeof term, "SUMIFS(?0,?1,\"%s\",?2,\"%s\")", line_kind_name(kind), row->currency);
    sum_cell(pen, sum);
}

/* The last row of the revenue: what the kinds above it come to, as a formula over them. */
static void revenue_total(struct pen *pen, int first, int count)
{
    const struct totals *totals = pen->end.totals;
    uint32_t end = pen->sheet->row;
    char formula[64];

    cell_text(pen->sheet, "Revenue before tax", CELL_LABEL_TOTAL);
    for (int i = 0; i < count; i++) {
        const struct currency_totals *row = &totals->currencies[first + i];
        (void)snprintf(formula, sizeof formula, "=SUM(%c%u:%c%u)", 'B' + i, (unsigned)(end - COUNT_OF(KINDS) + 1),
                       'B' + i, (unsigned)end);
        cell_formula(pen->sheet, formula, row->subtotal_minor, row->digits,
                     (enum cell_format)(CELL_MONEY_TOTAL + row->digits));
    }
    row_end(pen);
}

/* Some currencies side by side: as many as the sheet has columns. */
static void revenue_part(struct pen *pen, int first, int count)
{
    const struct totals *totals = pen->end.totals;

    section(pen, "Revenue by kind", count + 1);
    cell_text(pen->sheet, "Kind of line", CELL_HEADER);
    for (int i = 0; i < count; i++) {
        cell_text(pen->sheet, totals->currencies[first + i].currency, CELL_HEADER_RIGHT);
    }
    row_end(pen);
    for (size_t kind = 0; kind < COUNT_OF(KINDS); kind++) {
        cell_text(pen->sheet, KINDS[kind].label, CELL_LABEL);
        for (int i = 0; i < count; i++) {
            kind_cell(pen, &totals->currencies[first + i], KINDS[kind].kind);
        }
        row_end(pen);
    }
    revenue_total(pen, first, count);
    cell_text(pen->sheet, "Tax", CELL_LABEL);
    for (int i = 0; i < count; i++) {
        kind_cell(pen, &totals->currencies[first + i], LINE_TAX);
    }
    row_end(pen);
}

static void revenue_block(struct pen *pen)
{
    const int columns = COUNT_OF(COLUMNS) - 2;
    int count = pen->end.totals->currency_count;

    for (int first = 0; first < count; first += columns) {
        revenue_part(pen, first, count - first < columns ? count - first : columns);
    }
}

static void status_row(struct pen *pen, const char *label, enum bill_status status)
{
    char term[64];
    struct sum sum = {
        .sheet = &pen->workbook->statement,
        .term = term,
        .columns = {STATEMENT_STATUS},
        .value = pen->end.totals->statuses[status],
        .format = CELL_INTEGER,
    };

    (void)snprintf(term, sizeof term, "COUNTIF(?0,\"%s\")", bill_status_name(status));
    cell_text(pen->sheet, label, CELL_LABEL);
    sum_cell(pen, sum);
    row_end(pen);
}

static void accounts_block(struct pen *pen)
{
    static const char *const titles[] = {"Status", "Accounts"};
    const struct totals *totals = pen->end.totals;
    char label[64];
    char formula[64];

    section(pen, "Accounts", COUNT_OF(titles));
    headers(pen, titles, COUNT_OF(titles));
    status_row(pen, "Invoiced", BILL_INVOICED);
    status_row(pen, "No charge", BILL_NO_CHARGE);
    status_row(pen, "Held", BILL_HELD);
    uint32_t end = pen->sheet->row;
    (void)snprintf(formula, sizeof formula, "=SUM(B%u:B%u)", (unsigned)(end - 2), (unsigned)end);
    cell_text(pen->sheet, "All accounts", CELL_LABEL_TOTAL);
    cell_formula(pen->sheet, formula,
                 totals->statuses[BILL_INVOICED] + totals->statuses[BILL_NO_CHARGE] + totals->statuses[BILL_HELD], 0,
                 CELL_INTEGER_TOTAL);
    row_end(pen);
    for (int i = HOLD_NONE + 1; i < TOTALS_HOLDS; i++) {
        if (totals->holds[i] > 0) {
            (void)snprintf(label, sizeof label, "    held: %s", hold_reason_name((enum hold_reason)i));
            cell_text(pen->sheet, label, CELL_NOTE);
            cell_integer(pen->sheet, totals->holds[i]);
            row_end(pen);
        }
    }
}

static void usage_block(struct pen *pen)
{
    const struct totals *totals = pen->end.totals;
    const struct {
        const char *label;
        uint16_t column;
        int64_t value;
    } rows[] = {
        {"Credits", STATEMENT_CREDITS, totals->credits},
        {"    from bonus grants", STATEMENT_BONUS, totals->used.bonus},
        {"    from the plans' allowances", STATEMENT_INCLUDED, totals->used.included},
        {"    billed as overage", STATEMENT_OVERAGE, totals->used.overage},
        {"    unbilled", STATEMENT_UNBILLED, totals->used.unbilled},
    };
    struct sum sum = {.sheet = &pen->workbook->statement,
                      .term = "SUM(?0)",
                      .columns = {STATEMENT_EVENTS},
                      .value = totals->events,
                      .format = CELL_INTEGER};

    section(pen, "Usage of accounts that are not held", 2);
    cell_text(pen->sheet, "Events", CELL_LABEL);
    sum_cell(pen, sum);
    row_end(pen);
    sum.digits = CREDIT_DIGITS;
    sum.format = CELL_CREDITS;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        cell_text(pen->sheet, rows[i].label, CELL_LABEL);
        sum.columns[0] = rows[i].column;
        sum.value = rows[i].value;
        sum_cell(pen, sum);
        row_end(pen);
    }
    for (int i = 0; i < totals->currency_count; i++) {
        const struct currency_totals *row = &totals->currencies[i];
        char label[64];
        if (row->at_stake_minor == 0) {
            continue;
        }
        (void)snprintf(label, sizeof label, "Unbilled usage, at stake in %s", row->currency);
        cell_text(pen->sheet, label, CELL_LABEL);
        cell_money(pen->sheet, row->at_stake_minor, row->digits);
        row_end(pen);
    }
}

static void exceptions_block(struct pen *pen)
{
    static const char *const titles[] = {"Severity", "Exceptions"};
    static const char *const labels[SEVERITIES] = {"Errors", "Warnings", "For information"};

    section(pen, "Exceptions", COUNT_OF(titles));
    headers(pen, titles, COUNT_OF(titles));
    for (int i = 0; i < SEVERITIES; i++) {
        char term[64];
        char formula[BOOK_FORMULA_MAX];
        const uint16_t columns[3] = {0};
        (void)snprintf(term, sizeof term, "COUNTIF(?0,\"%s\")", severity_name((enum severity)i));
        sheet_formula(&pen->workbook->exceptions, term, columns, formula);
        cell_text(pen->sheet, labels[i], CELL_LABEL);
        cell_formula(pen->sheet, formula, pen->end.exceptions->severities[i], 0, CELL_INTEGER);
        row_end(pen);
    }
}

static void contents_row(struct pen *pen, const struct sheet *sheet, enum table table, int64_t rows)
{
    const struct book *book = pen->sheet->book;
    char text[128];

    if (sheet->book == NULL) {
        (void)snprintf(text, sizeof text, "%" PRId64 " rows: not in this workbook, all of them in %s", rows,
                       table_file(table));
        cell_text(pen->sheet, table_file(table), CELL_LABEL);
        cell_text(pen->sheet, text, CELL_STRONG);
        row_end(pen);
        return;
    }
    for (size_t i = 0; i < book->page_count; i++) {
        const struct page *page = &book->pages[i];
        if (page->sheet == sheet) {
            (void)snprintf(text, sizeof text, "%" PRIu32 " of %" PRId64 " rows; the same as in %s", page->rows - 1,
                           sheet->rows, table_file(table));
            cell_link(pen->sheet, page->name, page->name);
            cell_text(pen->sheet, text, CELL_LABEL);
            row_end(pen);
        }
    }
}

static void contents_block(struct pen *pen)
{
    const struct workbook *workbook = pen->workbook;
    const struct totals *totals = pen->end.totals;
    int64_t accounts = totals->statuses[BILL_INVOICED] + totals->statuses[BILL_NO_CHARGE] +
                       totals->statuses[BILL_HELD];

    section(pen, "What this workbook holds", 4);
    contents_row(pen, &workbook->invoices, TABLE_INVOICES, totals->statuses[BILL_INVOICED]);
    contents_row(pen, &workbook->lines, TABLE_INVOICE_LINES, totals->lines);
    contents_row(pen, &workbook->statement, TABLE_STATEMENT, accounts);
    contents_row(pen, &workbook->exceptions, TABLE_EXCEPTIONS, (int64_t)pen->end.exceptions->count);
    cell_text(pen->sheet, "Beside it: usage_by_model.csv, controls.csv and SHA256SUMS, the checksums of all files.",
              CELL_NOTE);
    row_end(pen);
}

enum err_code summary_write(struct workbook *workbook, struct workbook_end end, struct err *err)
{
    struct pen pen = {.workbook = workbook, .sheet = &workbook->summary, .end = end, .err = err};

    facts_block(&pen);
    controls_banner(&pen);
    currencies_block(&pen);
    revenue_block(&pen);
    accounts_block(&pen);
    usage_block(&pen);
    exceptions_block(&pen);
    controls_block(&pen);
    contents_block(&pen);
    return pen.code;
}
