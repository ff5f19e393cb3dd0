/*
 * Sums over a month's bills.
 */
#include "batch/totals.h"

#include <assert.h>
#include <string.h>

#include "lib/arith.h"
#include "lib/currency.h"

static void add(struct totals *totals, int64_t *sum, int64_t value)
{
    if (!arith_add(*sum, value, sum)) {
        totals->overflow = true;
    }
}

static struct currency_totals *currency_of(struct totals *totals, const char *currency)
{
    for (size_t i = 0; i < totals->currency_count; i++) {
        if (strcmp(totals->currencies[i].currency, currency) == 0) {
            return &totals->currencies[i];
        }
    }
    assert(totals->currency_count < CURRENCIES_MAX); /* the database knows ISO 4217's codes only */
    struct currency_totals *added = &totals->currencies[totals->currency_count++];
    *added = (struct currency_totals){.digits = currency_digits(currency)};
    memcpy(added->currency, currency, sizeof added->currency - 1);
    return added;
}

static void add_money(struct totals *totals, const struct month_account *account)
{
    const struct bill *bill = account->bill;
    struct currency_totals *sums = currency_of(totals, account->facts->currency);

    add(totals, &sums->statement_minor, bill->total_minor);
    if (bill->status != BILL_INVOICED) {
        return;
    }
    sums->invoices++;
    for (size_t i = 0; i < bill->line_count; i++) {
        add(totals, &sums->lines_minor, bill->lines[i].amount_minor);
    }
    add(totals, &sums->subtotal_minor, bill->subtotal_minor);
    add(totals, &sums->tax_minor, bill->tax_minor);
    add(totals, &sums->total_minor, bill->total_minor);
    add(totals, &sums->collected_minor, bill->collected_minor);
    add(totals, &sums->due_minor, bill->due_minor);
}

void totals_account(struct totals *totals, const struct month_account *account, bool issued)
{
    const struct bill *bill = account->bill;

    totals->accounts[bill->status]++;
    totals->issued[bill->status] += issued;
    if (bill->status == BILL_HELD) {
        totals->held_events += bill->events;
        return;
    }
    totals->rated_events += bill->events;
    add(totals, &totals->credits, account->usage.credits);
    add(totals, &totals->used.bonus, bill->used.bonus);
    add(totals, &totals->used.included, bill->used.included);
    add(totals, &totals->used.overage, bill->used.overage);
    add(totals, &totals->used.unbilled, bill->used.unbilled);
    if (!grant_sums_add(&totals->grants, account->grants)) {
        totals->overflow = true;
    }
    totals->regret_checked++;
    totals->regret_held += bill->plan_lines_minor == bill->highest_alone_minor;
    if (issued) {
        add_money(totals, account);
    }
}

void totals_orphan(struct totals *totals, const struct month_orphan *orphan)
{
    totals->orphan_events += orphan->usage.events;
}
