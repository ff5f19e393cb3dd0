/*
 * Consumption event by event (R19, R20): tables that read as the rule, and over
 * random account-months the same sums as the bill, which goes segment by segment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/decimal.h"
#include "lib/trace.h"
#include "tests/lib/random_world.h"
#include "tests/lib/script.h"

#define SEEDS 8000
#define PARTS_MAX (WORLD_FACTS_MAX + 3)
#define SHOWN_MAX 10

static struct world world;
static struct trace_part parts[PARTS_MAX];

static int order_events(const void *left, const void *right)
{
    const struct world_event *a = left, *b = right;

    if (a->event.at != b->event.at) {
        return a->event.at < b->event.at ? -1 : 1;
    }
    return strcmp(a->id, b->id);
}

/* A trace of the billed world, its events in R19's order. */
static struct trace begin(int64_t *balances)
{
    qsort(world.events, world.event_count, sizeof world.events[0], order_events);
    return trace_begin((struct trace_in){
        .month = {&world.facts, &world.catalogue, month_start_ms(world.month), month_end_ms(world.month)},
        .timeline = &world.timeline,
        .allowance = world.bill.allowance,
        .overage_price = world.bill.overage_price != NO_OVERAGE_PRICE,
        .balances = balances,
    });
}

static size_t say_part(const struct trace_part *part, char *out, size_t size)
{
    static const char *const limits[] = {"", " (off)", " (no price)", " (cap)"};
    static const char *const sources[] = {"", "allowance", "overage", "unbilled"};
    char credits[DECIMAL_TEXT_MAX], left[DECIMAL_TEXT_MAX] = "any";

    decimal_format(part->credits, 2, credits);
    if (part->left != TRACE_LEFT_ANY) {
        decimal_format(part->left, 2, left);
    }
    const char *source = part->source == TRACE_BONUS ? world.facts.grants[part->grant].grant_id : sources[part->source];
    return (size_t)snprintf(out, size, "%s %s left %s%s", source, credits, left, limits[part->limit]);
}

/* All events: "g 2.00 left 0.00, allowance 1.00 left 0.00; ..." */
static void say_trace(char *out, size_t size)
{
    int64_t balances[WORLD_FACTS_MAX];
    struct trace trace = begin(balances);
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < world.event_count; i++) {
        struct usage_event event = world.events[i].event;
        size_t count = trace_event(&trace, event.at, usage_credits(&world.catalogue, event), parts);
        used += (size_t)snprintf(out + used, size - used, "%s", i == 0 ? "" : "; ");
        for (size_t j = 0; j < count; j++) {
            used += (size_t)snprintf(out + used, size - used, "%s", j == 0 ? "" : ", ");
            used += say_part(&parts[j], out + used, size - used);
        }
    }
}

#define ON_PRO "month 2025-12; address 2025-10-01 US; change 2025-11-03 pro; "

static const struct {
    const char *name;
    const char *script;
    const char *want;
} rows[] = {
    {"the allowance first", ON_PRO "use 2025-12-02 auto 10", "allowance 10.00 left 990.00"},
    {"an event of nothing", ON_PRO "use 2025-12-02 auto 0", ""},
    {"bonus before allowance", ON_PRO "grant g 15 2025-12-01 2025-12-09; use 2025-12-02 auto 10; use 2025-12-03 auto 10",
     "g 10.00 left 5.00; g 5.00 left 0.00, allowance 5.00 left 995.00"},
    {"the earliest expiry first, then the smallest id",
     ON_PRO "grant b 1 2025-12-01 2025-12-09; grant a 1 2025-12-01 2025-12-09; grant z 1 2025-12-01 2025-12-05; "
            "use 2025-12-02 auto 3.5",
     "z 1.00 left 0.00, a 1.00 left 0.00, b 1.00 left 0.00, allowance 0.50 left 999.50"},
    {"a grant from its start to before its expiry",
     ON_PRO "grant g 5 2025-12-02 2025-12-03; use 2025-12-01T23:59:59.999Z auto 1; use 2025-12-02 auto 1; "
            "use 2025-12-02T23:59:59.999Z auto 1; use 2025-12-03 auto 1",
     "allowance 1.00 left 999.00; g 1.00 left 4.00; g 1.00 left 3.00; allowance 1.00 left 998.00"},
    {"of the month before only what it took from grants",
     ON_PRO "grant g 5 2025-11-25 2025-12-09; use 2025-11-26 auto 4; use 2025-11-27 auto 9; use 2025-12-02 auto 1",
     "g 4.00 left 1.00; g 1.00 left 0.00; allowance 1.00 left 999.00"},
    {"overage off", ON_PRO "use 2025-12-02 auto 1001", "allowance 1000.00 left 0.00, unbilled 1.00 left any (off)"},
    {"overage from the instant it is switched on",
     ON_PRO "use 2025-12-02 auto 1000; use 2025-12-03T23:59:59.999Z auto 1; overage 2025-12-04 on; use 2025-12-04 auto 1",
     "allowance 1000.00 left 0.00; unbilled 1.00 left any (off); overage 1.00 left any"},
    {"overage switched on in an earlier month",
     ON_PRO "overage 2025-11-04 on 5; use 2025-12-02 auto 1007",
     "allowance 1000.00 left 0.00, overage 5.00 left 0.00, unbilled 2.00 left any (cap)"},
    {"a cap counts all overage of the month, a setting without one removes it",
     ON_PRO "overage 2025-12-01 on 5; use 2025-12-02 auto 1004; overage 2025-12-03 on 3; use 2025-12-03 auto 1; "
            "overage 2025-12-04 on; use 2025-12-04 auto 1",
     "allowance 1000.00 left 0.00, overage 4.00 left 1.00; unbilled 1.00 left any (cap); overage 1.00 left any"},
    {"no overage price on free", "month 2025-12; overage 2025-12-01 on; use 2025-12-02 auto 60",
     "allowance 50.00 left 0.00, unbilled 10.00 left any (no price)"},
    {"the whole month under the last plan (R17)", ON_PRO "use 2025-12-02 auto 1010; change 2025-12-20 proplus",
     "allowance 1010.00 left 990.00"},
};

