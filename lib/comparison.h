/*
 * Comparison: the lines of one account in two runs, laid beside each other for
 * people who ask what changed. It knows lines as the reports show them.
 *
 * Two lines are about the same thing when kind, plan and currency are the same,
 * and for a tax or an adjustment the description, too. Of those, lines with the
 * same quantity, unit, unit price and amount are the same line (when they were
 * charged, and how the rest is described, does not matter: the two runs may be
 * of two months); what is left over is paired in order as changed, and the rest
 * is in one of the two only.
 */
#ifndef MONTHEND_LIB_COMPARISON_H
#define MONTHEND_LIB_COMPARISON_H

#include <stddef.h>
#include <stdint.h>

struct compared_line { /* texts as in invoice_lines.csv */
    const char *kind;
    const char *plan; /* "": none */
    const char *description;
    const char *quantity;
    const char *unit;
    const char *unit_price;
    const char *currency;
    int64_t amount_minor;
};

enum change { CHANGE_NONE, CHANGE_ONLY_FIRST, CHANGE_ONLY_SECOND, CHANGE_CHANGED };

struct compared_pair {
    enum change change;
    const struct compared_line *first;  /* NULL: CHANGE_ONLY_SECOND */
    const struct compared_line *second; /* NULL: CHANGE_ONLY_FIRST */
};

struct comparison_in {
    const struct compared_line *first;
    size_t first_count;
    const struct compared_line *second;
    size_t second_count;
};

/* Room to work in, given by the caller: each for first_count + second_count. */
struct comparison_room {
    const struct compared_line **sorted;
    struct compared_pair *pairs;
};

/*
 * Pair the lines. Returns how many pairs lie in room.pairs, in the order of the
 * first run's lines, behind them the lines of the second run alone in theirs.
 *
 *     first                  second                ->  pairs
 *     plan 20, overage 4     plan 20, overage 6        same 20; changed 4 -> 6
 *     overage 4              -                         only first 4
 *     adjust A 5, A 5        adjust A 5, B 5           same 5; only first A 5; only second B 5
 *
 * Every line is in exactly one pair. Pure; cannot fail.
 */
size_t comparison(struct comparison_in in, struct comparison_room room);

/* "only_first", "only_second", "changed"; "same" for CHANGE_NONE. */
const char *change_name(enum change change);

#endif
