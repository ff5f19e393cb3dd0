/*
 * decimal.h - decimals as people write them, to and from scaled integers:
 * "6.67" with 2 digits is 667. Nothing here depends on a locale.
 */
#ifndef LIB_DECIMAL_H
#define LIB_DECIMAL_H

#include <stddef.h>
#include <stdint.h>

/* The most decimals a number may have. */
#define DECIMAL_DIGITS_MAX 18

/* Bytes of the longest text, its closing NUL included. */
#define DECIMAL_TEXT_MAX 24

/* When several apply, the first of this order is the answer. */
enum decimal_status {
    DECIMAL_OK,
    DECIMAL_NOT_A_NUMBER, /* not a plain decimal, see below */
    DECIMAL_TOO_FINE,     /* more decimals than `digits`, zeros or not */
    DECIMAL_OUT_OF_BOUNDS /* below min or above max */
};

/*
 * Read a plain decimal: an optional '-', one or more digits, and optionally a
 * '.' with one or more digits. No '+', no exponent, no blanks, no grouping.
 *
 *     text      digits  min   max   ->  status                 value
 *     "6.67"         2    0  1000       DECIMAL_OK               667   667 hundredths
 *     "-0.5"         2  -99    99       DECIMAL_OK               -50
 *     "007"          0    0    99       DECIMAL_OK                 7
 *     "6.670"        2    0  1000       DECIMAL_TOO_FINE
 *     "6."           2    0  1000       DECIMAL_NOT_A_NUMBER
 *     "10.01"        2    0  1000       DECIMAL_OUT_OF_BOUNDS
 *
 * text need not end with NUL; length 0 is not a number. min and max are scaled
 * like value, by 10^digits. digits is 0 .. DECIMAL_DIGITS_MAX (asserted).
 * However long the text, nothing overflows. *value is untouched on error.
 */
__attribute__((warn_unused_result))
enum decimal_status decimal_parse(const char *text, size_t length, int digits, int64_t min,
                                  int64_t max, int64_t *value);

/*
 * Write value / 10^digits with exactly `digits` decimals and a closing NUL.
 * Returns the length without the NUL.
 *
 *     value  digits  ->  out
 *       667       2      "6.67"
 *        -5       2      "-0.05"
 *       667       0      "667"
 *
 * Any int64_t; digits is 0 .. DECIMAL_DIGITS_MAX (asserted).
 */
size_t decimal_format(int64_t value, int digits, char out[DECIMAL_TEXT_MAX]);

/*
 * The same, with zeros cut from the end down to digits_min decimals.
 *
 *      value  digits  digits_min  ->  out
 *      40000       6           2      "0.04"
 *     190000       4           0      "19"
 *      81000       4           0      "8.1"
 *          0       6           2      "0.00"
 *
 * digits_min is 0 .. digits (asserted).
 */
size_t decimal_format_trimmed(int64_t value, int digits, int digits_min,
                              char out[DECIMAL_TEXT_MAX]);

#endif
