/*
 * Which row of the catalogue is in force: R1, R4, R5, R16.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <string.h>

#include "lib/catalogue.h"
#include "tests/lib/script.h"

static struct world world;

static const char CATALOGUE[] =
    "plan free Free 0; plan pro Pro 10; plan gold Gold 20; plan late Late 30;"
    /* not in order of time, on purpose */
    "price pro USD 2025-12-01 30 0.05; price pro USD 2025-10-01 20 0.04; price pro USD 2025-11-10 25 -;"
    "price pro EUR 2025-11-20 18 0.03; price gold USD 2025-10-01 90 0.01; price late USD 2025-11-15 70 -;"
    "price late USD 2025-11-25 71 -;"
    "allow pro 2025-11-10 2000; allow pro 2025-10-01 1000; allow late 2025-11-15 7;"
    "rate auto 2025-10-01 1; rate terra 2026-10-01 2.2; rate terra 2026-08-30 1 1000; rate auto 2026-01-01 0.5;"
    "country US 2025-10-01 1; country US 2026-01-01 0; country US 2026-02-01 1; country DE 2025-10-01 0";

static const struct {
    const char *name;
    const char *plan, *currency, *price_date, *before;
    int64_t monthly_minor; /* -1: no row */
} prices[] = {
    {"R1 the greatest effective_from not after it", "pro", "USD", "2025-11-01", "2025-12-01", 2000},
    {"R1 its own instant included", "pro", "USD", "2025-11-10", "2025-12-01", 2500},
    {"R1 not a millisecond before", "pro", "USD", "2025-11-09T23:59:59.999Z", "2025-12-01", 2000},
    {"R1 the last row holds on", "pro", "USD", "2030-01-01", "2030-02-01", 3000},
    {"R1 other plans' rows do not count", "gold", "USD", "2025-11-20", "2025-12-01", 9000},
    {"R4 none yet: the first after it and before E", "late", "USD", "2025-11-01", "2025-12-01", 7000},
    {"R4 only where there is none in force", "pro", "EUR", "2025-11-21", "2025-12-01", 1800},
    {"R4 at the last instant before E", "late", "USD", "2025-11-01", "2025-11-15T00:00:00.001Z", 7000},
    {"R4 not at E", "late", "USD", "2025-11-01", "2025-11-15", -1},
    {"R4 by currency", "gold", "EUR", "2025-11-20", "2025-12-01", -1},
    {"R2 free may have no row", "free", "USD", "2025-11-20", "2025-12-01", -1},
};

