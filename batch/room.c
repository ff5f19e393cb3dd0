/*
 * Room in memory.
 */
#include "batch/room.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LARGE_PAGE_BYTES ((size_t)1 << 21)

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

void *room_scattered(size_t count, size_t size)
{
    char *room = calloc(count, size);
    size_t gap = (LARGE_PAGE_BYTES - (uintptr_t)room % LARGE_PAGE_BYTES) % LARGE_PAGE_BYTES;

    if (room != NULL && count * size >= gap + LARGE_PAGE_BYTES) {
        size_t pages = (count * size - gap) / LARGE_PAGE_BYTES;

        (void)madvise(room + gap, pages * LARGE_PAGE_BYTES, MADV_HUGEPAGE); /* it works without, too */
    }
    return room;
}
