/* Rows in memory, by the rules of the database. */
#include "batch/kept_rows.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NONE SIZE_MAX
#define BUCKETS_FIRST 64

struct kept_row {
    struct value values[COLUMNS_MAX]; /* the last is recorded_at */
    char *texts;                      /* what the values point into */
    size_t older;                     /* the row of its bucket that came before it, or NONE */
    bool corrected;                   /* a later row has its key */
};

static enum err_code out_of_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
}

static int last_column(const struct kept_rows *rows)
{
    return rows->table->column_count - 1;
}

static int64_t recorded_at(const struct kept_rows *rows, const struct kept_row *row)
{
    return row->values[last_column(rows)].integer;
}

static bool value_is(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind) {
        return false;
    }
    return a->kind == VALUE_TEXT ? a->length == b->length && memcmp(a->text, b->text, a->length) == 0
                                 : a->kind == VALUE_NULL || a->integer == b->integer;
}

/* Are the key's columns, or those that are neither key nor recorded_at, the same? */
static bool columns_are(const struct kept_rows *rows, const struct value *a, const struct value *b, bool key)
{
    bool are = true;

    for (int i = 0; i < last_column(rows) && are; i++) {
        are = rows->table->columns[i].key != key || value_is(&a[i], &b[i]);
    }
    return are;
}

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < length; i++) { /* FNV-1a */
        hash = (hash ^ at[i]) * UINT64_C(0x100000001B3);
    }
    return hash;
}

static size_t bucket_of(const struct kept_rows *rows, const struct value *values)
{
    uint64_t hash = UINT64_C(0xCBF29CE484222325);

    for (int i = 0; i < last_column(rows); i++) {
        const struct value *value = &values[i];
        if (!rows->table->columns[i].key || value->kind == VALUE_NULL) {
            continue;
        }
        hash = value->kind == VALUE_TEXT ? hash_bytes(hash, value->text, value->length)
                                         : hash_bytes(hash, &value->integer, sizeof value->integer);
    }
    return (size_t)hash & (rows->bucket_count - 1);
}

static void bucket_add(struct kept_rows *rows, size_t index)
{
    size_t *bucket = &rows->buckets[bucket_of(rows, rows->rows[index].values)];

    rows->rows[index].older = *bucket == 0 ? NONE : *bucket - 1;
    *bucket = index + 1;
}

/* Room for one more row. */
static enum err_code room_for_row(struct kept_rows *rows, struct err *err)
{
    if (rows->count < rows->capacity) {
        return ERR_NONE;
    }
    size_t capacity = rows->capacity == 0 ? BUCKETS_FIRST : 2 * rows->capacity;
    struct kept_row *grown = realloc(rows->rows, capacity * sizeof *grown);
    rows->rows = grown == NULL ? rows->rows : grown;
    size_t *buckets = calloc(capacity, sizeof *buckets);
    if (grown == NULL || buckets == NULL) {
        free(buckets);
        return out_of_memory(err);
    }
    free(rows->buckets);
    rows->buckets = buckets;
    rows->bucket_count = capacity; /* a power of 2 */
    rows->capacity = capacity;
    for (size_t i = 0; i < rows->count; i++) {
        bucket_add(rows, i);
    }
    return ERR_NONE;
}

/* The newest row of the key: rows of a key come in order of recorded_at. */
static struct kept_row *newest_of(const struct kept_rows *rows, const struct value *values)
{
    for (size_t at = rows->bucket_count == 0 ? 0 : rows->buckets[bucket_of(rows, values)]; at != 0;
         at = rows->rows[at - 1].older + 1) { /* NONE + 1 is 0 */
        if (columns_are(rows, rows->rows[at - 1].values, values, true)) {
            return &rows->rows[at - 1];
        }
    }
    return NULL;
}

/* Is the row there already: with this recorded_at, or as the newest? */
static bool is_duplicate(const struct kept_rows *rows, const struct value *values, int64_t recorded)
{
    const struct kept_row *newest = newest_of(rows, values);

    if (newest != NULL && columns_are(rows, newest->values, values, false)) {
        return true;
    }
    for (size_t at = rows->bucket_count == 0 ? 0 : rows->buckets[bucket_of(rows, values)]; at != 0;
         at = rows->rows[at - 1].older + 1) {
        const struct kept_row *row = &rows->rows[at - 1];
        if (recorded_at(rows, row) == recorded && columns_are(rows, row->values, values, true) &&
            columns_are(rows, row->values, values, false)) {
            return true;
        }
    }
    return false;
}

static bool has_recorded_at(const struct kept_rows *rows, const struct value *values, int64_t recorded)
{
    for (size_t at = rows->bucket_count == 0 ? 0 : rows->buckets[bucket_of(rows, values)]; at != 0;
         at = rows->rows[at - 1].older + 1) {
        const struct kept_row *row = &rows->rows[at - 1];
        if (recorded_at(rows, row) == recorded && columns_are(rows, row->values, values, true)) {
            return true;
        }
    }
    return false;
}

