/*
 * Breakpoints and the order of consumption (R19, R20), cell by cell.
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
#include "lib/consumption.h"
#include "tests/lib/script.h"

static struct world world;

static const struct {
    const char *name;
    const char *script;
    const char *days; /* month-day of each breakpoint */
} breaks[] = {
    {"the month's start alone", "change 2025-10-05 pro; use 2025-11-10 auto 1", "11-01"},
    {"R19 a grant's start and expiry", "grant g 1 2025-11-05 2025-11-20", "11-01 11-05 11-20"},
    {"R19, R27 from the earliest grant on, and the months between", "grant g 1 2025-09-05 2025-11-20; grant h 1 2025-09-20 "
     "2025-10-20", "09-05 09-20 10-01 10-20 11-01 11-20"},
    {"R19 none at or after E", "grant g 1 2025-11-05 2025-12-01; grant h 1 2025-12-01 2025-12-10", "11-01 11-05"},
    {"R19 distinct", "grant g 1 2025-11-01 2025-11-20; grant h 1 2025-11-01 2025-11-20", "11-01 11-20"},
    {"R20 a setting that counts", "change 2025-10-05 pro; overage 2025-11-05 on; overage 2025-11-07 off",
     "11-01 11-05 11-07"},
    {"R20 not one that is ignored", "overage 2025-11-05 on", "11-01"},
    {"R20 not one before the month", "change 2025-09-05 pro; overage 2025-10-05 on", "11-01"},
};

