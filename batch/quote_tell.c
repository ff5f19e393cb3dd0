/*
 * A quote in sections: what is charged at once, why, what it does to allowance
 * and overage, to the month's bill, and from the next month on.
 */
#include "batch/quote.h"
#include "lib/calendar.h"
#include "lib/overage.h"
#include "lib/reckoning.h"
#include "lib/terms.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define NO_ROW "" /* what a held month's numbers are */

static const char *name_of(const struct quote_story *story, int plan)
{
    return explain_plan_name(story->in->now, plan);
}

static bool is_held(const struct quote_story *story)
{
    return story->quote->with.status == BILL_HELD;
}

static void say_change(const struct quote_story *story)
{
    const struct quote *quote = story->quote;
    const char *before = name_of(story, quote->plan_before), *asked = name_of(story, story->plan);
    struct explanation *out = story->in->out;

    switch (quote->effect) {
    case QUOTE_UPGRADED:
        explanation_fact(out, "R9", "change", "from %s to %s, an upgrade: it takes effect at once", before, asked);
        break;
    case QUOTE_PENDING:
        explanation_fact(out, "R9", "change", "from %s to %s, a downgrade: it waits until %s, and nothing is refunded", before,
                         asked, explain_instant(quote->lands_at).text);
        break;
    default:
        explanation_fact(out, "R9", "change", "none: %s is the plan held", asked);
        break;
    }
    if (quote->pending_before != PLAN_UNKNOWN) {
        explanation_fact(out, "R9", "waiting downgrade", "the one to %s is %s", name_of(story, quote->pending_before),
                         quote->effect == QUOTE_PENDING ? "replaced" : "called off");
    }
}

static void say_result(const struct quote_story *story)
{
    const struct quote *quote = story->quote;
    struct explain *in = story->in;

    if (is_held(story)) {
        explanation_fact(in->out, "R27", "result", "it cannot be billed: %s", hold_reason_name(quote->with.hold.reason));
        in->look = true;
    } else if (quote->line_count == 0) {
        explanation_fact(in->out, "R9", "result", "nothing is charged now");
    } else {
        explanation_fact(in->out, line_kind_rule(quote->with.lines[quote->first_line + quote->line_count - 1].kind), "result",
                         "charged at once: %s + tax %s = %s %s", explain_money(in, quote->charge_minor).text,
                         explain_money(in, quote->tax_minor).text,
                         explain_money(in, quote->charge_minor + quote->tax_minor).text, story->currency);
    }
}

static void tell_quote(const struct quote_story *story)
{
    struct explain *in = story->in;
    const struct account_month *now = in->now;
    char month[MONTH_TEXT_MAX];

    month_format(now->in.month, month);
    explanation_title(in->out, "%s to %s at %s: what would it cost?", now->facts->account_id, name_of(story, story->plan),
                      explain_instant(story->at).text);
    explanation_facts(in->out, "quote", "The quote");
    explanation_fact(in->out, "R2", "account", "%s (%s)", now->facts->account_id, now->facts->name);
    say_change(story);
    explanation_fact(in->out, "R7", "at", "%s, in the month %s%s", explain_instant(story->at).text, month,
                     now->in.as_of < now->period.month_end ? ", which is shown so far" : "");
    explanation_fact(in->out, "R3", "as of", "%s: what was recorded until then", explain_instant(now->in.as_of).text);
    explanation_fact(in->out, "", "rules", "version %s; policies: %s", RULES_VERSION, explain_policies(now->policies).text);
    say_result(story);
    explanation_fact(in->out, "R4", "price date", "%s: %s", explain_instant(now->bill.price_date).text,
                     now->bill.first_paid_month ? "the first paid instant" : "the month's first instant");
    if (story->closed) {
        explanation_fact(in->out, "R28", "closed", "%s is closed: the change would be corrected by a note of 'monthend "
                         "reprocess'", month);
    }
}

static const enum explanation_column CHARGE_COLUMNS[] = {EXPLAIN_KIND, EXPLAIN_PLAN,  EXPLAIN_AMOUNT,
                                                         EXPLAIN_TAX,  EXPLAIN_TOTAL, EXPLAIN_CURRENCY};

static void charge_row(const struct quote_story *story, const char *kind, const char *plan, int64_t amount_minor,
                       int64_t tax_minor)
{
    struct explain *in = story->in;

    explanation_cell(in->out, "%s", kind);
    explanation_cell(in->out, "%s", plan);
    explanation_cell(in->out, "%s", explain_money(in, amount_minor).text);
    explanation_cell(in->out, "%s", explain_money(in, tax_minor).text);
    explanation_cell(in->out, "%s", explain_money(in, amount_minor + tax_minor).text);
    explanation_cell(in->out, "%s", story->currency);
}

