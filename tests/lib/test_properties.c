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
#include "tests/lib/random_world.h"
#include "tests/lib/replay.h"
#include "tests/lib/replay_tax.h"

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

/* Compare one number; a difference is printed with the case's seed. */
static void same(uint64_t seed, const char *what, int64_t want, int64_t got)
{
    if (want != got && failures++ < FAILURES_SHOWN) {
        print_error("seed %" PRIu64 ", month %" PRId32 ": %s: want %" PRId64 ", got %" PRId64 "\n", seed, world.month,
                    what, want, got);
    }
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

static void same_lines(uint64_t seed, const struct replay *replay)
{
    size_t count = 0;

    while (count < world.bill.line_count && world.lines[count].kind != LINE_TAX) {
        count++;
    }
    same(seed, "lines", (int64_t)replay->line_count, (int64_t)count);
    for (size_t i = 0; i < count && i < replay->line_count; i++) {
        same(seed, "line's kind", replay->lines[i].kind, world.lines[i].kind);
        same(seed, "line's plan", replay->lines[i].plan, world.lines[i].plan);
        same(seed, "line's instant", replay->lines[i].charged_at, world.lines[i].charged_at);
        same(seed, "line's amount", replay->lines[i].amount_minor, world.lines[i].amount_minor);
    }
}

static void same_as_replay(uint64_t seed)
{
    const struct bill *bill = &world.bill;
    static struct replay replay;

    replay = replay_run(&world);
    note_seen(&replay);
    same(seed, "R27 hold", replay.hold, bill->hold.reason);
    same(seed, "R9 plan at start", replay.plan_at_start, bill->plan_at_start);
    same(seed, "R9 plan at end", replay.plan_at_end, bill->plan_at_end);
    same(seed, "R10 F", replay.paid_ever ? replay.first_paid : INSTANT_NONE, world.timeline.first_paid);
    same(seed, "R7 events", replay.events, bill->events);
    if (replay.hold != HOLD_NONE) {
        return;
    }
    same(seed, "R19 bonus", replay.bonus, bill->used.bonus);
    same(seed, "R19 included", replay.included, bill->used.included);
    same(seed, "R19 overage", replay.overage, bill->used.overage);
    same(seed, "R19 unbilled", replay.unbilled, bill->used.unbilled);
    same(seed, "R22 at stake", replay.at_stake_minor, bill->at_stake_minor);
    same(seed, "R15 highest alone", replay.plan_minor, bill->highest_alone_minor);
    for (size_t i = 0; i < world.facts.grant_count; i++) {
        same(seed, "R19 grant's balance", replay.balances[i], world.balances[i]);
    }
    same_lines(seed, &replay);
}

static void test_agrees_with_replay(void **state)
{
    (void)state;
    failures = 0;
    memset(&seen, 0, sizeof seen);

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        random_world(&world, seed);
        world_bill(&world);
        same_as_replay(seed);
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

static bool is_plan_line(enum line_kind kind)
{
    return kind == LINE_PLAN || kind == LINE_PLAN_PRORATED || kind == LINE_PLAN_DISCOUNT || kind == LINE_PLAN_UPGRADE;
}

/* Sums of parts are the whole; R15; R25's order. */
static void check_bill(uint64_t seed)
{
    const struct bill *bill = &world.bill;
    int64_t subtotal = 0, taxes = 0, plan_lines = 0, payments = 0;

    for (size_t i = 0; i < bill->line_count; i++) {
        const struct bill_line *line = &bill->lines[i];
        *(line->kind == LINE_TAX ? &taxes : &subtotal) += line->amount_minor;
        plan_lines += is_plan_line(line->kind) ? line->amount_minor : 0;
        same(seed, "R25 lines by charged_at", 1, i == 0 || bill->lines[i - 1].charged_at <= line->charged_at);
    }
    for (size_t i = 0; i < world.facts.payment_count; i++) {
        payments += world.payments[i].amount_minor;
    }
    same(seed, "R25 subtotal", subtotal, bill->subtotal_minor);
    same(seed, "R25 tax", taxes, bill->tax_minor);
    same(seed, "R25 total", subtotal + taxes, bill->total_minor);
    same(seed, "R25 collected", payments, bill->collected_minor);
    same(seed, "R25 due", subtotal + taxes - payments, bill->due_minor);
    same(seed, "R15 plan lines' sum", plan_lines, bill->plan_lines_minor);
    same(seed, "R15 no regret", bill->highest_alone_minor, bill->plan_lines_minor);
    same(seed, "credits are bonus + included + overage + unbilled", bill->credits,
         bill->used.bonus + bill->used.included + bill->used.overage + bill->used.unbilled);
    same(seed, "credits are the sum over models", usage_month_total(&world.usage, WORLD_ACCOUNT).credits,
         bill->credits);
    same(seed, "included is within the allowance", 1, bill->used.included <= bill->allowance);
}

/* R24: every tax line, by its own way; one that is not there must come to 0: a discounted charge's. */
static void check_taxes(uint64_t seed, const struct replay *replay)
{
    struct replay_taxes want = replay_taxes(&world, replay);
    size_t matched = 0;

    for (size_t i = 0; i < world.bill.line_count; i++) {
        const struct bill_line *line = &world.lines[i];
        const struct replay_tax *found = NULL;
        if (line->kind != LINE_TAX) {
            continue;
        }
        for (size_t j = 0; j < want.count; j++) {
            const struct replay_tax *tax = &want.taxes[j];
            if (tax->percent == line->quantity && strcmp(tax->name, line->reason) == 0 &&
                strcmp(tax->country, line->detail) == 0) {
                found = tax;
            }
        }
        same(seed, "R24 tax", found == NULL ? 0 : found->amount_minor, line->amount_minor);
        same(seed, "R24 taxed amount", found == NULL ? 0 : found->taxed_minor, line->unit_price);
        matched += found != NULL;
        seen.netted += found == NULL;
    }
    same(seed, "R24 tax lines", (int64_t)want.count, (int64_t)matched);
}

static void check_discounts(uint64_t seed)
{
    for (size_t i = 0; i < world.bill.line_count; i++) {
        if (world.lines[i].kind == LINE_PLAN_DISCOUNT) {
            same(seed, "R13 exactly minus the earlier charge", -world.lines[i - 1].amount_minor,
                 world.lines[i].amount_minor);
            same(seed, "R13 the earlier plan", world.lines[i - 1].plan, world.lines[i].plan);
        }
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
            check_bill(seed);
            check_discounts(seed);
            replay = replay_run(&world);
            check_taxes(seed, &replay);
        }
    }
    assert_int_equal(failures, 0);
    assert_true(seen.netted >= 10);
}

/* Room for a second table of the same world. */
struct other {
    struct usage_table table;
    struct usage_account accounts[2];
    struct usage_cell cells[WORLD_BREAKS_MAX];
    struct usage_model_cell models[2 * WORLD_MODELS_MAX];
};

static void other_init(struct other *other)
{
    world_usage_init(&world, &other->table, other->accounts, other->cells, other->models);
}

static void same_usage(uint64_t seed, const char *what, const struct other *other)
{
    const struct usage_account *want = &world.accounts[WORLD_ACCOUNT];
    const struct usage_account *got = &other->accounts[WORLD_ACCOUNT];

    for (size_t i = 0; i < world.usage.cell_count; i++) {
        same(seed, what, world.cells[i].credits, other->cells[i].credits);
        same(seed, what, world.cells[i].events, other->cells[i].events);
    }
    for (size_t i = 0; i < 2 * world.catalogue.model_count; i++) {
        same(seed, what, world.model_cells[i].credits, other->models[i].credits);
        same(seed, what, world.model_cells[i].events, other->models[i].events);
    }
    for (size_t i = 0; i < USAGE_DAYS_MAX; i++) {
        same(seed, what, world.usage.sums.days[i].events, other->table.sums.days[i].events);
        same(seed, what, world.usage.sums.days[i].quantity, other->table.sums.days[i].quantity);
    }
    same(seed, what, world.usage.sums.edges.first_minute, other->table.sums.edges.first_minute);
    same(seed, what, world.usage.sums.edges.last_minute, other->table.sums.edges.last_minute);
    same(seed, what, world.usage.sums.events, other->table.sums.events);
    same(seed, what, want->unknown_model, got->unknown_model);
    same(seed, what, want->unknown_events, got->unknown_events);
    same(seed, what, want->unknown_model < 0 ? 0 : want->unknown_at, got->unknown_model < 0 ? 0 : got->unknown_at);
}

/* Events in another order: shuffled. */
static void check_order(uint64_t seed, uint64_t *state)
{
    static struct other other;
    size_t order[WORLD_EVENTS_MAX];

    other_init(&other);
    for (size_t i = 0; i < world.event_count; i++) {
        size_t j = (size_t)random_up_to(state, (int64_t)i);
        order[i] = order[j];
        order[j] = i;
    }
    for (size_t i = 0; i < world.event_count; i++) {
        usage_add(&other.table, world.events[order[i]].event);
    }
    same_usage(seed, "R19 order of arrival", &other);
}

/* Events in three parts whose sums are merged: each rated, noted and taken by itself, in one table. */
static void check_split(uint64_t seed, uint64_t *state)
{
    static struct other all;
    struct usage_month_sums sums[3] = {0};
    struct rate_span spans[3][WORLD_MODELS_MAX] = {0};

    other_init(&all);
    for (size_t i = 0; i < world.event_count; i++) {
        size_t part = (size_t)random_up_to(state, 2);
        const struct usage_event *event = &world.events[i].event;
        struct usage_rated rated = usage_rate(&world.catalogue, spans[part], event);

        usage_note(&sums[part], all.table.month_start, all.table.month_end, event);
        usage_take(&all.table, &rated);
    }
    for (size_t i = 0; i < 3; i++) {
        usage_month_sums_merge(&all.table.sums, &sums[i]);
    }
    same_usage(seed, "parts merged", &all);
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
        check_order(seed, &shuffle);
        check_split(seed, &shuffle);
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
