/*
 * Adds up what customers were shown.
 */
#include "lib/shown.h"

#include <assert.h>
#include <stdlib.h>

static int64_t capped(int64_t sum)
{
    return sum > CREDITS_MAX ? CREDITS_OVER : sum;
}

static void cell_add(struct shown_cell *cell, struct shown_cell more)
{
    cell->shown = capped(cell->shown + more.shown);
    cell->billed = capped(cell->billed + more.billed);
}

/* The largest difference, then the earliest, then the first stored: whatever the order of arrival. */
static void largest_note(struct shown_account *account, int64_t difference, int64_t at, int64_t key)
{
    int64_t size = llabs(difference);
    int64_t largest = llabs(account->largest);

    if (size > largest || (size == largest && size > 0 &&
                           (at < account->largest_at || (at == account->largest_at && key < account->largest_key)))) {
        account->largest = difference;
        account->largest_at = at;
        account->largest_key = key;
    }
}

void shown_add(struct shown_table *shown, const struct usage_table *table, const struct shown_event *event)
{
    struct shown_account *account = &shown->accounts[event->event.account];
    struct shown_cell more = {event->shown, usage_credits(table->catalogue, event->event)};
    size_t cell = 0;
    assert(event->event.at >= table->month_start && event->event.at < table->month_end);

    if (more.billed == CREDITS_UNKNOWN_MODEL) {
        return;
    }
    account->events++;
    cell_add(&account->sums, more);
    largest_note(account, more.billed - more.shown, event->event.at, event->key);
    if (usage_cell_of(table, event->event.account, event->event.at, &cell)) {
        cell_add(&shown->cells[cell], more);
    }
}

void shown_merge(struct shown_table *shown, const struct shown_table *part, const struct usage_table *table)
{
    for (size_t i = 0; i < table->account_count; i++) {
        const struct shown_account *more = &part->accounts[i];

        if (more->events > 0) {
            shown->accounts[i].events += more->events;
            cell_add(&shown->accounts[i].sums, more->sums);
            largest_note(&shown->accounts[i], more->largest, more->largest_at, more->largest_key);
        }
    }
    for (size_t i = 0; i < table->cell_count; i++) {
        cell_add(&shown->cells[i], part->cells[i]);
    }
}

int64_t shown_instead(int64_t credits, struct shown_cell cell)
{
    assert(cell.billed <= credits);
    return capped(credits - cell.billed + cell.shown);
}
