/*
 * A quote is what the bill will be (R9, R12 to R14, R16, R24): by hand, and over
 * random account-months in which the quoted change is then made and billed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/collectable.h"
#include "lib/quote.h"
#include "tests/lib/random_world.h"
#include "tests/lib/script.h"

#define SEEDS 6000
#define FAILURES_SHOWN 10
#define CHANGE_LAST "~quoted" /* after the other ids at its instant */

static struct world world;

/* Room for a quote of the world. */
static struct {
    struct plan_change_fact changes[WORLD_FACTS_MAX + 1];
    struct timeline_step steps[2][1024];
    int64_t balances[2][WORLD_FACTS_MAX];
    int64_t used_in_month[2][WORLD_FACTS_MAX];
    struct bill_line lines[2][BILL_LINES_MAX];
    int64_t breaks[WORLD_BREAKS_MAX];
    struct usage_cell cells[WORLD_BREAKS_MAX];
    struct usage_account account;
    struct usage_table table;
    struct usage_model_cell models[WORLD_MODELS_MAX];
    struct quote_room room;
} at_hand;

static struct bill_room room_of(int side)
{
    return (struct bill_room){at_hand.steps[side], at_hand.balances[side], at_hand.used_in_month[side], at_hand.lines[side]};
}

/* The usage in segments of the facts with the change in them, by adding the events up anew. */
static struct quote_usage usage_of(const struct account_facts *with)
{
    struct timeline_in in = {with, &world.catalogue, month_start_ms(world.month), month_end_ms(world.month)};
    struct timeline timeline = timeline_build(in, at_hand.steps[0]);
    size_t count = breakpoints(in, &timeline, at_hand.breaks);

    memset(at_hand.models, 0, sizeof at_hand.models);
    for (size_t i = 0; i < count; i++) {
        at_hand.cells[i] = (struct usage_cell){.from = at_hand.breaks[i]};
    }
    at_hand.account = (struct usage_account){.cell_count = (uint32_t)count, .unknown_model = -1};
    at_hand.table = (struct usage_table){
        .catalogue = &world.catalogue,
        .month_start = in.month_start,
        .month_end = in.month_end,
        .accounts = &at_hand.account,
        .account_count = 1,
        .cells = at_hand.cells,
        .cell_count = count,
        .models = at_hand.models,
    };
    for (size_t i = 0; i < world.event_count; i++) {
        struct usage_event event = world.events[i].event;
        event.account = 0;
        usage_add(&at_hand.table, event);
    }
    return (struct quote_usage){at_hand.cells, count, usage_month_total(&at_hand.table, 0).events,
                                at_hand.account.unknown_model, at_hand.account.unknown_at};
}

/* The world is sorted. */
static struct quote quote_world(struct plan_change_fact change)
{
    struct account_facts with = quote_facts(&world.facts, change, at_hand.changes);

    at_hand.room = (struct quote_room){.changes = at_hand.changes, .with = room_of(0), .without = room_of(1)};
    return quote_change((struct quote_in){&world.facts, &world.catalogue, world.policies, change}, usage_of(&with),
                        &at_hand.room);
}

#define US "address 2025-01-01 US; "
#define DE "address 2025-01-01 DE; "

