/*
 * load.h - one input file into one table: its header understood, every row
 * read and checked, and written through the store or kept in memory; every bad
 * row reported.
 */
#ifndef MONTHEND_BATCH_LOAD_H
#define MONTHEND_BATCH_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "batch/kept_rows.h"
#include "batch/rejects.h"
#include "batch/source.h"
#include "lib/shard.h"
#include "schema/store_import.h"

#define LOAD_REPORTS_MAX 20 /* bad rows of a file that are reported one by one */

struct load_in {
    struct store *store; /* with a write transaction begun */
    struct kept_rows *kept; /* rows go here instead of into the store; or NULL */
    const struct table *table;
    struct source *source;
    int64_t stamp;           /* the instant at which rows without recorded_at became known */
    bool allow_unterminated; /* a last line without a line end is a line */
    bool quiet;              /* no progress */
    struct shard shard;      /* only rows of its accounts, and those of no account; {0, 0}: all */
    struct rejects *rejects; /* where bad rows go while the good ones are imported, or NULL */
    const char *advice;      /* what to do about bad rows, for the message */
};

struct load_counts {
    int64_t rows; /* the header and other shards' rows aside: the sum of the next four */
    int64_t inserted;
    int64_t corrected;
    int64_t duplicates;
    int64_t rejected;
    int64_t elsewhere; /* good rows of other shards' accounts */
    int64_t stamped; /* of the inserted and corrected: recorded at or before a run's as-of */
};

/*
 * Load the file's rows. Bad rows are reported to standard error as
 *
 *     usage_events.csv:17: quantity 'abc' is not a plain decimal number
 *
 * the first LOAD_REPORTS_MAX of them, then their number. Without `rejects` any
 * bad row makes it ERR_DATA, once all rows are read. The caller rolls back
 * after any error. ERR_DATA: also a header or a file that is not as it should be.
 */
ERR_MUST_USE enum err_code load_rows(struct load_in in, struct load_counts *counts, struct err *err);

#endif
