/*
 * Owns reading facts ahead: a ring of blocks of accounts, filled by one thread
 * and emptied by another. A block owns what its accounts point to.
 */
#include "schema/store_facts_ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "schema/store_memory.h"

#define BLOCKS 4
#define BLOCK_ACCOUNTS 128 /* few enough to stay in the cache between the two threads */

struct block {
    struct account_facts accounts[BLOCK_ACCOUNTS];
    size_t count; /* fewer than BLOCK_ACCOUNTS: the last one */
    struct arena memory;
};

struct facts_ahead {
    struct facts_stream *stream; /* the reading thread's, like its error until it has ended */
    struct err err;
    pthread_t thread;
    bool threaded;
    pthread_mutex_t mutex;
    pthread_cond_t moved;  /* one of these three: */
    size_t filled;         /* blocks, since the beginning */
    size_t emptied;
    bool closing;
    size_t next;           /* account of the block at hand */
    struct block blocks[BLOCKS];
};

/* Copies of `count` items of `bytes` each; NULL: no memory. */
static void *items_copy(struct arena *memory, const void *items, size_t count, size_t bytes)
{
    void *copy = arena_bytes(memory, count * bytes);

    return copy == NULL || count == 0 ? copy : memcpy(copy, items, count * bytes);
}

/* *text as a copy of it; false: no memory. */
static bool text_copy(struct arena *memory, const char **text)
{
    *text = arena_text(memory, *text);
    return *text != NULL;
}

static bool addresses_copy(struct arena *memory, struct account_facts *facts)
{
    struct address_fact *items = items_copy(memory, facts->addresses, facts->address_count, sizeof *items);
    bool done = items != NULL;

    for (size_t i = 0; i < facts->address_count && done; i++) {
        done = text_copy(memory, &items[i].address_id) && text_copy(memory, &items[i].country) &&
               text_copy(memory, &items[i].region) && text_copy(memory, &items[i].tax_number);
    }
    facts->addresses = items;
    return done;
}

static bool changes_copy(struct arena *memory, struct account_facts *facts)
{
    struct plan_change_fact *items = items_copy(memory, facts->changes, facts->change_count, sizeof *items);
    bool done = items != NULL;

    for (size_t i = 0; i < facts->change_count && done; i++) {
        done = text_copy(memory, &items[i].change_id) && text_copy(memory, &items[i].plan_code);
    }
    facts->changes = items;
    return done;
}

static bool settings_copy(struct arena *memory, struct account_facts *facts)
{
    struct overage_setting_fact *items = items_copy(memory, facts->settings, facts->setting_count, sizeof *items);
    bool done = items != NULL;

    for (size_t i = 0; i < facts->setting_count && done; i++) {
        done = text_copy(memory, &items[i].setting_id);
    }
    facts->settings = items;
    return done;
}

static bool grants_copy(struct arena *memory, struct account_facts *facts)
{
    struct credit_grant_fact *items = items_copy(memory, facts->grants, facts->grant_count, sizeof *items);
    bool done = items != NULL;

    for (size_t i = 0; i < facts->grant_count && done; i++) {
        done = text_copy(memory, &items[i].grant_id) && text_copy(memory, &items[i].reason);
    }
    facts->grants = items;
    return done;
}

static bool payments_copy(struct arena *memory, struct account_facts *facts)
{
    struct payment_fact *items = items_copy(memory, facts->payments, facts->payment_count, sizeof *items);
    bool done = items != NULL;

    for (size_t i = 0; i < facts->payment_count && done; i++) {
        done = text_copy(memory, &items[i].payment_id) && text_copy(memory, &items[i].currency) &&
               text_copy(memory, &items[i].reference);
    }
    facts->payments = items;
    return done;
}

static bool adjustments_copy(struct arena *memory, struct account_facts *facts)
{
    struct adjustment_fact *items = items_copy(memory, facts->adjustments, facts->adjustment_count, sizeof *items);
    bool done = items != NULL;

    for (size_t i = 0; i < facts->adjustment_count && done; i++) {
        done = text_copy(memory, &items[i].adjustment_id) && text_copy(memory, &items[i].currency) &&
               text_copy(memory, &items[i].reason) && text_copy(memory, &items[i].approved_by);
    }
    facts->adjustments = items;
    return done;
}

/* The account at hand of the stream, with all that it points to. */
static bool account_copy(struct block *block, const struct account_facts *facts)
{
    struct account_facts *copy = &block->accounts[block->count];
    struct arena *memory = &block->memory;

    *copy = *facts;
    if (!text_copy(memory, &copy->account_id) || !text_copy(memory, &copy->name) || !text_copy(memory, &copy->currency) ||
        !addresses_copy(memory, copy) || !changes_copy(memory, copy) || !settings_copy(memory, copy) ||
        !grants_copy(memory, copy) || !payments_copy(memory, copy) || !adjustments_copy(memory, copy)) {
        return false;
    }
    block->count++;
    return true;
}