static const struct {
    const char *name;
    const char *script;
    const char *plan;
    const char *at;
    enum quote_effect effect;
    enum hold_reason hold;
    int64_t charge_minor;
    int64_t tax_minor;
} ROWS[] = {
    {"X1: Pro on day 21 of 30", US, "pro", "2025-11-21T12:00:00Z", QUOTE_UPGRADED, HOLD_NONE, 667, 0},
    {"X2: then Pro+", US "change 2025-11-21 pro", "proplus", "2025-11-25", QUOTE_UPGRADED, HOLD_NONE, 666, 0},
    {"X11: in Germany", DE "change 2025-11-21 pro", "proplus", "2025-11-25", QUOTE_UPGRADED, HOLD_NONE, 666, 126},
    {"X17: moved from Germany to the US", DE "address 2025-11-23 US; change 2025-11-21 pro", "proplus", "2025-11-25",
     QUOTE_UPGRADED, HOLD_NONE, 666, -127},
    {"X5: month 2, the full difference", US "change 2025-10-02 pro", "proplus", "2025-11-30T23:59:59Z", QUOTE_UPGRADED,
     HOLD_NONE, 2000, 0},
    {"R9: the last of the changes at its instant", US "change 2025-11-21 pro zzz", "proplus", "2025-11-21", QUOTE_UPGRADED,
     HOLD_NONE, 666, 0},
    {"R20: settings before it are none of it", US "change 2025-10-02 pro; overage 2025-11-05 on; overage 2025-11-06 off", "proplus",
     "2025-11-30T23:59:59Z", QUOTE_UPGRADED, HOLD_NONE, 2000, 0},
    {"R10: back from free in month 2", US "change 2025-08-02 pro; change 2025-09-02 free", "pro", "2025-11-30",
     QUOTE_UPGRADED, HOLD_NONE, 2000, 0},
    {"R4: a later price touches no one who paid before", US "change 2025-10-02 pro; price proplus USD 2025-11-10 44.99 0.04",
     "proplus", "2025-11-20", QUOTE_UPGRADED, HOLD_NONE, 2000, 0},
    {"R9: a downgrade waits", US "change 2025-10-02 proplus", "pro", "2025-11-10", QUOTE_PENDING, HOLD_NONE, 0, 0},
    {"X15: back to the plan held", US "change 2025-10-02 pro; change 2025-11-05 free", "pro", "2025-11-20", QUOTE_KEPT,
     HOLD_NONE, 0, 0},
    {"R16: not where plans cannot be bought", "address 2025-01-01 FR", "pro", "2025-11-21", QUOTE_UPGRADED,
     HOLD_INELIGIBLE_COUNTRY, 0, 0},
    {"R16: not without an address", "", "pro", "2025-11-21", QUOTE_UPGRADED, HOLD_NO_ADDRESS, 0, 0},
};

static struct plan_change_fact change_to(const char *plan, int64_t at)
{
    return (struct plan_change_fact){CHANGE_LAST, at, plan, catalogue_plan(&world.catalogue, plan)};
}

