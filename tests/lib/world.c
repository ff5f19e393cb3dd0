/*
 * world.c - a test's world: its arrays, their orders, and the way through lib/
 * from facts and events to a bill, as the close walks it.
 */
#include "tests/lib/world.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/consumption.h"
#include "lib/timeline.h"

void world_reset(struct world *world)
{
    world->month = 202511;
    world->policies = POLICIES_DEFAULT;
    world->catalogue = (struct catalogue){
        .plans = world->plans, .prices = world->prices, .allowances = world->allowances,
        .rates = world->rates, .models = world->models, .countries = world->countries,
        .taxes = world->taxes,
    };
    world_clear_account(world);
}

void world_clear_account(struct world *world)
{
    world->event_count = 0;
    world->pool_used = 0;
    world->facts = (struct account_facts){
        .account = WORLD_ACCOUNT, .account_id = "acc-1", .name = "Acme", .currency = "USD",
        .created_at = 0, .first_paid_at = INSTANT_NONE,
        .addresses = world->addresses, .changes = world->changes, .settings = world->settings,
        .grants = world->grants, .payments = world->payments, .adjustments = world->adjustments,
    };
}

const char *world_text(struct world *world, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = world->pool + world->pool_used;

    assert(world->pool_used + size <= WORLD_POOL_BYTES);
    memcpy(copy, text, size);
    world->pool_used += size;
    return copy;
}

/* Defines world_NAME(): the next row of an array, zeroed. */
#define WORLD_ROW(name, type, owner, array, count, most)    \
    type *world_##name(struct world *world)                 \
    {                                                       \
        assert(world->owner.count < (most));                \
        type *row = &world->array[world->owner.count++];    \
        memset(row, 0, sizeof *row);                        \
        return row;                                         \
    }

WORLD_ROW(plan, struct plan, catalogue, plans, plan_count, WORLD_PLANS_MAX)
WORLD_ROW(price, struct plan_price, catalogue, prices, price_count, WORLD_ROWS_MAX)
WORLD_ROW(allowance, struct plan_allowance, catalogue, allowances, allowance_count, WORLD_ROWS_MAX)
WORLD_ROW(rate, struct model_rate, catalogue, rates, rate_count, WORLD_ROWS_MAX)
WORLD_ROW(country, struct country_rule, catalogue, countries, country_count, WORLD_ROWS_MAX)
WORLD_ROW(tax, struct tax_rate, catalogue, taxes, tax_count, WORLD_ROWS_MAX)
WORLD_ROW(address, struct address_fact, facts, addresses, address_count, WORLD_FACTS_MAX)
WORLD_ROW(change, struct plan_change_fact, facts, changes, change_count, WORLD_FACTS_MAX)
WORLD_ROW(setting, struct overage_setting_fact, facts, settings, setting_count, WORLD_FACTS_MAX)
WORLD_ROW(grant, struct credit_grant_fact, facts, grants, grant_count, WORLD_FACTS_MAX)
WORLD_ROW(payment, struct payment_fact, facts, payments, payment_count, WORLD_FACTS_MAX)
WORLD_ROW(adjustment, struct adjustment_fact, facts, adjustments, adjustment_count, WORLD_FACTS_MAX)

struct usage_event *world_event(struct world *world)
{
    assert(world->event_count < WORLD_EVENTS_MAX);
    struct world_event *row = &world->events[world->event_count];

    memset(row, 0, sizeof *row);
    (void)snprintf(row->id, sizeof row->id, "e%05zu", world->event_count);
    row->event.account = WORLD_ACCOUNT;
    row->event.tokens = TOKENS_NONE;
    world->event_count++;
    return &row->event;
}

int32_t world_model(struct world *world, const char *name)
{
    struct catalogue *catalogue = &world->catalogue;

    for (size_t i = 0; i < catalogue->model_count; i++) {
        if (strcmp(world->models[i], name) == 0) {
            return (int32_t)i;
        }
    }
    assert(catalogue->model_count < WORLD_MODELS_MAX);
    (void)snprintf(world->models[catalogue->model_count], sizeof world->models[0], "%s", name);
    return (int32_t)catalogue->model_count++;
}

static int by_instant_then_id(int64_t a, const char *a_id, int64_t b, const char *b_id)
{
    if (a != b) {
        return a < b ? -1 : 1;
    }
    return strcmp(a_id, b_id);
}

