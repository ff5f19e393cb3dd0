/*
 * The accounts that a run held, to find them again in order of account_id.
 */
#ifndef MONTHEND_BATCH_HELD_H
#define MONTHEND_BATCH_HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/err.h"
#include "lib/text.h"
#include "schema/store.h"

struct held_set { /* starts as {0} */
    char (*ids)[ID_BYTES_MAX + 1]; /* ascending */
    size_t count;
    size_t max;
};

enum err_code held_load(struct store *store, int32_t run, struct held_set *set, struct err *err);
bool held_has(const struct held_set *set, const char *account_id);
void held_free(struct held_set *set);

#endif
