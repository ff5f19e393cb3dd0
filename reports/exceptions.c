/* The list of exceptions. Each row's texts lie in one block, in the order
 * code, account_id, reference, currency, message. */
#include "reports/exceptions.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool texts_copy(struct exception_row *row)
{
    const char **texts[] = {&row->code, &row->account_id, &row->reference, &row->currency, &row->message};
    size_t size = 0;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size += strlen(*texts[i]) + 1;
    }
    char *block = malloc(size);
    if (block == NULL) {
        return false;
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t length = strlen(*texts[i]) + 1;
        memcpy(block, *texts[i], length);
        *texts[i] = block;
        block += length;
    }
    return true;
}

static bool room_make(struct exceptions *exceptions)
{
    if (exceptions->count < exceptions->room) {
        return true;
    }
    size_t room = exceptions->room == 0 ? 64 : 2 * exceptions->room;
    struct exception_row *rows = realloc(exceptions->rows, room * sizeof *rows);
    if (rows == NULL) {
        return false;
    }
    exceptions->rows = rows;
    exceptions->room = room;
    return true;
}

enum err_code exceptions_add(struct exceptions *exceptions, const struct exception_row *row, struct err *err)
{
    struct exception_row copy = *row;

    if (!room_make(exceptions) || !texts_copy(&copy)) {
        return err_set(err, ERR_INTERNAL, "no memory for %zu exceptions", exceptions->count + 1);
    }
    exceptions->rows[exceptions->count++] = copy;
    exceptions->severities[copy.severity]++;
    return ERR_NONE;
}

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare(const void *left, const void *right)
{
    const struct exception_row *a = left;
    const struct exception_row *b = right;
    const int orders[] = {
        strcmp(a->account_id, b->account_id), order((int64_t)a->severity, (int64_t)b->severity),
        strcmp(a->code, b->code),             strcmp(a->reference, b->reference),
        order(a->occurred_at, b->occurred_at), strcmp(a->message, b->message),
        order(a->credits, b->credits),        order(a->amount_minor, b->amount_minor),
        strcmp(a->currency, b->currency),
    };

    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        if (orders[i] != 0) {
            return orders[i];
        }
    }
    return 0;
}

void exceptions_sort(struct exceptions *exceptions)
{
    if (exceptions->count > 1) {
        qsort(exceptions->rows, exceptions->count, sizeof exceptions->rows[0], compare);
    }
}

void exceptions_release(struct exceptions *exceptions)
{
    for (size_t i = 0; i < exceptions->count; i++) {
        union { /* the block is ours: the rows only look at it */
            const char *text;
            void *block;
        } owned = {.text = exceptions->rows[i].code};
        free(owned.block);
    }
    free(exceptions->rows);
    memset(exceptions, 0, sizeof *exceptions);
}

const char *severity_name(enum severity severity)
{
    static const char *const names[] = {"error", "warning", "info"};

    return names[severity];
}
