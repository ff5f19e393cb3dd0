/*
 * Owns what must be true of a bill, and the comparison with the replay.
 */
#include "tests/lib/properties.h"

#include <string.h>

#include "tests/lib/random_world.h"

static void same(const struct properties *in, const char *what, int64_t want, int64_t got)
{
    if (want != got) {
        in->differs(in, what, want, got);
    }
}

static void same_lines(const struct properties *in, const struct replay *replay)
{
    size_t count = 0;

    while (count < in->world->bill.line_count && in->world->lines[count].kind != LINE_TAX) {
        count++;
    }
    same(in, "lines", (int64_t)replay->line_count, (int64_t)count);
    for (size_t i = 0; i < count && i < replay->line_count; i++) {
        same(in, "line's kind", replay->lines[i].kind, in->world->lines[i].kind);
        same(in, "line's plan", replay->lines[i].plan, in->world->lines[i].plan);
        same(in, "line's instant", replay->lines[i].charged_at, in->world->lines[i].charged_at);
        same(in, "line's amount", replay->lines[i].amount_minor, in->world->lines[i].amount_minor);
    }
}

struct replay properties_of_replay(const struct properties *in)
{
    const struct bill *bill = &in->world->bill;
    struct replay replay = replay_run(in->world);

    same(in, "R27 hold", replay.hold, bill->hold.reason);
    same(in, "R9 plan at start", replay.plan_at_start, bill->plan_at_start);
    same(in, "R9 plan at end", replay.plan_at_end, bill->plan_at_end);
    same(in, "R10 F", replay.paid_ever ? replay.first_paid : INSTANT_NONE, in->world->timeline.first_paid);
    same(in, "R7 events", replay.events, bill->events);
    if (replay.hold != HOLD_NONE) {
        return replay;
    }
    same(in, "R19 bonus", replay.bonus, bill->used.bonus);
    same(in, "R19 included", replay.included, bill->used.included);
    same(in, "R19 overage", replay.overage, bill->used.overage);
    same(in, "R19 unbilled", replay.unbilled, bill->used.unbilled);
    same(in, "R22 at stake", replay.at_stake_minor, bill->at_stake_minor);
    same(in, "R15 highest alone", replay.plan_minor, bill->highest_alone_minor);
    for (size_t i = 0; i < in->world->facts.grant_count; i++) {
        same(in, "R19 grant's balance", replay.balances[i], in->world->balances[i]);
    }
    same_lines(in, &replay);
    return replay;
}

static bool is_plan_line(enum line_kind kind)
{
    return kind == LINE_PLAN || kind == LINE_PLAN_PRORATED || kind == LINE_PLAN_DISCOUNT || kind == LINE_PLAN_UPGRADE;
}

static void check_sums(const struct properties *in)
{
    const struct bill *bill = &in->world->bill;
    int64_t subtotal = 0, taxes = 0, plan_lines = 0, payments = 0;

    for (size_t i = 0; i < bill->line_count; i++) {
        const struct bill_line *line = &bill->lines[i];
        *(line->kind == LINE_TAX ? &taxes : &subtotal) += line->amount_minor;
        plan_lines += is_plan_line(line->kind) ? line->amount_minor : 0;
        same(in, "R25 lines by charged_at", 1, i == 0 || bill->lines[i - 1].charged_at <= line->charged_at);
    }
    for (size_t i = 0; i < in->world->facts.payment_count; i++) {
        payments += in->world->payments[i].amount_minor;
    }
    same(in, "R25 subtotal", subtotal, bill->subtotal_minor);
    same(in, "R25 tax", taxes, bill->tax_minor);
    same(in, "R25 total", subtotal + taxes, bill->total_minor);
    same(in, "R25 collected", payments, bill->collected_minor);
    same(in, "R25 due", subtotal + taxes - payments, bill->due_minor);
    same(in, "R15 plan lines' sum", plan_lines, bill->plan_lines_minor);
    same(in, "R15 no regret", bill->highest_alone_minor, bill->plan_lines_minor);
    same(in, "credits are bonus + included + overage + unbilled", bill->credits,
         bill->used.bonus + bill->used.included + bill->used.overage + bill->used.unbilled);
    same(in, "credits are the sum over models", usage_month_total(&in->world->usage, WORLD_ACCOUNT).credits,
         bill->credits);
    same(in, "included is within the allowance", 1, bill->used.included <= bill->allowance);
}

