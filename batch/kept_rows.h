/*
 * Rows of one catalogue table in memory: taken and refused as the database
 * would, which knows nothing yet (data.md, "Versions, corrections and voids").
 */
#ifndef MONTHEND_BATCH_KEPT_ROWS_H
#define MONTHEND_BATCH_KEPT_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "schema/store_import.h"

struct kept_row;

struct kept_rows { /* starts with a table and else 0 */
    const struct table *table;
    struct kept_row *rows;
    size_t count;
    size_t capacity;
    size_t *buckets; /* by key: 1 + the row that came last, or 0 */
    size_t bucket_count;
};

/*
 * Offer a row of the table; its texts are copied when it is taken. A row without
 * recorded_at became known at `stamp`. *result says what became of it, in the
 * words of an import:
 *
 *     key and recorded_at   content      ->  outcome
 *     a new key                              ROW_INSERTED
 *     known key, later      another          ROW_CORRECTED
 *     known key, any        the newest's     ROW_DUPLICATE
 *     known key, the same   another          ROW_CONFLICT   also a row older than the newest of its key
 *
 * and ROW_CONFLICT for what the tables of plans and prices refuse: a rank that
 * changes or that two plans have, a price of `free` that is not 0.
 */
ERR_MUST_USE enum err_code kept_rows_write(struct kept_rows *rows, const struct value *values, int64_t stamp,
                                           struct row_result *result, struct err *err);

/* Row `index` when it is the newest of its key; NULL when a later row corrects it. */
const struct value *kept_rows_newest(const struct kept_rows *rows, size_t index);

/* The table's column of this name; it has one (asserted). */
int kept_rows_column(const struct kept_rows *rows, const char *name);

void kept_rows_release(struct kept_rows *rows);

#endif
