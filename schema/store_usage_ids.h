/*
 * store_usage_ids.h - the way from an event's key to its event_id
 * (0025_usage_parts.sql). For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_USAGE_IDS_H
#define MONTHEND_SCHEMA_STORE_USAGE_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/store.h"

#define ID_KEYS_MAX 33554432 /* keys that one pass over a month's ids places: four bytes of memory for each */

struct usage_ids_in {
    int32_t month;
    int64_t pass_keys_max; /* 1 .. ID_KEYS_MAX */
};

/* Note the anchors of the month's keys that have none yet, as usage_parts_make() makes parts. */
ERR_MUST_USE enum err_code usage_ids_make(struct store *store, struct usage_ids_in in, struct err *err);

/* Are the noted anchors those that the ids lie behind? *wrong_key: of the first that is not, or -1. */
ERR_MUST_USE enum err_code usage_ids_verify(struct store *store, int64_t *wrong_key, struct err *err);

/* The id of keys[index]; visited in no order that matters. */
typedef enum err_code (*usage_id_visit)(void *context, size_t index, const char *event_id, struct err *err);

/*
 * Visit the ids of these keys of one month, ascending. A key without an id is not visited.
 * Cost: a stretch of ids for each; all ids of the month where a key's place is not noted.
 */
ERR_MUST_USE enum err_code usage_ids_of(struct store *store, const int64_t *keys, size_t count, usage_id_visit visit,
                                        void *context, struct err *err);

/* Is it noted where the key's id lies, so that it is found without reading all of the month's? */
ERR_MUST_USE enum err_code usage_id_is_noted(struct store *store, int64_t key, bool *noted, struct err *err);

#endif
