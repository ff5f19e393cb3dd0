/*
 * Progress on standard error: a bar on a terminal, a line every 10 seconds
 * otherwise, nothing when quiet. Both with the rate, and with the time left where
 * the total is known:
 *
 *     reading usage: 42000000 events, 6120000 a second, 9 s left
 *
 * What a phase came to is logged (batch/log.h).
 */
#ifndef MONTHEND_BATCH_PROGRESS_H
#define MONTHEND_BATCH_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool quiet;
    const char *phase; /* "reading usage" */
    const char *unit;  /* "events" */
    int64_t total;     /* an estimate; 0: unknown */
    int64_t started_ms;
    int64_t shown_ms;
    bool terminal;
    bool bar_drawn;
};

void progress_begin(struct progress *progress, bool quiet, const char *phase, const char *unit, int64_t total);
void progress_show(struct progress *progress, int64_t done); /* cheap when it is not yet time */
void progress_end(struct progress *progress); /* the line is free for something else; progress may go on */
void progress_over(struct progress *progress, int64_t done); /* the phase is over: it is logged */

#endif
