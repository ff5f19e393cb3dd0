/*
 * Past runs, found and written again.
 */
#include "batch/past.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/log.h"
#include "batch/options.h"
#include "lib/calendar.h"
#include "schema/store_links.h"

#define NAMES_MAX 400

void past_name(int32_t sequence, const char *kind, char name[RUN_NAME_MAX])
{
    snprintf(name, RUN_NAME_MAX, "%d-%s", (int)sequence, kind);
}

/* Is the run called `text`: by its name, or by its number alone? */
static bool is_called(const struct run *run, const char *text)
{
    char name[RUN_NAME_MAX];
    char number[RUN_NAME_MAX];

    past_name(run->sequence, run->kind, name);
    snprintf(number, sizeof number, "%d", (int)run->sequence);
    return strcmp(text, name) == 0 || strcmp(text, number) == 0;
}

static enum err_code no_such_run(const struct past *past, const char *text, struct err *err)
{
    char month[MONTH_TEXT_MAX];
    char names[NAMES_MAX] = "";
    size_t used = 0;

    month_format(past->month, month);
    for (size_t i = 0; i < past->run_count && used < sizeof names; i++) {
        char name[RUN_NAME_MAX];
        past_name(past->runs[i].sequence, past->runs[i].kind, name);
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i == 0 ? "" : ", ", name);
    }
    return err_set(err, ERR_NO_INPUT, "%s has no run '%.32s'; its runs are %s", month, text, names);
}

enum err_code past_find(const struct past *past, const char *text, size_t *index, struct err *err)
{
    char month[MONTH_TEXT_MAX];

    if (past->run_count == 0) {
        month_format(past->month, month);
        return err_set(err, ERR_NO_INPUT, "%s was never closed; 'monthend status' lists the months that were", month);
    }
    if (text == NULL) {
        *index = past->run_count - 1;
        return ERR_NONE;
    }
    for (size_t i = 0; i < past->run_count; i++) {
        if (is_called(&past->runs[i], text)) {
            *index = i;
            return ERR_NONE;
        }
    }
    return no_such_run(past, text, err);
}

struct run_in past_run_in(const struct past *past, size_t earlier)
{
    struct run_in in = {
        .store = past->store,
        .month = past->month,
        .out = past->out,
        .threads = past->threads,
        .quiet = past->quiet,
        .held_since = earlier > 0 ? past->runs[earlier - 1].run : 0,
    };

    for (size_t i = 0; i < earlier; i++) {
        in.numbers_before += past->runs[i].totals.invoiced;
    }
    return in;
}

static bool is_same_version(const struct run *run)
{
    return strcmp(run->program_version, MONTHEND_VERSION) == 0;
}

/* A run computed again. */
struct again {
    char name[RUN_NAME_MAX];
    char newest_link[DIGEST_TEXT_MAX];
    struct run_result result;
    struct report *report; /* ends with report_end(), before the name */
};

static enum err_code check_same(const struct run *run, const struct run_result *result, const char *name, struct err *err)
{
    char month[MONTH_TEXT_MAX];

    month_format(run->month, month);
    if (strcmp(result->digest, run->totals.digest) != 0) {
        return err_set(err, ERR_INTERNAL,
                       "%s/%s: cannot be written again: the result is %s and was %s; the run was of version %s, this is %s",
                       month, name, result->digest, run->totals.digest, run->program_version, MONTHEND_VERSION);
    }
    if (is_same_version(run) && strcmp(result->sums_digest, run->totals.reports_digest) != 0) {
        return err_set(err, ERR_INTERNAL,
                       "%s/%s: cannot be written again: the result is the same, its files are not; were libraries of the "
                       "program exchanged?", month, name);
    }
    return ERR_NONE;
}

static enum err_code compute_again(const struct past *past, size_t index, bool compared, struct again *again,
                                   struct err *err)
{
    const struct run *run = &past->runs[index];
    struct run_in in = past_run_in(past, index);

    *again = (struct again){.report = NULL};
    past_name(run->sequence, run->kind, again->name);
    log_run(past->month, again->name);
    in.as_of = run->as_of;
    in.name = again->name;
    in.run_by = run->run_by;
    in.approved_by = run->approved_by;
    in.compared = compared;
    if (strcmp(run->kind, "reprocess") == 0) { /* it looked at all accounts of which something had been learned */
        in.held_since = 0;
        in.reprocess = run->sequence;
    }
    in.newest_link = again->newest_link;
    if (newest_link(past->store, run->run, again->newest_link, err) != ERR_NONE ||
        workbook_parse(run->workbook, &in.workbook, err) != ERR_NONE ||
        run_compute(&in, &again->result, &again->report, err) != ERR_NONE) {
        return err->code;
    }
    return check_same(run, &again->result, again->name, err);
}

/* Another version wrote other bytes for the same result: is the directory what this one writes? */
static enum err_code check_with_ours(const struct past *past, size_t index, struct err *err)
{
    struct again again;
    bool is = false;

    if (compute_again(past, index, true, &again, err) == ERR_NONE &&
        report_is(past->out, past->month, again.name, (struct report_wanted){again.result.sums_digest, true}, &is, err) == ERR_NONE && !is) {
        (void)!report_other(past->out, past->month, again.name, err); /* the error is in *err */
    }
    report_end(again.report);
    return err->code;
}

enum err_code past_check(const struct past *past, size_t index, bool bytes, bool *there, struct err *err)
{
    const struct run *run = &past->runs[index];
    char name[RUN_NAME_MAX];
    bool is = false;

    past_name(run->sequence, run->kind, name);
    *there = report_exists(past->out, past->month, name);
    if (*there &&
        report_is(past->out, past->month, name, (struct report_wanted){run->totals.reports_digest, bytes}, &is, err) != ERR_NONE) {
        return err->code;
    }
    if (!*there || is) {
        return ERR_NONE;
    }
    if (is_same_version(run)) {
        return report_other(past->out, past->month, name, err);
    }
    return bytes ? check_with_ours(past, index, err) : ERR_NONE;
}

enum err_code past_write(const struct past *past, size_t index, struct err *err)
{
    struct again again;

    if (compute_again(past, index, false, &again, err) == ERR_NONE) {
        (void)!report_publish(again.report, err); /* the error is in *err */
    }
    report_end(again.report);
    return err->code;
}

enum err_code past_heal(const struct past *past, struct err *err)
{
    char month[MONTH_TEXT_MAX];

    month_format(past->month, month);
    for (size_t i = 0; i < past->run_count; i++) {
        char name[RUN_NAME_MAX];
        bool there = false;

        past_name(past->runs[i].sequence, past->runs[i].kind, name);
        if (past_check(past, i, false, &there, err) != ERR_NONE || (!there && past_write(past, i, err) != ERR_NONE)) {
            return err->code;
        }
        if (!there) {
            printf("%s: the reports of run %s were missing and were written again in %s/%s/%s\n", month, name, past->out,
                   month, name);
        }
    }
    return ERR_NONE;
}
