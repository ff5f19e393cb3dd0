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
#include "batch/place.h"
#include "batch/run.h"
#include "batch/stop.h"
#include "batch/summary.h"
#include "batch/user.h"
#include "lib/calendar.h"
#include "lib/text.h"
#include "schema/store_links.h"
#include "schema/store_runs.h"

#define NAME_MAX_RUN 32
#define UPSTREAM_WAIT_SECONDS 30 /* for a transaction of upstream's to end; --wait is for another close */

struct closing {
    struct options options;
    struct store *store;
    int32_t month;
    char month_text[MONTH_TEXT_MAX];
    char out[PATH_MAX];
    struct run *runs; /* what the month has issued so far */
    size_t run_count;
    char user[USER_NAME_MAX];
    bool look; /* something needs a look: exit status 1 */
};

static void run_name(int32_t sequence, const char *kind, char out[NAME_MAX_RUN])
{
    snprintf(out, NAME_MAX_RUN, "%d-%s", (int)sequence, kind);
}

/* Invoices of the month's first `runs` runs. */
static int64_t invoices_of(const struct closing *closing, size_t runs)
{
    int64_t sum = 0;

    for (size_t i = 0; i < runs; i++) {
        sum += closing->runs[i].totals.invoiced;
    }
    return sum;
}

static struct run_in run_in_of(const struct closing *closing, int64_t as_of, const char *name, size_t earlier_runs)
{
    return (struct run_in){
        .store = closing->store,
        .month = closing->month,
        .as_of = as_of,
        .name = name,
        .out = closing->out,
        .workbook = closing->options.workbook,
        .threads = closing->options.threads,
        .quiet = closing->options.quiet,
        .held_since = earlier_runs > 0 ? closing->runs[earlier_runs - 1].run : 0,
        .numbers_before = invoices_of(closing, earlier_runs),
    };
}

/* A run whose report directory a crash kept from appearing: written now, from the same facts. */
static enum err_code heal_run(struct closing *closing, size_t index, struct err *err)
{
    const struct run *run = &closing->runs[index];
    char name[NAME_MAX_RUN];
    char link[DIGEST_TEXT_MAX];
    struct run_result result;
    struct report *report = NULL;

    run_name(run->sequence, run->kind, name);
    if (report_exists(closing->out, closing->month, name)) {
        /* another version may have written it again, with other bytes */
        bool same_version = strcmp(run->program_version, MONTHEND_VERSION) == 0;
        return same_version ? report_check(closing->out, closing->month, name, run->totals.reports_digest, err) : ERR_NONE;
    }
    struct run_in in = run_in_of(closing, run->as_of, name, index);
    in.run_by = run->run_by;
    in.approved_by = run->approved_by;
    in.newest_link = link;
    if (newest_link(closing->store, run->run, link, err) != ERR_NONE ||
        workbook_parse(run->workbook, &in.workbook, err) != ERR_NONE || run_compute(&in, &result, &report, err) != ERR_NONE) {
        return err->code;
    }
    if (strcmp(result.digest, run->totals.digest) != 0) {
        report_end(report);
        return err_set(err, ERR_INTERNAL,
                       "%s/%s: cannot be written again: the result is %s and was %s; written by another version?",
                       closing->month_text, name, result.digest, run->totals.digest);
    }
    if (report_publish(report, err) == ERR_NONE) {
        printf("%s: the reports of run %s were missing and were written again in %s/%s/%s\n", closing->month_text, name,
               closing->out, closing->month_text, name);
    }
    report_end(report);
    return err->code;
}

static enum err_code heal(struct closing *closing, struct err *err)
{
    for (size_t i = 0; i < closing->run_count && err->code == ERR_NONE; i++) {
        (void)heal_run(closing, i, err); /* the error is in *err */
    }
    return err->code;
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
    return issue_commit(closing->store, &totals, err);
}

