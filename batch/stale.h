/*
 * Closed months of which something was learned since they were last computed:
 * a reprocessing would look at them again (R28).
 */
#ifndef MONTHEND_BATCH_STALE_H
#define MONTHEND_BATCH_STALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "schema/store.h"

struct stale {
    int64_t since;  /* the as-of of the month's last run that covered everyone */
    size_t accounts; /* of how many something was learned, the catalogue aside */
    bool catalogue; /* the catalogue changed in a way that can reach the month */
};

/* What was learned of a closed month until the as-of. Within a snapshot (store_snapshot_begin). */
enum err_code stale_read(struct store *store, int32_t month, int64_t as_of, struct stale *stale, struct err *err);

bool stale_is(const struct stale *stale);

/* "3 accounts", "the catalogue", "3 accounts and the catalogue" */
#define STALE_TEXT_MAX 64
void stale_words(const struct stale *stale, char out[STALE_TEXT_MAX]);

#endif
