/*
 * What the months before say of an account: the shapes in which the database
 * hands it over and the advice and the reports use it.
 *
 * Months are yyyymm, money minor units of the account's currency, credits
 * hundredths. A month is closed when a run of it has issued. A run looks only
 * at what was issued by runs with an as-of before its own, so that the same
 * as-of always sees the same past (R3). The advice looks only at months before
 * the run's own; what is owed is owed for any month.
 */
#ifndef MONTHEND_LIB_HISTORY_H
#define MONTHEND_LIB_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bill.h"
#include "lib/text.h"

#define HISTORY_MONTHS 6 /* R30: a typical month is the median of so many */

/* An account in the last closed month before. Where the month was closed in
 * several runs, their last word; what was issued stands when a later one holds
 * the account (R28). */
struct account_before {
    bool there;              /* it has a statement of that month; otherwise all is 0 and "" */
    enum bill_status status;
    char plan_at_end[ID_BYTES_MAX + 1]; /* code, "": unknown */
    bool first_paid_month;   /* R10 */
    int64_t overage_minor;   /* charged; 0 when held */
    int64_t total_minor;     /* sum of its documents of that month, notes included */
};

/* What is known of an account from the runs before. */
struct account_history {
    const char *account_id;
    int64_t credits[HISTORY_MONTHS]; /* less bonus (R30): of its closed months that were not held, newest first */
    size_t month_count;              /* how many of them, at most HISTORY_MONTHS */
    struct account_before before;
    bool too_much;                   /* its documents and payments add up to more than fits: what follows is 0 */
    int64_t opening_minor;           /* documents less payments as its last run knew them, or 0: no run has a statement of it */
    int64_t open_minor;              /* as known now: documents of all closed months but the run's own, less the payments for them */
    int64_t month_issued_minor;      /* documents of the run's own month that were issued before (R28) */
    int32_t oldest_open_month;       /* the earliest closed month but the run's own whose documents come to more than its payments, or 0 */
};

/* Sum of the lines of one kind, plan, country and currency: of a month's bills, or issued for a month before. */
struct revenue_sum {
    enum line_kind kind;
    char plan[ID_BYTES_MAX + 1]; /* code; "" on adjustment and tax */
    char country[3];             /* of the account's billing address at the month's last instant; "": none */
    char currency[4];
    int64_t lines;
    int64_t amount_minor;
};

#endif
