/*
 * test_calendar.c - instants, days and months in UTC.
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

#include "lib/calendar.h"

#define UNTOUCHED (-77)
#define CASES 300000
#define TEXT(literal) literal, sizeof literal - 1

static uint64_t random_next(void)
{
    static uint64_t state = 20251103;

    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * UINT64_C(2685821657736338717);
}

static const struct {
    const char *name;
    const char *text;
    size_t length;
    enum calendar_status status;
    int64_t want;
} instants[] = {
    {"the first", TEXT("1970-01-01T00:00:00Z"), CALENDAR_OK, INSTANT_MIN_MS},
    {"the last", TEXT("9999-12-31T23:59:59.999Z"), CALENDAR_OK, INSTANT_MAX_MS},
    {"plain", TEXT("2025-11-21T00:00:00Z"), CALENDAR_OK, INT64_C(1763683200000)},
    {"a leap day", TEXT("2024-02-29T12:00:00Z"), CALENDAR_OK, INT64_C(1709208000000)},
    {"a leap day of a century", TEXT("2000-02-29T00:00:00Z"), CALENDAR_OK, INT64_C(951782400000)},
    {"X3: a Pacific evening", TEXT("2025-11-15T18:30:00-08:00"), CALENDAR_OK, INT64_C(1763260200000)},
    {"east", TEXT("2025-11-21T05:30:00+05:30"), CALENDAR_OK, INT64_C(1763683200000)},
    {"offset 0", TEXT("2025-11-21T00:00:00+00:00"), CALENDAR_OK, INT64_C(1763683200000)},
    {"unknown local offset", TEXT("2025-11-21T00:00:00-00:00"), CALENDAR_OK, INT64_C(1763683200000)},
    {"the widest offset", TEXT("2025-11-21T23:59:00+23:59"), CALENDAR_OK, INT64_C(1763683200000)},
    {"small letters", TEXT("2025-11-21t00:00:00z"), CALENDAR_OK, INT64_C(1763683200000)},
    {"tenths", TEXT("2025-11-21T00:00:00.2Z"), CALENDAR_OK, INT64_C(1763683200200)},
    {"hundredths", TEXT("2025-11-21T00:00:00.25Z"), CALENDAR_OK, INT64_C(1763683200250)},
    {"milliseconds", TEXT("2025-11-21T00:00:00.007Z"), CALENDAR_OK, INT64_C(1763683200007)},
    {"1970 only in UTC", TEXT("1969-12-31T23:00:00-01:00"), CALENDAR_OK, 0},
    {"9999 only in UTC", TEXT("9999-12-31T23:59:59+00:01"), CALENDAR_OK, INT64_C(253402300739000)},
    {"1969 in UTC", TEXT("1970-01-01T00:00:00+01:00"), CALENDAR_OUT_OF_BOUNDS, 0},
    {"10000 in UTC", TEXT("9999-12-31T23:59:59-00:01"), CALENDAR_OUT_OF_BOUNDS, 0},
    {"1969", TEXT("1969-12-31T23:59:59.999Z"), CALENDAR_OUT_OF_BOUNDS, 0},
    {"year 0", TEXT("0000-02-29T00:00:00Z"), CALENDAR_OUT_OF_BOUNDS, 0},
    {"30 February", TEXT("2025-02-30T00:00:00Z"), CALENDAR_IMPOSSIBLE, 0},
    {"29 February of no leap year", TEXT("2025-02-29T00:00:00Z"), CALENDAR_IMPOSSIBLE, 0},
    {"29 February 2100", TEXT("2100-02-29T00:00:00Z"), CALENDAR_IMPOSSIBLE, 0},
    {"30 February long ago", TEXT("1900-02-30T00:00:00Z"), CALENDAR_IMPOSSIBLE, 0},
    {"31 April", TEXT("2025-04-31T00:00:00Z"), CALENDAR_IMPOSSIBLE, 0},
    {"day 0", TEXT("2025-04-00T00:00:00Z"), CALENDAR_IMPOSSIBLE, 0},
    {"month 0", TEXT("2025-00-10T00:00:00Z"), CALENDAR_IMPOSSIBLE, 0},
    {"month 13", TEXT("2025-13-10T00:00:00Z"), CALENDAR_IMPOSSIBLE, 0},
    {"hour 24", TEXT("2025-11-21T24:00:00Z"), CALENDAR_IMPOSSIBLE, 0},
    {"hour 25", TEXT("2025-11-21T25:00:00Z"), CALENDAR_IMPOSSIBLE, 0},
    {"minute 60", TEXT("2025-11-21T00:60:00Z"), CALENDAR_IMPOSSIBLE, 0},
    {"second 60", TEXT("2016-12-31T23:59:60Z"), CALENDAR_IMPOSSIBLE, 0},
    {"offset of 24 hours", TEXT("2025-11-21T00:00:00+24:00"), CALENDAR_IMPOSSIBLE, 0},
    {"offset of 60 minutes", TEXT("2025-11-21T00:00:00+01:60"), CALENDAR_IMPOSSIBLE, 0},
    {"a blank for T", TEXT("2025-11-21 00:00:00Z"), CALENDAR_MALFORMED, 0},
    {"no offset", TEXT("2025-11-21T00:00:00"), CALENDAR_MALFORMED, 0},
    {"microseconds", TEXT("2025-11-21T00:00:00.0000Z"), CALENDAR_MALFORMED, 0},
    {"a point alone", TEXT("2025-11-21T00:00:00.Z"), CALENDAR_MALFORMED, 0},
    {"cut short in a fraction", TEXT("2025-11-21T00:00:00.1"), CALENDAR_MALFORMED, 0},
    {"hour 24, east", TEXT("2025-11-21T24:00:00+01:00"), CALENDAR_IMPOSSIBLE, 0},
    {"a comma", TEXT("2025-11-21T00:00:00,5Z"), CALENDAR_MALFORMED, 0},
    {"no seconds", TEXT("2025-11-21T00:00Z"), CALENDAR_MALFORMED, 0},
    {"offset without a colon", TEXT("2025-11-21T00:00:00+0100"), CALENDAR_MALFORMED, 0},
    {"offset of hours", TEXT("2025-11-21T00:00:00+01"), CALENDAR_MALFORMED, 0},
    {"Z and an offset", TEXT("2025-11-21T00:00:00Z+01:00"), CALENDAR_MALFORMED, 0},
    {"basic format", TEXT("20251121T000000Z"), CALENDAR_MALFORMED, 0},
    {"short month", TEXT("2025-1-21T00:00:00Z"), CALENDAR_MALFORMED, 0},
    {"five digits of year", TEXT("12025-11-21T00:00:00Z"), CALENDAR_MALFORMED, 0},
    {"a sign in a number", TEXT("2025-11-21T-1:00:00Z"), CALENDAR_MALFORMED, 0},
    {"a day", TEXT("2025-11-21"), CALENDAR_MALFORMED, 0},
    {"empty", TEXT(""), CALENDAR_MALFORMED, 0},
    {"a blank in front", TEXT(" 2025-11-21T00:00:00Z"), CALENDAR_MALFORMED, 0},
    {"a blank behind", TEXT("2025-11-21T00:00:00Z "), CALENDAR_MALFORMED, 0},
    {"a NUL behind", TEXT("2025-11-21T00:00:00Z\0"), CALENDAR_MALFORMED, 0},
    {"malformed before impossible", TEXT("2025-02-30T00:00:00"), CALENDAR_MALFORMED, 0},
};

static void test_instant_parse(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof instants / sizeof instants[0]; i++) {
        int64_t got = UNTOUCHED;
        int64_t want = instants[i].status == CALENDAR_OK ? instants[i].want : UNTOUCHED;
        enum calendar_status status = instant_parse(instants[i].text, instants[i].length, &got);
        if (status != instants[i].status || got != want) {
            print_error("%s: want %d %" PRId64 ", got %d %" PRId64 "\n", instants[i].name,
                        (int)instants[i].status, want, (int)status, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* In memory of its size: nothing behind it is looked at (the sanitizer says). */
