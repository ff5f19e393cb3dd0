/*
 * R29: the next plan, the cheapest one, and what the month cost beside it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/breakeven.h"
#include "lib/calendar.h"
#include "lib/currency.h"
#include "lib/overage.h"
#include "tests/lib/random_world.h"
#include "tests/lib/script.h"

#define SEEDS 6000

static struct world world;

static const struct {
    const char *name;
    struct terms terms;
    int64_t credits;
    int64_t want; /* -1: none */
} costs[] = {
    {"R29 within the allowance: the price", {2000, 40000, 100000}, 90000, 2000},
    {"R29 all of the allowance", {2000, 40000, 100000}, 100000, 2000},
    {"R29 beyond it at the overage price", {2000, 40000, 100000}, 110000, 2400},
    {"R21 half a cent rounds up", {2000, 4000, 100000}, 101250, 2005},
    {"R29 without an overage price it must cover the usage", {0, NO_OVERAGE_PRICE, 5000}, 5001, -1},
    {"R29 and does", {0, NO_OVERAGE_PRICE, 5000}, 5000, 0},
    {"R29 overage for nothing", {2000, 0, 100000}, CREDITS_MAX, 2000},
    {"R29 the most there is", {PRICE_MINOR_MAX, UNIT_PRICE_MAX, 0}, CREDITS_MAX, 1000010000000000000},
};

