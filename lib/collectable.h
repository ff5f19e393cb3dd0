/*
 * What the payments of an account-month should come to. Plan charges are
 * collected when they arise (R25), each with its tax; overage and adjustments
 * arise at the month's last instant and are what the invoice asks for.
 */
#ifndef MONTHEND_LIB_COLLECTABLE_H
#define MONTHEND_LIB_COLLECTABLE_H

#include <stdint.h>

#include "lib/bill.h"

struct collectable_in {
    const struct account_facts *facts;
    const struct catalogue *catalogue;
    const struct bill *bill; /* not held: what is held has no lines */
    int64_t month_end;
};

/*
 * The lines charged before the month's last instant and the tax of exactly
 * those by R24; a discount subtracts its charge's tax.
 *
 * A rate that rounds once per document leaves open what each charge is
 * collected with, because the document is written later. Two answers are
 * right, and they differ by a few minor units at most: the tax as a document
 * of these lines alone would round it, or each charge's tax rounded by itself,
 * as it must be where a charge is collected at once. For rates that round per
 * line both are the same.
 *
 *     lines                            tax                        ->  as_document  as_charged
 *     plan 20.00, overage 4.00         18 % per line                     23.60        23.60
 *     6.67, -6.67, 13.33               19 % per line                     15.86        15.86
 *     plan 20.04, plan_upgrade 20.04   10 % once per document            44.09        44.08
 *     overage 4.00                     18 % per line                      0.00         0.00
 */
struct collectable {
    int64_t as_document_minor;
    int64_t as_charged_minor;
};

/* Cannot fail: a bill's sums are within bounds. */
struct collectable collectable(struct collectable_in in);

#endif
