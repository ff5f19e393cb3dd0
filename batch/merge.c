/*
 * The command merge: closes a month from the results of its shards.
 */
#include <stdio.h>

#include "batch/closing.h"
#include "batch/command.h"
#include "batch/help.h"
#include "batch/merging.h"
#include "batch/options.h"
#include "batch/stop.h"

static enum err_code merge(struct options *options, bool *look, struct err *err)
{
    struct merging *merging = NULL;

    if (options->file_count == 0) {
        return err_set(err, ERR_USAGE, "merge: no result file given; see 'monthend merge --help'");
    }
    if (merging_open(options->files, (size_t)options->file_count, &merging, err) == ERR_NONE) {
        options->month = merging_month(merging);
        options->as_of = merging_as_of(merging);
        (void)!closing_run(options, merging, look, err); /* the error is in *err */
    }
    merging_free(merging);
    return err->code;
}

int merge_command(int argc, char **argv)
{
    struct options options;
    struct err err = {0};
    bool look = false;

    stop_watch();
    if (options_parse(argc, argv, OPTION_REPORT | OPTION_WORKBOOK | OPTION_ISSUE | OPTION_FILES, &options, &err) ==
        ERR_NONE) {
        if (options.help) {
            return help_command("merge");
        }
        if (merge(&options, &look, &err) == ERR_NONE) {
            return look ? STATUS_LOOK : STATUS_DONE;
        }
    }
    fprintf(stderr, "monthend: %s\n", err.text);
    return (int)err.code;
}
