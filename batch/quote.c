/*
 * The command quote: what a plan change would cost, before it is made. The bill
 * with the change less the bill without it, both by the bill_month() of a close.
 */
#include "batch/quote.h"

#include <stdio.h>
#include <stdlib.h>

#include "batch/command.h"
#include "batch/due.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "batch/quote_options.h"
#include "lib/calendar.h"
#include "lib/currency.h"
#include "schema/store_runs.h"

#define CHANGE_NAME "the quoted change" /* where an explanation of a change that was made has its change_id */

/* What the command holds on to. */
struct quoting {
    const struct quote_options *options;
    struct store *store;
    struct account_month month;
    struct account_facts with; /* the facts with the change, to lay the month out by */
    struct quote_room room;
    struct account_usage *usage;
    struct quote quote;
    struct explanation explanation;
    struct explain in;
    int plan;
    bool closed;
};

static enum err_code month_open(struct quoting *quoting, struct err *err)
{
    const struct quote_options *options = quoting->options;
    struct account_month_in in = {quoting->store, options->account_id, month_of(options->at), options->as_of};

    if (account_month_open(in, &quoting->month, err) != ERR_NONE) {
        return err->code;
    }
    if (!account_month_is_billed(&quoting->month) && /* the reason that is the month's looks at every account */
        (due_check_data(quoting->store, in.month, in.as_of, err) != ERR_NONE ||
         account_month_require(&quoting->month, err) != ERR_NONE)) {
        return err->code;
    }
    quoting->plan = catalogue_plan(&quoting->month.catalogue, options->plan);
    return quoting->plan != PLAN_UNKNOWN
               ? ERR_NONE
               : err_set(err, ERR_NO_INPUT, "there is no plan '%.64s' at %s; table plans has their codes", options->plan,
                         explain_instant(options->as_of).text);
}

static struct plan_change_fact change_of(const struct quoting *quoting)
{
    return (struct plan_change_fact){CHANGE_NAME, quoting->options->at, quoting->options->plan, quoting->plan};
}

/* R28: what a closed month's change comes as. */
static enum err_code closed_read(struct quoting *quoting, struct err *err)
{
    struct run *runs = NULL;
    size_t count = 0;

    if (runs_list(quoting->store, quoting->month.in.month, &runs, &count, err) == ERR_NONE) {
        quoting->closed = count > 0;
        free(runs);
    }
    return err->code;
}

/* The bill without the change works in a room of its own; that with it, in the month's. */
static enum err_code room_open(struct quoting *quoting, const struct account_facts *without, struct err *err)
{
    struct bill_room *room = &quoting->room.without;

    quoting->room.changes = calloc(without->change_count + 1, sizeof *quoting->room.changes);
    *room = (struct bill_room){
        .steps = calloc(timeline_steps_max(without) + 1, sizeof *room->steps),
        .balances = calloc(without->grant_count + 1, sizeof *room->balances),
        .used_in_month = calloc(without->grant_count + 1, sizeof *room->used_in_month),
        .lines = calloc(BILL_LINES_MAX, sizeof *room->lines),
    };
    return quoting->room.changes != NULL && room->steps != NULL && room->balances != NULL && room->used_in_month != NULL &&
                   room->lines != NULL
               ? ERR_NONE
               : err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
}

static enum err_code usage_read(struct quoting *quoting, struct err *err)
{
    struct account_month *month = &quoting->month;
    int32_t account = month->facts->account;
    struct account_usage_in in = {
        .accounts = &account,
        .account_count = 1,
        .month_first = account_month_first(month),
        .month = month->in.month,
        .as_of = month->in.as_of,
        .model_count = month->catalogue.model_count,
    };
    size_t count = 0;

    if (account_usage_read(quoting->store, in, &quoting->usage, err) == ERR_NONE) {
        const struct account_event *events = account_usage_events(quoting->usage, account, &count);
        account_month_rate(month, events, count);
    }
    return err->code;
}

/* From here on the month is as it would be with the change. */
static void price(struct quoting *quoting, const struct account_facts *without)
{
    struct account_month *month = &quoting->month;
    struct quote_usage usage = {
        .cells = month->cells,
        .cell_count = month->break_count,
        .month_events = usage_month_total(&month->usage, 0).events,
        .unknown_model = month->slot.unknown_model,
        .unknown_at = month->slot.unknown_at,
    };

    quoting->room.with = month->room;
    quoting->quote = quote_change(
        (struct quote_in){without, &month->catalogue, month->policies, change_of(quoting)}, usage, &quoting->room);
    month->facts = &quoting->quote.facts;
    month->period.facts = month->facts;
    month->timeline = quoting->quote.timeline;
    month->bill = quoting->quote.with;
}

static void tell(struct quoting *quoting)
{
    int digits = currency_digits(quoting->month.facts->currency);

    quoting->in = (struct explain){
        .out = &quoting->explanation,
        .now = &quoting->month,
        .digits = digits < 0 ? EXPLAIN_DIGITS_UNKNOWN : digits,
    };
    quote_tell(&(struct quote_story){
        .in = &quoting->in,
        .quote = &quoting->quote,
        .currency = quoting->month.facts->currency,
        .plan = quoting->plan,
        .at = quoting->options->at,
        .closed = quoting->closed,
    });
}

static enum err_code quote(struct quoting *quoting, struct err *err)
{
    if (month_open(quoting, err) != ERR_NONE || closed_read(quoting, err) != ERR_NONE ||
        room_open(quoting, quoting->month.facts, err) != ERR_NONE) {
        return err->code;
    }
    const struct account_facts *without = quoting->month.facts;
    quoting->with = quote_facts(without, change_of(quoting), quoting->room.changes);
    if (account_month_assume(&quoting->month, &quoting->with, err) != ERR_NONE || usage_read(quoting, err) != ERR_NONE) {
        return err->code;
    }
    price(quoting, without);
    tell(quoting);
    if (explanation_end(&quoting->explanation, err) != ERR_NONE) {
        return err->code;
    }
    return quoting->options->json ? explanation_write_json(&quoting->explanation, err)
                                  : explanation_write_text(&quoting->explanation, err);
}

static void release(struct quoting *quoting)
{
    explanation_release(&quoting->explanation);
    account_usage_free(quoting->usage);
    account_month_release(&quoting->month);
    free(quoting->room.changes);
    free(quoting->room.without.steps);
    free(quoting->room.without.balances);
    free(quoting->room.without.used_in_month);
    free(quoting->room.without.lines);
}

static enum err_code run(const struct quote_options *options, bool *look, struct err *err)
{
    struct quoting quoting = {.options = options};

    if (store_open(options->database, STORE_READ, 0, &quoting.store, err) == ERR_NONE &&
        store_snapshot_begin(quoting.store, err) == ERR_NONE) {
        if (quote(&quoting, err) == ERR_NONE) {
            *look = quoting.in.look;
        }
        release(&quoting); /* before the snapshot's end: it holds open queries */
        store_snapshot_end(quoting.store);
    }
    store_close(quoting.store);
    return err->code;
}

int quote_command(int argc, char **argv)
{
    struct quote_options options;
    struct err err = {0};
    bool look = false;

    if (quote_options_parse(argc, argv, &options, &err) == ERR_NONE) {
        if (options.help) {
            return help_command("quote");
        }
        if (run(&options, &look, &err) == ERR_NONE) {
            return look ? STATUS_LOOK : STATUS_DONE;
        }
    }
    return failure_tell(&err);
}