int properties_of_taxes(const struct properties *in, const struct replay *replay)
{
    struct replay_taxes want = replay_taxes(in->world, replay);
    size_t matched = 0;
    int netted = 0;

    for (size_t i = 0; i < in->world->bill.line_count; i++) {
        const struct bill_line *line = &in->world->lines[i];
        const struct replay_tax *found = NULL;
        if (line->kind != LINE_TAX) {
            continue;
        }
        for (size_t j = 0; j < want.count; j++) {
            const struct replay_tax *tax = &want.taxes[j];
            if (tax->percent == line->quantity && strcmp(tax->name, line->reason) == 0 &&
                strcmp(tax->country, line->detail) == 0) {
                found = tax;
            }
        }
        same(in, "R24 tax", found == NULL ? 0 : found->amount_minor, line->amount_minor);
        same(in, "R24 taxed amount", found == NULL ? 0 : found->taxed_minor, line->unit_price);
        matched += found != NULL;
        netted += found == NULL;
    }
    same(in, "R24 tax lines", (int64_t)want.count, (int64_t)matched);
    return netted;
}

static void check_discounts(const struct properties *in)
{
    for (size_t i = 0; i < in->world->bill.line_count; i++) {
        if (in->world->lines[i].kind == LINE_PLAN_DISCOUNT) {
            same(in, "R13 exactly minus the earlier charge", -in->world->lines[i - 1].amount_minor,
                 in->world->lines[i].amount_minor);
            same(in, "R13 the earlier plan", in->world->lines[i - 1].plan, in->world->lines[i].plan);
        }
    }
}

/* Room for a second table of the same in->world-> */
struct other {
    struct usage_table table;
    struct usage_account accounts[2];
    struct usage_cell cells[WORLD_BREAKS_MAX];
    struct usage_model_cell models[2 * WORLD_MODELS_MAX];
};

static void other_init(const struct properties *in, struct other *other)
{
    world_usage_init(in->world, &other->table, other->accounts, other->cells, other->models);
}

static void same_usage(const struct properties *in, const char *what, const struct other *other)
{
    const struct usage_account *want = &in->world->accounts[WORLD_ACCOUNT];
    const struct usage_account *got = &other->accounts[WORLD_ACCOUNT];

    for (size_t i = 0; i < in->world->usage.cell_count; i++) {
        same(in, what, in->world->cells[i].credits, other->cells[i].credits);
        same(in, what, in->world->cells[i].events, other->cells[i].events);
    }
    for (size_t i = 0; i < 2 * in->world->catalogue.model_count; i++) {
        same(in, what, in->world->model_cells[i].credits, other->models[i].credits);
        same(in, what, in->world->model_cells[i].events, other->models[i].events);
    }
    for (size_t i = 0; i < USAGE_DAYS_MAX; i++) {
        same(in, what, in->world->usage.sums.days[i].events, other->table.sums.days[i].events);
        same(in, what, in->world->usage.sums.days[i].quantity, other->table.sums.days[i].quantity);
    }
    same(in, what, in->world->usage.sums.edges.first_minute, other->table.sums.edges.first_minute);
    same(in, what, in->world->usage.sums.edges.last_minute, other->table.sums.edges.last_minute);
    same(in, what, in->world->usage.sums.events, other->table.sums.events);
    same(in, what, want->unknown_model, got->unknown_model);
    same(in, what, want->unknown_events, got->unknown_events);
    same(in, what, want->unknown_model < 0 ? 0 : want->unknown_at, got->unknown_model < 0 ? 0 : got->unknown_at);
}

static void check_order(const struct properties *in, uint64_t *state)
{
    static struct other other;
    size_t order[WORLD_EVENTS_MAX];

    other_init(in, &other);
    for (size_t i = 0; i < in->world->event_count; i++) {
        size_t j = (size_t)random_up_to(state, (int64_t)i);
        order[i] = order[j];
        order[j] = i;
    }
    for (size_t i = 0; i < in->world->event_count; i++) {
        usage_add(&other.table, in->world->events[order[i]].event);
    }
    same_usage(in, "R19 order of arrival", &other);
}

/* Three parts whose sums are merged: each rated, noted and taken by itself, in one table. */
static void check_split(const struct properties *in, uint64_t *state)
{
    static struct other all;
    struct usage_month_sums sums[3] = {0};
    struct rate_span spans[3][WORLD_MODELS_MAX] = {0};

    other_init(in, &all);
    for (size_t i = 0; i < in->world->event_count; i++) {
        size_t part = (size_t)random_up_to(state, 2);
        const struct usage_event *event = &in->world->events[i].event;
        struct usage_rated rated = usage_rate(&in->world->catalogue, spans[part], event);

        usage_note(&sums[part], all.table.month_start, all.table.month_end, event);
        usage_take(&all.table, &rated);
    }
    for (size_t i = 0; i < 3; i++) {
        usage_month_sums_merge(&all.table.sums, &sums[i]);
    }
    same_usage(in, "parts merged", &all);
}

void properties_of_bill(const struct properties *in)
{
    check_sums(in);
    check_discounts(in);
}

void properties_of_usage(const struct properties *in, uint64_t *state)
{
    check_order(in, state);
    check_split(in, state);
}
