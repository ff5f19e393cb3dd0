/*
 * A small world for tests of lib/: one catalogue, one account's facts and its
 * events, in plain arrays that a test fills and bills.
 *
 * Fill it by hand or from a script (world_run). Rows are added in any order;
 * plans are added in order of rank. One world is large: keep it static.
 */
#ifndef TESTS_LIB_WORLD_H
#define TESTS_LIB_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bill.h"
#include "lib/catalogue.h"
#include "lib/facts.h"
#include "lib/usage.h"

#define WORLD_PLANS_MAX 8
#define WORLD_ROWS_MAX 80   /* rows of each other catalogue table */
#define WORLD_MODELS_MAX 8
#define WORLD_FACTS_MAX 64  /* rows of each customer table */
#define WORLD_EVENTS_MAX 512
#define WORLD_POOL_BYTES 32768
#define WORLD_BREAKS_MAX 256
#define WORLD_ACCOUNT 1     /* the account's number */

struct world_event {
    char id[16];
    struct usage_event event;
};

struct world {
    int32_t month;
    struct policies policies;
    struct catalogue catalogue;
    struct account_facts facts;
    size_t event_count;
    struct world_event events[WORLD_EVENTS_MAX];

    /* What the two structs above point to. */
    struct plan plans[WORLD_PLANS_MAX];
    struct plan_price prices[WORLD_ROWS_MAX];
    struct plan_allowance allowances[WORLD_ROWS_MAX];
    struct model_rate rates[WORLD_ROWS_MAX];
    char models[WORLD_MODELS_MAX][ID_BYTES_MAX + 1];
    struct country_rule countries[WORLD_ROWS_MAX];
    struct tax_rate taxes[WORLD_ROWS_MAX];
    struct address_fact addresses[WORLD_FACTS_MAX];
    struct plan_change_fact changes[WORLD_FACTS_MAX];
    struct overage_setting_fact settings[WORLD_FACTS_MAX];
    struct credit_grant_fact grants[WORLD_FACTS_MAX];
    struct payment_fact payments[WORLD_FACTS_MAX];
    struct adjustment_fact adjustments[WORLD_FACTS_MAX];
    char pool[WORLD_POOL_BYTES]; /* texts of the facts */
    size_t pool_used;

    /* Written by world_bill. */
    struct timeline timeline;
    struct bill bill;
    int64_t breaks[WORLD_BREAKS_MAX];
    size_t break_count;
    struct usage_cell cells[WORLD_BREAKS_MAX];
    struct usage_model_cell model_cells[2 * WORLD_MODELS_MAX];
    struct usage_account accounts[2];
    struct usage_table usage;
    struct timeline_step steps[1024];
    int64_t balances[WORLD_FACTS_MAX];
    int64_t used_in_month[WORLD_FACTS_MAX];
    struct bill_line lines[BILL_LINES_MAX];
};

/* An empty world: no catalogue, an account in USD, default policies. */
void world_reset(struct world *world);

/* The same without its account's facts and events. */
void world_clear_account(struct world *world);

/* A copy of a text that lives as long as the world's contents. */
const char *world_text(struct world *world, const char *text);

/* Room for one row more, zeroed; asserts that there is one. */
struct plan *world_plan(struct world *world);
struct plan_price *world_price(struct world *world);
struct plan_allowance *world_allowance(struct world *world);
struct model_rate *world_rate(struct world *world);
struct country_rule *world_country(struct world *world);
struct tax_rate *world_tax(struct world *world);
struct address_fact *world_address(struct world *world);
struct plan_change_fact *world_change(struct world *world);
struct overage_setting_fact *world_setting(struct world *world);
struct credit_grant_fact *world_grant(struct world *world);
struct payment_fact *world_payment(struct world *world);
struct adjustment_fact *world_adjustment(struct world *world);
struct usage_event *world_event(struct world *world);

/* The number of a model, added when it is new. */
int32_t world_model(struct world *world, const char *name);

/* Bring catalogue and facts into the orders that lib/ asks for. */
void world_sort(struct world *world);

/* The part of usage_table that is the same for all tables of this world. */
void world_usage_init(struct world *world, struct usage_table *table, struct usage_account *accounts,
                      struct usage_cell *cells, struct usage_model_cell *models);

/* Sort, then timeline, breakpoints, usage and bill, all through lib/. */
void world_bill(struct world *world);

#endif
