/*
 * store_history_internal.h - the walk through the accounts' past as its two
 * files see it: store_history.c moves the cursors from account to account,
 * store_history_account.c brings together what they say of one.
 */
#ifndef MONTHEND_SCHEMA_STORE_HISTORY_INTERNAL_H
#define MONTHEND_SCHEMA_STORE_HISTORY_INTERNAL_H

#include <sqlite3.h>

#include "schema/store_history.h"
#include "schema/store_months.h"

/* The columns of the queries. */
enum statement_column {
    STATEMENT_ACCOUNT_ID,
    STATEMENT_STATUS,
    STATEMENT_PLAN,
    STATEMENT_FIRST_PAID,
    STATEMENT_CREDITS,
    STATEMENT_BONUS,
    STATEMENT_OVERAGE_AMOUNT
};
enum document_column { DOCUMENT_ACCOUNT_ID, DOCUMENT_MONTH, DOCUMENT_TOTAL, DOCUMENT_RUN };
enum payment_column { PAYMENT_ACCOUNT_ID, PAYMENT_MONTH, PAYMENT_AMOUNT, PAYMENT_ID, PAYMENT_RECORDED_AT, PAYMENT_VOID_AT };

struct cursor {
    sqlite3_stmt *query; /* its first column is account_id; NULL: there is nothing to read */
    bool row;            /* it stands on a row */
};

struct history {
    struct store *store;
    int32_t month;
    int64_t as_of;
    bool few;                  /* each account is looked up by itself */
    struct closed_months closed;
    size_t before;             /* how many of the closed months are before `month` */
    size_t recent;             /* the runs of the last HISTORY_MONTHS of those: from this one */
    size_t recent_end;         /* to before this one */
    size_t *others;            /* all other runs, the latest as-of first */
    size_t other_count;
    int64_t *as_of_by_run;     /* of the runs in `closed`, by their number in the database */
    int32_t last_run;          /* the greatest of those numbers */
    int64_t *closed_at;        /* by closed month: the as-of of the first run that closed it */
    struct cursor *statements; /* one for each of the recent runs */
    struct cursor documents;
    struct cursor payments;
    sqlite3_stmt *statement;   /* of a run ?1 and an account ?2 */
    sqlite3_stmt *created;     /* the earliest created_at known at ?1 of an account ?2 */

    /* Of the account at hand. */
    char account_id[ID_BYTES_MAX + 1];
    bool there;                   /* something is known of it */
    int64_t created_at;           /* the earliest ever known, or INSTANT_NONE: not asked yet */
    int64_t seen_at;              /* the as-of of the last run that has a statement of it, or INSTANT_NONE */
    size_t counted;               /* the month of the last of found.credits */
    int64_t *open_minor;          /* by closed month: documents less payments */
    int64_t last_minor;           /* its documents of the last month before */
    struct account_history found;
};

/* How many runs the last HISTORY_MONTHS months before have. */
size_t history_recent_count(const struct history *history);

ERR_MUST_USE enum err_code history_step(struct history *history, struct cursor *cursor, struct err *err);

/* All that is known of the account; the cursors stand on it or after it. */
ERR_MUST_USE enum err_code history_gather(struct history *history, const char *account_id, struct err *err);

#endif
