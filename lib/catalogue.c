/*
 * The catalogue: order its rows, find the one in force (R1, R4, R16).
 */
#include "lib/catalogue.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decimal.h"

const struct policies POLICIES_DEFAULT = {
    .proration = PRORATE_DAY_INCLUSIVE,
    .first_allowance = FIRST_ALLOWANCE_FULL,
    .headroom_percent = 10,
    .close_grace_hours = 24,
    .held_limit_percent = 5,
};

static int order_of(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int order_plans(const void *left, const void *right)
{
    const struct plan *a = left, *b = right;

    return order_of(a->rank, b->rank);
}

static int order_prices(const void *left, const void *right)
{
    const struct plan_price *a = left, *b = right;
    int order = order_of(a->plan, b->plan);

    if (order == 0) {
        order = strcmp(a->currency, b->currency);
    }
    return order != 0 ? order : order_of(a->effective_from, b->effective_from);
}

static int order_allowances(const void *left, const void *right)
{
    const struct plan_allowance *a = left, *b = right;
    int order = order_of(a->plan, b->plan);

    return order != 0 ? order : order_of(a->effective_from, b->effective_from);
}

static int order_rates(const void *left, const void *right)
{
    const struct model_rate *a = left, *b = right;
    int order = order_of(a->model, b->model);

    return order != 0 ? order : order_of(a->effective_from, b->effective_from);
}

static int order_countries(const void *left, const void *right)
{
    const struct country_rule *a = left, *b = right;
    int order = strcmp(a->country, b->country);

    return order != 0 ? order : order_of(a->effective_from, b->effective_from);
}

static int order_taxes(const void *left, const void *right)
{
    const struct tax_rate *a = left, *b = right;
    int order = strcmp(a->country, b->country);

    if (order == 0) {
        order = strcmp(a->name, b->name);
    }
    if (order == 0) {
        order = strcmp(a->region, b->region);
    }
    if (order == 0) {
        order = order_of(a->customer, b->customer);
    }
    return order != 0 ? order : order_of(a->effective_from, b->effective_from);
}

static void sort(void *rows, size_t count, size_t size, int (*order)(const void *, const void *))
{
    if (count > 1) {
        qsort(rows, count, size, order);
    }
}

void plans_sort(struct plan *plans, size_t count)
{
    sort(plans, count, sizeof *plans, order_plans);
}

void catalogue_sort(struct catalogue *catalogue)
{
    sort(catalogue->prices, catalogue->price_count, sizeof *catalogue->prices, order_prices);
    sort(catalogue->allowances, catalogue->allowance_count, sizeof *catalogue->allowances, order_allowances);
    sort(catalogue->rates, catalogue->rate_count, sizeof *catalogue->rates, order_rates);
    sort(catalogue->countries, catalogue->country_count, sizeof *catalogue->countries, order_countries);
    sort(catalogue->taxes, catalogue->tax_count, sizeof *catalogue->taxes, order_taxes);
}

int catalogue_plan(const struct catalogue *catalogue, const char *code)
{
    for (size_t i = 0; i < catalogue->plan_count; i++) {
        if (strcmp(catalogue->plans[i].code, code) == 0) {
            return (int)i;
        }
    }
    return PLAN_UNKNOWN;
}

const struct plan_price *catalogue_price(const struct catalogue *catalogue, int plan, const char *currency,
                                         int64_t price_date, int64_t before)
{
    const struct plan_price *found = NULL;

    for (size_t i = 0; i < catalogue->price_count; i++) {
        const struct plan_price *row = &catalogue->prices[i];
        if (row->plan != plan || strcmp(row->currency, currency) != 0) {
            continue;
        }
        if (row->effective_from <= price_date || (found == NULL && row->effective_from < before)) {
            found = row;
        }
    }
    return found;
}

const struct plan_allowance *catalogue_allowance(const struct catalogue *catalogue, int plan, int64_t price_date,
                                                 int64_t before)
{
    const struct plan_allowance *found = NULL;

    for (size_t i = 0; i < catalogue->allowance_count; i++) {
        const struct plan_allowance *row = &catalogue->allowances[i];
        if (row->plan != plan) {
            continue;
        }
        if (row->effective_from <= price_date || (found == NULL && row->effective_from < before)) {
            found = row;
        }
    }
    return found;
}

/* The first rate that is of a later model or takes effect after `at`. */
static size_t rates_after(const struct catalogue *catalogue, int32_t model, int64_t at)
{
    size_t low = 0;
    size_t high = catalogue->rate_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct model_rate *row = &catalogue->rates[middle];
        if (row->model < model || (row->model == model && row->effective_from <= at)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct model_rate *catalogue_rate(const struct catalogue *catalogue, int32_t model, int64_t at)
{
    size_t after = rates_after(catalogue, model, at);

    if (after == 0 || catalogue->rates[after - 1].model != model) {
        return NULL;
    }
    return &catalogue->rates[after - 1];
}

struct rate_span catalogue_rate_span(const struct catalogue *catalogue, int32_t model, int64_t at)
{
    size_t after = rates_after(catalogue, model, at);
    const struct model_rate *now = after == 0 ? NULL : &catalogue->rates[after - 1];
    const struct model_rate *next = after == catalogue->rate_count ? NULL : &catalogue->rates[after];
    bool rated = now != NULL && now->model == model;
    bool ends = next != NULL && next->model == model;

    return (struct rate_span){
        .from = rated ? now->effective_from : INT64_MIN,
        .until = ends ? next->effective_from : INT64_MAX,
        .rate = rated ? now : NULL,
    };
}

bool catalogue_eligible(const struct catalogue *catalogue, const char *country, int64_t at)
{
    bool eligible = false;

    for (size_t i = 0; i < catalogue->country_count; i++) {
        const struct country_rule *row = &catalogue->countries[i];
        if (row->effective_from <= at && strcmp(row->country, country) == 0) {
            eligible = row->eligible; /* rows of a country stand in order: the last one holds */
        }
    }
    return eligible;
}

static bool rate_is(const struct model_rate *a, const struct model_rate *b)
{
    return a->model == b->model && a->effective_from == b->effective_from && a->multiplier == b->multiplier &&
           a->request_token_limit == b->request_token_limit;
}

bool catalogue_rates_alike(const struct catalogue *a, const struct catalogue *b)
{
    bool alike = a->plan_count == b->plan_count && a->rate_count == b->rate_count && a->model_count == b->model_count;

    for (size_t i = 0; i < a->plan_count && alike; i++) {
        alike = strcmp(a->plans[i].code, b->plans[i].code) == 0;
    }
    for (size_t i = 0; i < a->rate_count && alike; i++) {
        alike = rate_is(&a->rates[i], &b->rates[i]);
    }
    return alike;
}

/* Which of the words it is, or -1. */
static int word_of(const char *value, const char *const *words, int count)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(value, words[i]) == 0) {
            return i;
        }
    }
    return -1;
}

