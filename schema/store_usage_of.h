/*
 * store_usage_of.h - the events of a few accounts, row by row: through the parts
 * (0025_usage_parts.sql) where there are any, and by reading the rows that no
 * part covers. For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_USAGE_OF_H
#define MONTHEND_SCHEMA_STORE_USAGE_OF_H

#include <stddef.h>
#include <stdint.h>

#include "schema/store_usage.h"

struct usage_row {
    int64_t key;
    int32_t month;         /* of the key, yyyymm */
    int32_t account;
    int32_t model;
    int64_t at;            /* instant */
    int64_t quantity;      /* millionths */
    int64_t tokens;        /* or TOKENS_NONE (lib/usage.h) */
    int64_t credits_shown; /* hundredths, or SHOWN_NONE */
    int64_t recorded_at;
};

struct usage_of {
    int32_t month_first;
    int32_t month;           /* the last one */
    const int32_t *accounts; /* numbers, ascending */
    size_t account_count;
    int64_t as_of;           /* rows known at it */
};

typedef enum err_code (*usage_row_visit)(void *context, const struct usage_row *row, struct err *err);

/*
 * Visit the rows of these accounts that are known at the as-of, voided ones
 * among them: month by month, within one in no order that matters. A row's
 * values are what the tables' checks allow.
 *
 * Cost: the rows of these accounts, and every row that no part covers.
 * ERR_DATA: the database is damaged.
 */
ERR_MUST_USE enum err_code usage_of_accounts(struct store *store, struct usage_of of, usage_row_visit visit, void *context,
                                             struct err *err);

#endif
