/*
 * The arguments of the command diff.
 */
#ifndef MONTHEND_BATCH_DIFF_OPTIONS_H
#define MONTHEND_BATCH_DIFF_OPTIONS_H

#include <stdbool.h>

#include "lib/err.h"

struct diff_options {
    bool help;
    const char *database;  /* NULL: two report directories */
    const char *first;     /* a run as "2025-11/1-close", or a report directory */
    const char *second;
    const char *out;       /* or NULL */
};

/* ERR_USAGE: what is wrong, and where to look. */
ERR_MUST_USE enum err_code diff_options_parse(int argc, char **argv, struct diff_options *options, struct err *err);

#endif
