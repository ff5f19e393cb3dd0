/* Owns the bounds of facts that are read: those of data.md, which lib/ takes for granted. */
#include "schema/store_facts_check.h"

#include <string.h>

#include "lib/calendar.h"
#include "lib/catalogue.h"
#include "lib/country.h"
#include "lib/currency.h"
#include "lib/text.h"

/* Upstream's SQL may have written other bytes than UTF-8: reports show those. */
static bool id_valid(const char *id)
{
    return id[0] != '\0' && strlen(id) <= ID_BYTES_MAX;
}

static bool amount_valid(int64_t amount_minor)
{
    return amount_minor >= -PRICE_MINOR_MAX && amount_minor <= PRICE_MINOR_MAX;
}

static bool account_valid(const struct account_facts *facts)
{
    return id_valid(facts->account_id) && currency_digits(facts->currency) >= 0 && instant_valid(facts->created_at) &&
           (facts->first_paid_at == INSTANT_NONE || instant_valid(facts->first_paid_at));
}

static bool address_valid(const struct address_fact *address)
{
    return instant_valid(address->effective_at) && country_known(address->country);
}

static bool change_valid(const struct plan_change_fact *change)
{
    return instant_valid(change->effective_at);
}

static bool setting_valid(const struct overage_setting_fact *setting)
{
    return instant_valid(setting->effective_at) &&
           (setting->cap_credits == CAP_NONE || (setting->cap_credits >= 0 && setting->cap_credits <= CREDITS_MAX));
}

static bool grant_valid(const struct credit_grant_fact *grant)
{
    return instant_valid(grant->starts_at) && instant_valid(grant->expires_at) && grant->starts_at < grant->expires_at &&
           grant->credits >= 0 && grant->credits <= CREDITS_MAX;
}

static bool payment_valid(const struct payment_fact *payment)
{
    return instant_valid(payment->collected_at) && amount_valid(payment->amount_minor) && currency_digits(payment->currency) >= 0;
}

static bool adjustment_valid(const struct adjustment_fact *adjustment)
{
    return amount_valid(adjustment->amount_minor) && currency_digits(adjustment->currency) >= 0;
}

/* Returns `table` unless all its rows can be. */
#define FIRST_WRONG(rows, count, valid, table)                                                                         \
    for (size_t i = 0; i < facts->count; i++) {                                                                        \
        if (!valid(&facts->rows[i])) {                                                                                 \
            return table;                                                                                              \
        }                                                                                                              \
    }

const char *facts_wrong(const struct account_facts *facts)
{
    if (!account_valid(facts)) {
        return "accounts";
    }
    FIRST_WRONG(addresses, address_count, address_valid, "billing_addresses")
    FIRST_WRONG(changes, change_count, change_valid, "plan_changes")
    FIRST_WRONG(settings, setting_count, setting_valid, "overage_settings")
    FIRST_WRONG(grants, grant_count, grant_valid, "credit_grants")
    FIRST_WRONG(payments, payment_count, payment_valid, "payments")
    FIRST_WRONG(adjustments, adjustment_count, adjustment_valid, "adjustments")
    return NULL;
}
