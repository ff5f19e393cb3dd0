/*
 * Accounts whose usage no one is billed for, gathered by number and told in
 * order of account_id.
 */
#ifndef MONTHEND_BATCH_ORPHANS_H
#define MONTHEND_BATCH_ORPHANS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/text.h"
#include "schema/store.h"

struct orphan {
    char account_id[ID_BYTES_MAX + 1];
    int32_t account; /* its number */
};

struct orphans { /* starts as {0} */
    struct orphan *items;
    size_t count;
    size_t max;
};

ERR_MUST_USE enum err_code orphans_add(struct orphans *orphans, struct store *store, int32_t account, struct err *err);
void orphans_sort(struct orphans *orphans);
void orphans_release(struct orphans *orphans);

#endif
