/*
 * Tax (R24): which rates a line is taxed at, and what a document's tax lines
 * come to.
 */
#ifndef MONTHEND_LIB_TAX_H
#define MONTHEND_LIB_TAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/catalogue.h"
#include "lib/facts.h"

#define TAX_GROUPS_MAX 64 /* tax lines of one document */

/* One tax line in the making: one (country, name, percent). Texts point into the catalogue. */
struct tax_group {
    const char *country;
    const char *name;
    int64_t percent;              /* ten-thousandths of a percent, above 0 */
    int64_t taxed_minor;          /* sum of all taxed amounts */
    int64_t line_tax_minor;       /* tax of those rounded per line */
    int64_t document_taxed_minor; /* sum of those rounded once per document */
};

struct tax_book { /* starts as {0} */
    struct tax_group groups[TAX_GROUPS_MAX];
    size_t group_count;
};

struct tax_in {
    const struct catalogue *catalogue;
    const struct address_fact *address; /* in force at `at` */
    int64_t at;                         /* the line's charged_at; of a discount, that of the charge it reverses */
    int64_t amount_minor;               /* at most PRICE_MINOR_MAX either way */
};

/*
 * The rates that a line is taxed at, by name. For each tax name the most specific
 * rate in force that fits: the address's region before none, then the customer's
 * kind before `any`. A rate of 0 % shadows less specific ones and makes no line.
 * `*place` is where to go on, 0 at first. NULL: there are no more.
 */
const struct tax_rate *tax_next_rate(struct tax_in in, size_t *place);

/*
 * Tax one line at its rates. A discount is taxed at the instant of the charge it
 * reverses, with its amount negated: rounding is half away from zero, so that it
 * carries exactly minus that tax.
 *
 * False when the document would have more than TAX_GROUPS_MAX tax lines.
 */
__attribute__((warn_unused_result)) bool tax_line(struct tax_book *book, struct tax_in in);

/* The tax of a group: per line, or once for the document's sum. */
int64_t tax_amount(const struct tax_group *group);

/* Order of the invoice: by (country, name, percent). */
void tax_sort(struct tax_book *book);

#endif
