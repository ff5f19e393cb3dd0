/*
 * The command report: the report directory of a past run, written again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/command.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "batch/options.h"
#include "batch/past.h"
#include "batch/place.h"
#include "batch/stop.h"
#include "batch/summary.h"
#include "lib/calendar.h"

static void say(const struct past *past, size_t index, bool there)
{
    const struct run *run = &past->runs[index];
    char month[MONTH_TEXT_MAX];
    char name[RUN_NAME_MAX];
    char path[PATH_MAX];

    month_format(past->month, month);
    past_name(run->sequence, run->kind, name);
    report_path(past->out, past->month, name, path, sizeof path);
    if (there) {
        printf("%s: the reports of run %s are there and whole: %s\n", month, name, path);
        return;
    }
    printf("%s: the reports of run %s were written again: %s\n", month, name, path);
    if (strcmp(run->program_version, MONTHEND_VERSION) == 0) {
        printf("  every byte as the run wrote it\n");
    } else {
        printf("  the run was of version %s and this is %s: the result is the same, the files may look otherwise\n",
               run->program_version, MONTHEND_VERSION);
    }
}

static enum err_code report_run(struct past *past, const char *text, struct err *err)
{
    size_t index = 0;
    bool there = false;

    if (runs_list(past->store, past->month, &past->runs, &past->run_count, err) != ERR_NONE ||
        past_find(past, text, &index, err) != ERR_NONE || past_check(past, index, true, &there, err) != ERR_NONE ||
        (!there && past_write(past, index, err) != ERR_NONE)) {
        return err->code;
    }
    say(past, index, there);
    return summary_flush(err);
}

static enum err_code report(const struct options *options, struct err *err)
{
    struct past past = {.month = options->month, .threads = options->threads, .quiet = options->quiet};

    if (options->month == MONTH_NONE) {
        return err_set(err, ERR_USAGE, "report: no --month given; see 'monthend report --help'");
    }
    if (place_reports(options->database, options->out, past.out, err) == ERR_NONE &&
        store_open(options->database, STORE_READ, STORE_WAIT_SECONDS, &past.store, err) == ERR_NONE) {
        (void)report_run(&past, options->run, err); /* the error is in *err */
    }
    free(past.runs);
    store_close(past.store);
    return err->code;
}

int report_command(int argc, char **argv)
{
    struct options options;
    struct err err = {0};

    stop_watch();
    if (options_parse(argc, argv, OPTION_MONTH | OPTION_PAST, &options, &err) == ERR_NONE) {
        if (options.help) {
            return help_command("report");
        }
        if (report(&options, &err) == ERR_NONE) {
            return STATUS_DONE;
        }
    }
    return failure_tell(&err);
}
