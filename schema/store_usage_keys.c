/*
 * Finds the keys of usage: a month is a range.
 */
#include "schema/store_usage_keys.h"

#include <stdlib.h>

#include "lib/calendar.h"
#include "schema/store_internal.h"
#include "schema/store_sql.h"
#include "schema/store_usage.h"

static const char DOING[] = "read the usage";

/* The greatest key in [first, end), or -1. */
static enum err_code greatest_key(struct store *store, sqlite3_stmt *query, struct key_range range, int64_t *key,
                                  struct err *err)
{
    bool row = false;

    sqlite3_reset(query);
    sql_bind_integer(query, 1, range.first);
    sql_bind_integer(query, 2, range.end);
    enum err_code code = sql_step(store, query, DOING, &row, err);
    if (code == ERR_NONE) {
        bool none = !row || sqlite3_column_type(query, 0) == SQLITE_NULL;

        *key = none ? -1 : sqlite3_column_int64(query, 0);
        if (!none && (*key < range.first || *key >= range.end)) { /* it would be found again and again */
            code = sql_damaged(store, "the rows of usage_rows are out of order", err);
        }
    }
    return code;
}

static void ranges_reverse(struct rows *ranges)
{
    struct key_range *items = ranges->items;

    for (size_t i = 0; i < ranges->count / 2; i++) {
        struct key_range other = items[ranges->count - 1 - i];

        items[ranges->count - 1 - i] = items[i];
        items[i] = other;
    }
}

/* From the last month backwards: each step finds the latest row before, and so its month. */
static enum err_code ranges_collect(struct store *store, sqlite3_stmt *query, struct key_range all,
                                    struct rows *ranges, struct err *err)
{
    int64_t key = 0;
    void *item = NULL;
    enum err_code code = greatest_key(store, query, all, &key, err);

    while (code == ERR_NONE && key >= 0) {
        int64_t month_first = key >> USAGE_KEY_BITS << USAGE_KEY_BITS;

        code = rows_add(ranges, sizeof(struct key_range), &item, err);
        if (code == ERR_NONE) {
            *(struct key_range *)item = (struct key_range){month_first, key + 1};
            code = greatest_key(store, query, (struct key_range){all.first, month_first}, &key, err);
        }
    }
    return code;
}

enum err_code usage_ranges(struct store *store, int32_t month_first, int32_t month, struct rows *ranges,
                           struct err *err)
{
    struct key_range all = {
        .first = (int64_t)month_index(month_first) << USAGE_KEY_BITS,
        .end = ((int64_t)month_index(month) + 1) << USAGE_KEY_BITS,
    };
    struct rows found = {0};
    sqlite3_stmt *query = NULL;
    enum err_code code =
        sql_prepare(store, "SELECT max(key) FROM usage_rows WHERE key >= ?1 AND key < ?2", DOING, &query, err);

    if (code == ERR_NONE) {
        code = ranges_collect(store, query, all, &found, err);
    }
    sqlite3_finalize(query);
    if (code != ERR_NONE) {
        rows_release(&found);
        return code;
    }
    ranges_reverse(&found);
    *ranges = found;
    return ERR_NONE;
}

enum err_code usage_has_shown(struct store *store, const struct rows *ranges, bool *has, struct err *err)
{
    static const char SQL[] = "SELECT EXISTS (SELECT 1 FROM usage_rows INDEXED BY usage_rows_shown "
                              "WHERE credits_shown IS NOT NULL AND key >= ?1 AND key < ?2)";
    const struct key_range *months = ranges->items;
    sqlite3_stmt *query = NULL;
    bool found = false;
    bool row = false;
    enum err_code code = sql_prepare(store, SQL, DOING, &query, err);

    for (size_t i = 0; i < ranges->count && code == ERR_NONE && !found; i++) {
        sqlite3_reset(query);
        sql_bind_integer(query, 1, months[i].first);
        sql_bind_integer(query, 2, months[i].end);
        code = sql_step(store, query, DOING, &row, err);
        found = code == ERR_NONE && row && sqlite3_column_int(query, 0) != 0;
    }
    sqlite3_finalize(query);
    if (code == ERR_NONE) {
        *has = found;
    }
    return code;
}

enum err_code usage_rows_estimate(struct store *store, int32_t month_first, int32_t month, int64_t *rows,
                                  struct err *err)
{
    struct rows ranges = {0};
    int64_t sum = 0;
    enum err_code code = usage_ranges(store, month_first, month, &ranges, err);

    if (code == ERR_NONE) {
        const struct key_range *months = ranges.items;

        for (size_t i = 0; i < ranges.count; i++) {
            sum += months[i].end - months[i].first;
        }
        *rows = sum;
    }
    rows_release(&ranges);
    return code;
}
