/*
 * A second way to a bill's usage and plan lines: event by event and by the
 * letter of rules.md, slow on purpose. It shares no code with lib/: its own
 * months, prices, timeline and rating. It knows nothing of taxes and notes.
 */
#ifndef TESTS_LIB_REPLAY_H
#define TESTS_LIB_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/lib/world.h"

#define REPLAY_LINES_MAX 256

struct replay_line {
    enum line_kind kind;
    int plan;
    int64_t charged_at;
    int64_t amount_minor;
};

struct replay {
    enum hold_reason hold; /* HOLD_NONE: the rest holds */
    int plan_at_start;     /* R9 */
    int plan_at_end;
    bool paid_ever;        /* R10: there is an F */
    int64_t first_paid;    /* F */
    int64_t events;        /* of the month */
    int64_t bonus, included, overage, unbilled; /* R19, hundredths */
    int64_t balances[WORLD_FACTS_MAX]; /* of the world's sorted grants at the month's end */
    int64_t at_stake_minor; /* R22 */
    int64_t plan_minor;     /* R15: what the highest plan alone would have cost */
    struct replay_line lines[REPLAY_LINES_MAX]; /* without tax */
    size_t line_count;
};

/* Replay a sorted world whose currency has two digits. */
struct replay replay_run(const struct world *world);

#endif
