/*
 * calendar_text.c - instants, days and months in UTC: reading and writing them.
 */
#include <assert.h>

#include "lib/calendar.h"

/* A text being read; `ok` turns false where it is not of the form. */
struct reading {
    const char *text;
    size_t length;
    size_t at;
    bool ok;
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static int32_t read_number(struct reading *reading, size_t digits)
{
    int32_t number = 0;

    for (size_t i = 0; i < digits; i++) {
        if (reading->at == reading->length || !is_digit(reading->text[reading->at])) {
            reading->ok = false;
            return 0;
        }
        number = number * 10 + (reading->text[reading->at++] - '0');
    }
    return number;
}

static bool at_byte(const struct reading *reading, char byte)
{
    return reading->at < reading->length && reading->text[reading->at] == byte;
}

static void read_byte(struct reading *reading, char byte, char or_byte)
{
    if (at_byte(reading, byte) || at_byte(reading, or_byte)) {
        reading->at++;
    } else {
        reading->ok = false;
    }
}

static enum calendar_status finished(const struct reading *reading)
{
    return reading->ok && reading->at == reading->length ? CALENDAR_OK : CALENDAR_MALFORMED;
}

static int32_t read_month(struct reading *reading)
{
    int32_t year = read_number(reading, 4);

    read_byte(reading, '-', '-');
    return year * 100 + read_number(reading, 2);
}

static int32_t read_day(struct reading *reading)
{
    int32_t month = read_month(reading);

    read_byte(reading, '-', '-');
    return month * 100 + read_number(reading, 2);
}

/* Does the day exist in the calendar, in whatever year? */
static bool day_exists(int32_t day)
{
    int32_t year = day / 10000;
    int32_t month = day / 100 % 100;
    int32_t twin = 2000 + year % 400; /* the calendar repeats every 400 years */

    if (month < 1 || month > 12 || day % 100 < 1) {
        return false;
    }
    return day % 100 <= month_days(twin * 100 + month);
}

/* 00:00 of an existing day; below 0 before 1970. */
static int64_t day_ms(int32_t day)
{
    int32_t year = day / 10000;
    const int64_t era_ms = INT64_C(146097) * DAY_MS;

    if (year >= 1970) {
        return yyyymmdd_start_ms(day);
    }
    int32_t eras = (1970 - year + 399) / 400;
    return yyyymmdd_start_ms(day + eras * 400 * 10000) - eras * era_ms;
}

enum calendar_status month_parse(const char *text, size_t length, int32_t *month)
{
    struct reading reading = {text, length, 0, true};
    int32_t read = read_month(&reading);

    if (finished(&reading) != CALENDAR_OK) {
        return CALENDAR_MALFORMED;
    }
    if (read % 100 < 1 || read % 100 > 12) {
        return CALENDAR_IMPOSSIBLE;
    }
    if (!month_valid(read)) {
        return CALENDAR_OUT_OF_BOUNDS;
    }
    *month = read;
    return CALENDAR_OK;
}

enum calendar_status day_parse(const char *text, size_t length, int32_t *day)
{
    struct reading reading = {text, length, 0, true};
    int32_t read = read_day(&reading);

