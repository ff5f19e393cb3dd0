/*
 * What each event was consumed from (R19), by the letter of the rule: one event
 * after the other in order of (occurred_at, event_id). Billing goes from segment
 * to segment (lib/consumption.h) and an explanation event by event: two ways
 * that must meet.
 */
#ifndef MONTHEND_LIB_TRACE_H
#define MONTHEND_LIB_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/timeline.h"

enum trace_source { TRACE_BONUS, TRACE_INCLUDED, TRACE_OVERAGE, TRACE_UNBILLED };
#define TRACE_SOURCES 4

enum trace_limit { /* why credits were left unbilled (R19, R20) */
    TRACE_LIMIT_NONE,     /* they were not */
    TRACE_LIMIT_OFF,      /* overage is switched off */
    TRACE_LIMIT_NO_PRICE, /* the plan has no overage price */
    TRACE_LIMIT_CAP,      /* overage has reached its cap */
};

#define TRACE_LEFT_ANY (-1) /* there is no limit that anything could be left of */

struct trace_part { /* credits of one event from one source */
    enum trace_source source;
    size_t grant;           /* TRACE_BONUS: index in the facts' grants */
    enum trace_limit limit; /* TRACE_UNBILLED */
    int64_t credits;        /* hundredths, above 0 */
    int64_t left;           /* of the grant, the allowance or the cap once they were taken, or TRACE_LEFT_ANY */
};

struct trace_in {
    struct timeline_in month;
    const struct timeline *timeline;
    int64_t allowance;  /* hundredths (R18) */
    bool overage_price; /* R17's plan has one */
    int64_t *balances;  /* of facts->grants, facts->grant_count; written */
};

struct trace {
    struct trace_in in;
    int64_t allowance_left;
    int64_t used[TRACE_SOURCES]; /* hundredths, of the month, by source */
    bool overage_on;             /* R20: as the last event found it */
    int64_t cap_credits;
    size_t step;                 /* the timeline's next step */
    int64_t last_at;             /* of the event before */
};

/* How many parts an event may have. */
size_t trace_parts_max(const struct account_facts *facts);

/* The grants' balances become their credits. */
struct trace trace_begin(struct trace_in in);

/*
 * Consume one event's credits: from the grants active at `at`, in the order in
 * which the facts have them; then, for an event of the month, from the allowance,
 * from overage, and what is left is unbilled. Of an event before the month only
 * what it takes from grants is told: the rest belongs to its own month.
 *
 *     grant g has 2.00 left, allowance 1.00, overage on with a cap of 5.00
 *     credits  ->  parts
 *        4.00      g 2.00 (0.00 left), allowance 1.00 (0.00 left), overage 1.00 (4.00 left)
 *        6.00      overage 4.00 (0.00 left), unbilled 2.00 (cap)
 *
 * `at` never goes back and lies before E; credits are 0 .. CREDITS_MAX (both
 * asserted); `parts` has room for trace_parts_max(). Returns how many there are.
 */
size_t trace_event(struct trace *trace, int64_t at, int64_t credits, struct trace_part *parts);

#endif
