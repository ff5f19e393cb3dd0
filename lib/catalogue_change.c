/*
 * The rows of two catalogues side by side.
 */
#include "lib/catalogue_change.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/currency.h"
#include "lib/decimal.h"

#define MILLIONTHS_DIGITS 6
#define CREDIT_DIGITS 2
#define PERCENT_DIGITS 4
#define DIGITS_UNKNOWN 2

struct comparison {
    struct catalogue_pair pair;
    int64_t until;
    struct catalogue_change *changes;
    size_t count;
};

static struct catalogue_change *change_add(struct comparison *comparison, enum catalogue_change_kind kind)
{
    struct catalogue_change *change = &comparison->changes[comparison->count++];

    *change = (struct catalogue_change){.kind = kind, .plan = PLAN_UNKNOWN, .model = -1};
    return change;
}

__attribute__((format(printf, 2, 3)))
static void tell(struct catalogue_change *change, const char *format, ...)
{
    size_t used = strlen(change->words);
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(change->words + used, sizeof change->words - used, format, arguments);
    va_end(arguments);
}

/* " from 2025-01-01", or the instant where it is not a day's first. */
static void tell_from(struct catalogue_change *change, int64_t effective_from)
{
    char text[INSTANT_TEXT_MAX];

    instant_format_short(effective_from, text);
    tell(change, " from %s", text);
}

/* " corrected from A to B", or ": B" of a row that was not there. */
static void tell_values(struct catalogue_change *change, bool corrected, const char *before, const char *now)
{
    if (corrected) {
        tell(change, " corrected from %s to %s", before, now);
    } else {
        tell(change, ": %s", now);
    }
}

/* The plan's index in the catalogue before, or PLAN_UNKNOWN. */
static int plan_before(const struct comparison *comparison, int plan)
{
    return catalogue_plan(comparison->pair.before, comparison->pair.now->plans[plan].code);
}

static void compare_plans(struct comparison *comparison)
{
    const struct catalogue *now = comparison->pair.now;

    for (int plan = 0; plan < (int)now->plan_count; plan++) {
        if (plan_before(comparison, plan) == PLAN_UNKNOWN) {
            struct catalogue_change *change = change_add(comparison, CHANGE_PLAN);
            change->plan = plan;
            tell(change, "plan %s added", now->plans[plan].code);
        }
    }
}

static const struct plan_price *price_before(const struct comparison *comparison, const struct plan_price *row)
{
    const struct catalogue *before = comparison->pair.before;
    int plan = plan_before(comparison, row->plan);

    for (size_t i = 0; i < before->price_count; i++) {
        const struct plan_price *other = &before->prices[i];
        if (other->plan == plan && other->effective_from == row->effective_from &&
            strcmp(other->currency, row->currency) == 0) {
            return other;
        }
    }
    return NULL;
}

static void overage_price_text(int64_t millionths, int digits, char out[DECIMAL_TEXT_MAX])
{
    if (millionths == NO_OVERAGE_PRICE) {
        (void)snprintf(out, DECIMAL_TEXT_MAX, "none");
    } else {
        decimal_format_trimmed(millionths, MILLIONTHS_DIGITS, digits, out);
    }
}

static struct catalogue_change *price_change(struct comparison *comparison, const struct plan_price *row,
                                             const char *what)
{
    struct catalogue_change *change = change_add(comparison, CHANGE_PRICE);

    change->plan = row->plan;
    memcpy(change->currency, row->currency, sizeof change->currency);
    tell(change, "%s of %s in %s", what, comparison->pair.now->plans[row->plan].code, row->currency);
    tell_from(change, row->effective_from);
    return change;
}

static void compare_price(struct comparison *comparison, const struct plan_price *row)
{
    const struct plan_price *other = price_before(comparison, row);
    int digits = currency_digits(row->currency) < 0 ? DIGITS_UNKNOWN : currency_digits(row->currency);
    char before[DECIMAL_TEXT_MAX] = "";
    char now[DECIMAL_TEXT_MAX];

    if (other == NULL || other->monthly_minor != row->monthly_minor) {
        decimal_format(row->monthly_minor, digits, now);
        decimal_format(other == NULL ? 0 : other->monthly_minor, digits, before);
        tell_values(price_change(comparison, row, "price"), other != NULL, before, now);
    }
    if (other != NULL && other->overage_millionths != row->overage_millionths) {
        overage_price_text(row->overage_millionths, digits, now);
        overage_price_text(other->overage_millionths, digits, before);
        tell_values(price_change(comparison, row, "overage price"), true, before, now);
    }
}

