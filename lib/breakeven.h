/*
 * Breakeven (R29): for an account with overage, what it paid beside what other
 * plans would have cost for the same usage. Advice: it changes no amount.
 *
 * Money is minor units of the account's currency, credits are hundredths. All
 * prices and allowances are those of a whole month at R4's price date, also in
 * the first paid month.
 */
#ifndef MONTHEND_LIB_BREAKEVEN_H
#define MONTHEND_LIB_BREAKEVEN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/terms.h"

struct breakeven_in {
    struct terms_in month;
    int digits;            /* of the currency */
    int plan;              /* held at the month's last instant (R17); it has a price (asserted) */
    int64_t credits;       /* the month's usage less bonus, 0 .. CREDITS_MAX */
    int64_t overage_minor; /* what the bill charged for overage (R21) */
};

struct breakeven {
    int next_plan;                    /* the next higher rank with a price, or PLAN_UNKNOWN: none */
    int64_t price_difference_minor;   /* its price less the held plan's; 0 without a next plan */
    int cheapest_plan;                /* or PLAN_UNKNOWN: no plan's cost fits, and the two amounts below are 0 */
    int64_t cheapest_minor;
    int64_t actual_minor;             /* the held plan's price and the overage charged */
    int64_t saving_minor;             /* actual less cheapest; below 0 where a part of the usage was not charged (R22) */
};

/*
 * What a plan would have cost for that usage: its price, and the credits beyond
 * its allowance at its overage price (R21's rounding). Without an overage price
 * the usage would have paused: such a plan must cover it. False: it does not,
 * or the cost does not fit.
 *
 *     price  overage price  allowance  credits  ->  cost
 *     20.00           0.04       1000     1100     24.00
 *     20.00           0.04       1000      900     20.00
 *      0.00              -         50       60     false
 */
bool breakeven_cost(struct terms terms, int64_t credits, int digits, int64_t *cost_minor);

/* Of plans that cost the same the lower rank is the cheapest. */
struct breakeven breakeven(struct breakeven_in in);

#endif
