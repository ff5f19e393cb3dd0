/* The Summary of a simulation: for each currency its months, plans, kinds, accounts and cheapest plans, and charts of
 * the one with most accounts. */
#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "reports/chart.h"
#include "reports/pen.h"
#include "reports/simulation_book.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define TAB_SUMMARY 0x1F3864
#define CHART_FIRST 1

static const struct sheet_column COLUMNS[] = {
    {NULL, 46, false}, {NULL, 17, false}, {NULL, 17, false}, {NULL, 17, false},
    {NULL, 17, false}, {NULL, 17, false}, {NULL, 17, false}, {NULL, 17, false},
};

/* What the charts draw, of one currency. */
struct drawn {
    const char *currency;
    struct chart_rows months;
    struct chart_rows plans;
    struct chart_rows outcomes;
    struct chart_rows choices;
};

/* One currency's blocks. */
struct blocks {
    struct pen *pen;
    const struct simulation_book *book;
    const char *currency;
    int digits;
    struct drawn drawn;
};

static const char *const SIDE_WORDS[SIDES] = {"real", "simulated"};

/* Could a formula take it for something else than itself? */
static bool is_plain(const char *code)
{
    return code[strcspn(code, "*?~<>=\"")] == '\0';
}

static bool is_of(const struct blocks *blocks, const char *currency)
{
    return strcmp(blocks->currency, currency) == 0;
}

/* Revenue of a plan without tax, of a kind, or of a month with tax; NULL and MONTH_ANY stand for any. */
struct which {
    int32_t month;
    const char *plan;
    const char *kind;
    bool tax;
};
#define MONTH_ANY 0

/* A part of the sums of a currency's invoices, which fit. */
static int64_t revenue_of(const struct blocks *blocks, struct which which, enum simulation_side side)
{
    const struct simulation_revenue *rows = blocks->book->in.sums->revenue.items;
    int64_t sum = 0;

    for (size_t i = 0; i < blocks->book->in.sums->revenue.count; i++) {
        const struct simulation_revenue *row = &rows[i];
        if (is_of(blocks, row->currency) && (which.month == MONTH_ANY || which.month == row->month) &&
            (which.plan == NULL || strcmp(which.plan, row->plan) == 0) &&
            (which.kind == NULL || strcmp(which.kind, line_kind_name(row->kind)) == 0) &&
            (which.tax || row->kind != LINE_TAX)) {
            sum += row->amount_minor[side];
        }
    }
    return sum;
}

/* The row's two amounts and their difference. `term` adds up the rows of the sheet Revenue, or is NULL: no formula. */
static void amounts(const struct blocks *blocks, struct which which, const char *term, const uint16_t criteria[3])
{
    static const uint16_t AMOUNTS[SIDES] = {REVENUE_REAL, REVENUE_SIMULATED};
    int64_t values[SIDES];

    for (int i = 0; i < SIDES; i++) {
        values[i] = revenue_of(blocks, which, (enum simulation_side)i);
        pen_sum(blocks->pen, (struct pen_sum){
                                 .sheet = term == NULL ? NULL : &blocks->book->rows[SIMULATION_ROWS_REVENUE].sheet,
                                 .term = term == NULL ? "" : term,
                                 .columns = {AMOUNTS[i], criteria[0], criteria[1], criteria[2]},
                                 .value = values[i],
                                 .digits = blocks->digits,
                                 .format = (enum cell_format)(CELL_MONEY + blocks->digits),
                             });
    }
    pen_difference(blocks->pen, values[SIDE_REAL], values[SIDE_SIMULATED], blocks->digits, false);
}

/* The sum of the rows from `first` on, in columns B and C; without any there is nothing to add up. */
static void totals_row(const struct blocks *blocks, struct which which, unsigned first)
{
    struct pen *pen = blocks->pen;
    unsigned last = pen_line(pen) - 1;
    int64_t values[SIDES];
    char formula[64];

    if (last < first) {
        pen_note(pen, "Nothing is charged on either side");
        return;
    }
    cell_text(pen->sheet, "Total", CELL_LABEL_TOTAL);
    for (int i = 0; i < SIDES; i++) {
        values[i] = revenue_of(blocks, which, (enum simulation_side)i);
        (void)snprintf(formula, sizeof formula, "=SUM(%c%u:%c%u)", 'B' + i, first, 'B' + i, last);
        cell_formula(pen->sheet, formula, values[i], blocks->digits,
                     (enum cell_format)(CELL_MONEY_TOTAL + blocks->digits));
    }
    pen_difference(pen, values[SIDE_REAL], values[SIDE_SIMULATED], blocks->digits, true);
    pen_row_end(pen);
}