static void test_costs(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof costs / sizeof costs[0]; i++) {
        int64_t got = -1;
        bool there = breakeven_cost(costs[i].terms, costs[i].credits, 2, &got);
        if (got != costs[i].want || there != (got >= 0)) {
            print_error("%s: want %" PRId64 ", got %" PRId64 "\n", costs[i].name, costs[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    const char *script; /* on top of the published catalogue */
    const char *plan;
    int64_t credits, overage_minor;
    const char *want;
} rows[] = {
    {"X7: Pro is right", "", "pro", 110000, 400, "next proplus 2000, cheapest pro 2400, actual 2400, saving 0"},
    {"R29 more usage: Pro+ is", "", "pro", 160000, 2400,
     "next proplus 2000, cheapest proplus 4000, actual 4400, saving 400"},
    {"R29 the lower rank of equals", "", "pro", 150000, 2000,
     "next proplus 2000, cheapest pro 4000, actual 4000, saving 0"},
    {"R29 equal to the cent, after R21's rounding", "", "pro", 150012, 2000,
     "next proplus 2000, cheapest pro 4000, actual 4000, saving 0"},
    {"R29 one cent more", "", "pro", 150013, 2001, "next proplus 2000, cheapest proplus 4000, actual 4001, saving 1"},
    {"R29 two ranks up", "", "pro", 650000, 22000,
     "next proplus 2000, cheapest power 20000, actual 24000, saving 4000"},
    {"R29 no plan above the highest", "", "power", 1010000, 400,
     "next -, cheapest power 20400, actual 20400, saving 0"},
    {"R29 the plan held, dear as its overage is", "price power USD 2025-10-01 200 0.50", "power", 1010000, 5000,
     "next -, cheapest power 25000, actual 25000, saving 0"},
    {"R29 a lower plan can be cheaper", "price power USD 2025-10-01 400 0.04", "power", 1010000, 400,
     "next -, cheapest proplus 36400, actual 40400, saving 4000"},
    {"R4 the next plan has a price at the price date: Pro Max has none yet", "", "proplus", 210000, 400,
     "next power 16000, cheapest proplus 4400, actual 4400, saving 0"},
    {"R4 in the month in which it comes it has", "month 2026-06", "proplus", 410000, 8400,
     "next promax 6000, cheapest promax 10000, actual 12400, saving 2400"},
    {"R4 a price that changes inside the month does not count", "price proplus USD 2025-11-02 1 0.04", "pro", 160000, 2400,
     "next proplus 2000, cheapest proplus 4000, actual 4400, saving 400"},
    {"R29 the next plan may cost less", "price proplus USD 2025-10-01 10 -", "pro", 110000, 400,
     "next proplus -1000, cheapest proplus 1000, actual 2400, saving 1400"},
    {"R29 without overage it does not do for more than its allowance", "price proplus USD 2025-10-01 10 -", "pro", 200001,
     4000, "next proplus -1000, cheapest pro 6000, actual 6000, saving 0"},
    {"R29 free does, where it covers the usage", "allow free 2025-10-01 1100", "pro", 110000, 400,
     "next proplus 2000, cheapest free 0, actual 2400, saving 2400"},
    {"R29 a plan without an allowance is next and not cheapest", "plan gold Gold 5; price gold USD 2025-10-01 1 0.01",
     "power", 1010000, 400, "next gold -19900, cheapest power 20400, actual 20400, saving 0"},
    {"R29 a cap left a part unbilled: all of it would have cost more", "", "pro", 300000, 400,
     "next proplus 2000, cheapest proplus 8000, actual 2400, saving -5600"},
    {"R18 a prorated allowance makes overage: in full there is none", "", "pro", 60000, 1067,
     "next proplus 2000, cheapest pro 2000, actual 3067, saving 1067"},
    {"R29 in yen", "currency JPY; price pro JPY 2025-10-01 3000 6; price proplus JPY 2025-10-01 6000 6", "pro", 160050,
     3603, "next proplus 3000, cheapest proplus 6000, actual 6603, saving 603"},
    {"R29 a cost that does not fit is passed over",
     "currency CLF; clear allowances; price pro CLF 2025-10-01 3 1000000; allow pro 2025-10-01 1000;"
     "price proplus CLF 2025-10-01 5 0.01; allow proplus 2025-10-01 2000", "pro", CREDITS_MAX, 7,
     "next proplus 20000, cheapest proplus 999999850000, actual 30007, saving -999999819993"},
    {"R29 no cost fits", "currency CLF; clear allowances; price pro CLF 2025-10-01 3 1000000; allow pro 2025-10-01 1000",
     "pro", CREDITS_MAX, 7, "next -, cheapest -, actual 30007, saving 0"},
};

static struct terms_in month_terms(const struct world *of, int64_t price_date)
{
    return (struct terms_in){&of->catalogue, of->facts.currency, price_date, month_end_ms(of->month)};
}

static const char *text(struct breakeven advice)
{
    static char got[400];
    const struct plan *plans = world.catalogue.plans;
    char next[100] = "-";
    char cheapest[100] = "-";

    if (advice.next_plan != PLAN_UNKNOWN) {
        (void)snprintf(next, sizeof next, "%s %" PRId64, plans[advice.next_plan].code, advice.price_difference_minor);
    }
    if (advice.cheapest_plan != PLAN_UNKNOWN) {
        (void)snprintf(cheapest, sizeof cheapest, "%s %" PRId64, plans[advice.cheapest_plan].code, advice.cheapest_minor);
    }
    (void)snprintf(got, sizeof got, "next %s, cheapest %s, actual %" PRId64 ", saving %" PRId64, next, cheapest,
                   advice.actual_minor, advice.saving_minor);
    return got;
}

static void test_advice(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        world_reset(&world);
        script_run(&world, SCRIPT_CATALOGUE);
        script_run(&world, rows[i].script);
        world_sort(&world);
        struct breakeven_in in = {
            .month = month_terms(&world, month_start_ms(world.month)),
            .digits = currency_digits(world.facts.currency),
            .plan = catalogue_plan(&world.catalogue, rows[i].plan),
            .credits = rows[i].credits,
            .overage_minor = rows[i].overage_minor,
        };
        const char *got = text(breakeven(in));
        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s: want %s, got %s\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Nothing costs less, and nothing of a lower rank as little. */
static int best_of_all(struct breakeven_in in, struct breakeven advice)
{
    int failed = 0;

    for (int plan = 0; plan < (int)in.month.catalogue->plan_count; plan++) {
        struct terms terms;
        int64_t cost_minor = 0;

        if (terms_read(in.month, plan, &terms) && breakeven_cost(terms, in.credits, in.digits, &cost_minor)) {
            failed += cost_minor < advice.cheapest_minor;
            failed += cost_minor == advice.cheapest_minor && plan < advice.cheapest_plan;
            failed += plan == advice.cheapest_plan && cost_minor != advice.cheapest_minor;
        }
    }
    return failed;
}

/* Over bills of random account-months: the advice never costs more than the plan held, which cost what its bill says. */
static void test_never_dearer(void **state)
{
    (void)state;
    int failed = 0;
    int advised = 0;
    int whole = 0;
    int cheaper = 0;

    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        const struct bill *bill = &world.bill;
        struct terms held = {0};
        int64_t held_minor = 0;

        random_world(&world, seed);
        world_bill(&world);
        if (bill->status == BILL_HELD || bill->used.overage == 0) {
            continue;
        }
        struct breakeven_in in = {
            .month = month_terms(&world, bill->price_date),
            .digits = 2,
            .plan = bill->plan_at_end,
            .credits = bill->credits - bill->used.bonus,
            .overage_minor = overage_charged(bill),
        };
        struct breakeven advice = breakeven(in);
        int wrong = best_of_all(in, advice);

        wrong += !terms_read(in.month, in.plan, &held) || !breakeven_cost(held, in.credits, 2, &held_minor);
        wrong += advice.cheapest_minor > held_minor;
        wrong += advice.actual_minor != held.price_minor + in.overage_minor;
        wrong += advice.saving_minor != advice.actual_minor - advice.cheapest_minor;
        if (bill->used.unbilled == 0 && bill->allowance == held.allowance) { /* all of it charged, by the same formula */
            wrong += advice.actual_minor != held_minor || advice.saving_minor < 0;
            whole++;
        }
        advised++;
        cheaper += advice.cheapest_plan != in.plan;
        failed += wrong > 0;
        if (wrong > 0) {
            print_error("seed %" PRIu64 ": %s\n", seed, text(advice));
        }
    }
    assert_int_equal(failed, 0);
    assert_true(advised > 200 && whole > 50 && cheaper > 50); /* a property over nothing proves nothing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_costs),
        cmocka_unit_test(test_advice),
        cmocka_unit_test(test_never_dearer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
