/*
 * Which accounts belong to which shard, so that a month can be billed in parts:
 * by a hash of the account_id, which everyone computes alike, whatever database
 * an account lies in.
 */
#ifndef MONTHEND_LIB_SHARD_H
#define MONTHEND_LIB_SHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHARDS_MAX 1000
#define SHARD_TEXT_MAX 16 /* "1000/1000" */

struct shard { /* shard `index` of `count`, from 1; {0, 0}: everyone, nothing is divided */
    int32_t index;
    int32_t count;
};

/*
 * The shard of an account, 1 .. count: FNV-1a (64 bits) over the bytes of its
 * account_id, its upper half folded onto its lower one, modulo count.
 *
 *     account_id   count  ->  shard
 *     "acme"           1          1
 *     "acme"           4          1
 *     "anemone"        4          2
 *
 * This never changes: databases are divided by it.
 */
int32_t shard_of(const char *account_id, int32_t count);

/* Is the account one of the shard's? */
bool shard_has(struct shard shard, const char *account_id);

/* "2/4" as a shard; false, *shard untouched: it is none with 1 <= index <= count <= SHARDS_MAX. */
bool shard_parse(const char *text, size_t length, struct shard *shard);

void shard_format(struct shard shard, char out[SHARD_TEXT_MAX]);

#endif
