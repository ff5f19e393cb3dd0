/* The Summary's revenue: for each currency by plan and kind, then by country. */
#include <stdio.h>
#include <string.h>

#include "reports/summary.h"
#include "reports/tables.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define LINES_PLAN 6
#define NO_COUNTRY "(no address)"

static const struct {
    enum line_kind kind;
    const char *label;
} KINDS[] = {
    {LINE_PLAN, "Full month"},      {LINE_PLAN_PRORATED, "First month"}, {LINE_PLAN_DISCOUNT, "Earlier plan"},
    {LINE_PLAN_UPGRADE, "Upgrade"}, {LINE_OVERAGE, "Overage"},           {LINE_ADJUSTMENT, "Adjustment"},
};

/* One currency's revenue. */
struct matrix {
    struct pen *pen;
    const struct workbook *workbook;
    const struct currency_totals *currency;
};

/* Which revenue: NULL and KIND_ANY stand for any; tax is none. */
struct which {
    const char *plan;
    const char *country;
    int kind;
};
#define KIND_ANY (-1)

static bool is_which(const struct revenue_sum *part, const char *currency, struct which which)
{
    return part->kind != LINE_TAX && strcmp(part->currency, currency) == 0 &&
           (which.plan == NULL || strcmp(part->plan, which.plan) == 0) &&
           (which.country == NULL || strcmp(part->country, which.country) == 0) &&
           (which.kind == KIND_ANY || (int)part->kind == which.kind);
}

/* A part of the currency's sums, which fit. */
static int64_t revenue_of(const struct revenue *revenue, const char *currency, struct which which)
{
    int64_t sum = 0;

    for (size_t i = 0; i < revenue->count; i++) {
        sum += is_which(&revenue->sums[i], currency, which) ? revenue->sums[i].amount_minor : 0;
    }
    return sum;
}

static bool has_revenue(const struct revenue *revenue, const char *currency, struct which which)
{
    bool has = false;

    for (size_t i = 0; i < revenue->count && !has; i++) {
        has = is_which(&revenue->sums[i], currency, which);
    }
    return has;
}

/* Could a formula take it for something else than itself? */
static bool is_plain(const char *code)
{
    return code[strcspn(code, "*?~<>=\"")] == '\0';
}

/* One kind of a plan's revenue; the plan's code stands in column A. */
static void kind_cell(const struct matrix *matrix, const char *plan, enum line_kind kind)
{
    const struct currency_totals *currency = matrix->currency;
    struct which which = {.plan = plan, .kind = (int)kind};
    char term[160];

    (void)snprintf(term, sizeof term, "SUMIFS(?0,?1,\"%s\",?2,\"%s\",?3,$A%u)", line_kind_name(kind),
                   currency->currency, pen_line(matrix->pen));
    if (plan[0] == '\0') { /* adjustments have no plan, and nothing else has none */
        (void)snprintf(term, sizeof term, "SUMIFS(?0,?1,\"%s\",?2,\"%s\")", line_kind_name(kind), currency->currency);
    }
    pen_sum(matrix->pen, (struct pen_sum){
                             .sheet = is_plain(plan) ? workbook_whole(matrix->workbook, ROWS_LINES) : NULL,
                             .term = term,
                             .columns = {LINES_AMOUNT, LINES_KIND, LINES_CURRENCY, LINES_PLAN},
                             .value = revenue_of(&matrix->workbook->in.totals->revenue, currency->currency, which),
                             .digits = currency->digits,
                             .format = (enum cell_format)(CELL_MONEY + currency->digits),
                         });
}

static void plan_row(const struct matrix *matrix, const char *plan)
{
    const struct currency_totals *currency = matrix->currency;
    struct which which = {.plan = plan, .kind = KIND_ANY};
    unsigned line = pen_line(matrix->pen);
    char formula[64];

    cell_text(matrix->pen->sheet, plan[0] == '\0' ? "(no plan)" : plan, CELL_LABEL);
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        bool of_plan = KINDS[i].kind != LINE_ADJUSTMENT;
        if (of_plan == (plan[0] != '\0')) {
            kind_cell(matrix, plan, KINDS[i].kind);
        } else {
            cell_skip(matrix->pen->sheet);
        }
    }
    (void)snprintf(formula, sizeof formula, "=SUM(B%u:%c%u)", line, 'A' + (int)COUNT_OF(KINDS), line);
    cell_formula(matrix->pen->sheet, formula,
                 revenue_of(&matrix->workbook->in.totals->revenue, currency->currency, which), currency->digits,
                 (enum cell_format)(CELL_MONEY + currency->digits));
    pen_row_end(matrix->pen);
}

