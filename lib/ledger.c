/*
 * The postings of a document and their sums.
 */
#include "lib/ledger.h"

#include <assert.h>

#include "lib/arith.h"
#include "lib/calendar.h"

size_t ledger_posting_count(const struct ledger_document *document)
{
    return document->line_count + 3;
}

static enum ledger_role role_of(enum line_kind kind)
{
    switch (kind) {
    case LINE_PLAN:
    case LINE_PLAN_PRORATED:
    case LINE_PLAN_UPGRADE:
        return LEDGER_REVENUE_SUBSCRIPTION;
    case LINE_PLAN_DISCOUNT:
        return LEDGER_REVENUE_DISCOUNT;
    case LINE_OVERAGE:
        return LEDGER_REVENUE_OVERAGE;
    case LINE_ADJUSTMENT:
        return LEDGER_ADJUSTMENT;
    case LINE_TAX:
        break;
    }
    return LEDGER_TAX_PAYABLE;
}

static struct ledger_posting posting_of_line(const struct bill_line *line, size_t index)
{
    bool tax = line->kind == LINE_TAX;

    return (struct ledger_posting){
        .part = LEDGER_BILLED,
        .role = role_of(line->kind),
        .plan = line->plan,
        .country = tax ? line->detail : "",
        .tax = tax ? line->reason : "",
        .amount_minor = -line->amount_minor,
        .line = index,
    };
}

struct ledger_posting ledger_posting(const struct ledger_document *document, size_t index)
{
    assert(index < ledger_posting_count(document));
    struct ledger_posting posting = {
        .role = LEDGER_RECEIVABLE, .plan = PLAN_UNKNOWN, .country = "", .tax = "", .line = LEDGER_NO_LINE};

    if (index == 0) {
        posting.amount_minor = document->total_minor;
        return posting;
    }
    if (index <= document->line_count) {
        return posting_of_line(&document->lines[index - 1], index - 1);
    }
    posting.part = LEDGER_COLLECTED;
    posting.amount_minor = -document->collected_minor;
    if (index == document->line_count + 1) {
        posting.role = LEDGER_CASH;
        posting.amount_minor = document->collected_minor;
    }
    return posting;
}

int32_t ledger_posting_day(bool note, int32_t month, int64_t as_of)
{
    return day_of(note ? as_of : month_end_ms(month) - 1);
}

bool ledger_sums_post(struct ledger_sums *sums, const struct ledger_posting *posting)
{
    int64_t *side = posting->amount_minor > 0 ? &sums->debit_minor : &sums->credit_minor;
    int64_t *balance = &sums->balance_minor[posting->role];
    int64_t amount = posting->amount_minor > 0 ? posting->amount_minor : -posting->amount_minor;

    return arith_add(*side, amount, side) && arith_add(*balance, posting->amount_minor, balance);
}

bool ledger_sums_billed(const struct ledger_sums *sums, int64_t *billed_minor)
{
    return arith_add(sums->balance_minor[LEDGER_RECEIVABLE], sums->balance_minor[LEDGER_CASH], billed_minor);
}
