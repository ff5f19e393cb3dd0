/*
 * Sums over a month's bills, and the controls that must hold before anything
 * is issued.
 */
#ifndef MONTHEND_BATCH_TOTALS_H
#define MONTHEND_BATCH_TOTALS_H

#include <stddef.h>
#include <stdint.h>

#include "batch/month.h"
#include "lib/ledger.h"
#include "reports/reports.h"
#include "schema/store_facts.h"

#define CURRENCIES_MAX 200 /* ISO 4217 has fewer */

struct currency_totals {
    char currency[4];
    int digits;
    int64_t invoices;
    int64_t lines_minor;     /* sum of all lines, tax among them */
    int64_t subtotal_minor;
    int64_t tax_minor;
    int64_t total_minor;     /* sum of the invoices' totals */
    int64_t statement_minor; /* sum of the statement's totals */
    int64_t collected_minor;
    int64_t due_minor;
    struct ledger_sums journal; /* of the journal's postings as they were written: the report knows them */
};

struct totals {
    /* The whole month. */
    int64_t accounts[BILL_HELD + 1]; /* listed accounts, by status */
    int64_t rated_events, held_events, orphan_events;
    int64_t credits;     /* hundredths, of accounts that are not held, by the models' sums */
    struct consumption used;
    struct grant_sums grants;
    int64_t regret_checked, regret_held; /* R15 */
    bool overflow;       /* a sum left the range of int64: reported as a failed control */
    /* What this run issues: all of it in a first close, the accounts that had been held in a later one. */
    int64_t issued[BILL_HELD + 1];
    struct currency_totals currencies[CURRENCIES_MAX];
    size_t currency_count;
};

/* Add a listed account; `issued`: this run issues it. */
void totals_account(struct totals *totals, const struct month_account *account, bool issued);
void totals_orphan(struct totals *totals, const struct month_orphan *orphan);

struct numbers { /* invoice numbers of the month: before this run, and the last one it gave */
    int64_t before;
    int64_t last;
};

#define CONTROLS_MAX (8 + 5 * CURRENCIES_MAX + 2 * SOURCE_TOTALS_MAX)

struct controls {
    struct control rows[CONTROLS_MAX];
    size_t count;
};

struct controls_in {
    const struct totals *totals;
    struct usage_counts counts;
    const struct usage_day *days;
    int32_t month;
    struct numbers numbers;
    const struct source_total *source_totals;
    size_t source_total_count;
};

void controls_build(struct controls_in in, struct controls *controls);

/* ERR_INTERNAL naming the first control that failed. */
enum err_code controls_check(const struct controls *controls, struct err *err);

#endif
