/*
 * What there was to use: the allowance, the grants, the overage switch.
 */
#include <stdio.h>

#include "batch/explain.h"
#include "lib/proration.h"
#include "lib/reckoning.h"

static void say_allowance(struct explain *in)
{
    const struct account_month *now = in->now;
    const struct bill *bill = &now->bill;
    const struct plan_allowance *row = catalogue_allowance(&now->catalogue, bill->plan_at_end, bill->price_date,
                                                           now->period.month_end);
    bool prorated = bill->first_paid_month && bill->plan_at_end != PLAN_FREE &&
                    now->policies.first_allowance == FIRST_ALLOWANCE_PRORATED;
    char words[RECKONING_MAX];

    if (row == NULL) {
        explanation_fact(in->out, "R18", "allowance", "%s has none", explain_plan_name(now, bill->plan_at_end));
        return;
    }
    explanation_fact(in->out, "R18", "allowance", "%s credits of %s, the plan at the last instant; plan_allowances from %s",
                     explain_credits(row->credits).text, explain_plan_name(now, bill->plan_at_end),
                     explain_instant(row->effective_from).text);
    if (prorated) {
        struct remaining remaining =
            proration_remaining(now->policies.proration, now->in.month, now->timeline.first_paid);
        (void)reckon_allowance(row->credits, remaining, words);
        explanation_fact(in->out, "R18", "its part in the first month", "%s", words);
    } else if (bill->first_paid_month) {
        explanation_fact(in->out, "R18", "its part in the first month", "all of it, by policy first_month_allowance full");
    }
}

/* What usage before the month took from the grants. */
static void before_the_month(void *context, const struct explain_event *event)
{
    int64_t *left = context;

    for (size_t i = 0; i < event->part_count && !event->in_month; i++) {
        left[event->parts[i].grant] -= event->parts[i].credits;
    }
}

static void say_grant(struct explain *in, size_t index, int64_t left_at_start)
{
    const struct account_month *now = in->now;
    const struct credit_grant_fact *grant = &now->facts->grants[index];
    int64_t used = now->room.used_in_month[index];
    bool over = grant->expires_at <= now->period.month_end;

    explanation_fact(in->out, "R19", "grant", "%s (%s): %s credits from %s to before %s", grant->grant_id, grant->reason,
                     explain_credits(grant->credits).text, explain_instant(grant->starts_at).text,
                     explain_instant(grant->expires_at).text);
    if (now->bill.status == BILL_HELD) {
        return;
    }
    explanation_fact(in->out, "R19", "its use", "%s used before the month, %s in it; %s %s",
                     explain_credits(grant->credits - left_at_start).text, explain_credits(used).text,
                     explain_credits(left_at_start - used).text, over ? "expired with the grant" : "left at the month's end");
}

static void say_grants(struct explain *in)
{
    const struct account_facts *facts = in->now->facts;
    int64_t *left = in->grants_left;

    for (size_t i = 0; i < facts->grant_count; i++) {
        left[i] = facts->grants[i].credits;
    }
    explain_walk(in, before_the_month, left);
    for (size_t i = 0; i < facts->grant_count; i++) {
        if (facts->grants[i].expires_at > in->now->period.month_start) {
            say_grant(in, i, left[i]);
        }
    }
}

/* " without a cap", " up to a cap of 5.00 credits" */
static struct explain_text cap_words(int64_t cap_credits)
{
    struct explain_text words = {" without a cap"};

    if (cap_credits != CAP_NONE) {
        snprintf(words.text, sizeof words.text, " up to a cap of %.24s credits", explain_credits(cap_credits).text);
    }
    return words;
}

/* R20: what is in force at the month's start is the last setting that counts, or off since a landing on free. */
static void say_switch_at_start(struct explain *in)
{
    const struct timeline *timeline = &in->now->timeline;
    bool on = timeline->overage_on_at_start;

    explanation_fact(in->out, "R20", "at the month's start", "overage %s%s", on ? "on" : "off",
                     on ? cap_words(timeline->cap_at_start).text : "");
}

static void say_setting(struct explain *in, const struct timeline_step *step)
{
    const struct overage_setting_fact *setting = &in->now->facts->settings[step->index];
    struct explain_text at = explain_instant(step->at);

    if (step->kind == STEP_SETTING_IGNORED) {
        explanation_fact(in->out, "R20", at.text, "overage stays off: %s would switch it %s, but was made on Free and does "
                         "not count, also not later", setting->setting_id, setting->enabled ? "on" : "off");
    } else {
        explanation_fact(in->out, "R20", at.text, "overage %s%s, by %s", setting->enabled ? "on" : "off",
                         setting->enabled ? cap_words(setting->cap_credits).text : "", setting->setting_id);
    }
}

static void say_switch(struct explain *in)
{
    const struct timeline *timeline = &in->now->timeline;

    for (size_t i = 0; i <= timeline->step_count; i++) {
        if (i == timeline->month_first) {
            say_switch_at_start(in);
        }
        if (i == timeline->step_count) {
            break;
        }
        const struct timeline_step *step = &timeline->steps[i];
        if (step->kind == STEP_SETTING || step->kind == STEP_SETTING_IGNORED) {
            say_setting(in, step);
        } else if (step->kind == STEP_LANDED && step->plan_after == PLAN_FREE) {
            explanation_fact(in->out, "R20", explain_instant(step->at).text, "overage off: the account landed on Free");
        }
    }
}

void explain_limits(struct explain *in)
{
    const struct bill *bill = &in->now->bill;

    explanation_facts(in->out, "limits", "Allowance, grants and overage");
    say_allowance(in);
    say_grants(in);
    say_switch(in);
    if (bill->overage_price == NO_OVERAGE_PRICE) {
        explanation_fact(in->out, "R19", "overage price", "%s has none: past its limit usage should pause",
                         explain_plan_name(in->now, bill->plan_at_end));
    } else {
        explanation_fact(in->out, "R21", "overage price", "%s %s a credit on %s",
                         explain_unit_price(in, bill->overage_price).text, in->now->facts->currency,
                         explain_plan_name(in->now, bill->plan_at_end));
    }
}
