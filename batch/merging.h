/*
 * The results of a month's shards, on their way into one run: which files they
 * are, whether they fit each other and the database that issues, and the sums
 * that they hand over in place of a scan of the usage.
 *
 * The run computes and issues everything as without shards; only what it would
 * have to read all usage for comes from them. Each account is billed from its
 * shard's sums and the database's own facts, and must come to the bill that the
 * shard made.
 */
#ifndef MONTHEND_BATCH_MERGING_H
#define MONTHEND_BATCH_MERGING_H

#include <stddef.h>
#include <stdint.h>

#include "batch/month.h"
#include "lib/err.h"
#include "schema/store_runs.h"

struct merging;

/*
 * Open the results and hold them against each other: all shards of one month,
 * each once, of one as-of, catalogue and version, which is this program's.
 * ERR_DATA: which file, and why; and the errors of shard_file_open().
 */
ERR_MUST_USE enum err_code merging_open(char *const *files, size_t count, struct merging **merging, struct err *err);
void merging_free(struct merging *merging); /* NULL is harmless */

int32_t merging_month(const struct merging *merging);
int64_t merging_as_of(const struct merging *merging);

/* ERR_DATA: the month's runs are others than the shards' database had. */
ERR_MUST_USE enum err_code merging_check_runs(const struct merging *merging, const struct run *runs, size_t count,
                                              struct err *err);

/* Where the month's sums come from: a month_usage_source. The context is what merging_use() was given the store of. */
void merging_use(struct merging *merging, struct store *store);
ERR_MUST_USE enum err_code merging_fill(void *context, struct month_usage usage, struct err *err);

/* ERR_DATA: the account was not billed by its shard, or comes to another bill. For every account of the month. */
ERR_MUST_USE enum err_code merging_check_bill(struct merging *merging, const struct month_account *account,
                                              const struct catalogue *catalogue, struct err *err);

/* After the last account. ERR_DATA: a shard billed an account that the database does not have. */
ERR_MUST_USE enum err_code merging_check_all(struct merging *merging, struct err *err);

#endif
