/*
 * An event's credits (R5, R6), its month (R7), and sums by account.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>

#include "lib/calendar.h"
#include "lib/usage.h"
#include "tests/lib/script.h"

static struct world world;

static const char MODELS[] =
    "rate auto 2025-10-01 1; rate sonnet-4 2025-10-01 1.3; rate tiny 2025-10-01 0.000001; rate most 2025-10-01 100;"
    "rate limited 2025-10-01 1 1000; rate one 2025-10-01 100 1; rate late 2025-11-10 2.2; rate late 2025-11-20 0.5";

static const struct {
    const char *name;
    const char *model;
    const char *at;
    int64_t quantity; /* millionths */
    int64_t tokens;
    int64_t want;     /* hundredths */
} rows[] = {
    {"R5 10.00 on Auto", "auto", "2025-11-05", 10000000, TOKENS_NONE, 1000},
    {"R5 10.00 on Sonnet 4", "sonnet-4", "2025-11-05", 10000000, TOKENS_NONE, 1300},
    {"R5 half rounds up", "auto", "2025-11-05", 15000, TOKENS_NONE, 2},
    {"R5 below half rounds down", "auto", "2025-11-05", 14999, TOKENS_NONE, 1},
    {"R5 rounded after the multiplication", "sonnet-4", "2025-11-05", 11539, TOKENS_NONE, 2},
    {"R5 and not before it", "sonnet-4", "2025-11-05", 11538, TOKENS_NONE, 1},
    {"R5 at least 0.01", "auto", "2025-11-05", 1, TOKENS_NONE, 1},
    {"R5 at least 0.01, whatever the multiplier", "tiny", "2025-11-05", 1, TOKENS_NONE, 1},
    {"R5 a quantity of 0 is 0", "most", "2025-11-05", 0, TOKENS_NONE, 0},
    {"R5 a quantity of 0 is 0, oversized or not", "limited", "2025-11-05", 0, 1000000, 0},
    {"R5 the multiplier at occurred_at", "late", "2025-11-19T23:59:59.999Z", 1000000, TOKENS_NONE, 220},
    {"R5 and from its change on", "late", "2025-11-20", 1000000, TOKENS_NONE, 50},
    {"R5 the largest request", "most", "2025-11-05", QUANTITY_MAX, TOKENS_NONE, 1000000000},
    {"R6 at the limit", "limited", "2025-11-05", 1000000, 1000, 100},
    {"R6 one over it counts as two", "limited", "2025-11-05", 1000000, 1001, 200},
    {"R6 ceil(2001 / 1000) = 3", "limited", "2025-11-05", 1000000, 2001, 300},
    {"R6 multiplied before it is rounded", "limited", "2025-11-05", 4000, 2001, 1},
    {"R6 and before the least of 0.01", "limited", "2025-11-05", 5000, 2001, 2},
    {"R6 0 tokens", "limited", "2025-11-05", 1000000, 0, 100},
    {"R6 tokens not known", "limited", "2025-11-05", 1000000, TOKENS_NONE, 100},
    {"R6 no limit", "auto", "2025-11-05", 1000000, COUNT_MAX, 100},
    {"R27 just within bounds", "one", "2025-11-05", QUANTITY_MAX, 1000, CREDITS_MAX},
    {"R27 beyond them", "one", "2025-11-05", QUANTITY_MAX, 1001, CREDITS_OVER},
    {"R27 far beyond them", "one", "2025-11-05", QUANTITY_MAX, COUNT_MAX, CREDITS_OVER},
    {"R27 no rate in force yet", "late", "2025-11-09T23:59:59.999Z", 1000000, TOKENS_NONE, CREDITS_UNKNOWN_MODEL},
    {"R27 no rate at all", "opus", "2025-11-05", 1000000, TOKENS_NONE, CREDITS_UNKNOWN_MODEL},
};

