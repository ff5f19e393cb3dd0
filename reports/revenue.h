/*
 * What the month earned, by kind of line, plan, country and currency, added up
 * while the accounts pass by.
 */
#ifndef MONTHEND_REPORTS_REVENUE_H
#define MONTHEND_REPORTS_REVENUE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/bill.h"
#include "lib/err.h"
#include "lib/history.h"

struct revenue { /* starts as {0} */
    struct revenue_sum *sums; /* in the order in which they first came */
    size_t count;
    uint32_t *slots;   /* by key: index into sums + 1; 0: free */
    size_t slot_count; /* a power of 2; sums have room for half as many */
};

struct revenue_key {
    enum line_kind kind;
    const char *plan;     /* code; "": none */
    const char *country;  /* ISO 3166-1 alpha-2; "": none */
    const char *currency; /* ISO 4217 */
};

/* ERR_INTERNAL: no memory; ERR_DATA: the sum does not fit. What it is a sum of only the caller can say. */
ERR_MUST_USE enum err_code revenue_add(struct revenue *revenue, struct revenue_key key, int64_t amount_minor);

void revenue_release(struct revenue *revenue);

#endif
