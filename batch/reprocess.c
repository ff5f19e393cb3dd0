/*
 * The command reprocess: corrects closed months by what was learned since
 * (R28), each in a transaction of its own.
 *
 * The order for each month is that of a close: note the run and its as-of; read
 * one snapshot, compute, compare with what was issued, check the controls; write
 * the reports under a temporary name; commit; rename. A month that is done is
 * not touched again, so that a range that was interrupted goes on when it is
 * started again.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/command.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "batch/lock.h"
#include "batch/log.h"
#include "batch/noted.h"
#include "batch/options.h"
#include "batch/past.h"
#include "batch/place.h"
#include "batch/run.h"
#include "batch/stale.h"
#include "batch/stop.h"
#include "batch/summary.h"
#include "lib/calendar.h"
#include "lib/text.h"
#include "schema/store_runs.h"

struct reprocessing {
    struct options options;
    struct store *store;
    char out[PATH_MAX];
    int32_t from; /* the months to reprocess */
    int32_t to;
    bool look; /* something needs a look: exit status 1 */
};

/* One month of them. */
struct correction_run {
    struct reprocessing *all;
    int32_t month;
    char month_text[MONTH_TEXT_MAX];
    struct run *runs; /* that issued */
    size_t run_count;
};

static const struct run *last_run(const struct correction_run *run)
{
    return &run->runs[run->run_count - 1];
}

/* Its runs; free(run->runs). ERR_NO_INPUT: it was never closed. */
static enum err_code runs_read(struct reprocessing *all, int32_t month, struct correction_run *run, struct err *err)
{
    *run = (struct correction_run){.all = all, .month = month};
    month_format(month, run->month_text);
    if (runs_list(all->store, month, &run->runs, &run->run_count, err) == ERR_NONE && run->run_count == 0) {
        return err_set(err, ERR_NO_INPUT, "%s was never closed, so that there is nothing to correct; 'monthend close "
                       "--month %s' closes it", run->month_text, run->month_text);
    }
    return err->code;
}

/* May the month be computed again as of then? */
static enum err_code as_of_check(const struct correction_run *run, struct err *err)
{
    int64_t as_of = run->all->options.as_of;
    const struct run *last = last_run(run);
    char as_of_text[INSTANT_TEXT_MAX];
    char last_text[INSTANT_TEXT_MAX];

    instant_format(as_of, as_of_text);
    instant_format(last->as_of, last_text);
    if (as_of < month_end_ms(run->month)) {
        return err_set(err, ERR_USAGE, "--as-of %s is before the end of %s; give a later instant", as_of_text,
                       run->month_text);
    }
    if (as_of < last->as_of) {
        return err_set(err, ERR_USAGE,
                       "--as-of %s is earlier than that of the last run of %s, %d-%s, which saw what was known at %s; give a "
                       "later instant", as_of_text, run->month_text, (int)last->sequence, last->kind, last_text);
    }
    return ERR_NONE;
}

/* Everything that can be known to be wrong is told before anything is done. */
static enum err_code months_check(struct reprocessing *all, struct err *err)
{
    for (int32_t month = all->from; month <= all->to && err->code == ERR_NONE; month = month_next(month)) {
        struct correction_run run;

        if (runs_read(all, month, &run, err) == ERR_NONE) {
            (void)as_of_check(&run, err); /* the error is in *err */
        }
        free(run.runs);
    }
    return err->code;
}

/* Are more held than policy held_limit_percent allows, of those held and those that have an invoice? */
static enum err_code check_held(const struct correction_run *run, const struct run_result *result, struct err *err)
{
    const struct totals *totals = &result->totals;
    int64_t held = totals->issued[BILL_HELD];
    int64_t all = result->invoices_before + totals->documents[SERIES_INVOICE] + held - totals->kept;

    if (run->all->options.accept_held || held * 100 <= result->policies.held_limit_percent * all) {
        return ERR_NONE;
    }
    return err_set(err, ERR_DATA,
                   "%s: %lld of %lld account%s would be held, more than %lld %% (policy held_limit_percent); see 'monthend "
                   "reprocess --preview' for the reasons, mend the data, or reprocess with --accept-held",
                   run->month_text, (long long)held, (long long)all, text_plural(all),
                   (long long)result->policies.held_limit_percent);
}

static enum err_code check_expected(const struct correction_run *run, const struct run_result *result, struct err *err)
{
    const char *expected = run->all->options.expect;

