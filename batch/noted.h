/*
 * A run at work: noted in the database with its as-of, from when on backdating
 * is refused, and ended by issuing or abandoned.
 */
#ifndef MONTHEND_BATCH_NOTED_H
#define MONTHEND_BATCH_NOTED_H

#include <stdbool.h>

#include "batch/options.h"
#include "batch/past.h"
#include "batch/run.h"
#include "batch/user.h"

struct noted {
    struct store *store;
    int32_t run;
    char name[RUN_NAME_MAX]; /* of its report directory: "2-reprocess" */
    char user[USER_NAME_MAX];
    bool issued;
};

/* Note the run and begin to collect its documents. Afterwards, and also after an error, noted_end() is called. */
enum err_code noted_begin(struct store *store, int32_t month, const char *kind, const struct options *options,
                          struct noted *noted, struct err *err);

/* Issue what was collected, in one transaction with the run's end. */
enum err_code noted_issue(struct noted *noted, const struct run_result *result, struct err *err);

/* Forget what was collected and not issued; a run that issued nothing is abandoned: its as-of no longer counts. The
 * first error is the one to tell. */
enum err_code noted_end(struct noted *noted, struct err *err);

#endif
