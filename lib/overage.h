/*
 * Overage in money (R21): what credits past the allowance cost, and what a bill
 * charged for them.
 */
#ifndef MONTHEND_LIB_OVERAGE_H
#define MONTHEND_LIB_OVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/arith.h"
#include "lib/bill.h"

/*
 * credits x price a credit, rounded half up once to the minor unit.
 *
 *     credits  price_millionths  digits  ->  amount_minor
 *       10000             40000       2              400   100.00 credits at 0.04
 *         113             40000       2                5   4.52 cents
 *       10050           6000000       0              603   100.50 credits at 6 yen
 *
 * credits: hundredths, at least 0; price_millionths: of the currency's unit, at
 * least 0; digits: the currency's, 0 .. CURRENCY_DIGITS_MAX (all asserted).
 * False: more than fits; the output is untouched then.
 */
ARITH_MUST_USE bool overage_amount(int64_t credits, int64_t price_millionths, int digits, int64_t *amount_minor);

/* The amount of the bill's overage line, or 0; minor units. */
int64_t overage_charged(const struct bill *bill);

#endif
