/*
 * The command sample: an auditor's selection of the documents of a month, with an
 * explanation of each and a sheet to tick them off.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/command.h"
#include "batch/explain_account.h"
#include "batch/help.h"
#include "batch/place.h"
#include "batch/sample_options.h"
#include "batch/sample_pick.h"
#include "batch/sample_summary.h"
#include "batch/stop.h"
#include "lib/calendar.h"
#include "reports/reports.h"

#define RUNS_TEXT_MAX 512
#define RUN_NAME_MAX 32

/* The words of a document picked, which its struct sample_pick points to. */
struct picked_words {
    struct population_detail detail;
    char document[DOCUMENT_NUMBER_MAX];
    char run[RUN_NAME_MAX];
};

struct sampling {
    struct sample_options options;
    char out[PATH_MAX];
    char runs[RUNS_TEXT_MAX];
    int64_t as_of; /* of the last of them */
    struct store *store;
    struct population population;
    struct sample sample;
    struct picked_words *words; /* of each pick */
    int32_t *accounts;          /* of each pick: its account's number */
    int32_t month_first;        /* the earliest month whose usage any of them asks for */
    size_t model_count;
    struct account_usage *usage;
    struct sample_report *report;
    size_t disagreeing;
};

static enum err_code out_of_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
}

/* "1-close, 2-reprocess": those whose documents count, as many as there is room for. */
static enum err_code runs_read(struct sampling *sampling, struct err *err)
{
    struct run *runs = NULL;
    size_t count = 0, used = 0;

    if (runs_list(sampling->store, sampling->options.month, &runs, &count, err) != ERR_NONE) {
        return err->code;
    }
    for (size_t i = 0; i < count; i++) {
        if (runs[i].as_of > sampling->options.as_of) {
            continue;
        }
        sampling->as_of = runs[i].as_of > sampling->as_of ? runs[i].as_of : sampling->as_of;
        if (used + RUN_NAME_MAX + 2 < sizeof sampling->runs) {
            used += (size_t)snprintf(sampling->runs + used, sizeof sampling->runs - used, "%s%d-%s", used == 0 ? "" : ", ",
                                     (int)runs[i].sequence, runs[i].kind);
        }
    }
    free(runs);
    return ERR_NONE;
}

static enum err_code population_open(struct sampling *sampling, struct err *err)
{
    const struct sample_options *options = &sampling->options;
    struct population_in in = {options->month, options->as_of, options->currency};
    struct explain_text as_of = explain_instant(options->as_of);
    char month[MONTH_TEXT_MAX];

    month_format(options->month, month);
    if (population_read(sampling->store, in, &sampling->population, err) != ERR_NONE) {
        return err->code;
    }
    if (sampling->population.runs == 0) {
        return err_set(err, ERR_NO_INPUT, "%s: the month is not closed, no run of it has issued anything up to %s", month,
                       as_of.text);
    }
    if (sampling->population.count == 0) {
        return err_set(err, ERR_NO_INPUT, "%s: there is no document%s%s up to %s", month,
                       options->currency != NULL ? " in " : "", options->currency != NULL ? options->currency : "",
                       as_of.text);
    }
    return runs_read(sampling, err);
}

static enum err_code words_read(struct sampling *sampling, size_t index, struct err *err)
{
    const struct population_document *document = sampling->sample.picks[index].document;
    struct picked_words *words = &sampling->words[index];

    if (population_detail_read(sampling->store, document->document, &words->detail, err) != ERR_NONE) {
        return err->code;
    }
    document_number(document->series, sampling->options.month, document->number, words->document);
    snprintf(words->run, sizeof words->run, "%d-%s", (int)words->detail.run_sequence, words->detail.run_kind);
    return ERR_NONE;
}

/* The account as the document's run saw it. */
static enum err_code account_open(const struct sampling *sampling, size_t index, struct explained_account *explained,
                                  struct err *err)
{
    const struct population_detail *detail = &sampling->words[index].detail;
    struct explain_account_in in = {
        .store = sampling->store,
        .account_id = detail->account_id,
        .month = sampling->options.month,
        .as_of = detail->as_of,
    };

    return explain_account_open(in, explained, err);
}

/* What all of them ask of the usage, which is then read once. */
static enum err_code usage_ask(struct sampling *sampling, size_t index, struct err *err)
{
    struct explained_account explained = {0};

    if (words_read(sampling, index, err) == ERR_NONE && account_open(sampling, index, &explained, err) == ERR_NONE) {
        int32_t first = explain_account_first(&explained);
        sampling->accounts[index] = explain_account_number(&explained);
        sampling->month_first = index == 0 || first < sampling->month_first ? first : sampling->month_first;
        if (explained.now.catalogue.model_count > sampling->model_count) {
            sampling->model_count = explained.now.catalogue.model_count;
        }
    }
    explain_account_release(&explained);
    return err->code;
}

static enum err_code usage_read(struct sampling *sampling, struct err *err)
{
    size_t count = sampling->sample.pick_count;

    sampling->words = calloc(count, sizeof *sampling->words);
    sampling->accounts = calloc(count, sizeof *sampling->accounts);
    if (sampling->words == NULL || sampling->accounts == NULL) {
        return out_of_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        if (stop_check(err) != ERR_NONE || usage_ask(sampling, i, err) != ERR_NONE) {
            return err->code;
        }
    }
    struct account_usage_in in = {
        .accounts = sampling->accounts,
        .account_count = count,
        .month_first = sampling->month_first,
        .month = sampling->options.month,
        .as_of = sampling->as_of,
        .model_count = sampling->model_count,
    };
    return account_usage_read(sampling->store, in, &sampling->usage, err);
}

