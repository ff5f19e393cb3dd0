/* Variance: two months' sums side by side, currency by currency. */
#include "reports/variance_sheet.h"

#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/currency.h"
#include "reports/pen.h"
#include "reports/tables.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define TAB_VARIANCE 0x548235

static const struct sheet_column COLUMNS[] = {
    {NULL, 40, false}, {NULL, 18, false}, {NULL, 18, false}, {NULL, 18, false},
    {NULL, 14, false}, {NULL, 16, false}, {NULL, 16, false}, {NULL, 30, false},
};

/* The months of one currency, as far as one side of the comparison is concerned. */
struct side {
    const struct revenue_sum *sums;
    size_t count;
};

/* One comparison: by plan, kind or country. */
struct comparison {
    struct pen *pen;
    struct side before;
    struct side now;
    const char *currency;
    int digits;
    const char *(*key)(const struct revenue_sum *sum); /* NULL: the sum does not belong here */
};

static const char *key_plan(const struct revenue_sum *sum)
{
    return sum->kind == LINE_TAX ? NULL : sum->plan;
}

static const char *key_kind(const struct revenue_sum *sum)
{
    return line_kind_name(sum->kind);
}

static const char *key_country(const struct revenue_sum *sum)
{
    return sum->kind == LINE_TAX ? NULL : sum->country;
}

static bool is_here(const struct comparison *comparison, const struct revenue_sum *sum)
{
    return strcmp(sum->currency, comparison->currency) == 0 && comparison->key(sum) != NULL;
}

/* What the side's sums of a key come to; NULL: of all. */
static int64_t side_sum(const struct comparison *comparison, struct side side, const char *key)
{
    int64_t amount = 0; /* of a month's invoices, whose sums fit */

    for (size_t i = 0; i < side.count; i++) {
        const struct revenue_sum *sum = &side.sums[i];
        if (is_here(comparison, sum) && (key == NULL || strcmp(comparison->key(sum), key) == 0)) {
            amount += sum->amount_minor;
        }
    }
    return amount;
}

/* The key that comes after this one, of either side; NULL: there is none. */
static const char *key_next(const struct comparison *comparison, const char *key)
{
    const struct side sides[] = {comparison->before, comparison->now};
    const char *next = NULL;

    for (size_t side = 0; side < COUNT_OF(sides); side++) {
        for (size_t i = 0; i < sides[side].count; i++) {
            const struct revenue_sum *sum = &sides[side].sums[i];
            const char *here = is_here(comparison, sum) ? comparison->key(sum) : NULL;
            if (here != NULL && (key == NULL || strcmp(here, key) > 0) && (next == NULL || strcmp(here, next) < 0)) {
                next = here;
            }
        }
    }
    return next;
}

static void comparison_total(const struct comparison *comparison, unsigned first)
{
    struct pen *pen = comparison->pen;
    enum cell_format format = (enum cell_format)(CELL_MONEY_TOTAL + comparison->digits);
    int64_t before = side_sum(comparison, comparison->before, NULL);
    int64_t now = side_sum(comparison, comparison->now, NULL);
    unsigned last = pen_line(pen) - 1;
    char formula[64];

    cell_text(pen->sheet, "Total", CELL_LABEL_TOTAL);
    (void)snprintf(formula, sizeof formula, "=SUM(B%u:B%u)", first, last);
    cell_formula(pen->sheet, formula, before, comparison->digits, format);
    (void)snprintf(formula, sizeof formula, "=SUM(C%u:C%u)", first, last);
    cell_formula(pen->sheet, formula, now, comparison->digits, format);
    pen_difference(pen, before, now, comparison->digits, true);
    pen_row_end(pen);
}

static void comparison_block(const struct comparison *comparison, const char *title, const char *const months[2])
{
    struct pen *pen = comparison->pen;
    const char *const titles[] = {title, months[0], months[1], "Difference", "Change"};
    enum cell_format format = (enum cell_format)(CELL_MONEY + comparison->digits);
    unsigned first = 0;

    pen_blank(pen);
    pen_headers(pen, titles, COUNT_OF(titles));
    first = pen_line(pen);
    for (const char *key = key_next(comparison, NULL); key != NULL; key = key_next(comparison, key)) {
        int64_t before = side_sum(comparison, comparison->before, key);
        int64_t now = side_sum(comparison, comparison->now, key);
        cell_text(pen->sheet, key[0] == '\0' ? "(none)" : key, CELL_LABEL);
        cell_number(pen->sheet, before, comparison->digits, format);
        cell_number(pen->sheet, now, comparison->digits, format);
        pen_difference(pen, before, now, comparison->digits, false);
        pen_row_end(pen);
    }
    comparison_total(comparison, first);
}

