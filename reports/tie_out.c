/* Tie-out: lines = invoices = statement = journal, and what else must agree. */
#include "reports/tie_out.h"

#include <stdio.h>
#include <string.h>

#include "reports/pen.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define TAB_TIE_OUT 0x548235
#define CREDIT_DIGITS 2
#define DIFFERENCE_COLUMN 4

static const struct sheet_column COLUMNS[] = {
    {NULL, 46, false}, {NULL, 18, false}, {NULL, 46, false}, {NULL, 18, false}, {NULL, 16, false}, {NULL, 12, false},
};

/* One side of a step. */
struct side {
    const char *what;
    struct pen_sum sum; /* digits and format are the step's */
};

struct step {
    struct side left;
    struct side right;
    int digits;
    enum cell_format format;
};

static void side_cells(struct pen *pen, const struct step *step, const struct side *side)
{
    struct pen_sum sum = side->sum;

    sum.digits = step->digits;
    sum.format = step->format;
    cell_text(pen->sheet, side->what, CELL_LABEL);
    pen_sum(pen, sum);
}

static void step_row(struct pen *pen, const struct step *step)
{
    unsigned line = pen_line(pen);
    int64_t difference = step->left.sum.value - step->right.sum.value; /* of sums that fit and agree */
    char formula[96];

    side_cells(pen, step, &step->left);
    side_cells(pen, step, &step->right);
    /* rounded to the digits that the amounts have: sums of doubles are not exact */
    (void)snprintf(formula, sizeof formula, "=ROUND(B%u-D%u,%d)", line, line, step->digits);
    sheet_flag_not_zero(pen->sheet, (struct cell_range){line - 1, line - 1, DIFFERENCE_COLUMN});
    cell_formula(pen->sheet, formula, difference, step->digits, step->format);
    (void)snprintf(formula, sizeof formula, "=IF(E%u=0,\"" TIE_OUT_AGREES "\",\"" TIE_OUT_DIFFERS "\")", line);
    cell_formula_text(pen->sheet, formula, difference == 0 ? TIE_OUT_AGREES : TIE_OUT_DIFFERS,
                      difference == 0 ? CELL_PASS : CELL_FAIL);
    pen_row_end(pen);
}

static void steps_header(struct pen *pen, const char *title)
{
    static const char *const titles[] = {"This", "comes to", "and this", "comes to", "Difference", "Result"};

    pen_section(pen, title, COUNT_OF(COLUMNS));
    for (size_t i = 0; i < COUNT_OF(titles); i++) {
        cell_text(pen->sheet, titles[i], i + 1 == COUNT_OF(titles)                    ? CELL_HEADER_CENTER
                                         : i % 2 == 1 || i == DIFFERENCE_COLUMN ? CELL_HEADER_RIGHT
                                                                                : CELL_HEADER);
    }
    pen_row_end(pen);
}

/* The sum of a column in one currency; its criterion is in `term`. */
static struct pen_sum currency_sum(const struct workbook *workbook, enum row_sheet_id id, const char *term,
                                   const uint16_t columns[2], int64_t value)
{
    return (struct pen_sum){
        .sheet = workbook_whole(workbook, id), .term = term, .columns = {columns[0], columns[1]}, .value = value};
}

/* The steps of one currency, in its digits. */
static void currency_steps(struct pen *pen, const struct currency_totals *currency, const struct step *steps,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct step step = steps[i];
        step.digits = currency->digits;
        step.format = (enum cell_format)(CELL_MONEY + currency->digits);
        step_row(pen, &step);
    }
}

static struct side plain_side(const char *what, int64_t value)
{
    return (struct side){what, {.value = value}};
}

