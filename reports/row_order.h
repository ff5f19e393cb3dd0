/*
 * Which rows of a file a sheet shows, and in which order: the largest first,
 * and of many only the largest.
 */
#ifndef MONTHEND_REPORTS_ROW_ORDER_H
#define MONTHEND_REPORTS_ROW_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"

struct row_place {
    int64_t key;    /* the largest comes first */
    int64_t offset; /* of the record in its file; of equal keys the smaller comes first */
};

struct row_order { /* starts with its limit alone */
    size_t limit;  /* rows that are kept, at least 1; SIZE_MAX: all */
    struct row_place *places;
    size_t count;
    size_t room;
};

/* ERR_INTERNAL: no memory. */
ERR_MUST_USE enum err_code row_order_add(struct row_order *order, struct row_place place, struct err *err);

/* All were added: the places are those to show, in their order. */
void row_order_end(struct row_order *order);

void row_order_release(struct row_order *order);

#endif
