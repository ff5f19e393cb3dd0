/*
 * arith.h - exact integer arithmetic: sums that notice when they do not fit,
 * and a product divided and rounded once, through 128 bits.
 *
 * All functions here return false when the result does not fit an int64_t,
 * and leave the output untouched then.
 */
#ifndef LIB_ARITH_H
#define LIB_ARITH_H

#include <stdbool.h>
#include <stdint.h>

#define ARITH_MUST_USE __attribute__((warn_unused_result))

/* a + b */
ARITH_MUST_USE static inline bool arith_add(int64_t a, int64_t b, int64_t *sum)
{
    int64_t result;

    if (__builtin_add_overflow(a, b, &result)) {
        return false;
    }
    *sum = result;
    return true;
}

/* a - b */
ARITH_MUST_USE static inline bool arith_sub(int64_t a, int64_t b, int64_t *difference)
{
    int64_t result;

    if (__builtin_sub_overflow(a, b, &result)) {
        return false;
    }
    *difference = result;
    return true;
}

/* a * b */
ARITH_MUST_USE static inline bool arith_mul(int64_t a, int64_t b, int64_t *product)
{
    int64_t result;

    if (__builtin_mul_overflow(a, b, &result)) {
        return false;
    }
    *product = result;
    return true;
}

/*
 * a * b / c, the product exact, rounded half up once (R5, R12, R18, R21).
 *
 *        a   b   c  ->  out
 *     2000  10  30      667   666.67
 *        1   1   2        1   half rounds up
 *        1   1   3        0
 *
 * c > 0 and a * b >= 0 are the caller's duty and asserted: below 0 "half up"
 * and "half away from zero" part ways; see the next function.
 */
ARITH_MUST_USE bool arith_mul_div_half_up(int64_t a, int64_t b, int64_t c, int64_t *out);

/*
 * a * b / c, the product exact, rounded half away from zero once (R24).
 *
 *        a   b   c  ->  out
 *        1   1   2        1
 *       -1   1   2       -1   half goes away from zero
 *       -1   1   3        0
 *
 * c > 0 is asserted; a and b may have any sign.
 */
ARITH_MUST_USE bool arith_mul_div_half_away(int64_t a, int64_t b, int64_t c, int64_t *out);

#endif
