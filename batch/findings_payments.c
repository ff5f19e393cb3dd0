/*
 * What a person should look at in payments (R25).
 *
 * One thing is told once, by its cause:
 *
 *     payments of an account without an invoice    payment_without_invoice alone
 *     two equal ones, without the second of which  equal_payments alone
 *       the sum would be right
 *     more than the invoice's total                negative_due, not also payments_differ
 *     another sum than what was charged            payments_differ
 *
 * A held account's payments wait for its bill; that two are equal is told anyway.
 */
#include <stdio.h>
#include <stdlib.h>

#include "batch/finding.h"
#include "lib/calendar.h"
#include "lib/collectable.h"
#include "lib/text.h"
#include "schema/store_payments.h"

static enum err_code keys_make(struct findings *findings, const struct account_facts *facts, struct err *err)
{
    if (facts->payment_count > findings->keys_max) {
        size_t wanted = 2 * facts->payment_count;
        struct payment_key *keys = realloc(findings->keys, wanted * sizeof *keys);
        if (keys == NULL) {
            return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
        }
        findings->keys = keys;
        findings->keys_max = wanted;
    }
    payments_order(facts, findings->keys);
    return ERR_NONE;
}

/* `right`: all payments together come to what was charged, so that two equal charges may be behind them. */
static void report_equal(struct findings *findings, const struct account_facts *facts, size_t at, bool right,
                         struct err *err)
{
    const struct payment_fact *payment = &facts->payments[findings->keys[at].index];
    struct finding finding = finding_of(EXCEPTION_EQUAL_PAYMENTS, facts);
    char detail[DETAIL_MAX], amount[MONEY_TEXT_MAX];

    finding.reference = payment->payment_id;
    finding.occurred_at = payment->collected_at;
    finding.amount_minor = payment->amount_minor;
    finding.currency = facts->currency;
    snprintf(detail, sizeof detail, "%s, also as '%s'%s", money_text(payment->amount_minor, facts->currency, amount),
             facts->payments[findings->keys[at - 1].index].payment_id,
             right ? "; all payments together come to what was charged" : "");
    finding.detail = detail;
    (void)finding_report(findings, finding, err); /* the error is in *err */
}

/* Returns the sum of the payments that repeat another; 0 where it is beyond what could settle an invoice. */
static int64_t find_equal(struct findings *findings, const struct account_facts *facts, bool right, struct err *err)
{
    int64_t repeated = 0;
    bool fits = true;

    if (facts->payment_count < 2 || keys_make(findings, facts, err) != ERR_NONE) {
        return 0;
    }
    for (size_t i = 1; i < facts->payment_count && err->code == ERR_NONE; i++) {
        if (payment_repeats(findings->keys, i)) {
            report_equal(findings, facts, i, right, err);
            fits = fits && arith_add(repeated, findings->keys[i].amount_minor, &repeated);
        }
    }
    return fits && repeated <= PRICE_MINOR_MAX && repeated >= -PRICE_MINOR_MAX ? repeated : 0;
}

static void find_without_invoice(struct findings *findings, const struct account_facts *facts, struct err *err)
{
    struct finding finding = finding_of(EXCEPTION_PAYMENT_WITHOUT_INVOICE, facts);
    char detail[DETAIL_MAX], sum[MONEY_TEXT_MAX];

    if (!payments_sum(facts, &finding.amount_minor) || finding.amount_minor == 0) {
        return; /* none, or paid back; a sum that does not fit is of a held account */
    }
    finding.reference = facts->payment_count == 1 ? facts->payments[0].payment_id : "";
    finding.occurred_at = facts->payment_count == 1 ? facts->payments[0].collected_at : INSTANT_NONE;
    finding.currency = facts->currency;
    snprintf(detail, sizeof detail, "%zu payment%s, %s", facts->payment_count,
             text_plural((int64_t)facts->payment_count), money_text(finding.amount_minor, facts->currency, sum));
    finding.detail = detail;
    (void)finding_report(findings, finding, err); /* the error is in *err */
}

