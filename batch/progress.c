/*
 * Progress on standard error.
 */
#include "batch/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "batch/clock.h"
#include "batch/log.h"

#define BAR_CELLS 30
#define BAR_EVERY_MS 100
#define LINE_EVERY_MS 10000

void progress_begin(struct progress *progress, bool quiet, const char *phase, const char *unit, int64_t total)
{
    int64_t now = clock_running_ms();

    *progress = (struct progress){
        .quiet = quiet, .phase = phase, .unit = unit, .total = total, .started_ms = now, .shown_ms = now,
        .terminal = isatty(STDERR_FILENO) == 1 && !log_is_json()};
}

/* How fast it goes, and so how long it takes. */
static void show_rest(const struct progress *progress, int64_t done, int64_t elapsed_ms)
{
    if (done > 0 && elapsed_ms > 0) {
        fprintf(stderr, ", %lld a second", (long long)(done * 1000 / elapsed_ms));
    }
    if (done > 0 && progress->total > done) {
        fprintf(stderr, ", %lld s left", (long long)((progress->total - done) * elapsed_ms / done / 1000));
    }
}

static void show_bar(struct progress *progress, int64_t done, int64_t elapsed_ms)
{
    int64_t cells = progress->total > 0 ? done * BAR_CELLS / progress->total : 0;

    cells = cells > BAR_CELLS ? BAR_CELLS : cells;
    fprintf(stderr, "\r\033[K%s [%.*s%*s] %lld %s", progress->phase, (int)cells, "##############################",
            (int)(BAR_CELLS - cells), "", (long long)done, progress->unit);
    show_rest(progress, done, elapsed_ms);
    progress->bar_drawn = true;
}

/* How far it is, for the log. */
static struct log_phase phase_of(const struct progress *progress, int64_t done, int64_t now)
{
    return (struct log_phase){progress->phase, progress->unit, done, progress->total, now - progress->started_ms};
}

void progress_show(struct progress *progress, int64_t done)
{
    if (progress->quiet) {
        return;
    }
    int64_t now = clock_running_ms();
    if (now - progress->shown_ms < (progress->terminal ? BAR_EVERY_MS : LINE_EVERY_MS)) {
        return;
    }
    progress->shown_ms = now;
    if (progress->terminal) {
        show_bar(progress, done, now - progress->started_ms);
        return;
    }
    if (log_is_json()) {
        log_progress(phase_of(progress, done, now));
        return;
    }
    fprintf(stderr, "%s%s: %lld %s", log_mark(LOG_INFO), progress->phase, (long long)done, progress->unit);
    show_rest(progress, done, now - progress->started_ms);
    fputc('\n', stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->bar_drawn) {
        fputs("\r\033[K", stderr);
        progress->bar_drawn = false;
    }
}

void progress_over(struct progress *progress, int64_t done)
{
    progress_end(progress);
    log_phase(phase_of(progress, done, clock_running_ms()));
}
