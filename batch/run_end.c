/*
 * The end of a run: its controls, what it saw, and what is left of its reports.
 */
#include "batch/run_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/log.h"
#include "batch/mover.h"
#include "batch/usage_notes.h"
#include "schema/store_facts.h"
#include "schema/store_links.h"
#include "schema/store_runs.h"

/* What proves the documents from here on, for the reports and for whoever keeps it. */
static void take_newest_link(struct run_work *work)
{
    const struct run_in *in = work->in;
    char link[DIGEST_TEXT_MAX] = LINK_NONE;

    if (in->newest_link != NULL) {
        snprintf(link, sizeof link, "%s", in->newest_link);
    } else if (in->issue_run != 0) {
        issue_newest_link(in->store, link);
    }
    if (strcmp(link, LINK_NONE) != 0) {
        memcpy(work->result->newest_link, link, sizeof link);
        report_newest_link(work->report, link);
    }
}

/* The journal's sums beside those of the bills. */
static void take_journal(struct run_work *work)
{
    struct totals *totals = &work->result->totals;

    for (size_t i = 0; i < totals->currency_count; i++) {
        struct currency_totals *currency = &totals->currencies[i];
        if (!report_journal_sums(work->report, currency->currency, &currency->journal)) {
            totals->overflow = true;
        }
    }
}

/* What a reprocessing, and a run of a later month, ask of this one. */
static enum err_code note_seen(struct run_work *work, const struct month *month, struct err *err)
{
    const struct learned *learned = work->correcting == NULL ? NULL : correcting_learned(work->correcting);

    return work->in->issue_run == 0 ? ERR_NONE : usage_notes_issue(work->in->store, month, learned, err);
}

static enum err_code note_digests(struct run_work *work, const struct month *month, struct err *err)
{
    const struct run_in *in = work->in;
    size_t count = 0;
    bool some = work->correcting != NULL && correcting_accounts(work->correcting, &count) != NULL;
    struct saw_in saw = {
        .store = in->store,
        .month = in->month,
        .as_of = in->as_of,
        .usage = month,
        .learned = some ? correcting_learned(work->correcting) : NULL,
        .accounts = &work->accounts_seen,
        .issues = in->issue_run != 0,
    };

    return saw_take(saw, &work->result->saw, err);
}

static enum err_code control(struct run_work *work, const struct month *month, struct err *err)
{
    struct source_total sources[SOURCE_TOTALS_MAX];
    size_t source_count = 0;

    work->controls = calloc(1, sizeof *work->controls);
    if (work->controls == NULL) {
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    take_journal(work);
    if (source_totals(work->in->store, work->in->month, work->in->as_of, sources, &source_count, err) != ERR_NONE) {
        return err->code;
    }
    controls_build(
        (struct controls_in){
            .totals = &work->result->totals,
            .counts = month_usage_counts(month),
            .days = month_usage_days(month),
            .month = work->in->month,
            .reprocess = work->correcting != NULL,
            .numbers = work->numbers,
            .source_totals = sources,
            .source_total_count = source_count,
        },
        work->controls);
    if (controls_check(work->controls, err) == ERR_NONE) {
        take_newest_link(work);
    }
    return err->code;
}

enum err_code run_finish(struct run_work *work, const struct month *month, struct err *err)
{
    const struct run_in *in = work->in;
    struct usage_counts counts = month_usage_counts(month);
    struct report_end end = {work->controls->rows, work->controls->count, month_usage_days(month), counts.read,
                             counts.voided, work->result->saw.facts, work->result->saw.catalogue};
    struct mover mover = {0};
    bool go = true;

    if (in->decide != NULL && (in->decide(in->decide_context, work->result, &go, err) != ERR_NONE || !go)) {
        report_end(work->report);
        work->report = NULL;
        return err->code;
    }
    if (in->issue_run != 0) {
        mover_begin(&mover, in->store, in->threads, in->quiet);
    }
    (void)report_finish(work->report, &end, work->result->sums_digest, err); /* the error is in *err */
    log_phase_over("writing and checking the reports");
    return mover_end(&mover, err);
}

enum err_code run_control(struct run_work *work, const struct month *month, struct err *err)
{
    if (note_seen(work, month, err) != ERR_NONE || note_digests(work, month, err) != ERR_NONE) {
        return err->code;
    }
    return control(work, month, err);
}