static void tell_charge(const struct quote_story *story)
{
    const struct quote *quote = story->quote;
    const struct catalogue *catalogue = &story->in->now->catalogue;

    explanation_table(story->in->out, (struct explanation_table){"charge", "Charged at once", CHARGE_COLUMNS,
                                                                 COUNT_OF(CHARGE_COLUMNS)});
    for (size_t i = 0; i < quote->line_count; i++) {
        const struct bill_line *line = &quote->with.lines[quote->first_line + i];
        charge_row(story, line_kind_name(line->kind), catalogue->plans[line->plan].code, line->amount_minor,
                   quote->taxes_minor[i]);
    }
    charge_row(story, "sum", "", quote->charge_minor, quote->tax_minor);
}

/* R13, R24: what of it is taken back, which rates, and that the sum is what the customer pays now. */
static void tell_why(const struct quote_story *story)
{
    const struct quote *quote = story->quote;
    struct explain *in = story->in;
    char words[RECKONING_MAX];
    int64_t amounts[QUOTE_LINES_MAX];

    if (quote->line_count == 0) {
        return;
    }
    explanation_facts(in->out, "charges", "Why: the lines that the bill will have");
    for (size_t i = 0; i < quote->line_count; i++) {
        explain_line(in, quote->first_line + i);
        amounts[i] = quote->with.lines[quote->first_line + i].amount_minor;
    }
    (void)reckon_sum(amounts, quote->line_count, in->digits, words);
    explanation_fact(in->out, "R15", "together", "%s: the month's plan lines then come to %s, what the highest plan alone "
                     "would have cost", words, explain_money(in, quote->with.plan_lines_minor).text);
    explanation_facts(in->out, "tax", "Tax, as each charge is collected with it");
    for (size_t i = 0; i < quote->line_count; i++) {
        explain_line_taxes(in, quote->first_line + i);
    }
    (void)reckon_sum(quote->taxes_minor, quote->line_count, in->digits, words);
    explanation_fact(in->out, "R24", "together", "%s", words);
}

static const enum explanation_column USAGE_COLUMNS[] = {
    EXPLAIN_CASE,     EXPLAIN_PLAN,    EXPLAIN_ALLOWANCE, EXPLAIN_CREDITS,        EXPLAIN_BONUS,
    EXPLAIN_INCLUDED, EXPLAIN_OVERAGE, EXPLAIN_UNBILLED,  EXPLAIN_OVERAGE_AMOUNT, EXPLAIN_AT_STAKE};

static void usage_row(const struct quote_story *story, const char *label, const struct bill *bill)
{
    struct explain *in = story->in;
    const int64_t credits[] = {bill->allowance,     bill->credits,      bill->used.bonus,
                               bill->used.included, bill->used.overage, bill->used.unbilled};
    bool held = bill->status == BILL_HELD;

    explanation_cell(in->out, "%s", label);
    explanation_cell(in->out, "%s", in->now->catalogue.plans[bill->plan_at_end].code);
    for (size_t i = 0; i < COUNT_OF(credits); i++) {
        explanation_cell(in->out, "%s", held ? NO_ROW : explain_credits(credits[i]).text);
    }
    explanation_cell(in->out, "%s", held ? NO_ROW : explain_money(in, overage_charged(bill)).text);
    explanation_cell(in->out, "%s", held ? NO_ROW : explain_money(in, bill->at_stake_minor).text);
}

static void tell_usage(const struct quote_story *story)
{
    explanation_table(story->in->out, (struct explanation_table){"usage", "Allowance and overage of the month",
                                                                 USAGE_COLUMNS, COUNT_OF(USAGE_COLUMNS)});
    usage_row(story, "without", &story->quote->without);
    usage_row(story, "with", &story->quote->with);
}

