/*
 * What the payments of an account-month should come to (R24, R25).
 */
#include "lib/collectable.h"

#include <assert.h>

#include "lib/tax.h"

/* Tax one line as the bill did: a discount where and when its charge was. */
static void line_tax(const struct collectable_in *in, size_t index, struct tax_book *book)
{
    const struct bill_line *line = &in->bill->lines[index];
    const struct bill_line *taxed = line->kind == LINE_PLAN_DISCOUNT ? line - 1 : line;
    const struct address_fact *address = facts_address(in->facts, taxed->charged_at);

    assert(address != NULL); /* R27: it would be held */
    bool fits = tax_line(book, (struct tax_in){in->catalogue, address, taxed->charged_at, line->amount_minor});
    assert(fits);
    (void)fits;
}

static int64_t book_tax(const struct tax_book *book)
{
    int64_t sum = 0;

    for (size_t i = 0; i < book->group_count; i++) {
        sum += tax_amount(&book->groups[i]);
    }
    return sum;
}

struct collectable collectable(struct collectable_in in)
{
    struct collectable out = {0};
    struct tax_book all = {.group_count = 0};
    struct tax_book alone = {.group_count = 0};
    int64_t charged_minor = 0;

    for (size_t i = 0; i < in.bill->line_count; i++) {
        if (in.bill->lines[i].charged_at >= in.month_end - 1) {
            continue; /* tax lines among them */
        }
        charged_minor += in.bill->lines[i].amount_minor;
        line_tax(&in, i, &all);
        alone.group_count = 0;
        line_tax(&in, i, &alone);
        out.as_charged_minor += book_tax(&alone);
    }
    out.as_charged_minor += charged_minor;
    out.as_document_minor = charged_minor + book_tax(&all);
    return out;
}
