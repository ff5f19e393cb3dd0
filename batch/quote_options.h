/*
 * quote_options.h - the arguments of the command quote.
 */
#ifndef MONTHEND_BATCH_QUOTE_OPTIONS_H
#define MONTHEND_BATCH_QUOTE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"

struct quote_options {
    bool help;
    const char *database;
    const char *account_id;
    const char *plan;
    int64_t at;    /* the change's instant; default: the clock. It may lie ahead */
    int64_t as_of; /* default: the clock */
    bool json;
};

/* ERR_USAGE: what is wrong, and where to look. */
ERR_MUST_USE enum err_code quote_options_parse(int argc, char **argv, struct quote_options *options, struct err *err);

#endif