static bool text_is(const struct value *value, const char *text)
{
    return value->length == strlen(text) && memcmp(value->text, text, value->length) == 0;
}

/* What the table of plans refuses, in its words, or NULL. */
static const char *plan_refused(const struct kept_rows *rows, const struct value *values, const struct kept_row *newest)
{
    const struct value *plan = &values[kept_rows_column(rows, "plan")];
    int rank = kept_rows_column(rows, "rank");

    if (newest != NULL && newest->values[rank].integer != values[rank].integer) {
        return "conflict: a correction cannot change rank";
    }
    if (text_is(plan, "free") != (values[rank].integer == 0)) {
        return "conflict: free has rank 0, and no other plan";
    }
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->rows[i].values[rank].integer == values[rank].integer &&
            !columns_are(rows, rows->rows[i].values, values, true)) {
            return "conflict: another plan has this rank";
        }
    }
    return NULL;
}

static const char *price_refused(const struct kept_rows *rows, const struct value *values)
{
    if (text_is(&values[kept_rows_column(rows, "plan")], "free") &&
        values[kept_rows_column(rows, "monthly_price")].integer != 0) {
        return "the plan free costs nothing: its price is 0 (R2)";
    }
    return NULL;
}

/* Why the row cannot be taken, in the words of the database, or NULL. */
static const char *refused(const struct kept_rows *rows, const struct value *values, int64_t recorded)
{
    const struct kept_row *newest = newest_of(rows, values);

    if (has_recorded_at(rows, values, recorded)) {
        return "conflict: the same key and recorded_at are there with other content";
    }
    if (newest != NULL && recorded_at(rows, newest) > recorded) {
        return "conflict: a newer version of this key is there, and history is not rewritten";
    }
    if (strcmp(rows->table->name, "plans") == 0) {
        return plan_refused(rows, values, newest);
    }
    return strcmp(rows->table->name, "plan_prices") == 0 ? price_refused(rows, values) : NULL;
}

static enum err_code row_keep(struct kept_rows *rows, const struct value *values, int64_t recorded, struct err *err)
{
    struct kept_row row = {.corrected = false};
    size_t bytes = 0;

    if (room_for_row(rows, err) != ERR_NONE) {
        return err->code;
    }
    for (int i = 0; i < last_column(rows); i++) {
        bytes += values[i].kind == VALUE_TEXT ? values[i].length + 1 : 0;
    }
    row.texts = malloc(bytes + 1);
    if (row.texts == NULL) {
        return out_of_memory(err);
    }
    char *at = row.texts;
    for (int i = 0; i < last_column(rows); i++) {
        row.values[i] = values[i];
        if (values[i].kind == VALUE_TEXT) {
            row.values[i].text = at;
            memcpy(at, values[i].text, values[i].length);
            at[values[i].length] = '\0';
            at += values[i].length + 1;
        }
    }
    row.values[last_column(rows)] = (struct value){.kind = VALUE_INTEGER, .integer = recorded};
    rows->rows[rows->count++] = row;
    bucket_add(rows, rows->count - 1);
    return ERR_NONE;
}

enum err_code kept_rows_write(struct kept_rows *rows, const struct value *values, int64_t stamp,
                              struct row_result *result, struct err *err)
{
    const struct value *given = &values[last_column(rows)];
    int64_t recorded = given->kind == VALUE_NULL ? stamp : given->integer;

    *result = (struct row_result){.outcome = ROW_DUPLICATE};
    if (is_duplicate(rows, values, recorded)) {
        return ERR_NONE;
    }
    const char *why = refused(rows, values, recorded);
    if (why != NULL) {
        result->outcome = ROW_CONFLICT;
        snprintf(result->reason, sizeof result->reason, "%s", why);
        return ERR_NONE;
    }
    struct kept_row *newest = newest_of(rows, values);
    result->outcome = newest == NULL ? ROW_INSERTED : ROW_CORRECTED;
    if (newest != NULL) {
        newest->corrected = true;
    }
    return row_keep(rows, values, recorded, err);
}

const struct value *kept_rows_newest(const struct kept_rows *rows, size_t index)
{
    assert(index < rows->count);

    return rows->rows[index].corrected ? NULL : rows->rows[index].values;
}

int kept_rows_column(const struct kept_rows *rows, const char *name)
{
    int column = 0;

    while (column < rows->table->column_count && strcmp(rows->table->columns[column].name, name) != 0) {
        column++;
    }
    assert(column < rows->table->column_count);
    return column;
}

void kept_rows_release(struct kept_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->rows[i].texts);
    }
    free(rows->rows);
    free(rows->buckets);
    *rows = (struct kept_rows){.table = rows->table};
}
