/* Sums of a simulation. The lists are short but for the accounts' number: they are kept in order. */
#include "reports/simulation_sums.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arith.h"
#include "lib/calendar.h"
#include "lib/currency.h"
#include "reports/tables.h"

static enum err_code no_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
}

static enum err_code too_large(const char *currency, struct err *err)
{
    return err_set(err, ERR_DATA, "the sums in %s are beyond what can be added up", currency);
}

/* Where `key` is in the list, or NULL: *at is its place then. */
static void *list_find(const struct simulation_list *list, const void *key, size_t size,
                       int (*order)(const void *, const void *), size_t *at)
{
    char *items = list->items;
    size_t low = 0;
    size_t high = list->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int found = order(items + middle * size, key);
        if (found == 0) {
            return items + middle * size;
        }
        low = found < 0 ? middle + 1 : low;
        high = found < 0 ? high : middle;
    }
    *at = low;
    return NULL;
}

/* The item of this key, copied from it where it is missing; NULL: no memory. */
static void *list_at(struct simulation_list *list, const void *key, size_t size, int (*order)(const void *, const void *))
{
    size_t at = 0;
    void *found = list_find(list, key, size, order, &at);

    if (found != NULL) {
        return found;
    }
    if (list->count == list->capacity) {
        size_t capacity = 2 * list->capacity + 16;
        void *grown = realloc(list->items, capacity * size);
        if (grown == NULL) {
            return NULL;
        }
        list->items = grown;
        list->capacity = capacity;
    }
    char *place = (char *)list->items + at * size;
    memmove(place + size, place, (list->count - at) * size);
    memcpy(place, key, size);
    list->count++;
    return place;
}

static int order_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int order_months(const void *left, const void *right)
{
    const struct simulation_month *a = left, *b = right;
    int order = order_numbers(a->month, b->month);

    return order != 0 ? order : strcmp(a->currency, b->currency);
}

static int order_revenue(const void *left, const void *right)
{
    const struct simulation_revenue *a = left, *b = right;
    int order = order_numbers(a->month, b->month);

    if (order == 0) {
        order = strcmp(a->currency, b->currency);
    }
    if (order == 0) {
        order = order_numbers(a->kind, b->kind);
    }
    return order != 0 ? order : strcmp(a->plan, b->plan);
}

static int order_choices(const void *left, const void *right)
{
    const struct simulation_choice *a = left, *b = right;
    int order = order_numbers(a->month, b->month);

    if (order == 0) {
        order = strcmp(a->currency, b->currency);
    }
    if (order == 0) {
        order = order_numbers(a->side, b->side);
    }
    if (order == 0) {
        order = strcmp(a->plan, b->plan);
    }
    return order != 0 ? order : strcmp(a->cheapest, b->cheapest);
}

static int order_largest(const void *left, const void *right)
{
    const struct simulation_largest *a = left, *b = right;

    return strcmp(a->currency, b->currency);
}

static bool money_add(struct simulation_money *money, const struct bill *bill)
{
    return bill->status == BILL_HELD || (arith_add(money->subtotal_minor, bill->subtotal_minor, &money->subtotal_minor) &&
                                         arith_add(money->tax_minor, bill->tax_minor, &money->tax_minor) &&
                                         arith_add(money->total_minor, bill->total_minor, &money->total_minor));
}

static struct simulation_month *month_of_account(struct simulation_sums *sums, const struct simulation_account *account)
{
    struct simulation_month key = {.month = account->month, .digits = account->digits};

    snprintf(key.currency, sizeof key.currency, "%s", account->currency);
    return list_at(&sums->months, &key, sizeof key, order_months);
}

static enum err_code month_add(struct simulation_month *month, const struct simulation_account *account,
                               enum simulated outcome, int64_t difference_minor, struct err *err)
{
    int64_t *part = outcome == SIMULATED_MORE ? &month->more_minor : &month->less_minor;

    month->accounts[outcome]++;
    for (int side = 0; side < SIDES; side++) {
        if (!money_add(&month->money[side], account->sides[side].bill)) {
            return too_large(account->currency, err);
        }
    }
    return arith_add(*part, difference_minor, part) ? ERR_NONE : too_large(account->currency, err);
}

static enum err_code revenue_take(struct simulation_sums *sums, const struct simulation_account *account,
                                  enum simulation_side side, struct err *err)
{
    const struct bill *bill = account->sides[side].bill;

    for (size_t i = 0; i < bill->line_count && bill->status == BILL_INVOICED; i++) {
        const struct bill_line *line = &bill->lines[i];
        struct revenue_key key = {
            .kind = line->kind,
            .plan = plan_code(account->sides[side].catalogue, line->plan),
            .country = "",
            .currency = account->currency,
        };
        enum err_code code = revenue_add(&sums->running[side], key, line->amount_minor);
        if (code != ERR_NONE) {
            return code == ERR_INTERNAL ? no_memory(err) : too_large(account->currency, err);
        }
    }
    return ERR_NONE;
}

static enum err_code choice_add(struct simulation_sums *sums, const struct simulation_account *account,
                                struct simulation_month *month, enum simulation_side side, struct err *err)
{
    const struct catalogue *catalogue = account->sides[side].catalogue;
    const struct bill *bill = account->sides[side].bill;
    struct simulation_choice key = {.month = account->month, .digits = account->digits, .side = side};
    struct breakeven choice;

