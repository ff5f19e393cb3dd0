/*
 * What a person should look at: the rows of exceptions.csv, found while the
 * month is billed.
 */
#ifndef MONTHEND_BATCH_FINDINGS_H
#define MONTHEND_BATCH_FINDINGS_H

#include "batch/month.h"
#include "reports/exception.h"
#include "schema/store_documents.h"
#include "schema/store_facts.h"

/* Where findings go. */
struct findings {
    enum err_code (*report)(void *context, const struct exception_row *row, struct err *err);
    void *context;
    int32_t month;
    int64_t errors;   /* counted here */
    int64_t warnings;
};

/* Held (R27), unbilled usage (R22), settings that do not count (R20), lines before the account existed (R2). */
enum err_code findings_account(struct findings *findings, const struct month_account *account, struct err *err);

/* Usage without an account, and other rows without one. */
enum err_code findings_orphan(struct findings *findings, const struct month_orphan *orphan, struct err *err);
enum err_code findings_orphan_row(struct findings *findings, const struct orphan_row *row, struct err *err);

/* R28: an account that was billed and would be held now; what was issued stands. */
enum err_code findings_kept(struct findings *findings, const struct month_account *account,
                            const struct issued_account *issued, struct err *err);

/* R2: an adjustment in a month before its account was created. */
enum err_code findings_early_adjustment(struct findings *findings, const struct orphan_row *row, struct err *err);

#endif
