/*
 * Questions about all payments of a month at once: what no account's own
 * payments can tell.
 */
#ifndef MONTHEND_SCHEMA_STORE_PAYMENTS_H
#define MONTHEND_SCHEMA_STORE_PAYMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/store.h"

/* Is any payment of the month known at the as-of, whoever's? */
ERR_MUST_USE enum err_code payments_any(struct store *store, int32_t month, int64_t as_of, bool *any, struct err *err);

/* A reference that payments of several accounts have in common. */
struct shared_reference {
    const char *reference;
    const char *first_account_id; /* the smallest and the greatest of them */
    const char *last_account_id;
    int64_t accounts; /* 2 or more, also such as are not in accounts */
    int64_t payments;
};
typedef enum err_code (*shared_reference_visit)(void *context, const struct shared_reference *shared, struct err *err);

/* Among the month's payments known at the as-of, by reference; an empty one is none.
 * Reads the month's payments twice, by their index, and sorts their references. */
ERR_MUST_USE enum err_code shared_references(struct store *store, int32_t month, int64_t as_of,
                                             shared_reference_visit visit, void *context, struct err *err);

#endif
