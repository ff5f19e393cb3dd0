/*
 * Properties of lib/ over random account-months: what lib/ finds by segments,
 * the replay finds event by event (R9, R10, R11 to R14, R19 to R22, R27); and
 * what must be true of every bill (R15, R24, R25) and of every way to sum up
 * usage. The seeds are fixed; a failing case prints its seed and its numbers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <string.h>

#include "lib/bill.h"
#include "tests/lib/properties.h"
#include "tests/lib/random_world.h"

#define SEEDS 12000
#define FAILURES_SHOWN 10

static struct world world;

/* How often the interesting things happened: a property over nothing proves nothing. */
static struct {
    int billed, held, first_paid_month, bonus, bonus_before, overage, unbilled, capped, discounts, upgrades,
        landings, ignored, cells, netted;
    int holds[HOLD_OUT_OF_BOUNDS + 1];
} seen;

static int failures;

/* A difference is printed with the case's seed. */
static void differs(const struct properties *in, const char *what, int64_t want, int64_t got)
{
    if (failures++ < FAILURES_SHOWN) {
        print_error("seed %" PRIu64 ", month %" PRId32 ": %s: want %" PRId64 ", got %" PRId64 "\n", in->seed, world.month,
                    what, want, got);
    }
}

/* The world of a seed as it is billed. */
static struct properties properties_of(uint64_t seed)
{
    return (struct properties){.world = &world, .seed = seed, .differs = differs};
}

static void note_seen(const struct replay *replay)
{
    seen.holds[replay->hold]++;
    seen.held += replay->hold != HOLD_NONE;
    if (replay->hold != HOLD_NONE) {
        return;
    }
    seen.billed++;
    seen.first_paid_month += world.bill.first_paid_month;
    seen.bonus += replay->bonus > 0;
    seen.overage += replay->overage > 0;
    seen.unbilled += replay->unbilled > 0;
    seen.cells += world.break_count > 4;
    for (size_t i = 0; i < world.facts.grant_count; i++) {
        seen.bonus_before += world.used_in_month[i] > 0 &&
                             world.grants[i].credits > world.balances[i] + world.used_in_month[i];
    }
    for (size_t i = 0; i < world.facts.setting_count; i++) {
        seen.capped += world.settings[i].cap_credits == replay->overage && replay->overage > 0;
    }
    for (size_t i = 0; i < world.timeline.step_count; i++) {
        seen.landings += world.timeline.steps[i].kind == STEP_LANDED;
        seen.ignored += world.timeline.steps[i].kind == STEP_SETTING_IGNORED;
    }
    for (size_t i = 0; i < world.bill.line_count; i++) {
        seen.discounts += world.lines[i].kind == LINE_PLAN_DISCOUNT;
        seen.upgrades += world.lines[i].kind == LINE_PLAN_UPGRADE;
    }
}

static void test_agrees_with_replay(void **state)
{
    static struct replay replay;
    (void)state;
    failures = 0;
    memset(&seen, 0, sizeof seen);

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        random_world(&world, seed);
        world_bill(&world);
        struct properties in = properties_of(seed);
        replay = properties_of_replay(&in);
        note_seen(&replay);
    }
    assert_int_equal(failures, 0);
    print_message("%d months: %d billed, %d held; %d first paid, %d with bonus (%d grants over months), %d overage "
                  "(%d at a cap), %d unbilled; %d discounts, %d upgrades, %d landings, %d settings ignored\n",
                  SEEDS, seen.billed, seen.held, seen.first_paid_month, seen.bonus, seen.bonus_before, seen.overage,
                  seen.capped, seen.unbilled, seen.discounts, seen.upgrades, seen.landings, seen.ignored);
    assert_true(seen.billed >= 10000 && seen.first_paid_month >= 500 && seen.bonus >= 1000 && seen.bonus_before >= 500);
    assert_true(seen.overage >= 1000 && seen.capped >= 100 && seen.unbilled >= 1000 && seen.cells >= 1000);
    assert_true(seen.discounts >= 100 && seen.upgrades >= 500 && seen.landings >= 1000 && seen.ignored >= 500);
    for (int reason = HOLD_UNKNOWN_PLAN; reason < HOLD_OUT_OF_BOUNDS; reason++) {
        assert_true(seen.holds[reason] > 0);
    }
}

static void test_every_bill(void **state)
{
    static struct replay replay;
    (void)state;
    failures = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        random_world(&world, seed);
        world_bill(&world);
        if (world.bill.status != BILL_HELD) {
            struct properties in = properties_of(seed);
            replay = replay_run(&world);
            properties_of_bill(&in);
            seen.netted += properties_of_taxes(&in, &replay);
        }
    }
    assert_int_equal(failures, 0);
    assert_true(seen.netted >= 10);
}

/* A third of the worlds gets enormous events: sums stop at the same place in any order. */
static void enlarge(uint64_t seed, uint64_t *state)
{
    for (size_t i = 0; seed % 3 == 0 && i < world.event_count; i++) {
        world.events[i].event.quantity = random_up_to(state, QUANTITY_MAX);
        world.events[i].event.tokens = random_up_to(state, COUNT_MAX);
    }
}

static void test_usage_in_any_order_and_parts(void **state)
{
    (void)state;
    failures = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint64_t shuffle = ~seed;
        random_world(&world, seed);
        enlarge(seed, &shuffle);
        world_bill(&world);
        struct properties in = properties_of(seed);
        properties_of_usage(&in, &shuffle);
    }
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_replay),
        cmocka_unit_test(test_every_bill),
        cmocka_unit_test(test_usage_in_any_order_and_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
