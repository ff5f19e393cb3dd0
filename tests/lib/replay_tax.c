/*
 * replay_tax.c - taxes by the letter of R24.
 */
#include "tests/lib/replay_tax.h"

#include <assert.h>
#include <string.h>

/* Half away from zero of amount x percent. */
static int64_t percent_of(int64_t amount, int64_t percent)
{
    __int128 product = (__int128)(amount < 0 ? -amount : amount) * percent;
    int64_t tax = (int64_t)((product + 500000) / 1000000);

    return amount < 0 ? -tax : tax;
}

static const struct address_fact *address_at(const struct world *world, int64_t at)
{
    const struct address_fact *found = NULL;

    for (size_t i = 0; i < world->facts.address_count; i++) {
        found = world->addresses[i].effective_at <= at ? &world->addresses[i] : found;
    }
    return found;
}

/* The row of this very key (country, region, customer, name) in force at `at`, or NULL. */
static const struct tax_rate *rate_in_force(const struct world *world, const struct address_fact *address,
                                            const char *region, enum customer_kind kind, const char *name, int64_t at)
{
    const struct tax_rate *found = NULL;

    for (size_t i = 0; i < world->catalogue.tax_count; i++) {
        const struct tax_rate *row = &world->taxes[i];
        if (strcmp(row->country, address->country) == 0 && strcmp(row->region, region) == 0 && row->customer == kind &&
            strcmp(row->name, name) == 0 && row->effective_from <= at &&
            (found == NULL || row->effective_from > found->effective_from)) {
            found = row;
        }
    }
    return found;
}

/* For one tax name: the region before none, then the customer's kind before `any`. */
static const struct tax_rate *most_specific(const struct world *world, const struct address_fact *address,
                                            const char *name, int64_t at)
{
    enum customer_kind kind = address->tax_number[0] != '\0' ? CUSTOMER_BUSINESS : CUSTOMER_CONSUMER;
    const struct tax_rate *rate = NULL;

    if (address->region[0] != '\0') {
        rate = rate_in_force(world, address, address->region, kind, name, at);
        if (rate == NULL) {
            rate = rate_in_force(world, address, address->region, CUSTOMER_ANY, name, at);
        }
    }
    if (rate == NULL) {
        rate = rate_in_force(world, address, "", kind, name, at);
    }
    return rate != NULL ? rate : rate_in_force(world, address, "", CUSTOMER_ANY, name, at);
}

static void add(struct replay_taxes *taxes, const struct tax_rate *rate, int64_t amount)
{
    size_t i = 0;

    while (i < taxes->count && (taxes->taxes[i].percent != rate->percent ||
                                strcmp(taxes->taxes[i].name, rate->name) != 0 ||
                                strcmp(taxes->taxes[i].country, rate->country) != 0)) {
        i++;
    }
    if (i == taxes->count) {
        assert(taxes->count < REPLAY_TAXES_MAX);
        taxes->taxes[taxes->count++] =
            (struct replay_tax){.country = rate->country, .name = rate->name, .percent = rate->percent};
    }
    struct replay_tax *tax = &taxes->taxes[i];
    tax->taxed_minor += amount;
    if (rate->rounding == ROUND_LINE) {
        tax->amount_minor += percent_of(amount, rate->percent);
    } else { /* random worlds round one (country, name) one way */
        tax->amount_minor = percent_of(tax->taxed_minor, rate->percent);
    }
}

static void tax_one(const struct world *world, const struct replay_line *line, struct replay_taxes *taxes)
{
    const struct address_fact *address = address_at(world, line->charged_at);

    for (size_t i = 0; i < world->catalogue.tax_count; i++) {
        const char *name = world->taxes[i].name;
        bool seen = strcmp(world->taxes[i].country, address->country) != 0;
        for (size_t j = 0; j < i && !seen; j++) {
            seen = strcmp(world->taxes[j].name, name) == 0 && strcmp(world->taxes[j].country, address->country) == 0;
        }
        const struct tax_rate *rate = seen ? NULL : most_specific(world, address, name, line->charged_at);
        if (rate != NULL && rate->percent > 0) {
            add(taxes, rate, line->amount_minor);
        }
    }
}

struct replay_taxes replay_taxes(const struct world *world, const struct replay *replay)
{
    struct replay_taxes taxes = {.count = 0};

    for (size_t i = 0; i < replay->line_count; i++) {
        bool discount = replay->lines[i].kind == LINE_PLAN_DISCOUNT;
        bool discounted = i + 1 < replay->line_count && replay->lines[i + 1].kind == LINE_PLAN_DISCOUNT;
        if (!discount && !discounted) {
            tax_one(world, &replay->lines[i], &taxes);
        }
    }
    return taxes;
}
