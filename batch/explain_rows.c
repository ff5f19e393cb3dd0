/*
 * The rows behind an account-month in words.
 */
#define _GNU_SOURCE /* vasprintf */
#include "batch/explain_rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/explain.h"
#include "lib/currency.h"

#define PLAN_ID_MAX 128

/* A row; its words in printf's form. */
__attribute__((format(printf, 4, 5))) static void row_add(struct explain_rows *rows, const char *table, const char *id,
                                                          const char *format, ...)
{
    struct explain_row row = {.table = table, .id = strdup(id)};
    va_list arguments;

    va_start(arguments, format);
    if (vasprintf(&row.words, format, arguments) < 0) {
        row.words = NULL;
    }
    va_end(arguments);
    if (rows->count == rows->max) {
        size_t wanted = 2 * rows->max + 32;
        struct explain_row *grown = realloc(rows->rows, wanted * sizeof *grown);
        if (grown != NULL) {
            rows->rows = grown;
            rows->max = wanted;
        }
    }
    if (row.id == NULL || row.words == NULL || rows->count == rows->max) {
        free(row.id);
        free(row.words);
        rows->no_memory = true;
        return;
    }
    rows->rows[rows->count++] = row;
}

void explain_rows_release(struct explain_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->rows[i].id);
        free(rows->rows[i].words);
    }
    free(rows->rows);
    *rows = (struct explain_rows){0};
}

static void collect_account(struct explain_rows *rows, const struct account_facts *facts)
{
    bool paid = facts->first_paid_at != INSTANT_NONE;

    row_add(rows, "accounts", facts->account_id, "created %s, first_paid_at %s", explain_instant(facts->created_at).text,
            paid ? explain_instant(facts->first_paid_at).text : "none");
    for (size_t i = 0; i < facts->address_count; i++) {
        const struct address_fact *address = &facts->addresses[i];
        row_add(rows, "billing_addresses", address->address_id, "%s%s%s, tax number '%s', from %s", address->country,
                address->region[0] != '\0' ? "-" : "", address->region, address->tax_number,
                explain_instant(address->effective_at).text);
    }
}

static void collect_subscription(struct explain_rows *rows, const struct account_facts *facts)
{
    for (size_t i = 0; i < facts->change_count; i++) {
        row_add(rows, "plan_changes", facts->changes[i].change_id, "%s at %s", facts->changes[i].plan_code,
                explain_instant(facts->changes[i].effective_at).text);
    }
    for (size_t i = 0; i < facts->setting_count; i++) {
        const struct overage_setting_fact *setting = &facts->settings[i];
        bool capped = setting->cap_credits != CAP_NONE;
        row_add(rows, "overage_settings", setting->setting_id, "%s, cap %s, at %s", setting->enabled ? "on" : "off",
                capped ? explain_credits(setting->cap_credits).text : "none", explain_instant(setting->effective_at).text);
    }
    for (size_t i = 0; i < facts->grant_count; i++) {
        const struct credit_grant_fact *grant = &facts->grants[i];
        row_add(rows, "credit_grants", grant->grant_id, "%s credits from %s to %s", explain_credits(grant->credits).text,
                explain_instant(grant->starts_at).text, explain_instant(grant->expires_at).text);
    }
}

static void collect_money(struct explain_rows *rows, const struct explain *in, const struct account_facts *facts)
{
    for (size_t i = 0; i < facts->payment_count; i++) {
        row_add(rows, "payments", facts->payments[i].payment_id, "%s at %s",
                explain_money(in, facts->payments[i].amount_minor).text,
                explain_instant(facts->payments[i].collected_at).text);
    }
    for (size_t i = 0; i < facts->adjustment_count; i++) {
        const struct adjustment_fact *adjustment = &facts->adjustments[i];
        row_add(rows, "adjustments", adjustment->adjustment_id, "%s, %s, approved by %s",
                explain_money(in, adjustment->amount_minor).text, adjustment->reason, adjustment->approved_by);
    }
}

/* "pro from 2025-01-01T00:00:00Z" */
static const char *dated(char out[PLAN_ID_MAX], const char *code, int64_t effective_from)
{
    snprintf(out, PLAN_ID_MAX, "%.64s from %.30s", code, explain_instant(effective_from).text);
    return out;
}

