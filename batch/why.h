/*
 * Why a reprocessing finds an account's month otherwise (R28): reads what the
 * run before could see of it and tells the difference in words.
 */
#ifndef MONTHEND_BATCH_WHY_H
#define MONTHEND_BATCH_WHY_H

#include "batch/month.h"
#include "lib/reason.h"
#include "schema/store_documents.h"
#include "schema/store_learned.h"

struct why_in {
    struct store *store;
    int32_t month;
    const struct catalogue *catalogue; /* as known now */
    struct policies policies;
    const struct learned *learned;
    const int32_t *accounts; /* the numbers of those that may be asked for; NULL: all */
    size_t account_count;
};

struct why;

/* Nothing is read until an account is asked for. What `in` points to stays the caller's. */
ERR_MUST_USE enum err_code why_open(struct why_in in, struct why **why, struct err *err);
void why_close(struct why *why); /* NULL is harmless */

/* Accounts in order of account_id. `issued`: what was issued for it before. */
ERR_MUST_USE enum err_code why_account(struct why *why, const struct month_account *account,
                                       const struct issued_account *issued, char words[REASON_TEXT_MAX],
                                       struct err *err);

#endif
