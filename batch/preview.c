/*
 * The command preview: the computation and the reports of a close, with
 * nothing issued and the database unchanged.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "batch/command.h"
#include "batch/due.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "batch/log.h"
#include "batch/options.h"
#include "batch/place.h"
#include "batch/run.h"
#include "batch/stop.h"
#include "batch/summary.h"
#include "lib/calendar.h"
#include "schema/store_runs.h"

static void say(const struct run_in *in, const struct run_result *result)
{
    char month_text[MONTH_TEXT_MAX];

    month_format(in->month, month_text);
    printf("%s previewed%s; nothing was issued\n", month_text, in->as_of < month_end_ms(in->month) ? " so far" : "");
    summary_print(result);
    summary_log("previewed", result);
    if (in->later_digest) {
        printf("  digest of what a close of the held accounts would issue: %s\n", result->later_digest);
    }
    printf("  reports: %s/%s/%s\n", in->out, month_text, in->name);
}

/* A month closed with held accounts: what closing again would issue has a digest of its own to approve. */
static enum err_code look_back(struct run_in *in, struct err *err)
{
    struct run *runs = NULL;
    size_t count = 0;

    if (runs_list(in->store, in->month, &runs, &count, err) == ERR_NONE && count > 0 &&
        runs[count - 1].totals.held > 0 && in->as_of > runs[count - 1].as_of) {
        in->later_digest = true;
        in->later_held_since = runs[count - 1].run;
    }
    free(runs);
    return err->code;
}

static enum err_code preview_open(struct run_in *in, bool *look, struct err *err)
{
    struct run_result result;
    struct report *report = NULL;

    if (in->month == MONTH_NONE && due_month(in->store, in->as_of, &in->month, err) != ERR_NONE) {
        return err->code;
    }
    log_run(in->month, in->name);
    if (due_check_data(in->store, in->month, in->as_of, err) != ERR_NONE || look_back(in, err) != ERR_NONE ||
        run_compute(in, &result, &report, err) != ERR_NONE) {
        return err->code;
    }
    if (report_publish(report, err) == ERR_NONE) {
        say(in, &result);
        *look = summary_needs_look(&result);
        (void)summary_flush(err); /* the error is in *err */
    }
    report_end(report);
    return err->code;
}

static enum err_code preview(const struct options *options, bool *look, struct err *err)
{
    char out[PATH_MAX];
    struct run_in in = {
        .month = options->month,
        .as_of = options->as_of,
        .name = "preview",
        .out = out,
        .workbook = options->workbook,
        .threads = options->threads,
        .quiet = options->quiet,
        .run_by = "",
        .approved_by = "",
    };

    if (place_reports(options->database, options->out, out, err) == ERR_NONE &&
        store_open(options->database, STORE_READ, STORE_WAIT_SECONDS, &in.store, err) == ERR_NONE) {
        (void)preview_open(&in, look, err); /* the error is in *err */
    }
    store_close(in.store);
    return err->code;
}

int preview_command(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    bool look = false;

    stop_watch();
    if (options_parse(argc, argv, OPTION_RUN, &options, &err) == ERR_NONE) {
        if (options.help) {
            return help_command("preview");
        }
        if (preview(&options, &look, &err) == ERR_NONE) {
            return look ? STATUS_LOOK : STATUS_DONE;
        }
    }
    return failure_tell(&err);
}