static const struct plan_allowance *allowance_before(const struct comparison *comparison,
                                                     const struct plan_allowance *row)
{
    const struct catalogue *before = comparison->pair.before;
    int plan = plan_before(comparison, row->plan);

    for (size_t i = 0; i < before->allowance_count; i++) {
        if (before->allowances[i].plan == plan && before->allowances[i].effective_from == row->effective_from) {
            return &before->allowances[i];
        }
    }
    return NULL;
}

static void compare_allowance(struct comparison *comparison, const struct plan_allowance *row)
{
    const struct plan_allowance *other = allowance_before(comparison, row);
    char before[DECIMAL_TEXT_MAX] = "";
    char now[DECIMAL_TEXT_MAX];

    if (other != NULL && other->credits == row->credits) {
        return;
    }
    struct catalogue_change *change = change_add(comparison, CHANGE_ALLOWANCE);
    change->plan = row->plan;
    tell(change, "allowance of %s", comparison->pair.now->plans[row->plan].code);
    tell_from(change, row->effective_from);
    decimal_format(row->credits, CREDIT_DIGITS, now);
    decimal_format(other == NULL ? 0 : other->credits, CREDIT_DIGITS, before);
    tell_values(change, other != NULL, before, now);
}

static const struct model_rate *rate_before(const struct comparison *comparison, const struct model_rate *row)
{
    const struct catalogue *before = comparison->pair.before;

    for (size_t i = 0; i < before->rate_count; i++) {
        if (before->rates[i].model == row->model && before->rates[i].effective_from == row->effective_from) {
            return &before->rates[i];
        }
    }
    return NULL;
}

#define RATE_TEXT_MAX (2 * DECIMAL_TEXT_MAX + 32) /* "1.25 with 200 tokens a request" */

static void rate_text(const struct model_rate *row, char out[RATE_TEXT_MAX])
{
    char multiplier[DECIMAL_TEXT_MAX];

    decimal_format_trimmed(row->multiplier, MILLIONTHS_DIGITS, 1, multiplier);
    if (row->request_token_limit == 0) {
        (void)snprintf(out, RATE_TEXT_MAX, "%s", multiplier);
    } else {
        (void)snprintf(out, RATE_TEXT_MAX, "%s with %lld tokens a request", multiplier,
                       (long long)row->request_token_limit);
    }
}

static void compare_rate(struct comparison *comparison, const struct model_rate *row)
{
    const struct model_rate *other = rate_before(comparison, row);
    char before[RATE_TEXT_MAX] = "";
    char now[RATE_TEXT_MAX];

    if (other != NULL && other->multiplier == row->multiplier && other->request_token_limit == row->request_token_limit) {
        return;
    }
    struct catalogue_change *change = change_add(comparison, CHANGE_RATE);
    change->model = row->model;
    tell(change, "rate of %s", comparison->pair.now->models[row->model]);
    tell_from(change, row->effective_from);
    rate_text(row, now);
    if (other != NULL) {
        rate_text(other, before);
    }
    tell_values(change, other != NULL, before, now);
}

static void compare_country(struct comparison *comparison, const struct country_rule *row)
{
    const struct catalogue *before = comparison->pair.before;
    const struct country_rule *other = NULL;

    for (size_t i = 0; i < before->country_count; i++) {
        if (strcmp(before->countries[i].country, row->country) == 0 &&
            before->countries[i].effective_from == row->effective_from) {
            other = &before->countries[i];
        }
    }
    if (other != NULL && other->eligible == row->eligible) {
        return;
    }
    struct catalogue_change *change = change_add(comparison, CHANGE_COUNTRY);
    memcpy(change->country, row->country, sizeof change->country);
    tell(change, "%s", row->country);
    tell_from(change, row->effective_from);
    tell_values(change, other != NULL, row->eligible ? "not eligible" : "eligible",
                row->eligible ? "eligible" : "not eligible");
}

