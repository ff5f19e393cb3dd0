/*
 * Grants from a month's start to its end (R19): which sums each is part of,
 * and that opening + granted - used - expired = closing, also where it must not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>

#include "lib/calendar.h"
#include "lib/grants.h"
#include "tests/lib/random_world.h"
#include "tests/lib/script.h"

#define SEEDS 6000

static struct world world;
static int64_t cells_left[WORLD_BREAKS_MAX];

/* Of the world as it was billed last. */
static struct grants_in billed(void)
{
    return (struct grants_in){
        .month = {&world.facts, &world.catalogue, month_start_ms(world.month), month_end_ms(world.month)},
        .cells = world.cells,
        .cell_count = world.break_count,
        .balances = world.balances,
        .cells_left = cells_left,
    };
}

static struct grant_sums sums_of_world(void)
{
    struct grant_sums sums = {0};

    assert_true(grant_sums_add(&sums, billed()));
    return sums;
}

static int64_t difference(struct grant_sums sums)
{
    return sums.opening + sums.granted - world.bill.used.bonus - sums.expired - sums.closing;
}

static const struct {
    const char *name;
    const char *script;
    struct grant_sums want;
    int64_t used;
} rows[] = {
    {"no grants", "use 2025-11-05 auto 3", {0, 0, 0, 0}, 0},
    {"begun and over before S", "grant g 10 2025-10-01 2025-10-20; use 2025-10-05 auto 4", {0, 0, 0, 0}, 0},
    {"expires at S", "grant g 10 2025-10-01 2025-11-01; use 2025-11-01 auto 4", {0, 0, 0, 0}, 0},
    {"begun before, expires inside",
     "grant g 10 2025-10-01 2025-11-20; use 2025-10-05 auto 4; use 2025-11-05 auto 3; use 2025-11-20 auto 1",
     {600, 0, 300, 0}, 300},
    {"begun before, expires at E", "grant g 10 2025-10-01 2025-12-01; use 2025-10-05 auto 4; use 2025-11-05 auto 3",
     {600, 0, 300, 0}, 300},
    {"begun before, stays", "grant g 10 2025-10-01 2025-12-02; use 2025-10-05 auto 4; use 2025-11-05 auto 3",
     {600, 0, 0, 300}, 300},
    {"used up before S", "grant g 10 2025-10-01 2025-12-02; use 2025-10-05 auto 40; use 2025-11-05 auto 3",
     {0, 0, 0, 0}, 0},
    {"begins at S", "grant g 10 2025-11-01 2025-12-02; use 2025-10-31 auto 4; use 2025-11-01 auto 3",
     {0, 1000, 0, 700}, 300},
    {"begins a millisecond before S", "grant g 10 2025-10-31T23:59:59.999Z 2025-12-02; use 2025-11-01 auto 3",
     {1000, 0, 0, 700}, 300},
    {"begins and expires inside", "grant g 10 2025-11-05 2025-11-10; use 2025-11-05 auto 3; use 2025-11-10 auto 4",
     {0, 1000, 700, 0}, 300},
    {"begins at the last instant", "grant g 10 2025-11-30T23:59:59.999Z 2025-12-20; use 2025-11-30 auto 4",
     {0, 1000, 0, 1000}, 0},
    {"begins at E", "grant g 10 2025-12-01 2025-12-20; use 2025-11-30 auto 4", {0, 0, 0, 0}, 0},
    {"X10, November", "grant g 500 2025-11-25 2025-12-09; use 2025-11-26 auto 300", {0, 50000, 0, 20000}, 30000},
    {"X10, December",
     "month 2025-12; grant g 500 2025-11-25 2025-12-09; use 2025-11-26 auto 300; use 2025-12-03 auto 400",
     {20000, 0, 0, 0}, 20000},
    {"the one that is over took October's usage before the one that stays",
     "grant a 10 2025-10-01 2025-10-20; grant b 10 2025-10-01 2025-11-30; use 2025-10-05 auto 12;"
     "use 2025-11-03 auto 1",
     {800, 0, 700, 0}, 100},
    {"several at once",
     "grant a 10 2025-10-01 2025-11-10; grant b 20 2025-11-05 2025-11-20; grant c 30 2025-10-15 2025-12-20;"
     "use 2025-10-20 auto 13; use 2025-11-06 auto 5; use 2025-11-15 auto 22; use 2025-11-25 auto 1",
     {2700, 2000, 0, 1900}, 2800},
};

