/*
 * The scan of a month's usage: every event known at the as-of and not voided
 * (R7, R8), added to the usage table (lib/usage.h).
 */
#ifndef MONTHEND_SCHEMA_STORE_USAGE_H
#define MONTHEND_SCHEMA_STORE_USAGE_H

#include "lib/fact_digest.h"
#include "lib/shown.h"
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
    struct shown_table *shown;      /* added to: what customers were shown of the month's events; may be NULL */
    const int32_t *places; /* by account number: its place in the table, or PLACE_ELSEWHERE: its usage is not asked for;
                              NULL: the number is the place */
    size_t place_count;
};
#define PLACE_ELSEWHERE (-1)

/* Where the account of this number, one of the database's, is in the table. */
static inline int32_t usage_place(const struct usage_scan *scan, int32_t account)
{
    return scan->places == NULL ? account : scan->places[account];
}

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

/* What a month's events come to, whoever's: what is left out is voided, and not known at the as-of. */
struct usage_totals {
    struct usage_counts counts;
    struct usage_day days[USAGE_DAYS_MAX];
};

/* A few accounts, by their numbers, ascending. */
struct usage_few {
    const int32_t *accounts;
    size_t count;
};

/*
 * The same for a few accounts alone, without reading the months through: their events are found by
 * 0025_usage_parts.sql. Of the table only these accounts' sums are good for something, and the days' of these accounts.
 * *scan.unseen is what the database knows of it: at most the first unknown key. The voided ones are passed over, and accounts
 * that are elsewhere.
 */
ERR_MUST_USE enum err_code usage_scan_few(struct store *store, struct usage_scan scan, struct usage_few few,
                                          struct usage_table *table, struct err *err);

/* Does usage_scan_few() cost much less than usage_scan()? Not where many events are not found by their accounts yet. */
ERR_MUST_USE enum err_code usage_is_near(struct store *store, struct usage_scan scan, struct usage_few few, bool *near,
                                         struct err *err);

/* Room for what customers were shown, beside `table`, where they were shown anything of the month's events; otherwise *shown
 * is {0}. Nothing is scanned. The caller frees both arrays. */
ERR_MUST_USE enum err_code usage_shown_table(struct store *store, int32_t month, const struct usage_table *table,
                                             struct shown_table *shown, struct err *err);

/* What was shown of the month's events, read without a scan: for whoever has their sums from elsewhere. Of `scan` the month,
 * the as-of and the places count. */
ERR_MUST_USE enum err_code usage_shown_read(struct store *store, struct usage_scan scan, const struct usage_table *table,
                                            struct shown_table *shown, struct err *err);

/* The ids of events of a month, by their keys, ascending; one pass through the month's ids. */
struct usage_id {
    int64_t key;
    char event_id[ID_BYTES_MAX + 1]; /* written; "" where there is no such event */
};
ERR_MUST_USE enum err_code usage_ids_find(struct store *store, int32_t month, struct usage_id *ids, size_t count,
                                          struct err *err);

/* How many rows the scan will read, an estimate for progress. */
ERR_MUST_USE enum err_code usage_rows_estimate(struct store *store, int32_t month_first, int32_t month, int64_t *rows,
                                               struct err *err);

#endif
