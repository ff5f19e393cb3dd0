/*
 * decimal.c - decimals to and from scaled integers, by hand: they are the
 * cells of files with millions of rows.
 */
#include "lib/decimal.h"

#include <assert.h>
#include <stdbool.h>

/* A run of decimal digits, added to a number that stops growing when full. */
struct reading {
    uint64_t number;
    bool full; /* the text is greater than a uint64_t */
};

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static struct reading append(struct reading reading, unsigned digit)
{
    uint64_t number;

    if (__builtin_mul_overflow(reading.number, UINT64_C(10), &number) ||
        __builtin_add_overflow(number, (uint64_t)digit, &number)) {
        reading.full = true;
    } else {
        reading.number = number;
    }
    return reading;
}

/* Read digits from `at`; returns the place after them. */
static size_t read_digits(const char *text, size_t length, size_t at, struct reading *reading)
{
    while (at < length && is_digit(text[at])) {
        *reading = append(*reading, (unsigned)(text[at] - '0'));
        at++;
    }
    return at;
}

/* The number with its sign, if it is within the bounds. */
static enum decimal_status bounded(struct reading reading, bool negative, int64_t min, int64_t max,
                                   int64_t *value)
{
    uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;

    if (reading.full || reading.number > limit) {
        return DECIMAL_OUT_OF_BOUNDS;
    }
    int64_t number = negative ? (int64_t)(0 - reading.number) : (int64_t)reading.number;

    if (number < min || number > max) {
        return DECIMAL_OUT_OF_BOUNDS;
    }
    *value = number;
    return DECIMAL_OK;
}

enum decimal_status decimal_parse(const char *text, size_t length, int digits, int64_t min,
                                  int64_t max, int64_t *value)
{
    assert(digits >= 0 && digits <= DECIMAL_DIGITS_MAX);
    struct reading reading = {0, false};
    bool negative = length > 0 && text[0] == '-';
    size_t whole = negative ? 1 : 0;
    size_t end = read_digits(text, length, whole, &reading);
    size_t decimals = 0;

    if (end == whole) {
        return DECIMAL_NOT_A_NUMBER;
    }
    if (end < length && text[end] == '.') {
        size_t fraction = end + 1;
        end = read_digits(text, length, fraction, &reading);
        decimals = end - fraction;
        if (decimals == 0) {
            return DECIMAL_NOT_A_NUMBER;
        }
    }
    if (end != length) {
        return DECIMAL_NOT_A_NUMBER;
    }
    if (decimals > (size_t)digits) {
        return DECIMAL_TOO_FINE;
    }
    for (size_t i = decimals; i < (size_t)digits; i++) {
        reading = append(reading, 0);
    }
    return bounded(reading, negative, min, max, value);
}

static size_t digit_count(uint64_t number)
{
    size_t count = 1;

    for (uint64_t limit = 10; number >= limit; limit *= 10) { /* at most 10^19, which is more than any number here */
        count++;
    }
    return count;
}

/* From `end` on backwards; what is left of the number. */
static uint64_t put_digits(char *end, size_t count, uint64_t number)
{
    for (size_t i = 0; i < count; i++) {
        *--end = (char)('0' + number % 10);
        number /= 10;
    }
    return number;
}

/* Straight to its place: bytes that are copied as soon as they are written cost more than to write them. */
size_t decimal_format_trimmed(int64_t value, int digits, int digits_min,
                              char out[DECIMAL_TEXT_MAX])
{
    assert(digits >= 0 && digits <= DECIMAL_DIGITS_MAX);
    assert(digits_min >= 0 && digits_min <= digits);
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    while (digits > digits_min && rest % 10 == 0) {
        rest /= 10;
        digits--;
    }
    size_t decimals = (size_t)digits;
    size_t count = digit_count(rest);
    size_t whole = count > decimals ? count - decimals : 1;
    size_t end = (value < 0) + whole; /* of the whole part */
    size_t length = end + (decimals > 0) + decimals;

    out[0] = '-';
    if (decimals > 0) {
        rest = put_digits(out + length, decimals, rest);
        out[end] = '.';
    }
    (void)put_digits(out + end, whole, rest);
    out[length] = '\0';
    return length;
}

size_t decimal_format(int64_t value, int digits, char out[DECIMAL_TEXT_MAX])
{
    return decimal_format_trimmed(value, digits, digits, out);
}
