/*
 * test_decimal.c - decimals to and from scaled integers.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/decimal.h"

#define UNTOUCHED INT64_C(-77)
#define CASES 300000
#define TEXT(literal) literal, sizeof literal - 1

static uint64_t random_next(void)
{
    static uint64_t state = 20251102;

    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * UINT64_C(2685821657736338717);
}

static const struct {
    const char *name;
    const char *text;
    size_t length;
    int digits;
    int64_t min;
    int64_t max;
    enum decimal_status status;
    int64_t want;
} parses[] = {
    {"money", TEXT("6.67"), 2, 0, 1000, DECIMAL_OK, 667},
    {"fewer decimals", TEXT("812.4"), 2, 0, 100000, DECIMAL_OK, 81240},
    {"no decimals", TEXT("19"), 4, 0, 1000000, DECIMAL_OK, 190000},
    {"unit price", TEXT("0.04"), 6, 0, 1000000, DECIMAL_OK, 40000},
    {"negative", TEXT("-0.5"), 2, -99, 99, DECIMAL_OK, -50},
    {"negative zero", TEXT("-0.00"), 2, 0, 99, DECIMAL_OK, 0},
    {"zeros in front", TEXT("007"), 0, 0, 99, DECIMAL_OK, 7},
    {"many zeros in front", TEXT("00000000000000000000000000000001.5"), 1, 0, 99, DECIMAL_OK, 15},
    {"at the upper bound", TEXT("10.00"), 2, 0, 1000, DECIMAL_OK, 1000},
    {"past the upper bound", TEXT("10.01"), 2, 0, 1000, DECIMAL_OUT_OF_BOUNDS, 0},
    {"below the lower bound", TEXT("-0.01"), 2, 0, 1000, DECIMAL_OUT_OF_BOUNDS, 0},
    {"the greatest", TEXT("9223372036854775807"), 0, INT64_MIN, INT64_MAX, DECIMAL_OK, INT64_MAX},
    {"past the greatest", TEXT("9223372036854775808"), 0, INT64_MIN, INT64_MAX,
     DECIMAL_OUT_OF_BOUNDS, 0},
    {"the least", TEXT("-9223372036854775808"), 0, INT64_MIN, INT64_MAX, DECIMAL_OK, INT64_MIN},
    {"past the least", TEXT("-9223372036854775809"), 0, INT64_MIN, INT64_MAX,
     DECIMAL_OUT_OF_BOUNDS, 0},
    {"2^64 does not wrap to 0", TEXT("18446744073709551616"), 0, INT64_MIN, INT64_MAX,
     DECIMAL_OUT_OF_BOUNDS, 0},
    {"scaling does not wrap", TEXT("18446744073709551616"), 18, INT64_MIN, INT64_MAX,
     DECIMAL_OUT_OF_BOUNDS, 0},
    {"thirty digits", TEXT("100000000000000000000000000000"), 2, INT64_MIN, INT64_MAX,
     DECIMAL_OUT_OF_BOUNDS, 0},
    {"too fine", TEXT("6.671"), 2, 0, 1000, DECIMAL_TOO_FINE, 0},
    {"too fine though zero", TEXT("6.670"), 2, 0, 1000, DECIMAL_TOO_FINE, 0},
    {"yen have no decimals", TEXT("667.0"), 0, 0, 1000, DECIMAL_TOO_FINE, 0},
    {"too fine before out of bounds", TEXT("99999999999999999999.123"), 2, 0, 1000,
     DECIMAL_TOO_FINE, 0},
    {"empty", TEXT(""), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"a sign alone", TEXT("-"), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"a point alone", TEXT("."), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"nothing before the point", TEXT(".5"), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"nothing after the point", TEXT("6."), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"two points", TEXT("6.6.7"), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"two signs", TEXT("--6"), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"plus", TEXT("+6"), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"exponent", TEXT("1e2"), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"blank before", TEXT(" 6"), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"blank after", TEXT("6 "), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"comma", TEXT("6,67"), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"hexadecimal", TEXT("0x10"), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"words", TEXT("inf"), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"a NUL inside", TEXT("6\0"), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"Arabic digits", TEXT("\xD9\xA1"), 2, 0, 1000, DECIMAL_NOT_A_NUMBER, 0},
    {"the length ends the text before its point", "667.", 3, 0, 0, 1000, DECIMAL_OK, 667},
    {"the length ends the text", "6.67", 3, 2, 0, 1000, DECIMAL_OK, 660},
};

static void test_parse(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof parses / sizeof parses[0]; i++) {
        int64_t got = UNTOUCHED;
        int64_t want = parses[i].status == DECIMAL_OK ? parses[i].want : UNTOUCHED;
        enum decimal_status status = decimal_parse(parses[i].text, parses[i].length,
                                                   parses[i].digits, parses[i].min, parses[i].max,
                                                   &got);
        if (status != parses[i].status || got != want) {
            print_error("%s: want %d %" PRId64 ", got %d %" PRId64 "\n", parses[i].name,
                        (int)parses[i].status, want, (int)status, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    int64_t value;
    int digits;
    int digits_min; /* digits: nothing is trimmed */
    const char *want;
} formats[] = {
    {"money", 667, 2, 2, "6.67"},
    {"below one", 5, 2, 2, "0.05"},
    {"negative below one", -5, 2, 2, "-0.05"},
    {"zero", 0, 2, 2, "0.00"},
    {"yen", 667, 0, 0, "667"},
    {"dinar", 1500, 3, 3, "1.500"},
    {"the greatest", INT64_MAX, 2, 2, "92233720368547758.07"},
    {"the least", INT64_MIN, 2, 2, "-92233720368547758.08"},
    {"the least, whole", INT64_MIN, 0, 0, "-9223372036854775808"},
    {"the longest", INT64_MIN, 18, 18, "-9.223372036854775808"},
    {"unit price", 40000, 6, 2, "0.04"},
    {"unit price of one", 1000000, 6, 2, "1.00"},
    {"unit price with more decimals", 40500, 6, 2, "0.0405"},
    {"unit price with all decimals", 1, 6, 2, "0.000001"},
    {"whole percent", 190000, 4, 0, "19"},
    {"percent", 81000, 4, 0, "8.1"},
    {"zeros before the point stay", 1000000, 4, 0, "100"},
    {"zero trimmed", 0, 4, 0, "0"},
    {"zero trimmed to two", 0, 6, 2, "0.00"},
    {"negative trimmed", -1300000, 6, 0, "-1.3"},
};