/* The journal has no sheet: its sums, as its files have them. */
static void journal_steps(struct pen *pen, const struct workbook *workbook, const struct currency_totals *currency)
{
    const uint16_t total[] = {INVOICES_CURRENCY, INVOICES_TOTAL};
    const uint16_t collected[] = {INVOICES_CURRENCY, INVOICES_COLLECTED};
    struct ledger_sums sums;
    int64_t billed = 0;
    char term[64];

    if (!journal_sums(workbook->in.journal, currency->currency, &sums) || !ledger_sums_billed(&sums, &billed)) {
        return; /* a control says so, and then there is no workbook */
    }
    (void)snprintf(term, sizeof term, "SUMIF(?0,\"%s\",?1)", currency->currency);
    const struct step steps[] = {
        {.left = {TIE_OUT_TOTAL, currency_sum(workbook, ROWS_INVOICES, term, total, currency->total_minor)},
         .right = plain_side("Billed in journal.csv and journal.hledger", billed)},
        {.left = {"Collected of Invoices",
                  currency_sum(workbook, ROWS_INVOICES, term, collected, currency->collected_minor)},
         .right = plain_side("Cash in journal.csv and journal.hledger", sums.balance_minor[LEDGER_CASH])},
        {.left = plain_side("Debits of the journal", sums.debit_minor),
         .right = plain_side("Credits of the journal", sums.credit_minor)},
    };

    currency_steps(pen, currency, steps, COUNT_OF(steps));
}

/* What a column of Receivables comes to on all pages. */
static int64_t receivables_sum(const struct workbook *workbook, const char *currency, int column)
{
    const struct row_survey *survey = &workbook->rows[ROWS_RECEIVABLES].survey;
    int64_t sum = 0; /* each page's fits, and they are few */

    for (size_t i = 0; i < survey->count; i++) {
        sum += strcmp(survey->sums[i].currency, currency) == 0 ? survey->sums[i].sums[column] : 0;
    }
    return sum;
}

static void receivables_step(struct pen *pen, const struct workbook *workbook, const struct currency_totals *currency)
{
    char open_before[128];
    char open_now[64];
    const uint16_t closing[] = {RECEIVABLES_CURRENCY, RECEIVABLES_CLOSING};
    int64_t value = receivables_sum(workbook, currency->currency, RECEIVABLES_OPENING) +
                    receivables_sum(workbook, currency->currency, RECEIVABLES_BILLED) -
                    receivables_sum(workbook, currency->currency, RECEIVABLES_COLLECTED);

    if (workbook_whole(workbook, ROWS_RECEIVABLES) == NULL) {
        return;
    }
    (void)snprintf(open_before, sizeof open_before, "SUMIF(?0,\"%s\",?1)+SUMIF(?0,\"%s\",?2)-SUMIF(?0,\"%s\",?3)",
                   currency->currency, currency->currency, currency->currency);
    (void)snprintf(open_now, sizeof open_now, "SUMIF(?0,\"%s\",?1)", currency->currency);
    struct step step = {
        .left = {"Receivables: open before + billed - collected",
                 {.sheet = workbook_whole(workbook, ROWS_RECEIVABLES), .term = open_before,
                  .columns = {RECEIVABLES_CURRENCY, RECEIVABLES_OPENING, RECEIVABLES_BILLED, RECEIVABLES_COLLECTED},
                  .value = value}},
        .right = {"Receivables: open now",
                  currency_sum(workbook, ROWS_RECEIVABLES, open_now, closing,
                               receivables_sum(workbook, currency->currency, RECEIVABLES_CLOSING))},
    };
    currency_steps(pen, currency, &step, 1);
}

