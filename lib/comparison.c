/*
 * Two lists of lines beside each other.
 */
#include "lib/comparison.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_told_by_words(const struct compared_line *line)
{
    return strcmp(line->kind, "tax") == 0 || strcmp(line->kind, "adjustment") == 0;
}

/* 0: about the same thing. */
static int order_subject(const struct compared_line *a, const struct compared_line *b)
{
    int order = strcmp(a->kind, b->kind);

    if (order == 0) {
        order = strcmp(a->plan, b->plan);
    }
    if (order == 0) {
        order = strcmp(a->currency, b->currency);
    }
    return order == 0 && is_told_by_words(a) ? strcmp(a->description, b->description) : order;
}

static int order_content(const struct compared_line *a, const struct compared_line *b)
{
    int order = (a->amount_minor > b->amount_minor) - (a->amount_minor < b->amount_minor);

    if (order == 0) {
        order = strcmp(a->quantity, b->quantity);
    }
    if (order == 0) {
        order = strcmp(a->unit, b->unit);
    }
    return order == 0 ? strcmp(a->unit_price, b->unit_price) : order;
}

/* Lines of one list: of equal ones the earlier comes first. */
static int order_lines(const void *left, const void *right)
{
    const struct compared_line *a = *(const struct compared_line *const *)left;
    const struct compared_line *b = *(const struct compared_line *const *)right;
    int order = order_subject(a, b);

    if (order == 0) {
        order = order_content(a, b);
    }
    return order != 0 ? order : (a > b) - (a < b);
}

static void sort(const struct compared_line *lines, size_t count, const struct compared_line **sorted)
{
    for (size_t i = 0; i < count; i++) {
        sorted[i] = &lines[i];
    }
    if (count > 1) {
        qsort(sorted, count, sizeof *sorted, order_lines);
    }
}

/* The pairs under way. Lines that found their equal leave the sorted lists as NULL. */
struct pairing {
    struct comparison_in in;
    const struct compared_line **first; /* sorted */
    const struct compared_line **second;
    struct compared_pair *pairs;
    size_t count;
};

static void pair_add(struct pairing *pairing, enum change change, const struct compared_line *first,
                     const struct compared_line *second)
{
    pairing->pairs[pairing->count++] = (struct compared_pair){change, first, second};
}

/* Both lists are sorted by subject and content: equal lines meet. */
static void pair_equals(struct pairing *pairing)
{
    size_t i = 0;
    size_t j = 0;

    while (i < pairing->in.first_count && j < pairing->in.second_count) {
        int order = order_subject(pairing->first[i], pairing->second[j]);
        if (order == 0) {
            order = order_content(pairing->first[i], pairing->second[j]);
        }
        if (order == 0) {
            pair_add(pairing, CHANGE_NONE, pairing->first[i], pairing->second[j]);
            pairing->first[i] = pairing->second[j] = NULL;
        }
        i += order <= 0;
        j += order >= 0;
    }
}

/* Close the gaps that pair_equals() left; the order stays. */
static size_t compact(const struct compared_line **sorted, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (sorted[i] != NULL) {
            sorted[kept++] = sorted[i];
        }
    }
    return kept;
}

static void pair_rest(struct pairing *pairing)
{
    size_t first_count = compact(pairing->first, pairing->in.first_count);
    size_t second_count = compact(pairing->second, pairing->in.second_count);
    size_t i = 0;
    size_t j = 0;

    while (i < first_count || j < second_count) {
        int order = i == first_count ? 1 : j == second_count ? -1 : order_subject(pairing->first[i], pairing->second[j]);
        enum change change = order < 0 ? CHANGE_ONLY_FIRST : order > 0 ? CHANGE_ONLY_SECOND : CHANGE_CHANGED;

        pair_add(pairing, change, order <= 0 ? pairing->first[i] : NULL, order >= 0 ? pairing->second[j] : NULL);
        i += order <= 0;
        j += order >= 0;
    }
}

/* Where a pair is shown: by its place in its own list, the first list before the second. */
static int order_pairs(const void *left, const void *right)
{
    const struct compared_pair *a = left, *b = right;

    if ((a->first == NULL) != (b->first == NULL)) {
        return a->first == NULL ? 1 : -1;
    }
    return a->first != NULL ? (a->first > b->first) - (a->first < b->first) : (a->second > b->second) - (a->second < b->second);
}

size_t comparison(struct comparison_in in, struct comparison_room room)
{
    struct pairing pairing = {in, room.sorted, room.sorted + in.first_count, room.pairs, 0};

    sort(in.first, in.first_count, pairing.first);
    sort(in.second, in.second_count, pairing.second);
    pair_equals(&pairing);
    pair_rest(&pairing);
    if (pairing.count > 1) {
        qsort(room.pairs, pairing.count, sizeof *room.pairs, order_pairs);
    }
    return pairing.count;
}

const char *change_name(enum change change)
{
    static const char *const NAMES[] = {"same", "only_first", "only_second", "changed"};

    return NAMES[change];
}
