/*
 * The catalogue as known at an as-of (R1, R3).
 */
#ifndef MONTHEND_SCHEMA_STORE_CATALOGUE_H
#define MONTHEND_SCHEMA_STORE_CATALOGUE_H

#include "lib/catalogue.h"
#include "schema/store.h"

/* Read it; catalogue_release() frees what *catalogue then holds. Rows of plans
 * that are not in `plans` are passed over; `free` exists also where it has no row (R2). */
ERR_MUST_USE enum err_code catalogue_read(struct store *store, int64_t as_of, struct catalogue *catalogue, struct err *err);
void catalogue_release(struct catalogue *catalogue);

/* The policies of a month: in force at its first instant, known at the as-of. */
ERR_MUST_USE enum err_code policies_read(struct store *store, int32_t month, int64_t as_of, struct policies *policies,
                            struct err *err);

#endif
