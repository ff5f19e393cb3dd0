/*
 * Tax by line and rate, payments, and what another plan would have cost.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/explain.h"
#include "lib/breakeven.h"
#include "lib/overage.h"
#include "lib/reckoning.h"
#include "lib/taxed.h"

static const char *const CUSTOMERS[] = {
    [CUSTOMER_ANY] = "any customer",
    [CUSTOMER_CONSUMER] = "consumers",
    [CUSTOMER_BUSINESS] = "businesses",
};

static struct taxed_in taxed_of(const struct explain *in)
{
    return (struct taxed_in){&in->now->bill, in->now->facts, &in->now->catalogue};
}

/* Is the line to be explained: it, or a tax line that its tax goes into? */
static bool wanted(const struct explain *in, const struct taxed *taxed)
{
    const struct bill *bill = &in->now->bill;

    return in->line == 0 || in->line == taxed->line + 1 || taxed_into(&bill->lines[in->line - 1], taxed->rate);
}

/* "VAT of DE, 19 % for any customer from 2021-01-01T00:00:00Z; address adr-1, a consumer, at 2025-11-21T09:30:00Z" */
static struct explain_text rate_words(const struct taxed *taxed)
{
    const struct tax_rate *rate = taxed->rate;
    struct explain_text out;
    bool region = rate->region[0] != '\0';

    snprintf(out.text, sizeof out.text, "%.200s of %s%s%.64s, for %s from %.30s; address %.64s, a %s, at %.30s", rate->name,
             rate->country, region ? "-" : "", rate->region, CUSTOMERS[rate->customer],
             explain_instant(rate->effective_from).text, taxed->address->address_id,
             taxed->address->tax_number[0] != '\0' ? "business" : "consumer", explain_instant(taxed->at).text);
    return out;
}

static void say_taxed(struct explain *in, const struct taxed *taxed)
{
    const struct bill_line *line = &in->now->bill.lines[taxed->line];
    char words[RECKONING_MAX];
    char label[32];

    snprintf(label, sizeof label, "line %zu", taxed->line + 1);
    if (taxed->rate->percent == 0) {
        explanation_fact(in->out, "R24", label, "0 %%, no tax line: %s", rate_words(taxed).text);
    } else if (taxed->rate->rounding == ROUND_DOCUMENT) {
        explanation_fact(in->out, "R24", label, "%s at %s %%, rounded once for the document: %s",
                         explain_money(in, line->amount_minor).text, explain_percent(taxed->rate->percent).text,
                         rate_words(taxed).text);
    } else {
        (void)reckon_tax((struct reckon_tax){line->amount_minor, taxed->rate->percent, in->digits}, words);
        explanation_fact(in->out, "R24", label, "%s: %s", words, rate_words(taxed).text);
    }
}

/* A line that no rate fits. */
static void say_untaxed(struct explain *in, size_t index)
{
    int64_t at = taxed_at(&in->now->bill, index);
    const struct address_fact *address = facts_address(in->now->facts, at);
    char label[32];

    if (in->line == 0 || in->line == index + 1) {
        snprintf(label, sizeof label, "line %zu", index + 1);
        explanation_fact(in->out, "R24", label, "no tax: no rate fits address %s in %s%s%s, a %s, at %s", address->address_id,
                         address->country, address->region[0] != '\0' ? "-" : "", address->region,
                         address->tax_number[0] != '\0' ? "business" : "consumer", explain_instant(at).text);
    }
}

/* Each line that is taxed, at each of its rates. */
static void say_lines(struct explain *in)
{
    struct taxed_place place = {0};
    struct taxed taxed;
    size_t next = 0; /* the first line that was not spoken of */
    bool more = taxed_next(taxed_of(in), &place, &taxed);

    while (next < in->now->bill.line_count && in->now->bill.lines[next].kind != LINE_TAX) {
        if (!more || taxed.line > next) {
            say_untaxed(in, next++);
            continue;
        }
        for (; more && taxed.line == next; more = taxed_next(taxed_of(in), &place, &taxed)) {
            if (wanted(in, &taxed)) {
                say_taxed(in, &taxed);
            }
        }
        next++;
    }
}

