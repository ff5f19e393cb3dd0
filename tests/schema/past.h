/*
 * past.h - a past made by hand for the tests of those that look back: runs,
 * their statements, documents and lines, written with plain SQL.
 */
#ifndef MONTHEND_TESTS_SCHEMA_PAST_H
#define MONTHEND_TESTS_SCHEMA_PAST_H

#include <stdint.h>

#include "tests/schema/fresh.h"

/* Instants of these tests are small: T(7) is after T(6). */
#define T(n) (INT64_C(1000000) * (n))

/* Upstream runs one statement written like printf. */
void past_sql(struct fresh *fresh, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The accounts a, b, c and d, in USD and there from 1970 on. */
void past_accounts(struct fresh *fresh);

/* Note a run; it is at work until past_issued or past_abandoned. */
int past_run(struct fresh *fresh, int32_t month, int64_t as_of);
void past_issued(struct fresh *fresh, int run);
void past_abandoned(struct fresh *fresh, int run);

struct past_statement {
    int run;
    const char *account_id;
    const char *status;
    const char *plan; /* at the end */
    const char *country;
    int64_t credits; /* bonus, overage and the rest, which was included */
    int64_t bonus;
    int64_t overage;
    int64_t overage_minor;
    int64_t total_minor;
    int first_paid_month;
};
void past_statement(struct fresh *fresh, struct past_statement statement);

/* A document of that total; "CN" and "DN" correct the first of the month. Its one line, of kind `plan`, is `pro`. */
int past_document(struct fresh *fresh, int run, const char *series, const char *account_id, int64_t total_minor);

/*
 * What a run of `month` at `as_of` knows of the accounts a, b, c, d and new: the last closed month before, then a line
 * for each with a past; "too much" instead of its money where that does not fit. Lives until the next call.
 *
 *     202511:
 *     a [200 90] no_charge free '' 200 0 0 0 opening 700 open 700 since 202510
 */
const char *past_walk(struct fresh *fresh, int32_t month, int64_t as_of);

#endif
