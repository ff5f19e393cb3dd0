/*
 * What a plan change would cost at the moment of purchase: the bill of the
 * month with the change less the bill without it, both by bill_month(), so that
 * what a customer is quoted is what is billed later (R9, R11 to R18, R24).
 *
 * The plan lines that the change makes are charged at once. What it does to
 * overage shows at the month's end, and is the difference of the two bills.
 */
#ifndef MONTHEND_LIB_QUOTE_H
#define MONTHEND_LIB_QUOTE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/bill.h"

struct quote_in {
    const struct account_facts *facts; /* as known, without the change */
    const struct catalogue *catalogue;
    struct policies policies;          /* of the month */
    struct plan_change_fact change;    /* asked about; its instant is in the month */
};

/*
 * The facts with the change in them: the last one at its instant, whatever its
 * change_id. `changes` has room for facts->change_count + 1; the result points
 * into it and into what `facts` points to.
 */
struct account_facts quote_facts(const struct account_facts *facts, struct plan_change_fact change,
                                 struct plan_change_fact *changes);

enum quote_effect {
    QUOTE_UPGRADED, /* a higher rank: charged at once (R9, R12 to R14) */
    QUOTE_PENDING,  /* a lower rank: at the next month's start, nothing is charged (R9) */
    QUOTE_KEPT,     /* the plan held: nothing but the end of a pending downgrade (R9) */
};

/* The account's usage so far, for both bills: segments by the breakpoints of the facts with the change in them, which
 * are those without it and sometimes more. All 0 where usage is of no matter: it changes no plan line. */
struct quote_usage {
    const struct usage_cell *cells;
    size_t cell_count;
    int64_t month_events;
    int32_t unknown_model; /* as bill_in has it; -1: none */
    int64_t unknown_at;
};

/* Room to work in, the caller's; bill_room by the facts with the change in them. */
struct quote_room {
    struct plan_change_fact *changes; /* facts->change_count + 1; written */
    char change_id[ID_BYTES_MAX + 1]; /* written: what the quoted lines refer to, a text that no other row's id is */
    struct bill_room with;
    struct bill_room without;
};

#define QUOTE_LINES_MAX 2 /* an upgrade's: R13's discount and R12's charge, or R14's */

struct quote {
    enum quote_effect effect;
    const char *change_id;     /* what the lines and holds of `with` refer to: the room's */
    int plan_before;           /* held just before it */
    int pending_before;        /* a downgrade waited that it ends or replaces; PLAN_UNKNOWN: none did */
    int64_t lands_at;          /* QUOTE_PENDING: the next month's start */
    struct account_facts facts; /* with the change */
    struct timeline timeline;  /* with the change */
    struct bill with;
    struct bill without;
    size_t first_line;         /* of `with`: what is charged at once */
    size_t line_count;         /* 0 .. QUOTE_LINES_MAX; 0 where `with` is held */
    int64_t taxes_minor[QUOTE_LINES_MAX]; /* of each such line, rounded as it is collected: by itself */
    int64_t charge_minor;      /* the lines' sum: charged at once, */
    int64_t tax_minor;         /* with this tax */
};

/*
 * Quote the change. Cannot fail: a month that cannot be billed is held, with
 * the reason in with.hold or without.hold (R16, R27).
 *
 *     first paid month, day 21 of 30, on Pro at 20.00     -> Pro+ at 40.00: -6.67 + 13.33 = 6.66
 *     month 2 and later, on Pro at 20.00                  -> Pro+ at 40.00: 20.00
 *     on Pro+                                             -> Pro: pending, 0.00
 */
struct quote quote_change(struct quote_in in, struct quote_usage usage, struct quote_room *room);

#endif
