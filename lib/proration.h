/*
 * Proration in the first paid month (R12): how much of the month is left from
 * the first paid instant F, and what a price or an allowance comes to for it.
 */
#ifndef MONTHEND_LIB_PRORATION_H
#define MONTHEND_LIB_PRORATION_H

#include <stdint.h>

#include "lib/catalogue.h"

/* remaining / whole of the month, in days or seconds. */
struct remaining {
    int64_t remaining; /* 0 .. whole */
    int64_t whole;     /* D, or the seconds of the month */
};

/*
 * R12, for F inside the month:
 *
 *     policy         F                         month     remaining  whole
 *     day_inclusive  2025-11-21T10:00:00Z      2025-11       10        30
 *     day_exclusive  2025-11-15T12:00:00Z      2025-11       15        30
 *     second         2025-11-15T12:00:00Z      2025-11  1339200   2592000
 */
struct remaining proration_remaining(enum proration policy, int32_t month, int64_t first_paid);

/*
 * amount x remaining / whole, rounded half up (R12 for a price in minor units,
 * R18 for an allowance in hundredths). 0 <= amount <= PRICE_MINOR_MAX.
 *
 *     2000  10 / 30  ->   667
 *     4000  10 / 30  ->  1333
 */
int64_t prorate(int64_t amount, struct remaining remaining);

#endif
