/*
 * Whose month it is, why it is held, and the plan timeline.
 */
#include <assert.h>

#include "batch/explain.h"
#include "lib/calendar.h"
#include "reports/exception_codes.h"

static void say_result(struct explain *in)
{
    const struct bill *bill = &in->now->bill;

    switch (bill->status) {
    case BILL_HELD:
        explanation_fact(in->out, "R27", "result", "held: %s; nothing is billed until that is mended",
                         hold_reason_name(bill->hold.reason));
        in->look = true;
        break;
    case BILL_NO_CHARGE:
        explanation_fact(in->out, "R25", "result", "no charge: there is nothing to put on an invoice");
        break;
    default:
        explanation_fact(in->out, "R25", "result",
                         "subtotal %s + tax %s = total %s %s; less collected %s = due %s",
                         explain_money(in, bill->subtotal_minor).text, explain_money(in, bill->tax_minor).text,
                         explain_money(in, bill->total_minor).text, in->now->facts->currency,
                         explain_money(in, bill->collected_minor).text, explain_money(in, bill->due_minor).text);
        break;
    }
}

static void say_issued(struct explain *in)
{
    const struct account_documents *issued = in->documents;

    if (issued->run_count == 0) {
        explanation_fact(in->out, "", "issued", "nothing yet: the month is not closed");
    } else if (issued->document_count == 0) {
        explanation_fact(in->out, "", "issued", "nothing; see 'Documents'");
    } else {
        explanation_fact(in->out, "R28", "issued", "%s%s: %s", issued->documents[0].name,
                         issued->document_count > 1 ? " and notes" : "",
                         explain_as_issued(in, in->now) ? "the same, line by line" : "not the same; see 'Documents'");
    }
}

void explain_month(struct explain *in)
{
    const struct account_month *now = in->now;
    const struct account_facts *facts = now->facts;
    char month[MONTH_TEXT_MAX];

    month_format(now->in.month, month);
    explanation_title(in->out, "%s, %s: why is this amount?", facts->account_id, month);
    explanation_facts(in->out, "month", "The month");
    explanation_fact(in->out, "R2", "account", "%s (%s), created %s", facts->account_id, facts->name,
                     explain_instant(facts->created_at).text);
    explanation_fact(in->out, "R7", "month", "%s, from %s to before %s: %d days, in UTC%s", month,
                     explain_instant(now->period.month_start).text, explain_instant(now->period.month_end).text,
                     (int)month_days(now->in.month), now->in.as_of < now->period.month_end ? "; so far" : "");
    explanation_fact(in->out, "R3", "as of", "%s: what was recorded until then", explain_instant(now->in.as_of).text);
    explanation_fact(in->out, "", "rules", "version %s; policies: %s", RULES_VERSION,
                     explain_policies(now->policies).text);
    say_result(in);
    say_issued(in);
    explanation_fact(in->out, "R4", "price date", "%s: %s", explain_instant(now->bill.price_date).text,
                     now->bill.first_paid_month ? "the first paid instant" : "the month's first instant");
}

/* What happened, as a sentence with the row behind it. */
void explain_why_held(struct explain *in, const struct hold *hold)
{
    struct explain_text at = {""};

    if (hold->at != INSTANT_NONE) {
        at = explain_instant(hold->at);
    }
    switch (hold->reason) {
    case HOLD_UNKNOWN_PLAN:
        explanation_fact(in->out, "R27", "why", "the change %s of %s names the plan '%s', which is not in plans",
                         hold->reference, at.text, hold->subject);
        break;
    case HOLD_NO_ADDRESS:
        explanation_fact(in->out, "R16", "why", "there is no billing address at %s, when something was charged%s%s",
                         at.text, hold->reference[0] != '\0' ? ": " : "", hold->reference);
        break;
    case HOLD_INELIGIBLE_COUNTRY:
        explanation_fact(in->out, "R16", "why", "the purchase %s at %s was made with a billing address in %s, where no "
                         "plan could be bought then", hold->reference, at.text, hold->subject);
        break;
    case HOLD_NO_PRICE:
        explanation_fact(in->out, "R4", "why", "the plan '%s' has no price in %s at the price date %s", hold->subject,
                         in->now->facts->currency, at.text);
        break;
    case HOLD_NO_ALLOWANCE:
        explanation_fact(in->out, "R18", "why", "the plan '%s' has no allowance at the price date %s", hold->subject,
                         at.text);
        break;
    case HOLD_UNKNOWN_MODEL:
        explanation_fact(in->out, "R5", "why", "an event of %s ran on the model '%s', which has no rate then", at.text,
                         hold->subject);
        break;
    default:
        explanation_fact(in->out, "R27", "why", "a sum is more than can be billed: the %s", hold->subject);
        break;
    }
}

