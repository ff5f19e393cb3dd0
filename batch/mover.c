/*
 * Moving documents into the database on another thread.
 */
#include "batch/mover.h"

#include "batch/clock.h"
#include "batch/log.h"
#include "batch/stop.h"
#include "schema/store_runs.h"

static void show(void *context, int64_t rows_done)
{
    progress_show(context, rows_done);
}

static void *move(void *context)
{
    struct mover *mover = context;
    struct issue_watch watch = {.stop = stop_flag(), .progress = show, .progress_context = &mover->progress};

    (void)!issue_move(mover->store, watch, &mover->err); /* the error is in mover->err */
    progress_end(&mover->progress);
    mover->duration_ms = clock_running_ms() - mover->progress.started_ms;
    return NULL;
}

void mover_begin(struct mover *mover, struct store *store, int threads, bool quiet)
{
    *mover = (struct mover){.store = store, .started = true};
    progress_begin(&mover->progress, quiet, "issuing", "rows", issue_rows(store));
    mover->threaded = threads > 1 && pthread_create(&mover->thread, NULL, move, mover) == 0;
    if (!mover->threaded) {
        move(mover);
    }
}

enum err_code mover_end(struct mover *mover, struct err *err)
{
    if (!mover->started) {
        return err->code;
    }
    if (mover->threaded) {
        pthread_join(mover->thread, NULL);
    }
    mover->started = false;
    if (mover->err.code == ERR_NONE) { /* here and not on its thread: the log is the main thread's */
        log_phase((struct log_phase){mover->progress.phase, mover->progress.unit, mover->progress.total, 0, mover->duration_ms});
    }
    if (err->code == ERR_NONE && mover->err.code == ERR_INTERRUPTED) {
        return stop_check(err); /* it knows that it was stopped, not by what */
    }
    if (err->code == ERR_NONE && mover->err.code != ERR_NONE) {
        *err = mover->err;
    }
    return err->code;
}
