/*
 * store_usage_seen.h - how far a run saw the usage of each month, as it noted
 * (run_usage). For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_USAGE_SEEN_H
#define MONTHEND_SCHEMA_STORE_USAGE_SEEN_H

#include "schema/store_memory.h"
#include "schema/store_runs.h"

/*
 * Adds what `run` noted to *seen (struct usage_seen), by month; nothing of a run that did not note it. The caller
 * releases *seen. `doing`: for the error, if it cannot be read.
 * ERR_DATA: the database is damaged: a month that is none, or a key that is not of its month.
 */
ERR_MUST_USE enum err_code usage_seen_read(struct store *store, int32_t run, const char *doing, struct rows *seen,
                                           struct err *err);

#endif
