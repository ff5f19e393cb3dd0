/*
 * What a run saw, put together from its parts (schema/store_seen.h).
 */
#ifndef MONTHEND_BATCH_SAW_H
#define MONTHEND_BATCH_SAW_H

#include "batch/month.h"
#include "schema/store_learned.h"
#include "schema/store_seen.h"

struct saw_in {
    struct store *store;
    int32_t month;
    int64_t as_of;
    const struct month *usage;          /* after month_read_usage */
    const struct learned *learned;      /* a reprocessing of some accounts, which need not read the usage through; or NULL */
    const struct fact_digest *accounts; /* of those that the run has a statement of */
    bool issues;                        /* collect it with the run's documents */
};

struct saw {
    char facts[DIGEST_TEXT_MAX];
    char catalogue[DIGEST_TEXT_MAX];
};

enum err_code saw_take(struct saw_in in, struct saw *saw, struct err *err);

#endif