static void test_credits_of_an_event(void **state)
{
    (void)state;
    int failed = 0;

    world_reset(&world);
    script_run(&world, MODELS);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct usage_event event = {.account = WORLD_ACCOUNT, .model = world_model(&world, rows[i].model),
                                    .at = script_instant(rows[i].at), .quantity = rows[i].quantity,
                                    .tokens = rows[i].tokens};
        world_sort(&world);
        int64_t got = usage_credits(&world.catalogue, event);
        if (got != rows[i].want) {
            print_error("%s: want %" PRId64 ", got %" PRId64 "\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    const char *script;
    int64_t events, credits; /* of the month */
    size_t day;              /* and of one day: 0 .. */
    int64_t day_events, day_quantity;
} months[] = {
    {"nothing", "", 0, 0, 0, 0, 0},
    {"R7 the first instant belongs to the month", "use 2025-11-01 auto 1", 1, 100, 0, 1, 1000000},
    {"R7 a millisecond before does not", "use 2025-10-31T23:59:59.999Z auto 1", 0, 0, 0, 0, 0},
    {"R7 the last millisecond does", "use 2025-11-30T23:59:59.999Z auto 1", 1, 100, 29, 1, 1000000},
    {"R7 a day's last millisecond is that day's", "use 2025-11-14T23:59:59.999Z sonnet-4 1; use 2025-11-15 auto 1", 2,
     230, 13, 1, 1000000},
    {"quantities of a day are as metered", "use 2025-11-14 sonnet-4 1.5; use 2025-11-14 limited 0.25 5000", 2, 220, 13,
     2, 1750000},
    {"events of unknown models are counted", "use 2025-11-14 opus 1; use 2025-11-14 auto 2", 2, 200, 13, 2, 3000000},
    {"with breakpoints, too", "grant g 1 2025-11-10 2025-11-20; use 2025-10-14 auto 1; use 2025-11-14 auto 2", 1, 200,
     13, 1, 2000000},
};

static void test_month_and_days(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof months / sizeof months[0]; i++) {
        world_reset(&world);
        script_run(&world, SCRIPT_CATALOGUE);
        script_run(&world, "rate limited 2025-10-01 1 5000");
        script_run(&world, months[i].script);
        world_bill(&world);
        struct usage_model_cell total = usage_month_total(&world.usage, WORLD_ACCOUNT);
        struct usage_day day = world.usage.sums.days[months[i].day];
        if (total.events != months[i].events || world.usage.sums.events != months[i].events ||
            total.credits != months[i].credits || day.events != months[i].day_events ||
            day.quantity != months[i].day_quantity) {
            print_error("%s: got %" PRId64 " events, %" PRId64 " credits, of the day %" PRId64 " and %" PRId64 "\n",
                        months[i].name, total.events, total.credits, day.events, day.quantity);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    const char *script;
    int64_t first_minute, last_minute;
} edges[] = {
    {"R7 nothing", "", 0, 0},
    {"R7 the first instant", "use 2025-11-01 auto 1", 1, 0},
    {"R7 the last millisecond of the first minute", "use 2025-11-01T00:00:59.999Z auto 1", 1, 0},
    {"R7 and after it", "use 2025-11-01T00:01:00Z auto 1", 0, 0},
    {"R7 before the last minute", "use 2025-11-30T23:58:59.999Z auto 1", 0, 0},
    {"R7 the first instant of the last minute", "use 2025-11-30T23:59:00Z auto 1", 0, 1},
    {"R7 the last millisecond", "use 2025-11-30T23:59:59.999Z auto 1; use 2025-11-01 auto 0", 1, 1},
    {"R7 the month before is not this month's edge", "grant g 1 2025-10-01 2025-12-01; use 2025-10-31T23:59:59.999Z auto 1",
     0, 0},
    {"events of unknown models are counted", "use 2025-11-30T23:59:59.999Z opus 1", 0, 1},
};

static void test_edges(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        script_bill(&world, edges[i].script);
        struct usage_edges got = world.usage.sums.edges;
        if (got.first_minute != edges[i].first_minute || got.last_minute != edges[i].last_minute) {
            print_error("%s: got %" PRId64 " and %" PRId64 "\n", edges[i].name, got.first_minute, got.last_minute);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* The first unknown model by (instant, model), in whatever order events come. */
static void test_first_unknown_model(void **state)
{
    (void)state;
    const struct usage_account *account = &world.accounts[WORLD_ACCOUNT];

    script_bill(&world, "use 2025-11-14 nova 1; use 2025-11-12 terra 1; use 2025-11-12 nova 1; use 2025-11-20 opus 1");
    assert_int_equal(account->unknown_at, script_instant("2025-11-12"));
    assert_int_equal(account->unknown_model, world_model(&world, "nova")); /* of two at one instant the lower number */
    assert_int_equal(account->unknown_events, 4);
}

/* Of two at one instant the lower number, whichever came first. */
static void test_unknown_models_at_one_instant(void **state)
{
    (void)state;
    script_bill(&world, "use 2025-11-14 nova 1; use 2025-11-14 terra 1");
    assert_int_equal(world.accounts[WORLD_ACCOUNT].unknown_model, world_model(&world, "nova"));
    script_bill(&world, "use 2025-11-14 nova 1; use 2025-11-13 terra 1; use 2025-11-13 nova 1; use 2025-11-13 terra 1");
    assert_int_equal(world.accounts[WORLD_ACCOUNT].unknown_model, world_model(&world, "nova"));
}

/* An account's cells lie behind those of others; each counts its events; one cell is enough to find. */
static void test_cells_of_the_second_account(void **state)
{
    struct usage_cell cells[3] = {{.from = 0}, {.from = 10}, {.from = 5}};
    struct usage_model_cell models[2] = {{0}, {0}};
    struct model_rate rate = {.model = 0, .multiplier = 1000000};
    const struct catalogue catalogue = {.rates = &rate, .rate_count = 1, .model_count = 1};
    struct usage_account accounts[2] = {{.cell_count = 2, .unknown_model = -1},
                                        {.first_cell = 2, .cell_count = 1, .unknown_model = -1}};
    struct usage_table table = {.catalogue = &catalogue, .month_start = 0, .month_end = DAY_MS, .accounts = accounts,
                                .account_count = 2, .cells = cells, .cell_count = 3, .models = models};
    size_t cell = 9;
    (void)state;

    usage_add(&table, (struct usage_event){.account = 1, .at = 7, .quantity = 1000000, .tokens = TOKENS_NONE});
    usage_add(&table, (struct usage_event){.account = 0, .at = 12, .quantity = 2000000, .tokens = TOKENS_NONE});
    assert_int_equal(cells[2].events, 1);
    assert_int_equal(cells[2].credits, 100);
    assert_int_equal(cells[1].events, 1);
    assert_int_equal(cells[0].events, 0);
    assert_true(usage_cell_of(&table, 1, 7, &cell));
    assert_int_equal(cell, 2);
    assert_false(usage_cell_of(&table, 1, 4, &cell));
}

/* Sums stop at CREDITS_OVER: they neither overflow nor come back. */
static void test_sums_stop(void **state)
{
    (void)state;

    script_bill(&world, "rate one 2025-10-01 100 1; use 2025-11-14 one 100000 1000000000;"
                        "use 2025-11-14 one 100000 1000000000; use 2025-11-14 auto 1");
    assert_true(usage_month_total(&world.usage, WORLD_ACCOUNT).credits == CREDITS_OVER);
    assert_int_equal(world.bill.hold.reason, HOLD_OUT_OF_BOUNDS);
}

/* A day's quantity stops, too, whatever the order of its parts. */
static void test_a_days_quantity_stops(void **state)
{
    (void)state;
    struct usage_month_sums sums = {.days = {[3] = {1, INT64_MAX - 5}}}, more = {.days = {[3] = {2, 5}, [4] = {1, 7}}};

    usage_month_sums_merge(&sums, &more);
    assert_true(sums.days[3].events == 3 && sums.days[3].quantity == INT64_MAX);
    usage_month_sums_merge(&sums, &more);
    assert_true(sums.days[3].events == 5 && sums.days[3].quantity == INT64_MAX);
    assert_true(sums.days[4].events == 2 && sums.days[4].quantity == 14);
    usage_month_sums_merge(&more, &sums);
    assert_true(more.days[3].quantity == INT64_MAX);
}

/* R6: are tokens needed to rate what lies before `end`? */
static void test_tokens_count(void **state)
{
    (void)state;
    const struct {
        const char *script;
        bool count;
    } cases[] = {
        {"", false},
        {"rate auto 2025-10-01 1", false},
        {"rate limited 2025-10-01 1 1000", true},
        {"rate auto 2025-10-01 1; rate limited 2025-11-30T23:59:59.999Z 1 1", true},
        {"rate limited 2025-12-01 1 1000", false},
        {"rate limited 2025-12-01 1 1000; rate other 2025-10-01 1 1000", true},
        {"rate limited 2025-10-01 1 1000; rate other 2025-10-01 1", true},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        world_reset(&world);
        script_run(&world, cases[i].script);
        world_sort(&world);
        assert_int_equal(usage_tokens_count(&world.catalogue, script_instant("2025-12-01")), cases[i].count);
    }
}

/* What is only to come changes nothing, with cells and without. */
static void test_expecting_changes_nothing(void **state)
{
    static const char *const scripts[] = {"use 2025-11-14 auto 1", "grant g 1 2025-11-05 2025-11-20; use 2025-11-14 auto 1"};
    static struct world before;
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        script_bill(&world, scripts[i]);
        before = world;
        struct usage_rated rated = {.account = WORLD_ACCOUNT, .model = 0, .at = script_instant("2025-11-14"), .credits = 5};
        usage_expect(&world.usage, &rated);
        usage_expect_cells(&world.usage, &rated);
        usage_expect_month(&world.usage, WORLD_ACCOUNT);
        assert_memory_equal(&before, &world, sizeof world);
    }
    world.catalogue.model_count = 0;
    usage_expect_month(&world.usage, WORLD_ACCOUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_credits_of_an_event), cmocka_unit_test(test_month_and_days), cmocka_unit_test(test_edges),
        cmocka_unit_test(test_first_unknown_model), cmocka_unit_test(test_sums_stop),
        cmocka_unit_test(test_unknown_models_at_one_instant), cmocka_unit_test(test_cells_of_the_second_account),
        cmocka_unit_test(test_a_days_quantity_stops), cmocka_unit_test(test_tokens_count), cmocka_unit_test(test_expecting_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
