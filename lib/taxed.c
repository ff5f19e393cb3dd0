/*
 * Which line of a bill was taxed at which rate.
 */
#include "lib/taxed.h"

#include <string.h>

#include "lib/tax.h"

int64_t taxed_at(const struct bill *bill, size_t line)
{
    /* The charge that a discount takes back stands before it. */
    return bill->lines[bill->lines[line].kind == LINE_PLAN_DISCOUNT ? line - 1 : line].charged_at;
}

bool taxed_next(struct taxed_in in, struct taxed_place *place, struct taxed *taxed)
{
    for (; place->line < in.bill->line_count; place->line++, place->rate = 0) {
        const struct bill_line *line = &in.bill->lines[place->line];
        if (line->kind == LINE_TAX) {
            continue;
        }
        int64_t at = taxed_at(in.bill, place->line);
        const struct address_fact *address = facts_address(in.facts, at); /* there is one: it is not held (R27) */
        const struct tax_rate *rate =
            tax_next_rate((struct tax_in){in.catalogue, address, at, line->amount_minor}, &place->rate);
        if (rate != NULL) {
            *taxed = (struct taxed){place->line, at, address, rate};
            return true;
        }
    }
    return false;
}

bool taxed_into(const struct bill_line *tax_line, const struct tax_rate *rate)
{
    return tax_line->kind == LINE_TAX && tax_line->quantity == rate->percent &&
           strcmp(tax_line->detail, rate->country) == 0 && strcmp(tax_line->reason, rate->name) == 0;
}