static_assert((int)EXCEPTION_OUT_OF_BOUNDS - (int)EXCEPTION_UNKNOWN_PLAN ==
                  (int)HOLD_OUT_OF_BOUNDS - (int)HOLD_UNKNOWN_PLAN,
              "each reason has its code, in the same order");

/* The same advice as exceptions.csv gives. */
const char *explain_remedy(enum hold_reason reason)
{
    return exception_kind((enum exception_code)((int)EXCEPTION_UNKNOWN_PLAN + (int)reason - (int)HOLD_UNKNOWN_PLAN))->remedy;
}

void explain_hold(struct explain *in)
{
    const struct hold *hold = &in->now->bill.hold;
    char month[MONTH_TEXT_MAX];

    if (in->now->bill.status != BILL_HELD) {
        return;
    }
    month_format(in->now->in.month, month);
    explanation_facts(in->out, "held", "Why it is held");
    explain_why_held(in, hold);
    explanation_fact(in->out, "R27", "what to do", "%s: 'monthend close --month %s'", explain_remedy(hold->reason), month);
}

/* Does a downgrade wait when this step comes (R9)? */
static bool waits_before(const struct timeline *timeline, size_t step)
{
    for (size_t i = step; i > 0; i--) {
        switch (timeline->steps[i - 1].kind) {
        case STEP_PENDING:
            return true;
        case STEP_LANDED:
        case STEP_UPGRADED:
        case STEP_KEPT:
            return false;
        default:
            break;
        }
    }
    return false;
}

static void say_step(struct explain *in, size_t index)
{
    const struct account_month *now = in->now;
    const struct timeline_step *step = &now->timeline.steps[index];
    const struct plan_change_fact *change = step->index < now->facts->change_count ? &now->facts->changes[step->index] : NULL;
    const char *before = explain_plan_name(now, step->plan_before);
    const char *after = explain_plan_name(now, step->plan_after);
    bool waits = waits_before(&now->timeline, index);
    struct explain_text at = explain_instant(step->at);

    switch (step->kind) {
    case STEP_UPGRADED:
        explanation_fact(in->out, "R9", at.text, "%s, upgraded from %s by %s: a higher rank takes effect at once%s", after,
                         before, change->change_id, waits ? "; the downgrade that waited is called off" : "");
        break;
    case STEP_PENDING:
        explanation_fact(in->out, "R9", at.text, "still %s: the downgrade to %s by %s waits until %s, and nothing is "
                         "refunded%s", after, explain_plan_name(now, change->plan), change->change_id,
                         explain_instant(month_end_ms(month_of(step->at))).text,
                         waits ? "; it replaces the one that waited" : "");
        break;
    case STEP_LANDED:
        explanation_fact(in->out, "R9", at.text, "%s: the downgrade from %s by %s of %s takes effect%s", after, before,
                         change->change_id, explain_instant(change->effective_at).text,
                         step->plan_after == PLAN_FREE ? "; overage is switched off" : "");
        break;
    case STEP_KEPT:
        explanation_fact(in->out, "R9", at.text, "still %s: %s names the plan held%s", after, change->change_id,
                         waits ? ", and the downgrade that waited is called off" : "");
        break;
    case STEP_UNKNOWN:
        explanation_fact(in->out, "R27", at.text, "still %s: %s names the plan '%s', which is not in plans, and is passed "
                         "over", after, change->change_id, change->plan_code);
        break;
    default: /* settings: see the overage switch */
        break;
    }
}

static void say_first_paid(struct explain *in)
{
    const struct account_month *now = in->now;
    int64_t first = now->timeline.first_paid;

    if (first == INSTANT_NONE) {
        explanation_fact(in->out, "R10", "first paid", "never on a paid plan up to the month's end");
        return;
    }
    explanation_fact(in->out, "R10", "first paid", "%s, %s: %s", explain_instant(first).text,
                     first == now->facts->first_paid_at ? "the account's first_paid_at" : "the first change to a paid plan",
                     now->bill.first_paid_month           ? "this is the first paid month, once in its life"
                     : first < now->period.month_start ? "this is month 2 or later"
                                                       : "after this month");
}

void explain_plans(struct explain *in)
{
    const struct account_month *now = in->now;
    const struct timeline *timeline = &now->timeline;

    explanation_facts(in->out, "plans", "Plans over time");
    for (size_t i = 0; i <= timeline->step_count; i++) {
        if (i == timeline->month_first) {
            explanation_fact(in->out, "R9", "at the month's start", "%s",
                             explain_plan_name(now, timeline->plan_at_start));
        }
        if (i < timeline->step_count) {
            say_step(in, i);
        }
    }
    explanation_fact(in->out, "R17", "at the last instant", "%s: the whole month's usage is rated under it",
                     explain_plan_name(now, timeline->plan_at_end));
    say_first_paid(in);
}
