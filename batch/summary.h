/*
 * What a run says on standard output when it is done.
 */
#ifndef MONTHEND_BATCH_SUMMARY_H
#define MONTHEND_BATCH_SUMMARY_H

#include "batch/run.h"

/* Accounts by status, sums by currency, exceptions. */
void summary_print(const struct run_result *result);

/* The same of a reprocessing (R28): what was learned, documents by kind. */
void summary_print_correction(const struct run_result *result);

/* Its counts, into the log: `message` is "closed". */
void summary_log(const char *message, const struct run_result *result);

/* Is there something that needs a look (exit status 1)? */
bool summary_needs_look(const struct run_result *result);

/* Flush standard output. ERR_IO where it cannot be written. */
enum err_code summary_flush(struct err *err);

#endif
