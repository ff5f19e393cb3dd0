/*
 * The command diff: what changed between two runs, line by line.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/command.h"
#include "batch/diff_options.h"
#include "batch/diff_summary.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "batch/past.h"
#include "batch/side.h"
#include "batch/stop.h"
#include "batch/summary.h"
#include "lib/calendar.h"
#include "reports/comparison_file.h"

#define NAME_MAX_SIDE PATH_MAX

struct diff {
    const struct diff_options *options;
    struct store *store; /* NULL: two directories */
    struct side *first;
    struct side *second;
    char names[2][NAME_MAX_SIDE]; /* "2025-11/1-close", or the directory */
    struct comparison_room room;
    size_t room_max;
    struct comparison_file file;
    struct diff_summary summary;
};

static enum err_code out_of_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
}

/* "2025-11/2-close", "2025-11/2" or "2025-11" (its last run): opened, and named in full. */
static enum err_code run_open(struct diff *diff, const char *text, char name[NAME_MAX_SIDE], struct side **side,
                              struct err *err)
{
    const char *slash = strchr(text, '/');
    size_t length = slash == NULL ? strlen(text) : (size_t)(slash - text);
    struct past past = {.store = diff->store};
    size_t index = 0;

    if (month_parse(text, length, &past.month) != CALENDAR_OK) {
        return err_set(err, ERR_USAGE, "diff: '%.64s' is no run; give one like 2025-11/1-close, or 2025-11 for its last",
                       text);
    }
    if (runs_list(past.store, past.month, &past.runs, &past.run_count, err) == ERR_NONE &&
        past_find(&past, slash == NULL ? NULL : slash + 1, &index, err) == ERR_NONE) {
        const struct run *run = &past.runs[index];
        char month[MONTH_TEXT_MAX];
        month_format(past.month, month);
        snprintf(name, NAME_MAX_SIDE, "%s/%d-%s", month, (int)run->sequence, run->kind);
        (void)!side_open_run(diff->store, past.month, run->sequence, side, err); /* the error is in *err */
    }
    free(past.runs);
    return err->code;
}

static enum err_code sides_open(struct diff *diff, struct err *err)
{
    const struct diff_options *options = diff->options;

    if (options->database != NULL) {
        if (store_open(options->database, STORE_READ, STORE_WAIT_SECONDS, &diff->store, err) != ERR_NONE ||
            store_snapshot_begin(diff->store, err) != ERR_NONE ||
            run_open(diff, options->first, diff->names[0], &diff->first, err) != ERR_NONE) {
            return err->code;
        }
        return run_open(diff, options->second, diff->names[1], &diff->second, err);
    }
    snprintf(diff->names[0], NAME_MAX_SIDE, "%s", options->first);
    snprintf(diff->names[1], NAME_MAX_SIDE, "%s", options->second);
    if (side_open_directory(options->first, &diff->first, err) != ERR_NONE) {
        return err->code;
    }
    return side_open_directory(options->second, &diff->second, err);
}

static enum err_code room_for(struct diff *diff, size_t needed, struct err *err)
{
    if (needed <= diff->room_max) {
        return ERR_NONE;
    }
    size_t max = needed + needed / 2;
    struct comparison_room room = {malloc(max * sizeof *room.sorted), malloc(max * sizeof *room.pairs)};
    free(diff->room.sorted);
    free(diff->room.pairs);
    diff->room = room;
    diff->room_max = room.sorted == NULL || room.pairs == NULL ? 0 : max;
    return diff->room_max == 0 ? out_of_memory(err) : ERR_NONE;
}

/* One account, in one side or in both; a side without it is NULL. */
static enum err_code account_compare(struct diff *diff, const struct side_account *first,
                                     const struct side_account *second, struct err *err)
{
    const char *account_id = first == NULL ? second->account_id : first->account_id;
    struct comparison_in in = {
        .first = first == NULL ? NULL : first->lines,
        .first_count = first == NULL ? 0 : first->line_count,
        .second = second == NULL ? NULL : second->lines,
        .second_count = second == NULL ? 0 : second->line_count,
    };

    if (room_for(diff, in.first_count + in.second_count, err) != ERR_NONE) {
        return err->code;
    }
    size_t count = comparison(in, diff->room);
    if (diff_summary_account(&diff->summary, account_id, diff->room.pairs, count, err) != ERR_NONE) {
        return err->code;
    }
    for (size_t i = 0; i < count && diff->options->out != NULL; i++) {
        if (diff->room.pairs[i].change != CHANGE_NONE &&
            comparison_file_add(&diff->file, account_id, &diff->room.pairs[i], err) != ERR_NONE) {
            return err->code;
        }
    }
    return ERR_NONE;
}

/* Both sides go through their accounts in the same order. */
static enum err_code accounts_compare(struct diff *diff, struct err *err)
{
    const struct side_account *first = NULL;
    const struct side_account *second = NULL;

    if (side_next(diff->first, &first, err) != ERR_NONE || side_next(diff->second, &second, err) != ERR_NONE) {
        return err->code;
    }
    while (first != NULL || second != NULL) {
        int order = first == NULL ? 1 : second == NULL ? -1 : strcmp(first->account_id, second->account_id);

        if (stop_check(err) != ERR_NONE ||
            account_compare(diff, order <= 0 ? first : NULL, order >= 0 ? second : NULL, err) != ERR_NONE ||
            (order <= 0 && side_next(diff->first, &first, err) != ERR_NONE) ||
            (order >= 0 && side_next(diff->second, &second, err) != ERR_NONE)) {
            return err->code;
        }
    }
    return ERR_NONE;
}

static enum err_code diff_open(struct diff *diff, struct err *err)
{
    const char *out = diff->options->out;

    printf("%s -> %s\n  - only in the first, + only in the second, * changed\n", diff->names[0], diff->names[1]);
    if ((out != NULL && comparison_file_begin(&diff->file, out, err) != ERR_NONE) ||
        accounts_compare(diff, err) != ERR_NONE || diff_summary_print(&diff->summary, err) != ERR_NONE) {
        return err->code;
    }
    if (out != NULL) {
        if (comparison_file_publish(&diff->file, err) != ERR_NONE) {
            return err->code;
        }
        printf("written: %s\n", out);
    }
    return summary_flush(err);
}

static enum err_code compare(const struct diff_options *options, struct err *err)
{
    struct diff diff = {.options = options};

    if (sides_open(&diff, err) == ERR_NONE) {
        (void)!diff_open(&diff, err); /* the error is in *err */
    }
    comparison_file_end(&diff.file);
    side_close(diff.first);
    side_close(diff.second);
    free(diff.room.sorted);
    free(diff.room.pairs);
    if (diff.store != NULL) {
        store_snapshot_end(diff.store);
    }
    store_close(diff.store);
    return err->code;
}

int diff_command(int argc, char **argv)
{
    struct diff_options options;
    struct err err = {0};

    stop_watch();
    if (diff_options_parse(argc, argv, &options, &err) == ERR_NONE) {
        if (options.help) {
            return help_command("diff");
        }
        if (compare(&options, &err) == ERR_NONE) {
            return STATUS_DONE;
        }
    }
    return failure_tell(&err);
}
