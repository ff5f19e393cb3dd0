/*
 * The close of a month: what `close` and `merge` have in common. The order:
 * lock; note the run and its as-of (from then on backdating is refused); read
 * one snapshot, bill, check the controls; write the reports under a temporary
 * name and verify them, while the documents move into a transaction; commit;
 * rename.
 */
#ifndef MONTHEND_BATCH_CLOSING_H
#define MONTHEND_BATCH_CLOSING_H

#include <stdbool.h>

#include "batch/merging.h"
#include "batch/options.h"
#include "lib/err.h"

/*
 * Close the month of the options as of their as-of. `merging`: the usage comes
 * from the results of its shards; NULL: it is read. *look: something needs one
 * (exit status 1).
 */
ERR_MUST_USE enum err_code closing_run(const struct options *options, struct merging *merging, bool *look,
                                       struct err *err);

#endif
