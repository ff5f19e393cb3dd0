/*
 * test_arith.c - sums that notice overflow; products divided and rounded once.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/arith.h"

#define UNTOUCHED INT64_C(-77)
#define CASES 300000

__extension__ typedef __int128 wide;

/* A fixed sequence of numbers of every size (xorshift64*). */
static uint64_t random_next(void)
{
    static uint64_t state = 20251101;

    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return state * UINT64_C(2685821657736338717);
}

/* 0 .. INT64_MAX, small ones as often as great ones. */
static int64_t random_number(void)
{
    return (int64_t)(random_next() >> (1 + random_next() % 63));
}

struct row {
    const char *name;
    int64_t a;
    int64_t b;
    int64_t c; /* unused by sums */
    bool fits;
    int64_t want;
};

static int check(const struct row *row, bool fits, int64_t got)
{
    int64_t want = row->fits ? row->want : UNTOUCHED;

    if (fits == row->fits && got == want) {
        return 0;
    }
    print_error("%s: want %d %" PRId64 ", got %d %" PRId64 "\n", row->name, row->fits, want, fits,
                got);
    return 1;
}

static void test_sums(void **state)
{
    (void)state;
    static const struct row adds[] = {
        {"plain", 2, 3, 0, true, 5},
        {"to the greatest", INT64_MAX - 1, 1, 0, true, INT64_MAX},
        {"past the greatest", INT64_MAX, 1, 0, false, 0},
        {"past the least", INT64_MIN, -1, 0, false, 0},
    };
    static const struct row subtractions[] = {
        {"plain", 2, 3, 0, true, -1},
        {"to the least", INT64_MIN + 1, 1, 0, true, INT64_MIN},
        {"past the least", INT64_MIN, 1, 0, false, 0},
        {"0 less the least", 0, INT64_MIN, 0, false, 0},
    };
    static const struct row products[] = {
        {"plain", -2, 3, 0, true, -6},
        {"the least negated", INT64_MIN, -1, 0, false, 0},
        {"past the greatest", INT64_MAX, 2, 0, false, 0},
    };
    int failed = 0;

    for (size_t i = 0; i < sizeof adds / sizeof adds[0]; i++) {
        int64_t got = UNTOUCHED;
        bool fits = arith_add(adds[i].a, adds[i].b, &got);
        failed += check(&adds[i], fits, got);
    }
    for (size_t i = 0; i < sizeof subtractions / sizeof subtractions[0]; i++) {
        int64_t got = UNTOUCHED;
        bool fits = arith_sub(subtractions[i].a, subtractions[i].b, &got);
        failed += check(&subtractions[i], fits, got);
    }
    for (size_t i = 0; i < sizeof products / sizeof products[0]; i++) {
        int64_t got = UNTOUCHED;
        bool fits = arith_mul(products[i].a, products[i].b, &got);
        failed += check(&products[i], fits, got);
    }
    assert_int_equal(failed, 0);
}

/* R5, R12, R18, R21 round half up. */
static void test_half_up(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"X1: 20.00 for 10 of 30 days", 2000, 10, 30, true, 667},
        {"X2: 40.00 for 10 of 30 days", 4000, 10, 30, true, 1333},
        {"X4: 20.00 for 16 of 30 days", 2000, 16, 30, true, 1067},
        {"below half", 1, 1, 3, true, 0},
        {"half", 1, 1, 2, true, 1},
        {"half of an odd number", 3, 1, 2, true, 2},
        {"above half", 2, 1, 3, true, 1},
        {"nothing", 0, 5, 7, true, 0},
        {"0 times a negative", 0, -5, 7, true, 0},
        {"two negatives", -3, -1, 2, true, 2},
        {"a product beyond 64 bits", INT64_MAX, INT64_MAX, INT64_MAX, true, INT64_MAX},
        {"half beyond 64 bits", INT64_MAX, 10, 20, true, INT64_C(4611686018427387904)},
        {"the greatest result", INT64_MAX, 1, 1, true, INT64_MAX},
        {"one too great", INT64_MIN, -1, 1, false, 0},
        {"far too great", INT64_MAX, INT64_MAX, 1, false, 0},
        {"both least", INT64_MIN, INT64_MIN, INT64_MAX, false, 0},
    };
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t got = UNTOUCHED;
        bool fits = arith_mul_div_half_up(rows[i].a, rows[i].b, rows[i].c, &got);
        failed += check(&rows[i], fits, got);
    }
    assert_int_equal(failed, 0);
}

/* R24 rounds half away from zero. */
static void test_half_away(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"X11: 19 % of 6.67", 667, 190000, 1000000, true, 127},
        {"X11: 19 % of -6.67", -667, 190000, 1000000, true, -127},
        {"half", 1, 1, 2, true, 1},
        {"half below 0", -1, 1, 2, true, -1},
        {"less than half below 0", -1, 1, 3, true, 0},
        {"more than half below 0", -2, 1, 3, true, -1},
        {"the least result", INT64_MIN, 1, 1, true, INT64_MIN},
        {"the least through 128 bits", INT64_MIN, INT64_MAX, INT64_MAX, true, INT64_MIN},
        {"the least negated", INT64_MIN, -1, 1, false, 0},
        {"one too small", INT64_C(-3074457345618258603), 3, 1, false, 0}, /* -2^63 - 1 */
        {"far too small", INT64_MIN, INT64_MAX, 1, false, 0},
    };
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t got = UNTOUCHED;
        bool fits = arith_mul_div_half_away(rows[i].a, rows[i].b, rows[i].c, &got);
        failed += check(&rows[i], fits, got);
    }
    assert_int_equal(failed, 0);
}

/* The nearest number: -c < 2 (a b - q c) <= c for half up, and symmetric below 0. */
static void test_nearest(void **state)
{
    (void)state;
    int failed = 0;

    for (int i = 0; i < CASES; i++) {
        int64_t a = random_number();
        int64_t b = random_number();
        int64_t c = random_number() / 4 + 1;
        int64_t up = 0;
        int64_t away = 0;
        bool fits = arith_mul_div_half_up(a, b, c, &up);
        bool fits_away = arith_mul_div_half_away(-a, b, c, &away);
        wide error = ((wide)a * b - (wide)up * c) * 2;
        bool right = fits ? error < c && error >= -(wide)c && fits_away && away == -up
                          : (wide)a * b / c >= INT64_MAX;
        if (!right) {
            print_error("%" PRId64 " * %" PRId64 " / %" PRId64 ": got %" PRId64 "\n", a, b, c, up);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_half_up),
        cmocka_unit_test(test_half_away),
        cmocka_unit_test(test_nearest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
