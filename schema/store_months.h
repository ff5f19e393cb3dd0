/*
 * store_months.h - the months that are closed as a run knows it, and the runs
 * that closed them: what those that look back may see. For the files of schema/
 * alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_MONTHS_H
#define MONTHEND_SCHEMA_STORE_MONTHS_H

#include <stdint.h>

#include "schema/store.h"
#include "schema/store_memory.h"

/* The runs that issued, of any month, with an as-of before ?1. */
#define RUNS_BEFORE                                                                                                    \
    "FROM runs r JOIN run_ends e ON e.run = r.run AND e.outcome = 'issued' WHERE r.as_of < ?1 "

struct month_run {
    int32_t run;
    size_t month; /* index of its month */
    int64_t as_of;
};

struct closed_months { /* starts as {0} */
    struct rows months; /* int32_t, ascending */
    struct rows runs;   /* struct month_run, by month and sequence */
};

/* Read them; closed_months_release() frees what *closed then holds, also after an error. */
ERR_MUST_USE enum err_code closed_months_read(struct store *store, int64_t as_of, struct closed_months *closed,
                                              struct err *err);
void closed_months_release(struct closed_months *closed);

int32_t closed_month_at(const struct closed_months *closed, size_t index);
const struct month_run *month_run_at(const struct closed_months *closed, size_t index);

#define MONTH_OPEN SIZE_MAX /* not a closed month */

/* The month's index, or MONTH_OPEN. */
size_t closed_month_find(const struct closed_months *closed, int32_t month);

/* How many of the closed months are before this one. */
size_t closed_months_before(const struct closed_months *closed, int32_t month);

#endif
