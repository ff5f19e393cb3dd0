/*
 * store_usage_keys.h - which rows of usage a scan has to read. For the files of
 * schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_USAGE_KEYS_H
#define MONTHEND_SCHEMA_STORE_USAGE_KEYS_H

#include "schema/store.h"
#include "schema/store_memory.h"

/* A row's key is its month's index above and a number within the month below (0010_usage.sql). */
#define USAGE_KEY_BITS 36

struct key_range { /* keys of one month, [first, end) */
    int64_t first;
    int64_t end;
};

/* The ranges (struct key_range) of the months that have rows, ascending. The caller releases *ranges. */
ERR_MUST_USE enum err_code usage_ranges(struct store *store, int32_t month_first, int32_t month, struct rows *ranges,
                                        struct err *err);

/* Has a row in `ranges` something in credits_shown? By an index of such rows alone: nothing is scanned. */
ERR_MUST_USE enum err_code usage_has_shown(struct store *store, const struct rows *ranges, bool *has, struct err *err);

#endif
