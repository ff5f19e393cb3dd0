/*
 * Owns the order of accounts that nobody has.
 */
#include "batch/orphans.h"

#include <stdlib.h>
#include <string.h>

#include "batch/room.h"
#include "schema/store_facts.h"

enum err_code orphans_add(struct orphans *orphans, struct store *store, int32_t account, struct err *err)
{
    if (room_grow(&orphans->items, &orphans->max, orphans->count + 1, sizeof *orphans->items, err) != ERR_NONE) {
        return err->code;
    }
    struct orphan *added = &orphans->items[orphans->count++];
    added->account = account;
    return account_id_of(store, account, added->account_id, err);
}

static int by_account_id(const void *left, const void *right)
{
    const struct orphan *a = left, *b = right;

    return strcmp(a->account_id, b->account_id);
}

void orphans_sort(struct orphans *orphans)
{
    if (orphans->count > 1) {
        qsort(orphans->items, orphans->count, sizeof *orphans->items, by_account_id);
    }
}

void orphans_release(struct orphans *orphans)
{
    free(orphans->items);
    *orphans = (struct orphans){0};
}
