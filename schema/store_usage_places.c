/*
 * Owns how an account's events are laid out as bytes (0025_usage_parts.sql).
 */
#include "schema/store_usage_places.h"

#define VALUE_BITS 7
#define MORE 0x80u
#define VALUE_BYTES_MAX 10

static size_t value_put(unsigned char *bytes, uint64_t value)
{
    size_t length = 0;

    for (; value >= MORE; value >>= VALUE_BITS) {
        bytes[length++] = (unsigned char)(value | MORE);
    }
    bytes[length++] = (unsigned char)value;
    return length;
}

static bool value_get(const unsigned char **at, const unsigned char *end, uint64_t *value)
{
    *value = 0;
    for (int i = 0; i < VALUE_BYTES_MAX && *at < end; i++) {
        unsigned char byte = *(*at)++;

        *value |= (uint64_t)(byte & (MORE - 1)) << (VALUE_BITS * i);
        if (byte < MORE) {
            return true;
        }
    }
    return false;
}

/* Small numbers of either sign as small ones: 0, -1, 1, -2, 2 ... */
static uint64_t from_signed(int64_t number)
{
    return number < 0 ? ~((uint64_t)number << 1) : (uint64_t)number << 1;
}

static int64_t to_signed(uint64_t value)
{
    return (int64_t)((value & 1) != 0 ? ~(value >> 1) : value >> 1);
}

bool block_find(const unsigned char *bytes, size_t length, int64_t place, int32_t account, size_t *from, size_t *end)
{
    size_t slot = 2 + ((size_t)account & (BLOCK_ACCOUNTS - 1));

    if (length < BLOCK_HEAD_BYTES || number_get(bytes, 0) != (uint32_t)place || number_get(bytes, 1) != (uint32_t)(place >> 32)) {
        return false;
    }
    *from = BLOCK_HEAD_BYTES + (size_t)number_get(bytes, slot);
    *end = BLOCK_HEAD_BYTES + (size_t)number_get(bytes, slot + 1);
    return *from <= *end && *end <= length;
}

size_t event_put(unsigned char bytes[EVENT_BYTES_MAX], const struct usage_row *row, int64_t key_before, int64_t month_start)
{
    size_t length = value_put(bytes, (uint64_t)row->key - (uint64_t)key_before);

    length += value_put(bytes + length, (uint64_t)row->model);
    length += value_put(bytes + length, (uint64_t)row->at - (uint64_t)month_start);
    length += value_put(bytes + length, (uint64_t)row->quantity);
    length += value_put(bytes + length, (uint64_t)row->tokens + 1);
    length += value_put(bytes + length, (uint64_t)row->credits_shown + 1);
    length += value_put(bytes + length, from_signed((int64_t)((uint64_t)row->recorded_at - (uint64_t)row->at)));
    return length;
}

bool event_get(const unsigned char **at, const unsigned char *end, int64_t month_start, struct usage_row *row)
{
    enum { KEY, MODEL, AT, QUANTITY, TOKENS, SHOWN, RECORDED, VALUES };
    uint64_t values[VALUES];

    for (int i = 0; i < VALUES; i++) {
        if (!value_get(at, end, &values[i])) {
            return false;
        }
    }
    uint64_t instant = (uint64_t)month_start + values[AT];
    int64_t key_before = row->key;
    row->key = (int64_t)((uint64_t)key_before + values[KEY]);
    row->model = values[MODEL] <= INT32_MAX ? (int32_t)values[MODEL] : -1; /* no model's number */
    row->at = (int64_t)instant;
    row->quantity = (int64_t)values[QUANTITY];
    row->tokens = (int64_t)(values[TOKENS] - 1);
    row->credits_shown = (int64_t)(values[SHOWN] - 1);
    row->recorded_at = (int64_t)(instant + (uint64_t)to_signed(values[RECORDED]));
    return row->key >= key_before;
}
