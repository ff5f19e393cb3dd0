/*
 * What the workbook's first and last sheets add up while the accounts pass by:
 * accounts by status, sums by currency, kind, plan and country, credits by model,
 * how much of their allowance accounts used, who changed most.
 */
#ifndef MONTHEND_REPORTS_TOTALS_H
#define MONTHEND_REPORTS_TOTALS_H

#include <stdint.h>

#include "lib/bill.h"
#include "lib/err.h"
#include "reports/movers.h"
#include "reports/reports.h"
#include "reports/revenue.h"

#define TOTALS_CURRENCIES_MAX 256
#define TOTALS_STATUSES (BILL_HELD + 1)
#define TOTALS_HOLDS (HOLD_OUT_OF_BOUNDS + 1)

struct currency_totals { /* of the invoices in one currency; minor units */
    char currency[4];
    int digits;
    int64_t invoices;
    int64_t subtotal_minor;
    int64_t tax_minor;
    int64_t total_minor;
    int64_t collected_minor;
    int64_t due_minor;
    int64_t at_stake_minor; /* R22, of all accounts that are not held */
};

/* Accounts by the share of their allowance that they used: 0 .. 9 are [0, 10 %), [10 %, 20 %) ..., then exactly all
 * of it, then more than it. */
#define TOTALS_ALL_USED 10
#define TOTALS_OVER 11
#define TOTALS_SHARES 12

struct totals { /* starts as {0} */
    struct currency_totals currencies[TOTALS_CURRENCIES_MAX]; /* by code */
    int currency_count;
    int64_t statuses[TOTALS_STATUSES]; /* accounts */
    int64_t holds[TOTALS_HOLDS];       /* held accounts by reason */
    int64_t lines;
    int64_t events; /* the rest: accounts that are not held */
    int64_t credits; /* hundredths */
    struct consumption used;
    int64_t allowance_used[TOTALS_SHARES]; /* accounts with an allowance */
    int64_t *model_credits;                /* hundredths, by the catalogue's number of the model */
    struct revenue revenue;
    struct movers movers;                  /* where there is a month before */
};

/* Add an account. ERR_DATA: a sum no longer fits; ERR_INTERNAL: no memory. */
ERR_MUST_USE enum err_code totals_add(struct totals *totals, const struct report_run *run,
                                      const struct report_account *account, struct err *err);

void totals_release(struct totals *totals);

#endif
