/*
 * The second way: every bill of a run computed again in SQL (schema/verify/),
 * without code of lib/, and laid beside what the run issued and noted.
 */
#ifndef MONTHEND_SCHEMA_STORE_SECOND_WAY_H
#define MONTHEND_SCHEMA_STORE_SECOND_WAY_H

#include <stdint.h>

#include "schema/store.h"

#define DIFFERENCE_VALUE_MAX 512

/* One value that is not what the facts as of the run say. */
struct difference {
    const char *account_id;
    const char *place; /* "statement", "line 3", "sum of plan pro" */
    const char *what;  /* "amount", "credits" */
    char expected[DIFFERENCE_VALUE_MAX]; /* by the second way: amounts and credits as decimals; "nothing" */
    char stored[DIFFERENCE_VALUE_MAX];   /* in the database */
};

typedef enum err_code (*difference_visit)(void *context, const struct difference *difference, struct err *err);

struct second_way_counts {
    int64_t accounts;    /* computed */
    int64_t documents;   /* of their month, until the run */
    int64_t lines;       /* expected on them */
    int64_t differences;
};

/* How much temporary space computing the month's runs will take at most, in bytes; month 0: of the month that takes most. */
ERR_MUST_USE enum err_code second_way_space(struct store *store, int32_t month, int64_t *bytes, struct err *err);

/*
 * Compute the bills of a run that has issued a second way, and visit each difference, by account.
 * Reads the store's database and writes temporary tables of its connection,
 * which stay there until the next run: the month's usage in temp.month_usage.
 */
ERR_MUST_USE enum err_code second_way_run(struct store *store, int32_t run, difference_visit visit, void *context,
                                          struct second_way_counts *counts, struct err *err);

#endif
