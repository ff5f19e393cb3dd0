/*
 * The command explain: one account's month, so that support can answer a customer
 * and an auditor can sign it.
 */
#include <stdio.h>

#include "batch/command.h"
#include "batch/explain_account.h"
#include "batch/explain_options.h"
#include "batch/failure.h"
#include "batch/help.h"

static enum err_code write_out(const struct explain_options *options, const struct explanation *explanation,
                               struct err *err)
{
    switch (options->format) {
    case EXPLAIN_FORMAT_CSV:
        return explanation_write_csv(explanation, err);
    case EXPLAIN_FORMAT_JSON:
        return explanation_write_json(explanation, err);
    case EXPLAIN_FORMAT_XLSX:
        return explanation_write_book(explanation, options->out, options->as_of, err);
    default:
        return explanation_write_text(explanation, err);
    }
}

static enum err_code usage_read(const struct explained_account *explained, struct account_usage **usage, struct err *err)
{
    int32_t account = explain_account_number(explained);
    struct account_usage_in in = {
        .accounts = &account,
        .account_count = 1,
        .month_first = explain_account_first(explained),
        .month = explained->in.month,
        .as_of = explained->in.as_of,
        .model_count = explained->now.catalogue.model_count,
        .ids = explained->in.events,
    };

    return account_usage_read(explained->in.store, in, usage, err);
}

/* Within one snapshot. */
static enum err_code explain(const struct explain_options *options, struct store *store, bool *look, struct err *err)
{
    struct explain_account_in in = {
        .store = store,
        .account_id = options->account_id,
        .month = options->month,
        .as_of = options->as_of,
        .line = options->line,
        .events = options->events,
    };
    struct explained_account explained = {0};
    struct account_usage *usage = NULL;

    if (explain_account_open(in, &explained, err) == ERR_NONE && usage_read(&explained, &usage, err) == ERR_NONE &&
        explain_account_compose(&explained, usage, err) == ERR_NONE &&
        write_out(options, &explained.explanation, err) == ERR_NONE) {
        *look = explained.explain.look;
    }
    explain_account_release(&explained);
    account_usage_free(usage);
    return err->code;
}

static enum err_code run(const struct explain_options *options, bool *look, struct err *err)
{
    struct store *store = NULL;

    if (store_open(options->database, STORE_READ, 0, &store, err) == ERR_NONE &&
        store_snapshot_begin(store, err) == ERR_NONE) {
        (void)!explain(options, store, look, err); /* the error is in *err */
        store_snapshot_end(store);
    }
    store_close(store);
    return err->code;
}

int explain_command(int argc, char **argv)
{
    struct explain_options options;
    struct err err = {0};
    bool look = false;

    if (explain_options_parse(argc, argv, &options, &err) == ERR_NONE) {
        if (options.help) {
            return help_command("explain");
        }
        if (run(&options, &look, &err) == ERR_NONE) {
            return look ? STATUS_LOOK : STATUS_DONE;
        }
    }
    return failure_tell(&err);
}
