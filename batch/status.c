/*
 * The command status: months, runs, totals, held accounts, and what close
 * would do next.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/command.h"
#include "batch/due.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "batch/options.h"
#include "batch/stale.h"
#include "batch/stop.h"
#include "batch/summary.h"
#include "lib/calendar.h"
#include "lib/currency.h"
#include "lib/decimal.h"
#include "lib/text.h"
#include "lib/visible.h"
#include "schema/store_runs.h"
#include "schema/store_usage.h"

#define SHOWN_MAX 512 /* of a text of other people's, on a terminal */

static enum err_code say_sums(struct store *store, const struct run *run, struct err *err)
{
    struct run_sum *sums = NULL;
    size_t count = 0;

    if (run_sums(store, run->run, &sums, &count, err) != ERR_NONE) {
        return err->code;
    }
    for (size_t i = 0; i < count; i++) {
        char subtotal[DECIMAL_TEXT_MAX];
        char tax[DECIMAL_TEXT_MAX];
        char total[DECIMAL_TEXT_MAX];
        int digits = currency_digits(sums[i].currency);
        decimal_format(sums[i].subtotal_minor, digits, subtotal);
        decimal_format(sums[i].tax_minor, digits, tax);
        decimal_format(sums[i].total_minor, digits, total);
        printf("    %s  subtotal %s  tax %s  total %s\n", sums[i].currency, subtotal, tax, total);
    }
    free(sums);
    return ERR_NONE;
}

static enum err_code say_kept(void *context, const char *account_id, const char *reason, struct err *err)
{
    char shown[SHOWN_MAX];

    (void)context;
    (void)reason;
    (void)err;
    visible_text(account_id, shown, sizeof shown);
    printf("    kept as issued: %s, would be held now\n", shown);
    return ERR_NONE;
}

/* What the run found, in its own terms: a reprocessing looks at some accounts only. */
static enum err_code say_counts(struct store *store, const struct run *run, struct err *err)
{
    const struct run_totals *totals = &run->totals;
    struct run_documents documents;

    if (strcmp(run->kind, "reprocess") != 0) {
        printf("%lld invoiced, %lld without a charge, %lld held\n", (long long)totals->invoiced,
               (long long)totals->no_charge, (long long)totals->held);
        return ERR_NONE;
    }
    if (run_documents(store, run->run, &documents, err) == ERR_NONE) {
        printf("%lld credit note%s, %lld debit note%s, %lld first invoice%s, %lld held\n",
               (long long)documents.credit_notes, text_plural(documents.credit_notes), (long long)documents.debit_notes,
               text_plural(documents.debit_notes), (long long)documents.invoices, text_plural(documents.invoices),
               (long long)totals->held);
    }
    return err->code;
}

static enum err_code say_run(struct store *store, const struct run *run, struct err *err)
{
    char month[MONTH_TEXT_MAX];
    char as_of[INSTANT_TEXT_MAX];
    char by[SHOWN_MAX];
    char approved[SHOWN_MAX];

    month_format(run->month, month);
    instant_format(run->as_of, as_of);
    visible_text(run->run_by, by, sizeof by);
    visible_text(run->approved_by, approved, sizeof approved);
    printf("%s  run %d-%s as of %s by %s%s%s: ", month, (int)run->sequence, run->kind, as_of, by,
           approved[0] != '\0' ? ", approved by " : "", approved);
    return say_counts(store, run, err) == ERR_NONE ? say_sums(store, run, err) : err->code;
}

static enum err_code say_held(void *context, const char *account_id, const char *reason, struct err *err)
{
    char shown[SHOWN_MAX];

    (void)context;
    (void)err;
    visible_text(account_id, shown, sizeof shown);
    printf("    held: %s  %s\n", shown, reason);
    return ERR_NONE;
}

/* Something was learned of the month since: a reprocessing would look at it again. */
static enum err_code say_stale(struct store *store, int32_t month, int64_t as_of, struct err *err)
{
    struct stale stale;
    char words[STALE_TEXT_MAX];
    char since[INSTANT_TEXT_MAX];
    char month_text[MONTH_TEXT_MAX];

    if (stale_read(store, month, as_of, &stale, err) == ERR_NONE && stale_is(&stale)) {
        stale_words(&stale, words);
        instant_format(stale.since, since);
        month_format(month, month_text);
        printf("    stale: since %s something was learned of %s; 'monthend reprocess --month %s' looks at it again\n", since,
               words, month_text);
    }
    return err->code;
}