/* Defines order_TYPE(): by (instant, id). */
#define WORLD_ORDER(type, instant, id)                                            \
    static int order_##type(const void *a, const void *b)                         \
    {                                                                             \
        const struct type *left = a;                                              \
        const struct type *right = b;                                             \
        return by_instant_then_id(left->instant, left->id, right->instant, right->id); \
    }

WORLD_ORDER(address_fact, effective_at, address_id)
WORLD_ORDER(plan_change_fact, effective_at, change_id)
WORLD_ORDER(overage_setting_fact, effective_at, setting_id)
WORLD_ORDER(credit_grant_fact, expires_at, grant_id)

static int order_payment(const void *a, const void *b)
{
    return strcmp(((const struct payment_fact *)a)->payment_id,
                  ((const struct payment_fact *)b)->payment_id);
}

static int order_adjustment(const void *a, const void *b)
{
    return strcmp(((const struct adjustment_fact *)a)->adjustment_id,
                  ((const struct adjustment_fact *)b)->adjustment_id);
}

void world_sort(struct world *world)
{
    const struct account_facts *facts = &world->facts;

    catalogue_sort(&world->catalogue);
    qsort(world->addresses, facts->address_count, sizeof world->addresses[0], order_address_fact);
    qsort(world->changes, facts->change_count, sizeof world->changes[0], order_plan_change_fact);
    qsort(world->settings, facts->setting_count, sizeof world->settings[0],
          order_overage_setting_fact);
    qsort(world->grants, facts->grant_count, sizeof world->grants[0], order_credit_grant_fact);
    qsort(world->payments, facts->payment_count, sizeof world->payments[0], order_payment);
    qsort(world->adjustments, facts->adjustment_count, sizeof world->adjustments[0],
          order_adjustment);
}

void world_usage_init(struct world *world, struct usage_table *table, struct usage_account *accounts,
                      struct usage_cell *cells, struct usage_model_cell *models)
{
    size_t cell_count = world->break_count > 1 ? world->break_count : 0;

    memset(models, 0, 2 * world->catalogue.model_count * sizeof *models);
    for (size_t i = 0; i < cell_count; i++) {
        cells[i] = (struct usage_cell){.from = world->breaks[i]};
    }
    accounts[0] = (struct usage_account){.unknown_model = -1};
    accounts[WORLD_ACCOUNT] =
        (struct usage_account){.cell_count = (uint32_t)cell_count, .unknown_model = -1};
    *table = (struct usage_table){
        .catalogue = &world->catalogue,
        .month_start = month_start_ms(world->month),
        .month_end = month_end_ms(world->month),
        .accounts = accounts, .account_count = 2,
        .cells = cells, .cell_count = cell_count,
        .models = models,
    };
}

static void use(struct world *world)
{
    world_usage_init(world, &world->usage, world->accounts, world->cells, world->model_cells);
    for (size_t i = 0; i < world->event_count; i++) {
        usage_add(&world->usage, world->events[i].event);
    }
    if (world->usage.cell_count == 0) { /* the month's sum is the only cell */
        struct usage_model_cell total = usage_month_total(&world->usage, WORLD_ACCOUNT);
        world->cells[0] = (struct usage_cell){
            .from = world->usage.month_start, .credits = total.credits, .events = total.events};
    }
}

void world_bill(struct world *world)
{
    world_sort(world);
    struct timeline_in in = {
        .facts = &world->facts, .catalogue = &world->catalogue,
        .month_start = month_start_ms(world->month), .month_end = month_end_ms(world->month),
    };
    assert(timeline_steps_max(&world->facts) <= sizeof world->steps / sizeof world->steps[0]);
    assert(breakpoints_max(in) <= WORLD_BREAKS_MAX);
    world->timeline = timeline_build(in, world->steps);
    world->break_count = breakpoints(in, &world->timeline, world->breaks);
    use(world);

    const struct usage_account *account = &world->accounts[WORLD_ACCOUNT];
    struct usage_model_cell total = usage_month_total(&world->usage, WORLD_ACCOUNT);
    struct bill_room room = {world->steps, world->balances, world->used_in_month, world->lines};
    world->bill = bill_month(
        (struct bill_in){
            .facts = &world->facts, .catalogue = &world->catalogue, .policies = world->policies,
            .month = world->month, .cells = world->cells, .cell_count = world->break_count,
            .month_events = total.events,
            .unknown_model = account->unknown_model, .unknown_at = account->unknown_at,
        },
        &room, &world->timeline);
}
