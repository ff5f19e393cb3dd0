/*
 * The plan timeline: a walk over the account's changes and settings in order
 * of their instants, with pending downgrades landing at the months' starts
 * (R9, R10, R20).
 */
#include "lib/timeline.h"

#include <assert.h>

#include "lib/calendar.h"

struct walk {
    struct timeline_in in;
    struct timeline *timeline;
    int held;            /* the plan held now */
    bool pending;        /* a downgrade waits */
    int pending_plan;
    size_t pending_change;
    int64_t lands_at;    /* where it waits: its landing */
    bool overage_on;     /* R20 */
    int64_t cap_credits;
};

size_t timeline_steps_max(const struct account_facts *facts)
{
    return 2 * facts->change_count + facts->setting_count;
}

bool timeline_first_paid_in(const struct timeline *timeline, int64_t start, int64_t end)
{
    return timeline->first_paid != INSTANT_NONE && timeline->first_paid >= start && timeline->first_paid < end;
}

static void step_add(struct walk *walk, enum step_kind kind, int64_t at, size_t index, int plan_before)
{
    walk->timeline->steps[walk->timeline->step_count++] = (struct timeline_step){
        .kind = kind,
        .at = at,
        .index = index,
        .plan_before = plan_before,
        .plan_after = walk->held,
    };
}

/* R9: a pending downgrade that is due by `at` lands; on `free` it switches overage off (R20). */
static void land(struct walk *walk, int64_t at)
{
    if (!walk->pending || walk->lands_at > at) {
        return;
    }
    int before = walk->held;
    walk->held = walk->pending_plan;
    walk->pending = false;
    if (walk->held == PLAN_FREE) {
        walk->overage_on = false;
        walk->cap_credits = CAP_NONE;
    }
    step_add(walk, STEP_LANDED, walk->lands_at, walk->pending_change, before);
}

/* What the month finds at S: after landings, before any change at exactly S. */
static void note_start(struct walk *walk)
{
    struct timeline *timeline = walk->timeline;

    land(walk, walk->in.month_start);
    timeline->month_first = timeline->step_count;
    timeline->plan_at_start = walk->held;
    timeline->overage_on_at_start = walk->overage_on;
    timeline->cap_at_start = walk->cap_credits;
}

static void upgrade(struct walk *walk, int plan, int64_t at, size_t index)
{
    int before = walk->held;

    walk->held = plan;
    walk->pending = false;
    if (walk->timeline->first_paid == INSTANT_NONE || at < walk->timeline->first_paid) {
        walk->timeline->first_paid = at; /* R10: the first change to a paid plan is an upgrade from `free` */
    }
    if (at < walk->in.month_start) {
        walk->timeline->last_upgrade_before = index;
    }
    step_add(walk, STEP_UPGRADED, at, index, before);
}

static void change(struct walk *walk, size_t index)
{
    const struct plan_change_fact *fact = &walk->in.facts->changes[index];

    if (fact->plan == PLAN_UNKNOWN) {
        if (!walk->timeline->unknown_plan) {
            walk->timeline->unknown_plan = true;
            walk->timeline->unknown_change = index;
        }
        step_add(walk, STEP_UNKNOWN, fact->effective_at, index, walk->held);
    } else if (fact->plan > walk->held) { /* plans stand by rank */
        upgrade(walk, fact->plan, fact->effective_at, index);
    } else if (fact->plan == walk->held) {
        walk->pending = false;
        step_add(walk, STEP_KEPT, fact->effective_at, index, walk->held);
    } else {
        walk->pending = true;
        walk->pending_plan = fact->plan;
        walk->pending_change = index;
        walk->lands_at = month_end_ms(month_of(fact->effective_at));
        step_add(walk, STEP_PENDING, fact->effective_at, index, walk->held);
    }
}

/* R20: a setting counts only on a paid plan. */
static void setting(struct walk *walk, size_t index)
{
    const struct overage_setting_fact *fact = &walk->in.facts->settings[index];

    if (walk->held == PLAN_FREE) {
        step_add(walk, STEP_SETTING_IGNORED, fact->effective_at, index, walk->held);
        return;
    }
    walk->overage_on = fact->enabled;
    walk->cap_credits = fact->cap_credits;
    step_add(walk, STEP_SETTING, fact->effective_at, index, walk->held);
}

/* The next row's instant; at one instant changes come before settings (R20). */
static int64_t next_at(const struct account_facts *facts, size_t changes_done, size_t settings_done, bool *is_change)
{
    int64_t change_at = changes_done < facts->change_count ? facts->changes[changes_done].effective_at : INT64_MAX;
    int64_t setting_at = settings_done < facts->setting_count ? facts->settings[settings_done].effective_at : INT64_MAX;

    *is_change = change_at <= setting_at;
    return *is_change ? change_at : setting_at;
}

struct timeline timeline_build(struct timeline_in in, struct timeline_step *steps)
{
    struct timeline timeline = {
        .steps = steps,
        .first_paid = in.facts->first_paid_at,
        .last_upgrade_before = SIZE_MAX,
    };
    struct walk walk = {.in = in, .timeline = &timeline, .held = PLAN_FREE, .cap_credits = CAP_NONE};
    bool started = false;
    size_t changes = 0;
    size_t settings = 0;
    bool is_change;

    for (int64_t at; (at = next_at(in.facts, changes, settings, &is_change)) < in.month_end;) {
        if (!started && at >= in.month_start) {
            note_start(&walk);
            started = true;
        }
        land(&walk, at);
        if (is_change) {
            change(&walk, changes++);
        } else {
            setting(&walk, settings++);
        }
    }
    if (!started) {
        note_start(&walk);
    }
    timeline.plan_at_end = walk.held;
    assert(timeline.step_count <= timeline_steps_max(in.facts));
    return timeline;
}
