/*
 * R12: what is left of the first paid month, and what a price comes to for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>

#include "lib/calendar.h"
#include "lib/proration.h"
#include "tests/lib/script.h"

static const struct {
    const char *name;
    enum proration policy;
    int32_t month;
    const char *first_paid;
    int64_t remaining, whole;
} rows[] = {
    {"R12 day_inclusive: day 21 of 30", PRORATE_DAY_INCLUSIVE, 202511, "2025-11-21T23:59:59.999Z", 10, 30},
    {"R12 day_inclusive: the first day", PRORATE_DAY_INCLUSIVE, 202511, "2025-11-01", 30, 30},
    {"R12 day_inclusive: the last day", PRORATE_DAY_INCLUSIVE, 202511, "2025-11-30T23:59:59.999Z", 1, 30},
    {"R12 day_exclusive: day 15 of 30", PRORATE_DAY_EXCLUSIVE, 202511, "2025-11-15T12:00:00Z", 15, 30},
    {"R12 day_exclusive: the last day", PRORATE_DAY_EXCLUSIVE, 202511, "2025-11-30", 0, 30},
    {"R12 second: noon of the 15th", PRORATE_SECOND, 202511, "2025-11-15T12:00:00Z", 1339200, 2592000},
    {"R12 second: rounded down", PRORATE_SECOND, 202511, "2025-11-15T12:00:00.001Z", 1339199, 2592000},
    {"R12 second: the whole month", PRORATE_SECOND, 202511, "2025-11-01", 2592000, 2592000},
    {"R12 second: the last millisecond", PRORATE_SECOND, 202511, "2025-11-30T23:59:59.999Z", 0, 2592000},
    {"R12 31 days", PRORATE_DAY_INCLUSIVE, 202512, "2025-12-31", 1, 31},
    {"R12 a leap February", PRORATE_DAY_INCLUSIVE, 202402, "2024-02-10", 20, 29},
    {"R12 a common February", PRORATE_DAY_INCLUSIVE, 202502, "2025-02-10", 19, 28},
    {"R12 2000 was a leap year", PRORATE_DAY_INCLUSIVE, 200002, "2000-02-29", 1, 29},
    {"R12 2100 is none", PRORATE_SECOND, 210002, "2100-02-28", 86400, 2419200},
};

static void test_remaining(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct remaining got = proration_remaining(rows[i].policy, rows[i].month, script_instant(rows[i].first_paid));
        if (got.remaining != rows[i].remaining || got.whole != rows[i].whole) {
            print_error("%s: want %" PRId64 " / %" PRId64 ", got %" PRId64 " / %" PRId64 "\n", rows[i].name,
                        rows[i].remaining, rows[i].whole, got.remaining, got.whole);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    int64_t amount, remaining, whole, want;
} amounts[] = {
    {"X1 2000 x 10 / 30", 2000, 10, 30, 667},
    {"X2 4000 x 10 / 30", 4000, 10, 30, 1333},
    {"R12 half rounds up", 1, 15, 30, 1},
    {"R12 below half rounds down", 1, 14, 30, 0},
    {"R12 nothing left", 2000, 0, 30, 0},
    {"R12 all left", 2000, 30, 30, 2000},
    {"the largest price to the second", PRICE_MINOR_MAX, 2678399, 2678400, 9999996266428},
};

static void test_amounts(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        int64_t got = prorate(amounts[i].amount, (struct remaining){amounts[i].remaining, amounts[i].whole});
        if (got != amounts[i].want) {
            print_error("%s: want %" PRId64 ", got %" PRId64 "\n", amounts[i].name, amounts[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Whoever buys later in the month never pays more, by any policy; the first instant pays all. */
static void test_later_never_costs_more(void **state)
{
    (void)state;
    int failed = 0;

    for (enum proration policy = PRORATE_DAY_INCLUSIVE; policy <= PRORATE_SECOND; policy++) {
        int64_t before = INT64_MAX;
        for (int64_t at = month_start_ms(202402); at < month_end_ms(202402); at += 3 * HOUR_MS + 7) {
            int64_t amount = prorate(19999, proration_remaining(policy, 202402, at));
            failed += amount > before || amount < 0 || amount > 19999;
            before = amount;
        }
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_remaining), cmocka_unit_test(test_amounts), cmocka_unit_test(test_later_never_costs_more),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
