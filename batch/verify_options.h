/*
 * verify_options.h - the arguments of the command verify.
 */
#ifndef MONTHEND_BATCH_VERIFY_OPTIONS_H
#define MONTHEND_BATCH_VERIFY_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"

struct verify_options {
    bool help;
    bool quiet;
    const char *database;
    int32_t month;       /* or MONTH_NONE: all */
    const char *reports; /* or NULL: the files are not read */
    const char *head;    /* or NULL: a link or seal of earlier */
    int threads;         /* 1: one claim after the other */
};

/* ERR_USAGE: what is wrong, and where to look. */
ERR_MUST_USE enum err_code verify_options_parse(int argc, char **argv, struct verify_options *options, struct err *err);

#endif
