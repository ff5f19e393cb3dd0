/*
 * An account-month by two catalogues: what becomes of it, and the plan that
 * would have cost least for any account (R29).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/simulation.h"
#include "tests/lib/random_world.h"
#include "tests/lib/script.h"

#define SEEDS 3000

static struct world world;
static struct world other;

#define INVOICED(total) {.status = BILL_INVOICED, .total_minor = total}
#define NO_CHARGE {.status = BILL_NO_CHARGE}
#define HELD {.status = BILL_HELD, .total_minor = 999} /* what a held bill has in it does not count */

static const struct {
    const char *name;
    struct bill real, simulated;
    const char *want;
    int64_t difference_minor;
} outcomes[] = {
    {"the same total", INVOICED(2400), INVOICED(2400), "same", 0},
    {"pays more", INVOICED(2400), INVOICED(2600), "more", 200},
    {"pays less", INVOICED(2400), INVOICED(2399), "less", -1},
    {"nothing any more", INVOICED(2400), NO_CHARGE, "less", -2400},
    {"something now", NO_CHARGE, INVOICED(1), "more", 1},
    {"an invoice of 0.00 instead of none", NO_CHARGE, INVOICED(0), "same", 0},
    {"a credit instead of an invoice", INVOICED(500), INVOICED(-500), "less", -1000},
    {"nothing on both sides", NO_CHARGE, NO_CHARGE, "same", 0},
    {"held by the other", INVOICED(2400), HELD, "newly_held", 0},
    {"held for no reason to pay", NO_CHARGE, HELD, "newly_held", 0},
    {"no longer held", HELD, INVOICED(2400), "no_longer_held", 0},
    {"held by both", HELD, HELD, "held", 0},
    {"the largest", INVOICED(-PRICE_MINOR_MAX), INVOICED(PRICE_MINOR_MAX), "more", 2 * PRICE_MINOR_MAX},
};

