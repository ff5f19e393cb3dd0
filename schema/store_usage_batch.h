/*
 * Events in memory as a table that SQL can select from, usage_batch: one statement
 * then inserts thousands of rows, where one for each would cost more than the rows.
 */
#ifndef MONTHEND_SCHEMA_STORE_USAGE_BATCH_H
#define MONTHEND_SCHEMA_STORE_USAGE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/store.h"

#define USAGE_NONE (-1) /* of tokens or credits_shown: NULL */

struct usage_row { /* as the columns of usage_ids and usage_rows */
    const char *event_id; /* the caller's */
    size_t event_id_length;
    int32_t month;
    bool left_out; /* the table has not this row */
    int64_t key;
    int64_t account;
    int64_t model;
    int64_t at;
    int64_t quantity;
    int64_t recorded_at;
    int64_t tokens;
    int64_t credits_shown;
};

/* A row in the order of usage_ids' primary key. */
struct usage_place {
    int32_t month;
    uint64_t beginning; /* of the id, its first eight bytes: most ids differ there */
    const struct usage_row *row;
};

struct usage_batch {
    struct usage_row *rows;
    size_t count;
    const struct usage_place *order; /* of the rows in the table; NULL: as they are */
};

/* Put places[0 .. batch->count) into the order of the primary key; of equal ids the first row stays first (R8). */
void usage_batch_sort(const struct usage_batch *batch, struct usage_place *places);

/*
 * Make the batch the store's table usage_batch (month, event_id, key, account, model,
 * at, quantity, recorded_at, tokens, credits_shown), which shows whatever is in the
 * batch when a statement begins. The batch stays the caller's; it has to be there
 * until usage_batch_forget() or the store is closed.
 */
ERR_MUST_USE enum err_code usage_batch_show(struct store *store, struct usage_batch *batch, struct err *err);
void usage_batch_forget(struct store *store);

#endif
