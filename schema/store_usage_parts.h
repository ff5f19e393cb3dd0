/*
 * store_usage_parts.h - the way from an account to its events
 * (0025_usage_parts.sql): how a part is laid out, and the making of one.
 *
 * Reading is store_usage_of.h's.
 */
#ifndef MONTHEND_SCHEMA_STORE_USAGE_PARTS_H
#define MONTHEND_SCHEMA_STORE_USAGE_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/store.h"

#define PART_ROWS_MAX 8388608 /* keys of a part: making it takes some 35 bytes of memory for each event */

struct usage_parts_in {
    int32_t month;
    int64_t part_rows_max; /* 1 .. PART_ROWS_MAX */
    void (*progress)(void *context, int64_t rows_done); /* after each part; may be NULL */
    void *progress_context;
};

struct usage_parts_made {
    int64_t parts;
    int64_t rows;
};

/*
 * Cover the rows of the month that no part covers yet, part by part, each in a
 * transaction of its own: what was made before an error or an interruption
 * stays, and the next call goes on there. Upstream may go on writing; what it
 * writes meanwhile is covered by the next call. store: STORE_WRITE, without a
 * transaction; one caller at a time (batch/lock.h).
 * On error *made says what was made before it. ERR_DATA: the database is damaged.
 */
ERR_MUST_USE enum err_code usage_parts_make(struct store *store, struct usage_parts_in in, struct usage_parts_made *made,
                                            struct err *err);

/* How many rows of the month no part covers. */
ERR_MUST_USE enum err_code usage_rows_uncovered(struct store *store, int32_t month, int64_t *rows, struct err *err);

struct usage_parts_check {
    int64_t parts;
    int64_t rows;
    int64_t wrong_part; /* the first that is not what it was made of; 0: all are */
    int64_t wrong_key;  /* the first whose id does not lie where it is noted; -1: all do */
};

/* Make every part again, without writing, and compare. */
ERR_MUST_USE enum err_code usage_parts_verify(struct store *store, struct usage_parts_check *check, struct err *err);

#endif
