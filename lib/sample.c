/*
 * An auditor's selection: certain items, systematic hits, smallest random numbers.
 */
#include "lib/sample.h"

#include <assert.h>
#include <stdlib.h>

#include "lib/arith.h"

static int by_place(const void *left, const void *right)
{
    const struct sample_item *a = left, *b = right;

    return (a->place > b->place) - (a->place < b->place);
}

static int by_draw(const void *left, const void *right)
{
    const struct sample_item *a = left, *b = right;

    if (a->draw != b->draw) {
        return a->draw < b->draw ? -1 : 1;
    }
    return by_place(left, right);
}

static void sort(struct sample_item *items, size_t count, int (*order)(const void *, const void *))
{
    if (count > 1) {
        qsort(items, count, sizeof *items, order);
    }
}

/* All of the population is the rest, but what has no units. */
static bool rest_of_all(struct sample_item *items, size_t count, struct sample_units *units)
{
    *units = (struct sample_units){0};
    for (size_t i = 0; i < count; i++) {
        assert(items[i].amount >= 0 && items[i].amount <= SAMPLE_AMOUNT_MAX);
        items[i].part = items[i].amount == 0 ? SAMPLE_NOTHING : SAMPLE_REST;
        items[i].picked = false;
        items[i].first = items[i].hit = 0;
        units->nothing_count += items[i].amount == 0;
        if (!arith_add(units->rest_units, items[i].amount, &units->rest_units)) {
            return false;
        }
    }
    units->rest_count = count - units->nothing_count;
    return true;
}

/* Those at least as large as the interval, rest / hits; false: there is none. At most `hits` items can be, so that
 * `hits` stays at 0 or above. */
static bool certain_take(struct sample_item *items, size_t count, struct sample_units *units)
{
    const struct sample_units before = *units;

    for (size_t i = 0; i < count; i++) {
        if (items[i].part == SAMPLE_REST && items[i].amount * (int64_t)before.hits >= before.rest_units) {
            items[i].part = SAMPLE_CERTAIN;
            units->certain_count++;
            units->certain_units += items[i].amount;
            units->rest_count--;
            units->rest_units -= items[i].amount;
            units->hits--;
        }
    }
    return units->hits < before.hits;
}

static void units_number(struct sample_item *items, size_t count)
{
    int64_t next = 0;

    for (size_t i = 0; i < count; i++) {
        if (items[i].part == SAMPLE_REST) {
            items[i].first = next;
            next += items[i].amount;
        }
    }
}

bool sample_divide(struct sample_item *items, size_t count, size_t wanted, struct sample_units *units)
{
    struct sample_units divided;
    assert(wanted >= 1 && wanted <= SAMPLE_WANTED_MAX);

    sort(items, count, by_place);
    if (!rest_of_all(items, count, &divided)) {
        return false;
    }
    divided.hits = wanted < divided.rest_count ? wanted : divided.rest_count;
    while (divided.hits > 0 && certain_take(items, count, &divided)) {
    }
    assert(divided.hits > 0 || divided.rest_units == 0);
    units_number(items, count);
    *units = divided;
    return true;
}

int64_t sample_hit_unit(const struct sample_units *units, int64_t start, size_t index)
{
    int64_t hits = (int64_t)units->hits, i = (int64_t)index;
    assert(i < hits && start >= 0 && start < units->rest_units);

    /* floor((start + i x rest) / hits) without the product, which may not fit */
    int64_t whole = i * (units->rest_units / hits) + start / hits;
    return whole + (i * (units->rest_units % hits) + start % hits) / hits;
}

void sample_hit(struct sample_item *items, size_t count, const struct sample_units *units, int64_t start)
{
    size_t next = 0;

    for (size_t i = 0; i < count; i++) {
        items[i].picked = items[i].part == SAMPLE_CERTAIN;
        if (items[i].part == SAMPLE_REST && next < units->hits) {
            int64_t unit = sample_hit_unit(units, start, next);
            if (unit < items[i].first + items[i].amount) {
                items[i].picked = true;
                items[i].hit = unit;
                next++;
            }
        }
    }
    assert(next == units->hits); /* none was hit twice */
}

void sample_draw(struct sample_item *items, size_t count, size_t wanted)
{
    sort(items, count, by_draw);
    for (size_t i = 0; i < count; i++) {
        items[i].picked = i < wanted;
    }
    sort(items, count, by_place);
}

/* Is population `a` the next in turn before `b`? */
static bool in_turn(size_t a_size, size_t a_share, size_t b_size, size_t b_share)
{
    return (uint64_t)a_size * (2 * b_share + 1) > (uint64_t)b_size * (2 * a_share + 1);
}

void sample_allot(const size_t *sizes, size_t count, size_t wanted, size_t *shares)
{
    size_t given = count;
    assert(wanted >= count && wanted <= SAMPLE_WANTED_MAX);

    for (size_t i = 0; i < count; i++) {
        assert(sizes[i] >= 1 && sizes[i] <= UINT32_MAX);
        shares[i] = 1;
    }
    for (size_t next = 0; given < wanted && next < count; given += next < count) {
        next = count;
        for (size_t i = 0; i < count; i++) {
            if (shares[i] < sizes[i] && (next == count || in_turn(sizes[i], shares[i], sizes[next], shares[next]))) {
                next = i;
            }
        }
        if (next < count) {
            shares[next]++;
        }
    }
}