/* A later close in which every account is held as before issues nothing. */
static bool nothing_mended(const struct closing *closing, const struct run_result *result)
{
    return closing->run_count > 0 && result->totals.issued[BILL_INVOICED] + result->totals.issued[BILL_NO_CHARGE] == 0;
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
    printf("  reports: %s/%s/%s\n", closing->out, closing->month_text, name);
    closing->look = summary_needs_look(result);
}

/* From the noted run on: compute, decide, commit, rename. *issued tells whether the run has ended by issuing. */
static enum err_code issue(struct closing *closing, const struct run_in *in, bool *issued, struct err *err)
{
    struct run_result result;
    struct report *report = NULL;

    if (issue_begin(closing->store, in->issue_run, in->month, in->as_of, err) != ERR_NONE ||
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
        .month = closing->month,
        .kind = "close",
        .as_of = closing->options.as_of,
        .noted_at = clock_now_ms(),
        .run_by = closing->user,
        .approved_by = closing->options.approved_by,
        .program_version = MONTHEND_VERSION,
        .workbook = workbook_name(closing->options.workbook),
    };

    return run_note(closing->store, &note, run, sequence, err);
}

static enum err_code close_now(struct closing *closing, struct err *err)
{
    char name[NAME_MAX_RUN];
    int32_t run = 0;
    int32_t sequence = 0;
    bool issued = false;

    user_name(closing->user);
    if (note_run(closing, &run, &sequence, err) != ERR_NONE) {
        return err->code;
    }
    run_name(sequence, "close", name);
    struct run_in in = run_in_of(closing, closing->options.as_of, name, closing->run_count);
    in.run_by = closing->user;
    in.approved_by = closing->options.approved_by;
    in.issue_run = run;
    (void)issue(closing, &in, &issued, err); /* the error is in *err */
    issue_drop(closing->store);
    if (!issued) {
        struct err late = {0};
        if (run_abandon(closing->store, run, clock_now_ms(), &late) != ERR_NONE && err->code == ERR_NONE) {
            *err = late; /* otherwise the first error is the one to tell: the next close abandons the run */
        }
    }
    return err->code;
}

/* A closed month: nothing to issue unless accounts were held and this run knows more. */
static bool is_done(const struct closing *closing)
{
    const struct run *last = closing->run_count > 0 ? &closing->runs[closing->run_count - 1] : NULL;

    if (last == NULL || (last->totals.held > 0 && closing->options.as_of > last->as_of)) {
        return false;
    }
    printf("%s is closed since run %d-%s; nothing to issue\n", closing->month_text, (int)last->sequence, last->kind);
    return true;
}

static enum err_code close_locked(struct closing *closing, struct err *err)
{
    struct options *options = &closing->options;

    closing->month = options->month;
    if (closing->month == MONTH_NONE && due_month(closing->store, options->as_of, &closing->month, err) != ERR_NONE) {
        return err->code;
    }
    month_format(closing->month, closing->month_text);
    if (runs_list(closing->store, closing->month, &closing->runs, &closing->run_count, err) != ERR_NONE ||
        heal(closing, err) != ERR_NONE || is_done(closing) ||
        due_check(closing->store, closing->month, options->as_of, err) != ERR_NONE ||
        due_check_data(closing->store, closing->month, options->as_of, err) != ERR_NONE) {
        return err->code;
    }
    return close_now(closing, err);
}

static enum err_code close_month(struct closing *closing, struct err *err)
{
    struct options *options = &closing->options;
    int lock = LOCK_NONE;
    int patience = options->wait_seconds > UPSTREAM_WAIT_SECONDS ? options->wait_seconds : UPSTREAM_WAIT_SECONDS;

    if (place_reports(options->database, options->out, closing->out, err) == ERR_NONE &&
        store_open(options->database, STORE_WRITE, patience, &closing->store, err) == ERR_NONE &&
        lock_take(options->database, options->wait_seconds, &lock, err) == ERR_NONE &&
        close_locked(closing, err) == ERR_NONE) {
        (void)summary_flush(err); /* the error is in *err */
    }
    free(closing->runs);
    store_close(closing->store);
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
