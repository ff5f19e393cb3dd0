/*
 * An auditor's selection: which items are certain, that every unit of the rest has
 * exactly the same chance, that there are as many picks as were wanted, and that the
 * order in which the items come does not matter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/sample.h"

#define ITEMS_MAX 12
#define POPULATIONS 3000

static uint64_t random_state;

static uint64_t random_below(uint64_t end)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (random_state >> 33) % end;
}

static size_t items_of(const int64_t *amounts, struct sample_item items[ITEMS_MAX])
{
    size_t count = 0;

    for (; amounts[count] >= 0; count++) {
        items[count] = (struct sample_item){.place = (int64_t)count + 1, .amount = amounts[count]};
    }
    return count;
}

static const struct {
    const char *name;
    int64_t amounts[ITEMS_MAX]; /* until -1 */
    size_t wanted;
    const char *parts; /* n nothing, c certain, r rest */
    int64_t certain_units;
    int64_t rest_units;
    size_t hits;
} divisions[] = {
    {"none is as large as the interval", {10, 20, 30, 40, -1}, 2, "rrrr", 0, 100, 2},
    {"one is", {10, 20, 30, 90, -1}, 2, "rrrc", 90, 60, 1},
    {"without it the interval is smaller, and another one is", {10, 20, 30, 90, -1}, 3, "rrcc", 120, 30, 1},
    {"exactly the interval", {50, 20, 30, -1}, 2, "crr", 50, 50, 1},
    {"one unit less", {49, 21, 30, -1}, 2, "rrr", 0, 100, 2},
    {"of 0, and more wanted than there are", {0, 20, 30, -1}, 5, "ncc", 50, 0, 0},
    {"as many as there are", {1, 1, 1, -1}, 3, "ccc", 3, 0, 0},
    {"one of many equal ones", {7, 7, 7, 7, -1}, 1, "rrrr", 0, 28, 1},
    {"only nothing", {0, 0, -1}, 2, "nn", 0, 0, 0},
    {"no items", {-1}, 25, "", 0, 0, 0},
    {"one item", {5, -1}, 25, "c", 5, 0, 0},
    {"the largest that there may be", {SAMPLE_AMOUNT_MAX, 1, 1, 1, -1}, 2, "crrr", SAMPLE_AMOUNT_MAX, 3, 1},
};

static size_t letters(const char *parts, char letter)
{
    size_t count = 0;

    for (; *parts != '\0'; parts++) {
        count += *parts == letter;
    }
    return count;
}

static void test_division(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof divisions / sizeof divisions[0]; i++) {
        struct sample_item items[ITEMS_MAX];
        struct sample_units units;
        char parts[ITEMS_MAX + 1] = "";
        size_t count = items_of(divisions[i].amounts, items);
        assert_true(sample_divide(items, count, divisions[i].wanted, &units));
        for (size_t j = 0; j < count; j++) {
            parts[j] = "ncr"[items[j].part];
        }
        if (strcmp(parts, divisions[i].parts) != 0 || units.certain_units != divisions[i].certain_units ||
            units.rest_units != divisions[i].rest_units || units.hits != divisions[i].hits ||
            units.certain_count != letters(parts, 'c') || units.rest_count != letters(parts, 'r') ||
            units.nothing_count != letters(parts, 'n')) {
            print_error("%s: %s, certain %lld, rest %lld, hits %zu\n", divisions[i].name, parts,
                        (long long)units.certain_units, (long long)units.rest_units, units.hits);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_a_sum_that_does_not_fit(void **state)
{
    (void)state;
    const size_t count = 500000; /* 10^19 units */
    struct sample_item *items = calloc(count, sizeof *items);
    struct sample_units units = {.hits = 77};

    assert_non_null(items);
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct sample_item){.place = (int64_t)i, .amount = SAMPLE_AMOUNT_MAX};
    }
    assert_false(sample_divide(items, count, 5, &units));
    assert_int_equal(units.hits, 77);
    assert_true(sample_divide(items, count - 50000, 7, &units)); /* 9 x 10^18: the largest that fit, hit to the last unit */
    assert_int_equal(units.rest_units, INT64_C(9000000000000000000));
    sample_hit(items, count - 50000, &units, units.rest_units - 1);
    assert_int_equal(sample_hit_unit(&units, units.rest_units - 1, 6), units.rest_units - 1);
    free(items);
}

/* Small amounts, many of them 0, equal, or larger than all others together. */
static size_t random_items(struct sample_item items[ITEMS_MAX])
{
    size_t count = 1 + random_below(ITEMS_MAX - 1);

    for (size_t i = 0; i < count; i++) {
        uint64_t size = random_below(4) == 0 ? 200 : 12;
        items[i] = (struct sample_item){.place = (int64_t)(10 * i + random_below(10)),
                                        .amount = (int64_t)(random_below(5) == 0 ? 0 : random_below(size)),
                                        .draw = random_below(7)};
    }
    return count;
}

static size_t picked_of(const struct sample_item *items, size_t count)
{
    size_t picked = 0;

    for (size_t i = 0; i < count; i++) {
        picked += items[i].picked;
    }
    return picked;
}

/* Over all starts: every unit of the rest is hit exactly `hits` times, and each start picks exactly as many items as
 * were wanted. */
