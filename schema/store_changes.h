/*
 * What was learned between two as-ofs: corrections, voids and rows that came
 * too late for a run, by table. The same two as-ofs always give the same
 * counts, because the database refuses rows recorded at or before a run's.
 */
#ifndef MONTHEND_SCHEMA_STORE_CHANGES_H
#define MONTHEND_SCHEMA_STORE_CHANGES_H

#include <stddef.h>
#include <stdint.h>

#include "schema/store.h"

/* The as-of of the last run of this month that issued before `as_of`, or INSTANT_NONE. */
ERR_MUST_USE enum err_code changes_last_run(struct store *store, int32_t month, int64_t as_of, int64_t *last_as_of,
                                            struct err *err);

/* What was recorded of one table in (after, until]. */
struct table_changes {
    const char *table;   /* lives for ever */
    int64_t corrections; /* rows whose key had an earlier version */
    int64_t voids;       /* of its rows, by their first void, also where the row is not there yet */
    int64_t restamped;   /* rows that imports stamped: recorded, by their own word, before a run that had not seen them */
};

#define CHANGES_MAX 32 /* tables at most */

/* The tables of which something was corrected, voided or restamped, in the order in
 * which a directory is loaded. What upstream itself recorded later than it knew
 * cannot be told. Reads every row of the tables but usage_events. */
ERR_MUST_USE enum err_code changes_read(struct store *store, int64_t after, int64_t until,
                                        struct table_changes changes[CHANGES_MAX], size_t *count, struct err *err);

#endif
