/*
 * What was used and what it was consumed from: by source, model and day; the
 * moments at which a limit was reached; event by event.
 */
#include "batch/explain.h"
#include "lib/calendar.h"
#include "lib/text.h"

static struct trace trace_of(const struct explain *in)
{
    const struct account_month *now = in->now;

    return trace_begin((struct trace_in){
        .month = now->period,
        .timeline = &now->timeline,
        .allowance = now->bill.allowance,
        .overage_price = now->bill.overage_price != NO_OVERAGE_PRICE,
        .balances = in->balances,
    });
}

void explain_walk(const struct explain *in, explain_visit visit, void *context)
{
    const struct account_month *now = in->now;
    struct trace trace = trace_of(in);

    for (size_t i = 0; i < in->event_count; i++) {
        const struct usage_event *event = &in->events[i].event;
        if (event->at < now->breaks[0] || !account_month_counts(now, &in->events[i])) {
            continue;
        }
        struct explain_event walked = {
            .event = &in->events[i],
            .rate = catalogue_rate(&now->catalogue, event->model, event->at),
            .credits = usage_credits(&now->catalogue, *event),
            .in_month = event->at >= now->period.month_start,
            .parts = in->parts,
        };
        if (now->bill.status != BILL_HELD) { /* otherwise what it is consumed from is not settled */
            walked.part_count = trace_event(&trace, event->at, walked.credits, in->parts);
        }
        visit(context, &walked);
    }
}

struct usage_sums {
    int64_t shown, billed_of_shown, shown_events; /* of events that carry what the customer was shown */
    struct {
        int64_t events, credits, used[TRACE_SOURCES];
    } days[USAGE_DAYS_MAX];
};

static void add_up(void *context, const struct explain_event *event)
{
    struct usage_sums *sums = context;

    if (!event->in_month) {
        return;
    }
    int day = day_of_month(event->event->event.at) - 1;
    int64_t credits = event->credits > 0 ? event->credits : 0;
    sums->days[day].events++;
    sums->days[day].credits += credits;
    for (size_t i = 0; i < event->part_count; i++) {
        sums->days[day].used[event->parts[i].source] += event->parts[i].credits;
    }
    if (event->event->credits_shown != SHOWN_NONE) {
        sums->shown_events++;
        sums->shown += event->event->credits_shown;
        sums->billed_of_shown += credits;
    }
}

/* Of the month's events known at the as-of. */
static int64_t voided_events(const struct explain *in)
{
    int64_t count = 0;

    for (size_t i = 0; i < in->event_count; i++) {
        count += in->events[i].event.at >= in->now->period.month_start &&
                 in->events[i].recorded_at <= in->now->in.as_of && !account_month_counts(in->now, &in->events[i]);
    }
    return count;
}

static void say_sources(struct explain *in)
{
    const struct bill *bill = &in->now->bill;

    explanation_fact(in->out, "R19", "from grants", "%s", explain_credits(bill->used.bonus).text);
    explanation_fact(in->out, "R19", "from the allowance", "%s of %s", explain_credits(bill->used.included).text,
                     explain_credits(bill->allowance).text);
    explanation_fact(in->out, "R21", "overage", "%s", explain_credits(bill->used.overage).text);
    if (bill->used.unbilled == 0) {
        explanation_fact(in->out, "R22", "unbilled", "%s", explain_credits(0).text);
    } else {
        explanation_fact(in->out, "R22", "unbilled", "%s past the limit that should have paused; it costs nothing, and "
                         "%s %s would have been charged for it", explain_credits(bill->used.unbilled).text,
                         explain_money(in, bill->at_stake_minor).text, in->now->facts->currency);
    }
}

static void say_totals(struct explain *in, const struct usage_sums *sums)
{
    const struct account_month *now = in->now;
    struct usage_model_cell total = usage_month_total(&now->usage, 0);
    int64_t voided = voided_events(in);

    explanation_fact(in->out, "R5", "used", "%lld event%s, %s credits", (long long)total.events, text_plural(total.events),
                     explain_credits(total.credits).text);
    if (voided > 0) {
        explanation_fact(in->out, "R8", "voided", "%lld event%s more, which count%s nothing", (long long)voided,
                         text_plural(voided), voided == 1 ? "s" : "");
    }
    if (now->bill.status != BILL_HELD) {
        say_sources(in);
    }
    if (sums->shown_events > 0) {
        explanation_fact(in->out, "", "shown to the customer", "%s credits for %lld event%s, rated %s",
                         explain_credits(sums->shown).text, (long long)sums->shown_events, text_plural(sums->shown_events),
                         explain_credits(sums->billed_of_shown).text);
    }
}

static const enum explanation_column MODEL_COLUMNS[] = {EXPLAIN_MODEL, EXPLAIN_EVENTS, EXPLAIN_CREDITS};
static const enum explanation_column DAY_COLUMNS[] = {EXPLAIN_DAY,      EXPLAIN_EVENTS,  EXPLAIN_CREDITS, EXPLAIN_BONUS,
                                                      EXPLAIN_INCLUDED, EXPLAIN_OVERAGE, EXPLAIN_UNBILLED};
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define DAY_COLUMNS_HELD 3 /* what it is consumed from is not settled */

static void say_models(struct explain *in)
{
    const struct account_month *now = in->now;

    explanation_table(in->out, (struct explanation_table){"usage_by_model", "Usage by model", MODEL_COLUMNS,
                                                          COUNT_OF(MODEL_COLUMNS)});
    for (size_t i = 0; i < now->catalogue.model_count; i++) {
        if (now->models[i].events > 0) {
            explanation_cell(in->out, "%s", now->catalogue.models[i]);
            explanation_cell(in->out, "%lld", (long long)now->models[i].events);
            explanation_cell(in->out, "%s", explain_credits(now->models[i].credits).text);
        }
    }
}

static void say_days(struct explain *in, const struct usage_sums *sums)
{
    const struct account_month *now = in->now;
    bool held = now->bill.status == BILL_HELD;
    char day[DAY_TEXT_MAX];

    explanation_table(in->out, (struct explanation_table){"usage_by_day", "Usage by day", DAY_COLUMNS,
                                                          held ? DAY_COLUMNS_HELD : COUNT_OF(DAY_COLUMNS)});
    for (int i = 0; i < month_days(now->in.month); i++) {
        if (sums->days[i].events == 0) {
            continue;
        }
        day_format(now->in.month * 100 + i + 1, day);
        explanation_cell(in->out, "%s", day);
        explanation_cell(in->out, "%lld", (long long)sums->days[i].events);
        explanation_cell(in->out, "%s", explain_credits(sums->days[i].credits).text);
        for (int source = 0; source < TRACE_SOURCES && !held; source++) {
            explanation_cell(in->out, "%s", explain_credits(sums->days[i].used[source]).text);
        }
    }
}

void explain_usage(struct explain *in)
{
    struct usage_sums sums = {0};

    explain_walk(in, add_up, &sums);
    explanation_facts(in->out, "usage", "Usage");
    say_totals(in, &sums);
    if (usage_month_total(&in->now->usage, 0).events > 0) {
        say_models(in);
        say_days(in, &sums);
    }
}