static bool matches(struct collectable expected, int64_t collected_minor)
{
    return collected_minor == expected.as_document_minor || collected_minor == expected.as_charged_minor;
}

static void find_negative_due(struct findings *findings, const struct month_account *account, struct err *err)
{
    struct finding finding = finding_of(EXCEPTION_NEGATIVE_DUE, account->facts);
    const char *currency = account->facts->currency;
    char detail[DETAIL_MAX], total[MONEY_TEXT_MAX], collected[MONEY_TEXT_MAX];

    finding.amount_minor = account->bill->due_minor;
    finding.currency = currency;
    snprintf(detail, sizeof detail, "its total is %s, collected %s", money_text(account->bill->total_minor, currency, total),
             money_text(account->bill->collected_minor, currency, collected));
    finding.detail = detail;
    (void)finding_report(findings, finding, err); /* the error is in *err */
}

static void find_difference(struct findings *findings, const struct month_account *account, int64_t expected_minor,
                            struct err *err)
{
    struct finding finding = finding_of(EXCEPTION_PAYMENTS_DIFFER, account->facts);
    const char *currency = account->facts->currency;
    char detail[DETAIL_MAX], collected[MONEY_TEXT_MAX], expected[MONEY_TEXT_MAX];

    finding.amount_minor = account->bill->collected_minor - expected_minor;
    finding.currency = currency;
    snprintf(detail, sizeof detail, "collected %s, charged %s",
             money_text(account->bill->collected_minor, currency, collected), money_text(expected_minor, currency, expected));
    finding.detail = detail;
    (void)finding_report(findings, finding, err); /* the error is in *err */
}

/* The invoice's payments beside its charges. */
static void find_invoiced(struct findings *findings, const struct month_account *account, struct err *err)
{
    const struct bill *bill = account->bill;
    struct collectable expected = collectable(
        (struct collectable_in){account->facts, findings->catalogue, bill, month_end_ms(findings->month)});
    int64_t settled_minor = bill->collected_minor;
    bool right = matches(expected, settled_minor);
    int64_t repeated_minor = find_equal(findings, account->facts, right, err);

    if (!right && matches(expected, settled_minor - repeated_minor)) {
        settled_minor -= repeated_minor; /* equal_payments has told it */
        right = true;
    }
    if (err->code != ERR_NONE) {
        return;
    }
    if (bill->total_minor - settled_minor < 0) {
        find_negative_due(findings, account, err);
    } else if (findings->payments_known && !right) {
        find_difference(findings, account, expected.as_document_minor, err);
    }
}

void find_payments(struct findings *findings, const struct month_account *account, struct err *err)
{
    enum bill_status status = account->listed ? account->bill->status : BILL_NO_CHARGE;

    if (err->code != ERR_NONE) {
        return;
    }
    if (status == BILL_NO_CHARGE) {
        find_without_invoice(findings, account->facts, err);
    } else if (status == BILL_INVOICED) {
        find_invoiced(findings, account, err);
    } else {
        (void)find_equal(findings, account->facts, false, err);
    }
}

static enum err_code report_shared(void *context, const struct shared_reference *shared, struct err *err)
{
    struct findings *findings = context;
    struct finding finding = finding_of_run(EXCEPTION_SHARED_PAYMENT_REFERENCE);
    char detail[DETAIL_MAX];

    if (shared->accounts == 2) {
        snprintf(detail, sizeof detail, "%lld payments of '%s' and '%s'", (long long)shared->payments,
                 shared->first_account_id, shared->last_account_id);
    } else {
        snprintf(detail, sizeof detail, "%lld payments of %lld accounts from '%s' to '%s'", (long long)shared->payments,
                 (long long)shared->accounts, shared->first_account_id, shared->last_account_id);
    }
    finding.account_id = shared->first_account_id;
    finding.reference = shared->reference;
    finding.detail = detail;
    return finding_report(findings, finding, err);
}

void find_shared_references(struct findings *findings, struct err *err)
{
    if (err->code == ERR_NONE && findings->payments_known) {
        (void)!shared_references(findings->store, findings->month, findings->as_of, report_shared, findings, err);
    }
}