static void months_block(struct blocks *blocks)
{
    static const char *const TITLES[] = {"Month, total with tax", "Real",     "Simulated", "Difference", "Change",
                                         "Pay more",              "Pay less", "Newly held"};
    static const uint16_t CRITERIA[3] = {REVENUE_CURRENCY, REVENUE_MONTH, 0};
    const struct simulation_sums *sums = blocks->book->in.sums;
    const struct simulation_month *months = sums->months.items;
    struct pen *pen = blocks->pen;
    char term[96];

    pen_blank(pen);
    pen_headers(pen, TITLES, COUNT_OF(TITLES));
    blocks->drawn.months = (struct chart_rows){.first = pen->sheet->row};
    for (size_t i = 0; i < sums->months.count; i++) {
        const struct simulation_month *month = &months[i];
        if (!is_of(blocks, month->currency)) {
            continue;
        }
        (void)snprintf(term, sizeof term, "SUMIFS(?0,?1,\"%s\",?2,$A%u)", blocks->currency, pen_line(pen));
        cell_month(pen->sheet, month->month);
        amounts(blocks, (struct which){.month = month->month, .tax = true}, term, CRITERIA);
        cell_integer(pen->sheet, month->accounts[SIMULATED_MORE]);
        cell_integer(pen->sheet, month->accounts[SIMULATED_LESS]);
        cell_integer(pen->sheet, month->accounts[SIMULATED_HELD]);
        pen_row_end(pen);
    }
    blocks->drawn.months.count = pen->sheet->row - blocks->drawn.months.first;
    totals_row(blocks, (struct which){.tax = true}, blocks->drawn.months.first + 1);
}

/* The plan of the revenue without tax that comes after this one by code; NULL: there is none. */
static const char *plan_next(const struct blocks *blocks, const char *plan)
{
    const struct simulation_revenue *rows = blocks->book->in.sums->revenue.items;
    const char *next = NULL;

    for (size_t i = 0; i < blocks->book->in.sums->revenue.count; i++) {
        const char *here = rows[i].plan;
        if (is_of(blocks, rows[i].currency) && rows[i].kind != LINE_TAX && (plan == NULL || strcmp(here, plan) > 0) &&
            (next == NULL || strcmp(here, next) < 0)) {
            next = here;
        }
    }
    return next;
}

static void plan_row(const struct blocks *blocks, const char *plan)
{
    static const uint16_t CRITERIA[3] = {REVENUE_CURRENCY, REVENUE_KIND, REVENUE_PLAN};
    char term[128];

    (void)snprintf(term, sizeof term, "SUMIFS(?0,?1,\"%s\",?2,\"<>tax\",?3,$A%u)", blocks->currency, pen_line(blocks->pen));
    if (plan[0] == '\0') { /* adjustments have no plan, and nothing else before tax has none */
        (void)snprintf(term, sizeof term, "SUMIFS(?0,?1,\"%s\",?2,\"%s\")", blocks->currency,
                       line_kind_name(LINE_ADJUSTMENT));
    }
    cell_text(blocks->pen->sheet, plan[0] == '\0' ? "(no plan)" : plan, CELL_LABEL);
    amounts(blocks, (struct which){.plan = plan}, is_plain(plan) ? term : NULL, CRITERIA);
    pen_row_end(blocks->pen);
}

static void plans_block(struct blocks *blocks)
{
    static const char *const TITLES[] = {"Plan, before tax", "Real", "Simulated", "Difference", "Change"};
    struct pen *pen = blocks->pen;

    pen_blank(pen);
    pen_headers(pen, TITLES, COUNT_OF(TITLES));
    blocks->drawn.plans = (struct chart_rows){.first = pen->sheet->row};
    for (const char *plan = plan_next(blocks, NULL); plan != NULL; plan = plan_next(blocks, plan)) {
        plan_row(blocks, plan);
    }
    blocks->drawn.plans.count = pen->sheet->row - blocks->drawn.plans.first;
    totals_row(blocks, (struct which){.tax = false}, blocks->drawn.plans.first + 1);
}

