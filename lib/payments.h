/*
 * Questions asked of the payments that are recorded for an account and month.
 */
#ifndef MONTHEND_LIB_PAYMENTS_H
#define MONTHEND_LIB_PAYMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arith.h"
#include "lib/facts.h"

/* R25: what was collected, refunds taken off. False, and *sum_minor untouched: it does not fit. */
ARITH_MUST_USE bool payments_sum(const struct account_facts *facts, int64_t *sum_minor);

/* What makes two payments of an account equal: amount and UTC day. */
struct payment_key {
    int64_t amount_minor;
    int64_t day_start; /* instant: 00:00 of the day of collected_at */
    size_t index;      /* into facts->payments */
};

/*
 * The payments in an order in which equal ones stand side by side, those by
 * payment_id. `keys` has room for facts->payment_count.
 *
 *     amount  collected_at             ->  repeats the one before
 *      20.00  2025-11-10T00:00:00Z         false
 *      20.00  2025-11-10T23:59:59.999Z     true    the same day
 *      20.00  2025-11-11T00:00:00Z         false
 *     -20.00  2025-11-11T00:00:00Z         false   a refund is no payment of that amount
 *     -20.00  2025-11-11T12:00:00Z         true    two refunds are
 *       0.00  2025-11-11T12:00:00Z         false
 *       0.00  2025-11-11T12:00:00Z         false   nothing was paid twice
 */
void payments_order(const struct account_facts *facts, struct payment_key *keys);

/* Is keys[at] equal to keys[at - 1]? `at` from 0 on; the first repeats none. */
bool payment_repeats(const struct payment_key *keys, size_t at);

#endif
