/*
 * The roll-forward of what an account owes.
 */
#include "lib/receivable.h"

#include "lib/arith.h"

static const struct account_history NO_HISTORY;

/* What the month's documents come to after this run (R28): what its data now says; what was issued stands when it is held. */
static int64_t total_after_minor(const struct bill *bill, int64_t issued_minor)
{
    if (bill->status == BILL_HELD) {
        return issued_minor;
    }
    return bill->status == BILL_INVOICED ? bill->total_minor : 0;
}

static int32_t oldest(const struct account_history *history, int32_t month, int64_t month_open_minor)
{
    bool open = month_open_minor > 0;

    if (history->oldest_open_month != 0 && (!open || history->oldest_open_month < month)) {
        return history->oldest_open_month;
    }
    return open ? month : 0;
}

bool receivable(struct receivable_in in, struct receivable *out)
{
    const struct account_history *history = in.history == NULL ? &NO_HISTORY : in.history;
    struct receivable made = {.opening_minor = history->opening_minor};
    int64_t month_minor = total_after_minor(in.bill, history->month_issued_minor);
    int64_t month_open_minor = 0;

    if (history->too_much || in.bill->payments_over) {
        return false;
    }
    if (!arith_sub(month_minor, history->month_issued_minor, &made.billed_minor) ||
        !arith_sub(month_minor, in.bill->collected_minor, &month_open_minor) ||
        !arith_add(history->open_minor, month_open_minor, &made.closing_minor) ||
        !arith_add(made.opening_minor, made.billed_minor, &made.collected_minor) ||
        !arith_sub(made.collected_minor, made.closing_minor, &made.collected_minor)) {
        return false;
    }
    made.oldest_open_month = oldest(history, in.month, month_open_minor);
    *out = made;
    return true;
}

bool receivable_empty(const struct receivable *receivable)
{
    return receivable->opening_minor == 0 && receivable->billed_minor == 0 && receivable->collected_minor == 0 &&
           receivable->closing_minor == 0;
}
