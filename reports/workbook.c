/* The workbook's row sheets: Invoices, Lines, Statement, Exceptions. */
#include "reports/workbook.h"

#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/currency.h"
#include "reports/summary.h"
#include "reports/tables.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define DIGITS_UNKNOWN 2 /* of an amount in a currency that nobody knows */
#define CREDIT_DIGITS 2
#define UNIT_PRICE_DIGITS 6
#define PERCENT_DIGITS 4

#define TAB_SUMMARY 0x1F3864
#define TAB_ROWS 0x2E75B6
#define TAB_EXCEPTIONS 0xC00000

static const struct sheet_column INVOICES[] = {
    {"Invoice number", 23, false}, {"Kind", 9, false},      {"Account", 20, false},  {"Name", 30, false},
    {"Month", 9, false},           {"Currency", 10, false}, {"Lines", 8, true},      {"Subtotal", 14, true},
    {"Tax", 12, true},             {"Total", 14, true},     {"Collected", 14, true}, {"Due", 14, true},
    {"Issued at (UTC)", 20, false}, {"Corrects", 23, false},
};

static const struct sheet_column LINES[] = {
    {"Invoice number", 23, false}, {"Line", 7, true},        {"Account", 20, false},           {"Month", 9, false},
    {"Kind", 15, false},           {"Description", 44, false}, {"Plan", 11, false},
    {"Period start (UTC)", 20, false}, {"Period end (UTC)", 20, false}, {"Quantity", 13, true}, {"Unit", 19, false},
    {"Unit price", 13, true},      {"Amount", 14, true},     {"Currency", 10, false},
    {"Charged at (UTC)", 24, false}, {"Rule", 7, false},
};

static const struct sheet_column STATEMENT[] = {
    {"Account", 20, false},      {"Month", 9, false},   {"Status", 12, false},  {"Plan at start", 14, false},
    {"Plan at end", 14, false},  {"First paid month", 17, true}, {"Events", 11, true}, {"Credits", 14, true},
    {"Bonus", 13, true},         {"Included", 14, true}, {"Overage", 13, true},  {"Unbilled", 13, true},
    {"Allowance", 14, true},     {"Currency", 10, false}, {"Total", 14, true},
};

static const struct sheet_column EXCEPTIONS[] = {
    {"Severity", 10, false}, {"Code", 24, false},  {"Account", 20, false}, {"Reference", 22, false},
    {"Occurred at (UTC)", 24, false}, {"Credits", 14, true}, {"Amount", 14, true}, {"Currency", 10, false},
    {"Message", 90, false},
};

static enum err_code rows_begin(struct workbook *workbook, struct err *err)
{
    struct book *book = &workbook->book;
    enum err_code code =
        sheet_begin(&workbook->invoices, book, "Invoices", INVOICES, COUNT_OF(INVOICES), TAB_ROWS, err);

    if (code == ERR_NONE) {
        code = sheet_begin(&workbook->lines, book, "Lines", LINES, COUNT_OF(LINES), TAB_ROWS, err);
    }
    if (code == ERR_NONE) {
        code = sheet_begin(&workbook->statement, book, "Statement", STATEMENT, COUNT_OF(STATEMENT), TAB_ROWS, err);
    }
    return code;
}

enum err_code workbook_begin(struct workbook *workbook, struct workbook_in in, struct err *err)
{
    char month[MONTH_TEXT_MAX];
    char title[64];

    memset(workbook, 0, sizeof *workbook);
    workbook->run = in.run;
    workbook->full = in.run->workbook == WORKBOOK_FULL;
    month_format(in.run->month, month);
    (void)snprintf(title, sizeof title, "Month-end close %s", month);
    struct book_in book_in = {
        .path = in.path,
        .temporary = in.temporary,
        .rows_max = in.rows_max,
        .title = title,
        .subject = in.run->name,
        .created_ms = in.run->as_of,
    };
    enum err_code code = book_begin(&workbook->book, book_in, err);
    if (code == ERR_NONE) {
        code = summary_begin(&workbook->summary, &workbook->book, TAB_SUMMARY, err);
    }
    if (code == ERR_NONE && workbook->full) {
        code = rows_begin(workbook, err);
    }
    if (code == ERR_NONE) {
        code = sheet_begin(&workbook->exceptions, &workbook->book, "Exceptions", EXCEPTIONS, COUNT_OF(EXCEPTIONS),
                           TAB_EXCEPTIONS, err);
    }
    if (code != ERR_NONE) {
        workbook_release(workbook);
    }
    return code;
}

