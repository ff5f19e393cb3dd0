/*
 * The rows behind an account-month, each with an id and its content in words, to
 * be compared with those of another instant.
 */
#ifndef MONTHEND_BATCH_EXPLAIN_ROWS_H
#define MONTHEND_BATCH_EXPLAIN_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "batch/account_month.h"

struct explain_row {
    const char *table; /* "plan_changes" */
    char *id;          /* of the row within its table */
    char *words;       /* its content */
};

struct explain_rows { /* starts as {0} */
    struct explain_row *rows;
    size_t count;
    size_t max;
    bool no_memory;
};

/* The account's own rows and those of the catalogue that can concern it: its
 * currency, the countries of its addresses and of those it has in `other`, up to
 * the month's end; usage aside. False: no memory. */
bool explain_rows_collect(struct explain_rows *rows, const struct account_month *account,
                          const struct account_facts *other);
void explain_rows_release(struct explain_rows *rows);

#endif