static void test_each_row(void **state)
{
    (void)state;
    int failed = 0;
    static char got[4096];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        script_bill(&world, rows[i].script);
        say_trace(got, sizeof got);
        if (strcmp(rows[i].want, got) != 0) {
            print_error("%s:\n  want '%s'\n  got  '%s'\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static int failures;

static void same(uint64_t seed, const char *what, int64_t want, int64_t got)
{
    if (want != got && failures++ < SHOWN_MAX) {
        print_error("seed %" PRIu64 ": %s: want %" PRId64 ", got %" PRId64 "\n", seed, what, want, got);
    }
}

/* Trace every event; what the parts add up to, by source and by grant. */
static void add_up(uint64_t seed, int64_t *balances, int64_t sums[TRACE_SOURCES], int64_t *used_in_month)
{
    struct trace trace = begin(balances);
    int64_t month_start = month_start_ms(world.month);

    for (size_t i = 0; i < world.event_count; i++) {
        struct usage_event event = world.events[i].event;
        if (event.at < world.breaks[0]) {
            continue; /* before any grant: of no account in this month */
        }
        int64_t credits = usage_credits(&world.catalogue, event);
        size_t count = trace_event(&trace, event.at, credits, parts);
        int64_t of_event = 0;
        for (size_t j = 0; j < count; j++) {
            of_event += parts[j].credits;
            same(seed, "a part is above 0", 1, parts[j].credits > 0);
            if (event.at >= month_start) {
                sums[parts[j].source] += parts[j].credits;
                used_in_month[parts[j].grant] += parts[j].source == TRACE_BONUS ? parts[j].credits : 0;
            }
        }
        same(seed, "an event's parts", event.at >= month_start ? credits : of_event, of_event);
    }
    for (int source = 0; source < TRACE_SOURCES; source++) {
        same(seed, "the trace's own sum", sums[source], trace.used[source]);
    }
}

static void test_agrees_with_the_bill(void **state)
{
    (void)state;
    int months = 0, split = 0;
    failures = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        int64_t balances[WORLD_FACTS_MAX], used_in_month[WORLD_FACTS_MAX] = {0}, sums[TRACE_SOURCES] = {0};
        random_world(&world, seed);
        world_bill(&world);
        if (world.bill.status == BILL_HELD) {
            continue;
        }
        add_up(seed, balances, sums, used_in_month);
        same(seed, "bonus", world.bill.used.bonus, sums[TRACE_BONUS]);
        same(seed, "included", world.bill.used.included, sums[TRACE_INCLUDED]);
        same(seed, "overage", world.bill.used.overage, sums[TRACE_OVERAGE]);
        same(seed, "unbilled", world.bill.used.unbilled, sums[TRACE_UNBILLED]);
        for (size_t i = 0; i < world.facts.grant_count; i++) {
            same(seed, "a grant's balance", world.balances[i], balances[i]);
            same(seed, "a grant's use in the month", world.used_in_month[i], used_in_month[i]);
        }
        months++;
        split += (sums[0] > 0) + (sums[1] > 0) + (sums[2] > 0) + (sums[3] > 0) > 2;
    }
    assert_int_equal(failures, 0);
    print_message("%d account-months, %d of them from three sources or more\n", months, split);
    assert_true(months > 6000 && split > 500);
}

/* An event that takes from everything that there is fills its parts' room. */
static void test_most_parts(void **state)
{
    int64_t balances[WORLD_FACTS_MAX];
    (void)state;

    script_bill(&world, ON_PRO "grant g 5 2025-12-01 2025-12-09; grant h 5 2025-12-01 2025-12-10; overage 2025-12-01 on 3;"
                               "use 2025-12-02 auto 2000");
    struct trace trace = begin(balances);
    size_t count = trace_event(&trace, world.events[0].event.at, 200000, parts);
    assert_int_equal(count, 5); /* g, h, the allowance, overage up to its cap, and what is not billed */
    assert_int_equal(trace_parts_max(&world.facts), count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_row),
        cmocka_unit_test(test_most_parts),
        cmocka_unit_test(test_agrees_with_the_bill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