    if (finished(&reading) != CALENDAR_OK) {
        return CALENDAR_MALFORMED;
    }
    if (!day_exists(read)) {
        return CALENDAR_IMPOSSIBLE;
    }
    if (!day_valid(read)) {
        return CALENDAR_OUT_OF_BOUNDS;
    }
    *day = read;
    return CALENDAR_OK;
}

/* ".25" is 250 milliseconds: one to three digits. */
static int32_t read_fraction(struct reading *reading)
{
    int32_t milliseconds = 0;
    int32_t unit = 100;

    if (!at_byte(reading, '.')) {
        return 0;
    }
    reading->at++;
    milliseconds = read_number(reading, 1) * unit;
    while (unit > 1 && reading->at < reading->length && is_digit(reading->text[reading->at])) {
        unit /= 10;
        milliseconds += read_number(reading, 1) * unit;
    }
    return milliseconds;
}

/* Minutes east of UTC; *possible: not for +24:00 and the like. */
static int32_t read_offset(struct reading *reading, bool *possible)
{
    *possible = true;
    if (at_byte(reading, 'Z') || at_byte(reading, 'z')) {
        reading->at++;
        return 0;
    }
    bool west = at_byte(reading, '-');
    read_byte(reading, '+', '-');
    int32_t hours = read_number(reading, 2);
    read_byte(reading, ':', ':');
    int32_t minutes = read_number(reading, 2);
    *possible = hours <= 23 && minutes <= 59;
    return west ? -(hours * 60 + minutes) : hours * 60 + minutes;
}

enum calendar_status instant_parse(const char *text, size_t length, int64_t *instant_ms)
{
    struct reading reading = {text, length, 0, true};
    bool possible = false;
    int32_t day = read_day(&reading);

    read_byte(&reading, 'T', 't');
    int32_t hour = read_number(&reading, 2);
    read_byte(&reading, ':', ':');
    int32_t minute = read_number(&reading, 2);
    read_byte(&reading, ':', ':');
    int32_t second = read_number(&reading, 2);
    int32_t milliseconds = read_fraction(&reading);
    int32_t offset = read_offset(&reading, &possible);
    if (finished(&reading) != CALENDAR_OK) {
        return CALENDAR_MALFORMED;
    }
    if (!possible || !day_exists(day) || hour > 23 || minute > 59 || second > 59) {
        return CALENDAR_IMPOSSIBLE;
    }
    int64_t instant = day_ms(day) + hour * HOUR_MS + (minute - offset) * MINUTE_MS + second * SECOND_MS + milliseconds;
    if (!instant_valid(instant)) {
        return CALENDAR_OUT_OF_BOUNDS;
    }
    *instant_ms = instant;
    return CALENDAR_OK;
}

static size_t write_number(char *out, int32_t number, size_t digits)
{
    for (size_t i = digits; i > 0; i--) {
        out[i - 1] = (char)('0' + number % 10);
        number /= 10;
    }
    return digits;
}

size_t month_format(int32_t month, char out[MONTH_TEXT_MAX])
{
    assert(month_valid(month));
    size_t length = write_number(out, month / 100, 4);
    out[length++] = '-';
    length += write_number(out + length, month % 100, 2);
    out[length] = '\0';
    return length;
}

size_t day_format(int32_t day, char out[DAY_TEXT_MAX])
{
    assert(day_valid(day));
    size_t length = month_format(day / 100, out);
    out[length++] = '-';
    length += write_number(out + length, day % 100, 2);
    out[length] = '\0';
    return length;
}

static size_t write_clock(char *out, int32_t ms_of_day)
{
    size_t length = write_number(out, (int32_t)(ms_of_day / HOUR_MS), 2);

    out[length++] = ':';
    length += write_number(out + length, (int32_t)(ms_of_day / MINUTE_MS % 60), 2);
    out[length++] = ':';
    length += write_number(out + length, (int32_t)(ms_of_day / SECOND_MS % 60), 2);
    if (ms_of_day % SECOND_MS != 0) {
        out[length++] = '.';
        length += write_number(out + length, (int32_t)(ms_of_day % SECOND_MS), 3);
    }
    return length;
}

size_t instant_format(int64_t instant_ms, char out[INSTANT_TEXT_MAX])
{
    size_t length = day_format(day_of(instant_ms), out);

    out[length++] = 'T';
    length += write_clock(out + length, (int32_t)(instant_ms % DAY_MS));
    out[length++] = 'Z';
    out[length] = '\0';
    return length;
}

size_t instant_format_short(int64_t instant_ms, char out[INSTANT_TEXT_MAX])
{
    return instant_ms == day_start_ms(instant_ms) ? day_format(day_of(instant_ms), out) : instant_format(instant_ms, out);
}
