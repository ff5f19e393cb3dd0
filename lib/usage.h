/*
 * Usage on its way from events to an account's segments (R5-R8, R19): rate an
 * event, add it to its account's cell. This is the hot loop's inside; memory
 * grows with accounts and not with events.
 *
 * Order does not matter: adding the same events in any order, or in parts that
 * are merged, gives the same table.
 */
#ifndef MONTHEND_LIB_USAGE_H
#define MONTHEND_LIB_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/catalogue.h"

#define USAGE_DAYS_MAX 31
#define TOKENS_NONE (-1)
#define CREDITS_UNKNOWN_MODEL (-1)
#define CREDITS_OVER (CREDITS_MAX + 1) /* where sums beyond CREDITS_MAX stop: "too much" (R27 out_of_bounds) */

struct usage_event {
    int32_t account;  /* number in the account dictionary */
    int32_t model;    /* number in the model dictionary */
    int64_t at;       /* instant */
    int64_t quantity; /* millionths, 0 .. QUANTITY_MAX */
    int64_t tokens;   /* or TOKENS_NONE */
};

/* Credits and events between two breakpoints of one account. */
struct usage_cell {
    int64_t from;    /* the breakpoint; the cell ends where the account's next one begins, or at the month's end */
    int64_t credits; /* hundredths, at most CREDITS_OVER */
    int64_t events;
};

/* One account's events of the month by one model. */
struct usage_model_cell {
    int64_t credits; /* hundredths, at most CREDITS_OVER */
    int64_t events;
};

struct usage_day {
    int64_t events;
    int64_t quantity; /* millionths; what does not fit stops at INT64_MAX, which no source total can be */
};

/* Events next to the month's edges: whether they are on the right side of it is what a cut-off test asks. */
struct usage_edges {
    int64_t first_minute; /* events in [S, S + 1 minute) */
    int64_t last_minute;  /* events in [E - 1 minute, E) */
};

struct usage_account {
    uint32_t first_cell; /* into usage_table.cells */
    uint32_t cell_count; /* 0: the account has no breakpoints but the month's start; its sums are in the model cells alone */
    int32_t unknown_model; /* the model of its first event (by instant, then model) without a rate, or -1 */
    int64_t unknown_at;
    int64_t unknown_events; /* of the month */
};

/* Of a month's events, whatever their account or model. */
struct usage_month_sums {
    struct usage_day days[USAGE_DAYS_MAX];
    struct usage_edges edges;
    int64_t events;
};

struct usage_table {
    const struct catalogue *catalogue;
    int64_t month_start;
    int64_t month_end;
    struct usage_account *accounts; /* by account number */
    size_t account_count;
    struct usage_cell *cells; /* of accounts with breakpoints, in time order */
    size_t cell_count;
    struct usage_model_cell *models; /* account_count x catalogue->model_count */
    struct usage_month_sums sums; /* of the month */
};

/* An event on its way: what it comes to (R5, R6), without what that was made of. */
struct usage_rated {
    int32_t account;
    int32_t model;
    int64_t at;
    int64_t credits; /* as usage_credits() has them */
};

/*
 * R5, R6: credits of one event in hundredths, rounded half up, at least 0.01
 * for a quantity above 0; CREDITS_OVER where it is more; CREDITS_UNKNOWN_MODEL
 * where the model has no rate in force.
 *
 *     quantity   multiplier  tokens  limit  ->  credits
 *      10.00        1.3         -      -         13.00
 *       0.001       1.0         -      -          0.01   at least
 *       1.00        1.0       2001   1000         3.00   ceil(2001/1000) = 3 requests
 */
int64_t usage_credits(const struct catalogue *catalogue, struct usage_event event);

/* R6: do tokens matter to anything before `end`: has a model a limit that holds from before it? */
bool usage_tokens_count(const struct catalogue *catalogue, int64_t end);

/* R6: how many requests an event of so many tokens (or TOKENS_NONE) counts as, at least 1. */
int64_t usage_requests(const struct model_rate *rate, int64_t tokens);

/* Add an event before the month's end. Events before the month count only in
 * the cells of accounts that have one that early. */
void usage_add(struct usage_table *table, struct usage_event event);

/*
 * The same in its three parts, for many events on several threads. What an event
 * comes to; spans: one for each model of the catalogue, all of them {0} at first, to remember its rate.
 */
struct usage_rated usage_rate(const struct catalogue *catalogue, struct rate_span *spans, const struct usage_event *event);

/* Its part of the sums of the month [month_start, month_end), if it lies in it. */
void usage_note(struct usage_month_sums *sums, int64_t month_start, int64_t month_end, const struct usage_event *event);

/* Its part of its account, touching nothing of any other account. */
void usage_take(struct usage_table *table, const struct usage_rated *rated);

/* The event is going to be taken: have the memory that it touches at hand by then. First its account, then, when that
 * has come, the account's cells. */
void usage_expect(const struct usage_table *table, const struct usage_rated *rated);
void usage_expect_cells(const struct usage_table *table, const struct usage_rated *rated);

/* The same of an account whose month is going to be asked for. */
void usage_expect_month(const struct usage_table *table, int32_t account);

/* Add `more` to `day`: in any order the same. */
void usage_day_add(struct usage_day *day, struct usage_day more);

/* Add `part` to `sums`. */
void usage_month_sums_merge(struct usage_month_sums *sums, const struct usage_month_sums *part);

/* The account's cell that `at` lies in, by its place in table->cells; false: `at` is before the first, or it has none. */
bool usage_cell_of(const struct usage_table *table, int32_t account, int64_t at, size_t *cell);

/* Sum of an account's month by model. */
struct usage_model_cell usage_month_total(const struct usage_table *table, int32_t account);

#endif