static void test_each_case(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        script_bill(&world, rows[i].script);
        struct grant_sums got = sums_of_world();
        const struct grant_sums *want = &rows[i].want;
        if (got.opening != want->opening || got.granted != want->granted || got.expired != want->expired ||
            got.closing != want->closing || world.bill.used.bonus != rows[i].used) {
            print_error("%s: got opening %" PRId64 ", granted %" PRId64 ", expired %" PRId64 ", closing %" PRId64
                        ", used %" PRId64 "\n",
                        rows[i].name, got.opening, got.granted, got.expired, got.closing, world.bill.used.bonus);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* A side that is wrong by a hundredth shows. */
static void test_wrong_sides_show(void **state)
{
    (void)state;
    script_bill(&world, "grant a 10 2025-10-01 2025-11-20; grant b 10 2025-10-15 2025-12-20; use 2025-10-05 auto 4;"
                        "use 2025-11-03 auto 3; use 2025-11-25 auto 4");
    assert_int_equal(difference(sums_of_world()), 0);
    world.balances[1]++;
    assert_int_equal(difference(sums_of_world()), -1);
    world.balances[1]--;
    world.bill.used.bonus--;
    assert_int_equal(difference(sums_of_world()), 1);
    world.bill.used.bonus++;
    world.cells[0].credits++; /* October's usage */
    assert_int_equal(sums_of_world().opening, 1599);
    world.cells[0].credits--;
    world.facts.grant_count--; /* b: its usage was taken from a grant that nobody knows */
    assert_int_equal(difference(sums_of_world()), -400);
}

/* More than a sum can hold. */
static void test_too_much(void **state)
{
    struct grant_sums sums = {.closing = INT64_MAX - 500};

    (void)state;
    script_bill(&world, "grant g 10 2025-11-01 2025-12-20; use 2025-11-05 auto 5");
    assert_true(grant_sums_add(&sums, billed()));
    assert_int_equal(sums.closing, INT64_MAX);
    script_bill(&world, "grant g 10 2025-11-01 2025-12-20; use 2025-11-05 auto 4");
    assert_false(grant_sums_add(&sums, billed()));
    sums = (struct grant_sums){.granted = INT64_MAX - 999};
    assert_false(grant_sums_add(&sums, billed()));
}

/* Of any account-month: the sums meet, and the next month opens with what this one closes with. */
static void test_months_meet(void **state)
{
    int failed = 0, grants = 0, openings = 0, expiries = 0, closings = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        random_world(&world, seed);
        world_bill(&world);
        if (world.bill.status == BILL_HELD) {
            continue;
        }
        struct grant_sums sums = sums_of_world();
        int64_t apart = difference(sums);
        world.month = month_of(month_end_ms(world.month));
        world_bill(&world);
        bool next_held = world.bill.status == BILL_HELD;
        struct grant_sums next = next_held ? (struct grant_sums){.opening = sums.closing} : sums_of_world();
        if (apart != 0 || next.opening != sums.closing) {
            print_error("seed %" PRIu64 ": apart by %" PRId64 ", closing %" PRId64 ", next opening %" PRId64 "\n", seed,
                        apart, sums.closing, next.opening);
            failed++;
        }
        grants += sums.granted > 0;
        openings += sums.opening > 0;
        expiries += sums.expired > 0;
        closings += sums.closing > 0 && !next_held;
    }
    assert_int_equal(failed, 0);
    assert_true(grants > 200 && openings > 200 && expiries > 200 && closings > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_case),
        cmocka_unit_test(test_wrong_sides_show),
        cmocka_unit_test(test_too_much),
        cmocka_unit_test(test_months_meet),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
