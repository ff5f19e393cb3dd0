/*
 * import_options.h - the arguments of the command import.
 */
#ifndef MONTHEND_BATCH_IMPORT_OPTIONS_H
#define MONTHEND_BATCH_IMPORT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/shard.h"
#include "schema/store_import.h"

struct import_options {
    bool help;
    const char *database;
    const struct table *table; /* NULL: a directory */
    const char *directory;     /* when table is NULL */
    char **files;              /* otherwise: file_count of them, "-" is standard input */
    int file_count;
    int64_t stamp;       /* --recorded-at, or the clock */
    const char *rejects; /* or NULL */
    bool allow_unterminated;
    struct shard shard;  /* {0, 0}: all accounts */
    bool quiet;
};

/* ERR_USAGE: what is wrong, and where to look. ERR_NO_INPUT: no such directory. */
ERR_MUST_USE enum err_code import_options_parse(int argc, char **argv, struct import_options *options,
                                                struct err *err);

#endif
