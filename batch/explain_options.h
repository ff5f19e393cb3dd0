/*
 * explain_options.h - the arguments of the command explain.
 */
#ifndef MONTHEND_BATCH_EXPLAIN_OPTIONS_H
#define MONTHEND_BATCH_EXPLAIN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"

enum explain_format { EXPLAIN_FORMAT_TEXT, EXPLAIN_FORMAT_CSV, EXPLAIN_FORMAT_JSON, EXPLAIN_FORMAT_XLSX };

struct explain_options {
    bool help;
    const char *database;
    const char *account_id;
    int32_t month;
    int64_t as_of; /* default: the clock */
    size_t line;   /* from 1; 0: all */
    bool events;
    enum explain_format format;
    const char *out; /* the file of EXPLAIN_FORMAT_XLSX; otherwise NULL */
};

/* ERR_USAGE: what is wrong, and where to look. */
ERR_MUST_USE enum err_code explain_options_parse(int argc, char **argv, struct explain_options *options, struct err *err);

#endif
