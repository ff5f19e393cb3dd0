/*
 * The facts of every account (store_facts.h), read ahead on another thread while
 * the caller bills those before. What comes, and in which order, is the same.
 */
#ifndef MONTHEND_SCHEMA_STORE_FACTS_AHEAD_H
#define MONTHEND_SCHEMA_STORE_FACTS_AHEAD_H

#include <stdbool.h>

#include "schema/store_facts.h"

struct facts_ahead;

/*
 * `threaded`: on another thread, if there is one to have; until facts_ahead_close nobody else may use the store then,
 * whose connection is that thread's. Otherwise nothing is read ahead.
 */
ERR_MUST_USE enum err_code facts_ahead_open(struct store *store, struct facts_query query, bool threaded,
                                            struct facts_ahead **ahead, struct err *err);

/* As facts_next(): the next account, which lives until the next call, or NULL at the end. */
ERR_MUST_USE enum err_code facts_ahead_next(struct facts_ahead *ahead, const struct account_facts **facts,
                                            struct err *err);

/* The account that comes after the one at hand, where it is known already; or NULL. For a look ahead, not for use. */
const struct account_facts *facts_ahead_coming(const struct facts_ahead *ahead);

void facts_ahead_close(struct facts_ahead *ahead); /* also before the end; NULL is harmless */

#endif