static void collect_plans(struct explain_rows *rows, const struct explain *in, const struct account_month *account)
{
    const struct catalogue *catalogue = &account->catalogue;
    char id[PLAN_ID_MAX];

    for (size_t i = 0; i < catalogue->plan_count; i++) {
        row_add(rows, "plans", catalogue->plans[i].code, "%s, rank %lld", catalogue->plans[i].name,
                (long long)catalogue->plans[i].rank);
    }
    for (size_t i = 0; i < catalogue->price_count; i++) {
        const struct plan_price *price = &catalogue->prices[i];
        bool overage = price->overage_millionths != NO_OVERAGE_PRICE;
        if (strcmp(price->currency, account->facts->currency) == 0 && price->effective_from < account->period.month_end) {
            row_add(rows, "plan_prices", dated(id, catalogue->plans[price->plan].code, price->effective_from),
                    "%s a month, overage %s", explain_money(in, price->monthly_minor).text,
                    overage ? explain_unit_price(in, price->overage_millionths).text : "none");
        }
    }
    for (size_t i = 0; i < catalogue->allowance_count; i++) {
        const struct plan_allowance *allowance = &catalogue->allowances[i];
        if (allowance->effective_from < account->period.month_end) {
            row_add(rows, "plan_allowances", dated(id, catalogue->plans[allowance->plan].code, allowance->effective_from),
                    "%s credits", explain_credits(allowance->credits).text);
        }
    }
}

static void collect_rates(struct explain_rows *rows, const struct account_month *account)
{
    const struct catalogue *catalogue = &account->catalogue;
    char id[PLAN_ID_MAX];

    for (size_t i = 0; i < catalogue->rate_count; i++) {
        const struct model_rate *rate = &catalogue->rates[i];
        if (rate->effective_from < account->period.month_end) {
            row_add(rows, "model_rates", dated(id, catalogue->models[rate->model], rate->effective_from),
                    "multiplier %s, request_token_limit %lld", explain_millionths(rate->multiplier).text,
                    (long long)rate->request_token_limit);
        }
    }
}

static bool lives_in(const struct account_facts *facts, const char *country)
{
    for (size_t i = 0; i < facts->address_count; i++) {
        if (strcmp(facts->addresses[i].country, country) == 0) {
            return true;
        }
    }
    return false;
}

/* Does the row concern the account, at either of the two instants? */
static bool concerns(const struct account_month *account, const struct account_facts *other, const char *country,
                     int64_t effective_from)
{
    return effective_from < account->period.month_end && (lives_in(account->facts, country) || lives_in(other, country));
}

static void collect_countries(struct explain_rows *rows, const struct account_month *account,
                              const struct account_facts *other)
{
    const struct catalogue *catalogue = &account->catalogue;
    char id[PLAN_ID_MAX + TEXT_BYTES_MAX + ID_BYTES_MAX];

    for (size_t i = 0; i < catalogue->country_count; i++) {
        const struct country_rule *rule = &catalogue->countries[i];
        if (concerns(account, other, rule->country, rule->effective_from)) {
            row_add(rows, "countries", dated(id, rule->country, rule->effective_from), "%s",
                    rule->eligible ? "eligible" : "not eligible");
        }
    }
    for (size_t i = 0; i < catalogue->tax_count; i++) {
        const struct tax_rate *rate = &catalogue->taxes[i];
        if (concerns(account, other, rate->country, rate->effective_from)) {
            static const char *const CUSTOMERS[] = {"any", "consumer", "business"};
            snprintf(id, sizeof id, "%s of %s%s%s for %s from %.30s", rate->name, rate->country,
                     rate->region[0] != '\0' ? "-" : "", rate->region, CUSTOMERS[rate->customer],
                     explain_instant(rate->effective_from).text);
            row_add(rows, "tax_rates", id, "%s %%, rounded by %s", explain_percent(rate->percent).text,
                    rate->rounding == ROUND_DOCUMENT ? "document" : "line");
        }
    }
}

bool explain_rows_collect(struct explain_rows *rows, const struct account_month *account,
                          const struct account_facts *other)
{
    const struct explain in = {.digits = currency_digits(account->facts->currency)};

    collect_account(rows, account->facts);
    collect_subscription(rows, account->facts);
    collect_money(rows, &in, account->facts);
    collect_plans(rows, &in, account);
    collect_rates(rows, account);
    collect_countries(rows, account, other);
    row_add(rows, "policies", "of the month", "%s", explain_policies(account->policies).text);
    return !rows->no_memory;
}