static void test_nothing_behind(void **state)
{
    (void)state;

    for (size_t i = 0; i < sizeof instants / sizeof instants[0]; i++) {
        for (size_t length = 1; length <= instants[i].length; length++) {
            char *bytes = malloc(length);
            int64_t got = UNTOUCHED, want = UNTOUCHED;
            memcpy(bytes, instants[i].text, length);
            assert_int_equal(instant_parse(bytes, length, &got), instant_parse(instants[i].text, length, &want));
            assert_true(got == want);
            free(bytes);
        }
    }
}

typedef enum calendar_status date_parser(const char *text, size_t length, int32_t *value);

static const struct {
    const char *name;
    date_parser *parse;
    const char *text;
    size_t length;
    enum calendar_status status;
    int32_t want;
} dates[] = {
    {"month", month_parse, TEXT("2026-06"), CALENDAR_OK, 202606},
    {"first month", month_parse, TEXT("1970-01"), CALENDAR_OK, MONTH_MIN},
    {"last month", month_parse, TEXT("9999-12"), CALENDAR_OK, MONTH_MAX},
    {"month 0", month_parse, TEXT("2026-00"), CALENDAR_IMPOSSIBLE, 0},
    {"month 13", month_parse, TEXT("2026-13"), CALENDAR_IMPOSSIBLE, 0},
    {"month of 1969", month_parse, TEXT("1969-12"), CALENDAR_OUT_OF_BOUNDS, 0},
    {"month as a day", month_parse, TEXT("2026-06-01"), CALENDAR_MALFORMED, 0},
    {"month without its dash", month_parse, TEXT("202606"), CALENDAR_MALFORMED, 0},
    {"short month", month_parse, TEXT("2026-6"), CALENDAR_MALFORMED, 0},
    {"no month", month_parse, TEXT(""), CALENDAR_MALFORMED, 0},
    {"day", day_parse, TEXT("2026-06-21"), CALENDAR_OK, 20260621},
    {"first day", day_parse, TEXT("1970-01-01"), CALENDAR_OK, DAY_MIN},
    {"last day", day_parse, TEXT("9999-12-31"), CALENDAR_OK, DAY_MAX},
    {"leap day", day_parse, TEXT("2024-02-29"), CALENDAR_OK, 20240229},
    {"29 February of no leap year", day_parse, TEXT("2026-02-29"), CALENDAR_IMPOSSIBLE, 0},
    {"30 February", day_parse, TEXT("2024-02-30"), CALENDAR_IMPOSSIBLE, 0},
    {"day 0", day_parse, TEXT("2026-06-00"), CALENDAR_IMPOSSIBLE, 0},
    {"day of 1969", day_parse, TEXT("1969-12-31"), CALENDAR_OUT_OF_BOUNDS, 0},
    {"day as a month", day_parse, TEXT("2026-06"), CALENDAR_MALFORMED, 0},
    {"day with slashes", day_parse, TEXT("2026/06/21"), CALENDAR_MALFORMED, 0},
    {"day with a blank", day_parse, TEXT("2026-06-21 "), CALENDAR_MALFORMED, 0},
};

