/*
 * What a run collected, on its way into the database while its reports are
 * finished: the one is the work of SQLite, the other of the disk and the
 * workbook. Nothing is committed by it.
 */
#ifndef MONTHEND_BATCH_MOVER_H
#define MONTHEND_BATCH_MOVER_H

#include <pthread.h>
#include <stdbool.h>

#include "batch/progress.h"
#include "lib/err.h"
#include "schema/store.h"

struct mover { /* starts as {0} */
    struct store *store;
    pthread_t thread;
    bool started;
    bool threaded; /* otherwise no other thread was wanted or to be had, and it is done */
    struct progress progress;
    int64_t duration_ms;
    struct err err;
};

/* Begin issue_move() (schema/store_runs.h). Until mover_end the store is the mover's alone. */
void mover_begin(struct mover *mover, struct store *store, int threads, bool quiet);

/* Wait for it: its error, or that of the signal that stopped it. Harmless where nothing began. */
ERR_MUST_USE enum err_code mover_end(struct mover *mover, struct err *err);

#endif
