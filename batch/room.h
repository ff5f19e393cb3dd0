/*
 * Room that grows: arrays, and what bill_month() works in, for one account after
 * the other.
 */
#ifndef MONTHEND_BATCH_ROOM_H
#define MONTHEND_BATCH_ROOM_H

#include <stddef.h>

#include "lib/bill.h"
#include "lib/err.h"

/* Make room for `needed` items of `size` bytes in the array that `pointer` points to the pointer of; what was there is
 * kept. ERR_INTERNAL: no memory. */
enum err_code room_grow(void *pointer, size_t *max, size_t needed, size_t size, struct err *err);

struct bill_space { /* starts as {0} */
    struct bill_room room;
    size_t steps_max, balances_max, used_max, lines_max;
};

/* Enough for any account with these facts. */
enum err_code bill_space_for(struct bill_space *space, const struct account_facts *facts, struct err *err);
void bill_space_release(struct bill_space *space);

#endif
