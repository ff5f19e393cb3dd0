/*
 * The full terms of a plan at an account-month's price date.
 */
#include "lib/terms.h"

#include <stddef.h>

static const struct plan_price FREE_PRICE = {.plan = PLAN_FREE, .overage_millionths = NO_OVERAGE_PRICE};

static const struct plan_price *price_row(struct terms_in in, int plan)
{
    return plan == PLAN_FREE ? &FREE_PRICE
                             : catalogue_price(in.catalogue, plan, in.currency, in.price_date, in.month_end);
}

bool terms_read(struct terms_in in, int plan, struct terms *terms)
{
    const struct plan_price *price = price_row(in, plan);
    const struct plan_allowance *allowance = catalogue_allowance(in.catalogue, plan, in.price_date, in.month_end);

    if (price == NULL || allowance == NULL) {
        return false;
    }
    *terms = (struct terms){price->monthly_minor, price->overage_millionths, allowance->credits};
    return true;
}

bool terms_price(struct terms_in in, int plan, int64_t *price_minor)
{
    const struct plan_price *price = price_row(in, plan);

    if (price == NULL) {
        return false;
    }
    *price_minor = price->monthly_minor;
    return true;
}
