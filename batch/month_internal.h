/*
 * month_internal.h - a month as its two files see it: month.c bills it account by
 * account, month_usage.c reads its usage. For those two alone.
 */
#ifndef MONTHEND_BATCH_MONTH_INTERNAL_H
#define MONTHEND_BATCH_MONTH_INTERNAL_H

#include "batch/bill_space.h"
#include "batch/month.h"
#include "batch/places.h"

struct month {
    struct month_in in;
    struct catalogue catalogue;
    struct policies policies;
    struct usage_table table;
    size_t cells_max;
    struct usage_counts counts;
    int32_t month_first;    /* the earliest month with usage that matters (grants) */
    struct bill_space space;
    size_t breaks_max, cells_left_max;
    int64_t *breaks;
    int64_t *cells_left;    /* one per breakpoint */
    struct places places;   /* of the accounts in what follows and in the table */
    bool *listed;
    bool *known;            /* has a row in accounts */
    struct usage_few only;  /* the accounts to bill; NULL: all */
    const struct usage_totals *sums; /* of the month's events, where they are known; or NULL */
    struct grants_kept *kept; /* what an earlier month left of grants; NULL: their usage is read again */
    bool again;             /* the usage before the month is read again, whatever is known of it */
    int32_t *back;          /* numbers of accounts whose usage before the month is needed */
    size_t back_count, back_max;
    int64_t *unseen;        /* by month from month_first to the month: the first key of usage that is not known */
    struct fact_digest *seen; /* by month likewise: the usage that was read */
    struct shown_table shown; /* beside the table; accounts NULL: nobody was shown anything */
    bool shared;            /* the table's sums are another month's */
    struct usage_cell whole_month; /* of the account at hand, like the next four */
    struct bill bill;
    struct timeline timeline;
    struct month_account account;
    struct account_facts facts;       /* as another month's catalogue does not see them */
    struct plan_change_fact *changes;
    size_t changes_max;
};

/* When the accounts' cells are laid out: read the usage into them. */
ERR_MUST_USE enum err_code month_usage_read(struct month *month, struct err *err);

/* Has a month before been closed, so that what it left of grants is known? Then its usage is read again, if at all, only of
 * accounts that need it. */
bool month_kept_counts(const struct month *month);

#endif
