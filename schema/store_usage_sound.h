/*
 * store_usage_sound.h - a row of usage as it is read: what the checks of
 * 0010_usage.sql would have refused is damage, and is never rated. For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_USAGE_SOUND_H
#define MONTHEND_SCHEMA_STORE_USAGE_SOUND_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/fact_digest.h"
#include "lib/usage.h"

/* The instant `since` milliseconds after the month's start; whatever is stored there nothing overflows, and it is not sound then. */
static inline int64_t usage_instant(int64_t month_start, int64_t since)
{
    return (int64_t)((uint64_t)month_start + (uint64_t)since);
}

/* Can it be an event of the month [month_start, month_end), of which so much was shown (or SHOWN_NONE)? Whether there are its
 * account and its model is not asked. */
static inline bool usage_sound(const struct usage_event *event, int64_t shown, int64_t month_start, int64_t month_end)
{
    return event->account >= 0 && event->model >= 0 && event->at >= month_start && event->at < month_end && event->quantity >= 0 &&
           event->quantity <= QUANTITY_MAX && event->tokens >= TOKENS_NONE && event->tokens <= COUNT_MAX &&
           shown >= SHOWN_NONE && shown <= CREDITS_MAX;
}

#endif
