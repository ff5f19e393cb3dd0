/*
 * Which line of a bill was taxed at which rate (R24): what stands behind the tax
 * lines, one after the other in the bill's order.
 */
#ifndef MONTHEND_LIB_TAXED_H
#define MONTHEND_LIB_TAXED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bill.h"
#include "lib/catalogue.h"
#include "lib/facts.h"

struct taxed_in {
    const struct bill *bill; /* not held */
    const struct account_facts *facts;
    const struct catalogue *catalogue;
};

struct taxed {
    size_t line;                        /* of the bill, from 0; never a tax line */
    int64_t at;                         /* the instant it is taxed at: of a discount, that of the charge it reverses */
    const struct address_fact *address; /* in force then */
    const struct tax_rate *rate;        /* 0 %: no tax, and no tax line */
};

struct taxed_place { /* starts as {0} */
    size_t line;
    size_t rate;
};

/* The next line with a rate that it was taxed at; false: there are no more. Lines that no rate fits are passed over. */
bool taxed_next(struct taxed_in in, struct taxed_place *place, struct taxed *taxed);

/* The instant that a line of the bill is taxed at. */
int64_t taxed_at(const struct bill *bill, size_t line);

/* Is this the tax line that the rate's tax goes into? A rate of 0 % has none. */
bool taxed_into(const struct bill_line *tax_line, const struct tax_rate *rate);

#endif
