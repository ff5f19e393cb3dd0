/*
 * test_country.c - ISO 3166-1's alpha-2 codes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/country.h"

static const struct {
    const char *name;
    const char *code;
    bool want;
} rows[] = {
    {"Germany", "DE", true},
    {"the United States", "US", true},
    {"first of the list", "AD", true},
    {"last of the list", "ZW", true},
    {"Aland", "AX", true},
    {"South Sudan", "SS", true},
    {"United Kingdom", "GB", true},
    {"UK is only reserved", "UK", false},
    {"EU is only reserved", "EU", false},
    {"Kosovo is user-assigned", "XK", false},
    {"Netherlands Antilles, until 2010", "AN", false},
    {"Soviet Union", "SU", false},
    {"lower case", "de", false},
    {"alpha-3", "DEU", false},
    {"too short", "D", false},
    {"empty", "", false},
    {"blanks", "  ", false},
    {"a blank in front", " A", false},
    {"two codes", "AD AE", false},
};

static void test_each_code(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool got = country_known(rows[i].code);
        if (got != rows[i].want) {
            print_error("%s: want %d, got %d\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_count(void **state)
{
    (void)state;
    int known = 0;

    for (int i = 0; i < 256 * 256; i++) {
        char code[] = {(char)(i / 256), (char)(i % 256), '\0'};
        known += country_known(code);
    }
    assert_int_equal(known, 249);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_code),
        cmocka_unit_test(test_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