static void test_date_parse(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        int32_t got = UNTOUCHED;
        int32_t want = dates[i].status == CALENDAR_OK ? dates[i].want : UNTOUCHED;
        enum calendar_status status = dates[i].parse(dates[i].text, dates[i].length, &got);
        if (status != dates[i].status || got != want) {
            print_error("%s: want %d %" PRId32 ", got %d %" PRId32 "\n", dates[i].name,
                        (int)dates[i].status, want, (int)status, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_valid(void **state)
{
    (void)state;
    assert_true(instant_valid(INSTANT_MIN_MS) && instant_valid(INSTANT_MAX_MS));
    assert_false(instant_valid(INSTANT_MIN_MS - 1) || instant_valid(INSTANT_MAX_MS + 1));
    assert_true(day_valid(DAY_MIN) && day_valid(DAY_MAX) && day_valid(20240229));
    assert_false(day_valid(20250229) || day_valid(20250400) || day_valid(20251301));
    assert_false(day_valid(19691231) || day_valid(100000101) || day_valid(-20250101));
    assert_true(month_valid(MONTH_MIN) && month_valid(MONTH_MAX));
    assert_false(month_valid(202500) || month_valid(202513) || month_valid(196912));
    assert_false(month_valid(1000001) || month_valid(0) || month_valid(-202501));
}

/* R7: the last millisecond belongs to the month, the next to the next. */
static void test_month_table(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int32_t month;
        const char *start;
        int32_t days;
        int32_t next;
        int32_t previous;
    } rows[] = {
        {"leap February", 202402, "2024-02-01T00:00:00Z", 29, 202403, 202401},
        {"February", 202502, "2025-02-01T00:00:00Z", 28, 202503, 202501},
        {"February 2100", 210002, "2100-02-01T00:00:00Z", 28, 210003, 210001},
        {"February 2000", 200002, "2000-02-01T00:00:00Z", 29, 200003, 200001},
        {"December", 202512, "2025-12-01T00:00:00Z", 31, 202601, 202511},
        {"January", 202601, "2026-01-01T00:00:00Z", 31, 202602, 202512},
        {"November", 202511, "2025-11-01T00:00:00Z", 30, 202512, 202510},
    };
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int32_t month = rows[i].month;
        char start[INSTANT_TEXT_MAX];
        instant_format(month_start_ms(month), start);
        if (strcmp(start, rows[i].start) != 0 || month_days(month) != rows[i].days ||
            month_next(month) != rows[i].next || month_previous(month) != rows[i].previous ||
            month_end_ms(month) != month_start_ms(rows[i].next)) {
            print_error("%s: got %s, %" PRId32 " days, %" PRId32 ", %" PRId32 "\n", rows[i].name,
                        start, month_days(month), month_next(month), month_previous(month));
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Months follow each other without a gap from the first instant to the last. */
static void test_every_month(void **state)
{
    (void)state;
    int64_t start = INSTANT_MIN_MS;

    for (int32_t index = 0; index <= MONTH_INDEX_MAX; index++) {
        int32_t month = month_from_index(index);
        assert_true(month_valid(month));
        assert_int_equal(month_index(month), index);
        assert_true(month_start_ms(month) == start);
        start = month_end_ms(month);
        assert_int_equal(month_of(start - 1), month);
        assert_int_equal(month_of(month_start_ms(month)), month);
        if (index > 0) {
            assert_int_equal(month_next(month_previous(month)), month);
        }
    }
    assert_true(start == INSTANT_MAX_MS + 1);
}

/* The day after a day by the calendar's own rule, told apart from the code's arithmetic. */
static int32_t day_after(int32_t day)
{
    static const int32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int32_t year = day / 10000;
    int32_t month = day / 100 % 100;
    bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
    int32_t length = lengths[month - 1] + (month == 2 && leap ? 1 : 0);

    if (day % 100 < length) {
        return day + 1;
    }
    return month < 12 ? (day / 100 + 1) * 100 + 1 : (year + 1) * 10000 + 101;
}

/* Every day from 1970 to 9999, its first and last millisecond, and its text. */
static void test_every_day(void **state)
{
    (void)state;
    int32_t day = DAY_MIN;
    int failed = 0;

    for (int64_t start = INSTANT_MIN_MS; start <= INSTANT_MAX_MS; start += DAY_MS) {
        int64_t last = start + DAY_MS - 1;
        char text[DAY_TEXT_MAX];
        int32_t read = 0;
        size_t length = day_format(day, text);
        if (!day_valid(day) || day_of(start) != day || day_of(last) != day ||
            day_of_month(last) != day % 100 || day_start_ms(last) != start ||
            yyyymmdd_start_ms(day) != start || month_of(last) != day / 100 ||
            length != DAY_TEXT_MAX - 1 || day_parse(text, length, &read) != CALENDAR_OK ||
            read != day) {
            print_error("%" PRId32 ": got %" PRId32 ", as text %s\n", day, day_of(start), text);
            failed++;
        }
        day = day_after(day);
    }
    assert_int_equal(failed, 0);
    assert_int_equal(day, 100000101);
}

static void test_format(void **state)
{
    (void)state;
    char instant[INSTANT_TEXT_MAX];
    char month[MONTH_TEXT_MAX];

    assert_int_equal(instant_format_short(INT64_C(1763683200000), instant), 10);
    assert_string_equal(instant, "2025-11-21");
    assert_int_equal(instant_format_short(INT64_C(1763683200001), instant), 24);
    assert_string_equal(instant, "2025-11-21T00:00:00.001Z");
    assert_int_equal(instant_format(INT64_C(1763683200000), instant), 20);
    assert_string_equal(instant, "2025-11-21T00:00:00Z");
    assert_int_equal(instant_format(INT64_C(1763683200050), instant), 24);
    assert_string_equal(instant, "2025-11-21T00:00:00.050Z");
    assert_int_equal(instant_format(INSTANT_MAX_MS, instant), 24);
    assert_string_equal(instant, "9999-12-31T23:59:59.999Z");
    assert_int_equal(month_format(202606, month), 7);
    assert_string_equal(month, "2026-06");
}

/* What is written reads back; the same wall clock further east is earlier by the offset. */
static void test_instant_round_trip(void **state)
{
    (void)state;
    int failed = 0;

    for (int i = 0; i < CASES; i++) {
        int64_t instant = DAY_MS + (int64_t)(random_next() % (uint64_t)(INSTANT_MAX_MS - 2 * DAY_MS));
        int64_t minutes = (int64_t)(random_next() % (24 * 60));
        bool east = random_next() % 2 == 0;
        instant = random_next() % 2 == 0 ? instant : instant / SECOND_MS * SECOND_MS;
        int64_t read = UNTOUCHED;
        int64_t read_offset = UNTOUCHED;
        char text[INSTANT_TEXT_MAX + 6];
        size_t length = instant_format(instant, text);
        enum calendar_status status = instant_parse(text, length, &read);
        const char offset[] = {east ? '+' : '-', (char)('0' + minutes / 600),
                               (char)('0' + minutes / 60 % 10), ':',
                               (char)('0' + minutes % 60 / 10), (char)('0' + minutes % 10)};
        memcpy(text + length - 1, offset, sizeof offset);
        enum calendar_status status_offset = instant_parse(text, length - 1 + sizeof offset,
                                                           &read_offset);
        int64_t want = east ? instant - minutes * MINUTE_MS : instant + minutes * MINUTE_MS;
        if (status != CALENDAR_OK || read != instant || status_offset != CALENDAR_OK ||
            read_offset != want) {
            print_error("%" PRId64 ": read back %" PRId64 ", with an offset %" PRId64 "\n", instant,
                        read, read_offset);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instant_parse),
        cmocka_unit_test(test_nothing_behind),
        cmocka_unit_test(test_date_parse),
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_month_table),
        cmocka_unit_test(test_every_month),
        cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_instant_round_trip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
