/*
 * What usage is consumed from (R19): bonus grants, the allowance, overage, and
 * what is left unbilled. Works on segments: between two breakpoints only the
 * sum of credits matters.
 */
#ifndef MONTHEND_LIB_CONSUMPTION_H
#define MONTHEND_LIB_CONSUMPTION_H

#include <stddef.h>
#include <stdint.h>

#include "lib/timeline.h"
#include "lib/usage.h"

/*
 * The instants at which the order of consumption can change for an account
 * before the month's end, ascending and distinct: the month's start, a grant's
 * start and expiry from the earliest grant's start on, an overage setting that
 * counts, from the month's start on. And the starts of the months between, so that
 * what is within bounds (R27) does not depend on how far back the usage is read:
 * where facts->left_at is known, from there on. `breaks` has room for
 * breakpoints_max(); returns how many. 1 (the month's start alone) means that
 * the account needs no cells.
 */
size_t breakpoints_max(struct timeline_in in);
size_t breakpoints(struct timeline_in in, const struct timeline *timeline, int64_t *breaks);

struct consumption_in {
    struct timeline_in month;
    const struct timeline *timeline;
    const struct usage_cell *cells; /* one per breakpoint, in order */
    size_t cell_count;
    int64_t allowance;              /* hundredths (R18) */
    bool overage_price;             /* R17's plan has one */
    int64_t *balances;              /* of facts->grants; written: what the month's end leaves of each, expired or not */
    int64_t *used_in_month;         /* of facts->grants; written: what the month took from each */
};

struct consumption { /* hundredths; their sum is the month's credits */
    int64_t bonus;
    int64_t included;
    int64_t overage;
    int64_t unbilled;
};

struct consumption consume(struct consumption_in in);

#endif
