/*
 * store_memory.h - room that grows while rows are read: arrays of rows, and an
 * arena for their texts. For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_MEMORY_H
#define MONTHEND_SCHEMA_STORE_MEMORY_H

#include <stddef.h>

#include "lib/err.h"

/* A growing array. Starts as {0}; `items` moves when it grows. */
struct rows {
    void *items;
    size_t count;
    size_t capacity;
};

/*
 * One more item of item_bytes, zeroed, at the end; always the same item_bytes
 * for one array. *item lives until the next rows_add.
 * ERR_INTERNAL: no memory.
 */
ERR_MUST_USE enum err_code rows_add(struct rows *rows, size_t item_bytes, void **item, struct err *err);
void rows_release(struct rows *rows);

struct arena_block;

/* Texts and other things that live until arena_reset. Starts as {0}. */
struct arena {
    struct arena_block *blocks;
};

/* A copy of `text`, or NULL when there is no memory. */
const char *arena_text(struct arena *arena, const char *text);

/* Room for `bytes` bytes of whatever type, or NULL when there is no memory. */
void *arena_bytes(struct arena *arena, size_t bytes);

/* Forget all of them and keep some of the memory for the next ones. */
void arena_reset(struct arena *arena);
void arena_release(struct arena *arena);

/* "no memory" as an error. */
ERR_MUST_USE enum err_code no_memory(struct err *err);

#endif