static void check_every_start(struct sample_item *items, size_t count, size_t wanted, const struct sample_units *units)
{
    size_t *times = calloc((size_t)units->rest_units + 1, sizeof *times);
    size_t can = count - units->nothing_count;
    assert_non_null(times);

    for (int64_t start = 0; start < units->rest_units; start++) {
        sample_hit(items, count, units, start);
        assert_int_equal(picked_of(items, count), wanted < can ? wanted : can);
        for (size_t i = 0; i < count; i++) {
            assert_true(items[i].part != SAMPLE_NOTHING || !items[i].picked);
            assert_true(items[i].part != SAMPLE_CERTAIN || items[i].picked);
            if (items[i].part == SAMPLE_REST && items[i].picked) {
                assert_in_range(items[i].hit, items[i].first, items[i].first + items[i].amount - 1);
                times[items[i].hit]++;
            }
        }
    }
    for (int64_t unit = 0; unit < units->rest_units; unit++) {
        assert_int_equal(times[unit], units->hits);
    }
    free(times);
}

static void test_every_unit_is_equally_likely(void **state)
{
    (void)state;
    int with_rest = 0, with_certain = 0;

    random_state = 20251101;
    for (int round = 0; round < POPULATIONS; round++) {
        struct sample_item items[ITEMS_MAX];
        struct sample_units units;
        size_t count = random_items(items);
        size_t wanted = 1 + random_below(ITEMS_MAX);
        assert_true(sample_divide(items, count, wanted, &units));
        for (size_t i = 0; i < count; i++) { /* certain is exactly what the interval of the rest cannot hold */
            assert_true(items[i].part != SAMPLE_REST || items[i].amount * (int64_t)units.hits < units.rest_units);
            assert_true(items[i].part != SAMPLE_CERTAIN || items[i].amount * (int64_t)units.hits >= units.rest_units);
        }
        check_every_start(items, count, wanted, &units);
        with_rest += units.hits > 1;
        with_certain += units.certain_count > 0 && units.hits > 0;
    }
    assert_true(with_rest > POPULATIONS / 10 && with_certain > POPULATIONS / 10);
}

static void shuffle(struct sample_item *items, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = random_below(i);
        struct sample_item kept = items[i - 1];
        items[i - 1] = items[other];
        items[other] = kept;
    }
}

static void assert_same(const struct sample_item *left, const struct sample_item *right, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(left[i].place, right[i].place);
        assert_int_equal(left[i].picked, right[i].picked);
        assert_int_equal(left[i].part, right[i].part);
        assert_int_equal(left[i].hit, right[i].hit);
    }
}

static void test_order_does_not_matter(void **state)
{
    (void)state;

    random_state = 7;
    for (int round = 0; round < POPULATIONS; round++) {
        struct sample_item one[ITEMS_MAX], other[ITEMS_MAX];
        struct sample_units units, same;
        size_t count = random_items(one);
        size_t wanted = 1 + random_below(ITEMS_MAX);
        memcpy(other, one, sizeof one);
        shuffle(other, count);
        assert_true(sample_divide(one, count, wanted, &units) && sample_divide(other, count, wanted, &same));
        int64_t start = units.rest_units == 0 ? 0 : (int64_t)random_below((uint64_t)units.rest_units);
        sample_hit(one, count, &units, start);
        sample_hit(other, count, &same, start);
        assert_same(one, other, count);
        shuffle(other, count);
        sample_draw(one, count, wanted);
        sample_draw(other, count, wanted);
        assert_same(one, other, count);
        assert_int_equal(picked_of(one, count), wanted < count ? wanted : count);
        for (size_t i = 0; i < count; i++) { /* nothing that was left has a smaller number than what was picked */
            for (size_t j = 0; j < count; j++) {
                assert_true(!one[i].picked || one[j].picked || one[i].draw <= one[j].draw);
            }
        }
    }
}

static const struct {
    const char *name;
    size_t sizes[4]; /* until 0 */
    size_t wanted;
    size_t shares[4];
} allotments[] = {
    {"by size, at least one each", {900, 90, 10}, 25, {22, 2, 1}},
    {"equal ones: the first", {2, 2}, 3, {2, 1}},
    {"more than there are", {1, 2}, 9, {1, 2}},
    {"one each", {1000000, 1, 7}, 3, {1, 1, 1}},
    {"the larger is next in turn", {2, 3}, 3, {1, 2}},
    {"and by little", {4, 5}, 3, {1, 2}},
    {"one population", {30}, 25, {25}},
    {"a small one is full, the others go on", {1, 50, 50}, 21, {1, 10, 10}},
    {"no population", {0}, 25, {0}},
};

static void test_allotment(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof allotments / sizeof allotments[0]; i++) {
        size_t shares[4] = {0};
        size_t count = 0;
        while (count < 4 && allotments[i].sizes[count] > 0) {
            count++;
        }
        sample_allot(allotments[i].sizes, count, allotments[i].wanted, shares);
        if (memcmp(shares, allotments[i].shares, sizeof shares) != 0) {
            print_error("%s: %zu %zu %zu %zu\n", allotments[i].name, shares[0], shares[1], shares[2], shares[3]);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_division),
        cmocka_unit_test(test_a_sum_that_does_not_fit),
        cmocka_unit_test(test_every_unit_is_equally_likely),
        cmocka_unit_test(test_order_does_not_matter),
        cmocka_unit_test(test_allotment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
