/*
 * One account's month as known at one instant, with all that its bill was made
 * of: the same facts, catalogue and bill_month() as a close, for one account.
 */
#ifndef MONTHEND_BATCH_ACCOUNT_MONTH_H
#define MONTHEND_BATCH_ACCOUNT_MONTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bill.h"
#include "lib/err.h"
#include "schema/store.h"
#include "schema/store_account_usage.h"
#include "schema/store_facts.h"

struct account_month_in {
    struct store *store; /* with a snapshot begun */
    const char *account_id;
    int32_t month;
    int64_t as_of;
};

struct account_month { /* starts as {0}; it points into itself: do not copy it */
    struct account_month_in in;
    struct catalogue catalogue;
    struct policies policies;
    struct facts_stream *stream;
    const struct account_facts *facts; /* NULL: there is no such account at the as-of */
    struct timeline_in period;
    struct timeline timeline;
    struct bill bill;           /* after account_month_bill */
    struct bill_room room;
    int64_t *breaks;
    size_t break_count;
    struct usage_table usage;   /* of this account alone, as number 0 */
    struct usage_account slot;
    struct usage_cell *cells;
    struct usage_model_cell *models;
};

/* Read what is known of the account, and lay out its segments; no usage yet.
 * account_month_release() frees what *account then holds, also after an error. */
ERR_MUST_USE enum err_code account_month_open(struct account_month_in in, struct account_month *account, struct err *err);
void account_month_release(struct account_month *account);

/* The earliest month whose usage matters to it (grants), or its own. */
int32_t account_month_first(const struct account_month *account);

/* Does the event count at this instant (R3, R8)? */
bool account_month_counts(const struct account_month *account, const struct account_event *event);

/* Is there such an account, and is it billed for the month (R2)? */
bool account_month_is_billed(const struct account_month *account);

/* ERR_NO_INPUT: why it is not. */
ERR_MUST_USE enum err_code account_month_require(const struct account_month *account, struct err *err);

/* Lay the month out anew for other facts of the account; they stay the caller's. */
ERR_MUST_USE enum err_code account_month_assume(struct account_month *account, const struct account_facts *facts,
                                                struct err *err);

/* Rate the events that count, without billing them. */
void account_month_rate(struct account_month *account, const struct account_event *events, size_t count);

/* Rate the events that count and bill the month. The events are all of the
 * account's from account_month_first() on. */
void account_month_bill(struct account_month *account, const struct account_event *events, size_t count);

#endif