bool policies_set(struct policies *policies, const char *policy, const char *value)
{
    static const char *const PRORATIONS[] = {"day_inclusive", "day_exclusive", "second"};
    static const char *const FIRST_ALLOWANCES[] = {"full", "prorated"};
    const struct {
        const char *name;
        int64_t *number;
        int64_t max;
    } numbers[] = {
        {"headroom_percent", &policies->headroom_percent, POLICY_PERCENT_MAX},
        {"close_grace_hours", &policies->close_grace_hours, GRACE_HOURS_MAX},
        {"held_limit_percent", &policies->held_limit_percent, POLICY_PERCENT_MAX},
    };
    int proration = word_of(value, PRORATIONS, 3);
    int first_allowance = word_of(value, FIRST_ALLOWANCES, 2);
    int64_t number = 0;

    if (strcmp(policy, "proration") == 0 && proration >= 0) {
        policies->proration = (enum proration)proration;
        return true;
    }
    if (strcmp(policy, "first_month_allowance") == 0 && first_allowance >= 0) {
        policies->first_allowance = (enum first_allowance)first_allowance;
        return true;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (strcmp(policy, numbers[i].name) == 0 &&
            decimal_parse(value, strlen(value), 0, 0, numbers[i].max, &number) == DECIMAL_OK) {
            *numbers[i].number = number;
            return true;
        }
    }
    return false;
}
