/*
 * R30: the median of the last months, and the smallest plan that covers it
 * with headroom.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/plan_fit.h"
#include "tests/lib/random_world.h"
#include "tests/lib/script.h"

#define ROUNDS 20000

static struct world world;

static const struct {
    const char *name;
    const char *script; /* on top of the published catalogue: 50, 1000, 2000 and 10000 credits */
    const char *plan;
    int64_t headroom_percent;
    size_t before;                  /* months before this one */
    int64_t credits;                /* of this month */
    int64_t history[HISTORY_MONTHS];
    const char *want;
} rows[] = {
    {"R30 the first month says nothing", "", "pro", 10, 0, 90000, {0}, "too few"},
    {"R30 nor does the second", "", "pro", 10, 1, 90000, {90000}, "too few"},
    {"R30 the third does: the middle one, whatever the order", "", "pro", 10, 2, 99000, {1, 90000},
     "3 months, 90000, pro 0"},
    {"R30 this month counts", "", "pro", 10, 2, 1, {1, 90000}, "3 months, 1, free -2000"},
    {"R30 four months: the mean of the middle two", "", "pro", 10, 3, 90000, {1, 90800, 99999}, "4 months, 90400, pro 0"},
    {"R30 half a hundredth is shown rounded up", "", "pro", 10, 3, 90000, {1, 90001, 99999}, "4 months, 90001, pro 0"},
    {"R30 five months", "", "pro", 10, 4, 5, {4, 3, 2, 1}, "5 months, 3, free -2000"},
    {"R30 six months", "", "pro", 10, 5, 6, {5, 4, 3, 2, 1}, "6 months, 4, free -2000"},
    {"R30 and no more: the oldest does not count", "", "pro", 10, 6, 6, {5, 4, 3, 2, 1, 400000}, "6 months, 4, free -2000"},
    {"R30 exactly covered with its headroom", "", "pro", 10, 2, 90909, {90909, 90909}, "3 months, 90909, pro 0"},
    {"R30 one hundredth too much", "", "pro", 10, 2, 90910, {90910, 90910}, "3 months, 90910, proplus 2000"},
    {"R30 the exact mean decides, not the one shown: 1000.00 is covered", "", "pro", 0, 3, 99999, {0, 100001, 200000},
     "4 months, 100000, pro 0"},
    {"R30 the exact mean decides: 1000.005 is not", "", "pro", 0, 3, 100000, {0, 100001, 200000},
     "4 months, 100001, proplus 2000"},
    {"R30 without headroom", "", "pro", 0, 2, 100000, {100000, 100000}, "3 months, 100000, pro 0"},
    {"R30 with as much again", "", "pro", 100, 2, 100000, {100000, 100000}, "3 months, 100000, proplus 2000"},
    {"R30 no usage", "", "power", 10, 2, 0, {0, 0}, "3 months, 0, free -20000"},
    {"R30 from free up", "", "free", 10, 2, 150000, {150000, 150000}, "3 months, 150000, proplus 4000"},
    {"R30 no plan is large enough", "", "power", 10, 2, 1000000, {1000000, 1000000}, "3 months, 1000000, -"},
    {"R30 the most credits there are", "", "power", 100, 2, CREDITS_MAX, {CREDITS_MAX, CREDITS_MAX},
     "3 months, 1000000000000, -"},
    {"R4 a plan without a price at the price date does not count", "", "proplus", 10, 2, 400000, {400000, 400000},
     "3 months, 400000, power 16000"},
    {"R4 it does where it comes in the month", "month 2026-06", "proplus", 10, 2, 400000, {400000, 400000},
     "3 months, 400000, promax 6000"},
    {"R30 the lowest rank, not the lowest price", "price proplus USD 2025-10-01 500 -", "power", 10, 2, 150000,
     {150000, 150000}, "3 months, 150000, proplus 30000"},
    {"R30 in yen", "currency JPY; price pro JPY 2025-10-01 3000 6", "free", 10, 2, 80000, {80000, 80000},
     "3 months, 80000, pro 3000"},
};

static const char *text(bool there, struct plan_fit fit)
{
    static char got[200];

    if (!there) {
        return "too few";
    }
    if (fit.fitting_plan == PLAN_UNKNOWN) {
        (void)snprintf(got, sizeof got, "%zu months, %" PRId64 ", -", fit.months, fit.typical);
    } else {
        (void)snprintf(got, sizeof got, "%zu months, %" PRId64 ", %s %" PRId64, fit.months, fit.typical,
                       world.catalogue.plans[fit.fitting_plan].code, fit.difference_minor);
    }
    return got;
}

