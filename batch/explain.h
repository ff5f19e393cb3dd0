/*
 * What the files of the command explain share: the account-month to explain, and
 * the sections that each of them adds to the explanation.
 */
#ifndef MONTHEND_BATCH_EXPLAIN_H
#define MONTHEND_BATCH_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch/account_month.h"
#include "lib/trace.h"
#include "reports/explanation.h"
#include "schema/store_account_documents.h"

struct explain {
    struct explanation *out;
    const struct account_month *now;  /* as of what was asked for */
    const struct account_month *then; /* as of the last run that had a word of the account, or NULL: none had */
    const struct account_documents *documents;
    const struct account_event *events; /* by R19's order; those of `now` and of `then` */
    size_t event_count;
    const struct account_usage *usage; /* whose events they are */
    struct trace_part *parts; /* room for one event's (lib/trace.h) */
    int64_t *balances;        /* room for the grants of `now`: explain_walk's own */
    int64_t *grants_left;     /* the same, for explain_limits */
    char *consumed;           /* room for trace_parts_max() texts of EXPLAIN_PART_MAX */
    int digits;               /* of the account's currency */
    size_t line;              /* explain only this line, from 1; 0: all */
    bool list_events;
    bool look;                /* written: something needs a look */
    struct err failed;        /* written: why an event's id could not be read */
};

#define EXPLAIN_PART_MAX 160
#define EXPLAIN_DIGITS_UNKNOWN 2 /* of a currency that nobody knows */

/* An event of `now` that counts, and what it was consumed from. */
struct explain_event {
    const struct account_event *event;
    const struct model_rate *rate; /* NULL: none; credits is CREDITS_UNKNOWN_MODEL then */
    int64_t credits;               /* hundredths, or as usage_credits() has it */
    bool in_month;                 /* false: before it, only what it took from grants is known */
    const struct trace_part *parts;
    size_t part_count;             /* 0 where the month is held */
};
typedef void (*explain_visit)(void *context, const struct explain_event *event);

/* Every event that counts, in R19's order, from the earliest grant on. */
void explain_walk(const struct explain *in, explain_visit visit, void *context);

/* Short texts, as values: they live until the end of the expression. */
#define EXPLAIN_TEXT_MAX 640
struct explain_text {
    char text[EXPLAIN_TEXT_MAX];
};
struct explain_text explain_money(const struct explain *in, int64_t amount_minor); /* "6.67" */
struct explain_text explain_credits(int64_t hundredths);                           /* "100.00" */
struct explain_text explain_unit_price(const struct explain *in, int64_t millionths); /* "0.04" */
struct explain_text explain_millionths(int64_t millionths);                        /* "1.3" */
struct explain_text explain_percent(int64_t percent);                              /* "8.1" */
struct explain_text explain_instant(int64_t at);                                   /* "2025-11-21T00:00:00Z" */

/* The event's id; "", and in->failed says why, where it cannot be read. */
struct explain_text explain_event_id(struct explain *in, const struct account_event *event);

/* The plan's name; "no plan" where the line has none. */
const char *explain_plan_name(const struct account_month *account, int plan);

/* The policies of R12 and R18: "proration day_inclusive, first_month_allowance full". */
struct explain_text explain_policies(struct policies policies);

/* The sections, in this order. Held accounts have no charges: see bill.status. */
void explain_month(struct explain *in);      /* whose, which, the result in a line */
void explain_hold(struct explain *in);       /* why it is held, and what to do (R27) */
void explain_plans(struct explain *in);      /* the plan timeline (R9, R10) */
void explain_charges(struct explain *in);    /* each line with its arithmetic (R11 to R14, R16, R21, R23) */
void explain_no_regret(struct explain *in);  /* R15 */
void explain_limits(struct explain *in);     /* allowance, grants, overage switch (R18 to R20) */
void explain_usage(struct explain *in);      /* by source, model and day (R5 to R8, R19, R22) */
void explain_moments(struct explain *in);    /* when a limit was reached (R19, R20) */
void explain_events(struct explain *in);     /* each event */
void explain_taxes(struct explain *in);      /* R24 */
void explain_payments(struct explain *in);   /* R25 */
void explain_documents(struct explain *in);  /* what was issued, and what the data says now (R26, R28) */
void explain_learned(struct explain *in);    /* what became known between `then` and `now` */
void explain_advice(struct explain *in);     /* R29 */

/* Parts of them: facts of the current section. */
void explain_line(struct explain *in, size_t index);       /* a line of the bill with its arithmetic */
void explain_line_taxes(struct explain *in, size_t index); /* the rates that it is taxed at (R24) */
void explain_why_held(struct explain *in, const struct hold *hold);
const char *explain_remedy(enum hold_reason reason);       /* as exceptions.csv has it */

/* Is what was issued what this account-month comes to? In the sections explain_month and explain_documents. */
bool explain_as_issued(const struct explain *in, const struct account_month *account);

#endif
