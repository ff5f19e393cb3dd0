/*
 * What the command sample says on standard output when it is done.
 */
#ifndef MONTHEND_BATCH_SAMPLE_SUMMARY_H
#define MONTHEND_BATCH_SAMPLE_SUMMARY_H

#include "batch/sample_options.h"
#include "batch/sample_pick.h"

struct sample_summary {
    const struct sample_options *options;
    const struct population *population;
    const struct sample *sample;
    const char *runs;   /* "1-close, 2-reprocess" */
    size_t disagreeing; /* documents that are not what their data says */
    const char *out;
};

/* ERR_IO: standard output cannot be written. */
ERR_MUST_USE enum err_code sample_summary_print(const struct sample_summary *summary, struct err *err);

#endif
