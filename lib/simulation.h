/*
 * Simulation: one account-month billed by two catalogues, the real one and
 * another, laid beside each other; and the plan that would have cost least (R29)
 * by either. It changes no amount.
 *
 * Money is minor units of the account's currency.
 */
#ifndef MONTHEND_LIB_SIMULATION_H
#define MONTHEND_LIB_SIMULATION_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/bill.h"
#include "lib/breakeven.h"

enum simulated {
    SIMULATED_SAME,     /* the same total */
    SIMULATED_MORE,     /* pays more */
    SIMULATED_LESS,
    SIMULATED_HELD,     /* billed really, held by the other catalogue (R27) */
    SIMULATED_RELEASED, /* held really, billed by the other catalogue */
    SIMULATED_BOTH_HELD,
};
#define SIMULATED_OUTCOMES (SIMULATED_BOTH_HELD + 1)

/*
 * What becomes of the account. Totals are with tax; an account without a charge
 * pays 0.
 *
 *     real      simulated  ->  outcome                 difference_minor
 *     24.00     26.00          SIMULATED_MORE              200
 *     24.00     no charge      SIMULATED_LESS            -2400
 *     24.00     held           SIMULATED_HELD                0   not known
 */
enum simulated simulation_outcome(const struct bill *real, const struct bill *simulated, int64_t *difference_minor);

/* "same", "more", "less", "newly_held", "no_longer_held", "held" */
const char *simulation_outcome_name(enum simulated outcome);

struct plan_choice_in {
    const struct bill *bill;
    const struct catalogue *catalogue; /* that the bill was made by */
    const char *currency;
    int digits;
    int64_t month_end;
};

/*
 * R29 for any account, with overage or without: the plan held, what it cost, and
 * the one that would have cost least for this month's usage. False: the account
 * is held, or no plan's cost fits; the output is untouched then.
 */
bool plan_choice(struct plan_choice_in in, struct breakeven *choice);

#endif
