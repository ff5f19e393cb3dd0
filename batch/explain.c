/*
 * The command explain: one account's month, so that support can answer a customer
 * and an auditor can sign it. It reads, computes with the same bill_month() as a
 * close, and shows that this is what was issued, or where the data has moved on.
 */
#include "batch/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/command.h"
#include "batch/due.h"
#include "batch/explain_options.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "lib/calendar.h"
#include "lib/currency.h"

static enum err_code out_of_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
}

/* What a command holds on to. */
struct explaining {
    const struct explain_options *options;
    struct store *store;
    struct account_month now;
    struct account_month then;
    struct account_documents documents;
    struct account_usage *usage;
    struct explanation explanation;
    struct explain in;
};

static enum err_code now_open(struct explaining *explaining, struct err *err)
{
    const struct explain_options *options = explaining->options;
    struct account_month *now = &explaining->now;
    struct account_month_in in = {explaining->store, options->account_id, options->month, options->as_of};
    char month[MONTH_TEXT_MAX];

    month_format(options->month, month);
    if (month_start_ms(options->month) > options->as_of) {
        return err_set(err, ERR_USAGE, "--month '%s' has not begun at %s", month, explain_instant(options->as_of).text);
    }
    if (due_check_data(explaining->store, options->month, options->as_of, err) != ERR_NONE ||
        account_month_open(in, now, err) != ERR_NONE) {
        return err->code;
    }
    return account_month_require(now, err);
}

/* The last run that had a word of the account. */
static const struct account_run *last_run(const struct account_documents *documents)
{
    const struct account_run *last = NULL;

    for (size_t i = 0; i < documents->run_count; i++) {
        last = documents->runs[i].status[0] != '\0' ? &documents->runs[i] : last;
    }
    return last;
}

static enum err_code then_open(struct explaining *explaining, struct err *err)
{
    const struct account_run *last = last_run(&explaining->documents);

    if (last == NULL) {
        return ERR_NONE;
    }
    struct account_month_in in = explaining->now.in;
    in.as_of = last->as_of;
    if (account_month_open(in, &explaining->then, err) == ERR_NONE && explaining->then.facts != NULL) {
        explaining->in.then = &explaining->then;
    }
    return err->code;
}

/* The account's events, once for both instants. */
static enum err_code usage_read(struct explaining *explaining, struct err *err)
{
    struct account_month *now = &explaining->now;
    struct account_usage_in in = {
        .account = now->facts->account,
        .month_first = account_month_first(now),
        .month = now->in.month,
        .as_of = now->in.as_of,
        .model_count = now->catalogue.model_count,
    };

    if (explaining->in.then != NULL && account_month_first(&explaining->then) < in.month_first) {
        in.month_first = account_month_first(&explaining->then);
    }
    if (account_usage_read(explaining->store, in, &explaining->usage, err) != ERR_NONE) {
        return err->code;
    }
    explaining->in.events = account_usage_events(explaining->usage, &explaining->in.event_count);
    account_month_bill(now, explaining->in.events, explaining->in.event_count);
    if (explaining->in.then != NULL) {
        account_month_bill(&explaining->then, explaining->in.events, explaining->in.event_count);
    }
    return ERR_NONE;
}

static enum err_code room_open(struct explaining *explaining, struct err *err)
{
    const struct account_facts *facts = explaining->now.facts;
    struct explain *in = &explaining->in;
    size_t parts = trace_parts_max(facts);

    in->parts = calloc(parts, sizeof *in->parts);
    in->balances = calloc(facts->grant_count + 1, sizeof *in->balances);
    in->grants_left = calloc(facts->grant_count + 1, sizeof *in->grants_left);
    in->consumed = calloc(parts, EXPLAIN_PART_MAX);
    return in->parts == NULL || in->balances == NULL || in->grants_left == NULL || in->consumed == NULL
               ? out_of_memory(err)
               : ERR_NONE;
}

static enum err_code read_all(struct explaining *explaining, struct err *err)
{
    struct account_documents_in documents = {explaining->options->account_id, explaining->options->month,
                                             explaining->options->as_of};

