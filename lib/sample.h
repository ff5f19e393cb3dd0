/*
 * sample.h - an auditor's selection (audit sampling as in ISA 530): which items of
 * a population are examined, so that anyone who is told the random numbers picks
 * the same ones again.
 *
 * Monetary unit: what is drawn are units of money, and an item is picked when one
 * of its units is; so an amount twice as large is picked twice as often.
 *
 *     1. Certain items. With `wanted` picks among units in all, one in (units /
 *        wanted) is hit: the interval. An item at least as large as the interval is
 *        picked anyway, and is taken out with its pick; that makes the interval of
 *        the rest smaller, which is looked at again until no item is that large.
 *     2. The rest, systematically: its items stand in order of their place, their
 *        units are numbered from 0, and hit i of `hits` is
 *            floor((start + i x rest) / hits),  0 <= start < rest
 *        Over all starts every unit is hit exactly `hits` times: each has the same
 *        chance. No item is as large as the interval, so none is hit twice: there
 *        are exactly as many picks as were wanted.
 *     An item of 0 has no unit that could be hit.
 *
 * Simple: every item has a random number of its own, and the smallest are picked.
 *
 * Nothing here depends on the order in which the items are given.
 */
#ifndef LIB_SAMPLE_H
#define LIB_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SAMPLE_WANTED_MAX 10000
#define SAMPLE_AMOUNT_MAX INT64_C(20000000000000) /* of one item: what a document may come to */

enum sample_part {
    SAMPLE_NOTHING, /* of 0: cannot be hit */
    SAMPLE_CERTAIN, /* at least as large as the interval */
    SAMPLE_REST,
};

struct sample_item {
    int64_t place;         /* in the population; no two have the same */
    int64_t amount;        /* units, 0 .. SAMPLE_AMOUNT_MAX: without its sign */
    uint64_t draw;         /* its random number; for sample_draw() */
    enum sample_part part; /* written by sample_divide() */
    int64_t first;         /* of the rest: number of its first unit; likewise */
    bool picked;           /* written by sample_hit() and sample_draw() */
    int64_t hit;           /* of the rest, picked: number of the unit hit */
};

struct sample_units { /* a population divided */
    size_t nothing_count;
    size_t certain_count;
    int64_t certain_units;
    size_t rest_count;
    int64_t rest_units;
    size_t hits; /* picks among the rest */
};

/*
 * Divide the items into parts and number the units of the rest; the items are then
 * in order of place. `wanted` (1 .. SAMPLE_WANTED_MAX): more than there are items
 * with units makes all of them certain.
 *
 *     amounts       wanted  ->  certain    rest       hits
 *     10 20 30 40      2        -          all, 100   2     one in 50
 *     10 20 30 90      2        90         60         1     of 150 one in 75; then of 60 one in 60
 *     10 20 30 90      3        90 30      30         1     of 60 one in 30: 30 is that large, too
 *      0 20 30         5        20 30      -          0     all that can be hit
 *
 * False: the sum of the amounts does not fit.
 */
bool sample_divide(struct sample_item *items, size_t count, size_t wanted, struct sample_units *units);

/* Pick the certain items and those of the rest that are hit. The items as sample_divide() left them; `start`:
 * 0 .. rest_units - 1 (0 where there is no rest). */
void sample_hit(struct sample_item *items, size_t count, const struct sample_units *units, int64_t start);

/* The unit of hit number `index`, 0 .. hits - 1. */
int64_t sample_hit_unit(const struct sample_units *units, int64_t start, size_t index);

/* Simple: pick the `wanted` items with the smallest `draw` (of equal ones the first place), or all where there are
 * not more; the items are then in order of place. */
void sample_draw(struct sample_item *items, size_t count, size_t wanted);

/*
 * How many picks each of several populations gets (currencies, which cannot be added
 * up): one each, the others one by one where sizes[i] / (2 x shares[i] + 1) is
 * largest (Sainte-Lague), of equal ones the first; never more than its size. Together
 * as many as wanted, or all. Sizes are at least 1; `wanted` >= count (asserted).
 *
 *     sizes       wanted  ->  shares
 *     900 90 10     25        22 2 1
 *     2 2           3         2 1
 *     1 2           9         1 2
 */
void sample_allot(const size_t *sizes, size_t count, size_t wanted, size_t *shares);

#endif