static void test_each_rule(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        script_bill(&world, ROWS[i].script);
        struct quote got = quote_world(change_to(ROWS[i].plan, script_instant(ROWS[i].at)));
        if (got.effect != ROWS[i].effect || got.with.hold.reason != ROWS[i].hold ||
            got.charge_minor != ROWS[i].charge_minor || got.tax_minor != ROWS[i].tax_minor) {
            print_error("%s: effect %d, hold %s, want %" PRId64 " + %" PRId64 ", got %" PRId64 " + %" PRId64 "\n", ROWS[i].name,
                        (int)got.effect, hold_reason_name(got.with.hold.reason), ROWS[i].charge_minor, ROWS[i].tax_minor,
                        got.charge_minor, got.tax_minor);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* What waited before the change, and where its lines begin. */
static void test_what_it_finds(void **state)
{
    static const struct {
        const char *script, *plan, *at;
        int pending;       /* index of the plan that waited, or PLAN_UNKNOWN */
        size_t first_line;
        size_t line_count;
    } cases[] = {
        {US "change 2025-10-02 pro", "proplus", "2025-11-20", PLAN_UNKNOWN, 1, 1},
        {US "change 2025-10-02 pro; change 2025-11-05 free", "proplus", "2025-11-20", PLAN_FREE, 1, 1},
        {US "change 2025-10-02 pro; change 2025-11-05 free; change 2025-11-06 pro", "proplus", "2025-11-20", PLAN_UNKNOWN, 1, 1},
        {US "change 2025-10-02 pro; change 2025-11-05 free; change 2025-11-06 proplus", "power", "2025-11-20", PLAN_UNKNOWN, 2, 1},
        {US "change 2025-10-02 pro; change 2025-11-05 free; overage 2025-11-06 on", "proplus", "2025-11-20", PLAN_FREE, 1, 1},
        {US "change 2025-11-21 pro", "proplus", "2025-11-25", PLAN_UNKNOWN, 1, 2},
    };
    int failed = 0;
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        script_bill(&world, cases[i].script);
        struct quote got = quote_world(change_to(cases[i].plan, script_instant(cases[i].at)));
        if (got.pending_before != cases[i].pending || got.first_line != cases[i].first_line || got.line_count != cases[i].line_count) {
            print_error("%s to %s: pending %d, %zu lines from %zu\n", cases[i].script, cases[i].plan, got.pending_before,
                        got.line_count, got.first_line);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* X6, X7: the upgrade's allowance covers what was overage. */
static void test_overage_saved(void **state)
{
    (void)state;

    script_bill(&world, US "change 2025-10-02 pro; overage 2025-10-03 on; use 2025-11-10 auto 1100");
    struct quote quote = quote_world(change_to("proplus", script_instant("2025-11-20")));
    assert_int_equal(quote.without.subtotal_minor, 2400);
    assert_int_equal(quote.with.subtotal_minor, 4000);
    assert_int_equal(quote.charge_minor, 2000);
    assert_int_equal(quote.without.used.overage, 10000);
    assert_int_equal(quote.with.used.overage, 0);
    assert_int_equal(quote.without.allowance, 100000);
    assert_int_equal(quote.with.allowance, 200000);
}

/* A setting that is ignored on free counts after the quoted purchase: segments by the facts with it (R20). */
static void test_setting_after_the_change(void **state)
{
    (void)state;

    script_bill(&world, US "overage 2025-11-20 on; use 2025-11-10 auto 1100; use 2025-11-21 auto 10");
    struct quote quote = quote_world(change_to("pro", script_instant("2025-11-05")));
    assert_int_equal(quote.without.used.overage, 0);
    assert_int_equal(quote.without.used.unbilled, 106000);
    assert_int_equal(quote.with.used.overage, 1000);
    assert_int_equal(quote.with.used.unbilled, 10000);
}

static int failures;

static struct {
    int upgraded, pending, kept, held, discounts, called_off, taxed, last;
} seen;

static void same(uint64_t seed, const char *what, int64_t want, int64_t got)
{
    if (want != got && failures++ < FAILURES_SHOWN) {
        print_error("seed %" PRIu64 ", month %" PRId32 ": %s: want %" PRId64 ", got %" PRId64 "\n", seed, world.month,
                    what, want, got);
    }
}

/* A change somewhere in the month, often at an instant at which something else happens. */
static struct plan_change_fact random_change(uint64_t seed)
{
    uint64_t state = seed ^ 0x9d07;
    int64_t start = month_start_ms(world.month), end = month_end_ms(world.month);
    int64_t at = start + random_up_to(&state, end - start - 1);
    int plan = (int)random_up_to(&state, (int64_t)world.catalogue.plan_count - 1);

    if (world.facts.change_count > 0 && random_up_to(&state, 2) == 0) {
        int64_t other = world.changes[random_up_to(&state, (int64_t)world.facts.change_count - 1)].effective_at;
        at = other >= start && other < end ? other : start;
    }
    return (struct plan_change_fact){CHANGE_LAST, at, world.plans[plan].code, plan};
}

static void note_seen(const struct quote *quote)
{
    seen.held += quote->with.status == BILL_HELD;
    seen.upgraded += quote->with.status != BILL_HELD && quote->effect == QUOTE_UPGRADED;
    seen.pending += quote->effect == QUOTE_PENDING;
    seen.kept += quote->effect == QUOTE_KEPT;
    seen.called_off += quote->pending_before != PLAN_UNKNOWN;
    seen.discounts += quote->line_count == 2;
    seen.taxed += quote->tax_minor != 0;
}

/* The charge as the bill has it: the lines of the change, by its id. */
static int64_t billed_for(const char *change_id)
{
    int64_t sum = 0;

    for (size_t i = 0; i < world.bill.line_count; i++) {
        sum += strcmp(world.lines[i].reference, change_id) == 0 ? world.lines[i].amount_minor : 0;
    }
    return sum;
}

static void same_bill(uint64_t seed, const char *what, const struct bill *want, const struct bill *got)
{
    same(seed, what, want->status, got->status);
    same(seed, what, want->hold.reason, got->hold.reason);
    same(seed, what, want->plan_at_end, got->plan_at_end);
    same(seed, what, want->allowance, got->allowance);
    same(seed, what, want->used.bonus, got->used.bonus);
    same(seed, what, want->used.included, got->used.included);
    same(seed, what, want->used.overage, got->used.overage);
    same(seed, what, want->used.unbilled, got->used.unbilled);
    same(seed, what, want->total_minor, got->total_minor);
    same(seed, what, (int64_t)want->line_count, (int64_t)got->line_count);
    for (size_t i = 0; i < want->line_count && i < got->line_count; i++) {
        same(seed, what, want->lines[i].kind, got->lines[i].kind);
        same(seed, what, want->lines[i].amount_minor, got->lines[i].amount_minor);
    }
}

static int64_t collected(void)
{
    struct collectable_in in = {&world.facts, &world.catalogue, &world.bill, month_end_ms(world.month)};

    return world.bill.status == BILL_HELD ? 0 : collectable(in).as_charged_minor;
}

/* Quoting, then making the change and billing, gives what was quoted. */
static void check_quote(uint64_t seed)
{
    random_world(&world, seed);
    world_bill(&world);
    struct plan_change_fact change = random_change(seed);
    struct quote quote = quote_world(change);
    bool last = world.facts.change_count == 0 || world.changes[world.facts.change_count - 1].effective_at <= change.effective_at;
    bool held_before = world.bill.status == BILL_HELD;
    int64_t collected_before = collected();

    note_seen(&quote);
    same_bill(seed, "without the change", &world.bill, &quote.without);
    *world_change(&world) = change;
    world_bill(&world);
    same_bill(seed, "with the change", &world.bill, &quote.with);
    if (world.bill.status == BILL_HELD) {
        same(seed, "nothing is quoted where the month is held", 0, quote.charge_minor + quote.tax_minor);
        return;
    }
    same(seed, "charged at once", billed_for(CHANGE_LAST), quote.charge_minor);
    if (last && !held_before && change.effective_at < month_end_ms(world.month) - 1) {
        same(seed, "collected at once, with tax", collected() - collected_before, quote.charge_minor + quote.tax_minor);
        seen.last++;
    }
}

static void test_quoted_is_billed(void **state)
{
    (void)state;
    failures = 0;
    memset(&seen, 0, sizeof seen);

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        check_quote(seed);
    }
    assert_int_equal(failures, 0);
    print_message("%d quotes: %d upgrades (%d with a discount, %d with tax), %d pending, %d kept, %d held, %d with a downgrade "
                  "that waited; %d held against what is collected\n", SEEDS, seen.upgraded, seen.discounts, seen.taxed,
                  seen.pending, seen.kept, seen.held, seen.called_off, seen.last);
    assert_true(seen.upgraded >= 500 && seen.discounts >= 50 && seen.taxed >= 200 && seen.pending >= 500);
    assert_true(seen.kept >= 200 && seen.held >= 100 && seen.called_off >= 200 && seen.last >= 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_rule),
        cmocka_unit_test(test_overage_saved),
        cmocka_unit_test(test_what_it_finds),
        cmocka_unit_test(test_setting_after_the_change),
        cmocka_unit_test(test_quoted_is_billed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