/* R17: what was overage is not where the higher allowance covers it. */
static void tell_saving(const struct quote_story *story)
{
    const struct bill *with = &story->quote->with, *without = &story->quote->without;
    struct explain *in = story->in;
    int64_t saved = overage_charged(without) - overage_charged(with);

    explanation_facts(in->out, "saving", "What that means");
    explanation_fact(in->out, "R18", "allowance", "%s of %s are left with %s, for all of the month",
                     explain_credits(with->allowance - with->used.included).text, explain_credits(with->allowance).text,
                     name_of(story, with->plan_at_end));
    if (without->status == BILL_HELD) {
        explanation_fact(in->out, "R27", "without the change", "the month is held: %s",
                         hold_reason_name(without->hold.reason));
        return;
    }
    explanation_fact(in->out, "R17", "overage saved", "%s - %s = %s %s before tax: the whole month is rated under %s",
                     explain_money(in, overage_charged(without)).text, explain_money(in, overage_charged(with)).text,
                     explain_money(in, saved).text, story->currency, name_of(story, with->plan_at_end));
}

static const enum explanation_column MONTH_COLUMNS[] = {EXPLAIN_CASE, EXPLAIN_SUBTOTAL, EXPLAIN_TAX, EXPLAIN_TOTAL,
                                                        EXPLAIN_CURRENCY};

static void month_row(const struct quote_story *story, const char *label, bool known, const int64_t amounts_minor[3])
{
    explanation_cell(story->in->out, "%s", label);
    for (size_t i = 0; i < 3; i++) {
        explanation_cell(story->in->out, "%s", known ? explain_money(story->in, amounts_minor[i]).text : NO_ROW);
    }
    explanation_cell(story->in->out, "%s", story->currency);
}

/* R25: the bill with the change, the bill without it, and the difference. */
static void tell_month(const struct quote_story *story)
{
    const struct bill *with = &story->quote->with, *without = &story->quote->without;
    const int64_t before[] = {without->subtotal_minor, without->tax_minor, without->total_minor};
    const int64_t after[] = {with->subtotal_minor, with->tax_minor, with->total_minor};
    const int64_t difference[] = {after[0] - before[0], after[1] - before[1], after[2] - before[2]};
    bool known = without->status != BILL_HELD;

    explanation_table(story->in->out, (struct explanation_table){"month", "The month's bill", MONTH_COLUMNS,
                                                                 COUNT_OF(MONTH_COLUMNS)});
    month_row(story, "without", known, before);
    month_row(story, "with", true, after);
    month_row(story, "difference", known, difference);
}

/* R9: the plan that the next month begins with, as changes are known now. */
static int next_plan(const struct account_month *now)
{
    int plan = now->timeline.plan_at_end;

    for (size_t i = now->timeline.month_first; i < now->timeline.step_count; i++) {
        const struct timeline_step *step = &now->timeline.steps[i];
        if (step->kind == STEP_PENDING) {
            plan = now->facts->changes[step->index].plan;
        } else if (step->kind == STEP_UPGRADED || step->kind == STEP_KEPT) {
            plan = step->plan_after;
        }
    }
    return plan;
}

/* R11: the plan's full price from the next month on. */
static void tell_next(const struct quote_story *story)
{
    const struct account_month *now = story->in->now;
    int64_t next = now->period.month_end;
    int plan = next_plan(now);
    struct terms terms;
    struct terms_in in = {&now->catalogue, now->facts->currency, next, month_end_ms(month_of(next))};

    explanation_facts(story->in->out, "next", "From the next month on");
    if (terms_read(in, plan, &terms)) {
        explanation_fact(story->in->out, "R11", explain_instant(next).text, "%s: %s %s a month before tax, %s credits, as "
                         "prices are known now", name_of(story, plan), explain_money(story->in, terms.price_minor).text,
                         story->currency, explain_credits(terms.allowance).text);
    } else {
        explanation_fact(story->in->out, "R4", explain_instant(next).text, "%s has no price or no allowance then",
                         name_of(story, plan));
    }
}

static void tell_hold(const struct quote_story *story)
{
    const struct hold *hold = &story->quote->with.hold;

    explanation_facts(story->in->out, "held", "Why it cannot be billed");
    explain_why_held(story->in, hold);
    if (hold->reference == story->quote->change_id && hold->reason != HOLD_NO_PRICE) { /* R16 asks it of this purchase */
        explanation_fact(story->in->out, "R16", "what to do", "do not sell it: a purchase needs a billing address in a "
                         "country where plans can be bought; recorded all the same, it would hold the whole month");
    } else {
        explanation_fact(story->in->out, "R27", "what to do", "%s", explain_remedy(hold->reason));
    }
}

void quote_tell(const struct quote_story *story)
{
    tell_quote(story);
    if (is_held(story)) {
        tell_hold(story);
        explain_plans(story->in);
        return;
    }
    tell_charge(story);
    tell_why(story);
    tell_usage(story);
    tell_saving(story);
    tell_month(story);
    tell_next(story);
    explain_plans(story->in);
}
