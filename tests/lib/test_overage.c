/*
 * R21: what credits past the allowance cost, and what a bill charged for them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>

#include "lib/overage.h"
#include "tests/lib/script.h"

static struct world world;

#define FITS_NOT (-1)

static const struct {
    const char *name;
    int64_t credits, price_millionths;
    int digits;
    int64_t want;
} rows[] = {
    {"X7: 100.00 x 0.04", 10000, 40000, 2, 400},
    {"R21 half a cent rounds up", 1250, 4000, 2, 5},
    {"R21 below half rounds down", 112, 40000, 2, 4},
    {"R21 one hundredth of a credit at the smallest price", 1, 1, 2, 0},
    {"R21 nothing", 0, 40000, 2, 0},
    {"R21 for nothing", 10000, 0, 2, 0},
    {"R21 yen have no digits", 10050, 6000000, 0, 603},
    {"R21 half a yen rounds up", 50, 1000000, 0, 1},
    {"R21 one digit", 10000, 40000, 1, 40},
    {"R21 dinars have three", 10000, 40000, 3, 4000},
    {"R21 four digits", 10000, 40000, 4, 40000},
    {"R21 the most there is, in dollars", CREDITS_MAX, UNIT_PRICE_MAX, 2, 1000000000000000000},
    {"R21 and in four digits: more than fits", CREDITS_MAX, UNIT_PRICE_MAX, 4, FITS_NOT},
};

static void test_amounts(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t got = FITS_NOT;
        bool fits = overage_amount(rows[i].credits, rows[i].price_millionths, rows[i].digits, &got);
        if (got != rows[i].want || fits != (rows[i].want != FITS_NOT)) {
            print_error("%s: want %" PRId64 ", got %" PRId64 "\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    const char *script;
    int64_t want;
} bills[] = {
    {"X7", "address 2025-01-01 US; change 2025-10-10 pro; overage 2025-10-11 on; use 2025-11-02 auto 1100", 400},
    {"X7 with a tax line behind it",
     "address 2025-01-01 DE; change 2025-10-10 pro; overage 2025-10-11 on; use 2025-11-02 auto 1100; adjust 9", 400},
    {"X8: none", "address 2025-01-01 US; change 2025-10-10 pro; use 2025-11-02 auto 1100", 0},
    {"held: no lines", "change 2025-10-10 pro; overage 2025-10-11 on; use 2025-11-02 auto 1100", 0},
};

static void test_charged(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof bills / sizeof bills[0]; i++) {
        script_bill(&world, bills[i].script);
        int64_t got = overage_charged(&world.bill);
        if (got != bills[i].want) {
            print_error("%s: want %" PRId64 ", got %" PRId64 "\n", bills[i].name, bills[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Wherever its line stands. */
static void test_charged_by_the_only_line(void **state)
{
    struct bill_line line = {.kind = LINE_OVERAGE, .amount_minor = 400};
    const struct bill bill = {.lines = &line, .line_count = 1};
    (void)state;

    assert_int_equal(overage_charged(&bill), 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amounts),
        cmocka_unit_test(test_charged),
        cmocka_unit_test(test_charged_by_the_only_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
