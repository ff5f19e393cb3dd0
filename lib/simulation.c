/*
 * One account-month by two catalogues.
 */
#include "lib/simulation.h"

#include "lib/overage.h"

enum simulated simulation_outcome(const struct bill *real, const struct bill *simulated, int64_t *difference_minor)
{
    *difference_minor = 0;
    if (real->status == BILL_HELD || simulated->status == BILL_HELD) {
        return real->status != BILL_HELD        ? SIMULATED_HELD
               : simulated->status != BILL_HELD ? SIMULATED_RELEASED
                                                : SIMULATED_BOTH_HELD;
    }
    *difference_minor = simulated->total_minor - real->total_minor; /* both within PRICE_MINOR_MAX (R27) */
    if (*difference_minor == 0) {
        return SIMULATED_SAME;
    }
    return *difference_minor > 0 ? SIMULATED_MORE : SIMULATED_LESS;
}

const char *simulation_outcome_name(enum simulated outcome)
{
    static const char *const NAMES[SIMULATED_OUTCOMES] = {
        [SIMULATED_SAME] = "same",        [SIMULATED_MORE] = "more",
        [SIMULATED_LESS] = "less",        [SIMULATED_HELD] = "newly_held",
        [SIMULATED_RELEASED] = "no_longer_held", [SIMULATED_BOTH_HELD] = "held",
    };

    return NAMES[outcome];
}

bool plan_choice(struct plan_choice_in in, struct breakeven *choice)
{
    const struct bill *bill = in.bill;
    struct breakeven_in breakeven_in = {
        .month = {in.catalogue, in.currency, bill->price_date, in.month_end},
        .digits = in.digits,
        .plan = bill->plan_at_end,
        .credits = bill->credits - bill->used.bonus,
        .overage_minor = overage_charged(bill),
    };
    int64_t held_minor = 0;

    if (bill->status == BILL_HELD || !terms_price(breakeven_in.month, bill->plan_at_end, &held_minor)) {
        return false;
    }
    struct breakeven found = breakeven(breakeven_in);
    if (found.cheapest_plan == PLAN_UNKNOWN) {
        return false;
    }
    *choice = found;
    return true;
}
