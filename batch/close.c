/*
 * The command close: bills a month and issues its invoices, once.
 *
 * The order: lock; note the run and its as-of (from then on backdating is
 * refused); read one snapshot, bill, check the controls; write the reports
 * under a temporary name and verify them; commit; rename. A crash between the
 * last two is healed by the next run.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/clock.h"
#include "batch/command.h"
#include "batch/due.h"
#include "batch/help.h"
#include "batch/lock.h"
#include "batch/options.h"
#include "batch/past.h"
#include "batch/place.h"
#include "batch/run.h"
#include "batch/stop.h"
#include "batch/summary.h"
#include "batch/user.h"
#include "lib/calendar.h"
#include "lib/text.h"
#include "schema/store_runs.h"

struct closing {
    struct options options;
    struct past past; /* what the month has issued so far */
    char month_text[MONTH_TEXT_MAX];
    char user[USER_NAME_MAX];
    bool look; /* something needs a look: exit status 1 */
};

/* Runs whose report directory a crash kept from appearing: written now, from the same facts. */
static enum err_code heal(const struct closing *closing, struct err *err)
{
    const struct past *past = &closing->past;

    for (size_t i = 0; i < past->run_count; i++) {
        char name[RUN_NAME_MAX];
        bool there = false;

        past_name(past->runs[i].sequence, past->runs[i].kind, name);
        if (past_check(past, i, false, &there, err) != ERR_NONE || (!there && past_write(past, i, err) != ERR_NONE)) {
            return err->code;
        }
        if (!there) {
            printf("%s: the reports of run %s were missing and were written again in %s/%s/%s\n", closing->month_text,
                   name, past->out, closing->month_text, name);
        }
    }
    return ERR_NONE;
}

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

static enum err_code commit(struct closing *closing, const struct run_result *result, struct err *err)
{
    struct run_totals totals = {
        .invoiced = result->totals.issued[BILL_INVOICED],
        .no_charge = result->totals.issued[BILL_NO_CHARGE],
        .held = result->totals.issued[BILL_HELD],
        .ended_at = clock_now_ms(),
    };

    memcpy(totals.digest, result->digest, sizeof totals.digest);
    memcpy(totals.reports_digest, result->sums_digest, sizeof totals.reports_digest);
    return issue_commit(closing->past.store, &totals, err);
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
    printf("  reports: %s/%s/%s\n", closing->past.out, closing->month_text, name);
    closing->look = summary_needs_look(result);
}

/* From the noted run on: compute, decide, commit, rename. *issued tells whether the run has ended by issuing. */
static enum err_code issue(struct closing *closing, const struct run_in *in, bool *issued, struct err *err)
{
    struct run_result result;
    struct report *report = NULL;

    if (issue_begin(closing->past.store, in->issue_run, in->month, in->as_of, err) != ERR_NONE ||
        run_compute(in, &result, &report, err) != ERR_NONE) {
        return err->code;
    }
    if (nothing_mended(closing, &result)) {
        if (check_expected(closing, &result, err) == ERR_NONE) {
            say_still_held(closing, result.totals.issued[BILL_HELD]);
        }
    } else if (check_held(closing, &result, err) == ERR_NONE && check_expected(closing, &result, err) == ERR_NONE &&
               stop_check(err) == ERR_NONE && commit(closing, &result, err) == ERR_NONE) {
        *issued = true;
        if (report_publish(report, err) == ERR_NONE) {
            say_closed(closing, &result, in->name);
        }
    }
    report_end(report);
    return err->code;
}

static enum err_code note_run(const struct closing *closing, int32_t *run, int32_t *sequence, struct err *err)
{
    struct run_note note = {
        .month = closing->past.month,
        .kind = "close",
        .as_of = closing->options.as_of,
        .noted_at = clock_now_ms(),
        .run_by = closing->user,
        .approved_by = closing->options.approved_by,
        .program_version = MONTHEND_VERSION,
        .workbook = workbook_name(closing->options.workbook),
    };

    return run_note(closing->past.store, &note, run, sequence, err);
}

static enum err_code close_now(struct closing *closing, struct err *err)
{
    char name[RUN_NAME_MAX];
    int32_t run = 0;
    int32_t sequence = 0;
    bool issued = false;

    user_name(closing->user);
    if (note_run(closing, &run, &sequence, err) != ERR_NONE) {
        return err->code;
    }
    past_name(sequence, "close", name);
    struct run_in in = past_run_in(&closing->past, closing->past.run_count);
    in.as_of = closing->options.as_of;
    in.name = name;
    in.workbook = closing->options.workbook;
    in.run_by = closing->user;
    in.approved_by = closing->options.approved_by;
    in.issue_run = run;
    (void)issue(closing, &in, &issued, err); /* the error is in *err */
    issue_drop(closing->past.store);
    if (!issued) {
        struct err late = {0};
        if (run_abandon(closing->past.store, run, clock_now_ms(), &late) != ERR_NONE && err->code == ERR_NONE) {
            *err = late; /* otherwise the first error is the one to tell: the next close abandons the run */
        }
    }
    return err->code;
}

/* A closed month: nothing to issue unless accounts were held and this run knows more. */
static bool is_done(const struct closing *closing)
{
    const struct run *last = closing->past.run_count > 0 ? &closing->past.runs[closing->past.run_count - 1] : NULL;

    if (last == NULL || (last->totals.held > 0 && closing->options.as_of > last->as_of)) {
        return false;
    }
    printf("%s is closed since run %d-%s; nothing to issue\n", closing->month_text, (int)last->sequence, last->kind);
    return true;
}

static enum err_code close_locked(struct closing *closing, struct err *err)
{
    struct past *past = &closing->past;
    int64_t as_of = closing->options.as_of;

    past->month = closing->options.month;
    if (past->month == MONTH_NONE && due_month(past->store, as_of, &past->month, err) != ERR_NONE) {
        return err->code;
    }
    month_format(past->month, closing->month_text);
    if (runs_list(past->store, past->month, &past->runs, &past->run_count, err) != ERR_NONE ||
        heal(closing, err) != ERR_NONE || is_done(closing) || due_check(past->store, past->month, as_of, err) != ERR_NONE ||
        due_check_data(past->store, past->month, as_of, err) != ERR_NONE) {
        return err->code;
    }
    return close_now(closing, err);
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
        close_locked(closing, err) == ERR_NONE) {
        (void)summary_flush(err); /* the error is in *err */
    }
    free(past->runs);
    store_close(past->store);
    lock_release(lock);
    return err->code;
}

int close_command(int argc, char **argv)
{
    struct closing closing = {0};
    struct err err = {0};

    stop_watch();
    if (options_parse(argc, argv, OPTION_RUN | OPTION_ISSUE, &closing.options, &err) == ERR_NONE) {
        if (closing.options.help) {
            return help_command("close");
        }
        if (close_month(&closing, &err) == ERR_NONE) {
            return closing.look ? STATUS_LOOK : STATUS_DONE;
        }
    }
    fprintf(stderr, "monthend: %s\n", err.text);
    return (int)err.code;
}