static void currency_block(struct pen *pen, const struct workbook *workbook, const struct currency_totals *currency)
{
    const uint16_t lines[] = {LINES_CURRENCY, LINES_AMOUNT};
    const uint16_t subtotal[] = {INVOICES_CURRENCY, INVOICES_SUBTOTAL};
    const uint16_t tax[] = {INVOICES_CURRENCY, INVOICES_TAX};
    const uint16_t total[] = {INVOICES_CURRENCY, INVOICES_TOTAL};
    const uint16_t statement[] = {STATEMENT_CURRENCY, STATEMENT_TOTAL};
    char term[64];
    char tax_lines[96];
    char other_lines[96];
    char title[32];

    (void)snprintf(term, sizeof term, "SUMIF(?0,\"%s\",?1)", currency->currency);
    (void)snprintf(tax_lines, sizeof tax_lines, "SUMIFS(?1,?0,\"%s\",?2,\"tax\")", currency->currency);
    (void)snprintf(other_lines, sizeof other_lines, "SUMIFS(?1,?0,\"%s\",?2,\"<>tax\")", currency->currency);
    struct side invoices = {TIE_OUT_TOTAL,
                            currency_sum(workbook, ROWS_INVOICES, term, total, currency->total_minor)};
    struct side line_tax = {TIE_OUT_LINES_TAX, currency_sum(workbook, ROWS_LINES, tax_lines, lines, currency->tax_minor)};
    struct side line_rest = {TIE_OUT_LINES_REST,
                             currency_sum(workbook, ROWS_LINES, other_lines, lines, currency->subtotal_minor)};
    line_tax.sum.columns[2] = line_rest.sum.columns[2] = LINES_KIND;
    const struct step steps[] = {
        {.left = {TIE_OUT_LINES, currency_sum(workbook, ROWS_LINES, term, lines, currency->total_minor)},
         .right = invoices},
        {.left = line_rest,
         .right = {TIE_OUT_SUBTOTAL,
                   currency_sum(workbook, ROWS_INVOICES, term, subtotal, currency->subtotal_minor)}},
        {.left = line_tax,
         .right = {TIE_OUT_TAX, currency_sum(workbook, ROWS_INVOICES, term, tax, currency->tax_minor)}},
        {.left = invoices,
         .right = {"Total of Statement",
                   currency_sum(workbook, ROWS_STATEMENT, term, statement, currency->total_minor)}},
    };

    (void)snprintf(title, sizeof title, TIE_OUT_MONEY "%s", currency->currency);
    steps_header(pen, title);
    /* a correction's documents are differences: the statement says what the month comes to now */
    currency_steps(pen, currency, steps, COUNT_OF(steps) - (workbook->in.run->reprocess ? 1 : 0));
    journal_steps(pen, workbook, currency);
    receivables_step(pen, workbook, currency);
}

static void usage_block(struct pen *pen, const struct workbook *workbook)
{
    const struct totals *totals = workbook->in.totals;
    const struct sheet *statement = workbook_whole(workbook, ROWS_STATEMENT);
    const struct sheet *models = workbook_whole(workbook, ROWS_MODELS);
    int64_t shared = totals->used.bonus + totals->used.included + totals->used.overage + totals->used.unbilled;
    struct side credits = {"Credits of Statement",
                           {.sheet = statement, .term = "SUM(?0)", .columns = {STATEMENT_CREDITS},
                            .value = totals->credits}};
    struct step steps[] = {
        {.left = {"Events of Models",
                  {.sheet = models, .term = "SUM(?0)", .columns = {MODELS_EVENTS}, .value = totals->events}},
         .right = {"Events of Statement",
                   {.sheet = statement, .term = "SUM(?0)", .columns = {STATEMENT_EVENTS}, .value = totals->events}},
         .format = CELL_INTEGER},
        {.left = {"Credits of Models",
                  {.sheet = models, .term = "SUM(?0)", .columns = {MODELS_CREDITS}, .value = totals->credits}},
         .right = credits,
         .digits = CREDIT_DIGITS,
         .format = CELL_CREDITS},
        {.left = credits,
         .right = {"Bonus, included, overage and unbilled",
                   {.sheet = statement, .term = "SUM(?0)+SUM(?1)+SUM(?2)+SUM(?3)",
                    .columns = {STATEMENT_BONUS, STATEMENT_INCLUDED, STATEMENT_OVERAGE, STATEMENT_UNBILLED},
                    .value = shared}},
         .digits = CREDIT_DIGITS,
         .format = CELL_CREDITS},
    };

    steps_header(pen, "Usage of accounts that are not held");
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        step_row(pen, &steps[i]);
    }
}

enum err_code tie_out_write(struct workbook *workbook, struct err *err)
{
    const struct totals *totals = workbook->in.totals;
    struct sheet *sheet = &workbook->tie_out;
    struct pen pen = {.sheet = sheet, .err = err};
    struct sheet_in in = {TIE_OUT_SHEET, COLUMNS, COUNT_OF(COLUMNS), TAB_TIE_OUT, 0};

    if (sheet_begin(sheet, &workbook->book, in, err) != ERR_NONE) {
        return err->code;
    }
    pen_title(&pen, TIE_OUT_SHEET);
    pen_note(&pen, workbook_whole(workbook, ROWS_LINES) != NULL
                       ? "Every amount is a formula over the sheet it names; every difference is one, and is red unless it is 0."
                       : "Not all rows are in this workbook: amounts are of the CSV files, and every difference is a formula.");
    for (int i = 0; i < totals->currency_count; i++) {
        currency_block(&pen, workbook, &totals->currencies[i]);
    }
    usage_block(&pen, workbook);
    return pen.code;
}
