/*
 * The bill of one account-month: R1-R27 as one pure function of plain structs.
 * Close, preview, reprocess and explain all call it; they differ in the facts
 * they give it and in what they do with the bill.
 */
#ifndef MONTHEND_LIB_BILL_H
#define MONTHEND_LIB_BILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/catalogue.h"
#include "lib/consumption.h"
#include "lib/facts.h"
#include "lib/timeline.h"
#include "lib/usage.h"

#define BILL_LINES_MAX 10000 /* lines of one document, tax lines among them; more is out_of_bounds */

enum line_kind {
    LINE_PLAN,          /* R11 */
    LINE_PLAN_PRORATED, /* R12 */
    LINE_PLAN_DISCOUNT, /* R13 */
    LINE_PLAN_UPGRADE,  /* R14 */
    LINE_OVERAGE,       /* R21 */
    LINE_ADJUSTMENT,    /* R23 */
    LINE_TAX,           /* R24 */
};

enum line_unit { UNIT_MONTH, UNIT_DAYS, UNIT_SECONDS, UNIT_CREDIT, UNIT_PERCENT };

struct bill_line {
    enum line_kind kind;
    int plan;               /* index into the catalogue, or PLAN_UNKNOWN: the line has none */
    int64_t period_start;
    int64_t period_end;
    enum line_unit unit;
    int64_t whole;          /* UNIT_DAYS, UNIT_SECONDS: of how many */
    int64_t quantity;       /* months, days, seconds: whole; credits: hundredths; percent: ten-thousandths */
    int64_t unit_price;     /* minor units; UNIT_CREDIT: millionths of the currency's unit */
    int64_t amount_minor;
    int64_t charged_at;
    int64_t price_minor;    /* LINE_PLAN_UPGRADE: the new plan's price */
    int64_t charged_minor;  /* LINE_PLAN_UPGRADE: what was already charged */
    const char *reference;  /* the change_id or adjustment_id behind it; "": none */
    const char *reason;     /* LINE_ADJUSTMENT: its reason; LINE_TAX: the tax's name */
    const char *detail;     /* LINE_ADJUSTMENT: who approved it; LINE_TAX: the country */
};

enum hold_reason { /* R27, in order of precedence */
    HOLD_NONE,
    HOLD_UNKNOWN_PLAN,
    HOLD_NO_ADDRESS,
    HOLD_INELIGIBLE_COUNTRY,
    HOLD_NO_PRICE,
    HOLD_NO_ALLOWANCE,
    HOLD_UNKNOWN_MODEL,
    HOLD_OUT_OF_BOUNDS,
};

struct hold {
    enum hold_reason reason;
    const char *subject;   /* the plan's code, the country, the model; "": none */
    const char *reference; /* the row behind it, as below; "": none */
    int64_t at;            /* when, or INSTANT_NONE */
};

/*
 * What a hold refers to:
 *
 *     unknown_plan, ineligible_country   the change_id
 *     no_address                         the change_id of the purchase, or the adjustment_id
 *     no_price                           the change_id of the purchase
 *     no_allowance                       the change_id that brought the plan; "" where it was never changed
 *     unknown_model                      the model: what is missing is a row of its own
 *     out_of_bounds                      "": a sum of many rows
 */

enum bill_status { BILL_NO_CHARGE, BILL_INVOICED, BILL_HELD };

struct bill {
    enum bill_status status;
    struct hold hold;
    int plan_at_start;
    int plan_at_end;
    bool first_paid_month; /* R10 */
    int64_t price_date;    /* R4 */
    struct bill_line *lines;
    size_t line_count;
    int64_t subtotal_minor;
    int64_t tax_minor;
    int64_t total_minor;
    int64_t collected_minor; /* of a held month, too */
    bool payments_over;    /* the payments add up to more than fits: collected_minor is 0 and the month held */
    int64_t due_minor;
    int64_t events;        /* of the month */
    int64_t credits;       /* hundredths: bonus + included + overage + unbilled */
    int64_t allowance;     /* hundredths (R18) */
    struct consumption used;
    int64_t overage_price; /* millionths a credit, or NO_OVERAGE_PRICE */
    int64_t at_stake_minor; /* R22 */
    int64_t highest_alone_minor; /* R15: what the highest plan alone would have cost; equals the plan lines' sum */
    int64_t plan_lines_minor;    /* the plan lines' sum */
};

/* Room to work in, given by the caller and used again for the next account. */
struct bill_room {
    struct timeline_step *steps; /* timeline_steps_max(facts) */
    int64_t *balances;           /* facts->grant_count */
    int64_t *used_in_month;      /* facts->grant_count */
    struct bill_line *lines;     /* BILL_LINES_MAX */
};

struct bill_in {
    const struct account_facts *facts;
    const struct catalogue *catalogue;
    struct policies policies;
    int32_t month;                    /* yyyymm */
    const struct usage_cell *cells;   /* the account's segments; one per breakpoint */
    size_t cell_count;
    int64_t month_events;             /* R7 */
    int32_t unknown_model;            /* model of an event without a rate, or -1 (R27) */
    int64_t unknown_at;
};

/*
 * Bill the account's month. Cannot fail: what cannot be billed rightly is held
 * (R27). The bill's lines and the timeline's steps lie in `room`; texts point
 * into the facts and the catalogue.
 */
struct bill bill_month(struct bill_in in, struct bill_room *room, struct timeline *timeline);

/* Words of the reports: "plan_prorated", "R12", "ineligible_country", "no_charge". */
const char *line_kind_name(enum line_kind kind);
const char *line_kind_rule(enum line_kind kind);
const char *hold_reason_name(enum hold_reason reason);
const char *bill_status_name(enum bill_status status);

#endif