    if (now_open(explaining, err) != ERR_NONE ||
        account_documents_read(explaining->store, documents, &explaining->documents, err) != ERR_NONE ||
        then_open(explaining, err) != ERR_NONE || usage_read(explaining, err) != ERR_NONE) {
        return err->code;
    }
    return room_open(explaining, err);
}

static enum err_code line_check(const struct explain *in, struct err *err)
{
    size_t count = in->now->bill.line_count;

    if (in->line > 0 && count == 0) {
        return err_set(err, ERR_USAGE, "--line %zu: the month has no lines; leave --line out", in->line);
    }
    if (in->line > count) {
        return err_set(err, ERR_USAGE, "--line %zu: the month has %zu line%s; give one of them", in->line, count,
                       count == 1 ? "" : "s");
    }
    return ERR_NONE;
}

/* One line alone: whose it is, the line, its tax. */
static void compose_line(struct explain *in)
{
    explain_month(in);
    explain_charges(in);
    explain_taxes(in);
}

static void compose(struct explain *in)
{
    bool held = in->now->bill.status == BILL_HELD;

    explain_month(in);
    explain_hold(in);
    explain_plans(in);
    if (!held) {
        explain_charges(in);
        explain_no_regret(in);
    }
    explain_limits(in);
    explain_usage(in);
    if (!held) {
        explain_moments(in);
    }
    if (in->list_events) {
        explain_events(in);
    }
    if (!held && in->now->bill.line_count > 0) {
        explain_taxes(in);
    }
    explain_payments(in);
    explain_documents(in);
    explain_learned(in);
    if (!held) {
        explain_advice(in);
    }
}

static enum err_code write_out(const struct explaining *explaining, struct err *err)
{
    switch (explaining->options->format) {
    case EXPLAIN_FORMAT_CSV:
        return explanation_write_csv(&explaining->explanation, err);
    case EXPLAIN_FORMAT_JSON:
        return explanation_write_json(&explaining->explanation, err);
    case EXPLAIN_FORMAT_XLSX:
        return explanation_write_book(&explaining->explanation, explaining->options->out, explaining->options->as_of, err);
    default:
        return explanation_write_text(&explaining->explanation, err);
    }
}

static enum err_code explain(struct explaining *explaining, struct err *err)
{
    struct explain *in = &explaining->in;
    int digits = 0;

    if (read_all(explaining, err) != ERR_NONE) {
        return err->code;
    }
    digits = currency_digits(explaining->now.facts->currency);
    in->out = &explaining->explanation;
    in->now = &explaining->now;
    in->documents = &explaining->documents;
    in->digits = digits < 0 ? EXPLAIN_DIGITS_UNKNOWN : digits;
    in->line = explaining->options->line;
    in->list_events = explaining->options->events;
    if (line_check(in, err) != ERR_NONE) {
        return err->code;
    }
    if (in->line > 0) {
        compose_line(in);
    } else {
        compose(in);
    }
    return explanation_end(in->out, err) == ERR_NONE ? write_out(explaining, err) : err->code;
}

static void release(struct explaining *explaining)
{
    explanation_release(&explaining->explanation);
    account_documents_release(&explaining->documents);
    account_usage_free(explaining->usage);
    account_month_release(&explaining->now);
    account_month_release(&explaining->then);
    free(explaining->in.parts);
    free(explaining->in.balances);
    free(explaining->in.grants_left);
    free(explaining->in.consumed);
}

static enum err_code run(const struct explain_options *options, bool *look, struct err *err)
{
    struct explaining explaining = {.options = options};

    if (store_open(options->database, STORE_READ, 0, &explaining.store, err) == ERR_NONE &&
        store_snapshot_begin(explaining.store, err) == ERR_NONE) {
        if (explain(&explaining, err) == ERR_NONE) {
            *look = explaining.in.look;
        }
        release(&explaining); /* before the snapshot's end: it holds open queries */
        store_snapshot_end(explaining.store);
    }
    store_close(explaining.store);
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
