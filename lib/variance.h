/*
 * Why an account's bill differs from that of the last closed month before:
 * the one reason that says most.
 */
#ifndef MONTHEND_LIB_VARIANCE_H
#define MONTHEND_LIB_VARIANCE_H

#include <stdint.h>

#include "lib/bill.h"
#include "lib/catalogue.h"
#include "lib/history.h"

enum variance_reason {
    VARIANCE_NEW,          /* its first paid month (R10) */
    VARIANCE_RETURNED,     /* nothing was charged last month */
    VARIANCE_LEFT,         /* nothing is charged any more */
    VARIANCE_HELD,         /* held now (R27) */
    VARIANCE_WAS_HELD,     /* held last month */
    VARIANCE_UPGRADE,
    VARIANCE_DOWNGRADE,
    VARIANCE_MORE_OVERAGE,
    VARIANCE_LESS_OVERAGE,
    VARIANCE_ADJUSTMENT,   /* adjusted this month (R23) */
    VARIANCE_FULL_MONTH,   /* last month was the first paid one (R12) */
    VARIANCE_PRICE_CHANGE, /* the plan's price is not what it was (R4) */
    VARIANCE_OTHER,        /* tax, or what last month had beside its plan */
};

struct variance_in {
    const struct account_before *before;
    const struct bill *bill;
    const struct catalogue *catalogue;
    const char *currency;
    int32_t month_before; /* yyyymm: the last closed month before */
};

/*
 * The first that applies: held or not charged on either side; another plan at
 * the month's end; of the same plan whichever of overage, adjustments and the
 * rest changed most.
 */
enum variance_reason variance_reason(struct variance_in in);

/* "new", "more overage", "price change", ... */
const char *variance_reason_name(enum variance_reason reason);

#endif
