/*
 * The codes of exceptions.csv: the one place that says what can be found, how
 * bad it is, what it means and what to do about it. The README lists them.
 */
#ifndef MONTHEND_REPORTS_EXCEPTION_CODES_H
#define MONTHEND_REPORTS_EXCEPTION_CODES_H

#include "reports/exception.h"

enum exception_code {
    /* Held (R27): the reasons of enum hold_reason, in their order. */
    EXCEPTION_UNKNOWN_PLAN,
    EXCEPTION_NO_ADDRESS,
    EXCEPTION_INELIGIBLE_COUNTRY,
    EXCEPTION_NO_PRICE,
    EXCEPTION_NO_ALLOWANCE,
    EXCEPTION_UNKNOWN_MODEL,
    EXCEPTION_OUT_OF_BOUNDS,

    EXCEPTION_UNBILLED_USAGE, /* R22 */
    EXCEPTION_SETTING_IGNORED, /* R20 */
    EXCEPTION_LINES_BEFORE_CREATED, /* R2 */
    EXCEPTION_USAGE_BEFORE_CREATED, /* R2 */
    EXCEPTION_ORPHAN_USAGE,
    EXCEPTION_ORPHAN_ROW,
    EXCEPTION_PAYMENTS_DIFFER, /* these five: R25 */
    EXCEPTION_PAYMENT_WITHOUT_INVOICE,
    EXCEPTION_EQUAL_PAYMENTS,
    EXCEPTION_SHARED_PAYMENT_REFERENCE,
    EXCEPTION_NEGATIVE_DUE,

    EXCEPTION_RENEWAL_WITHOUT_USAGE, /* R11 */
    EXCEPTION_LATE_UPGRADE, /* R12, R14 */
    EXCEPTION_GRANT_EXPIRED_UNUSED, /* R19 */
    EXCEPTION_EDGE_OF_MONTH, /* R7 */
    EXCEPTION_CORRECTIONS, /* these three: since the last run of the month */
    EXCEPTION_VOIDS,
    EXCEPTION_RESTAMPED_ROWS,
    EXCEPTION_TAX_RATES_NOT_REVIEWED, /* R24 */
};
#define EXCEPTION_CODES (EXCEPTION_TAX_RATES_NOT_REVIEWED + 1)

struct exception_kind {
    enum severity severity;
    const char *code;    /* as in exceptions.csv */
    const char *meaning; /* "Usage past the limit that should have paused" */
    const char *remedy;  /* what to do, or why nothing: "find out why it did not pause, ..." */
};

const struct exception_kind *exception_kind(enum exception_code code);

#endif
