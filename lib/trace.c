/*
 * What each event was consumed from (R19), event by event.
 */
#include "lib/trace.h"

#include <assert.h>

/* One event on its way through the sources. */
struct taking {
    struct trace *trace;
    int64_t left; /* hundredths that no source has taken yet */
    struct trace_part *parts;
    size_t count;
};

size_t trace_parts_max(const struct account_facts *facts)
{
    return facts->grant_count + TRACE_SOURCES - 1;
}

struct trace trace_begin(struct trace_in in)
{
    for (size_t i = 0; i < in.month.facts->grant_count; i++) {
        in.balances[i] = in.month.facts->grants[i].credits;
    }
    return (struct trace){
        .in = in,
        .allowance_left = in.allowance,
        .overage_on = in.timeline->overage_on_at_start,
        .cap_credits = in.timeline->cap_at_start,
        .step = in.timeline->month_first,
        .last_at = INSTANT_NONE,
    };
}

/* Take as much as there is: `room` credits of the part's source. */
static int64_t take(struct taking *taking, struct trace_part part, int64_t room)
{
    part.credits = taking->left < room ? taking->left : room;
    if (part.credits <= 0) {
        return 0;
    }
    part.left = room == INT64_MAX ? TRACE_LEFT_ANY : room - part.credits;
    taking->left -= part.credits;
    taking->parts[taking->count++] = part;
    return part.credits;
}

/* 1. Bonus: they stand in the order in which they are used up. */
static void take_bonus(struct taking *taking, int64_t at, bool in_month)
{
    struct trace *trace = taking->trace;
    const struct account_facts *facts = trace->in.month.facts;

    for (size_t i = 0; i < facts->grant_count; i++) {
        if (facts->grants[i].starts_at <= at && at < facts->grants[i].expires_at) {
            struct trace_part part = {.source = TRACE_BONUS, .grant = i};
            int64_t taken = take(taking, part, trace->in.balances[i]);
            trace->in.balances[i] -= taken;
            trace->used[TRACE_BONUS] += in_month ? taken : 0;
        }
    }
}

/* R20: the switch and the cap as they stand at `at`. */
static void switch_until(struct trace *trace, int64_t at)
{
    const struct timeline *timeline = trace->in.timeline;

    for (; trace->step < timeline->step_count && timeline->steps[trace->step].at <= at; trace->step++) {
        if (timeline->steps[trace->step].kind == STEP_SETTING) {
            const struct overage_setting_fact *setting =
                &trace->in.month.facts->settings[timeline->steps[trace->step].index];
            trace->overage_on = setting->enabled;
            trace->cap_credits = setting->cap_credits;
        }
    }
}

/* 3. Overage: the cap in force limits all overage of the month. */
static enum trace_limit take_overage(struct taking *taking)
{
    struct trace *trace = taking->trace;

    if (!trace->in.overage_price) {
        return TRACE_LIMIT_NO_PRICE;
    }
    if (!trace->overage_on) {
        return TRACE_LIMIT_OFF;
    }
    bool capped = trace->cap_credits != CAP_NONE;
    int64_t room = capped ? trace->cap_credits - trace->used[TRACE_OVERAGE] : INT64_MAX;
    trace->used[TRACE_OVERAGE] += take(taking, (struct trace_part){.source = TRACE_OVERAGE}, room);
    return TRACE_LIMIT_CAP;
}

size_t trace_event(struct trace *trace, int64_t at, int64_t credits, struct trace_part *parts)
{
    struct taking taking = {.trace = trace, .left = credits, .parts = parts};
    bool in_month = at >= trace->in.month.month_start;
    assert(at >= trace->last_at && at < trace->in.month.month_end);
    assert(credits >= 0 && credits <= CREDITS_MAX);

    trace->last_at = at;
    take_bonus(&taking, at, in_month);
    if (!in_month) {
        return taking.count;
    }
    switch_until(trace, at);
    int64_t included = take(&taking, (struct trace_part){.source = TRACE_INCLUDED}, trace->allowance_left);
    trace->allowance_left -= included;
    trace->used[TRACE_INCLUDED] += included;
    if (taking.left > 0) {
        struct trace_part rest = {.source = TRACE_UNBILLED, .limit = take_overage(&taking)};
        trace->used[TRACE_UNBILLED] += take(&taking, rest, INT64_MAX);
    }
    return taking.count;
}