static bool has_kind(const struct blocks *blocks, enum line_kind kind)
{
    const struct simulation_revenue *rows = blocks->book->in.sums->revenue.items;
    bool has = false;

    for (size_t i = 0; i < blocks->book->in.sums->revenue.count && !has; i++) {
        has = is_of(blocks, rows[i].currency) && rows[i].kind == kind;
    }
    return has;
}

static void kinds_block(struct blocks *blocks)
{
    static const char *const TITLES[] = {"Kind of line, tax among them", "Real", "Simulated", "Difference", "Change"};
    static const uint16_t CRITERIA[3] = {REVENUE_CURRENCY, REVENUE_KIND, 0};
    struct pen *pen = blocks->pen;
    char term[96];

    pen_blank(pen);
    pen_headers(pen, TITLES, COUNT_OF(TITLES));
    unsigned first = pen_line(pen);
    for (enum line_kind kind = LINE_PLAN; kind <= LINE_TAX; kind++) {
        if (has_kind(blocks, kind)) {
            (void)snprintf(term, sizeof term, "SUMIFS(?0,?1,\"%s\",?2,$A%u)", blocks->currency, pen_line(pen));
            cell_text(pen->sheet, line_kind_name(kind), CELL_LABEL);
            amounts(blocks, (struct which){.kind = line_kind_name(kind), .tax = true}, term, CRITERIA);
            pen_row_end(pen);
        }
    }
    totals_row(blocks, (struct which){.tax = true}, first);
}

static void outcomes_block(struct blocks *blocks)
{
    static const char *const TITLES[] = {"What becomes of the accounts", "Accounts"};
    static const struct {
        enum simulated outcome;
        const char *label;
    } OUTCOMES[] = {
        {SIMULATED_MORE, "Pay more"},   {SIMULATED_LESS, "Pay less"},          {SIMULATED_SAME, "The same"},
        {SIMULATED_HELD, "Newly held"}, {SIMULATED_RELEASED, "No longer held"}, {SIMULATED_BOTH_HELD, "Held either way"},
    };
    const struct simulation_sums *sums = blocks->book->in.sums;
    const struct simulation_month *months = sums->months.items;
    struct pen *pen = blocks->pen;

    pen_blank(pen);
    pen_headers(pen, TITLES, COUNT_OF(TITLES));
    blocks->drawn.outcomes = (struct chart_rows){pen->sheet->row, COUNT_OF(OUTCOMES)};
    for (size_t i = 0; i < COUNT_OF(OUTCOMES); i++) {
        int64_t accounts = 0;
        for (size_t j = 0; j < sums->months.count; j++) {
            accounts += is_of(blocks, months[j].currency) ? months[j].accounts[OUTCOMES[i].outcome] : 0;
        }
        cell_text(pen->sheet, OUTCOMES[i].label, CELL_LABEL);
        cell_integer(pen->sheet, accounts);
        pen_row_end(pen);
    }
}

/* The plan that comes after this one by code, held or cheapest, on either side; NULL: there is none. */
static const char *choice_next(const struct blocks *blocks, const char *plan)
{
    const struct simulation_choice *rows = blocks->book->in.sums->choices.items;
    const char *next = NULL;

    for (size_t i = 0; i < 2 * blocks->book->in.sums->choices.count; i++) {
        const struct simulation_choice *row = &rows[i / 2];
        const char *here = i % 2 == 0 ? row->plan : row->cheapest;
        if (is_of(blocks, row->currency) && (plan == NULL || strcmp(here, plan) > 0) &&
            (next == NULL || strcmp(here, next) < 0)) {
            next = here;
        }
    }
    return next;
}