static enum err_code invoice_row(struct workbook *workbook, const struct report_account *account, struct err *err)
{
    const struct bill *bill = report_document(account);
    struct sheet *sheet = &workbook->invoices;
    enum err_code code = sheet_row_begin(sheet, err);

    if (code != ERR_NONE) {
        return code;
    }
    cell_text(sheet, account->invoice_number, CELL_TEXT);
    cell_text(sheet, document_kind(account), CELL_TEXT);
    cell_text(sheet, account->account_id, CELL_TEXT);
    cell_text(sheet, account->name, CELL_TEXT);
    cell_month(sheet, workbook->run->month);
    cell_text(sheet, account->currency, CELL_TEXT);
    cell_integer(sheet, (int64_t)bill->line_count);
    cell_money(sheet, bill->subtotal_minor, account->digits);
    cell_money(sheet, bill->tax_minor, account->digits);
    cell_money(sheet, bill->total_minor, account->digits);
    cell_money(sheet, bill->collected_minor, account->digits);
    cell_money(sheet, bill->due_minor, account->digits);
    cell_instant(sheet, workbook->run->as_of);
    cell_text(sheet, account->note == NULL ? "" : account->corrects, CELL_TEXT);
    return sheet_row_end(sheet, err);
}

static void usage_cells(struct sheet *sheet, const struct bill *bill)
{
    const int64_t credits[] = {
        bill->credits, bill->used.bonus, bill->used.included, bill->used.overage, bill->used.unbilled, bill->allowance,
    };
    bool held = bill->status == BILL_HELD;

    if (held) {
        cell_skip(sheet);
    } else {
        cell_integer(sheet, bill->events);
    }
    for (size_t i = 0; i < COUNT_OF(credits); i++) {
        if (held) {
            cell_skip(sheet);
        } else {
            cell_credits(sheet, credits[i]);
        }
    }
}

static enum err_code statement_row(struct workbook *workbook, const struct report_account *account, struct err *err)
{
    const struct bill *bill = account->bill;
    const struct catalogue *catalogue = workbook->run->catalogue;
    struct sheet *sheet = &workbook->statement;
    enum err_code code = sheet_row_begin(sheet, err);

    if (code != ERR_NONE) {
        return code;
    }
    cell_text(sheet, account->account_id, CELL_TEXT);
    cell_month(sheet, workbook->run->month);
    cell_text(sheet, bill_status_name(bill->status), bill->status == BILL_HELD ? CELL_ERROR : CELL_TEXT);
    cell_text(sheet, plan_code(catalogue, bill->plan_at_start), CELL_TEXT);
    cell_text(sheet, plan_code(catalogue, bill->plan_at_end), CELL_TEXT);
    cell_integer(sheet, bill->first_paid_month ? 1 : 0);
    usage_cells(sheet, bill);
    cell_text(sheet, account->currency, CELL_TEXT);
    if (bill->status != BILL_HELD) {
        cell_money(sheet, bill->status == BILL_INVOICED ? bill->total_minor : 0, account->digits);
    }
    return sheet_row_end(sheet, err);
}

enum err_code workbook_account(struct workbook *workbook, const struct report_account *account, struct err *err)
{
    if (!workbook->full) {
        return ERR_NONE;
    }
    enum err_code code = statement_row(workbook, account, err);
    if (code == ERR_NONE && report_document(account) != NULL) {
        code = invoice_row(workbook, account, err);
    }
    return code;
}

