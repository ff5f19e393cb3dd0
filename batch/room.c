/*
 * Owns the growing of arrays.
 */
#include "batch/room.h"

#include <stdlib.h>
#include <string.h>

enum err_code room_grow(void *pointer, size_t *max, size_t needed, size_t size, struct err *err)
{
    if (needed <= *max) {
        return ERR_NONE;
    }
    size_t wanted = needed + needed / 2 + 16;
    void *items = NULL;
    memcpy(&items, pointer, sizeof items); /* the array's pointer, of whatever type */
    void *grown = realloc(items, wanted * size);
    if (grown == NULL) {
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    memcpy(pointer, &grown, sizeof grown);
    *max = wanted;
    return ERR_NONE;
}
