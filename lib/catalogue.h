/*
 * The catalogue: prices, limits, multipliers, countries, taxes and policies as
 * effective-dated rows (R1), and the questions that billing asks of them.
 *
 * The rows belong to the caller, who sorts them with catalogue_sort() once
 * after filling them in. Every lookup is pure.
 */
#ifndef MONTHEND_LIB_CATALOGUE_H
#define MONTHEND_LIB_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/text.h"

#define PLANS_MAX 256               /* plans in one catalogue */
#define PRICE_MINOR_MAX 10000000000000 /* 10^13 minor units */
#define UNIT_PRICE_MAX 1000000000000   /* 10^6 units, in millionths */
#define CREDITS_MAX 1000000000000      /* 10^10 credits, in hundredths */
#define QUANTITY_MAX 100000000000      /* 100,000 credits, in millionths */
#define MULTIPLIER_MAX 100000000       /* 100, in millionths */
#define PERCENT_MAX 1000000            /* 100 %, in ten-thousandths of a percent */
#define COUNT_MAX 1000000000           /* ranks, tokens, events */
#define POLICY_PERCENT_MAX 100         /* of a policy that is a percentage, whole */
#define GRACE_HOURS_MAX 2000           /* policy close_grace_hours */
#define NO_OVERAGE_PRICE (-1)          /* the plan has no overage */
#define PLAN_UNKNOWN (-1)              /* a plan that is not in `plans` */
#define PLAN_FREE 0                    /* plans are sorted by rank; `free` is the first */

struct plan {
    char code[ID_BYTES_MAX + 1];
    char name[TEXT_BYTES_MAX + 1];
    int64_t rank; /* 0 only for `free` (R2) */
};

struct plan_price {
    int plan; /* index into catalogue.plans */
    char currency[4];
    int64_t effective_from;     /* instant */
    int64_t monthly_minor;      /* 0 .. PRICE_MINOR_MAX */
    int64_t overage_millionths; /* per credit, or NO_OVERAGE_PRICE */
};

struct plan_allowance {
    int plan;
    int64_t effective_from;
    int64_t credits; /* hundredths, 0 .. CREDITS_MAX */
};

struct model_rate {
    int32_t model; /* the model's number in the usage dictionary, 0 .. catalogue.model_count - 1 */
    int64_t effective_from;
    int64_t multiplier;          /* millionths, above 0 */
    int64_t request_token_limit; /* 0: none (R6) */
};

struct country_rule {
    char country[3];
    int64_t effective_from;
    bool eligible;
};

enum customer_kind { CUSTOMER_ANY, CUSTOMER_CONSUMER, CUSTOMER_BUSINESS };
enum tax_rounding { ROUND_LINE, ROUND_DOCUMENT };

struct tax_rate {
    char country[3];
    char region[ID_BYTES_MAX + 1]; /* "": the whole country */
    enum customer_kind customer;
    int64_t effective_from;
    char name[TEXT_BYTES_MAX + 1];
    int64_t percent; /* ten-thousandths of a percent; 0 ends a tax */
    enum tax_rounding rounding;
};

enum proration { PRORATE_DAY_INCLUSIVE, PRORATE_DAY_EXCLUSIVE, PRORATE_SECOND };
enum first_allowance { FIRST_ALLOWANCE_FULL, FIRST_ALLOWANCE_PRORATED };

/* The policies of one month: as in force at its first instant. */
struct policies {
    enum proration proration;              /* R12 */
    enum first_allowance first_allowance;  /* R18 */
    int64_t headroom_percent;              /* R30 */
    int64_t close_grace_hours;
    int64_t held_limit_percent;
};

/* What holds where the catalogue has no row of a policy. */
extern const struct policies POLICIES_DEFAULT;

/* Set the policy of this name from its value as written; false, *policies untouched, where one of them is not known or is too large. */
bool policies_set(struct policies *policies, const char *policy, const char *value);

struct catalogue {
    struct plan *plans; /* by rank */
    size_t plan_count;
    struct plan_price *prices; /* by plan, currency, effective_from */
    size_t price_count;
    struct plan_allowance *allowances; /* by plan, effective_from */
    size_t allowance_count;
    struct model_rate *rates; /* by model, effective_from */
    size_t rate_count;
    char (*models)[ID_BYTES_MAX + 1]; /* names of the models, by number */
    size_t model_count;
    struct country_rule *countries; /* by country, effective_from */
    size_t country_count;
    struct tax_rate *taxes; /* by country, name, region, customer, effective_from */
    size_t tax_count;
};

/* Bring the rows into the orders above. Plan indexes must already be those of
 * the sorted plans: sort the plans first with plans_sort(). */
void catalogue_sort(struct catalogue *catalogue);
void plans_sort(struct plan *plans, size_t count);

/* Index of a plan by its code, or PLAN_UNKNOWN. */
int catalogue_plan(const struct catalogue *catalogue, const char *code);

/*
 * R4: the row in force at `price_date`; where there is none yet, the first
 * after it and before `before`. NULL where there is neither.
 */
const struct plan_price *catalogue_price(const struct catalogue *catalogue, int plan,
                                         const char *currency, int64_t price_date, int64_t before);
const struct plan_allowance *catalogue_allowance(const struct catalogue *catalogue, int plan,
                                                 int64_t price_date, int64_t before);

/* R1, R5: the model's row in force at `at`, or NULL (R27 unknown_model). */
const struct model_rate *catalogue_rate(const struct catalogue *catalogue, int32_t model, int64_t at);

/* A model's rate and the time in which it is the one in force; NULL: there is none then. */
struct rate_span {
    int64_t from;
    int64_t until; /* not its own instant */
    const struct model_rate *rate;
};
struct rate_span catalogue_rate_span(const struct catalogue *catalogue, int32_t model, int64_t at);

/* Do events and breakpoints come to the same in both (R5, R6, R9, R19): the same model rates, and the same plans in
 * the same order? Prices, allowances, countries, taxes and the plans' names may differ. */
bool catalogue_rates_alike(const struct catalogue *a, const struct catalogue *b);

/* R16: is the country eligible at `at`? A country without a row is not. */
bool catalogue_eligible(const struct catalogue *catalogue, const char *country, int64_t at);

#endif
