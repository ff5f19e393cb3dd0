/*
 * The command index: puts each account's events side by side in months that are
 * closed, outside the time of an import or a close.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/command.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "batch/lock.h"
#include "batch/options.h"
#include "batch/progress.h"
#include "batch/stop.h"
#include "batch/summary.h"
#include "lib/calendar.h"
#include "lib/text.h"
#include "schema/store_runs.h"
#include "schema/store_usage_parts.h"

struct indexing {
    struct options options;
    struct store *store;
};

static void show(void *context, int64_t rows_done)
{
    progress_show(context, rows_done);
}

static enum err_code month_make(struct indexing *indexing, int32_t month, struct err *err)
{
    struct usage_parts_made made;
    struct progress progress;
    char text[MONTH_TEXT_MAX];
    int64_t rows = 0;

    month_format(month, text);
    if (usage_rows_uncovered(indexing->store, month, &rows, err) != ERR_NONE) {
        return err->code;
    }
    progress_begin(&progress, indexing->options.quiet, "finding each account's events", "events", rows);
    struct usage_parts_in in = {month, PART_ROWS_MAX, show, &progress};
    enum err_code code = usage_parts_make(indexing->store, in, &made, err);
    progress_end(&progress);
    if (made.rows > 0) {
        printf("%s: %lld event%s noted by account\n", text, (long long)made.rows, text_plural(made.rows));
    } else if (code == ERR_NONE) {
        printf("%s: all events are noted by account\n", text);
    }
    (void)fflush(stdout); /* what is done is told, whatever comes; summary_flush() looks whether it was */
    return code;
}

/* Every month that a run has closed. */
static enum err_code closed_make(struct indexing *indexing, struct err *err)
{
    struct run *runs = NULL;
    size_t count = 0;

    if (runs_list(indexing->store, MONTH_NONE, &runs, &count, err) != ERR_NONE) {
        return err->code;
    }
    if (count == 0) {
        printf("no month is closed yet; --month names one that is not\n");
    }
    for (size_t i = 0; i < count && err->code == ERR_NONE; i++) {
        if (i == 0 || runs[i].month != runs[i - 1].month) {
            (void)month_make(indexing, runs[i].month, err); /* the error is in *err */
        }
    }
    free(runs);
    return err->code;
}

static enum err_code index_all(struct indexing *indexing, struct err *err)
{
    const struct options *options = &indexing->options;
    int lock = LOCK_NONE;
    int patience = options->wait_seconds > STORE_WAIT_SECONDS ? options->wait_seconds : STORE_WAIT_SECONDS;

    if (store_open(options->database, STORE_WRITE, patience, &indexing->store, err) == ERR_NONE &&
        lock_take(options->database, options->wait_seconds, &lock, err) == ERR_NONE) {
        store_watch(indexing->store, stop_flag());
        (void)(options->month == MONTH_NONE ? closed_make(indexing, err)
                                            : month_make(indexing, options->month, err)); /* the error is in *err */
    }
    if (err->code == ERR_INTERRUPTED) { /* SQLite knows that it was stopped, not by what */
        *err = (struct err){0};
        (void)stop_check(err);
    }
    store_close(indexing->store);
    lock_release(lock);
    return err->code == ERR_NONE ? summary_flush(err) : err->code;
}

int index_command(int argc, char **argv)
{
    struct indexing indexing = {0};
    struct err err = {0};

    stop_watch();
    if (options_parse(argc, argv, OPTION_ONE_MONTH | OPTION_INDEX, &indexing.options, &err) == ERR_NONE) {
        if (indexing.options.help) {
            return help_command("index");
        }
        if (index_all(&indexing, &err) == ERR_NONE) {
            return STATUS_DONE;
        }
    }
    return failure_tell(&err);
}
