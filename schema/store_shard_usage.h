/*
 * What tells whether two databases hold the same usage, without reading it
 * again: how many rows each month has, which events are voided, and a few
 * events beside each other.
 */
#ifndef MONTHEND_SCHEMA_STORE_SHARD_USAGE_H
#define MONTHEND_SCHEMA_STORE_SHARD_USAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/shard.h"
#include "schema/store.h"

struct usage_month { /* of a month's usage, whoever's */
    int32_t month;
    int64_t events; /* rows; those of a month are numbered from 0 without a gap */
};

/* Every month up to `month` that has usage, in their order. */
typedef enum err_code (*usage_month_visit)(void *context, struct usage_month month, struct err *err);
ERR_MUST_USE enum err_code usage_months(struct store *store, int32_t month, usage_month_visit visit, void *context,
                                        struct err *err);

/* The key of usage_rows that `number` has in its month. */
int64_t usage_key(int32_t month, int64_t number);

/* The events of a month numbered from `from` on that are known at the as-of, with their accounts. */
typedef enum err_code (*usage_tail_visit)(void *context, int64_t number, const char *account_id, struct err *err);
ERR_MUST_USE enum err_code usage_tail(struct store *store, int32_t month, int64_t from, int64_t as_of,
                                      usage_tail_visit visit, void *context, struct err *err);

/* Voided events: how many, and the sum of a hash of each, modulo 2^64: in any order the same. */
struct voided_sum {
    int64_t events;
    uint64_t sum;
};

/*
 * The events of the months first[k - 1] .. `month` that are known and voided at
 * the as-of, of the accounts of each shard k of `count`, into sums[k - 1]. A
 * first month after `month`: nothing is asked of that shard.
 */
ERR_MUST_USE enum err_code usage_voided_sums(struct store *store, const int32_t *first, int32_t count, int32_t month,
                                             int64_t as_of, struct voided_sum *sums, struct err *err);

struct usage_sample { /* one event */
    int32_t month;
    const char *event_id;
    const char *account_id;
    int64_t at; /* milliseconds since the month's start */
    const char *model;
    int64_t quantity;
    int64_t tokens; /* or TOKENS_NONE */
    int64_t recorded_at;
    int64_t number; /* within its month, as it came */
};

/* The first and the last events of a month, by event_id, of those known at the as-of. */
typedef enum err_code (*usage_sample_visit)(void *context, const struct usage_sample *sample, struct err *err);
ERR_MUST_USE enum err_code usage_samples(struct store *store, int32_t month, int64_t as_of, usage_sample_visit visit,
                                         void *context, struct err *err);

/* The event of the sample's id as it is there: with the same content, whatever its number; *number is -1 where it is not. */
ERR_MUST_USE enum err_code usage_sample_find(struct store *store, const struct usage_sample *sample, int64_t *number,
                                             struct err *err);

#endif
