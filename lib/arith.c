/*
 * arith.c - a product divided and rounded once, through 128 bits.
 */
#include "lib/arith.h"

#include <assert.h>

__extension__ typedef unsigned __int128 wide;

/* The number without its sign; INT64_MIN has no int64_t without one. */
static uint64_t magnitude(int64_t value)
{
    return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

/* a * b / c, half up; false above `max`. */
static bool divide(uint64_t a, uint64_t b, uint64_t c, uint64_t max, uint64_t *out)
{
    uint64_t product;

    if (!__builtin_mul_overflow(a, b, &product)) { /* much faster, and nearly always */
        uint64_t rest = product % c;
        uint64_t quotient = product / c + (rest >= c - rest);
        *out = quotient;
        return quotient <= max;
    }
    wide whole = (wide)a * b;
    wide rest = whole % c;
    wide quotient = whole / c + (rest >= c - rest);

    *out = (uint64_t)quotient;
    return quotient <= max;
}

bool arith_mul_div_half_up(int64_t a, int64_t b, int64_t c, int64_t *out)
{
    assert(c > 0);
    assert(a == 0 || b == 0 || (a < 0) == (b < 0));
    uint64_t quotient;

    if (!divide(magnitude(a), magnitude(b), (uint64_t)c, INT64_MAX, &quotient)) {
        return false;
    }
    *out = (int64_t)quotient;
    return true;
}

bool arith_mul_div_half_away(int64_t a, int64_t b, int64_t c, int64_t *out)
{
    assert(c > 0);
    bool negative = (a < 0) != (b < 0);
    uint64_t max = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
    uint64_t quotient;

    if (!divide(magnitude(a), magnitude(b), (uint64_t)c, max, &quotient)) {
        return false;
    }
    *out = negative ? (int64_t)(0 - quotient) : (int64_t)quotient;
    return true;
}
