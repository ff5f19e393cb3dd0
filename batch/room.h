/*
 * Room in memory: arrays that grow, and large ones that are touched all over.
 */
#ifndef MONTHEND_BATCH_ROOM_H
#define MONTHEND_BATCH_ROOM_H

#include <stddef.h>

#include "lib/err.h"

/*
 * Make room for `needed` items of `size` bytes in the array that `pointer` points
 * to, which has room for *max; what was there is kept. Freed with free().
 */
ERR_MUST_USE enum err_code room_grow(void *pointer, size_t *max, size_t needed, size_t size, struct err *err);

/*
 * Zeroed room whose items are touched in any order: of large pages where there
 * are any, or each touch would look for its page first. NULL: no memory. Freed
 * with free().
 */
void *room_scattered(size_t count, size_t size);

#endif
