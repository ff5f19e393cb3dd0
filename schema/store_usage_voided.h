/*
 * store_usage_voided.h - which rows of usage are voided (R7). For the files of
 * schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_USAGE_VOIDED_H
#define MONTHEND_SCHEMA_STORE_USAGE_VOIDED_H

#include "schema/store.h"
#include "schema/store_memory.h"

/* The keys (int64_t) of the rows in `ranges` that a void known at the as-of
 * names, ascending; a key may stand there twice. The caller releases *keys.
 * Cost: a place in usage_ids for each void, but when the same was asked last and
 * nothing came since. */
ERR_MUST_USE enum err_code usage_voided(struct store *store, const struct rows *ranges, int64_t as_of,
                                        struct rows *keys, struct err *err);

/* Is the key one of those? */
bool usage_is_voided(const struct rows *voided, int64_t key);

/* Forget what was found last. */
void usage_voided_drop(struct store *store);

#endif
