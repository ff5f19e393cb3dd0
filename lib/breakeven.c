/*
 * Breakeven: the next plan, and the plan that would have cost least (R29).
 */
#include "lib/breakeven.h"

#include <assert.h>
#include <stddef.h>

#include "lib/arith.h"
#include "lib/overage.h"

bool breakeven_cost(struct terms terms, int64_t credits, int digits, int64_t *cost_minor)
{
    int64_t beyond = credits - terms.allowance;
    int64_t overage_minor = 0;

    if (beyond > 0 && (terms.overage_price == NO_OVERAGE_PRICE ||
                       !overage_amount(beyond, terms.overage_price, digits, &overage_minor))) {
        return false;
    }
    return arith_add(terms.price_minor, overage_minor, cost_minor);
}

/* Plans stand by rank. */
static void find_next(const struct breakeven_in *in, int64_t held_minor, struct breakeven *out)
{
    int64_t price_minor = 0;

    for (int plan = in->plan + 1; plan < (int)in->month.catalogue->plan_count; plan++) {
        if (terms_price(in->month, plan, &price_minor)) {
            out->next_plan = plan;
            out->price_difference_minor = price_minor - held_minor;
            return;
        }
    }
}

static void find_cheapest(const struct breakeven_in *in, struct breakeven *out)
{
    struct terms terms;
    int64_t cost_minor = 0;

    for (int plan = PLAN_FREE; plan < (int)in->month.catalogue->plan_count; plan++) {
        if (terms_read(in->month, plan, &terms) && breakeven_cost(terms, in->credits, in->digits, &cost_minor) &&
            (out->cheapest_plan == PLAN_UNKNOWN || cost_minor < out->cheapest_minor)) {
            out->cheapest_plan = plan;
            out->cheapest_minor = cost_minor;
        }
    }
}

struct breakeven breakeven(struct breakeven_in in)
{
    struct breakeven out = {.next_plan = PLAN_UNKNOWN, .cheapest_plan = PLAN_UNKNOWN};
    int64_t held_minor = 0;
    bool priced = terms_price(in.month, in.plan, &held_minor);

    assert(priced); /* otherwise the month is held (R27) */
    assert(in.credits >= 0 && in.credits <= CREDITS_MAX);
    assert(in.overage_minor >= 0 && in.overage_minor <= PRICE_MINOR_MAX);
    out.actual_minor = held_minor + in.overage_minor;
    find_next(&in, held_minor, &out);
    find_cheapest(&in, &out);
    if (out.cheapest_plan != PLAN_UNKNOWN) {
        out.saving_minor = out.actual_minor - out.cheapest_minor;
    }
    return out;
}
