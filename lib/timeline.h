/*
 * The plan timeline of an account up to a month's end: which plan was held
 * when, which downgrades waited and landed (R9), when it first paid (R10) and
 * which overage settings count (R20).
 */
#ifndef MONTHEND_LIB_TIMELINE_H
#define MONTHEND_LIB_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/catalogue.h"
#include "lib/facts.h"

enum step_kind {
    STEP_LANDED,          /* a pending downgrade took effect; index: the change that asked for it */
    STEP_UPGRADED,        /* a change to a higher rank; index: the change */
    STEP_PENDING,         /* a change to a lower rank now waits (and replaced one that did) */
    STEP_KEPT,            /* a change to the plan held: nothing but the end of a pending downgrade */
    STEP_UNKNOWN,         /* a change to a plan that is not in `plans`: passed over */
    STEP_SETTING,         /* an overage setting that counts; index: the setting */
    STEP_SETTING_IGNORED, /* one made on `free`: ignored for good */
};

struct timeline_step {
    enum step_kind kind;
    int64_t at;
    size_t index;    /* of the change or setting in the facts */
    int plan_before; /* plan held before the step */
    int plan_after;  /* plan held after it */
};

struct timeline_in {
    const struct account_facts *facts;
    const struct catalogue *catalogue;
    int64_t month_start; /* S */
    int64_t month_end;   /* E */
};

struct timeline {
    struct timeline_step *steps; /* in the order in which they happened, before E */
    size_t step_count;
    size_t month_first;  /* the first step that is not over when the base charge (R11) is made at S: landings at S are before it */
    int plan_at_start;   /* at S after landings, before any change at exactly S */
    int plan_at_end;     /* at the last instant (R17) */
    int64_t first_paid;  /* F (R10), or INSTANT_NONE; may lie after E */
    size_t last_upgrade_before; /* index of the change that was the last upgrade before S, or SIZE_MAX (R16) */
    bool overage_on_at_start;  /* R20, after landings at S and before any setting at exactly S */
    int64_t cap_at_start;      /* hundredths, or CAP_NONE */
    bool unknown_plan;         /* some change before E was passed over (R27) */
    size_t unknown_change;     /* index of the first such change */
};

/* How many steps timeline_build may write for these facts. */
size_t timeline_steps_max(const struct account_facts *facts);

/* Replay the account's changes and settings before E into `steps`, which has
 * room for timeline_steps_max(). Cannot fail. */
struct timeline timeline_build(struct timeline_in in, struct timeline_step *steps);

/* Is `t` in the account's first paid month, given as [start, end) (R10)? */
bool timeline_first_paid_in(const struct timeline *timeline, int64_t start, int64_t end);

#endif
