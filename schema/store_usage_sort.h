/*
 * store_usage_sort.h - rated events on their way from the threads that read them
 * into the one table of all accounts (lib/usage.h).
 *
 * The accounts' sums lie all over the memory, and two threads must not add to
 * one account at once. So the table is in parts of accounts, each small enough
 * for the processor's cache; a thread lays its events aside by part, and adds
 * those of a part together, under the part's lock, when there are enough of
 * them. Nothing is kept twice, however many threads there are, and the sums are
 * the same in any order. For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_USAGE_SORT_H
#define MONTHEND_SCHEMA_STORE_USAGE_SORT_H

#include <pthread.h>

#include "lib/usage.h"

#define USAGE_PARTS 64
#define USAGE_PART_EVENTS 256 /* laid aside before they are added */

/* The table that all threads add to. */
struct usage_parts {
    struct usage_table *table;
    int account_shift; /* which part an account is in: its number shifted by so many bits */
    pthread_mutex_t locks[USAGE_PARTS];
};

/* One thread's events that are laid aside. About 400 KB. */
struct usage_sorter {
    struct usage_parts *parts;
    size_t counts[USAGE_PARTS];
    struct usage_rated events[USAGE_PARTS][USAGE_PART_EVENTS];
};

void usage_parts_init(struct usage_parts *parts, struct usage_table *table);
void usage_parts_release(struct usage_parts *parts);

void usage_sorter_init(struct usage_sorter *sorter, struct usage_parts *parts);
void usage_sorter_put(struct usage_sorter *sorter, const struct usage_rated *event);
void usage_sorter_end(struct usage_sorter *sorter); /* add what is still laid aside */

#endif