/* Accounts that hold a plan, or for which it is the cheapest. */
static void choice_cell(const struct blocks *blocks, const char *plan, enum simulation_side side, bool cheapest)
{
    const struct simulation_choice *rows = blocks->book->in.sums->choices.items;
    int64_t accounts = 0;
    char term[128];

    for (size_t i = 0; i < blocks->book->in.sums->choices.count; i++) {
        const char *here = cheapest ? rows[i].cheapest : rows[i].plan;
        accounts += is_of(blocks, rows[i].currency) && rows[i].side == side && strcmp(here, plan) == 0 ? rows[i].accounts : 0;
    }
    (void)snprintf(term, sizeof term, "SUMIFS(?0,?1,\"%s\",?2,\"%s\",?3,$A%u)", blocks->currency, SIDE_WORDS[side],
                   pen_line(blocks->pen));
    pen_sum(blocks->pen, (struct pen_sum){
                             .sheet = is_plain(plan) ? &blocks->book->rows[SIMULATION_ROWS_CHOICE].sheet : NULL,
                             .term = term,
                             .columns = {CHOICE_ACCOUNTS, CHOICE_CURRENCY, CHOICE_SIDE, cheapest ? CHOICE_CHEAPEST : CHOICE_PLAN},
                             .value = accounts,
                             .format = CELL_INTEGER,
                         });
}

static void choices_block(struct blocks *blocks)
{
    static const char *const TITLES[] = {"If everyone chose the cheapest plan (R29)", "Hold it really", "Cheapest, real",
                                         "Cheapest, simulated"};
    struct pen *pen = blocks->pen;

    pen_blank(pen);
    pen_headers(pen, TITLES, COUNT_OF(TITLES));
    blocks->drawn.choices = (struct chart_rows){.first = pen->sheet->row};
    for (const char *plan = choice_next(blocks, NULL); plan != NULL; plan = choice_next(blocks, plan)) {
        cell_text(pen->sheet, plan, CELL_LABEL);
        choice_cell(blocks, plan, SIDE_REAL, false);
        choice_cell(blocks, plan, SIDE_REAL, true);
        choice_cell(blocks, plan, SIDE_SIMULATED, true);
        pen_row_end(pen);
    }
    blocks->drawn.choices.count = pen->sheet->row - blocks->drawn.choices.first;
}

static struct drawn currency_blocks(struct pen *pen, const struct simulation_book *book, const struct simulation_month *of)
{
    struct blocks blocks = {
        .pen = pen, .book = book, .currency = of->currency, .digits = of->digits, .drawn = {.currency = of->currency}};
    char title[32];

    (void)snprintf(title, sizeof title, "In %s", of->currency);
    pen_section(pen, title, COUNT_OF(COLUMNS));
    months_block(&blocks);
    plans_block(&blocks);
    kinds_block(&blocks);
    outcomes_block(&blocks);
    choices_block(&blocks);
    return blocks.drawn;
}

/* Two series, the real one and the other, over two columns of a block. */
struct drawing {
    const char *title;
    struct chart_rows rows;
    uint16_t first;              /* of the columns */
    const char *category_format; /* of dates, or NULL */
};

static enum err_code pair_draw(struct chart_stack *stack, struct drawing in, struct err *err)
{
    if (in.rows.count == 0) {
        return ERR_NONE;
    }
    lxw_chart *chart = chart_new(stack, LXW_CHART_COLUMN);
    if (chart == NULL || chart_series(chart, in.rows, in.first, CHART_PALETTE[2], true) == NULL ||
        chart_series(chart, in.rows, in.first + 1, CHART_PALETTE[0], true) == NULL) {
        return chart_failed(stack, err);
    }
    chart_dress(chart, in.title, true, false);
    if (in.category_format != NULL) {
        chart_axis_set_num_format(chart->x_axis, in.category_format);
    }
    return chart_place(stack, chart, err);
}

static enum err_code outcomes_draw(struct chart_stack *stack, const char *title, struct chart_rows rows, struct err *err)
{
    lxw_chart *chart = chart_new(stack, LXW_CHART_BAR);

    if (chart == NULL || chart_series(chart, rows, 1, CHART_PALETTE[1], false) == NULL) {
        return chart_failed(stack, err);
    }
    chart_dress(chart, title, false, true);
    return chart_place(stack, chart, err);
}

static enum err_code charts_draw(struct simulation_book *book, const struct drawn *drawn, struct err *err)
{
    struct chart_stack stack = {&book->book, &book->summary, COUNT_OF(COLUMNS) + 1, CHART_FIRST};
    char title[64];

