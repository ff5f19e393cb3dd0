/*
 * The accounts that a run held.
 */
#include "batch/held.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/store_runs.h"

static enum err_code add(void *context, const char *account_id, const char *reason, struct err *err)
{
    struct held_set *set = context;

    (void)reason;
    if (set->count == set->max) {
        size_t wanted = 2 * set->max + 16;
        void *grown = realloc(set->ids, wanted * sizeof *set->ids);
        if (grown == NULL) {
            return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
        }
        set->ids = grown;
        set->max = wanted;
    }
    snprintf(set->ids[set->count++], sizeof *set->ids, "%s", account_id);
    return ERR_NONE;
}

enum err_code held_load(struct store *store, int32_t run, struct held_set *set, struct err *err)
{
    return run_held(store, run, add, set, err);
}

static int order_ids(const void *left, const void *right)
{
    return strcmp(left, right);
}

bool held_has(const struct held_set *set, const char *account_id)
{
    return set->count > 0 && bsearch(account_id, set->ids, set->count, sizeof *set->ids, order_ids) != NULL;
}

void held_free(struct held_set *set)
{
    free(set->ids);
    *set = (struct held_set){0};
}
