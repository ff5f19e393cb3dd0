/*
 * The moments at which a limit was reached, and the events one by one.
 */
#include <stdio.h>

#include "batch/explain.h"

static const char *const LIMITS[] = {
    [TRACE_LIMIT_NONE] = "",
    [TRACE_LIMIT_OFF] = "overage is off",
    [TRACE_LIMIT_NO_PRICE] = "the plan has no overage",
    [TRACE_LIMIT_CAP] = "overage is at its cap",
};

struct explain_text explain_event_id(struct explain *in, const struct account_event *event)
{
    struct explain_text id = {""};

    if (in->failed.code == ERR_NONE) {
        (void)!account_usage_id(in->usage, event, id.text, &in->failed); /* the error is in in->failed */
    }
    return id;
}

struct moments {
    struct explain *in;
    bool overage_begun;
    enum trace_limit paused; /* as the last event of the month left it */
    size_t count;
};

static void say_moment(struct moments *moments, const struct explain_event *event, const char *rule, const char *what,
                       const char *detail)
{
    explanation_fact(moments->in->out, rule, explain_instant(event->event->event.at).text, "%s%s, with event %s", what,
                     detail, explain_event_id(moments->in, event->event).text);
    moments->count++;
}

static void note_part(struct moments *moments, const struct explain_event *event, const struct trace_part *part)
{
    const struct account_facts *facts = moments->in->now->facts;

    switch (part->source) {
    case TRACE_BONUS:
        if (part->left == 0) {
            say_moment(moments, event, "R19", "grant ran out: ", facts->grants[part->grant].grant_id);
        }
        break;
    case TRACE_INCLUDED:
        if (part->left == 0) {
            say_moment(moments, event, "R18", "the allowance was reached", "");
        }
        break;
    case TRACE_OVERAGE:
        if (!moments->overage_begun) {
            say_moment(moments, event, "R20", "overage began", "");
            moments->overage_begun = true;
        }
        if (part->left == 0) {
            say_moment(moments, event, "R20", "overage reached its cap", "");
        }
        break;
    default:
        if (moments->paused != part->limit) {
            say_moment(moments, event, "R22", "usage should have paused here: ", LIMITS[part->limit]);
        }
        break;
    }
}

static void note_event(void *context, const struct explain_event *event)
{
    struct moments *moments = context;
    enum trace_limit paused = TRACE_LIMIT_NONE;

    for (size_t i = 0; i < event->part_count; i++) {
        note_part(moments, event, &event->parts[i]);
        paused = event->parts[i].limit;
    }
    if (event->in_month && event->part_count > 0) {
        moments->paused = paused;
    }
}

void explain_moments(struct explain *in)
{
    struct moments moments = {.in = in};

    explanation_facts(in->out, "moments", "When a limit was reached");
    explain_walk(in, note_event, &moments);
    if (moments.count == 0) {
        explanation_fact(in->out, "R19", "never", "no grant ran out, the allowance was not reached");
    }
}

/* "grant g1 2.00, allowance 1.00, overage 1.00, unbilled 2.00 (overage is off)", or "" */
static const char *consumed_words(const struct explain *in, const struct explain_event *event)
{
    static const char *const SOURCES[] = {"grant ", "allowance", "overage", "unbilled"};
    char *end = in->consumed;

    *end = '\0';
    for (size_t i = 0; i < event->part_count; i++) {
        const struct trace_part *part = &event->parts[i];
        bool limit = part->limit != TRACE_LIMIT_NONE;
        end += snprintf(end, EXPLAIN_PART_MAX, "%s%s%.64s %.24s%s%s%s", i == 0 ? "" : ", ", SOURCES[part->source],
                        part->source == TRACE_BONUS ? in->now->facts->grants[part->grant].grant_id : "",
                        explain_credits(part->credits).text, limit ? " (" : "", LIMITS[part->limit], limit ? ")" : "");
    }
    return in->consumed;
}

/* Occurred at, id, model, quantity and tokens. */
static void say_metered(struct explain *in, const struct account_event *event)
{
    explanation_cell(in->out, "%s", explain_instant(event->event.at).text);
    explanation_cell(in->out, "%s", explain_event_id(in, event).text);
    explanation_cell(in->out, "%s", in->now->catalogue.models[event->event.model]);
    explanation_cell(in->out, "%s", explain_millionths(event->event.quantity).text);
    if (event->event.tokens == TOKENS_NONE) {
        explanation_cell(in->out, "%s", "");
    } else {
        explanation_cell(in->out, "%lld", (long long)event->event.tokens);
    }
}

/* Requests, multiplier, credits; then what the customer was shown. */
static void say_rated(struct explain *in, const struct explain_event *event)
{
    bool shown = event->event->credits_shown != SHOWN_NONE;

    if (event->rate == NULL) {
        explanation_cell(in->out, "%s", "");
        explanation_cell(in->out, "no rate");
        explanation_cell(in->out, "%s", "");
    } else {
        explanation_cell(in->out, "%lld", (long long)usage_requests(event->rate, event->event->event.tokens));
        explanation_cell(in->out, "%s", explain_millionths(event->rate->multiplier).text);
        explanation_cell(in->out, "%s", event->credits > CREDITS_MAX ? "too many" : explain_credits(event->credits).text);
    }
    explanation_cell(in->out, "%s", shown ? explain_credits(event->event->credits_shown).text : "");
}

static void say_event(void *context, const struct explain_event *event)
{
    struct explain *in = context;

    if (event->in_month) {
        say_metered(in, event->event);
        say_rated(in, event);
        explanation_cell(in->out, "%s", consumed_words(in, event));
    }
}

static const enum explanation_column EVENT_COLUMNS[] = {
    EXPLAIN_OCCURRED_AT, EXPLAIN_EVENT_ID, EXPLAIN_MODEL,   EXPLAIN_QUANTITY,      EXPLAIN_TOKENS,
    EXPLAIN_REQUESTS,    EXPLAIN_MULTIPLIER, EXPLAIN_CREDITS, EXPLAIN_CREDITS_SHOWN, EXPLAIN_CONSUMED_FROM,
};

void explain_events(struct explain *in)
{
    explanation_table(in->out, (struct explanation_table){"events", "Events in order of consumption", EVENT_COLUMNS,
                                                          sizeof EVENT_COLUMNS / sizeof EVENT_COLUMNS[0]});
    explain_walk(in, say_event, in);
}
