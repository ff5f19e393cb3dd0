/*
 * The command close: bills a month and issues its invoices, once, or computes
 * one shard of it. A crash between the commit and the rename of the reports is
 * healed by the next run.
 */
#include "batch/closing.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/command.h"
#include "batch/due.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "batch/lock.h"
#include "batch/log.h"
#include "batch/noted.h"
#include "batch/options.h"
#include "batch/past.h"
#include "batch/place.h"
#include "batch/run.h"
#include "batch/shard.h"
#include "batch/stop.h"
#include "batch/summary.h"
#include "lib/calendar.h"
#include "lib/text.h"
#include "schema/store_facts.h"
#include "schema/store_runs.h"

struct closing {
    struct options options;
    struct merging *merging; /* the usage comes from shards; or NULL */
    struct past past; /* what the month has issued so far */
    char month_text[MONTH_TEXT_MAX];
    bool look; /* something needs a look: exit status 1 */
};

/* More held than policy held_limit_percent allows? */
static enum err_code check_held(const struct closing *closing, const struct run_result *result, struct err *err)
{
    int64_t held = result->totals.accounts[BILL_HELD];
    int64_t all = held + result->totals.accounts[BILL_INVOICED];

    if (closing->options.accept_held || held * 100 <= result->policies.held_limit_percent * all) {
        return ERR_NONE;
    }
    return err_set(err, ERR_DATA,
                   "%s: %lld of %lld account%s %s held, more than %lld %% (policy held_limit_percent); see 'monthend "
                   "preview' for the reasons, mend the data, or close with --accept-held",
                   closing->month_text, (long long)held, (long long)all, text_plural(all), held == 1 ? "is" : "are",
                   (long long)result->policies.held_limit_percent);
}

static enum err_code check_expected(const struct closing *closing, const struct run_result *result, struct err *err)
{
    if (closing->options.expect == NULL || strcmp(closing->options.expect, result->digest) == 0) {
        return ERR_NONE;
    }
    return err_set(err, ERR_DATA,
                   "%s: the result is %s and not the expected one; nothing was issued: preview and approve it again",
                   closing->month_text, result->digest);
}

/* A later close in which every account is held as before issues nothing. */
static bool nothing_mended(const struct closing *closing, const struct run_result *result)
{
    return closing->past.run_count > 0 && result->totals.issued[BILL_INVOICED] + result->totals.issued[BILL_NO_CHARGE] == 0;
}

static void say_still_held(const struct closing *closing, int64_t held)
{
    printf("%s is closed; nothing to issue: %lld held account%s still cannot be billed ('monthend status' lists "
           "them)\n",
           closing->month_text, (long long)held, text_plural(held));
}

static void say_closed(struct closing *closing, const struct run_result *result, const char *name)
{
    printf("%s closed, run %s\n", closing->month_text, name);
    summary_print(result);
    summary_log("closed", result);
    printf("  reports: %s/%s/%s\n", closing->past.out, closing->month_text, name);
    closing->look = closing->look || summary_needs_look(result);
}

/* Before anything is moved: may this result be issued, and is there anything to issue? */
static enum err_code decide(void *context, const struct run_result *result, bool *go, struct err *err)
{
    const struct closing *closing = context;

    *go = !nothing_mended(closing, result);
    if (*go && check_held(closing, result, err) != ERR_NONE) {
        return err->code;
    }
    return check_expected(closing, result, err) == ERR_NONE ? stop_check(err) : err->code;
}

/* From the noted run on: compute and decide, commit, rename. */
static enum err_code issue(struct closing *closing, const struct run_in *in, struct noted *noted, struct err *err)
{
    struct run_result result;
    struct report *report = NULL;

    if (run_compute(in, &result, &report, err) != ERR_NONE) {
        return err->code;
    }
    if (report == NULL) {
        say_still_held(closing, result.totals.issued[BILL_HELD]);
    } else if (stop_check(err) == ERR_NONE && noted_issue(noted, &result, err) == ERR_NONE &&
               report_publish(report, err) == ERR_NONE) {
        say_closed(closing, &result, in->name);
    }
    report_end(report);
    return err->code;
}

static enum err_code close_now(struct closing *closing, struct err *err)
{
    const struct options *options = &closing->options;
    struct past *past = &closing->past;
    struct run_in in = past_run_in(past, past->run_count);
    struct noted noted;

    if (noted_begin(past->store, past->month, "close", options, &noted, err) == ERR_NONE) {
        in.as_of = options->as_of;
        in.name = noted.name;
        in.workbook = options->workbook;
        in.run_by = noted.user;
        in.approved_by = options->approved_by;
        in.issue_run = noted.run;
        in.decide = decide;
        in.decide_context = closing;
        in.merging = closing->merging;
        (void)issue(closing, &in, &noted, err); /* the error is in *err */
    }
    return noted_end(&noted, err);
}

/* A closed month: nothing to issue unless accounts were held and this run knows more. */
static bool is_done(const struct closing *closing)
{
    const struct run *last = closing->past.run_count > 0 ? &closing->past.runs[closing->past.run_count - 1] : NULL;

    if (last == NULL || (last->totals.held > 0 && closing->options.as_of > last->as_of)) {
        return false;
    }
    while (last > closing->past.runs && strcmp(last->kind, "close") != 0) {
        last--; /* reprocessings came after it */
    }
    printf("%s is closed since run %d-%s; nothing to issue\n", closing->month_text, (int)last->sequence, last->kind);
    return true;
}