static void test_breakpoints(void **state)
{
    (void)state;
    int failed = 0;
    char got[256];
    char day[DAY_TEXT_MAX];

    for (size_t i = 0; i < sizeof breaks / sizeof breaks[0]; i++) {
        script_bill(&world, breaks[i].script);
        struct timeline_in in = {&world.facts, &world.catalogue, month_start_ms(world.month), month_end_ms(world.month)};
        got[0] = '\0';
        for (size_t j = 0; j < world.break_count; j++) {
            (void)day_format(day_of(world.breaks[j]), day);
            (void)snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", j == 0 ? "" : " ", day + 5);
        }
        if (strcmp(got, breaks[i].days) != 0 || world.break_count > breakpoints_max(in)) {
            print_error("%s: want \"%s\", got \"%s\"\n", breaks[i].name, breaks[i].days, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Both ends of each grant, each setting, each month since the first grant, and the two that are always there. */
static void test_breakpoints_max(void **state)
{
    static const struct {
        const char *script;
        size_t want;
    } cases[] = {
        {"", 2},
        {"change 2025-10-05 pro; overage 2025-11-05 on; overage 2025-11-06 off", 4},
        {"grant g 1 2025-11-05 2025-11-20; grant h 1 2025-11-06 2025-11-21", 6},
        {"grant g 1 2025-08-05 2025-11-20", 7},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        script_bill(&world, cases[i].script);
        struct timeline_in in = {&world.facts, &world.catalogue, month_start_ms(world.month), month_end_ms(world.month)};
        assert_int_equal(breakpoints_max(in), cases[i].want);
    }
}

/* R19: where what was left of grants is known, nothing before it matters, and balances begin with it. */
static void test_left_at(void **state)
{
    (void)state;
    script_bill(&world, "grant g 10 2025-09-05 2025-12-20; grant h 5 2025-10-20 2025-12-21; grant i 2 2025-11-03 2025-11-20;"
                        "use 2025-10-25 auto 4; use 2025-11-02 auto 3");
    struct timeline_in in = {&world.facts, &world.catalogue, month_start_ms(world.month), month_end_ms(world.month)};
    int64_t found[WORLD_BREAKS_MAX];
    int64_t balances[3], used[3];
    struct usage_cell cells[] = {{.from = in.month_start, .credits = 300}, {.from = world.facts.grants[0].starts_at}};

    for (size_t i = 0; i < world.facts.grant_count; i++) { /* by expiry: i, g, h */
        world.grants[i].left = i == 1 ? 100 : 500;
    }
    world.facts.left_at = in.month_start;
    assert_int_equal(breakpoints(in, &world.timeline, found), 3); /* the month's start, and i's instants */
    assert_int_equal(found[0], in.month_start);
    struct consumption got = consume((struct consumption_in){in, &world.timeline, cells, 2, 5000, false, balances, used});
    assert_int_equal(got.bonus, 300);
    assert_int_equal(balances[0], 200); /* i began later: whole */
    assert_int_equal(balances[1], 0);   /* g had 1.00 left */
    assert_int_equal(balances[2], 300); /* h gives the rest of the 3.00 */
    world.facts.left_at = in.month_start - DAY_MS;
    assert_int_equal(breakpoints(in, &world.timeline, found), 4);
    assert_int_equal(found[0], in.month_start - DAY_MS);
    world.grants[0].expires_at = in.month_start - 2 * DAY_MS; /* before what is known, and at it */
    world.grants[1].expires_at = in.month_start - DAY_MS;
    assert_int_equal(breakpoints(in, &world.timeline, found), 2 + (world.grants[0].starts_at >= found[0]));
    assert_int_equal(found[0], in.month_start - DAY_MS);
}

/* Grants a and b (by expiry), in hundredths: what the month's end leaves, and what the month took. */
static const struct {
    const char *name;
    const char *script;
    int64_t balance_a, balance_b;
    int64_t used_a, used_b;
} grants[] = {
    {"R19 untouched", "grant a 10 2025-11-01 2025-11-20; grant b 10 2025-11-01 2025-11-30", 1000, 1000, 0, 0},
    {"R19 the earliest expiry first",
     "grant b 10 2025-11-01 2025-11-30; grant a 10 2025-11-01 2025-11-20; use 2025-11-05 auto 12", 0, 800, 1000, 200},
    {"R19 of equal expiries the smallest id, whichever began first",
     "grant b 10 2025-10-01 2025-11-20; grant a 10 2025-11-02 2025-11-20; use 2025-11-05 auto 4", 600, 1000, 400, 0},
    {"R19 one that has not begun waits",
     "grant a 10 2025-11-10 2025-11-20; grant b 10 2025-11-01 2025-11-30; use 2025-11-05 auto 4; use 2025-11-10 auto 3",
     700, 600, 300, 400},
    {"R19 one that has expired keeps what is left",
     "grant a 10 2025-11-01 2025-11-05; grant b 10 2025-11-01 2025-11-30; use 2025-11-04 auto 4; use 2025-11-05 auto 3",
     600, 700, 400, 300},
    {"R19 over months: what October took is gone",
     "grant a 10 2025-10-01 2025-11-20; grant b 10 2025-10-15 2025-11-30; use 2025-10-05 auto 4;"
     "use 2025-10-20 auto 8; use 2025-11-03 auto 1",
     0, 700, 0, 100},
    {"R19 more than there is", "grant a 1 2025-11-01 2025-11-20; grant b 1 2025-11-01 2025-11-30; use 2025-11-05 auto 9",
     0, 0, 100, 100},
};

static void test_grants(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof grants / sizeof grants[0]; i++) {
        script_bill(&world, grants[i].script);
        if (world.balances[0] != grants[i].balance_a || world.balances[1] != grants[i].balance_b ||
            world.used_in_month[0] != grants[i].used_a || world.used_in_month[1] != grants[i].used_b) {
            print_error("%s: got balances %" PRId64 " and %" PRId64 ", used %" PRId64 " and %" PRId64 "\n",
                        grants[i].name, world.balances[0], world.balances[1], world.used_in_month[0],
                        world.used_in_month[1]);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    const char *script;
    int64_t allowance; /* hundredths */
    bool overage_price;
    struct consumption want;
} parts[] = {
    {"R19 within the allowance", "use 2025-11-05 auto 3", 500, true, {0, 300, 0, 0}},
    {"R19 overage is off", "use 2025-11-05 auto 8", 500, true, {0, 500, 0, 300}},
    {"R19 overage is on", "overage 2025-10-11 on; use 2025-11-05 auto 8", 500, true, {0, 500, 300, 0}},
    {"R19 overage has no price", "overage 2025-10-11 on; use 2025-11-05 auto 8", 500, false, {0, 500, 0, 300}},
    {"R20 a cap", "overage 2025-10-11 on 2; use 2025-11-05 auto 8", 500, true, {0, 500, 200, 100}},
    {"R20 a cap of the least there is", "overage 2025-10-11 on 0.01; use 2025-11-05 auto 8", 500, true, {0, 500, 1, 299}},
    {"R20 a cap over several cells", "overage 2025-10-11 on 2; grant g 1 2025-11-10 2025-11-12;"
     "use 2025-11-05 auto 6; use 2025-11-10 auto 2; use 2025-11-12 auto 7", 500, true, {100, 500, 200, 700}},
    {"R20 off and on", "overage 2025-10-11 on; overage 2025-11-10 off; overage 2025-11-12 on;"
     "use 2025-11-05 auto 6; use 2025-11-10 auto 2; use 2025-11-12 auto 7", 500, true, {0, 500, 800, 200}},
    {"R18 no allowance at all", "use 2025-11-05 auto 8", 0, true, {0, 0, 0, 800}},
};

static void test_parts(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        world_reset(&world);
        script_run(&world, SCRIPT_CATALOGUE);
        script_run(&world, "address 2025-01-01 US; change 2025-10-10 pro");
        script_run(&world, parts[i].script);
        world_bill(&world);
        struct consumption got = consume((struct consumption_in){
            .month = {&world.facts, &world.catalogue, month_start_ms(202511), month_end_ms(202511)},
            .timeline = &world.timeline, .cells = world.cells, .cell_count = world.break_count,
            .allowance = parts[i].allowance, .overage_price = parts[i].overage_price,
            .balances = world.balances, .used_in_month = world.used_in_month,
        });
        const struct consumption *want = &parts[i].want;
        if (got.bonus != want->bonus || got.included != want->included || got.overage != want->overage ||
            got.unbilled != want->unbilled) {
            print_error("%s: got bonus %" PRId64 ", included %" PRId64 ", overage %" PRId64 ", unbilled %" PRId64 "\n",
                        parts[i].name, got.bonus, got.included, got.overage, got.unbilled);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_breakpoints), cmocka_unit_test(test_breakpoints_max), cmocka_unit_test(test_left_at), cmocka_unit_test(test_grants), cmocka_unit_test(test_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