static void test_outcomes(void **state)
{
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        int64_t difference_minor = 7;
        const char *got =
            simulation_outcome_name(simulation_outcome(&outcomes[i].real, &outcomes[i].simulated, &difference_minor));
        if (strcmp(got, outcomes[i].want) != 0 || difference_minor != outcomes[i].difference_minor) {
            print_error("%s: want %s %" PRId64 ", got %s %" PRId64 "\n", outcomes[i].name, outcomes[i].want,
                        outcomes[i].difference_minor, got, difference_minor);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    const char *script; /* on top of the published catalogue */
    const char *want;   /* the cheapest plan, or "-" */
    int64_t actual_minor, cheapest_minor;
} choices[] = {
    {"without usage free does", "first_paid 2025-10-01; address 2025-10-01 US; change 2025-10-01 pro", "free", 2000, 0},
    {"R29 the plan held", "first_paid 2025-10-01; address 2025-10-01 US; change 2025-10-01 pro; use 2025-11-03 auto 900",
     "pro", 2000, 2000},
    {"R29 a lower plan", "first_paid 2025-10-01; address 2025-10-01 US; change 2025-10-01 power; use 2025-11-03 auto 900",
     "pro", 20000, 2000},
    {"R29 a higher plan, with overage",
     "first_paid 2025-10-01; address 2025-10-01 US; change 2025-10-01 pro; overage 2025-10-02 on; use 2025-11-03 auto 1900",
     "proplus", 5600, 4000},
    {"R22 on free past its limit, where nothing was charged", "use 2025-11-03 auto 60", "pro", 0, 2000},
    {"R29 bonus does not count",
     "grant g 500 2025-11-01 2025-12-01; first_paid 2025-10-01; address 2025-10-01 US; change 2025-10-01 pro;"
     "use 2025-11-03 auto 540", "free", 2000, 0},
    {"R27 a held account has no bill to compare", "change 2025-11-03 pro", "-", 0, 0},
};

static struct plan_choice_in choice_in(const struct world *of)
{
    return (struct plan_choice_in){&of->bill, &of->catalogue, of->facts.currency, 2, month_end_ms(of->month)};
}

static void test_choices(void **state)
{
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        struct breakeven choice = {.cheapest_plan = PLAN_UNKNOWN};
        script_bill(&world, choices[i].script);
        const char *got = plan_choice(choice_in(&world), &choice) ? world.catalogue.plans[choice.cheapest_plan].code : "-";
        if (strcmp(got, choices[i].want) != 0 || choice.actual_minor != choices[i].actual_minor ||
            choice.cheapest_minor != choices[i].cheapest_minor) {
            print_error("%s: want %s %" PRId64 " %" PRId64 ", got %s %" PRId64 " %" PRId64 "\n", choices[i].name,
                        choices[i].want, choices[i].actual_minor, choices[i].cheapest_minor, got, choice.actual_minor,
                        choice.cheapest_minor);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* A bill by one catalogue, of a plan that another one has no price for. */
static void test_no_choice_without_a_price(void **state)
{
    struct breakeven choice = {.cheapest_plan = PLAN_UNKNOWN};

    (void)state;
    script_bill(&world, "first_paid 2025-10-01; address 2025-10-01 US; change 2025-10-01 pro");
    assert_int_equal(world.bill.status, BILL_INVOICED);
    world.catalogue.price_count = 0;
    assert_false(plan_choice(choice_in(&world), &choice));
    assert_int_equal(choice.cheapest_plan, PLAN_UNKNOWN);
}

/* Any account that is billed has a choice, and it is R29's wherever R29 speaks. */
static void test_choice_of_everyone(void **state)
{
    int held = 0;
    int billed = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct breakeven choice = {.cheapest_plan = PLAN_UNKNOWN};
        random_world(&world, seed);
        world_bill(&world);
        bool there = plan_choice(choice_in(&world), &choice);
        if (world.bill.status == BILL_HELD) {
            assert_false(there);
            held++;
        } else if (there) {
            struct terms terms;
            struct terms_in in = {&world.catalogue, "USD", world.bill.price_date, month_end_ms(world.month)};
            int64_t cost_minor = 0;
            assert_true(terms_read(in, choice.cheapest_plan, &terms));
            assert_true(breakeven_cost(terms, world.bill.credits - world.bill.used.bonus, 2, &cost_minor));
            assert_int_equal(cost_minor, choice.cheapest_minor);
            assert_int_equal(choice.saving_minor, choice.actual_minor - choice.cheapest_minor);
            billed++;
        }
    }
    assert_true(held > 100 && billed > 500); /* a property over nothing proves nothing */
}

/* Where model rates and the plans' order are the same, events and breakpoints are, whatever else the catalogues say. */
static void test_rates_alike_share_their_usage(void **state)
{
    int several = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        random_world(&world, seed);
        random_world(&other, seed);
        for (size_t i = 0; i < other.catalogue.price_count; i++) {
            other.prices[i].monthly_minor += 100 * (int64_t)i + 1;
        }
        other.catalogue.allowance_count = other.catalogue.allowance_count / 2;
        other.catalogue.tax_count = 0;
        world_bill(&world);
        world_bill(&other);
        assert_true(catalogue_rates_alike(&world.catalogue, &other.catalogue));
        assert_int_equal(world.break_count, other.break_count);
        for (size_t i = 0; i < world.break_count; i++) {
            assert_int_equal(world.cells[i].from, other.cells[i].from);
            assert_int_equal(world.cells[i].credits, other.cells[i].credits);
        }
        several += world.break_count > 2;
        if (other.catalogue.rate_count > 0) {
            other.rates[0].multiplier++;
            assert_false(catalogue_rates_alike(&world.catalogue, &other.catalogue));
        }
    }
    assert_true(several > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_choices),
        cmocka_unit_test(test_no_choice_without_a_price),
        cmocka_unit_test(test_choice_of_everyone),
        cmocka_unit_test(test_rates_alike_share_their_usage),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