    if (expected == NULL || strcmp(expected, result->digest) == 0) {
        return ERR_NONE;
    }
    return err_set(err, ERR_DATA,
                   "%s: the result is %s and not the expected one; nothing was issued: preview and approve it again",
                   run->month_text, result->digest);
}

static void say_nothing(const struct correction_run *run)
{
    char as_of[INSTANT_TEXT_MAX];

    instant_format(last_run(run)->as_of, as_of);
    printf("%s: nothing was learned since run %d-%s (as of %s); nothing to issue\n", run->month_text,
           (int)last_run(run)->sequence, last_run(run)->kind, as_of);
}

static void say_done(const struct correction_run *run, const struct run_in *in, const struct run_result *result)
{
    if (in->issue_run == 0) {
        printf("%s reprocessing previewed; nothing was issued\n", run->month_text);
    } else {
        printf("%s reprocessed, run %s\n", run->month_text, in->name);
    }
    summary_print_correction(result);
    summary_log(in->issue_run == 0 ? "reprocessing previewed" : "reprocessed", result);
    printf("  reports: %s/%s/%s\n", in->out, run->month_text, in->name);
    run->all->look = run->all->look || summary_needs_look(result);
}

static struct run_in run_in_of(const struct correction_run *run)
{
    const struct reprocessing *all = run->all;

    return (struct run_in){
        .store = all->store,
        .month = run->month,
        .as_of = all->options.as_of,
        .name = "preview",
        .out = all->out,
        .workbook = all->options.workbook,
        .threads = all->options.threads,
        .quiet = all->options.quiet,
        .reprocess = last_run(run)->sequence + 1,
        .run_by = "",
        .approved_by = all->options.approved_by,
    };
}

static enum err_code preview(struct correction_run *run, struct err *err)
{
    struct run_in in = run_in_of(run);
    struct run_result result;
    struct report *report = NULL;

    log_run(in.month, in.name);
    if (run_compute(&in, &result, &report, err) == ERR_NONE && report_publish(report, err) == ERR_NONE) {
        say_done(run, &in, &result);
    }
    report_end(report);
    return err->code;
}

/* Before anything is moved: may this result be issued? */
static enum err_code decide(void *context, const struct run_result *result, bool *go, struct err *err)
{
    const struct correction_run *run = context;

    (void)go; /* a reprocessing with nothing to correct is a run, too */
    if (check_held(run, result, err) != ERR_NONE || check_expected(run, result, err) != ERR_NONE) {
        return err->code;
    }
    return stop_check(err);
}

/* From the noted run on: compute and decide, commit, rename. */
static enum err_code issue(struct correction_run *run, struct noted *noted, struct err *err)
{
    struct run_in in = run_in_of(run);
    struct run_result result;
    struct report *report = NULL;

    in.name = noted->name;
    in.run_by = noted->user;
    in.issue_run = noted->run;
    in.decide = decide;
    in.decide_context = run;
    if (run_compute(&in, &result, &report, err) != ERR_NONE) {
        return err->code;
    }
    if (stop_check(err) == ERR_NONE && noted_issue(noted, &result, err) == ERR_NONE &&
        report_publish(report, err) == ERR_NONE) {
        say_done(run, &in, &result);
    }
    report_end(report);
    return err->code;
}

static enum err_code issue_noted(struct correction_run *run, struct err *err)
{
    struct noted noted;

    if (noted_begin(run->all->store, run->month, "reprocess", &run->all->options, &noted, err) == ERR_NONE) {
        (void)issue(run, &noted, err); /* the error is in *err */
    }
    return noted_end(&noted, err);
}

static enum err_code heal(struct correction_run *run, struct err *err)
{
    const struct reprocessing *all = run->all;
    struct past past = {
        .store = all->store,
        .month = run->month,
        .threads = all->options.threads,
        .quiet = all->options.quiet,
        .runs = run->runs,
        .run_count = run->run_count,
    };

    (void)snprintf(past.out, sizeof past.out, "%s", all->out);
    return all->options.preview ? ERR_NONE : past_heal(&past, err);
}

/* What was learned of a month, in a snapshot of its own. */
static enum err_code look(struct reprocessing *all, int32_t month, struct stale *stale, struct err *err)
{
    if (store_snapshot_begin(all->store, err) == ERR_NONE) {
        (void)stale_read(all->store, month, all->options.as_of, stale, err); /* the error is in *err */
        store_snapshot_end(all->store);
    }
    return err->code;
}

static enum err_code reprocess_month(struct correction_run *run, struct err *err)
{
    struct stale stale;