/* A currency that either month has: the one after `currency`. */
static const char *currency_next(const struct workbook *workbook, const char *currency)
{
    const struct report_run *run = workbook->in.run;
    const struct revenue *revenue = &workbook->in.totals->revenue;
    const struct side sides[] = {{run->revenue_before, run->revenue_before_count}, {revenue->sums, revenue->count}};
    const char *next = NULL;

    for (size_t side = 0; side < COUNT_OF(sides); side++) {
        for (size_t i = 0; i < sides[side].count; i++) {
            const char *here = sides[side].sums[i].currency;
            if ((currency == NULL || strcmp(here, currency) > 0) && (next == NULL || strcmp(here, next) < 0)) {
                next = here;
            }
        }
    }
    return next;
}

static void currency_block(struct pen *pen, const struct workbook *workbook, const char *currency,
                           const char *const months[2])
{
    const struct report_run *run = workbook->in.run;
    const struct revenue *revenue = &workbook->in.totals->revenue;
    struct comparison comparison = {
        .pen = pen,
        .before = {run->revenue_before, run->revenue_before_count},
        .now = {revenue->sums, revenue->count},
        .currency = currency,
        .digits = currency_digits(currency),
        .key = key_plan,
    };
    char title[32];

    (void)snprintf(title, sizeof title, "In %s", currency);
    pen_section(pen, title, 5);
    comparison_block(&comparison, "Plan, before tax", months);
    comparison.key = key_kind;
    comparison_block(&comparison, "Kind of line, tax among them", months);
    comparison.key = key_country;
    comparison_block(&comparison, "Country, before tax", months);
}

static void mover_row(struct pen *pen, const struct mover *mover)
{
    cell_text(pen->sheet, mover->account_id, CELL_LABEL);
    cell_money(pen->sheet, mover->before_minor, mover->digits);
    cell_money(pen->sheet, mover->now_minor, mover->digits);
    char formula[64];
    (void)snprintf(formula, sizeof formula, "=C%u-B%u", pen_line(pen), pen_line(pen));
    cell_formula(pen->sheet, formula, mover->now_minor - mover->before_minor, mover->digits,
                 (enum cell_format)(CELL_MONEY + mover->digits));
    cell_text(pen->sheet, mover->currency, CELL_LABEL);
    cell_text(pen->sheet, mover->plan_before, CELL_LABEL);
    cell_text(pen->sheet, mover->plan_now, CELL_LABEL);
    cell_text(pen->sheet, variance_reason_name(mover->reason), CELL_LABEL);
    pen_row_end(pen);
}

static void movers_block(struct pen *pen, const struct movers *movers, const char *const months[2])
{
    char title[64];
    const char *const titles[] = {"Account",  months[0],     months[1],  "Difference",
                                  "Currency", "Plan before", "Plan now", "Reason"};

    (void)snprintf(title, sizeof title, "The %zu accounts that changed most, tax included", movers->count);
    pen_section(pen, title, COUNT_OF(COLUMNS));
    for (size_t i = 0; i < COUNT_OF(titles); i++) {
        cell_text(pen->sheet, titles[i], i >= 1 && i <= 3 ? CELL_HEADER_RIGHT : CELL_HEADER);
    }
    pen_row_end(pen);
    for (size_t i = 0; i < movers->count; i++) {
        mover_row(pen, &movers->list[i]);
    }
}

static void months_compare(struct pen *pen, const struct workbook *workbook)
{
    const struct report_run *run = workbook->in.run;
    char before[MONTH_TEXT_MAX];
    char now[MONTH_TEXT_MAX];
    const char *const months[2] = {before, now};

    month_format(run->month_before, before);
    month_format(run->month, now);
    for (const char *currency = currency_next(workbook, NULL); currency != NULL;
         currency = currency_next(workbook, currency)) {
        currency_block(pen, workbook, currency, months);
    }
    movers_block(pen, &workbook->in.totals->movers, months);
}

enum err_code variance_sheet_write(struct workbook *workbook, struct err *err)
{
    const struct report_run *run = workbook->in.run;
    struct pen pen = {.sheet = &workbook->variance, .err = err};
    struct sheet_in in = {"Variance", COLUMNS, COUNT_OF(COLUMNS), TAB_VARIANCE, 0};

    if (sheet_begin(&workbook->variance, &workbook->book, in, err) != ERR_NONE) {
        return err->code;
    }
    pen_title(&pen, "Variance");
    if (run->month_before == 0) {
        pen_note(&pen, "No month was closed before this one: there is nothing to compare it with.");
    } else if (run->partial) {
        pen_note(&pen, "This run bills only some of the accounts: the month's variance is in its first run.");
    } else {
        pen_note(&pen, "This month beside the last one closed before it, as far as was issued before this run's as-of.");
        months_compare(&pen, workbook);
    }
    return pen.code;
}
