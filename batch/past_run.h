/*
 * A run that issued, computed again from the same facts: the same result and
 * the same bytes. Report directories that a crash kept from appearing are
 * written so.
 */
#ifndef MONTHEND_BATCH_PAST_RUN_H
#define MONTHEND_BATCH_PAST_RUN_H

#include "batch/run.h"
#include "schema/store_runs.h"

#define RUN_NAME_MAX 32

/* "3-reprocess": the report directory of a run. */
void run_name(int32_t sequence, const char *kind, char out[RUN_NAME_MAX]);

/* The runs of one month, and where reports go. */
struct past_runs {
    struct store *store;
    int32_t month;
    const char *out;
    int threads;
    bool quiet;
    const struct run *runs; /* of the month, by sequence */
    size_t count;
};

/* What run `index` was asked for; `name` is its report directory's, and the caller's. ERR_USAGE: its workbook is of
 * a kind that this version does not know. */
enum err_code past_run_in(const struct past_runs *past, size_t index, char name[RUN_NAME_MAX], struct run_in *in,
                          struct err *err);

/* Write the report directories that are missing, and say so. ERR_CREATE: one that is there is not what its run
 * wrote. ERR_INTERNAL: a run's result is another one now. */
enum err_code past_runs_heal(const struct past_runs *past, struct err *err);

#endif
