/*
 * store_bulk.h - a whole month of events at once, as fast as SQLite writes: for
 * the generator of synthetic months, which knows that its rows are valid and
 * in order. Upstream and the import go the ordinary ways.
 */
#ifndef MONTHEND_SCHEMA_STORE_BULK_H
#define MONTHEND_SCHEMA_STORE_BULK_H

#include <stdint.h>

#include "schema/store.h"

struct store_bulk;

struct bulk_event {
    const char *event_id;  /* greater than the one before, as bytes */
    int64_t account;       /* numbers of bulk_account and bulk_model */
    int64_t model;
    int64_t at;            /* occurred_at: milliseconds since the month's start */
    int64_t quantity;      /* millionths */
    int64_t tokens;        /* or -1: not known */
    int64_t recorded_at;   /* instant, after the as-of of every run */
};

/*
 * Inside store_begin .. store_commit; a transaction that is rolled back leaves
 * the database as it was. Until bulk_close the tables' own insert triggers and
 * checks are out of the way: the caller's values must be within data.md's bounds.
 * ERR_DATA: the month has events already.
 */
ERR_MUST_USE enum err_code bulk_open(struct store *store, int32_t month, struct store_bulk **bulk, struct err *err);

/* The number of an account or a model in the dictionaries, given now where it had none. */
ERR_MUST_USE enum err_code bulk_account(struct store_bulk *bulk, const char *account_id, int64_t *number,
                                        struct err *err);
ERR_MUST_USE enum err_code bulk_model(struct store_bulk *bulk, const char *name, int64_t *number, struct err *err);

/* ERR_DATA: recorded_at is not after the as-of of a run (no backdating). */
ERR_MUST_USE enum err_code bulk_event(struct store_bulk *bulk, const struct bulk_event *event, struct err *err);

/* Put triggers and checks back. Before store_commit, or after an error before store_rollback; NULL is harmless. */
ERR_MUST_USE enum err_code bulk_close(struct store_bulk *bulk, struct err *err);

#endif