static const struct tax_rate *tax_before(const struct comparison *comparison, const struct tax_rate *row)
{
    const struct catalogue *before = comparison->pair.before;

    for (size_t i = 0; i < before->tax_count; i++) {
        const struct tax_rate *other = &before->taxes[i];
        if (strcmp(other->country, row->country) == 0 && strcmp(other->region, row->region) == 0 &&
            other->customer == row->customer && other->effective_from == row->effective_from &&
            strcmp(other->name, row->name) == 0) {
            return other;
        }
    }
    return NULL;
}

#define TAX_TEXT_MAX (DECIMAL_TEXT_MAX + 32) /* "19 % of the document" */

static void tax_text(const struct tax_rate *row, char out[TAX_TEXT_MAX])
{
    char percent[DECIMAL_TEXT_MAX];

    decimal_format_trimmed(row->percent, PERCENT_DIGITS, 0, percent);
    (void)snprintf(out, TAX_TEXT_MAX, "%s %%%s", percent,
                   row->rounding == ROUND_DOCUMENT ? " of the document" : "");
}

static void compare_tax(struct comparison *comparison, const struct tax_rate *row)
{
    static const char *const CUSTOMERS[] = {"", " for consumers", " for businesses"};
    const struct tax_rate *other = tax_before(comparison, row);
    char before[TAX_TEXT_MAX] = "";
    char now[TAX_TEXT_MAX];

    if (other != NULL && other->percent == row->percent && other->rounding == row->rounding) {
        return;
    }
    struct catalogue_change *change = change_add(comparison, CHANGE_TAX);
    memcpy(change->country, row->country, sizeof change->country);
    tell(change, "%s in %s%s%s%s", row->name, row->country, row->region[0] != '\0' ? "-" : "", row->region,
         CUSTOMERS[row->customer]);
    tell_from(change, row->effective_from);
    tax_text(row, now);
    if (other != NULL) {
        tax_text(other, before);
    }
    tell_values(change, other != NULL, before, now);
}

static void compare_policies(struct comparison *comparison)
{
    static const char *const PRORATIONS[] = {"day_inclusive", "day_exclusive", "second"};
    static const char *const ALLOWANCES[] = {"full", "prorated"};
    const struct policies *before = &comparison->pair.policies_before;
    const struct policies *now = &comparison->pair.policies_now;

    if (before->proration != now->proration) {
        struct catalogue_change *change = change_add(comparison, CHANGE_POLICY);
        tell(change, "policy proration");
        tell_values(change, true, PRORATIONS[before->proration], PRORATIONS[now->proration]);
    }
    if (before->first_allowance != now->first_allowance) {
        struct catalogue_change *change = change_add(comparison, CHANGE_POLICY);
        tell(change, "policy first_month_allowance");
        tell_values(change, true, ALLOWANCES[before->first_allowance], ALLOWANCES[now->first_allowance]);
    }
}

size_t catalogue_changes_max(struct catalogue_pair pair)
{
    const struct catalogue *now = pair.now;

    return now->plan_count + 2 * now->price_count + now->allowance_count + now->rate_count + now->country_count +
           now->tax_count + 2;
}

/* Calls `compare` for each row of the catalogue now that takes effect in time. */
#define EACH_ROW(comparison, rows, row_count, compare)                          \
    for (size_t i = 0; i < (comparison)->pair.now->row_count; i++) {            \
        if ((comparison)->pair.now->rows[i].effective_from < (comparison)->until) { \
            compare(comparison, &(comparison)->pair.now->rows[i]);              \
        }                                                                       \
    }

size_t catalogue_changes(struct catalogue_pair pair, int64_t until, struct catalogue_change *changes)
{
    struct comparison comparison = {.pair = pair, .until = until, .changes = changes};
    struct comparison *in = &comparison;

    compare_plans(in);
    EACH_ROW(in, prices, price_count, compare_price)
    EACH_ROW(in, allowances, allowance_count, compare_allowance)
    EACH_ROW(in, rates, rate_count, compare_rate)
    EACH_ROW(in, countries, country_count, compare_country)
    EACH_ROW(in, taxes, tax_count, compare_tax)
    compare_policies(in);
    assert(comparison.count <= catalogue_changes_max(pair));
    return comparison.count;
}
