/*
 * What a comparison of two runs says on standard output: every line that is not
 * the same, then counts and sums.
 */
#ifndef MONTHEND_BATCH_DIFF_SUMMARY_H
#define MONTHEND_BATCH_DIFF_SUMMARY_H

#include <stddef.h>
#include <stdint.h>

#include "lib/comparison.h"
#include "lib/err.h"

#define DIFF_CURRENCIES_MAX 256
#define DIFF_CHANGES (CHANGE_CHANGED + 1)

struct diff_sums { /* of all lines in one currency, minor units */
    char currency[4];
    int64_t first_minor;
    int64_t second_minor;
};

struct diff_summary { /* starts as {0} */
    int64_t accounts[DIFF_CHANGES]; /* by what became of them; CHANGE_CHANGED: in both, not with the same lines */
    int64_t lines[DIFF_CHANGES];
    struct diff_sums sums[DIFF_CURRENCIES_MAX]; /* by code */
    size_t sum_count;
};

/* An account's pairs; those that are not the same are printed. ERR_DATA: a sum no longer fits. */
ERR_MUST_USE enum err_code diff_summary_account(struct diff_summary *summary, const char *account_id,
                                                const struct compared_pair *pairs, size_t count, struct err *err);

/* The counts and sums. ERR_DATA: a difference does not fit. */
ERR_MUST_USE enum err_code diff_summary_print(const struct diff_summary *summary, struct err *err);

#endif
