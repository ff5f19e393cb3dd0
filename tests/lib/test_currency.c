/*
 * test_currency.c - ISO 4217's codes and their minor digits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/currency.h"

static const struct {
    const char *name;
    const char *code;
    int want;
} rows[] = {
    {"dollar", "USD", 2},
    {"euro", "EUR", 2},
    {"yen", "JPY", 0},
    {"won", "KRW", 0},
    {"krona without minor units", "ISK", 0},
    {"Bahrain", "BHD", 3},
    {"Tunisia", "TND", 3},
    {"Chile's unit of account", "CLF", 4},
    {"Uruguay's unit of account", "UYW", 4},
    {"ariary counts in hundredths", "MGA", 2},
    {"first of the list", "AED", 2},
    {"last of the list", "ZWG", 2},
    {"Caribbean guilder, from 2025", "XCG", 2},
    {"lev, still in the history before 2026", "BGN", 2},
    {"kuna, until 2022", "HRK", -1},
    {"mark, long gone", "DEM", -1},
    {"gold has no minor unit", "XAU", -1},
    {"drawing rights have none", "XDR", -1},
    {"the test code", "XTS", -1},
    {"no currency", "XXX", -1},
    {"lower case", "usd", -1},
    {"too short", "US", -1},
    {"too long", "USDT", -1},
    {"empty", "", -1},
    {"blank after", "USD ", -1},
};

static void test_each_code(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int got = currency_digits(rows[i].code);
        if (got != rows[i].want) {
            print_error("%s: want %d, got %d\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Of all three letters: how many are known, and with how many digits. */
static void test_counts(void **state)
{
    (void)state;
    int count[CURRENCY_DIGITS_MAX + 1] = {0};

    for (int i = 0; i < 26 * 26 * 26; i++) {
        char code[] = {(char)('A' + i / 676), (char)('A' + i / 26 % 26), (char)('A' + i % 26), '\0'};
        int digits = currency_digits(code);
        assert_in_range(digits + 1, 0, CURRENCY_DIGITS_MAX + 1);
        if (digits >= 0) {
            count[digits]++;
        }
    }
    assert_int_equal(count[0], 17);
    assert_int_equal(count[1], 0);
    assert_int_equal(count[2], 140);
    assert_int_equal(count[3], 7);
    assert_int_equal(count[4], 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_code),
        cmocka_unit_test(test_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
