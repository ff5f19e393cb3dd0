/*
 * Owns the division of accounts into shards.
 */
#include "lib/shard.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lib/decimal.h"

int32_t shard_of(const char *account_id, int32_t count)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);
    assert(count >= 1);

    for (const char *at = account_id; *at != '\0'; at++) { /* FNV-1a */
        hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001B3);
    }
    hash ^= hash >> 32; /* the lower bits alone hardly know the last bytes' upper bits */
    return (int32_t)(hash % (uint64_t)count) + 1;
}

bool shard_has(struct shard shard, const char *account_id)
{
    return shard.count <= 1 || shard_of(account_id, shard.count) == shard.index;
}

bool shard_parse(const char *text, size_t length, struct shard *shard)
{
    const char *slash = memchr(text, '/', length);
    int64_t index = 0;
    int64_t count = 0;

    if (slash == NULL) {
        return false;
    }
    size_t before = (size_t)(slash - text);
    if (decimal_parse(text, before, 0, 1, SHARDS_MAX, &index) != DECIMAL_OK ||
        decimal_parse(slash + 1, length - before - 1, 0, 1, SHARDS_MAX, &count) != DECIMAL_OK || index > count) {
        return false;
    }
    *shard = (struct shard){(int32_t)index, (int32_t)count};
    return true;
}

void shard_format(struct shard shard, char out[SHARD_TEXT_MAX])
{
    snprintf(out, SHARD_TEXT_MAX, "%d/%d", (int)shard.index, (int)shard.count);
}
