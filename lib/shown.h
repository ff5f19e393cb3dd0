/*
 * What customers were shown beside what is billed: of an account's events of the
 * month that carry credits_shown. Order does not matter, as in lib/usage.h: adding
 * the same events in any order, or in parts that are merged, gives the same.
 *
 * An event without credits_shown is left out of all of this; where the account is
 * billed as shown, it counts as billed.
 */
#ifndef MONTHEND_LIB_SHOWN_H
#define MONTHEND_LIB_SHOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/usage.h"

/* Sums of hundredths, each at most CREDITS_OVER. */
struct shown_cell {
    int64_t shown;
    int64_t billed; /* what the same events are rated at (R5, R6) */
};

struct shown_account {
    struct shown_cell sums;
    int64_t events;
    int64_t largest;     /* billed less shown of the event that differs most, by absolute difference; 0: none differs */
    int64_t largest_at;  /* of equal ones the earliest, */
    int64_t largest_key; /* then the first stored: its key */
};

struct shown_table { /* beside a usage table, and as large */
    struct shown_account *accounts; /* by account number */
    struct shown_cell *cells;       /* as the usage table's */
};

struct shown_event {
    struct usage_event event; /* of the month, not voided */
    int64_t shown;            /* hundredths, 0 .. CREDITS_MAX */
    int64_t key;              /* of the event */
};

/* Add an event; one whose model has no rate is left out: its account is held (R27). */
void shown_add(struct shown_table *shown, const struct usage_table *table, const struct shown_event *event);

/* Add what `part` holds; both beside `table`. */
void shown_merge(struct shown_table *shown, const struct shown_table *part, const struct usage_table *table);

/*
 * A cell's credits with those shown in place of those billed; at most CREDITS_OVER.
 *
 *     credits  shown  billed  ->
 *       10.00   2.00    3.00     9.00
 *       10.00   3.00    2.00    11.00
 */
int64_t shown_instead(int64_t credits, struct shown_cell cell);

#endif