static void catalogue(const char *script)
{
    world_reset(&world);
    script_run(&world, SCRIPT_CATALOGUE);
    script_run(&world, script);
    world_sort(&world);
}

static struct plan_fit_in fit_of(const char *plan, const struct account_history *history)
{
    return (struct plan_fit_in){
        .month = {&world.catalogue, world.facts.currency, month_start_ms(world.month), month_end_ms(world.month)},
        .plan = catalogue_plan(&world.catalogue, plan),
        .history = history,
    };
}

static void test_each_rule(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct account_history history = {.month_count = rows[i].before};
        struct plan_fit fit = {0};

        catalogue(rows[i].script);
        memcpy(history.credits, rows[i].history, sizeof history.credits);
        struct plan_fit_in in = fit_of(rows[i].plan, rows[i].before > 0 ? &history : NULL);
        in.credits = rows[i].credits;
        in.headroom_percent = rows[i].headroom_percent;
        const char *got = text(plan_fit(in, &fit), fit);
        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s: want %s, got %s\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static size_t below(const int64_t *months, size_t count, int64_t credits)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        found += months[i] < credits;
    }
    return found;
}

static size_t above(const int64_t *months, size_t count, int64_t credits)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        found += months[i] > credits;
    }
    return found;
}

/* Is it the sum of the lower and the upper middle, found by counting the months on either side of each? */
static bool is_median(const int64_t *months, size_t count, int64_t twice)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            if (months[i] <= months[j] && months[i] + months[j] == twice && /* the same month of an odd number */
                below(months, count, months[i]) <= (count - 1) / 2 && above(months, count, months[i]) <= count / 2 &&
                below(months, count, months[j]) <= count / 2 && above(months, count, months[j]) <= (count - 1) / 2) {
                return true;
            }
        }
    }
    return false;
}

/* May the plan be the answer? It covers the typical month, in whole numbers: allowance x 200 >= twice the median x percent. */
static bool covers(int plan, int64_t twice, int64_t percent)
{
    struct terms terms;
    struct terms_in in = fit_of("pro", NULL).month;

    return terms_read(in, plan, &terms) && (__int128)terms.allowance * 200 >= (__int128)twice * percent;
}

/* Random months: the plan covers the median, no plan below it does, and the order of the months does not matter. */
static void test_smallest(void **state)
{
    (void)state;
    uint64_t random = 30;
    int failed = 0;
    int plans[WORLD_PLANS_MAX + 1] = {0};

    catalogue("");
    for (int round = 0; round < ROUNDS; round++) {
        int64_t most = (int64_t)1 << random_up_to(&random, 22);
        struct account_history history = {.month_count = (size_t)random_up_to(&random, 3) + 2};
        struct plan_fit fit = {0};
        struct plan_fit_in in = fit_of("pro", &history);
        int64_t months[HISTORY_MONTHS];
        size_t count = history.month_count + 1;

        for (size_t i = 0; i < count; i++) {
            months[i] = random_up_to(&random, most);
        }
        in.credits = months[0];
        in.headroom_percent = random_up_to(&random, 100);
        memcpy(history.credits, months + 1, history.month_count * sizeof months[0]);
        assert_true(plan_fit(in, &fit));
        bool exact = is_median(months, count, 2 * fit.typical);
        bool rounded = is_median(months, count, 2 * fit.typical - 1);
        int64_t twice = exact ? 2 * fit.typical : 2 * fit.typical - 1;
        int wrong = !exact && !rounded;
        for (int plan = 0; plan < (int)world.catalogue.plan_count; plan++) {
            bool covered = covers(plan, twice, 100 + in.headroom_percent);
            wrong += plan == fit.fitting_plan ? !covered : covered && (plan < fit.fitting_plan || fit.fitting_plan < 0);
        }
        in.credits = months[1];
        history.credits[0] = months[0];
        struct plan_fit other = {0};
        wrong += !plan_fit(in, &other) || other.typical != fit.typical || other.fitting_plan != fit.fitting_plan;
        plans[fit.fitting_plan + 1]++;
        failed += wrong > 0;
        if (wrong > 0) {
            print_error("round %d: %s\n", round, text(true, fit));
        }
    }
    assert_int_equal(failed, 0);
    for (int plan = PLAN_UNKNOWN; plan < (int)world.catalogue.plan_count; plan++) {
        bool sold = plan != catalogue_plan(&world.catalogue, "promax"); /* it comes in 2026 */
        assert_true((plans[plan + 1] > 100) == sold);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_rule),
        cmocka_unit_test(test_smallest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
