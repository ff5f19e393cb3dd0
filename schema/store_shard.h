/*
 * The result file of a shard: written once, whole or not at all, and read by a
 * merge. schema/shard/result.sql documents what is in it. It holds its own
 * SHA-256, so that a file that was cut or damaged on its way is known.
 */
#ifndef MONTHEND_SCHEMA_STORE_SHARD_H
#define MONTHEND_SCHEMA_STORE_SHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/fact_digest.h"
#include "lib/shard.h"
#include "lib/usage.h"
#include "schema/store_runs.h"
#include "schema/store_shard_usage.h"
#include "schema/store_usage.h"

struct shard_head { /* what the shard is and what it saw of all its accounts */
    struct shard shard;
    int32_t month;
    int64_t as_of;
    char program_version[32];
    char rules_version[32];
    char catalogue[DIGEST_TEXT_MAX];
    int64_t runs;        /* of the month, that its database had issued */
    int32_t first_month; /* the earliest whose usage it read */
    struct usage_counts counts;
    struct usage_edges edges;
    struct usage_day days[USAGE_DAYS_MAX];
    struct voided_sum voided;
    int64_t accounts;
    char digest[DIGEST_TEXT_MAX]; /* of the file; read, not written */
};

struct shard_model {
    const char *model; /* its name */
    struct usage_model_cell sums;
};

struct shard_account {
    const char *account_id;
    const char *bill;          /* digest of it and its bill; "": it has no row in accounts */
    const char *unknown_model; /* "": none */
    int64_t unknown_at;
    int64_t unknown_events;
    const struct shard_model *models; /* those with events */
    size_t model_count;
    const struct usage_cell *cells;
    size_t cell_count;
};

/* A month's usage in the shard's database, whoever's. */
struct shard_month {
    int32_t month;
    int64_t events; /* rows */
    int64_t seen;   /* of a month that was read: those before the first that is not known at the as-of */
    struct fact_digest known; /* the same: those known at it */
};

struct shard_file;

/*
 * A new result file. Until shard_file_publish() it has a temporary name beside
 * `path`, which shard_file_end() removes.
 * ERR_CREATE: something is at `path`, or it cannot be created. ERR_BUSY: another
 * process writes it.
 */
ERR_MUST_USE enum err_code shard_file_create(const char *path, struct shard_file **file, struct err *err);

/* Those with a row in accounts, in ascending order of account_id; then those without one. */
ERR_MUST_USE enum err_code shard_file_add(struct shard_file *file, const struct shard_account *account,
                                          struct err *err);
ERR_MUST_USE enum err_code shard_file_add_month(struct shard_file *file, const struct shard_month *month,
                                                struct err *err);
ERR_MUST_USE enum err_code shard_file_add_sample(struct shard_file *file, const struct usage_sample *sample,
                                                 struct err *err);

/* The head, of which `accounts` is counted here; then everything to the disk and under its name. */
ERR_MUST_USE enum err_code shard_file_publish(struct shard_file *file, const struct shard_head *head, struct err *err);
void shard_file_end(struct shard_file *file); /* NULL is harmless */

/*
 * An existing file, all of it held against its digest.
 * ERR_NO_INPUT: there is none. ERR_DATA: not a result file, of another version
 * of its tables, cut short or damaged.
 */
ERR_MUST_USE enum err_code shard_file_open(const char *path, struct shard_file **file, struct shard_head *head,
                                           struct err *err);

/* A file that shard_file_open() has opened before and found to be that of `head`. ERR_DATA: it is another now. */
ERR_MUST_USE enum err_code shard_file_open_again(const char *path, const struct shard_head *head,
                                                 struct shard_file **file, struct err *err);

/* The next account, or NULL at the end; it lives until the next call. */
ERR_MUST_USE enum err_code shard_file_next(struct shard_file *file, const struct shard_account **account,
                                           struct err *err);

typedef enum err_code (*shard_month_visit)(void *context, const struct shard_month *month, struct err *err);
ERR_MUST_USE enum err_code shard_file_months(struct shard_file *file, shard_month_visit visit, void *context,
                                             struct err *err);
ERR_MUST_USE enum err_code shard_file_samples(struct shard_file *file, usage_sample_visit visit, void *context,
                                              struct err *err);

#endif
