/*
 * A run at work, as its two files see it: run.c bills, run_end.c controls and
 * finishes. For those two alone.
 */
#ifndef MONTHEND_BATCH_RUN_WORK_H
#define MONTHEND_BATCH_RUN_WORK_H

#include "batch/correct.h"
#include "batch/digest.h"
#include "batch/findings.h"
#include "batch/held.h"
#include "batch/month.h"
#include "batch/run.h"
#include "lib/fact_digest.h"
#include "schema/store_history.h"
#include "schema/store_ledger.h"

struct run_work {
    const struct run_in *in;
    struct run_result *result;
    struct report *report;
    const struct catalogue *catalogue;
    struct ledger_names ledger_names; /* at the as-of */
    struct findings findings;
    struct digest digest;
    struct digest later_digest;
    struct fact_digest accounts_seen;
    struct shown_bills *shown;
    struct held_set held;       /* when the run bills only those */
    struct held_set later_held;
    struct correcting *correcting; /* a reprocessing (R28); NULL: the month is billed */
    struct numbers numbers[SERIES_COUNT];
    struct store *past; /* what reads the history: the store itself is busy with accounts ahead */
    struct history *history;
    struct revenue_sum *revenue_before; /* of the last closed month before */
    size_t revenue_before_count;
    struct controls *controls;
};

/* After all bills: what the run saw, and the controls: where one fails nothing is written and nothing issued. */
ERR_MUST_USE enum err_code run_control(struct run_work *work, const struct month *month, struct err *err);

/* What is left of the reports, while the documents move into the database: the snapshot is over by now. */
ERR_MUST_USE enum err_code run_finish(struct run_work *work, const struct month *month, struct err *err);

#endif