static void test_format(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        char got[DECIMAL_TEXT_MAX];
        bool whole = formats[i].digits == formats[i].digits_min;
        size_t length = whole ? decimal_format(formats[i].value, formats[i].digits, got)
                              : decimal_format_trimmed(formats[i].value, formats[i].digits,
                                                       formats[i].digits_min, got);
        if (strcmp(got, formats[i].want) != 0 || length != strlen(formats[i].want)) {
            print_error("%s: want %s, got %s (%zu)\n", formats[i].name, formats[i].want, got, length);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* What is written reads back as the same number, trimmed or not. */
static void test_round_trip(void **state)
{
    (void)state;
    int failed = 0;

    for (int i = 0; i < CASES; i++) {
        int digits = (int)(random_next() % (DECIMAL_DIGITS_MAX + 1));
        int digits_min = (int)(random_next() % (uint64_t)(digits + 1));
        int64_t value = (int64_t)random_next() >> (random_next() % 64);
        int64_t whole = 0;
        int64_t trimmed = 0;
        char text[DECIMAL_TEXT_MAX];
        size_t length = decimal_format(value, digits, text);
        enum decimal_status status = decimal_parse(text, length, digits, INT64_MIN, INT64_MAX,
                                                   &whole);
        length = decimal_format_trimmed(value / 1000 * 1000, digits, digits_min, text);
        enum decimal_status status_trimmed = decimal_parse(text, length, digits, INT64_MIN,
                                                           INT64_MAX, &trimmed);
        if (status != DECIMAL_OK || whole != value || status_trimmed != DECIMAL_OK ||
            trimmed != value / 1000 * 1000) {
            print_error("%" PRId64 " with %d digits: read back %" PRId64 " and, trimmed, %" PRId64 "\n",
                        value, digits, whole, trimmed);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Of a text without bytes nothing is looked at (the sanitizer says). */
static void test_no_bytes(void **state)
{
    char *one = calloc(1, 1);
    int64_t value = 0;
    (void)state;

    assert_int_equal(decimal_parse(one + 1, 0, 2, 0, 9, &value), DECIMAL_NOT_A_NUMBER);
    free(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse), cmocka_unit_test(test_no_bytes),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_round_trip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
