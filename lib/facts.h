/*
 * What is known of one account at an as-of (R3): the rows of data.md that
 * concern it, versions and voids already decided. The rows belong to whoever
 * read them; billing only looks.
 */
#ifndef MONTHEND_LIB_FACTS_H
#define MONTHEND_LIB_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INSTANT_NONE INT64_MIN /* "never", where an instant may be missing */
#define CAP_NONE (-1)          /* an overage setting without a cap */

struct address_fact { /* by (effective_at, address_id) */
    const char *address_id;
    int64_t effective_at;
    const char *country;    /* ISO 3166-1 alpha-2 */
    const char *region;     /* "": none */
    const char *tax_number; /* "": a consumer (R24) */
};

struct plan_change_fact { /* by (effective_at, change_id); only those before the month's end */
    const char *change_id;
    int64_t effective_at;
    const char *plan_code;
    int plan; /* index into the catalogue, or PLAN_UNKNOWN */
};

struct overage_setting_fact { /* by (effective_at, setting_id); only those before the month's end */
    const char *setting_id;
    int64_t effective_at;
    bool enabled;
    int64_t cap_credits; /* hundredths, or CAP_NONE */
};

struct credit_grant_fact { /* by (expires_at, grant_id): the order of consumption (R19) */
    const char *grant_id;
    int64_t credits; /* hundredths */
    int64_t starts_at;
    int64_t expires_at; /* after starts_at */
    const char *reason;
    int64_t left; /* of one that began before account_facts.left_at: hundredths that were left then, or when it expired */
};

struct payment_fact { /* of the month, by payment_id */
    const char *payment_id;
    int64_t collected_at;
    int64_t amount_minor; /* negative: a refund */
    const char *currency;
    const char *reference; /* "": none */
};

struct adjustment_fact { /* of the month, by adjustment_id */
    const char *adjustment_id;
    int64_t amount_minor;
    const char *currency;
    const char *reason;
    const char *approved_by;
};

struct account_facts {
    int32_t account; /* its number in the usage dictionary */
    const char *account_id;
    const char *name;
    const char *currency;
    int64_t created_at;
    int64_t first_paid_at; /* or INSTANT_NONE */
    const struct address_fact *addresses;
    size_t address_count;
    const struct plan_change_fact *changes;
    size_t change_count;
    const struct overage_setting_fact *settings;
    size_t setting_count;
    const struct credit_grant_fact *grants;
    size_t grant_count;
    const struct payment_fact *payments;
    size_t payment_count;
    const struct adjustment_fact *adjustments;
    size_t adjustment_count;
    int64_t left_at; /* from here on grants are used up by usage, and what was left of them before is known; 0: from their starts on */
};

/* What usage has of a grant: all its credits, or what was left at left_at. */
int64_t facts_grant_credits(const struct account_facts *facts, size_t grant);

/* The address in force at `at`: the greatest (effective_at, address_id) not
 * after it, or NULL. */
const struct address_fact *facts_address(const struct account_facts *facts, int64_t at);

#endif
