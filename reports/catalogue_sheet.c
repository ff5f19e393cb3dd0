/* Catalogue: the effective-dated rows that the month could use. */
#include "reports/catalogue_sheet.h"

#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/currency.h"
#include "reports/pen.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define TAB_CATALOGUE 0x7F7F7F
#define CREDIT_DIGITS 2
#define MILLIONTHS 6
#define PERCENT_DIGITS 4

static const struct sheet_column COLUMNS[] = {
    {NULL, 34, false}, {NULL, 24, false}, {NULL, 22, false}, {NULL, 18, false}, {NULL, 18, false}, {NULL, 18, false},
};

struct listing {
    struct pen *pen;
    const struct catalogue *catalogue;
    int64_t month_start;
    int64_t month_end;
};

/* Of rows sorted by key and effective_from: does this one count in the month? `next_from` is when the next row of
 * the same key begins, INT64_MAX where there is none. */
static bool in_force(const struct listing *listing, int64_t from, int64_t next_from)
{
    return from < listing->month_end && next_from > listing->month_start;
}

/* Headers of which the first ones are texts. */
static void headers(struct pen *pen, const char *const *titles, size_t count, size_t texts)
{
    for (size_t i = 0; i < count; i++) {
        cell_text(pen->sheet, titles[i], i < texts ? CELL_HEADER : CELL_HEADER_RIGHT);
    }
    pen_row_end(pen);
}

static void plans_block(const struct listing *listing)
{
    static const char *const titles[] = {"Plan", "Name", "Rank"};
    struct pen *pen = listing->pen;

    pen_section(pen, "Plans", COUNT_OF(titles));
    headers(pen, titles, COUNT_OF(titles), 2);
    for (size_t i = 0; i < listing->catalogue->plan_count; i++) {
        const struct plan *plan = &listing->catalogue->plans[i];
        cell_text(pen->sheet, plan->code, CELL_LABEL);
        cell_text(pen->sheet, plan->name, CELL_LABEL);
        cell_integer(pen->sheet, plan->rank);
        pen_row_end(pen);
    }
}

static void price_row(const struct listing *listing, const struct plan_price *price)
{
    struct pen *pen = listing->pen;

    cell_text(pen->sheet, listing->catalogue->plans[price->plan].code, CELL_LABEL);
    cell_text(pen->sheet, price->currency, CELL_LABEL);
    cell_instant(pen->sheet, price->effective_from);
    cell_money(pen->sheet, price->monthly_minor, currency_digits(price->currency));
    if (price->overage_millionths == NO_OVERAGE_PRICE) {
        cell_text(pen->sheet, "no overage", CELL_RIGHT);
    } else {
        cell_number(pen->sheet, price->overage_millionths, MILLIONTHS, CELL_UNIT_PRICE);
    }
    pen_row_end(pen);
}

static void prices_block(const struct listing *listing)
{
    static const char *const titles[] = {"Plan", "Currency", "In force from (UTC)", "Monthly price", "Overage a credit"};
    const struct catalogue *catalogue = listing->catalogue;

    pen_section(listing->pen, "Prices", COUNT_OF(titles));
    headers(listing->pen, titles, COUNT_OF(titles), 3);
    for (size_t i = 0; i < catalogue->price_count; i++) {
        const struct plan_price *price = &catalogue->prices[i];
        const struct plan_price *next = i + 1 < catalogue->price_count ? price + 1 : NULL;
        bool same = next != NULL && next->plan == price->plan && strcmp(next->currency, price->currency) == 0;
        if (in_force(listing, price->effective_from, same ? next->effective_from : INT64_MAX)) {
            price_row(listing, price);
        }
    }
}

static void allowances_block(const struct listing *listing)
{
    static const char *const titles[] = {"Plan", "In force from (UTC)", "Credits a month"};
    const struct catalogue *catalogue = listing->catalogue;
    struct pen *pen = listing->pen;

    pen_section(pen, "Allowances", COUNT_OF(titles));
    headers(pen, titles, COUNT_OF(titles), 2);
    for (size_t i = 0; i < catalogue->allowance_count; i++) {
        const struct plan_allowance *allowance = &catalogue->allowances[i];
        bool same = i + 1 < catalogue->allowance_count && allowance[1].plan == allowance->plan;
        if (in_force(listing, allowance->effective_from, same ? allowance[1].effective_from : INT64_MAX)) {
            cell_text(pen->sheet, catalogue->plans[allowance->plan].code, CELL_LABEL);
            cell_instant(pen->sheet, allowance->effective_from);
            cell_credits(pen->sheet, allowance->credits);
            pen_row_end(pen);
        }
    }
}

static void rates_block(const struct listing *listing)
{
    static const char *const titles[] = {"Model", "In force from (UTC)", "Multiplier", "Tokens a request"};
    const struct catalogue *catalogue = listing->catalogue;
    struct pen *pen = listing->pen;

    pen_section(pen, "Models", COUNT_OF(titles));
    headers(pen, titles, COUNT_OF(titles), 2);
    for (size_t i = 0; i < catalogue->rate_count; i++) {
        const struct model_rate *rate = &catalogue->rates[i];
        bool same = i + 1 < catalogue->rate_count && rate[1].model == rate->model;
        if (!in_force(listing, rate->effective_from, same ? rate[1].effective_from : INT64_MAX)) {
            continue;
        }
        cell_text(pen->sheet, catalogue->models[rate->model], CELL_LABEL);
        cell_instant(pen->sheet, rate->effective_from);
        cell_number(pen->sheet, rate->multiplier, MILLIONTHS, CELL_UNIT_PRICE);
        if (rate->request_token_limit > 0) {
            cell_integer(pen->sheet, rate->request_token_limit);
        } else {
            cell_text(pen->sheet, "no limit", CELL_RIGHT);
        }
        pen_row_end(pen);
    }
}

