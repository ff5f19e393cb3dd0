/*
 * One shard of a month, computed into its result file: what `close --shard K/N`
 * does. Nothing is issued, and the database is only read.
 */
#ifndef MONTHEND_BATCH_SHARD_H
#define MONTHEND_BATCH_SHARD_H

#include "batch/digest.h"
#include "batch/options.h"
#include "lib/bill.h"
#include "lib/err.h"
#include "lib/facts.h"

/* The digest of what is known of an account and of its bill, by which a merge knows that both are the same. */
void shard_bill_digest(const struct account_facts *facts, const struct bill *bill, const struct catalogue *catalogue,
                       int32_t month, char out[DIGEST_HEX_MAX]);

/*
 * Compute the shard of the options into their result file. One that is there
 * and is of the same shard, month, as-of and version is left as it is, so that
 * a job may be started again.
 * ERR_USAGE: options that a shard needs are missing, or belong to the merge.
 * ERR_CREATE: something else is where the result belongs.
 */
ERR_MUST_USE enum err_code shard_close(const struct options *options, struct err *err);

#endif
