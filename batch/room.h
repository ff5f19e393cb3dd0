/*
 * Arrays that grow.
 */
#ifndef MONTHEND_BATCH_ROOM_H
#define MONTHEND_BATCH_ROOM_H

#include <stddef.h>

#include "lib/err.h"

/*
 * Make room for `needed` items of `size` bytes; what was there is kept, what is
 * new is not set. `pointer` points to the array's pointer, of whatever type, and
 * *max is how many items there is room for.
 */
ERR_MUST_USE enum err_code room_grow(void *pointer, size_t *max, size_t needed, size_t size, struct err *err);

#endif
