/*
 * What an account owes, run by run: open before, billed, collected, open now.
 * Money is minor units of the account's currency; below 0 the customer has
 * paid too much.
 *
 * Open is the sum of the account's documents, of all months, less the payments
 * for the months that are closed and for the run's own. So a payment counts as
 * collected in the first run that knows it and to which its month is closed or
 * its own.
 */
#ifndef MONTHEND_LIB_RECEIVABLE_H
#define MONTHEND_LIB_RECEIVABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bill.h"
#include "lib/history.h"

struct receivable {
    int64_t opening_minor;     /* as the last run that has a statement of the account knew it; 0 where none has */
    int64_t billed_minor;      /* by this run: its document of the account */
    int64_t collected_minor;   /* since: opening + billed - closing; below 0: refunded */
    int64_t closing_minor;
    int32_t oldest_open_month; /* the earliest whose documents come to more than its payments, or 0 */
};

struct receivable_in {
    int32_t month;                         /* the run's */
    const struct bill *bill;               /* of the whole month; a held one bills nothing, and its payments count */
    const struct account_history *history; /* NULL: no months before */
};

/*
 * The account's row of a run.
 *
 *     opening  bill's total  paid for it  paid for others  ->  billed  collected  closing
 *           0         24.00        20.00                0       24.00      20.00     4.00
 *        4.00         24.00        24.00             4.00       24.00      28.00     0.00
 *        4.00          held        20.00                0        0.00      20.00   -16.00
 *
 * Where documents of the month were issued before, billed is what this one
 * adds to them (R28). False: a sum does not fit; the output is untouched then.
 */
bool receivable(struct receivable_in in, struct receivable *out);

/* Is there nothing to tell: no amount but 0? */
bool receivable_empty(const struct receivable *receivable);

#endif
