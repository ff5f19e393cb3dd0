/*
 * A run that issued, computed again.
 */
#include "batch/past_run.h"

#include <stdio.h>
#include <string.h>

#include "batch/options.h"
#include "lib/calendar.h"

void run_name(int32_t sequence, const char *kind, char out[RUN_NAME_MAX])
{
    snprintf(out, RUN_NAME_MAX, "%d-%s", (int)sequence, kind);
}

/* Invoices of the month's first `count` runs. */
static int64_t invoices_of(const struct run *runs, size_t count)
{
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++) {
        sum += runs[i].totals.invoiced;
    }
    return sum;
}

enum err_code past_run_in(const struct past_runs *past, size_t index, char name[RUN_NAME_MAX], struct run_in *in,
                          struct err *err)
{
    const struct run *run = &past->runs[index];
    bool reprocess = strcmp(run->kind, "reprocess") == 0;

    run_name(run->sequence, run->kind, name);
    *in = (struct run_in){
        .store = past->store,
        .month = past->month,
        .as_of = run->as_of,
        .name = name,
        .out = past->out,
        .threads = past->threads,
        .quiet = past->quiet,
        .held_since = index > 0 && !reprocess ? past->runs[index - 1].run : 0,
        .reprocess = reprocess ? run->sequence : 0,
        .numbers_before = invoices_of(past->runs, index),
        .run_by = run->run_by,
        .approved_by = run->approved_by,
    };
    return workbook_parse(run->workbook, &in->workbook, err);
}

static enum err_code heal(const struct past_runs *past, size_t index, struct err *err)
{
    const struct run *run = &past->runs[index];
    char month_text[MONTH_TEXT_MAX];
    char name[RUN_NAME_MAX];
    struct run_in in;
    struct run_result result;
    struct report *report = NULL;

    month_format(past->month, month_text);
    if (past_run_in(past, index, name, &in, err) != ERR_NONE) {
        return err->code;
    }
    if (report_exists(past->out, past->month, name)) {
        /* another version may have written it again, with other bytes */
        bool same_version = strcmp(run->program_version, MONTHEND_VERSION) == 0;
        return same_version ? report_check(past->out, past->month, name, run->totals.reports_digest, err) : ERR_NONE;
    }
    if (run_compute(&in, &result, &report, err) != ERR_NONE) {
        return err->code;
    }
    if (report == NULL || strcmp(result.digest, run->totals.digest) != 0) {
        report_end(report);
        return err_set(err, ERR_INTERNAL,
                       "%s/%s: cannot be written again: the result is %s and was %s; written by another version?",
                       month_text, name, result.digest, run->totals.digest);
    }
    if (report_publish(report, err) == ERR_NONE) {
        printf("%s: the reports of run %s were missing and were written again in %s/%s/%s\n", month_text, name, past->out,
               month_text, name);
    }
    report_end(report);
    return err->code;
}

enum err_code past_runs_heal(const struct past_runs *past, struct err *err)
{
    for (size_t i = 0; i < past->count && err->code == ERR_NONE; i++) {
        (void)heal(past, i, err); /* the error is in *err */
    }
    return err->code;
}