    (void)snprintf(title, sizeof title, "Revenue by plan, before tax, %s", drawn->currency);
    if (pair_draw(&stack, (struct drawing){title, drawn->plans, 1, NULL}, err) != ERR_NONE) {
        return err->code;
    }
    (void)snprintf(title, sizeof title, "Total by month, with tax, %s", drawn->currency);
    if (drawn->months.count > 1 && pair_draw(&stack, (struct drawing){title, drawn->months, 1, "yyyy-mm"}, err) != ERR_NONE) {
        return err->code;
    }
    (void)snprintf(title, sizeof title, "What becomes of the accounts, %s", drawn->currency);
    if (outcomes_draw(&stack, title, drawn->outcomes, err) != ERR_NONE) {
        return err->code;
    }
    (void)snprintf(title, sizeof title, "The cheapest plan (R29): accounts, %s", drawn->currency);
    return pair_draw(&stack, (struct drawing){title, drawn->choices, 2, NULL}, err);
}

/* Months stand by month and currency: the first of each currency, in order of the currencies. */
static const struct simulation_month *currency_next(const struct simulation_sums *sums, const char *currency)
{
    const struct simulation_month *months = sums->months.items;
    const struct simulation_month *next = NULL;

    for (size_t i = 0; i < sums->months.count; i++) {
        if ((currency == NULL || strcmp(months[i].currency, currency) > 0) &&
            (next == NULL || strcmp(months[i].currency, next->currency) < 0)) {
            next = &months[i];
        }
    }
    return next;
}

static int64_t accounts_of(const struct simulation_sums *sums, const char *currency)
{
    const struct simulation_month *months = sums->months.items;
    int64_t accounts = 0;

    for (size_t i = 0; i < sums->months.count; i++) {
        for (int j = 0; j < SIMULATED_OUTCOMES && strcmp(months[i].currency, currency) == 0; j++) {
            accounts += months[i].accounts[j];
        }
    }
    return accounts;
}

static void title_block(struct pen *pen, const struct simulation_run *run)
{
    char first[MONTH_TEXT_MAX];
    char last[MONTH_TEXT_MAX];
    char as_of[INSTANT_TEXT_MAX];
    char text[256];

    month_format(run->month_first, first);
    month_format(run->month_last, last);
    instant_format(run->as_of, as_of);
    (void)snprintf(text, sizeof text, "What if: %s%s%s", first, run->month_first == run->month_last ? "" : " to ",
                   run->month_first == run->month_last ? "" : last);
    pen_title(pen, text);
    (void)snprintf(text, sizeof text, "With another catalogue's %s; all else as known at %s", run->tables, as_of);
    cell_text(pen->sheet, text, CELL_SUBTITLE);
    pen_row_end(pen);
    pen_note(pen, "Real: as a preview bills it. Simulated: the same accounts, changes and usage with the other catalogue. "
                  "Nothing was issued.");
    (void)snprintf(text, sizeof text, "monthend %s, rules %s", run->program_version, run->rules_version);
    pen_note(pen, text);
}

enum err_code simulation_summary_begin(struct simulation_book *book, struct err *err)
{
    struct sheet *sheet = &book->summary;
    struct sheet_in in = {"Summary", COLUMNS, COUNT_OF(COLUMNS), TAB_SUMMARY, 0};
    enum err_code code = sheet_begin(sheet, &book->book, in, err);

    if (code == ERR_NONE) {
        worksheet_gridlines(book->book.pages[sheet->page].worksheet, LXW_HIDE_ALL_GRIDLINES);
    }
    return code;
}

enum err_code simulation_summary_write(struct simulation_book *book, struct err *err)
{
    const struct simulation_sums *sums = book->in.sums;
    struct pen pen = {.sheet = &book->summary, .err = err};
    struct drawn drawn = {.currency = NULL};

    title_block(&pen, book->in.run);
    for (const struct simulation_month *of = currency_next(sums, NULL); of != NULL; of = currency_next(sums, of->currency)) {
        struct drawn blocks = currency_blocks(&pen, book, of);
        if (drawn.currency == NULL || accounts_of(sums, of->currency) > accounts_of(sums, drawn.currency)) {
            drawn = blocks;
        }
    }
    if (pen.code != ERR_NONE || drawn.currency == NULL) {
        return pen.code;
    }
    return charts_draw(book, &drawn, err);
}
