/*
 * merging_internal.h - a merge at work, as the files of merging*.c see it.
 */
#ifndef MONTHEND_BATCH_MERGING_INTERNAL_H
#define MONTHEND_BATCH_MERGING_INTERNAL_H

#include <stdbool.h>

#include "batch/digest.h"
#include "batch/merging.h"
#include "schema/store_facts.h"
#include "schema/store_shard.h"

#define BILL_BYTES 16 /* of a bill's digest: two bills do not share them by chance */

struct merging_bill { /* of one account, as its shard has it */
    uint8_t digest[BILL_BYTES];
    bool there;
};

struct merging_month { /* a month's usage, as a shard's database had it */
    int32_t shard; /* from 0 */
    struct shard_month usage;
};

struct merging {
    const char *first_path;   /* the first file, which the others are held against */
    struct shard_head first;
    const char **paths;       /* of shard 1 .. count */
    struct shard_head *heads; /* the same */
    int32_t count;
    bool divided;             /* each shard had a database of its own; otherwise one that holds them all */
    struct merging_month *months;
    size_t month_count;
    size_t months_max;
    struct store *store;      /* that issues */
    const struct catalogue *catalogue;
    struct account_numbers *numbers;
    struct merging_bill *bills; /* by account number */
    size_t account_count;
};

/* "shards/2.result: shard 2/4" */
#define SHARD_PLACE_MAX 400
void merging_place(const struct merging *merging, int32_t shard, char out[SHARD_PLACE_MAX]);

/* Does the database hold the usage that the shards have read, and no more of what was known? And the same catalogue. */
ERR_MUST_USE enum err_code merging_compare(const struct merging *merging, struct policies policies, struct err *err);

/* A month as a shard's database had it; one without events where it had none. */
const struct shard_month *merging_month_of(const struct merging *merging, int32_t shard, int32_t month);

/* What the shards saw of the usage of the months from usage.month_first on: usage.unseen and usage.seen. */
ERR_MUST_USE enum err_code merging_see(const struct merging *merging, struct month_usage usage, struct err *err);

#endif
