/*
 * Bills accounts as they were shown.
 */
#include "batch/shown.h"

#include <stdlib.h>

#include "batch/bill_space.h"
#include "batch/room.h"

struct shown_bills {
    const struct store *store;
    int32_t month_number;
    const struct month *month;
    struct usage_id *ids; /* of the events that differ most, by key */
    size_t id_count;
    struct bill_space space;
    struct usage_cell *cells; /* of the account at hand */
    size_t cells_max;
    struct report_shown shown; /* likewise */
};

static enum err_code out_of_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
}

static int by_key(const void *left, const void *right)
{
    int64_t a = ((const struct usage_id *)left)->key;
    int64_t b = ((const struct usage_id *)right)->key;

    return (a > b) - (a < b);
}

/* The ids of all events that differ most in their accounts: in one pass, since they are not found by their keys. */
static enum err_code ids_read(struct shown_bills *bills, struct store *store, struct err *err)
{
    size_t count = 0;
    const struct shown_account *accounts = month_shown(bills->month, &count);
    size_t differ = 0;

    for (size_t i = 0; i < count; i++) {
        differ += accounts[i].largest != 0;
    }
    bills->ids = calloc(differ + 1, sizeof *bills->ids);
    if (bills->ids == NULL) {
        return out_of_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        if (accounts[i].largest != 0) {
            bills->ids[bills->id_count++].key = accounts[i].largest_key;
        }
    }
    if (bills->id_count > 1) {
        qsort(bills->ids, bills->id_count, sizeof *bills->ids, by_key);
    }
    return usage_ids_find(store, bills->month_number, bills->ids, bills->id_count, err);
}

enum err_code shown_bills_open(struct store *store, int32_t month_number, const struct month *month, struct shown_bills **bills,
                               struct err *err)
{
    size_t count = 0;

    *bills = NULL;
    if (month_shown(month, &count) == NULL) {
        return ERR_NONE;
    }
    struct shown_bills *opened = calloc(1, sizeof *opened);
    if (opened == NULL) {
        return out_of_memory(err);
    }
    opened->store = store;
    opened->month_number = month_number;
    opened->month = month;
    if (ids_read(opened, store, err) != ERR_NONE) {
        shown_bills_close(opened);
        return err->code;
    }
    *bills = opened;
    return ERR_NONE;
}

void shown_bills_close(struct shown_bills *bills)
{
    if (bills == NULL) {
        return;
    }
    free(bills->ids);
    bill_space_release(&bills->space);
    free(bills->cells);
    free(bills);
}

/* What was shown is read by itself where the sums of a closed month come from its runs: they are of the same events. */
static enum err_code same_usage(const struct shown_bills *bills, const struct month_account *account, struct err *err)
{
    for (size_t i = 0; i < account->grants.cell_count; i++) {
        if (account->shown_cells[i].billed > account->grants.cells[i].credits) {
            return err_set(err, ERR_DATA, "%s: account '%s' was shown credits of more usage than it has; let 'monthend verify' look at the "
                           "database", store_path(bills->store), account->facts->account_id);
        }
    }
    return ERR_NONE;
}

/* The account's segments as they were shown; false: they come to the same. */
static bool cells_as_shown(struct shown_bills *bills, const struct month_account *account)
{
    bool differ = false;

    for (size_t i = 0; i < account->grants.cell_count; i++) {
        bills->cells[i] = account->grants.cells[i];
        bills->cells[i].credits = shown_instead(bills->cells[i].credits, account->shown_cells[i]);
        differ = differ || bills->cells[i].credits != account->grants.cells[i].credits;
    }
    return differ;
}

static void bill_as_shown(struct shown_bills *bills, const struct month_account *account)
{
    struct timeline timeline;
    const struct bill *billed = account->bill;
    const struct bill as_shown = bill_month(
        (struct bill_in){
            .facts = account->facts,
            .catalogue = month_catalogue(bills->month),
            .policies = month_policies(bills->month),
            .month = bills->month_number,
            .cells = bills->cells,
            .cell_count = account->grants.cell_count,
            .month_events = account->usage.events,
            .unknown_model = -1, /* the account would be held */
        },
        &bills->space.room, &timeline);

    bills->shown.billable = as_shown.status != BILL_HELD;
    bills->shown.total_minor = as_shown.total_minor;
    bills->shown.amount_changed = !bills->shown.billable || as_shown.subtotal_minor != billed->subtotal_minor ||
                                  as_shown.tax_minor != billed->tax_minor;
}

static const char *event_id(const struct shown_bills *bills, const struct shown_account *shown)
{
    struct usage_id wanted = {.key = shown->largest_key};
    const struct usage_id *found =
        shown->largest == 0 ? NULL : bsearch(&wanted, bills->ids, bills->id_count, sizeof *bills->ids, by_key);

    return found == NULL ? "" : found->event_id;
}

enum err_code shown_bill(struct shown_bills *bills, const struct month_account *account, const struct report_shown **shown,
                         struct err *err)
{
    *shown = NULL;
    if (bills == NULL || account->shown == NULL || !account->listed || account->bill->status == BILL_HELD) {
        return ERR_NONE;
    }
    if (bill_space_for(&bills->space, account->facts, err) != ERR_NONE ||
        room_grow(&bills->cells, &bills->cells_max, account->grants.cell_count, sizeof *bills->cells, err) != ERR_NONE ||
        same_usage(bills, account, err) != ERR_NONE) {
        return err->code;
    }
    bills->shown = (struct report_shown){
        .events = account->shown->events,
        .shown = account->shown->sums.shown,
        .billed = account->shown->sums.billed,
        .largest_event = event_id(bills, account->shown),
        .largest_difference = account->shown->largest,
        .billable = true,
        .total_minor = account->bill->total_minor,
    };
    if (cells_as_shown(bills, account)) {
        bill_as_shown(bills, account);
    }
    *shown = &bills->shown;
    return ERR_NONE;
}
