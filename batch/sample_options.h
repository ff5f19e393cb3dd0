/*
 * sample_options.h - the arguments of the command sample.
 */
#ifndef MONTHEND_BATCH_SAMPLE_OPTIONS_H
#define MONTHEND_BATCH_SAMPLE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "reports/sample.h"

#define SAMPLE_WANTED_DEFAULT 25

struct sample_options {
    bool help;
    const char *database;
    int32_t month;
    int64_t as_of; /* default: the clock */
    const char *seed;
    size_t wanted;
    enum sample_method method;
    const char *currency; /* or NULL: all */
    const char *out;      /* or NULL */
};

/* ERR_USAGE: what is wrong, and where to look. */
ERR_MUST_USE enum err_code sample_options_parse(int argc, char **argv, struct sample_options *options, struct err *err);

#endif
