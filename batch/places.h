/*
 * Where the accounts are of which something is asked, a shard's or a few: a table of
 * their usage has room for them alone, whatever numbers they have in the database.
 */
#ifndef MONTHEND_BATCH_PLACES_H
#define MONTHEND_BATCH_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/shard.h"
#include "schema/store.h"

struct places { /* starts as {0} */
    int32_t *of_number; /* or PLACE_ELSEWHERE; NULL: every account's number is its place */
    size_t number_count;
    size_t count; /* places */
};

/* Of all accounts that the database has a number for; shard {0, 0}: each has its place. */
ERR_MUST_USE enum err_code places_read(struct store *store, struct shard shard, struct places *places, struct err *err);
/* From now on only of those of the accounts, numbers in ascending order, that have a place. */
ERR_MUST_USE enum err_code places_restrict(struct places *places, const int32_t *accounts, size_t count, struct err *err);
void places_release(struct places *places);

/* Is the account of this number not asked for? */
bool places_elsewhere(const struct places *places, int32_t number);

/* The place of an account that is not elsewhere (asserted). */
size_t places_of(const struct places *places, int32_t number);

#endif
