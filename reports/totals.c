/* Sums for the Summary; each addition is checked. */
#include "reports/totals.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/arith.h"

/* The currency's row, made where it is missing; NULL: no room. */
static struct currency_totals *currency_row(struct totals *totals, const char *currency, int digits)
{
    int at = 0;

    while (at < totals->currency_count && strcmp(totals->currencies[at].currency, currency) < 0) {
        at++;
    }
    struct currency_totals *row = &totals->currencies[at];
    if (at < totals->currency_count && strcmp(row->currency, currency) == 0) {
        return row;
    }
    if (totals->currency_count == TOTALS_CURRENCIES_MAX) {
        return NULL;
    }
    memmove(row + 1, row, (size_t)(totals->currency_count - at) * sizeof *row);
    memset(row, 0, sizeof *row);
    (void)snprintf(row->currency, sizeof row->currency, "%s", currency);
    row->digits = digits;
    totals->currency_count++;
    return row;
}

static bool add(int64_t *sum, int64_t value)
{
    return arith_add(*sum, value, sum);
}

static bool usage_add_up(struct totals *totals, const struct bill *bill)
{
    return add(&totals->events, bill->events) && add(&totals->credits, bill->credits) &&
           add(&totals->used.bonus, bill->used.bonus) && add(&totals->used.included, bill->used.included) &&
           add(&totals->used.overage, bill->used.overage) && add(&totals->used.unbilled, bill->used.unbilled);
}

static bool invoice_add_up(struct currency_totals *row, const struct bill *bill)
{
    bool fits = add(&row->subtotal_minor, bill->subtotal_minor) && add(&row->tax_minor, bill->tax_minor) &&
                add(&row->total_minor, bill->total_minor) && add(&row->collected_minor, bill->collected_minor) &&
                add(&row->due_minor, bill->due_minor);

    row->invoices++;
    for (size_t i = 0; i < bill->line_count && fits; i++) {
        fits = add(&row->kind_minor[bill->lines[i].kind], bill->lines[i].amount_minor);
    }
    return fits;
}

enum err_code totals_add(struct totals *totals, const struct report_account *account, struct err *err)
{
    const struct bill *bill = account->bill;
    const struct bill *document = report_document(account);

    totals->statuses[bill->status]++;
    if (bill->status == BILL_HELD) {
        totals->holds[bill->hold.reason]++;
        return ERR_NONE;
    }
    bool fits = usage_add_up(totals, bill);
    if (document != NULL || bill->at_stake_minor != 0) {
        struct currency_totals *row = currency_row(totals, account->currency, account->digits);
        fits = fits && row != NULL && add(&row->at_stake_minor, bill->at_stake_minor);
        if (fits && document != NULL) {
            fits = invoice_add_up(row, document);
            totals->lines += (int64_t)document->line_count;
        }
    }
    return fits ? ERR_NONE
                : err_set(err, ERR_DATA, "the month's sums in %s are too large to report", account->currency);
}