/* Until the block is full, or there are no more: then it is not. */
static enum err_code block_fill(struct facts_ahead *ahead, struct block *block, struct err *err)
{
    const struct account_facts *facts = NULL;

    arena_reset(&block->memory);
    block->count = 0;
    while (block->count < BLOCK_ACCOUNTS) {
        if (facts_next(ahead->stream, &facts, err) != ERR_NONE || facts == NULL) {
            return err->code;
        }
        if (!account_copy(block, facts)) {
            return no_memory(err);
        }
    }
    return ERR_NONE;
}

/* Wait for room for another block; false: nobody wants one any more. */
static bool room_wait(struct facts_ahead *ahead)
{
    pthread_mutex_lock(&ahead->mutex);
    while (ahead->filled - ahead->emptied == BLOCKS && !ahead->closing) {
        pthread_cond_wait(&ahead->moved, &ahead->mutex);
    }
    bool wanted = !ahead->closing;
    pthread_mutex_unlock(&ahead->mutex);
    return wanted;
}

static void count_up(struct facts_ahead *ahead, size_t *counter)
{
    pthread_mutex_lock(&ahead->mutex);
    (*counter)++;
    pthread_cond_signal(&ahead->moved);
    pthread_mutex_unlock(&ahead->mutex);
}

static void *read_ahead(void *context)
{
    struct facts_ahead *ahead = context;
    bool more = true;

    while (more && room_wait(ahead)) {
        struct block *block = &ahead->blocks[ahead->filled % BLOCKS];

        more = block_fill(ahead, block, &ahead->err) == ERR_NONE && block->count == BLOCK_ACCOUNTS;
        if (ahead->err.code != ERR_NONE) {
            block->count = 0; /* what was read before the error is nobody's business */
        }
        count_up(ahead, &ahead->filled);
    }
    return NULL;
}

enum err_code facts_ahead_open(struct store *store, struct facts_query query, bool threaded, struct facts_ahead **ahead,
                               struct err *err)
{
    struct facts_ahead *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return no_memory(err);
    }
    pthread_mutex_init(&opened->mutex, NULL);
    pthread_cond_init(&opened->moved, NULL);
    if (facts_open(store, query, &opened->stream, err) != ERR_NONE) {
        facts_ahead_close(opened);
        return err->code;
    }
    opened->threaded = threaded && pthread_create(&opened->thread, NULL, read_ahead, opened) == 0;
    *ahead = opened;
    return ERR_NONE;
}

/* Done with the block at hand, if there was one, and the next one is filled. */
static struct block *block_wait(struct facts_ahead *ahead)
{
    pthread_mutex_lock(&ahead->mutex);
    while (ahead->filled == ahead->emptied) {
        pthread_cond_wait(&ahead->moved, &ahead->mutex);
    }
    pthread_mutex_unlock(&ahead->mutex);
    return &ahead->blocks[ahead->emptied % BLOCKS];
}

enum err_code facts_ahead_next(struct facts_ahead *ahead, const struct account_facts **facts, struct err *err)
{
    if (!ahead->threaded) {
        return facts_next(ahead->stream, facts, err);
    }
    if (ahead->next == BLOCK_ACCOUNTS) {
        count_up(ahead, &ahead->emptied);
        ahead->next = 0;
    }
    struct block *block = block_wait(ahead);
    if (ahead->next < block->count) {
        *facts = &block->accounts[ahead->next++];
        return ERR_NONE;
    }
    if (ahead->err.code != ERR_NONE) { /* the last block: its thread has written it */
        *err = ahead->err;
        return err->code;
    }
    *facts = NULL;
    return ERR_NONE;
}

const struct account_facts *facts_ahead_coming(const struct facts_ahead *ahead)
{
    const struct block *block = &ahead->blocks[ahead->emptied % BLOCKS]; /* the one at hand: nobody fills it */

    return ahead->threaded && ahead->next < block->count ? &block->accounts[ahead->next] : NULL;
}

void facts_ahead_close(struct facts_ahead *ahead)
{
    if (ahead == NULL) {
        return;
    }
    if (ahead->threaded) {
        pthread_mutex_lock(&ahead->mutex);
        ahead->closing = true;
        pthread_cond_signal(&ahead->moved);
        pthread_mutex_unlock(&ahead->mutex);
        pthread_join(ahead->thread, NULL);
    }
    facts_close(ahead->stream);
    for (size_t i = 0; i < BLOCKS; i++) {
        arena_release(&ahead->blocks[i].memory);
    }
    pthread_cond_destroy(&ahead->moved);
    pthread_mutex_destroy(&ahead->mutex);
    free(ahead);
}