static void test_prices(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof prices / sizeof prices[0]; i++) {
        const struct plan_price *row =
            catalogue_price(&world.catalogue, catalogue_plan(&world.catalogue, prices[i].plan), prices[i].currency,
                            script_instant(prices[i].price_date), script_instant(prices[i].before));
        int64_t got = row == NULL ? -1 : row->monthly_minor;
        if (got != prices[i].monthly_minor) {
            print_error("%s: want %" PRId64 ", got %" PRId64 "\n", prices[i].name, prices[i].monthly_minor, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    const char *plan, *price_date, *before;
    int64_t credits; /* hundredths; -1: no row */
} allowances[] = {
    {"R1 in force", "pro", "2025-11-09", "2025-12-01", 100000},
    {"R1 its own instant included", "pro", "2025-11-10", "2025-12-01", 200000},
    {"R4 the first after it", "late", "2025-11-01", "2025-12-01", 700},
    {"R4 not at E", "late", "2025-11-01", "2025-11-15", -1},
    {"R27 no row at all", "gold", "2025-11-01", "2025-12-01", -1},
};

static void test_allowances(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof allowances / sizeof allowances[0]; i++) {
        const struct plan_allowance *row =
            catalogue_allowance(&world.catalogue, catalogue_plan(&world.catalogue, allowances[i].plan),
                                script_instant(allowances[i].price_date), script_instant(allowances[i].before));
        int64_t got = row == NULL ? -1 : row->credits;
        if (got != allowances[i].credits) {
            print_error("%s: want %" PRId64 ", got %" PRId64 "\n", allowances[i].name, allowances[i].credits, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    const char *model, *at;
    int64_t multiplier; /* millionths; -1: no row */
} rates[] = {
    {"R5 in force", "auto", "2025-12-31T23:59:59.999Z", 1000000},
    {"R5 its own instant included", "auto", "2026-01-01", 500000},
    {"R5 of a model with a change", "terra", "2026-09-30T23:59:59.999Z", 1000000},
    {"R5 after the change", "terra", "2026-10-01", 2200000},
    {"R27 not before the first", "terra", "2026-08-29T23:59:59.999Z", -1},
    {"R27 nor of the model before it in the dictionary", "auto", "2025-09-30", -1},
    {"R27 a model without rows", "nova", "2026-01-01", -1},
};

static void test_rates(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        const struct model_rate *row =
            catalogue_rate(&world.catalogue, world_model(&world, rates[i].model), script_instant(rates[i].at));
        int64_t got = row == NULL ? -1 : row->multiplier;
        if (got != rates[i].multiplier) {
            print_error("%s: want %" PRId64 ", got %" PRId64 "\n", rates[i].name, rates[i].multiplier, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    const char *country, *at;
    bool eligible;
} countries[] = {
    {"R16 eligible", "US", "2025-10-01", true},
    {"R16 not before its first row", "US", "2025-09-30T23:59:59.999Z", false},
    {"R16 no longer", "US", "2026-01-01", false},
    {"R16 and again", "US", "2026-02-01", true},
    {"R16 a row that says no", "DE", "2025-11-01", false},
    {"R16 without a row", "CU", "2025-11-01", false},
};

static void test_countries(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof countries / sizeof countries[0]; i++) {
        bool got = catalogue_eligible(&world.catalogue, countries[i].country, script_instant(countries[i].at));
        if (got != countries[i].eligible) {
            print_error("%s: want %d, got %d\n", countries[i].name, countries[i].eligible, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_plans_by_rank(void **state)
{
    (void)state;
    struct plan plans[] = {{.code = "c", .rank = 7}, {.code = "free", .rank = 0}, {.code = "b", .rank = 3}};

    plans_sort(plans, 3);
    assert_string_equal(plans[PLAN_FREE].code, "free");
    assert_string_equal(plans[1].code, "b");
    assert_string_equal(plans[2].code, "c");
    assert_int_equal(catalogue_plan(&world.catalogue, "gold"), 2);
    assert_int_equal(catalogue_plan(&world.catalogue, "Gold"), PLAN_UNKNOWN); /* codes compare as bytes */
}

/* Two rows each, the later one first: both orders of each table. */
static void test_rows_in_order(void **state)
{
    static const char ROWS[] =
        "plan free Free 0; plan pro Pro 1; plan gold Gold 2;"
        "price gold EUR 2025-10-01 4 -; price pro USD 2025-12-01 3 -; price pro USD 2025-10-01 2 -; price pro EUR 2025-11-01 1 -;"
        "country US 2026-01-01 0; country DE 2025-12-01 1; country DE 2025-10-01 0;"
        "allow pro 2025-11-01 2; allow pro 2025-10-01 1";
    static struct world other;
    (void)state;

    world_reset(&other);
    script_run(&other, ROWS);
    catalogue_sort(&other.catalogue);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(other.prices[i].monthly_minor, 100 * (i + 1));
    }
    assert_string_equal(other.countries[0].country, "DE");
    assert_false(other.countries[0].eligible);
    assert_true(other.countries[1].eligible);
    assert_string_equal(other.countries[2].country, "US");
    assert_int_equal(other.allowances[0].credits, 100);
    assert_int_equal(other.allowances[1].credits, 200);
}

/* Rates and the plans' order: what usage and its breakpoints depend on. */
static void test_rates_alike(void **state)
{
    static const char BASE[] = "plan free Free 0; plan pro Pro 1; rate auto 2025-10-01 1; rate opus 2025-10-01 2 1000";
    static const struct {
        const char *script;
        bool alike;
    } others[] = {
        {"plan free Free 0; plan pro Pro 1; rate auto 2025-10-01 1; rate opus 2025-10-01 2 1000", true},
        {"plan free Other 0; plan pro Name 9; rate auto 2025-10-01 1; rate opus 2025-10-01 2 1000", true},
        {"plan free Free 0; rate auto 2025-10-01 1; rate opus 2025-10-01 2 1000", false},
        {"plan free Free 0; plan gold Pro 1; rate auto 2025-10-01 1; rate opus 2025-10-01 2 1000", false},
        {"plan basic Free 0; plan pro Pro 1; rate auto 2025-10-01 1; rate opus 2025-10-01 2 1000", false},
        {"plan free Free 0; plan pro Pro 1; rate auto 2025-10-01 1; rate auto 2025-11-01 2 1000", false},
        {"plan free Free 0; plan pro Pro 1; rate auto 2025-10-01 1; rate opus 2025-10-01 2 1000; rate opus 2025-11-01 2", false},
        {"plan free Free 0; plan pro Pro 1; rate auto 2025-10-02 1; rate opus 2025-10-01 2 1000", false},
        {"plan free Free 0; plan pro Pro 1; rate auto 2025-10-01 1; rate opus 2025-10-01 3 1000", false},
        {"plan free Free 0; plan pro Pro 1; rate auto 2025-10-01 1; rate opus 2025-10-01 2 1001", false},
        {"plan free Free 0; plan pro Pro 1; rate auto 2025-10-01 2; rate opus 2025-10-01 2 1000", false},
    };
    static struct world base, other;
    (void)state;

    world_reset(&base);
    script_run(&base, BASE);
    world_sort(&base);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        world_reset(&other);
        script_run(&other, others[i].script);
        world_sort(&other);
        assert_int_equal(catalogue_rates_alike(&base.catalogue, &other.catalogue), others[i].alike);
        assert_int_equal(catalogue_rates_alike(&other.catalogue, &base.catalogue), others[i].alike);
    }
    other = base;
    world_model(&other, "a model without rates");
    assert_false(catalogue_rates_alike(&base.catalogue, &other.catalogue));
    other = base; /* the same counts, another model */
    other.rates[0].model = 1;
    other.catalogue.rates = other.rates;
    assert_false(catalogue_rates_alike(&base.catalogue, &other.catalogue));
}

static bool policies_are(struct policies a, struct policies b)
{
    return a.proration == b.proration && a.first_allowance == b.first_allowance && a.headroom_percent == b.headroom_percent &&
           a.close_grace_hours == b.close_grace_hours && a.held_limit_percent == b.held_limit_percent;
}

/* spec/data.md's policies by their words; others are refused and change nothing. */
static void test_policies(void **state)
{
    const struct policies old = POLICIES_DEFAULT;
    struct policies policies = POLICIES_DEFAULT;
    static const struct {
        const char *policy, *value;
    } refused[] = {
        {"proration", "full"},      {"proration", ""},          {"first_month_allowance", "second"}, {"headroom", "1"},
        {"headroom_percent", "x"},  {"headroom_percent", "-1"}, {"close_grace_hours", "1.5"},        {"", ""},
        {"held_limit_percent", ""}, {"second", "proration"},    {"headroom_percent", "101"},
        {"close_grace_hours", "2001"}, {"held_limit_percent", "101"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_false(policies_set(&policies, refused[i].policy, refused[i].value));
    }
    assert_true(policies_are(policies, old));
    assert_true(policies_are(old, (struct policies){PRORATE_DAY_INCLUSIVE, FIRST_ALLOWANCE_FULL, 10, 24, 5}));
    assert_true(policies_set(&policies, "proration", "day_exclusive"));
    assert_int_equal(policies.proration, PRORATE_DAY_EXCLUSIVE);
    assert_true(policies_set(&policies, "proration", "second"));
    assert_int_equal(policies.proration, PRORATE_SECOND);
    assert_true(policies_set(&policies, "proration", "day_inclusive"));
    assert_int_equal(policies.proration, PRORATE_DAY_INCLUSIVE);
    assert_true(policies_set(&policies, "first_month_allowance", "prorated"));
    assert_int_equal(policies.first_allowance, FIRST_ALLOWANCE_PRORATED);
    assert_true(policies_set(&policies, "first_month_allowance", "full"));
    assert_true(policies_are(policies, old));
    assert_true(policies_set(&policies, "headroom_percent", "100") && policies_set(&policies, "headroom_percent", "0") &&
                policies_set(&policies, "close_grace_hours", "2000") && policies_set(&policies, "held_limit_percent", "100"));
    assert_int_equal(policies.headroom_percent, 0);
    assert_int_equal(policies.close_grace_hours, 2000);
    assert_int_equal(policies.held_limit_percent, 100);
}

static int setup(void **state)
{
    (void)state;
    world_reset(&world);
    script_run(&world, CATALOGUE);
    world_sort(&world);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prices), cmocka_unit_test(test_allowances),     cmocka_unit_test(test_rates),
        cmocka_unit_test(test_countries), cmocka_unit_test(test_plans_by_rank),
        cmocka_unit_test(test_rows_in_order), cmocka_unit_test(test_rates_alike), cmocka_unit_test(test_policies),
    };

    return cmocka_run_group_tests(tests, setup, NULL);
}