    if (heal(run, err) != ERR_NONE || look(run->all, run->month, &stale, err) != ERR_NONE) {
        return err->code;
    }
    if (!stale_is(&stale)) {
        say_nothing(run);
        return ERR_NONE;
    }
    return run->all->options.preview ? preview(run, err) : issue_noted(run, err);
}

/* Grants are used up over months: a correction of one can reach those after it. */
static enum err_code say_stale(struct reprocessing *all, struct err *err)
{
    struct run *runs = NULL;
    size_t count = 0;
    bool begun = false;

    if (runs_list(all->store, 0, &runs, &count, err) != ERR_NONE) {
        return err->code;
    }
    for (size_t i = 0; i < count && err->code == ERR_NONE; i++) {
        char month_text[MONTH_TEXT_MAX];
        struct stale stale;

        if (runs[i].month <= all->to || (i > 0 && runs[i - 1].month == runs[i].month) ||
            look(all, runs[i].month, &stale, err) != ERR_NONE || !stale_is(&stale)) {
            continue;
        }
        month_format(runs[i].month, month_text);
        printf("%s%s", begun ? ", " : "stale now, to be reprocessed next: ", month_text);
        begun = true;
    }
    printf("%s", begun ? "\n" : "");
    free(runs);
    return err->code;
}

static enum err_code months_reprocess(struct reprocessing *all, struct err *err)
{
    for (int32_t month = all->from; month <= all->to && err->code == ERR_NONE; month = month_next(month)) {
        struct correction_run run;

        if (runs_read(all, month, &run, err) == ERR_NONE) {
            (void)reprocess_month(&run, err); /* the error is in *err */
        }
        free(run.runs);
        (void)fflush(stdout); /* what is done is told, whatever comes; summary_flush() looks whether it was */
    }
    return err->code == ERR_NONE ? say_stale(all, err) : err->code;
}

static enum err_code reprocess(struct reprocessing *all, struct err *err)
{
    const struct options *options = &all->options;
    int lock = LOCK_NONE;
    int patience = options->wait_seconds > STORE_WAIT_SECONDS ? options->wait_seconds : STORE_WAIT_SECONDS;
    enum store_mode mode = options->preview ? STORE_READ : STORE_WRITE;

    if (place_reports(options->database, options->out, all->out, err) == ERR_NONE &&
        store_open(options->database, mode, patience, &all->store, err) == ERR_NONE &&
        (options->preview || lock_take(options->database, options->wait_seconds, &lock, err) == ERR_NONE) &&
        months_check(all, err) == ERR_NONE && months_reprocess(all, err) == ERR_NONE) {
        (void)summary_flush(err); /* the error is in *err */
    }
    store_close(all->store);
    lock_release(lock);
    return err->code;
}

/* Which months the options name. */
static enum err_code range_take(struct reprocessing *all, struct err *err)
{
    const struct options *options = &all->options;
    bool one = options->month != MONTH_NONE;
    char from_text[MONTH_TEXT_MAX];
    char to_text[MONTH_TEXT_MAX];

    if (one == (options->from != MONTH_NONE || options->to != MONTH_NONE) ||
        (!one && (options->from == MONTH_NONE || options->to == MONTH_NONE))) {
        return err_set(err, ERR_USAGE, "reprocess: give either --month M, or --from M and --to M; see 'monthend reprocess "
                       "--help'");
    }
    all->from = one ? options->month : options->from;
    all->to = one ? options->month : options->to;
    if (all->from > all->to) {
        month_format(all->from, from_text);
        month_format(all->to, to_text);
        return err_set(err, ERR_USAGE, "--from %s is after --to %s; give the earlier month first", from_text, to_text);
    }
    if (options->expect != NULL && (all->from != all->to || options->preview)) {
        return err_set(err, ERR_USAGE, "--expect approves what one month issues: give it with --month and without --preview");
    }
    return ERR_NONE;
}

int reprocess_command(int argc, char **argv)
{
    struct reprocessing all = {0};
    struct err err = {0};

    stop_watch();
    if (options_parse(argc, argv, OPTION_RUN | OPTION_ISSUE | OPTION_RANGE | OPTION_REPROCESS, &all.options, &err) == ERR_NONE) {
        if (all.options.help) {
            return help_command("reprocess");
        }
        if (range_take(&all, &err) == ERR_NONE && reprocess(&all, &err) == ERR_NONE) {
            return all.look ? STATUS_LOOK : STATUS_DONE;
        }
    }
    return failure_alert(&err);
}
