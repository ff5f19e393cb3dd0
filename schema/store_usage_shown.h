/*
 * store_usage_shown.h - what customers were shown, on its way from the scan's
 * threads into the caller's table (lib/shown.h): each thread adds to a table of
 * its own, and only where the caller asks for it. For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_USAGE_SHOWN_H
#define MONTHEND_SCHEMA_STORE_USAGE_SHOWN_H

#include <sqlite3.h>

#include "lib/fact_digest.h"
#include "lib/shown.h"
#include "schema/store.h"

struct usage_shown { /* one thread's; starts as {0}: nothing is asked for */
    struct shown_table *table; /* that it adds to; NULL: nothing is asked for */
    struct shown_table own;    /* what that is in all but the first thread */
    const struct usage_table *usage; /* beside which it is */
};

/* `all`: the caller's table, or NULL; the first thread adds to it, the others to tables of their own. */
ERR_MUST_USE enum err_code usage_shown_init(struct usage_shown *shown, struct shown_table *all, const struct usage_table *usage,
                                            bool first, struct err *err);
void usage_shown_release(struct usage_shown *shown);

/* An event that is not voided; it counts where it is `in_month`. `key`: of the row. */
static inline void usage_shown_take(struct usage_shown *shown, bool in_month, const struct seen_event *event, sqlite3_value *key)
{
    if (in_month && event->shown != SHOWN_NONE && shown->table != NULL) {
        shown_add(shown->table, shown->usage, &(struct shown_event){event->event, event->shown, sqlite3_value_int64(key)});
    }
}

/* Add what another thread has; it asked for the same. */
void usage_shown_merge(struct usage_shown *shown, const struct usage_shown *other);

#endif
