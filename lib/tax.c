/*
 * Tax (R24).
 */
#include "lib/tax.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arith.h"

#define PERCENT_WHOLE 1000000 /* 100 % in ten-thousandths of a percent */

static int64_t tax_of(int64_t amount_minor, int64_t percent)
{
    int64_t tax = 0;
    bool fits = arith_mul_div_half_away(amount_minor, percent, PERCENT_WHOLE, &tax);

    assert(fits); /* percent is at most 100 */
    (void)fits;
    return tax;
}

/* How specific a rate is for the address, or -1: it does not fit. */
static int specificity(const struct tax_rate *rate, const struct address_fact *address)
{
    enum customer_kind kind = address->tax_number[0] != '\0' ? CUSTOMER_BUSINESS : CUSTOMER_CONSUMER;
    int score = 0;

    if (rate->region[0] != '\0') {
        if (strcmp(rate->region, address->region) != 0) {
            return -1;
        }
        score += 2;
    }
    if (rate->customer != CUSTOMER_ANY) {
        if (rate->customer != kind) {
            return -1;
        }
        score += 1;
    }
    return score;
}

static struct tax_group *group_of(struct tax_book *book, const struct tax_rate *rate)
{
    for (size_t i = 0; i < book->group_count; i++) {
        struct tax_group *group = &book->groups[i];
        if (group->percent == rate->percent && strcmp(group->country, rate->country) == 0 &&
            strcmp(group->name, rate->name) == 0) {
            return group;
        }
    }
    if (book->group_count == TAX_GROUPS_MAX) {
        return NULL;
    }
    struct tax_group *group = &book->groups[book->group_count++];
    *group = (struct tax_group){.country = rate->country, .name = rate->name, .percent = rate->percent};
    return group;
}

static bool tax_at(struct tax_book *book, const struct tax_rate *rate, int64_t amount_minor)
{
    if (rate->percent == 0) {
        return true;
    }
    struct tax_group *group = group_of(book, rate);
    if (group == NULL) {
        return false;
    }
    group->taxed_minor += amount_minor;
    if (rate->rounding == ROUND_DOCUMENT) {
        group->document_taxed_minor += amount_minor;
    } else {
        group->line_tax_minor += tax_of(amount_minor, rate->percent);
    }
    return true;
}

const struct tax_rate *tax_next_rate(struct tax_in in, size_t *place)
{
    const struct tax_rate *best = NULL; /* of the tax name at hand: rows of one name stand together */
    int best_score = -1;

    for (; *place < in.catalogue->tax_count; (*place)++) {
        const struct tax_rate *rate = &in.catalogue->taxes[*place];
        if (strcmp(rate->country, in.address->country) != 0 || rate->effective_from > in.at) {
            continue;
        }
        if (best != NULL && strcmp(best->name, rate->name) != 0) {
            return best;
        }
        int score = specificity(rate, in.address);
        if (score >= 0) {
            assert(score >= best_score); /* their order; an equal one is of the same key, in force later */
            best = rate;
            best_score = score;
        }
    }
    return best;
}

bool tax_line(struct tax_book *book, struct tax_in in)
{
    size_t place = 0;
    bool fits = true;

    for (const struct tax_rate *rate; (rate = tax_next_rate(in, &place)) != NULL;) {
        fits = tax_at(book, rate, in.amount_minor) && fits;
    }
    return fits;
}

int64_t tax_amount(const struct tax_group *group)
{
    return group->line_tax_minor + tax_of(group->document_taxed_minor, group->percent);
}

static int order_groups(const void *left, const void *right)
{
    const struct tax_group *a = left, *b = right;
    int order = strcmp(a->country, b->country);

    if (order == 0) {
        order = strcmp(a->name, b->name);
    }
    return order != 0 ? order : (a->percent > b->percent) - (a->percent < b->percent);
}

void tax_sort(struct tax_book *book)
{
    if (book->group_count > 1) {
        qsort(book->groups, book->group_count, sizeof *book->groups, order_groups);
    }
}
