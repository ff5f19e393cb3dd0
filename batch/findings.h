/*
 * What a person should look at: the rows of exceptions.csv, found while the
 * month is billed. What the codes mean is in reports/exception_codes.h.
 */
#ifndef MONTHEND_BATCH_FINDINGS_H
#define MONTHEND_BATCH_FINDINGS_H

#include <stdbool.h>

#include "batch/month.h"
#include "lib/payments.h"
#include "reports/exception.h"
#include "schema/store_facts.h"

/* The findings of one run. The first five are the caller's, the rest starts as 0. */
struct findings {
    enum err_code (*report)(void *context, const struct exception_row *row, struct err *err); /* where they go */
    void *context;
    struct store *store; /* with a snapshot begun */
    int32_t month;
    int64_t as_of;
    const struct catalogue *catalogue;
    int64_t errors; /* counted here */
    int64_t warnings;
    bool payments_known; /* there are any of the month, whoever's */
    bool taxable;        /* an account was billed where the catalogue has tax rates */
    struct payment_key *keys; /* room for an account's payments */
    size_t keys_max;
};

/* Before the first account. */
enum err_code findings_begin(struct findings *findings, const struct catalogue *catalogue, struct err *err);

/* What concerns one account, in any order. */
enum err_code findings_account(struct findings *findings, const struct month_account *account, struct err *err);

/* Usage without an account, and other rows without one. */
enum err_code findings_orphan(struct findings *findings, const struct month_orphan *orphan, struct err *err);
enum err_code findings_orphan_row(struct findings *findings, const struct orphan_row *row, struct err *err);

/* R2: an adjustment in a month before its account was created. */
enum err_code findings_early_adjustment(struct findings *findings, const struct orphan_row *row, struct err *err);

/* What concerns all of the month's accounts at once, told when all are billed. */
enum err_code findings_across(struct findings *findings, struct usage_edges edges, struct err *err);

/* What concerns the run as a whole, after its last account: what was changed since the last run of the month,
 * and tax rates that nobody has reviewed. */
enum err_code findings_end(struct findings *findings, struct err *err);

void findings_release(struct findings *findings);

#endif
