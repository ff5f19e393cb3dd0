/*
 * Every charge with its rule, inputs and arithmetic, and that waiting cost nothing.
 */
#include <assert.h>
#include <stdio.h>

#include "batch/explain.h"
#include "lib/calendar.h"
#include "lib/line.h"
#include "lib/proration.h"
#include "lib/reckoning.h"

#define LABEL_MAX 48

static_assert(RECKONING_MAX <= EXPLAIN_TEXT_MAX, "the arithmetic of a sum fits a short text");

/* "2: price" */
static struct explain_text label_of(size_t line, const char *what)
{
    struct explain_text label;

    snprintf(label.text, LABEL_MAX, "%zu: %s", line + 1, what);
    return label;
}

static const struct plan_price *price_of(const struct account_month *now, int plan)
{
    return catalogue_price(&now->catalogue, plan, now->facts->currency, now->bill.price_date, now->period.month_end);
}

/* R4: which row of the catalogue a price or an allowance is from. */
static struct explain_text row_words(const struct account_month *now, const char *table, int64_t effective_from)
{
    struct explain_text out;

    snprintf(out.text, sizeof out.text, "%s from %.30s, %s the price date %.30s", table, explain_instant(effective_from).text,
             effective_from <= now->bill.price_date ? "in force at" : "the first after",
             explain_instant(now->bill.price_date).text);
    return out;
}

static void say_price(struct explain *in, size_t index, int plan)
{
    const struct plan_price *price = price_of(in->now, plan);

    if (price != NULL) {
        explanation_fact(in->out, "R4", label_of(index, "price").text, "%s: %s %s a month; %s",
                         explain_plan_name(in->now, plan), explain_money(in, price->monthly_minor).text, price->currency,
                         row_words(in->now, "plan_prices", price->effective_from).text);
    }
}

/* R12: how much of the month is left from F. */
static void say_share(struct explain *in, size_t index)
{
    const struct account_month *now = in->now;
    const struct bill_line *line = &now->bill.lines[index];
    int64_t first = now->timeline.first_paid;
    long long remaining = line->quantity, whole = line->whole;
    struct explain_text label = label_of(index, "share of the month");

    switch (now->policies.proration) {
    case PRORATE_DAY_INCLUSIVE:
        explanation_fact(in->out, "R12", label.text, "day_inclusive, first paid %s: %lld - %d + 1 = %lld of %lld days, the "
                         "day of purchase counts", explain_instant(first).text, whole, (int)day_of_month(first), remaining,
                         whole);
        break;
    case PRORATE_DAY_EXCLUSIVE:
        explanation_fact(in->out, "R12", label.text, "day_exclusive, first paid %s: %lld - %d = %lld of %lld days, the day "
                         "of purchase does not count", explain_instant(first).text, whole, (int)day_of_month(first),
                         remaining, whole);
        break;
    default:
        explanation_fact(in->out, "R12", label.text, "second, first paid %s: %lld of %lld whole seconds until %s",
                         explain_instant(first).text, remaining, whole, explain_instant(now->period.month_end).text);
        break;
    }
}

/* R16: where a purchase was made from. */
static void say_purchase(struct explain *in, size_t index, const struct plan_change_fact *change)
{
    const struct address_fact *address = facts_address(in->now->facts, change->effective_at);

    explanation_fact(in->out, "R16", label_of(index, "purchase").text,
                     "%s of %s, from the billing address %s in %s, where plans can be bought then", change->change_id,
                     explain_instant(change->effective_at).text, address->address_id, address->country);
}

static const struct plan_change_fact *change_of(const struct account_month *now, const char *change_id)
{
    for (size_t i = 0; i < now->facts->change_count; i++) {
        if (now->facts->changes[i].change_id == change_id) { /* a line refers to the row's very text */
            return &now->facts->changes[i];
        }
    }
    return NULL;
}

/* "6.67 - 6.67 + 13.33 = 13.33": the first so many lines, which are plan lines. */
static struct explain_text sum_words(const struct explain *in, size_t count)
{
    int64_t amounts[2 * PLANS_MAX]; /* an upgrade is to a higher rank, and may take a charge back */
    struct explain_text sum;
    assert(count <= sizeof amounts / sizeof amounts[0]);

    for (size_t i = 0; i < count; i++) {
        amounts[i] = in->now->bill.lines[i].amount_minor;
    }
    (void)reckon_sum(amounts, count, in->digits, sum.text);
    return sum;
}

/* R14: what the month's plan lines had charged when the upgrade came. */
static void say_charged_before(struct explain *in, size_t index)
{
    explanation_fact(in->out, "R14", label_of(index, "already charged").text, "%s%s", sum_words(in, index).text,
                     index == 0 ? ": on Free at the month's first instant" : ", the plan lines before it");
}

static void say_plan_line(struct explain *in, size_t index)
{
    const struct account_month *now = in->now;
    const struct bill_line *line = &now->bill.lines[index];

    if (line->kind == LINE_PLAN_DISCOUNT) {
        explanation_fact(in->out, "R13", label_of(index, "takes back").text,
                         "line %zu, exactly, and with it its tax: the net is the difference of two rounded amounts", index);
        return;
    }
    say_price(in, index, line->plan);
    if (line->kind == LINE_PLAN) {
        explanation_fact(in->out, "R11", label_of(index, "why").text,
                         "on %s at the month's first instant, and first paid before it",
                         explain_plan_name(now, line->plan));
        say_purchase(in, index, &now->facts->changes[now->timeline.last_upgrade_before]);
        return;
    }
    if (line->kind == LINE_PLAN_PRORATED) {
        say_share(in, index);
    } else {
        say_charged_before(in, index);
    }
    say_purchase(in, index, change_of(now, line->reference));
}

