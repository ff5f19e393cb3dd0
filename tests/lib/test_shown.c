/*
 * What customers were shown: sums in any order and parts, the event that differs
 * most, and the bill as shown against a replay event by event (R19) in which the
 * events come to what was shown.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/shown.h"
#include "tests/lib/random_world.h"
#include "tests/lib/replay.h"

#define SEEDS 3000
#define EVENTS 400

static struct world world;
static struct world as_shown;

/* A table of one account without cells, beside which what was shown stands. */
struct hand {
    struct model_rate rate;
    struct catalogue catalogue;
    struct usage_account account;
    struct usage_table table;
    struct shown_account shown_account;
    struct shown_table shown;
};

static void hand_init(struct hand *hand)
{
    memset(hand, 0, sizeof *hand);
    hand->rate = (struct model_rate){.model = 0, .multiplier = 1300000};
    hand->catalogue = (struct catalogue){.rates = &hand->rate, .rate_count = 1, .model_count = 2};
    hand->table = (struct usage_table){
        .catalogue = &hand->catalogue,
        .month_start = month_start_ms(202511),
        .month_end = month_end_ms(202511),
        .accounts = &hand->account,
        .account_count = 1,
    };
    hand->shown = (struct shown_table){&hand->shown_account, NULL};
}

static struct shown_event event_of(int64_t credits_auto, int64_t shown, int64_t at, int64_t key)
{
    return (struct shown_event){
        .event = {.at = month_start_ms(202511) + at, .quantity = credits_auto * 1000000, .tokens = TOKENS_NONE},
        .shown = shown,
        .key = key,
    };
}

/* R5: 10 on Auto is 13.00 here. */
static void test_one_account(void **state)
{
    struct hand hand;
    (void)state;

    hand_init(&hand);
    const struct shown_event events[] = {
        event_of(10, 1300, 5, 1), /* as billed */
        event_of(10, 1000, 7, 2), /* 3.00 less was shown */
        event_of(20, 2900, 4, 9), /* 3.00 more was shown, earlier: it is named */
        event_of(10, 1600, 4, 8), /* the same at the same instant, stored before it */
        event_of(1, 0, 1, 3),     /* 1.30 */
    };
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        shown_add(&hand.shown, &hand.table, &events[i]);
    }
    assert_int_equal(hand.shown_account.events, 5);
    assert_int_equal(hand.shown_account.sums.shown, 1300 + 1000 + 2900 + 1600);
    assert_int_equal(hand.shown_account.sums.billed, 1300 + 1300 + 2600 + 1300 + 130);
    assert_int_equal(hand.shown_account.largest, -300);
    assert_int_equal(hand.shown_account.largest_key, 8);

    struct shown_event unknown = event_of(10, 1, 0, 0); /* R27: its account is held */
    unknown.event.model = 1;
    shown_add(&hand.shown, &hand.table, &unknown);
    assert_int_equal(hand.shown_account.events, 5);
}

/* Each account's events and each cell's sums, of every part. */
static void test_merge_takes_all(void **state)
{
    struct usage_account accounts[2] = {{.cell_count = 0}, {.cell_count = 0}};
    struct shown_account all[2] = {{.events = 0}, {.events = 0}}, more[2] = {{.events = 1}, {.events = 2, .sums = {3, 4}}};
    struct shown_cell cells[2] = {{10, 20}, {30, 40}}, cells_more[2] = {{1, 2}, {3, 4}};
    const struct usage_table table = {.accounts = accounts, .account_count = 2, .cell_count = 2};
    struct shown_table to = {all, cells}, part = {more, cells_more};
    (void)state;

    shown_merge(&to, &part, &table);
    assert_int_equal(all[0].events, 1);
    assert_int_equal(all[1].events, 2);
    assert_int_equal(all[1].sums.shown, 3);
    assert_int_equal(cells[0].shown, 11);
    assert_int_equal(cells[0].billed, 22);
    assert_int_equal(cells[1].billed, 44);
}

/* Of equal differences the earliest, even of the smallest there is. */
static void test_smallest_difference(void **state)
{
    struct hand hand;
    (void)state;

    hand_init(&hand);
    const struct shown_event late = event_of(10, 1299, 9, 1), early = event_of(10, 1301, 4, 2);
    shown_add(&hand.shown, &hand.table, &late);
    shown_add(&hand.shown, &hand.table, &early);
    assert_int_equal(hand.shown_account.largest, -1);
    assert_int_equal(hand.shown_account.largest_key, 2);
}