static const char *kind_name(const char *series)
{
    return strcmp(series, "INV") == 0 ? "invoice" : strcmp(series, "CN") == 0 ? "credit_note" : "debit_note";
}

static struct sample_pick pick_of(const struct sampling *sampling, size_t index, bool agrees)
{
    const struct sample_picked *picked = &sampling->sample.picks[index];
    const struct picked_words *words = &sampling->words[index];

    return (struct sample_pick){
        .population = &sampling->sample.populations[picked->population],
        .document = words->document,
        .kind = kind_name(picked->document->series),
        .corrects = words->detail.corrects,
        .account_id = words->detail.account_id,
        .account_name = words->detail.account_name,
        .subtotal_minor = words->detail.subtotal_minor,
        .tax_minor = words->detail.tax_minor,
        .total_minor = picked->document->total_minor,
        .issued_at = words->detail.as_of,
        .run = words->run,
        .item = picked->item,
        .digest = words->detail.digest,
        .agrees = agrees,
    };
}

static enum err_code pick_explain(struct sampling *sampling, size_t index, struct err *err)
{
    struct explained_account explained = {0};

    if (account_open(sampling, index, &explained, err) == ERR_NONE &&
        explain_account_compose(&explained, sampling->usage, err) == ERR_NONE) {
        struct sample_pick pick = pick_of(sampling, index, !explained.explain.look);
        sampling->disagreeing += explained.explain.look;
        (void)!sample_report_add(sampling->report, &pick, &explained.explanation, err); /* the error is in *err */
    }
    explain_account_release(&explained);
    return err->code;
}

static enum err_code report_write(struct sampling *sampling, struct err *err)
{
    const struct sample_options *options = &sampling->options;
    struct sample_run run = {
        .month = options->month,
        .as_of = sampling->as_of,
        .method = options->method,
        .wanted = options->wanted,
        .seed = options->seed,
        .link = sampling->population.link,
        .runs = sampling->runs,
        .program_version = MONTHEND_VERSION,
    };

    if (sample_report_begin(sampling->out, &run, &sampling->report, err) != ERR_NONE) {
        return err->code;
    }
    for (size_t i = 0; i < sampling->sample.pick_count; i++) {
        if (stop_check(err) != ERR_NONE || pick_explain(sampling, i, err) != ERR_NONE) {
            return err->code;
        }
    }
    return sample_report_publish(sampling->report, sampling->sample.populations, sampling->sample.population_count, err);
}

/* Within one snapshot. */
static enum err_code sample_write(struct sampling *sampling, struct err *err)
{
    const struct sample_options *options = &sampling->options;
    struct sample_in in = {options->month, options->seed, options->wanted, options->method};

    if (population_open(sampling, err) != ERR_NONE ||
        sample_pick(in, &sampling->population, &sampling->sample, err) != ERR_NONE ||
        usage_read(sampling, err) != ERR_NONE) {
        return err->code;
    }
    return report_write(sampling, err);
}

/* Looked at before the work is done, too: somebody may be ticking it off. */
static enum err_code place_check(const struct sampling *sampling, struct err *err)
{
    char path[PATH_MAX];

    if (!report_exists(sampling->out, sampling->options.month, SAMPLE_NAME)) {
        return ERR_NONE;
    }
    report_path(sampling->out, sampling->options.month, SAMPLE_NAME, path, sizeof path);
    return err_set(err, ERR_CREATE, "there is a sample in '%s'; move it away, or give another --out", path);
}

static enum err_code sample_run(struct sampling *sampling, struct err *err)
{
    const struct sample_options *options = &sampling->options;

    if (place_reports(options->database, options->out, sampling->out, err) != ERR_NONE ||
        place_check(sampling, err) != ERR_NONE ||
        store_open(options->database, STORE_READ, STORE_WAIT_SECONDS, &sampling->store, err) != ERR_NONE) {
        return err->code;
    }
    store_watch(sampling->store, stop_flag());
    if (store_snapshot_begin(sampling->store, err) == ERR_NONE) {
        (void)!sample_write(sampling, err); /* the error is in *err */
        store_snapshot_end(sampling->store);
    }
    if (err->code != ERR_NONE) {
        return err->code;
    }
    struct sample_summary summary = {
        .options = options,
        .population = &sampling->population,
        .sample = &sampling->sample,
        .runs = sampling->runs,
        .disagreeing = sampling->disagreeing,
        .out = sampling->out,
    };
    return sample_summary_print(&summary, err);
}

static void sampling_release(struct sampling *sampling)
{
    sample_report_end(sampling->report);
    account_usage_free(sampling->usage);
    sample_release(&sampling->sample);
    population_release(&sampling->population);
    free(sampling->words);
    free(sampling->accounts);
    store_close(sampling->store);
}

int sample_command(int argc, char **argv)
{
    struct sampling sampling = {.disagreeing = 0};
    struct err err = {0};

    stop_watch();
    if (sample_options_parse(argc, argv, &sampling.options, &err) == ERR_NONE) {
        if (sampling.options.help) {
            return help_command("sample");
        }
        (void)!sample_run(&sampling, &err); /* the error is in err */
    }
    sampling_release(&sampling);
    if (err.code != ERR_NONE) {
        fprintf(stderr, "monthend: %s\n", err.text);
        return (int)err.code;
    }
    return sampling.disagreeing > 0 ? STATUS_LOOK : STATUS_DONE;
}
