/* Sums by key in a table with open addressing: millions of lines, thousands of keys. */
#include "reports/revenue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arith.h"

#define SLOTS_FIRST 256

static uint64_t hash_on(uint64_t hash, const char *text)
{
    for (; *text != '\0'; text++) { /* FNV-1a */
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001B3);
    }
    return hash;
}

static uint64_t key_hash(const struct revenue_key *key)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325) + (uint64_t)key->kind;

    return hash_on(hash_on(hash_on(hash, key->plan), key->country), key->currency);
}

static struct revenue_key key_of(const struct revenue_sum *sum)
{
    return (struct revenue_key){sum->kind, sum->plan, sum->country, sum->currency};
}

static bool key_is(const struct revenue_sum *sum, const struct revenue_key *key)
{
    return sum->kind == key->kind && strcmp(sum->plan, key->plan) == 0 && strcmp(sum->country, key->country) == 0 &&
           strcmp(sum->currency, key->currency) == 0;
}

/* Where the key is or belongs; there is always a free slot. */
static uint32_t *slot_of(const struct revenue *revenue, const struct revenue_key *key)
{
    size_t at = (size_t)key_hash(key) & (revenue->slot_count - 1);

    while (revenue->slots[at] != 0 && !key_is(&revenue->sums[revenue->slots[at] - 1], key)) {
        at = (at + 1) & (revenue->slot_count - 1);
    }
    return &revenue->slots[at];
}

/* Twice the slots; the sums have room for half as many, so that slots are never more than half full. */
static bool grow(struct revenue *revenue)
{
    size_t slot_count = revenue->slot_count == 0 ? SLOTS_FIRST : 2 * revenue->slot_count;
    struct revenue_sum *sums = realloc(revenue->sums, slot_count / 2 * sizeof *sums);
    uint32_t *slots = calloc(slot_count, sizeof *slots);

    revenue->sums = sums == NULL ? revenue->sums : sums;
    if (sums == NULL || slots == NULL) {
        free(slots);
        return false;
    }
    free(revenue->slots);
    revenue->slots = slots;
    revenue->slot_count = slot_count;
    for (size_t i = 0; i < revenue->count; i++) {
        struct revenue_key key = key_of(&revenue->sums[i]);
        *slot_of(revenue, &key) = (uint32_t)i + 1;
    }
    return true;
}

/* The key's sum, made where it is missing; NULL: no memory. */
static struct revenue_sum *sum_of(struct revenue *revenue, const struct revenue_key *key)
{
    if (revenue->count == revenue->slot_count / 2 && !grow(revenue)) {
        return NULL;
    }
    uint32_t *slot = slot_of(revenue, key);
    if (*slot == 0) {
        struct revenue_sum *sum = &revenue->sums[revenue->count++];
        *sum = (struct revenue_sum){.kind = key->kind};
        (void)snprintf(sum->plan, sizeof sum->plan, "%s", key->plan);
        (void)snprintf(sum->country, sizeof sum->country, "%s", key->country);
        (void)snprintf(sum->currency, sizeof sum->currency, "%s", key->currency);
        *slot = (uint32_t)revenue->count;
    }
    return &revenue->sums[*slot - 1];
}

enum err_code revenue_add(struct revenue *revenue, struct revenue_key key, int64_t amount_minor)
{
    struct revenue_sum *sum = sum_of(revenue, &key);

    if (sum == NULL) {
        return ERR_INTERNAL;
    }
    sum->lines++;
    return arith_add(sum->amount_minor, amount_minor, &sum->amount_minor) ? ERR_NONE : ERR_DATA;
}

void revenue_release(struct revenue *revenue)
{
    free(revenue->sums);
    free(revenue->slots);
    memset(revenue, 0, sizeof *revenue);
}
