/*
 * What usage is consumed from (R19), segment by segment.
 */
#include "lib/consumption.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/calendar.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}


/* From where on the account's usage is used up by grants, at most the month's start. */
static int64_t first_break(struct timeline_in in)
{
    const struct account_facts *facts = in.facts;
    int64_t first = in.month_start;

    for (size_t i = 0; i < facts->grant_count; i++) {
        first = least(first, facts->grants[i].starts_at);
    }
    return first > facts->left_at ? first : least(in.month_start, facts->left_at);
}

static size_t months_back(struct timeline_in in)
{
    return (size_t)(month_index(month_of(in.month_start)) - month_index(month_of(first_break(in))));
}

size_t breakpoints_max(struct timeline_in in)
{
    return 2 + months_back(in) + 2 * in.facts->grant_count + in.facts->setting_count;
}

static int order_instants(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static size_t without_repeats(int64_t *breaks, size_t count)
{
    size_t kept = 0;

    qsort(breaks, count, sizeof *breaks, order_instants);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || breaks[kept - 1] != breaks[i]) {
            breaks[kept++] = breaks[i];
        }
    }
    return kept;
}

size_t breakpoints(struct timeline_in in, const struct timeline *timeline, int64_t *breaks)
{
    int64_t first = first_break(in);
    size_t count = 0;

    breaks[count++] = in.month_start;
    breaks[count++] = first;
    for (int32_t month = month_next(month_of(first)); month_start_ms(month) < in.month_start; month = month_next(month)) {
        breaks[count++] = month_start_ms(month);
    }
    for (size_t i = 0; i < in.facts->grant_count; i++) {
        const struct credit_grant_fact *grant = &in.facts->grants[i];
        if (grant->starts_at >= first && grant->starts_at < in.month_end) {
            breaks[count++] = grant->starts_at;
        }
        if (grant->expires_at >= first && grant->expires_at < in.month_end) {
            breaks[count++] = grant->expires_at;
        }
    }
    for (size_t i = timeline->month_first; i < timeline->step_count; i++) {
        if (timeline->steps[i].kind == STEP_SETTING) {
            breaks[count++] = timeline->steps[i].at;
        }
    }
    return without_repeats(breaks, count);
}

struct consumer {
    const struct consumption_in *in;
    struct consumption used;
    int64_t allowance_left;
    bool overage_on;
    int64_t cap_credits;
    size_t step; /* the timeline's next step */
};

/* 1. Bonus: grants active in the cell, earliest expiry first (they stand in that order). */
static int64_t consume_bonus(const struct consumption_in *in, const struct usage_cell *cell, bool in_month)
{
    const struct account_facts *facts = in->month.facts;
    int64_t left = cell->credits;

    for (size_t i = 0; i < facts->grant_count && left > 0; i++) {
        const struct credit_grant_fact *grant = &facts->grants[i];
        if (cell->from < grant->starts_at || cell->from >= grant->expires_at) {
            continue;
        }
        int64_t taken = least(left, in->balances[i]);
        in->balances[i] -= taken;
        in->used_in_month[i] += in_month ? taken : 0;
        left -= taken;
    }
    return cell->credits - left;
}

/* R20: the switch and the cap as they stand when the cell begins. */
static void settings_until(struct consumer *consumer, int64_t at)
{
    const struct timeline *timeline = consumer->in->timeline;

    for (; consumer->step < timeline->step_count && timeline->steps[consumer->step].at <= at; consumer->step++) {
        const struct timeline_step *step = &timeline->steps[consumer->step];
        if (step->kind == STEP_SETTING) {
            const struct overage_setting_fact *setting = &consumer->in->month.facts->settings[step->index];
            consumer->overage_on = setting->enabled;
            consumer->cap_credits = setting->cap_credits;
        }
    }
}

/* 3. Overage: the cap limits all overage of the month so far. */
static int64_t overage_room(const struct consumer *consumer)
{
    if (!consumer->overage_on || !consumer->in->overage_price) {
        return 0;
    }
    if (consumer->cap_credits == CAP_NONE) {
        return INT64_MAX;
    }
    int64_t room = consumer->cap_credits - consumer->used.overage;
    return room > 0 ? room : 0;
}

static void consume_cell(struct consumer *consumer, const struct usage_cell *cell)
{
    int64_t bonus = consume_bonus(consumer->in, cell, true);
    int64_t left = cell->credits - bonus;

    settings_until(consumer, cell->from);
    int64_t included = least(left, consumer->allowance_left);
    left -= included;
    int64_t overage = least(left, overage_room(consumer));
    left -= overage;
    consumer->allowance_left -= included;
    consumer->used.bonus += bonus;
    consumer->used.included += included;
    consumer->used.overage += overage;
    consumer->used.unbilled += left;
}

struct consumption consume(struct consumption_in in)
{
    struct consumer consumer = {
        .in = &in,
        .allowance_left = in.allowance,
        .overage_on = in.timeline->overage_on_at_start,
        .cap_credits = in.timeline->cap_at_start,
        .step = in.timeline->month_first,
    };

    for (size_t i = 0; i < in.month.facts->grant_count; i++) {
        in.balances[i] = facts_grant_credits(in.month.facts, i);
        in.used_in_month[i] = 0;
    }
    for (size_t i = 0; i < in.cell_count; i++) {
        if (in.cells[i].from < in.month.month_start) {
            (void)consume_bonus(&in, &in.cells[i], false);
        } else {
            consume_cell(&consumer, &in.cells[i]);
        }
    }
    return consumer.used;
}