/* What a tax line is the sum of: the tax of lines, and of the taxed amounts of a document. */
static void say_tax_line(struct explain *in, size_t index, int64_t *amounts)
{
    const struct bill_line *line = &in->now->bill.lines[index];
    struct taxed_place place = {0};
    struct taxed taxed;
    char words[RECKONING_MAX];
    char label[32];
    int64_t document_minor = 0;
    size_t count = 0, document_count = 0;

    while (taxed_next(taxed_of(in), &place, &taxed)) {
        int64_t amount = in->now->bill.lines[taxed.line].amount_minor;
        if (taxed_into(line, taxed.rate) && taxed.rate->rounding == ROUND_DOCUMENT) {
            document_minor += amount;
            document_count++;
        } else if (taxed_into(line, taxed.rate)) {
            amounts[count++] = reckon_tax((struct reckon_tax){amount, taxed.rate->percent, in->digits}, words);
        }
    }
    snprintf(label, sizeof label, "line %zu", index + 1);
    if (document_count > 0) {
        amounts[count++] = reckon_tax((struct reckon_tax){document_minor, line->quantity, in->digits}, words);
        explanation_fact(in->out, "R24", label, "rounded once: %s", words);
    }
    int64_t sum = reckon_sum(amounts, count, in->digits, words);
    explanation_fact(in->out, "R24", label, "%s (%s), %s %%: %s%s", line->reason, line->detail,
                     explain_percent(line->quantity).text, words,
                     sum == line->amount_minor ? "" : " (THIS IS NOT THE AMOUNT OF THE LINE: please report it)");
    in->look = in->look || sum != line->amount_minor;
}

void explain_line_taxes(struct explain *in, size_t index)
{
    struct taxed_place place = {0};
    struct taxed taxed;
    bool any = false;

    while (taxed_next(taxed_of(in), &place, &taxed)) {
        if (taxed.line == index) {
            say_taxed(in, &taxed);
            any = true;
        }
    }
    if (!any) {
        say_untaxed(in, index);
    }
}

void explain_taxes(struct explain *in)
{
    const struct bill *bill = &in->now->bill;
    int64_t *amounts = calloc(bill->line_count + 1, sizeof *amounts);

    explanation_facts(in->out, "tax", "Tax");
    if (amounts == NULL) {
        in->out->no_memory = true;
        return;
    }
    say_lines(in);
    for (size_t i = 0; i < bill->line_count; i++) {
        if (bill->lines[i].kind == LINE_TAX && (in->line == 0 || in->line == i + 1)) {
            say_tax_line(in, i, amounts);
        }
    }
    free(amounts);
}

void explain_payments(struct explain *in)
{
    const struct account_month *now = in->now;
    const struct account_facts *facts = now->facts;

    explanation_facts(in->out, "payments", "Payments");
    for (size_t i = 0; i < facts->payment_count; i++) {
        const struct payment_fact *payment = &facts->payments[i];
        explanation_fact(in->out, "R25", explain_instant(payment->collected_at).text, "%s %s, payment %s%s%s",
                         explain_money(in, payment->amount_minor).text, payment->currency, payment->payment_id,
                         payment->reference[0] != '\0' ? ", reference " : "", payment->reference);
    }
    explanation_fact(in->out, "R25", "collected", "%s %s", explain_money(in, now->bill.collected_minor).text,
                     facts->currency);
    if (now->bill.status != BILL_HELD) {
        explanation_fact(in->out, "R25", "due", "%s - %s = %s %s", explain_money(in, now->bill.total_minor).text,
                         explain_money(in, now->bill.collected_minor).text, explain_money(in, now->bill.due_minor).text,
                         facts->currency);
    }
}

void explain_advice(struct explain *in)
{
    const struct account_month *now = in->now;
    const struct bill *bill = &now->bill;
    struct breakeven advice = breakeven((struct breakeven_in){
        .month = {&now->catalogue, now->facts->currency, bill->price_date, now->period.month_end},
        .digits = in->digits,
        .plan = bill->plan_at_end,
        .credits = bill->credits - bill->used.bonus,
        .overage_minor = overage_charged(bill),
    });

    explanation_facts(in->out, "advice", "What other plans would have cost (advice, at full prices)");
    explanation_fact(in->out, "R29", "this plan", "%s: %s %s with its overage, for %s credits from no grant",
                     explain_plan_name(now, bill->plan_at_end), explain_money(in, advice.actual_minor).text,
                     now->facts->currency, explain_credits(bill->credits - bill->used.bonus).text);
    if (advice.cheapest_plan != PLAN_UNKNOWN) {
        bool less = advice.saving_minor > 0;
        explanation_fact(in->out, "R29", "the cheapest plan", "%s: %s %s%s%s%s", explain_plan_name(now, advice.cheapest_plan),
                         explain_money(in, advice.cheapest_minor).text, now->facts->currency, less ? ", " : "",
                         less ? explain_money(in, advice.saving_minor).text : "",
                         less                      ? " less"
                         : advice.saving_minor < 0 ? ", with what was left unbilled charged as overage"
                                                   : "");
    }
    if (advice.next_plan != PLAN_UNKNOWN) {
        explanation_fact(in->out, "R29", "the next plan", "%s: %s %s a month more", explain_plan_name(now, advice.next_plan),
                         explain_money(in, advice.price_difference_minor).text, now->facts->currency);
    }
}