/* Runs stand by month and sequence: the last of its month says who is held now. */
static enum err_code say_runs(struct store *store, const struct run *runs, size_t count, int64_t as_of, struct err *err)
{
    for (size_t i = 0; i < count && err->code == ERR_NONE; i++) {
        bool last = i + 1 == count || runs[i + 1].month != runs[i].month;
        if (say_run(store, &runs[i], err) != ERR_NONE ||
            (last && run_held(store, runs[i].run, say_held, NULL, err) != ERR_NONE) ||
            (last && month_kept(store, runs[i].month, say_kept, NULL, err) != ERR_NONE) ||
            (last && say_stale(store, runs[i].month, as_of, err) != ERR_NONE)) {
            break;
        }
    }
    if (count == 0) {
        printf("no month was closed yet\n");
    }
    return err->code;
}

/* A month that no run has closed: would it be closed, and what of? */
static enum err_code say_first_close(struct store *store, int32_t month, int64_t as_of, struct err *err)
{
    char text[MONTH_TEXT_MAX];
    struct err no_data = {0};
    int64_t events = 0;

    month_format(month, text);
    if (due_check_data(store, month, as_of, &no_data) == ERR_NONE) {
        if (usage_rows_estimate(store, month, month, &events, err) == ERR_NONE) {
            printf("next: 'monthend close' would close %s%s\n", text, events == 0 ? ", of which no usage is known" : "");
        }
        return err->code;
    }
    if (no_data.code != ERR_NO_INPUT) {
        return err_set(err, no_data.code, "%s", no_data.text);
    }
    printf("next: nothing to close: %s\n", no_data.text);
    return ERR_NONE;
}

/* [first, end) as one more part of the line about months that were passed over. */
static bool say_gap(int32_t first, int32_t end, bool begun)
{
    char first_text[MONTH_TEXT_MAX];
    char last_text[MONTH_TEXT_MAX];

    if (first >= end) {
        return begun;
    }
    month_format(first, first_text);
    month_format(month_previous(end), last_text);
    printf("%s%s", begun ? ", " : "not closed before it: ", first_text);
    if (month_next(first) < end) {
        printf(" to %s", last_text);
    }
    return true;
}

/* Since the first closed month: close takes the last month, and none that was passed over before it. */
static void say_gaps(const struct run *runs, size_t count, int32_t month)
{
    bool begun = false;

    for (size_t i = 0; i < count && runs[i].month < month; i++) {
        int32_t following = i + 1 < count && runs[i + 1].month < month ? runs[i + 1].month : month;
        begun = say_gap(month_next(runs[i].month), following, begun);
    }
    if (begun) {
        printf("; 'monthend close --month MONTH' closes one\n");
    }
}

static enum err_code say_next(struct store *store, const struct run *runs, size_t count, int64_t as_of, struct err *err)
{
    int32_t month = 0;
    char text[MONTH_TEXT_MAX];
    const struct run *last = NULL;

    if (due_month(store, as_of, &month, err) != ERR_NONE) {
        return err->code;
    }
    for (size_t i = 0; i < count; i++) {
        last = runs[i].month == month ? &runs[i] : last;
    }
    month_format(month, text);
    if (last == NULL) {
        (void)say_first_close(store, month, as_of, err); /* the error is in *err */
    } else if (last->totals.held == 0) {
        printf("next: nothing, %s is closed\n", text);
    } else {
        printf("next: 'monthend close' would bill those of the %lld held account%s of %s that can be billed by then\n",
               (long long)last->totals.held, text_plural(last->totals.held), text);
    }
    say_gaps(runs, count, month);
    return err->code;
}

static enum err_code say_open_runs(struct store *store, struct err *err)
{
    int64_t count = 0;

    if (runs_open(store, &count, err) == ERR_NONE && count > 0) {
        printf("a run is at work, or was interrupted; the next close tidies up after it\n");
    }
    return err->code;
}

static enum err_code status(const struct options *options, struct err *err)
{
    struct store *store = NULL;
    struct run *runs = NULL;
    size_t count = 0;

    if (store_open(options->database, STORE_READ, STORE_WAIT_SECONDS, &store, err) == ERR_NONE &&
        store_snapshot_begin(store, err) == ERR_NONE) {
        if (runs_list(store, 0, &runs, &count, err) == ERR_NONE && say_runs(store, runs, count, options->as_of, err) == ERR_NONE &&
            say_open_runs(store, err) == ERR_NONE && say_next(store, runs, count, options->as_of, err) == ERR_NONE) {
            (void)summary_flush(err); /* the error is in *err */
        }
        store_snapshot_end(store);
    }
    free(runs);
    store_close(store);
    return err->code;
}

int status_command(int argc, char **argv)
{
    struct options options;
    struct err err = {0};

    stop_watch();
    if (options_parse(argc, argv, 0, &options, &err) == ERR_NONE) {
        if (options.help) {
            return help_command("status");
        }
        if (status(&options, &err) == ERR_NONE) {
            return STATUS_DONE;
        }
    }
    return failure_tell(&err);
}
