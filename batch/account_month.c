/*
 * One account's month as known at one instant.
 */
#include "batch/account_month.h"

#include <stdlib.h>

#include "lib/calendar.h"
#include "schema/store_catalogue.h"

static enum err_code out_of_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
}

/* Room for the bill; nothing is 0 items large. */
static enum err_code room_open(struct account_month *account, struct err *err)
{
    const struct account_facts *facts = account->facts;

    account->period = (struct timeline_in){facts, &account->catalogue, month_start_ms(account->in.month),
                                           month_end_ms(account->in.month)};
    size_t breaks_max = breakpoints_max(account->period);
    account->room = (struct bill_room){
        .steps = calloc(timeline_steps_max(facts) + 1, sizeof *account->room.steps),
        .balances = calloc(facts->grant_count + 1, sizeof *account->room.balances),
        .used_in_month = calloc(facts->grant_count + 1, sizeof *account->room.used_in_month),
        .lines = calloc(BILL_LINES_MAX, sizeof *account->room.lines),
    };
    account->breaks = calloc(breaks_max, sizeof *account->breaks);
    account->cells = calloc(breaks_max, sizeof *account->cells);
    account->models = calloc(account->catalogue.model_count + 1, sizeof *account->models);
    if (account->room.steps == NULL || account->room.balances == NULL || account->room.used_in_month == NULL ||
        account->room.lines == NULL || account->breaks == NULL || account->cells == NULL || account->models == NULL) {
        return out_of_memory(err);
    }
    return ERR_NONE;
}

/* The account's segments, as a close lays them out for all accounts. */
static void lay_out(struct account_month *account)
{
    account->timeline = timeline_build(account->period, account->room.steps);
    account->break_count = breakpoints(account->period, &account->timeline, account->breaks);
    for (size_t i = 0; i < account->break_count; i++) {
        account->cells[i] = (struct usage_cell){.from = account->breaks[i]};
    }
    account->slot = (struct usage_account){.cell_count = (uint32_t)account->break_count, .unknown_model = -1};
    account->usage = (struct usage_table){
        .catalogue = &account->catalogue,
        .month_start = account->period.month_start,
        .month_end = account->period.month_end,
        .accounts = &account->slot,
        .account_count = 1,
        .cells = account->cells,
        .cell_count = account->break_count,
        .models = account->models,
    };
}

enum err_code account_month_open(struct account_month_in in, struct account_month *account, struct err *err)
{
    struct facts_query query = {
        .catalogue = &account->catalogue, .month = in.month, .as_of = in.as_of, .account_id = in.account_id};

    account->in = in;
    if (catalogue_read(in.store, in.as_of, &account->catalogue, err) != ERR_NONE ||
        policies_read(in.store, in.month, in.as_of, &account->policies, err) != ERR_NONE ||
        facts_open(in.store, query, &account->stream, err) != ERR_NONE ||
        facts_next(account->stream, &account->facts, err) != ERR_NONE || account->facts == NULL ||
        room_open(account, err) != ERR_NONE) {
        return err->code;
    }
    lay_out(account);
    return ERR_NONE;
}

void account_month_release(struct account_month *account)
{
    facts_close(account->stream);
    catalogue_release(&account->catalogue);
    free(account->room.steps);
    free(account->room.balances);
    free(account->room.used_in_month);
    free(account->room.lines);
    free(account->breaks);
    free(account->cells);
    free(account->models);
    *account = (struct account_month){0};
}

int32_t account_month_first(const struct account_month *account)
{
    return month_of(account->breaks[0]);
}

bool account_month_counts(const struct account_month *account, const struct account_event *event)
{
    return event->recorded_at <= account->in.as_of &&
           (event->voided_at == INSTANT_NONE || event->voided_at > account->in.as_of);
}

void account_month_bill(struct account_month *account, const struct account_event *events, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (account_month_counts(account, &events[i])) {
            usage_add(&account->usage, events[i].event);
        }
    }
    account->bill = bill_month(
        (struct bill_in){
            .facts = account->facts,
            .catalogue = &account->catalogue,
            .policies = account->policies,
            .month = account->in.month,
            .cells = account->cells,
            .cell_count = account->break_count,
            .month_events = usage_month_total(&account->usage, 0).events,
            .unknown_model = account->slot.unknown_model,
            .unknown_at = account->slot.unknown_at,
        },
        &account->room, &account->timeline);
}
