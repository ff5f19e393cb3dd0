/*
 * qsort() as C allows it, for all tests: what compares as equal comes in any order. The C library's own happens to keep
 * it as it was, and no test would notice a result that depends on that. An order that says one thing of two items and not
 * the opposite of the same two the other way round ends the test.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PIECE 64

struct sorting {
    char *items;
    size_t size;
    int (*order)(const void *, const void *);
};

static int compare(const struct sorting *sorting, size_t a, size_t b)
{
    return sorting->order(sorting->items + a * sorting->size, sorting->items + b * sorting->size);
}

static void swap(const struct sorting *sorting, size_t a, size_t b)
{
    char *first = sorting->items + a * sorting->size;
    char *second = sorting->items + b * sorting->size;

    for (size_t at = 0; at < sorting->size; at += PIECE) {
        char piece[PIECE];
        size_t bytes = sorting->size - at < PIECE ? sorting->size - at : PIECE;
        memcpy(piece, first + at, bytes);
        memcpy(first + at, second + at, bytes);
        memcpy(second + at, piece, bytes);
    }
}

/* Of a heap of `count` items, whose first is the greatest, all stand right but the one at `at`. */
static void sink(const struct sorting *sorting, size_t at, size_t count)
{
    for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && compare(sorting, child, child + 1) < 0) {
            child++;
        }
        if (compare(sorting, at, child) >= 0) {
            return;
        }
        swap(sorting, at, child);
        at = child;
    }
}

void qsort(void *items, size_t count, size_t size, int (*order)(const void *, const void *))
{
    struct sorting sorting = {.items = items, .size = size, .order = order};

    for (size_t i = count / 2; i > 0; i--) {
        sink(&sorting, i - 1, count);
    }
    for (size_t last = count; last > 1; last--) {
        swap(&sorting, 0, last - 1);
        sink(&sorting, 0, last - 1);
    }
    for (size_t i = 1; i < count; i++) {
        int there = compare(&sorting, i - 1, i);
        int back = compare(&sorting, i, i - 1);
        assert(there <= 0 && back >= 0 && (there == 0) == (back == 0));
    }
}
