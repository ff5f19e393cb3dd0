/*
 * store_usage_places.h - the bytes of a row of usage_places
 * (0025_usage_parts.sql). For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_USAGE_PLACES_H
#define MONTHEND_SCHEMA_STORE_USAGE_PLACES_H

#include <stddef.h>
#include <stdint.h>

#define BLOCK_BITS 5
#define BLOCK_ACCOUNTS (1 << BLOCK_BITS)
#define BLOCK_HEAD_NUMBERS (BLOCK_ACCOUNTS + 1)
#define PART_PLACE_BITS 26 /* of the block's number, below that of the part */
#define NUMBER_BYTES 4

static inline int64_t place_of(int64_t part, int32_t account)
{
    return (part << PART_PLACE_BITS) + (account >> BLOCK_BITS);
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

#endif
