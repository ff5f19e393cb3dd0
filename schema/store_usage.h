/*
 * The scan of a month's usage: every event known at the as-of and not voided
 * (R7, R8), added to the usage table (lib/usage.h).
 */
#ifndef MONTHEND_SCHEMA_STORE_USAGE_H
#define MONTHEND_SCHEMA_STORE_USAGE_H

#include "lib/fact_digest.h"
#include "lib/usage.h"
#include "schema/store.h"

struct usage_scan {
    int32_t month;       /* the month to bill */
    int32_t month_first; /* the earliest month whose events are needed (grants), or `month` */
    int64_t as_of;
    int threads;                    /* 1 .. */
    void (*progress)(void *context, int64_t rows_done); /* now and then, from one thread; may be NULL */
    void *progress_context;
    const volatile int *stop;       /* not 0: stop with ERR_INTERRUPTED; may be NULL */
    int64_t *unseen;                /* written, by month from month_first to month: the first key that is not known at
                                       the as-of, or the first free one; less where keys are left out; may be NULL */
    struct fact_digest *seen;       /* added to, by month from month_first to month: the rows known at the as-of, whoever's,
                                       voided ones marked as such; may be NULL. Tokens are seen where a model has a limit */
    const int32_t *places; /* by account number: its place in the table, or PLACE_ELSEWHERE: its usage is not asked for;
                              NULL: the number is the place */
    size_t place_count;
};
#define PLACE_ELSEWHERE (-1)

struct usage_counts { /* of the month's rows whose account is asked for: those known at the as-of */
    int64_t read;     /* voided ones included */
    int64_t voided;
};

/*
 * Add all events of the scan to `table`: those of the month, and those of the
 * months before it from month_first on, which count only in cells that begin
 * so early (lib/usage.h). The result does not depend on `threads`.
 *
 * The events are those of the state that `store` sees (its snapshot, when it
 * has one open), whatever is written meanwhile: keys only grow within a month,
 * so the greatest key that `store` sees bounds what the other threads read.
 *
 * On error *counts is untouched, and the sums in `table` are good for nothing.
 * ERR_DATA: the database is damaged. ERR_INTERRUPTED: *scan.stop.
 */
ERR_MUST_USE enum err_code usage_scan(struct store *store, struct usage_scan scan, struct usage_table *table,
                                      struct usage_counts *counts, struct err *err);

/* The same by the plainest way, row by row on one thread, without progress or
 * stop: what the tests hold the other against. */
ERR_MUST_USE enum err_code usage_scan_plain(struct store *store, struct usage_scan scan, struct usage_table *table,
                                            struct usage_counts *counts, struct err *err);

/* How many rows the scan will read, an estimate for progress. */
ERR_MUST_USE enum err_code usage_rows_estimate(struct store *store, int32_t month_first, int32_t month, int64_t *rows,
                                               struct err *err);

#endif
