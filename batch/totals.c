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

static void add_money(struct totals *totals, const struct month_account *account, const struct issuing *issuing)
{
    struct currency_totals *sums = currency_of(totals, account->facts->currency);
    const struct bill *document = issuing->document;

    add(totals, &sums->statement_minor, account->bill->total_minor);
    add(totals, &sums->before_minor, issuing->was_minor);
    if (document == NULL) {
        return;
    }
    totals->documents[issuing->series]++;
    sums->invoices++;
    for (size_t i = 0; i < document->line_count; i++) {
        add(totals, &sums->lines_minor, document->lines[i].amount_minor);
    }
    add(totals, &sums->subtotal_minor, document->subtotal_minor);
    add(totals, &sums->tax_minor, document->tax_minor);
    add(totals, &sums->total_minor, document->total_minor);
    add(totals, &sums->collected_minor, document->collected_minor);
    add(totals, &sums->due_minor, document->due_minor);
}

static void add_usage(struct totals *totals, const struct month_account *account)
{
    const struct bill *bill = account->bill;

    totals->rated_events += bill->events;
    add(totals, &totals->credits, account->usage.credits);
    add(totals, &totals->used.bonus, bill->used.bonus);
    add(totals, &totals->used.included, bill->used.included);
    add(totals, &totals->used.overage, bill->used.overage);
    add(totals, &totals->used.unbilled, bill->used.unbilled);
    if (!grant_sums_add(&totals->grants, account->grants)) {
        totals->overflow = true;
    }
}

void totals_account(struct totals *totals, const struct month_account *account, const struct issuing *issuing)
{
    const struct bill *bill = account->bill;

    totals->accounts[bill->status]++;
    totals->issued[bill->status] += issuing != NULL;
    totals->kept += issuing != NULL && issuing->kept;
    if (bill->status == BILL_HELD) {
        totals->held_events += bill->events;
        return;
    }
    if (account->listed) { /* a month that is taken back as a whole has no usage */
        add_usage(totals, account);
    }
    totals->regret_checked++;
    totals->regret_held += bill->plan_lines_minor == bill->highest_alone_minor;
    if (issuing != NULL) {
        add_money(totals, account, issuing);
    }
}

void totals_events(struct totals *totals, const struct month_account *account, const struct issued_account *issued,
                   struct learned_usage learned)
{
    if (!issued->stated || issued->held || !account->listed || account->bill->status == BILL_HELD) {
        return; /* a held month tells nothing of its events */
    }
    add(totals, &totals->events_expected, issued->events + learned.late_events - learned.voided_events);
    add(totals, &totals->events_found, account->bill->events);
}

void totals_orphan(struct totals *totals, const struct month_orphan *orphan)
{
    totals->orphan_events += orphan->usage.events;
}
