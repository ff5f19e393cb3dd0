/*
 * Owns the reading of run_usage.
 */
#include "schema/store_usage_seen.h"

#include "lib/calendar.h"
#include "schema/store_sql.h"
#include "schema/store_usage_keys.h"

static const char SQL[] = "SELECT month, key FROM run_usage WHERE run = ?1 ORDER BY month";

struct reading {
    const struct store *store;
    struct rows *seen;
};

static enum err_code seen_take(void *context, sqlite3_stmt *row, struct err *err)
{
    const struct reading *reading = context;
    int64_t index = sqlite3_column_int64(row, 0);
    int64_t key = sqlite3_column_int64(row, 1);
    void *item = NULL;

    if (index < 0 || index > MONTH_INDEX_MAX || key >> USAGE_KEY_BITS < index || key >> USAGE_KEY_BITS > index + 1) {
        return sql_damaged(reading->store, "a row of run_usage is of no month", err);
    }
    if (rows_add(reading->seen, sizeof(struct usage_seen), &item, err) == ERR_NONE) {
        *(struct usage_seen *)item = (struct usage_seen){month_from_index((int32_t)index), key};
    }
    return err->code;
}

enum err_code usage_seen_read(struct store *store, int32_t run, const char *doing, struct rows *seen, struct err *err)
{
    struct reading reading = {store, seen};
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(store, SQL, doing, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, run);
        code = sql_each(store, query, doing, seen_take, &reading, err);
    }
    sqlite3_finalize(query);
    return code;
}
