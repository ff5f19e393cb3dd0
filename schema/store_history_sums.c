/*
 * Owns the sums of the lines issued for a month.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arith.h"
#include "schema/store_history.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

static const char DOING[] = "add up the lines of the month before";

/* The country is of the statement that the line's own run made. */
static const char LINES_SQL[] =
    "SELECT l.kind, l.plan, s.country, d.currency, l.amount "
    "FROM runs r JOIN run_ends e ON e.run = r.run AND e.outcome = 'issued' CROSS JOIN documents d ON d.run = r.run "
    "CROSS JOIN document_lines l ON l.document = d.document "
    "LEFT JOIN statements s ON s.run = d.run AND s.account_id = d.account_id "
    "WHERE r.month = ?1 AND r.as_of < ?2";

static int key_order(const struct revenue_sum *left, const struct revenue_sum *right)
{
    int order = (left->kind > right->kind) - (left->kind < right->kind);

    order = order != 0 ? order : strcmp(left->plan, right->plan);
    order = order != 0 ? order : strcmp(left->country, right->country);
    return order != 0 ? order : strcmp(left->currency, right->currency);
}

/* Where the key is or belongs. */
static size_t place_of(const struct rows *sums, const struct revenue_sum *key)
{
    const struct revenue_sum *items = sums->items;
    size_t low = 0;
    size_t high = sums->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (key_order(&items[middle], key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The sum of this key, made where it is missing; NULL: no memory. */
static struct revenue_sum *sum_of(struct rows *sums, const struct revenue_sum *key, struct err *err)
{
    size_t place = place_of(sums, key);
    struct revenue_sum *items = sums->items;
    void *end = NULL;

    if (place < sums->count && key_order(&items[place], key) == 0) {
        return &items[place];
    }
    if (rows_add(sums, sizeof *items, &end, err) != ERR_NONE) {
        return NULL;
    }
    items = sums->items;
    memmove(&items[place + 1], &items[place], (sums->count - 1 - place) * sizeof *items);
    items[place] = *key;
    return &items[place];
}

static enum err_code line_take(struct store *store, struct rows *sums, sqlite3_stmt *row, struct err *err)
{
    struct revenue_sum key = {.kind = LINE_PLAN};

    if (!line_kind_find(sql_text(row, 0), &key.kind)) {
        return err_set(err, ERR_DATA, "%s: cannot %s: there is no kind '%s' of line; restore the database from a backup",
                       store_path(store), DOING, sql_text(row, 0));
    }
    snprintf(key.plan, sizeof key.plan, "%s", sql_text(row, 1));
    snprintf(key.country, sizeof key.country, "%s", sql_text(row, 2));
    snprintf(key.currency, sizeof key.currency, "%s", sql_text(row, 3));
    struct revenue_sum *sum = sum_of(sums, &key, err);
    if (sum == NULL) {
        return err->code;
    }
    sum->lines++;
    if (!arith_add(sum->amount_minor, sqlite3_column_int64(row, 4), &sum->amount_minor)) {
        return err_set(err, ERR_DATA, "%s: cannot %s: more than fits", store_path(store), DOING);
    }
    return ERR_NONE;
}

enum err_code history_sums(struct store *store, int32_t month, int64_t as_of, struct revenue_sum **sums, size_t *count,
                           struct err *err)
{
    struct rows list = {0};
    sqlite3_stmt *query = NULL;
    bool row = true;
    enum err_code code = sql_prepare(store, LINES_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, month);
        sql_bind_integer(query, 2, as_of);
    }
    while (code == ERR_NONE && row) {
        code = sql_step(store, query, DOING, &row, err);
        if (code == ERR_NONE && row) {
            code = line_take(store, &list, query, err);
        }
    }
    sqlite3_finalize(query);
    if (code != ERR_NONE) {
        rows_release(&list);
        return code;
    }
    *sums = list.items;
    *count = list.count;
    return ERR_NONE;
}
