/*
 * The digest of a catalogue.
 */
#include "batch/catalogue_digest.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define ROW_MAX 2048

/* A row's text, and a NUL after it, which no text has. */
__attribute__((format(printf, 2, 3)))
static void take(struct sha256_ctx *context, const char *format, ...)
{
    char text[ROW_MAX];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    sha256_update(context, (size_t)length + 1, (const uint8_t *)text);
}

static void take_plans(struct sha256_ctx *context, const struct catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->plan_count; i++) {
        const struct plan *plan = &catalogue->plans[i];
        take(context, "plan\t%s\t%s\t%" PRId64, plan->code, plan->name, plan->rank);
    }
    for (size_t i = 0; i < catalogue->price_count; i++) {
        const struct plan_price *price = &catalogue->prices[i];
        take(context, "price\t%d\t%s\t%" PRId64 "\t%" PRId64 "\t%" PRId64, price->plan, price->currency,
             price->effective_from, price->monthly_minor, price->overage_millionths);
    }
    for (size_t i = 0; i < catalogue->allowance_count; i++) {
        const struct plan_allowance *allowance = &catalogue->allowances[i];
        take(context, "allowance\t%d\t%" PRId64 "\t%" PRId64, allowance->plan, allowance->effective_from,
             allowance->credits);
    }
}

/* The model whose name comes next after `before`, or -1: in order of their names, whatever their numbers are. */
static int32_t model_after(const struct catalogue *catalogue, const char *before)
{
    int32_t found = -1;

    for (size_t i = 0; i < catalogue->model_count; i++) {
        if (strcmp(catalogue->models[i], before) > 0 &&
            (found < 0 || strcmp(catalogue->models[i], catalogue->models[found]) < 0)) {
            found = (int32_t)i;
        }
    }
    return found;
}

static void take_rates(struct sha256_ctx *context, const struct catalogue *catalogue)
{
    for (int32_t model = model_after(catalogue, ""); model >= 0;
         model = model_after(catalogue, catalogue->models[model])) {
        for (size_t i = 0; i < catalogue->rate_count; i++) {
            const struct model_rate *rate = &catalogue->rates[i];
            if (rate->model == model) {
                take(context, "rate\t%s\t%" PRId64 "\t%" PRId64 "\t%" PRId64, catalogue->models[model],
                     rate->effective_from, rate->multiplier, rate->request_token_limit);
            }
        }
    }
}

static void take_countries(struct sha256_ctx *context, const struct catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->country_count; i++) {
        const struct country_rule *rule = &catalogue->countries[i];
        take(context, "country\t%s\t%" PRId64 "\t%d", rule->country, rule->effective_from, rule->eligible);
    }
    for (size_t i = 0; i < catalogue->tax_count; i++) {
        const struct tax_rate *tax = &catalogue->taxes[i];
        take(context, "tax\t%s\t%s\t%d\t%" PRId64 "\t%s\t%" PRId64 "\t%d", tax->country, tax->region,
             (int)tax->customer, tax->effective_from, tax->name, tax->percent, (int)tax->rounding);
    }
}

void catalogue_digest(const struct catalogue *catalogue, struct policies policies, char out[DIGEST_HEX_MAX])
{
    struct digest digest = {.used = 0}; /* of rows that go straight into its context */

    sha256_init(&digest.context);
    take_plans(&digest.context, catalogue);
    take_rates(&digest.context, catalogue);
    take_countries(&digest.context, catalogue);
    take(&digest.context, "policies\t%d\t%d\t%" PRId64 "\t%" PRId64 "\t%" PRId64, (int)policies.proration,
         (int)policies.first_allowance, policies.headroom_percent, policies.close_grace_hours,
         policies.held_limit_percent);
    digest_end(&digest, out);
}