static enum err_code check_merging(const struct closing *closing, struct err *err)
{
    const struct past *past = &closing->past;

    return closing->merging == NULL ? ERR_NONE : merging_check_runs(closing->merging, past->runs, past->run_count, err);
}

static enum err_code close_locked(struct closing *closing, struct err *err)
{
    struct past *past = &closing->past;
    int64_t as_of = closing->options.as_of;

    free(past->runs);
    past->runs = NULL;
    past->month = closing->options.month;
    if (past->month == MONTH_NONE && due_month(past->store, as_of, &past->month, err) != ERR_NONE) {
        return err->code;
    }
    month_format(past->month, closing->month_text);
    log_month(past->month);
    if (runs_list(past->store, past->month, &past->runs, &past->run_count, err) != ERR_NONE ||
        past_heal(past, err) != ERR_NONE || check_merging(closing, err) != ERR_NONE || is_done(closing) ||
        due_check(past->store, past->month, as_of, err) != ERR_NONE ||
        due_check_data(past->store, past->month, as_of, err) != ERR_NONE) {
        return err->code;
    }
    return close_now(closing, err);
}

/* Close one month, which is closed only once: the oldest first, so that what a later one opens with is there. */
static enum err_code catch_up_month(struct closing *closing, int32_t month, int *closed, struct err *err)
{
    struct past *past = &closing->past;
    int64_t due = 0;

    past->month = month;
    if (due_at(past->store, month, closing->options.as_of, &due, err) != ERR_NONE || due > closing->options.as_of ||
        runs_list(past->store, month, &past->runs, &past->run_count, err) != ERR_NONE) {
        return err->code;
    }
    if (past->run_count > 0) {
        return past_heal(past, err);
    }
    closing->options.month = month;
    *closed += 1;
    return close_locked(closing, err);
}

/* Every ended month that was never closed, from the first account's on. */
static enum err_code catch_up(struct closing *closing, struct err *err)
{
    struct past *past = &closing->past;
    int64_t as_of = closing->options.as_of;
    int64_t first = INSTANT_NONE;
    int closed = 0;

    if (first_account_created(past->store, as_of, &first, err) != ERR_NONE) {
        return err->code;
    }
    for (int32_t month = first == INSTANT_NONE ? MONTH_MAX : month_of(first);
         month < month_of(as_of) && err->code == ERR_NONE; month = month_of(month_end_ms(month))) {
        free(past->runs);
        past->runs = NULL;
        (void)catch_up_month(closing, month, &closed, err); /* the error is in *err */
    }
    if (err->code == ERR_NONE && closed == 0) {
        printf("every month that may be closed is closed; nothing to issue\n");
    }
    return err->code;
}

static enum err_code close_month(struct closing *closing, struct err *err)
{
    struct options *options = &closing->options;
    struct past *past = &closing->past;
    int lock = LOCK_NONE;
    int patience = options->wait_seconds > STORE_WAIT_SECONDS ? options->wait_seconds : STORE_WAIT_SECONDS;

    past->threads = options->threads;
    past->quiet = options->quiet;
    if (place_reports(options->database, options->out, past->out, err) == ERR_NONE &&
        store_open(options->database, STORE_WRITE, patience, &past->store, err) == ERR_NONE &&
        lock_take(options->database, options->wait_seconds, &lock, err) == ERR_NONE &&
        (options->catch_up ? catch_up(closing, err) : close_locked(closing, err)) == ERR_NONE) {
        (void)summary_flush(err); /* the error is in *err */
    }
    free(past->runs);
    store_close(past->store);
    lock_release(lock);
    return err->code;
}

static enum err_code check_catch_up(const struct options *options, struct err *err)
{
    bool alone = options->month == MONTH_NONE && options->expect == NULL && options->shard.count == 0 && options->result == NULL;

    if (!options->catch_up || alone) {
        return ERR_NONE;
    }
    return err_set(err, ERR_USAGE, "close: --catch-up closes every month that is not closed: leave --month, --expect and --shard out");
}

enum err_code closing_run(const struct options *options, struct merging *merging, bool *look, struct err *err)
{
    struct closing closing = {.options = *options, .merging = merging};

    if (close_month(&closing, err) == ERR_NONE) {
        *look = closing.look;
    }
    return err->code;
}

static enum err_code close_asked(const struct options *options, bool *look, struct err *err)
{
    if (check_catch_up(options, err) != ERR_NONE) {
        return err->code;
    }
    return options->shard.count > 0 || options->result != NULL ? shard_close(options, err)
                                                               : closing_run(options, NULL, look, err);
}

int close_command(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    bool look = false;

    stop_watch();
    if (options_parse(argc, argv, OPTION_RUN | OPTION_ISSUE | OPTION_SHARD | OPTION_CATCH_UP, &options, &err) == ERR_NONE) {
        if (options.help) {
            return help_command("close");
        }
        if (close_asked(&options, &look, &err) == ERR_NONE) {
            return look ? STATUS_LOOK : STATUS_DONE;
        }
    }
    return failure_alert(&err);
}
