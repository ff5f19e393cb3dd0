/* Rows that wait to be written. */
#include "batch/pending.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES (ROWS_AT_ONCE_MAX * 128 + CSV_ROW_BYTES_MAX) /* more than the longest row */

struct kept { /* a row's place in the text: its fields one after the other, each with a NUL */
    int64_t line;
    size_t start;
    size_t field_count;
};

struct pending {
    size_t count;
    size_t used; /* bytes of the text */
    struct kept rows[ROWS_AT_ONCE_MAX];
    struct value values[ROWS_AT_ONCE_MAX][COLUMNS_MAX];
    char text[TEXT_BYTES];
};

struct pending *pending_new(void)
{
    struct pending *pending = malloc(sizeof *pending); /* a small file never touches most of it */

    if (pending != NULL) {
        pending_clear(pending);
    }
    return pending;
}

void pending_free(struct pending *pending)
{
    free(pending);
}

static size_t bytes_of(const struct csv_row *row)
{
    size_t bytes = 0;

    for (size_t i = 0; i < row->field_count; i++) {
        bytes += row->fields[i].length + 1;
    }
    return bytes;
}

bool pending_add(struct pending *pending, const struct csv_row *row, const struct value *values, int value_count)
{
    struct value *kept = pending->values[pending->count];
    char *at = pending->text + pending->used;

    if (pending->count == ROWS_AT_ONCE_MAX || bytes_of(row) > TEXT_BYTES - pending->used) {
        return false;
    }
    pending->rows[pending->count++] = (struct kept){row->line, pending->used, row->field_count};
    memcpy(kept, values, (size_t)value_count * sizeof *values);
    for (size_t i = 0; i < row->field_count; i++) {
        memcpy(at, row->fields[i].text, row->fields[i].length + 1);
        for (int j = 0; j < value_count; j++) {
            if (kept[j].kind == VALUE_TEXT && values[j].text == row->fields[i].text) {
                kept[j].text = at;
            }
        }
        at += row->fields[i].length + 1;
    }
    pending->used = (size_t)(at - pending->text);
    return true;
}

size_t pending_count(const struct pending *pending)
{
    return pending->count;
}

const struct value (*pending_values(const struct pending *pending))[COLUMNS_MAX]
{
    return pending->values;
}

void pending_row(const struct pending *pending, size_t place, struct csv_row *row)
{
    const struct kept *kept = &pending->rows[place];
    const char *at = pending->text + kept->start;

    *row = (struct csv_row){.line = kept->line, .field_count = kept->field_count, .fault = CSV_FAULT_NONE};
    for (size_t i = 0; i < kept->field_count; i++) {
        row->fields[i] = (struct csv_field){at, strlen(at)};
        at += row->fields[i].length + 1;
    }
}

void pending_clear(struct pending *pending)
{
    pending->count = 0;
    pending->used = 0;
}