static void test_instead(void **state)
{
    static const struct {
        const char *name;
        int64_t credits;
        struct shown_cell cell;
        int64_t want;
    } rows[] = {
        {"less was shown", 1000, {200, 300}, 900},
        {"more was shown", 1000, {300, 200}, 1100},
        {"nothing was shown to anyone", 1000, {0, 0}, 1000},
        {"all of it was shown as nothing", 1000, {0, 1000}, 0},
        {"up to the bound", CREDITS_MAX, {7, 7}, CREDITS_MAX},
        {"beyond it", CREDITS_MAX, {8, 7}, CREDITS_OVER},
        {"far beyond it", 1000, {CREDITS_OVER, 0}, CREDITS_OVER},
    };
    int failed = 0;
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t got = shown_instead(rows[i].credits, rows[i].cell);
        if (got != rows[i].want) {
            print_error("%s: want %" PRId64 ", got %" PRId64 "\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Few values, so that differences are often equal; some enormous, so that sums stop at the bound. */
static void test_any_order_and_parts(void **state)
{
    static struct shown_event events[EVENTS];
    uint64_t random = 11;
    (void)state;

    for (int round = 0; round < 200; round++) {
        static struct hand all, parts[3];

        hand_init(&all);
        for (int i = 0; i < EVENTS; i++) {
            int64_t shown = round % 4 == 0 ? random_up_to(&random, CREDITS_MAX) : 100 * random_up_to(&random, 20);
            events[i] = event_of(random_up_to(&random, 10), shown, random_up_to(&random, 5), i);
            shown_add(&all.shown, &all.table, &events[i]);
        }
        for (int i = 0; i < 3; i++) {
            hand_init(&parts[i]);
        }
        for (int i = EVENTS - 1; i >= 0; i--) {
            struct hand *part = &parts[random_up_to(&random, 2)];
            shown_add(&part->shown, &part->table, &events[i]);
        }
        shown_merge(&parts[2].shown, &parts[0].shown, &all.table);
        shown_merge(&parts[1].shown, &parts[2].shown, &all.table);
        assert_memory_equal(&all.shown_account, &parts[1].shown_account, sizeof all.shown_account);
    }
}

/* Cells are added up, too; a part in which an account has no events tells nothing of it. */
static void test_parts_with_cells(void **state)
{
    struct usage_cell cells[2] = {{.from = month_start_ms(202511)}, {.from = month_start_ms(202511) + 100}};
    struct shown_cell shown_cells[3][2] = {{{0}}};
    static struct hand parts[3];
    (void)state;

    for (int i = 0; i < 3; i++) {
        hand_init(&parts[i]);
        parts[i].account.cell_count = 2;
        parts[i].table.cells = cells;
        parts[i].table.cell_count = 2;
        parts[i].shown.cells = shown_cells[i];
    }
    struct shown_event first = event_of(10, 1250, 99, 1), second = event_of(20, 2600, 100, 2), third = event_of(1, 100, 100, 3);
    shown_add(&parts[0].shown, &parts[0].table, &first);
    shown_add(&parts[0].shown, &parts[0].table, &second);
    shown_add(&parts[1].shown, &parts[1].table, &third);
    shown_merge(&parts[0].shown, &parts[1].shown, &parts[0].table);
    shown_merge(&parts[0].shown, &parts[2].shown, &parts[0].table);
    assert_int_equal(shown_cells[0][0].shown, 1250);
    assert_int_equal(shown_cells[0][0].billed, 1300);
    assert_int_equal(shown_cells[0][1].shown, 2700);
    assert_int_equal(shown_cells[0][1].billed, 2730);
    assert_int_equal(parts[0].shown_account.events, 3);
    assert_int_equal(parts[0].shown_account.largest, 50);
}

/* In `as_shown` the event comes to `shown`: a model of its own, on which quantity is credits. */
static void event_replace(size_t i, int32_t model, int64_t shown)
{
    as_shown.events[i].event.model = model;
    as_shown.events[i].event.quantity = shown * 10000;
    as_shown.events[i].event.tokens = TOKENS_NONE;
}

/* A random part of the month's events was shown something; `shown` and `as_shown` are told. Returns how many differ. */
static int show_some(uint64_t *random, struct shown_table *shown)
{
    int32_t model = world_model(&as_shown, "as shown");
    int differ = 0;

    *world_rate(&as_shown) = (struct model_rate){.model = model, .multiplier = 1000000};
    for (size_t i = 0; i < world.event_count; i++) {
        struct usage_event event = world.events[i].event;
        int64_t credits = usage_credits(&world.catalogue, event);

        if (event.at < world.usage.month_start || credits == CREDITS_UNKNOWN_MODEL || random_up_to(random, 3) == 0) {
            continue;
        }
        int64_t most = 2 * credits < 10000000 ? 2 * credits : 10000000;
        int64_t value = random_up_to(random, 2) == 0 && credits <= most ? credits : random_up_to(random, most);
        shown_add(shown, &world.usage, &(struct shown_event){event, value, (int64_t)i});
        event_replace(i, model, value);
        differ += value != credits;
    }
    return differ;
}

static struct bill bill_shown(const struct shown_table *shown)
{
    static struct usage_cell cells[WORLD_BREAKS_MAX];
    struct bill_room room = {as_shown.steps, as_shown.balances, as_shown.used_in_month, as_shown.lines};
    bool one = world.usage.cell_count == 0;

    for (size_t i = 0; i < world.break_count; i++) {
        cells[i] = world.cells[i];
        cells[i].credits = shown_instead(cells[i].credits, one ? shown->accounts[WORLD_ACCOUNT].sums : shown->cells[i]);
    }
    return bill_month(
        (struct bill_in){
            .facts = &world.facts, .catalogue = &world.catalogue, .policies = world.policies, .month = world.month,
            .cells = cells, .cell_count = world.break_count,
            .month_events = usage_month_total(&world.usage, WORLD_ACCOUNT).events, .unknown_model = -1,
        },
        &room, &as_shown.timeline);
}

static int failures;

static void same(uint64_t seed, const char *what, int64_t want, int64_t got)
{
    if (want != got && failures++ < 10) {
        print_error("seed %" PRIu64 ": %s: want %" PRId64 ", got %" PRId64 "\n", seed, what, want, got);
    }
}

static void same_as_replay(uint64_t seed, const struct replay *replay, const struct bill *bill)
{
    size_t count = 0;

    same(seed, "R27 hold", replay->hold, bill->hold.reason);
    if (replay->hold != HOLD_NONE) {
        return;
    }
    same(seed, "R19 bonus", replay->bonus, bill->used.bonus);
    same(seed, "R19 included", replay->included, bill->used.included);
    same(seed, "R19 overage", replay->overage, bill->used.overage);
    same(seed, "R19 unbilled", replay->unbilled, bill->used.unbilled);
    while (count < bill->line_count && bill->lines[count].kind != LINE_TAX) {
        count++;
    }
    same(seed, "lines", (int64_t)replay->line_count, (int64_t)count);
    for (size_t i = 0; i < count && i < replay->line_count; i++) {
        same(seed, "line's amount", replay->lines[i].amount_minor, bill->lines[i].amount_minor);
    }
}

static void test_bill_as_shown(void **state)
{
    static struct shown_account accounts[2];
    static struct shown_cell cells[WORLD_BREAKS_MAX];
    static struct replay replay;
    int billed = 0, changed = 0, segments = 0;
    (void)state;
    failures = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct shown_table shown = {accounts, cells};
        struct shown_cell sum = {0};
        uint64_t random = ~seed;

        random_world(&world, seed);
        random_world(&as_shown, seed);
        world_bill(&world);
        if (world.bill.status == BILL_HELD) {
            continue;
        }
        memset(accounts, 0, sizeof accounts);
        memset(cells, 0, sizeof cells);
        int differ = show_some(&random, &shown);
        world_sort(&as_shown);
        replay = replay_run(&as_shown);
        struct bill bill = bill_shown(&shown);
        same_as_replay(seed, &replay, &bill);
        for (size_t i = 0; i < world.usage.cell_count; i++) { /* the account's sums are those of its segments */
            sum.shown += cells[i].shown;
            sum.billed += cells[i].billed;
        }
        if (world.usage.cell_count > 0) {
            same(seed, "shown", accounts[WORLD_ACCOUNT].sums.shown, sum.shown);
            same(seed, "billed", accounts[WORLD_ACCOUNT].sums.billed, sum.billed);
        }
        billed++;
        segments += world.usage.cell_count > 2 && differ > 0;
        changed += bill.subtotal_minor != world.bill.subtotal_minor;
    }
    assert_int_equal(failures, 0);
    print_message("%d bills as shown, %d of them with segments, %d with another amount\n", billed, segments, changed);
    assert_true(billed > 2000 && segments > 500 && changed > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_account),
        cmocka_unit_test(test_merge_takes_all), cmocka_unit_test(test_smallest_difference),
        cmocka_unit_test(test_instead),
        cmocka_unit_test(test_any_order_and_parts),
        cmocka_unit_test(test_parts_with_cells),
        cmocka_unit_test(test_bill_as_shown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
