/*
 * Owns growing arrays and the arena of texts.
 */
#include "schema/store_memory.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_FIRST 16
#define BLOCK_BYTES ((size_t)65536)

struct arena_block {
    struct arena_block *next;
    size_t used;
    size_t size;
    _Alignas(max_align_t) char bytes[];
};

enum err_code no_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "no memory left; give the program more of it");
}

enum err_code rows_add(struct rows *rows, size_t item_bytes, void **item, struct err *err)
{
    if (rows->count == rows->capacity) {
        size_t capacity = rows->capacity == 0 ? ROWS_FIRST : rows->capacity * 2;
        void *grown = reallocarray(rows->items, capacity, item_bytes);

        if (grown == NULL) {
            return no_memory(err);
        }
        rows->items = grown;
        rows->capacity = capacity;
    }
    *item = memset((char *)rows->items + rows->count * item_bytes, 0, item_bytes);
    rows->count++;
    return ERR_NONE;
}

void rows_release(struct rows *rows)
{
    free(rows->items);
    *rows = (struct rows){0};
}

static struct arena_block *block_add(struct arena *arena, size_t bytes)
{
    size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
    struct arena_block *block = malloc(sizeof *block + size);

    if (block != NULL) {
        *block = (struct arena_block){.next = arena->blocks, .size = size};
        arena->blocks = block;
    }
    return block;
}

/* Room at the end of the last block, or of a new one. */
static char *arena_take(struct arena *arena, size_t bytes)
{
    struct arena_block *block = arena->blocks;

    if (block == NULL || block->size - block->used < bytes) {
        block = block_add(arena, bytes);
    }
    if (block == NULL) {
        return NULL;
    }
    char *room = block->bytes + block->used;
    block->used += bytes;
    return room;
}

const char *arena_text(struct arena *arena, const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = arena_take(arena, bytes);

    return copy == NULL ? NULL : memcpy(copy, text, bytes);
}

void *arena_bytes(struct arena *arena, size_t bytes)
{
    static const size_t ALIGNMENT = _Alignof(max_align_t);
    struct arena_block *block = arena->blocks;

    if (block != NULL && block->used % ALIGNMENT != 0) {
        size_t gap = ALIGNMENT - block->used % ALIGNMENT;

        block->used += gap < block->size - block->used ? gap : block->size - block->used;
    }
    return arena_take(arena, bytes);
}

/* Keeps one block, so that a stream of small accounts never allocates. */
void arena_reset(struct arena *arena)
{
    while (arena->blocks != NULL && arena->blocks->next != NULL) {
        struct arena_block *block = arena->blocks;

        arena->blocks = block->next;
        free(block);
    }
    if (arena->blocks != NULL) {
        arena->blocks->used = 0;
    }
}

void arena_release(struct arena *arena)
{
    arena_reset(arena);
    free(arena->blocks);
    arena->blocks = NULL;
}
