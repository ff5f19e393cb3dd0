/*
 * What a plan costs and gives in an account-month, in full (R2, R4): the terms
 * that the advice compares, of plans held and not held alike.
 */
#ifndef MONTHEND_LIB_TERMS_H
#define MONTHEND_LIB_TERMS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/catalogue.h"

struct terms_in {
    const struct catalogue *catalogue;
    const char *currency; /* the account's */
    int64_t price_date;   /* R4 */
    int64_t month_end;    /* E */
};

struct terms {
    int64_t price_minor;   /* of a whole month */
    int64_t overage_price; /* millionths a credit, or NO_OVERAGE_PRICE */
    int64_t allowance;     /* hundredths, of a whole month */
};

/*
 * The plan's terms; false, and the output untouched, where it has no price in
 * the currency or no allowance at the price date. `free` needs no price row: it
 * costs 0 (R2), and overage cannot be switched on there (R20).
 */
bool terms_read(struct terms_in in, int plan, struct terms *terms);

/* Its price alone; false where it has none. */
bool terms_price(struct terms_in in, int plan, int64_t *price_minor);

#endif
