/* Sums over the accounts; each addition is checked. */
#include "reports/totals.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arith.h"
#include "reports/tables.h"

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
    return fits;
}

/* Every line, by what earned it and where. */
static enum err_code revenue_add_up(struct totals *totals, const struct report_run *run, const struct report_account *account)
{
    const struct bill *document = report_document(account);
    enum err_code code = ERR_NONE;

    for (size_t i = 0; i < document->line_count && code == ERR_NONE; i++) {
        const struct bill_line *line = &document->lines[i];
        struct revenue_key key = {line->kind, plan_code(run->catalogue, line->plan), account->country,
                                  account->currency};
        code = revenue_add(&totals->revenue, key, line->amount_minor);
    }
    return code;
}

/* Which share of its allowance the account used. */
static int share_of(const struct bill *bill)
{
    if (bill->used.overage > 0 || bill->used.unbilled > 0) {
        return TOTALS_OVER;
    }
    return (int)(bill->used.included * TOTALS_ALL_USED / bill->allowance); /* 10^12 x 10 fits */
}

static enum err_code models_add_up(struct totals *totals, const struct report_run *run, const struct report_account *account)
{
    size_t count = run->catalogue->model_count;
    bool fits = true;

    if (totals->model_credits == NULL) {
        totals->model_credits = calloc(count + 1, sizeof *totals->model_credits);
    }
    if (totals->model_credits == NULL) {
        return ERR_INTERNAL;
    }
    for (size_t i = 0; i < count && fits && account->models != NULL; i++) {
        fits = add(&totals->model_credits[i], account->models[i].credits);
    }
    return fits ? ERR_NONE : ERR_DATA;
}

/* Beside the last closed month before; every account changes when it is the first. */
static void mover_add(struct totals *totals, const struct report_run *run, const struct report_account *account)
{
    static const struct account_before nothing = {0};
    const struct account_before *before = account->history == NULL ? &nothing : &account->history->before;
    const struct bill *bill = account->bill;

    if (run->month_before == 0) {
        return;
    }
    struct mover mover = {
        .digits = account->digits,
        .before_minor = before->total_minor,
        .now_minor = bill->status == BILL_INVOICED ? bill->total_minor : 0,
        .reason = variance_reason((struct variance_in){before, bill, run->catalogue, account->currency,
                                                       run->month_before}),
    };
    (void)snprintf(mover.account_id, sizeof mover.account_id, "%s", account->account_id);
    (void)snprintf(mover.currency, sizeof mover.currency, "%s", account->currency);
    (void)snprintf(mover.plan_before, sizeof mover.plan_before, "%s", before->plan_at_end);
    (void)snprintf(mover.plan_now, sizeof mover.plan_now, "%s", plan_code(run->catalogue, bill->plan_at_end));
    movers_add(&totals->movers, mover);
}

static enum err_code document_add_up(struct totals *totals, const struct report_run *run, const struct report_account *account)
{
    const struct bill *document = report_document(account);
    struct currency_totals *row = currency_row(totals, account->currency, account->digits);

    if (row == NULL || !add(&row->at_stake_minor, account->bill->at_stake_minor)) {
        return ERR_DATA;
    }
    if (document == NULL) {
        return ERR_NONE;
    }
    totals->lines += (int64_t)document->line_count;
    return invoice_add_up(row, document) ? revenue_add_up(totals, run, account) : ERR_DATA;
}

/* ERR_INTERNAL: no memory; ERR_DATA: a sum does not fit. */
static enum err_code billed_add_up(struct totals *totals, const struct report_run *run, const struct report_account *account)
{
    const struct bill *bill = account->bill;
    enum err_code code = usage_add_up(totals, bill) ? models_add_up(totals, run, account) : ERR_DATA;

    if (bill->allowance > 0) {
        totals->allowance_used[share_of(bill)]++;
    }
    if (code == ERR_NONE && (report_document(account) != NULL || bill->at_stake_minor != 0)) {
        code = document_add_up(totals, run, account);
    }
    return code;
}

enum err_code totals_add(struct totals *totals, const struct report_run *run, const struct report_account *account,
                         struct err *err)
{
    const struct bill *bill = account->bill;

    totals->statuses[bill->status]++;
    mover_add(totals, run, account);
    if (bill->status == BILL_HELD) {
        totals->holds[bill->hold.reason]++;
        return ERR_NONE;
    }
    switch (billed_add_up(totals, run, account)) {
    case ERR_NONE:
        return ERR_NONE;
    case ERR_INTERNAL:
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    default:
        return err_set(err, ERR_DATA, "the month's sums in %s are too large to report", account->currency);
    }
}

void totals_release(struct totals *totals)
{
    free(totals->model_credits);
    revenue_release(&totals->revenue);
    memset(totals, 0, sizeof *totals);
}
