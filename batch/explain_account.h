/*
 * One account's month explained: read, computed with the same bill_month() as a
 * close, laid beside what was issued, and put into words. For the command
 * explain, and for everyone else who explains many.
 *
 *     explain_account_open()     what is known of it, but its usage
 *     account_usage_read()       of one or of many accounts, in one pass
 *     explain_account_compose()  the explanation
 *     explain_account_release()
 */
#ifndef MONTHEND_BATCH_EXPLAIN_ACCOUNT_H
#define MONTHEND_BATCH_EXPLAIN_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch/explain.h"
#include "schema/store_account_usage.h"

struct explain_account_in {
    struct store *store; /* with a snapshot begun */
    const char *account_id;
    int32_t month;
    int64_t as_of;
    size_t line; /* only this line of the bill, from 1; 0: all */
    bool events; /* list every event */
};

struct explained_account { /* starts as {0}; it points into itself: do not copy it */
    struct explain_account_in in;
    struct account_month now;
    struct account_month then; /* as of the last run that had a word of the account */
    struct account_documents documents;
    struct explanation explanation; /* after explain_account_compose() */
    struct explain explain;         /* explain.look: something needs a look */
};

/*
 * What `in` points to stays the caller's. ERR_USAGE: the month has not begun at the
 * as-of. ERR_NO_INPUT: there is no such account, or none in that month.
 */
ERR_MUST_USE enum err_code explain_account_open(struct explain_account_in in, struct explained_account *explained,
                                                struct err *err);

/* The account's number, and the earliest month whose usage is asked for. */
int32_t explain_account_number(const struct explained_account *explained);
int32_t explain_account_first(const struct explained_account *explained);

/* `usage` has the account's events from the earliest month on, known at the as-of or later, and outlives the
 * explanation. ERR_USAGE: there is no such line. */
ERR_MUST_USE enum err_code explain_account_compose(struct explained_account *explained, const struct account_usage *usage,
                                                   struct err *err);

/* Before the snapshot's end: it holds open queries. */
void explain_account_release(struct explained_account *explained);

#endif