static void say_overage_line(struct explain *in, size_t index)
{
    const struct account_month *now = in->now;
    const struct plan_price *price = price_of(now, now->bill.plan_at_end);

    explanation_fact(in->out, "R4", label_of(index, "price").text, "%s: %s %s a credit; %s",
                     explain_plan_name(now, now->bill.plan_at_end),
                     explain_unit_price(in, now->bill.overage_price).text, now->facts->currency,
                     row_words(now, "plan_prices", price->effective_from).text);
    explanation_fact(in->out, "R19", label_of(index, "credits").text,
                     "%s used - %s from grants - %s from the allowance - %s unbilled = %s overage",
                     explain_credits(now->bill.credits).text, explain_credits(now->bill.used.bonus).text,
                     explain_credits(now->bill.used.included).text, explain_credits(now->bill.used.unbilled).text,
                     explain_credits(now->bill.used.overage).text);
}

static void say_arithmetic(struct explain *in, size_t index)
{
    const struct bill_line *line = &in->now->bill.lines[index];
    char words[RECKONING_MAX];
    int64_t amount = reckon_line(line, in->digits, words);

    explanation_fact(in->out, line_kind_rule(line->kind), label_of(index, "arithmetic").text, "%s%s", words,
                     amount == line->amount_minor ? "" : " (THIS IS NOT THE AMOUNT OF THE LINE: please report it)");
    in->look = in->look || amount != line->amount_minor;
}

void explain_line(struct explain *in, size_t index)
{
    const struct bill_line *line = &in->now->bill.lines[index];
    struct line_text text;
    char label[LABEL_MAX];

    line_text(line, &in->now->catalogue, in->digits, &text);
    snprintf(label, sizeof label, "line %zu", index + 1);
    explanation_fact(in->out, line_kind_rule(line->kind), label, "%s %s: %s, %s, charged at %s", text.amount,
                     in->now->facts->currency, text.description, line_kind_name(line->kind),
                     explain_instant(line->charged_at).text);
    if (line->kind == LINE_TAX) {
        explanation_fact(in->out, "R24", label_of(index, "arithmetic").text, "%s %% of what was taxed, %s: see 'Tax'",
                         text.quantity, text.unit_price);
        return;
    }
    say_arithmetic(in, index);
    if (line->kind == LINE_OVERAGE) {
        say_overage_line(in, index);
    } else if (line->kind == LINE_ADJUSTMENT) {
        explanation_fact(in->out, "R23", label_of(index, "agreed").text, "adjustment %s, approved by %s", line->reference,
                         line->detail);
    } else {
        say_plan_line(in, index);
    }
}

/* Why there is nothing to charge (R25). */
static void say_nothing(struct explain *in)
{
    const struct bill *bill = &in->now->bill;

    explanation_fact(in->out, "R25", "no line", "%s at the month's first instant and no upgrade in it%s, and no adjustment",
                     explain_plan_name(in->now, bill->plan_at_start),
                     bill->credits > 0 ? ", no overage" : ", no usage");
}

void explain_charges(struct explain *in)
{
    const struct bill *bill = &in->now->bill;

    explanation_facts(in->out, "charges", "Charges");
    for (size_t i = 0; i < bill->line_count; i++) {
        if (in->line == 0 || in->line == i + 1) {
            explain_line(in, i);
        }
    }
    if (bill->line_count == 0) {
        say_nothing(in);
    }
}

/* The plan lines stand first. */
static size_t plan_lines(const struct bill *bill)
{
    size_t count = 0;

    while (count < bill->line_count && bill->lines[count].kind <= LINE_PLAN_UPGRADE) {
        count++;
    }
    return count;
}

static int highest_plan(const struct bill *bill, size_t count)
{
    int highest = PLAN_FREE;

    for (size_t i = 0; i < count; i++) {
        highest = bill->lines[i].plan > highest ? bill->lines[i].plan : highest;
    }
    return highest;
}

static void say_alone(struct explain *in, int plan)
{
    const struct account_month *now = in->now;
    const struct plan_price *price = price_of(now, plan);
    char words[RECKONING_MAX];
    struct bill_line alone = {.kind = LINE_PLAN, .unit_price = price->monthly_minor};

    if (now->bill.first_paid_month) {
        struct remaining remaining =
            proration_remaining(now->policies.proration, now->in.month, now->timeline.first_paid);
        alone.kind = LINE_PLAN_PRORATED;
        alone.unit = now->policies.proration == PRORATE_SECOND ? UNIT_SECONDS : UNIT_DAYS;
        alone.quantity = remaining.remaining;
        alone.whole = remaining.whole;
    }
    (void)reckon_line(&alone, in->digits, words);
    explanation_fact(in->out, "R15", "the highest plan alone", "%s bought at %s: %s", explain_plan_name(now, plan),
                     explain_instant(now->bill.price_date).text, words);
}

void explain_no_regret(struct explain *in)
{
    const struct bill *bill = &in->now->bill;
    size_t count = plan_lines(bill);

    if (count == 0 || highest_plan(bill, count) == PLAN_FREE) {
        return;
    }
    explanation_facts(in->out, "waiting", "What waiting cost");
    explanation_fact(in->out, "R15", "the plan lines", "%s", sum_words(in, count).text);
    say_alone(in, highest_plan(bill, count));
    if (bill->plan_lines_minor == bill->highest_alone_minor) {
        explanation_fact(in->out, "R15", "difference", "%s: waiting cost nothing", explain_money(in, 0).text);
    } else {
        explanation_fact(in->out, "R15", "difference", "%s: THIS SHOULD BE 0, please report it",
                         explain_money(in, bill->plan_lines_minor - bill->highest_alone_minor).text);
        in->look = true;
    }
}
