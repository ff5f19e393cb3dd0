/* The reason for an account's change from month to month. */
#include "lib/variance.h"

#include <assert.h>
#include <stdbool.h>

#include "lib/calendar.h"

static int64_t lines_sum(const struct bill *bill, enum line_kind kind)
{
    int64_t sum = 0; /* of lines within the bounds of a bill: fits */

    for (size_t i = 0; i < bill->line_count; i++) {
        sum += bill->lines[i].kind == kind ? bill->lines[i].amount_minor : 0;
    }
    return sum;
}

static int64_t magnitude(int64_t amount)
{
    return amount < 0 ? -amount : amount;
}

static bool price_changed(const struct variance_in *in)
{
    int64_t before = month_start_ms(in->month_before);
    const struct plan_price *was = catalogue_price(in->catalogue, in->bill->plan_at_end, in->currency, before, before);
    const struct plan_price *is = catalogue_price(in->catalogue, in->bill->plan_at_end, in->currency,
                                                  in->bill->price_date, in->bill->price_date);

    if (was == NULL) {
        return false;
    }
    assert(is != NULL); /* R1: what was in force stays, or another row is */
    return was->monthly_minor != is->monthly_minor;
}

/* On the same plan as before. */
static enum variance_reason reason_on_plan(const struct variance_in *in)
{
    int64_t overage = lines_sum(in->bill, LINE_OVERAGE) - in->before->overage_minor;
    int64_t adjusted = lines_sum(in->bill, LINE_ADJUSTMENT);
    int64_t rest = in->bill->total_minor - in->before->total_minor - overage - adjusted;

    if (overage != 0 && magnitude(overage) >= magnitude(adjusted) && magnitude(overage) >= magnitude(rest)) {
        return overage > 0 ? VARIANCE_MORE_OVERAGE : VARIANCE_LESS_OVERAGE;
    }
    if (adjusted != 0 && magnitude(adjusted) >= magnitude(rest)) {
        return VARIANCE_ADJUSTMENT;
    }
    if (in->before->first_paid_month) {
        return VARIANCE_FULL_MONTH;
    }
    return price_changed(in) ? VARIANCE_PRICE_CHANGE : VARIANCE_OTHER;
}

enum variance_reason variance_reason(struct variance_in in)
{
    int plan_before = catalogue_plan(in.catalogue, in.before->plan_at_end);

    if (in.bill->status == BILL_HELD) {
        return VARIANCE_HELD;
    }
    if (in.before->there && in.before->status == BILL_HELD) {
        return VARIANCE_WAS_HELD;
    }
    if (in.bill->status == BILL_NO_CHARGE) {
        return VARIANCE_LEFT;
    }
    if (!in.before->there || in.before->status == BILL_NO_CHARGE) {
        return in.bill->first_paid_month ? VARIANCE_NEW : VARIANCE_RETURNED;
    }
    if (plan_before != PLAN_UNKNOWN && plan_before != in.bill->plan_at_end) { /* plans are in order of rank */
        return plan_before < in.bill->plan_at_end ? VARIANCE_UPGRADE : VARIANCE_DOWNGRADE;
    }
    return reason_on_plan(&in);
}

const char *variance_reason_name(enum variance_reason reason)
{
    static const char *const NAMES[] = {
        [VARIANCE_NEW] = "new",
        [VARIANCE_RETURNED] = "came back",
        [VARIANCE_LEFT] = "left",
        [VARIANCE_HELD] = "held this month",
        [VARIANCE_WAS_HELD] = "was held last month",
        [VARIANCE_UPGRADE] = "upgrade",
        [VARIANCE_DOWNGRADE] = "downgrade",
        [VARIANCE_MORE_OVERAGE] = "more overage",
        [VARIANCE_LESS_OVERAGE] = "less overage",
        [VARIANCE_ADJUSTMENT] = "adjustment",
        [VARIANCE_FULL_MONTH] = "first full month",
        [VARIANCE_PRICE_CHANGE] = "price change",
        [VARIANCE_OTHER] = "tax or last month's extras",
    };

    return NAMES[reason];
}
