/*
 * The runs that a month has issued, looked back at: which one is meant, and its
 * report directory written again from the same facts at its stored as-of. A
 * close does so where a crash kept a directory from appearing, the command
 * report whenever it is asked.
 */
#ifndef MONTHEND_BATCH_PAST_H
#define MONTHEND_BATCH_PAST_H

#include <limits.h>
#include <stdbool.h>

#include "batch/run.h"
#include "schema/store_runs.h"

#define RUN_NAME_MAX 32

struct past { /* one month's runs that issued */
    struct store *store;
    int32_t month;
    char out[PATH_MAX];
    int threads;
    bool quiet;
    struct run *runs; /* by sequence; freed with free() */
    size_t run_count;
};

/* "1-close": the name of a run's report directory. */
void past_name(int32_t sequence, const char *kind, char name[RUN_NAME_MAX]);

/*
 * The month's run that `text` names.
 *
 *     text        ->  run
 *     NULL            the last one
 *     "2"             the second
 *     "2-close"       the second, if it was a close
 *
 * ERR_NO_INPUT: the month was never closed, or there is no such run.
 */
ERR_MUST_USE enum err_code past_find(const struct past *past, const char *text, size_t *index, struct err *err);

/* What a run computes that comes after the first `earlier` of the month's runs: who is billed, and from which number on. */
struct run_in past_run_in(const struct past *past, size_t earlier);

/*
 * Is the run's directory there? `bytes`: every byte of it as it was written.
 * *there is false where it is missing.
 *
 * A directory that another version of the program wrote again may differ in its
 * bytes: without `bytes` it is let pass, with them what this version writes counts, too.
 * ERR_CREATE: it is another, or not whole. And the errors of past_write().
 */
ERR_MUST_USE enum err_code past_check(const struct past *past, size_t index, bool bytes, bool *there, struct err *err);

/*
 * Write the missing directory of a run.
 *
 * ERR_INTERNAL: the result is not the run's; or the same version of the program
 * wrote other bytes. Then nothing is left on disk. Otherwise as a run's errors.
 */
ERR_MUST_USE enum err_code past_write(const struct past *past, size_t index, struct err *err);

#endif
