/*
 * Owns the laying aside of events by parts of accounts.
 */
#include "schema/store_usage_sort.h"

#define EVENTS_AHEAD 8 /* of the one that is added: time for its account to come from memory, and as much for the cells */

void usage_parts_init(struct usage_parts *parts, struct usage_table *table)
{
    parts->table = table;
    parts->account_shift = 0;
    while (table->account_count > 0 && (table->account_count - 1) >> parts->account_shift >= USAGE_PARTS) {
        parts->account_shift++;
    }
    for (size_t i = 0; i < USAGE_PARTS; i++) {
        pthread_mutex_init(&parts->locks[i], NULL);
    }
}

void usage_parts_release(struct usage_parts *parts)
{
    for (size_t i = 0; i < USAGE_PARTS; i++) {
        pthread_mutex_destroy(&parts->locks[i]);
    }
}

void usage_sorter_init(struct usage_sorter *sorter, struct usage_parts *parts)
{
    sorter->parts = parts;
    for (size_t i = 0; i < USAGE_PARTS; i++) {
        sorter->counts[i] = 0;
    }
}

static void part_add(struct usage_sorter *sorter, size_t part)
{
    struct usage_table *table = sorter->parts->table;
    const struct usage_rated *events = sorter->events[part];
    size_t count = sorter->counts[part];

    pthread_mutex_lock(&sorter->parts->locks[part]);
    for (size_t i = 0; i < count + 2 * EVENTS_AHEAD; i++) {
        if (i < count) {
            usage_expect(table, &events[i]);
        }
        if (i >= EVENTS_AHEAD && i - EVENTS_AHEAD < count) {
            usage_expect_cells(table, &events[i - EVENTS_AHEAD]);
        }
        if (i >= 2 * EVENTS_AHEAD) {
            usage_take(table, &events[i - 2 * EVENTS_AHEAD]);
        }
    }
    pthread_mutex_unlock(&sorter->parts->locks[part]);
    sorter->counts[part] = 0;
}

void usage_sorter_put(struct usage_sorter *sorter, const struct usage_rated *event)
{
    size_t part = (size_t)event->account >> sorter->parts->account_shift;

    sorter->events[part][sorter->counts[part]++] = *event;
    if (sorter->counts[part] == USAGE_PART_EVENTS) {
        part_add(sorter, part);
    }
}

void usage_sorter_end(struct usage_sorter *sorter)
{
    for (size_t i = 0; i < USAGE_PARTS; i++) {
        part_add(sorter, i);
    }
}