static void line_measure(struct sheet *sheet, const struct bill_line *line, const struct line_text *text, int digits)
{
    switch (line->unit) {
    case UNIT_CREDIT:
        cell_credits(sheet, line->quantity);
        cell_text(sheet, text->unit, CELL_TEXT);
        cell_number(sheet, line->unit_price, UNIT_PRICE_DIGITS, CELL_UNIT_PRICE);
        return;
    case UNIT_PERCENT:
        cell_number(sheet, line->quantity, PERCENT_DIGITS, CELL_PERCENT);
        break;
    case UNIT_MONTH:
    case UNIT_DAYS:
    case UNIT_SECONDS:
        cell_integer(sheet, line->quantity);
        break;
    }
    cell_text(sheet, text->unit, CELL_TEXT);
    cell_money(sheet, line->unit_price, digits);
}

enum err_code workbook_line(struct workbook *workbook, const struct report_account *account, size_t index,
                            const struct line_text *text, struct err *err)
{
    const struct bill_line *line = &report_document(account)->lines[index];
    struct sheet *sheet = &workbook->lines;

    if (!workbook->full) {
        return ERR_NONE;
    }
    enum err_code code = sheet_row_begin(sheet, err);
    if (code != ERR_NONE) {
        return code;
    }
    cell_text(sheet, account->invoice_number, CELL_TEXT);
    cell_integer(sheet, (int64_t)index + 1);
    cell_text(sheet, account->account_id, CELL_TEXT);
    cell_month(sheet, workbook->run->month);
    cell_text(sheet, line_kind_name(line->kind), CELL_TEXT);
    cell_text(sheet, text->description, CELL_TEXT);
    cell_text(sheet, plan_code(workbook->run->catalogue, line->plan), CELL_TEXT);
    cell_instant(sheet, line->period_start);
    cell_instant(sheet, line->period_end);
    line_measure(sheet, line, text, account->digits);
    cell_money(sheet, line->amount_minor, account->digits);
    cell_text(sheet, account->currency, CELL_TEXT);
    cell_instant(sheet, line->charged_at);
    cell_text(sheet, line_rule(line), CELL_TEXT);
    return sheet_row_end(sheet, err);
}

static enum err_code exception_row(struct sheet *sheet, const struct exception_row *row, struct err *err)
{
    static const enum cell_format formats[SEVERITIES] = {CELL_ERROR, CELL_WARNING, CELL_INFO};
    int digits = currency_digits(row->currency);
    enum err_code code = sheet_row_begin(sheet, err);

    if (code != ERR_NONE) {
        return code;
    }
    cell_text(sheet, severity_name(row->severity), formats[row->severity]);
    cell_text(sheet, row->code, CELL_TEXT);
    cell_text(sheet, row->account_id, CELL_TEXT);
    cell_text(sheet, row->reference, CELL_TEXT);
    cell_instant(sheet, row->occurred_at);
    if (row->credits == AMOUNT_NONE) {
        cell_skip(sheet);
    } else {
        cell_credits(sheet, row->credits);
    }
    if (row->amount_minor == AMOUNT_NONE) {
        cell_skip(sheet);
    } else {
        cell_money(sheet, row->amount_minor, digits < 0 ? DIGITS_UNKNOWN : digits);
    }
    cell_text(sheet, row->currency, CELL_TEXT);
    cell_text(sheet, row->message, CELL_WRAPPED);
    return sheet_row_end(sheet, err);
}

static enum err_code sheets_end(struct workbook *workbook, struct err *err)
{
    enum err_code code = sheet_end(&workbook->exceptions, err);

    if (code == ERR_NONE && workbook->full) {
        code = sheet_end(&workbook->invoices, err);
        code = code == ERR_NONE ? sheet_end(&workbook->lines, err) : code;
        code = code == ERR_NONE ? sheet_end(&workbook->statement, err) : code;
    }
    return code;
}

enum err_code workbook_finish(struct workbook *workbook, struct workbook_end end, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (size_t i = 0; i < end.exceptions->count && code == ERR_NONE; i++) {
        code = exception_row(&workbook->exceptions, &end.exceptions->rows[i], err);
    }
    if (code == ERR_NONE) {
        code = sheets_end(workbook, err);
    }
    if (code == ERR_NONE) {
        code = summary_write(workbook, end, err);
    }
    return code == ERR_NONE ? book_close(&workbook->book, err) : code;
}

void workbook_release(struct workbook *workbook)
{
    book_release(&workbook->book);
}
