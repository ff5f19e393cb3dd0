/*
 * Plan fit (R30): the smallest plan that covers a typical month with a little
 * headroom, beside the plan held. Advice: it changes no amount.
 *
 * Money is minor units of the account's currency, credits are hundredths.
 * Prices and allowances are those of a whole month at R4's price date.
 */
#ifndef MONTHEND_LIB_PLAN_FIT_H
#define MONTHEND_LIB_PLAN_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/history.h"
#include "lib/terms.h"

#define PLAN_FIT_MONTHS_MIN 3 /* fewer say nothing */

struct plan_fit_in {
    struct terms_in month;
    int plan;                 /* held at the month's last instant; it has a price (asserted) */
    int64_t credits;          /* of this month less bonus, 0 .. CREDITS_MAX */
    const struct account_history *history; /* NULL: no months before */
    int64_t headroom_percent; /* 0 .. 100 */
};

struct plan_fit {
    size_t months;            /* over how many the median is: PLAN_FIT_MONTHS_MIN .. HISTORY_MONTHS */
    int64_t typical;          /* the median */
    int fitting_plan;         /* or PLAN_UNKNOWN: none covers it */
    int64_t difference_minor; /* its price less the held plan's; 0 without one */
};

/*
 * The median of this month and up to five closed months before that were not
 * held. Of an even number it is the mean of the middle two, half a hundredth
 * rounded up; the plan is chosen by the exact mean.
 *
 *     months                    headroom  allowances            ->  typical  fitting
 *     900, 950, 990                 10 %  50, 1000, 2000 credits     950.00    2000   1045 credits are needed
 *     900, 908, 910, 990            10 %  50, 1000, 2000 credits     909.00    1000   999.9 credits
 *     0, 0, 0                       10 %  50, 1000, 2000 credits       0.00      50
 *
 * False: there are fewer than PLAN_FIT_MONTHS_MIN months.
 */
bool plan_fit(struct plan_fit_in in, struct plan_fit *fit);

#endif