static void tax_row(struct pen *pen, const struct tax_rate *rate)
{
    static const char *const customers[] = {"any", "consumer", "business"};
    char place[2 * ID_BYTES_MAX];

    (void)snprintf(place, sizeof place, rate->region[0] == '\0' ? "%s" : "%s-%s", rate->country, rate->region);
    cell_text(pen->sheet, rate->name, CELL_LABEL);
    cell_text(pen->sheet, place, CELL_LABEL);
    cell_instant(pen->sheet, rate->effective_from);
    cell_text(pen->sheet, customers[rate->customer], CELL_LABEL);
    cell_text(pen->sheet, rate->rounding == ROUND_LINE ? "each line" : "document", CELL_LABEL);
    cell_number(pen->sheet, rate->percent, PERCENT_DIGITS, CELL_PERCENT);
    pen_row_end(pen);
}

/* When another row of the same tax begins after this one, wherever it stands. */
static int64_t tax_next(const struct catalogue *catalogue, const struct tax_rate *rate)
{
    int64_t next = INT64_MAX;

    for (size_t i = 0; i < catalogue->tax_count; i++) {
        const struct tax_rate *other = &catalogue->taxes[i];
        bool same = strcmp(other->country, rate->country) == 0 && strcmp(other->region, rate->region) == 0 &&
                    strcmp(other->name, rate->name) == 0 && other->customer == rate->customer;
        if (same && other->effective_from > rate->effective_from && other->effective_from < next) {
            next = other->effective_from;
        }
    }
    return next;
}

static void taxes_block(const struct listing *listing)
{
    static const char *const titles[] = {"Tax", "Country", "In force from (UTC)", "Customers", "Rounded", "Percent"};
    const struct catalogue *catalogue = listing->catalogue;

    pen_section(listing->pen, "Taxes", COUNT_OF(titles));
    headers(listing->pen, titles, COUNT_OF(titles), 5);
    for (size_t i = 0; i < catalogue->tax_count; i++) {
        const struct tax_rate *rate = &catalogue->taxes[i];
        if (in_force(listing, rate->effective_from, tax_next(catalogue, rate))) {
            tax_row(listing->pen, rate);
        }
    }
}

static void policies_block(const struct listing *listing, const struct policies *policies)
{
    static const char *const prorations[] = {"day_inclusive", "day_exclusive", "second"};
    static const char *const allowances[] = {"full", "prorated"};
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {{"headroom_percent", policies->headroom_percent},
                   {"close_grace_hours", policies->close_grace_hours},
                   {"held_limit_percent", policies->held_limit_percent}};
    struct pen *pen = listing->pen;

    pen_section(pen, "Policies", 2);
    headers(pen, (const char *const[]){"Policy", "Value"}, 2, 2);
    pen_fact(pen, "proration", prorations[policies->proration]);
    pen_fact(pen, "first_month_allowance", allowances[policies->first_allowance]);
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        cell_text(pen->sheet, numbers[i].name, CELL_LABEL);
        cell_number(pen->sheet, numbers[i].value, 0, CELL_INTEGER);
        pen_row_end(pen);
    }
}

/* Where a plan can be bought (R16). */
static void countries_block(const struct listing *listing)
{
    static const char *const titles[] = {"Country", "Plans can be bought", "In force from (UTC)"};
    const struct catalogue *catalogue = listing->catalogue;
    struct pen *pen = listing->pen;

    pen_section(pen, "Countries", COUNT_OF(titles));
    headers(pen, titles, COUNT_OF(titles), COUNT_OF(titles));
    for (size_t i = 0; i < catalogue->country_count; i++) {
        const struct country_rule *rule = &catalogue->countries[i];
        bool same = i + 1 < catalogue->country_count && strcmp(rule[1].country, rule->country) == 0;
        if (in_force(listing, rule->effective_from, same ? rule[1].effective_from : INT64_MAX)) {
            cell_text(pen->sheet, rule->country, CELL_LABEL);
            cell_text(pen->sheet, rule->eligible ? "yes" : "no", CELL_LABEL);
            cell_instant(pen->sheet, rule->effective_from);
            pen_row_end(pen);
        }
    }
}

enum err_code catalogue_sheet_write(struct workbook *workbook, struct err *err)
{
    const struct report_run *run = workbook->in.run;
    struct sheet *sheet = &workbook->catalogue;
    struct pen pen = {.sheet = sheet, .err = err};
    struct sheet_in in = {"Catalogue", COLUMNS, COUNT_OF(COLUMNS), TAB_CATALOGUE, 0};
    struct listing listing = {&pen, run->catalogue, month_start_ms(run->month), month_end_ms(run->month)};

    if (sheet_begin(sheet, &workbook->book, in, err) != ERR_NONE) {
        return err->code;
    }
    pen_title(&pen, "Catalogue");
    pen_note(&pen, "What was in force in the month: at its first instant, and what began inside it.");
    plans_block(&listing);
    prices_block(&listing);
    allowances_block(&listing);
    rates_block(&listing);
    taxes_block(&listing);
    policies_block(&listing, &run->policies);
    countries_block(&listing);
    return pen.code;
}
