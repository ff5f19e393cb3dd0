/*
 * Finds the keys of voided usage. Each costs a look into the ids of a month, and a reprocessing asks several times.
 */
#include "schema/store_usage_voided.h"

#include <stdlib.h>
#include <string.h>

#include "schema/store_internal.h"
#include "schema/store_sql.h"
#include "schema/store_usage_keys.h"

static const char DOING[] = "read the usage";

static int by_key(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

bool usage_is_voided(const struct rows *voided, int64_t key)
{
    return voided->count > 0 && bsearch(&key, voided->items, voided->count, sizeof key, by_key) != NULL;
}

static enum err_code key_take(void *context, sqlite3_stmt *row, struct err *err)
{
    void *item = NULL;
    enum err_code code = rows_add(context, sizeof(int64_t), &item, err);

    if (code == ERR_NONE) {
        *(int64_t *)item = sqlite3_column_int64(row, 0);
    }
    return code;
}

static enum err_code voided_collect(struct store *store, sqlite3_stmt *query, int64_t month, struct rows *keys,
                                    struct err *err)
{
    sqlite3_reset(query);
    sql_bind_integer(query, 2, month);
    return sql_each(store, query, DOING, key_take, keys, err);
}

static enum err_code voided_find(struct store *store, const struct rows *ranges, int64_t as_of, struct rows *keys,
                                 struct err *err)
{
    const struct key_range *months = ranges->items;
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(store,
                                     "SELECT i.key FROM voids v CROSS JOIN usage_ids i "
                                     "ON i.month = ?2 AND i.event_id = v.id "
                                     "WHERE v.table_name = 'usage_events' AND v.recorded_at <= ?1",
                                     DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, as_of);
    }
    for (size_t i = 0; i < ranges->count && code == ERR_NONE; i++) {
        code = voided_collect(store, query, months[i].first >> USAGE_KEY_BITS, keys, err);
    }
    sqlite3_finalize(query);
    if (keys->count > 1) {
        qsort(keys->items, keys->count, sizeof(int64_t), by_key);
    }
    return code;
}

/* What was found last. Rows are only added, so that the ends of the ranges and the count of voids say whether any were. */
struct voided {
    int64_t as_of;
    int64_t void_count;
    struct rows ranges;
    struct rows keys;
};

static enum err_code rows_copy(const struct rows *rows, size_t item_bytes, struct rows *copy, struct err *err)
{
    void *item = NULL;

    for (size_t i = 0; i < rows->count; i++) {
        if (rows_add(copy, item_bytes, &item, err) != ERR_NONE) {
            return err->code;
        }
        memcpy(item, (const char *)rows->items + i * item_bytes, item_bytes);
    }
    return ERR_NONE;
}

static bool is_found(const struct voided *found, const struct rows *ranges, int64_t as_of, int64_t void_count)
{
    return found != NULL && found->as_of == as_of && found->void_count == void_count &&
           found->ranges.count == ranges->count &&
           (ranges->count == 0 || memcmp(found->ranges.items, ranges->items, ranges->count * sizeof(struct key_range)) == 0);
}

void usage_voided_drop(struct store *store)
{
    if (store->voided != NULL) {
        rows_release(&store->voided->ranges);
        rows_release(&store->voided->keys);
        free(store->voided);
        store->voided = NULL;
    }
}

static enum err_code voided_again(struct store *store, const struct rows *ranges, int64_t as_of, int64_t void_count,
                                  struct err *err)
{
    usage_voided_drop(store);
    store->voided = calloc(1, sizeof *store->voided);
    if (store->voided == NULL) {
        return no_memory(err);
    }
    store->voided->as_of = as_of;
    store->voided->void_count = void_count;
    if (rows_copy(ranges, sizeof(struct key_range), &store->voided->ranges, err) != ERR_NONE ||
        voided_find(store, ranges, as_of, &store->voided->keys, err) != ERR_NONE) {
        usage_voided_drop(store);
    }
    return err->code;
}

enum err_code usage_voided(struct store *store, const struct rows *ranges, int64_t as_of, struct rows *keys,
                           struct err *err)
{
    struct rows copy = {0};
    int64_t void_count = 0;

    if (sql_integer(store, "SELECT count(*) FROM voids", DOING, &void_count, err) != ERR_NONE ||
        (!is_found(store->voided, ranges, as_of, void_count) &&
         voided_again(store, ranges, as_of, void_count, err) != ERR_NONE)) {
        return err->code;
    }
    if (rows_copy(&store->voided->keys, sizeof(int64_t), &copy, err) == ERR_NONE) {
        *keys = copy;
    } else {
        rows_release(&copy);
    }
    return err->code;
}
