/*
 * What a simulation adds up while the accounts pass by, currency by currency:
 * totals by month, revenue by kind of line and plan, the largest changes, and
 * which plans would have cost least.
 */
#ifndef MONTHEND_REPORTS_SIMULATION_SUMS_H
#define MONTHEND_REPORTS_SIMULATION_SUMS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/simulation.h"
#include "lib/text.h"
#include "reports/revenue.h"

#define LARGEST_MAX 100 /* changes that are kept of each currency */

enum simulation_side { SIDE_REAL, SIDE_SIMULATED, SIDES };

struct simulated_bill {
    const struct bill *bill;
    const struct catalogue *catalogue;
};

struct simulation_account { /* one account of one month */
    int32_t month;
    const char *account_id;
    const char *name;
    const char *currency;
    int digits;
    struct simulated_bill sides[SIDES];
};

struct simulation_money { /* of the accounts that are not held, minor units */
    int64_t subtotal_minor;
    int64_t tax_minor;
    int64_t total_minor;
};

struct simulation_month { /* of one month and currency */
    int32_t month;
    char currency[4];
    int digits;
    int64_t accounts[SIMULATED_OUTCOMES];
    int64_t more_minor; /* sum of the differences of those that pay more */
    int64_t less_minor; /* of those that pay less: 0 or below */
    struct simulation_money money[SIDES];
    int64_t movers[SIDES]; /* accounts whose plan is not the one that would have cost least (R29) */
};

struct simulation_revenue { /* of one month, currency, kind and plan */
    int32_t month;
    char currency[4];
    int digits;
    enum line_kind kind;
    char plan[ID_BYTES_MAX + 1]; /* code; "": none */
    int64_t lines[SIDES];
    int64_t amount_minor[SIDES];
};

struct simulation_choice { /* accounts of one month, currency, side and plan by the plan that would have cost least */
    int32_t month;
    char currency[4];
    int digits;
    enum simulation_side side;
    char plan[ID_BYTES_MAX + 1];
    char cheapest[ID_BYTES_MAX + 1];
    int64_t accounts;
    int64_t actual_minor;   /* prices of the plans held, and the overage charged */
    int64_t cheapest_minor; /* what the other plan would have cost */
};

struct simulation_change { /* one account that pays more or less */
    int32_t month;
    char account_id[ID_BYTES_MAX + 1];
    char name[TEXT_BYTES_MAX + 1];
    char plans[SIDES][ID_BYTES_MAX + 1]; /* held at the month's end */
    int64_t total_minor[SIDES];
    int64_t difference_minor;
};

struct simulation_largest { /* of one currency, the largest first; of equals in the order they came */
    char currency[4];
    int digits;
    struct simulation_change *changes; /* LARGEST_MAX */
    size_t count;
};

struct simulation_list { /* a growing array */
    void *items;
    size_t count;
    size_t capacity;
};

struct simulation_sums { /* starts as {0} */
    struct simulation_list months;   /* struct simulation_month, by month and currency */
    struct simulation_list revenue;  /* struct simulation_revenue, by month, currency, kind and plan; of the months that have ended */
    struct simulation_list choices;  /* struct simulation_choice, by month, currency, side, plan and cheapest */
    struct simulation_list largest;  /* struct simulation_largest, by currency */
    struct revenue running[SIDES];   /* of the month under way */
};

/* Add an account; months come in order. ERR_DATA: a sum no longer fits; ERR_INTERNAL: no memory. */
ERR_MUST_USE enum err_code simulation_sums_add(struct simulation_sums *sums, const struct simulation_account *account,
                                               enum simulated outcome, int64_t difference_minor, struct err *err);

/* All accounts of the month have passed: its revenue is put in order. */
ERR_MUST_USE enum err_code simulation_sums_month_end(struct simulation_sums *sums, int32_t month, struct err *err);

void simulation_sums_release(struct simulation_sums *sums);

#endif
