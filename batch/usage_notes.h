/*
 * What a run notes of usage for the runs after it: how far it saw each month's,
 * what its month's events came to, and what its month left of grants.
 */
#ifndef MONTHEND_BATCH_USAGE_NOTES_H
#define MONTHEND_BATCH_USAGE_NOTES_H

#include "batch/month.h"
#include "schema/store_learned.h"

/* After month_read_usage, of a run that issues; learned: what a reprocessing learned, or NULL. */
ERR_MUST_USE enum err_code usage_notes_issue(struct store *store, const struct month *month, const struct learned *learned,
                                             struct err *err);

/* R19: what the month leaves of the account's grants that were part of it; nothing of an account that is held. */
ERR_MUST_USE enum err_code usage_notes_grants(struct store *store, int32_t month, const struct month_account *account,
                                              struct err *err);

#endif