/* What the rows above come to, by kind and in all. */
static void total_row(const struct matrix *matrix, unsigned first)
{
    const struct currency_totals *currency = matrix->currency;
    const struct revenue *revenue = &matrix->workbook->in.totals->revenue;
    enum cell_format format = (enum cell_format)(CELL_MONEY_TOTAL + currency->digits);
    unsigned last = pen_line(matrix->pen) - 1;
    char formula[64];

    cell_text(matrix->pen->sheet, "Revenue before tax", CELL_LABEL_TOTAL);
    for (size_t i = 0; i <= COUNT_OF(KINDS); i++) {
        struct which which = {.kind = i < COUNT_OF(KINDS) ? (int)KINDS[i].kind : KIND_ANY};
        (void)snprintf(formula, sizeof formula, "=SUM(%c%u:%c%u)", 'B' + (int)i, first, 'B' + (int)i, last);
        cell_formula(matrix->pen->sheet, formula, revenue_of(revenue, currency->currency, which), currency->digits,
                     format);
    }
    pen_row_end(matrix->pen);
}

static void matrix_block(const struct matrix *matrix, struct chart_rows *rows)
{
    const struct catalogue *catalogue = matrix->workbook->in.run->catalogue;
    const struct revenue *revenue = &matrix->workbook->in.totals->revenue;
    char title[64];
    const char *titles[COUNT_OF(KINDS) + 2] = {"Plan"};

    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        titles[i + 1] = KINDS[i].label;
    }
    titles[COUNT_OF(KINDS) + 1] = "Total";
    (void)snprintf(title, sizeof title, "Revenue by plan and kind, %s", matrix->currency->currency);
    pen_section(matrix->pen, title, COUNT_OF(titles));
    pen_headers(matrix->pen, titles, COUNT_OF(titles));
    *rows = (struct chart_rows){.first = matrix->pen->sheet->row};
    for (size_t i = 0; i < catalogue->plan_count; i++) {
        struct which which = {.plan = catalogue->plans[i].code, .kind = KIND_ANY};
        if (has_revenue(revenue, matrix->currency->currency, which)) {
            plan_row(matrix, which.plan);
        }
    }
    if (has_revenue(revenue, matrix->currency->currency, (struct which){.plan = "", .kind = KIND_ANY})) {
        plan_row(matrix, "");
    }
    rows->count = matrix->pen->sheet->row - rows->first;
    total_row(matrix, rows->first + 1);
}

/* Each country once, in order: the next after `country`, or NULL. */
static const char *country_next(const struct revenue *revenue, const char *country)
{
    const char *next = NULL;

    for (size_t i = 0; i < revenue->count; i++) {
        const char *here = revenue->sums[i].country;
        if ((country == NULL || strcmp(here, country) > 0) && (next == NULL || strcmp(here, next) < 0)) {
            next = here;
        }
    }
    return next;
}

/* Some currencies side by side: as many as the sheet has columns. */
static void countries_part(struct pen *pen, const struct workbook *workbook, int first, int count)
{
    const struct totals *totals = workbook->in.totals;

    pen_section(pen, "Revenue by country", (size_t)count + 1);
    cell_text(pen->sheet, "Country of the billing address at the month's end", CELL_HEADER);
    for (int i = 0; i < count; i++) {
        cell_text(pen->sheet, totals->currencies[first + i].currency, CELL_HEADER_RIGHT);
    }
    pen_row_end(pen);
    for (const char *country = country_next(&totals->revenue, NULL); country != NULL;
         country = country_next(&totals->revenue, country)) {
        cell_text(pen->sheet, country[0] == '\0' ? NO_COUNTRY : country, CELL_LABEL);
        for (int i = 0; i < count; i++) {
            const struct currency_totals *currency = &totals->currencies[first + i];
            struct which which = {.country = country, .kind = KIND_ANY};
            if (has_revenue(&totals->revenue, currency->currency, which)) {
                cell_money(pen->sheet, revenue_of(&totals->revenue, currency->currency, which), currency->digits);
            } else {
                cell_skip(pen->sheet);
            }
        }
        pen_row_end(pen);
    }
}

/* The currency with the most invoices is the one that is drawn. */
static int currency_drawn(const struct totals *totals)
{
    int drawn = 0;

    for (int i = 1; i < totals->currency_count; i++) {
        drawn = totals->currencies[i].invoices > totals->currencies[drawn].invoices ? i : drawn;
    }
    return drawn;
}

void summary_revenue(struct pen *pen, const struct workbook *workbook, struct summary_charts *charts)
{
    const struct totals *totals = workbook->in.totals;
    const int columns = SUMMARY_COLUMNS - 1;
    int drawn = currency_drawn(totals);

    for (int i = 0; i < totals->currency_count; i++) {
        struct matrix matrix = {pen, workbook, &totals->currencies[i]};
        struct chart_rows rows = {0};
        matrix_block(&matrix, &rows);
        if (i == drawn) {
            charts->currency = totals->currencies[i].currency;
            charts->revenue = rows;
            charts->revenue_kinds = COUNT_OF(KINDS);
            for (size_t kind = 0; kind < COUNT_OF(KINDS); kind++) {
                struct which which = {.kind = (int)KINDS[kind].kind};
                charts->revenue_kind[kind] = revenue_of(&totals->revenue, charts->currency, which) != 0;
            }
        }
    }
    for (int first = 0; first < totals->currency_count; first += columns) {
        int left = totals->currency_count - first;
        countries_part(pen, workbook, first, left < columns ? left : columns);
    }
}
