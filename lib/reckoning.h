/*
 * The arithmetic of an amount written out, as a person checks it with a pocket
 * calculator: the factors, the exact result, and how it was rounded.
 *
 *     20.00 x 10 / 30 days = 6.666..., half up 6.67
 *     6.67 x 19 % = 1.2673, half away from zero 1.27
 *     100.00 credits x 0.04 = 4.00
 *
 * The result is worked out here once more, with its own division: each function
 * returns what it arrives at, and a test holds that against what was billed. A
 * result with more decimals than the amount has is shown exactly where it ends
 * within ten more, otherwise with one more and "...", which settles how it rounds.
 */
#ifndef MONTHEND_LIB_RECKONING_H
#define MONTHEND_LIB_RECKONING_H

#include <stddef.h>
#include <stdint.h>

#include "lib/bill.h"
#include "lib/proration.h"

#define RECKONING_MAX 512 /* bytes, the closing NUL included */

/*
 * A line that is not tax: R11 to R14, R21, R23. `digits`: the currency's.
 * Returns the amount in minor units.
 *
 *     plan           20.00, the full price
 *     plan_prorated  20.00 x 10 / 30 days = 6.666..., half up 6.67
 *     plan_discount  0 - 6.67 already charged = -6.67
 *     plan_upgrade   40.00 - 20.00 already charged = 20.00
 *     overage        100.00 credits x 0.04 = 4.00
 *     adjustment     -5.00, as agreed
 */
int64_t reckon_line(const struct bill_line *line, int digits, char out[RECKONING_MAX]);

struct reckon_tax {
    int64_t taxed_minor;
    int64_t percent; /* ten-thousandths of a percent */
    int digits;      /* of the currency */
};

/* R24: the tax of one amount. Returns it, minor units. */
int64_t reckon_tax(struct reckon_tax in, char out[RECKONING_MAX]);

/* R18: an allowance for a part of the first paid month. Returns it, hundredths. */
int64_t reckon_allowance(int64_t credits, struct remaining remaining, char out[RECKONING_MAX]);

struct reckon_event {
    int64_t quantity;   /* millionths of a credit */
    int64_t requests;   /* R6 */
    int64_t multiplier; /* millionths */
};

/*
 * R5, R6: an event's credits. Returns them, hundredths, or CREDITS_OVER.
 *
 *     10 x 1.3 = 13.00
 *     1.25 x 3 requests x 1.3 = 4.875, half up 4.88
 *     0.001 x 1 = 0.001, at least 0.01
 */
int64_t reckon_event(struct reckon_event in, char out[RECKONING_MAX]);

/*
 * "1.27 - 1.27 + 2.53 = 2.53"; "1.27" for one amount alone, "0.00" for none; of
 * very many only "sum of 900 amounts = 2.53". Returns the sum; the amounts add
 * up to less than overflows.
 */
int64_t reckon_sum(const int64_t *amounts, size_t count, int digits, char out[RECKONING_MAX]);

#endif
