/*
 * pending.h - rows that were read and found good and wait to be written, many at
 * once: each with its values, and with its line and fields should it be refused.
 */
#ifndef MONTHEND_BATCH_PENDING_H
#define MONTHEND_BATCH_PENDING_H

#include <stdbool.h>
#include <stddef.h>

#include "batch/csv_read.h"
#include "schema/store_import.h"

struct pending;

/* NULL: no memory. */
struct pending *pending_new(void);
void pending_free(struct pending *pending); /* NULL is harmless */

/*
 * Keep a copy of the row; the texts of `values` are whole fields of it. False: there is
 * no room, or more of it than a row can need is used up: write those that wait first.
 */
bool pending_add(struct pending *pending, const struct csv_row *row, const struct value *values, int value_count);

size_t pending_count(const struct pending *pending);
const struct value (*pending_values(const struct pending *pending))[COLUMNS_MAX];

/* The row of a place, as it was read. It lives until pending_clear(). */
void pending_row(const struct pending *pending, size_t place, struct csv_row *row);
void pending_clear(struct pending *pending);

#endif