    if (!plan_choice((struct plan_choice_in){bill, catalogue, account->currency, account->digits,
                                             month_end_ms(account->month)}, &choice)) {
        return ERR_NONE;
    }
    snprintf(key.currency, sizeof key.currency, "%s", account->currency);
    snprintf(key.plan, sizeof key.plan, "%s", plan_code(catalogue, bill->plan_at_end));
    snprintf(key.cheapest, sizeof key.cheapest, "%s", plan_code(catalogue, choice.cheapest_plan));
    struct simulation_choice *sum = list_at(&sums->choices, &key, sizeof key, order_choices);
    if (sum == NULL) {
        return no_memory(err);
    }
    sum->accounts++;
    month->movers[side] += choice.cheapest_plan != bill->plan_at_end;
    if (!arith_add(sum->actual_minor, choice.actual_minor, &sum->actual_minor) ||
        !arith_add(sum->cheapest_minor, choice.cheapest_minor, &sum->cheapest_minor)) {
        return too_large(account->currency, err);
    }
    return ERR_NONE;
}

/* Differences are within 2 x PRICE_MINOR_MAX: they have an absolute value. */
static int64_t size_of(int64_t difference_minor)
{
    return difference_minor < 0 ? -difference_minor : difference_minor;
}

static void change_fill(struct simulation_change *change, const struct simulation_account *account,
                        int64_t difference_minor)
{
    *change = (struct simulation_change){.month = account->month, .difference_minor = difference_minor};
    snprintf(change->account_id, sizeof change->account_id, "%s", account->account_id);
    snprintf(change->name, sizeof change->name, "%s", account->name);
    for (int side = 0; side < SIDES; side++) {
        const struct bill *bill = account->sides[side].bill;
        snprintf(change->plans[side], sizeof change->plans[side], "%s",
                 plan_code(account->sides[side].catalogue, bill->plan_at_end));
        change->total_minor[side] = bill->total_minor;
    }
}

static enum err_code largest_add(struct simulation_sums *sums, const struct simulation_account *account,
                                 int64_t difference_minor, struct err *err)
{
    struct simulation_largest key = {.digits = account->digits};

    snprintf(key.currency, sizeof key.currency, "%s", account->currency);
    struct simulation_largest *largest = list_at(&sums->largest, &key, sizeof key, order_largest);
    if (largest != NULL && largest->changes == NULL) {
        largest->changes = calloc(LARGEST_MAX, sizeof *largest->changes);
    }
    if (largest == NULL || largest->changes == NULL) {
        return no_memory(err);
    }
    size_t at = largest->count;
    while (at > 0 && size_of(largest->changes[at - 1].difference_minor) < size_of(difference_minor)) {
        at--;
    }
    if (at == LARGEST_MAX) {
        return ERR_NONE;
    }
    largest->count -= largest->count == LARGEST_MAX;
    memmove(&largest->changes[at + 1], &largest->changes[at], (largest->count - at) * sizeof largest->changes[0]);
    change_fill(&largest->changes[at], account, difference_minor);
    largest->count++;
    return ERR_NONE;
}

enum err_code simulation_sums_add(struct simulation_sums *sums, const struct simulation_account *account,
                                  enum simulated outcome, int64_t difference_minor, struct err *err)
{
    struct simulation_month *month = month_of_account(sums, account);

    if (month == NULL) {
        return no_memory(err);
    }
    if (month_add(month, account, outcome, difference_minor, err) != ERR_NONE) {
        return err->code;
    }
    for (int side = 0; side < SIDES; side++) {
        if (revenue_take(sums, account, (enum simulation_side)side, err) != ERR_NONE ||
            choice_add(sums, account, month, (enum simulation_side)side, err) != ERR_NONE) {
            return err->code;
        }
    }
    if (outcome != SIMULATED_MORE && outcome != SIMULATED_LESS) {
        return ERR_NONE;
    }
    return largest_add(sums, account, difference_minor, err);
}

enum err_code simulation_sums_month_end(struct simulation_sums *sums, int32_t month, struct err *err)
{
    for (int side = 0; side < SIDES; side++) {
        for (size_t i = 0; i < sums->running[side].count; i++) {
            const struct revenue_sum *sum = &sums->running[side].sums[i];
            struct simulation_revenue key = {.month = month, .digits = currency_digits(sum->currency), .kind = sum->kind};
            memcpy(key.currency, sum->currency, sizeof key.currency);
            memcpy(key.plan, sum->plan, sizeof key.plan);
            struct simulation_revenue *item = list_at(&sums->revenue, &key, sizeof key, order_revenue);
            if (item == NULL) {
                return no_memory(err);
            }
            item->lines[side] = sum->lines;
            item->amount_minor[side] = sum->amount_minor;
        }
        revenue_release(&sums->running[side]);
    }
    return ERR_NONE;
}

void simulation_sums_release(struct simulation_sums *sums)
{
    struct simulation_largest *largest = sums->largest.items;

    for (size_t i = 0; i < sums->largest.count; i++) {
        free(largest[i].changes);
    }
    free(sums->months.items);
    free(sums->revenue.items);
    free(sums->choices.items);
    free(sums->largest.items);
    revenue_release(&sums->running[SIDE_REAL]);
    revenue_release(&sums->running[SIDE_SIMULATED]);
    *sums = (struct simulation_sums){.months = {NULL, 0, 0}};
}
