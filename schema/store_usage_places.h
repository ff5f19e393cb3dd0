/*
 * store_usage_places.h - the bytes of a row of usage_places
 * (0025_usage_parts.sql): the head of a block, and an event in it. For the files
 * of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_USAGE_PLACES_H
#define MONTHEND_SCHEMA_STORE_USAGE_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/store_usage_of.h"

#define BLOCK_BITS 2
#define BLOCK_ACCOUNTS (1 << BLOCK_BITS)
#define PART_PLACE_BITS 29 /* of the block's number, below that of the part */
#define NUMBER_BYTES 4

/* The head of a block, numbers of four bytes: its place, low and high half; where each account's events begin and where the
 * last one's end, in bytes behind the head. */
#define BLOCK_HEAD_NUMBERS (2 + BLOCK_ACCOUNTS + 1)
#define BLOCK_HEAD_BYTES (BLOCK_HEAD_NUMBERS * NUMBER_BYTES)

static inline int64_t place_of(int64_t part, int32_t account)
{
    return (int64_t)((uint64_t)part << PART_PLACE_BITS) + (account >> BLOCK_BITS);
}

static inline void number_put(unsigned char *bytes, size_t index, uint32_t number)
{
    for (int i = 0; i < NUMBER_BYTES; i++) {
        bytes[index * NUMBER_BYTES + (size_t)i] = (unsigned char)(number >> (8 * i));
    }
}

static inline uint32_t number_get(const unsigned char *bytes, size_t index)
{
    uint32_t number = 0;

    for (int i = 0; i < NUMBER_BYTES; i++) {
        number |= (uint32_t)bytes[index * NUMBER_BYTES + (size_t)i] << (8 * i);
    }
    return number;
}

/* The block's place, and where the account's events lie behind its head: *from to before *end. False: these are not
 * `length` bytes of the account's block. */
bool block_find(const unsigned char *bytes, size_t length, int64_t place, int32_t account, size_t *from, size_t *end);

#define EVENT_BYTES_MAX 70 /* seven values of at most ten bytes */

/*
 * An event's row as bytes: how far its key is from `key_before`, at least 0; the model, the time in the month, the quantity, the tokens and the credits
 * shown, both plus one; when it was recorded, as seen from when it happened.
 * Each value takes seven bits a byte, the lowest first, and the high bit says that
 * more follow. Month and account are its place's. Every row that usage_rows can hold
 * can be written so, sound or not; returns how many bytes it took.
 */
size_t event_put(unsigned char bytes[EVENT_BYTES_MAX], const struct usage_row *row, int64_t key_before, int64_t month_start);

/* Reads what event_put() wrote from *at on, moves *at behind it and *row on from the one before: of that the key counts, and
 * month and account stay. False: no event lies there, before `end`. */
bool event_get(const unsigned char **at, const unsigned char *end, int64_t month_start, struct usage_row *row);

#endif
