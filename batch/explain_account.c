/*
 * One account's month explained, from its facts to the words.
 */
#include "batch/explain_account.h"

#include <stdlib.h>

#include "batch/due.h"
#include "lib/calendar.h"
#include "lib/currency.h"

static enum err_code out_of_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
}

static enum err_code now_open(struct explained_account *explained, struct err *err)
{
    const struct explain_account_in *asked = &explained->in;
    struct account_month *now = &explained->now;
    struct account_month_in in = {asked->store, asked->account_id, asked->month, asked->as_of};
    char month[MONTH_TEXT_MAX];

    month_format(asked->month, month);
    if (month_start_ms(asked->month) > asked->as_of) {
        return err_set(err, ERR_USAGE, "--month '%s' has not begun at %s", month, explain_instant(asked->as_of).text);
    }
    if (account_month_open(in, now, err) != ERR_NONE) {
        return err->code;
    }
    if (account_month_is_billed(now)) {
        return ERR_NONE;
    }
    if (due_check_data(asked->store, asked->month, asked->as_of, err) != ERR_NONE) { /* it looks at every account */
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

static enum err_code then_open(struct explained_account *explained, struct err *err)
{
    const struct account_run *last = last_run(&explained->documents);

    if (last == NULL) {
        return ERR_NONE;
    }
    struct account_month_in in = explained->now.in;
    in.as_of = last->as_of;
    if (account_month_open(in, &explained->then, err) == ERR_NONE && explained->then.facts != NULL) {
        explained->explain.then = &explained->then;
    }
    return err->code;
}

enum err_code explain_account_open(struct explain_account_in in, struct explained_account *explained, struct err *err)
{
    struct account_documents_in documents = {in.account_id, in.month, in.as_of};

    explained->in = in;
    if (now_open(explained, err) != ERR_NONE ||
        account_documents_read(in.store, documents, &explained->documents, err) != ERR_NONE) {
        return err->code;
    }
    return then_open(explained, err);
}

int32_t explain_account_number(const struct explained_account *explained)
{
    return explained->now.facts->account;
}

int32_t explain_account_first(const struct explained_account *explained)
{
    int32_t now = account_month_first(&explained->now);
    int32_t then = explained->explain.then == NULL ? now : account_month_first(&explained->then);

    return then < now ? then : now;
}

static void bill(struct explained_account *explained, const struct account_usage *usage)
{
    struct explain *in = &explained->explain;

    in->usage = usage;
    in->events = account_usage_events(usage, explain_account_number(explained), &in->event_count);
    account_month_bill(&explained->now, in->events, in->event_count);
    if (in->then != NULL) {
        account_month_bill(&explained->then, in->events, in->event_count);
    }
}

static enum err_code room_open(struct explained_account *explained, struct err *err)
{
    const struct account_facts *facts = explained->now.facts;
    struct explain *in = &explained->explain;
    size_t parts = trace_parts_max(facts);

    in->parts = calloc(parts, sizeof *in->parts);
    in->balances = calloc(facts->grant_count + 1, sizeof *in->balances);
    in->grants_left = calloc(facts->grant_count + 1, sizeof *in->grants_left);
    in->consumed = calloc(parts, EXPLAIN_PART_MAX);
    return in->parts == NULL || in->balances == NULL || in->grants_left == NULL || in->consumed == NULL
               ? out_of_memory(err)
               : ERR_NONE;
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

enum err_code explain_account_compose(struct explained_account *explained, const struct account_usage *usage,
                                      struct err *err)
{
    struct explain *in = &explained->explain;
    int digits = currency_digits(explained->now.facts->currency);

    if (room_open(explained, err) != ERR_NONE) {
        return err->code;
    }
    in->out = &explained->explanation;
    in->now = &explained->now;
    in->documents = &explained->documents;
    in->digits = digits < 0 ? EXPLAIN_DIGITS_UNKNOWN : digits;
    in->line = explained->in.line;
    in->list_events = explained->in.events;
    bill(explained, usage);
    if (line_check(in, err) != ERR_NONE) {
        return err->code;
    }
    if (in->line > 0) {
        compose_line(in);
    } else {
        compose(in);
    }
    if (in->failed.code != ERR_NONE) {
        *err = in->failed;
        return err->code;
    }
    return explanation_end(in->out, err);
}

void explain_account_release(struct explained_account *explained)
{
    explanation_release(&explained->explanation);
    account_documents_release(&explained->documents);
    account_month_release(&explained->now);
    account_month_release(&explained->then);
    free(explained->explain.parts);
    free(explained->explain.balances);
    free(explained->explain.grants_left);
    free(explained->explain.consumed);
    *explained = (struct explained_account){0};
}
