/* Owns the plain scan: one query, stepped row by row. */
#include "tests/schema/plain_scan.h"

#include "lib/calendar.h"
#include "schema/store_internal.h"
#include "schema/store_sql.h"
#include "schema/store_usage_keys.h"

static const char ROWS_SQL[] =
    "WITH voided AS MATERIALIZED (SELECT i.key FROM usage_ids i WHERE i.month BETWEEN ?2 AND ?3 AND EXISTS "
    "(SELECT 1 FROM voids v WHERE v.table_name = 'usage_events' AND v.id = i.event_id AND v.recorded_at <= ?1)) "
    "SELECT key >> 36, account, model, at, quantity, tokens, key IN voided FROM usage_rows "
    "WHERE key >= ?2 << 36 AND key < (?3 + 1) << 36 AND recorded_at <= ?1";

static void row_add(sqlite3_stmt *row, const struct usage_scan *scan, struct usage_table *table,
                    struct usage_counts *counts)
{
    int32_t row_month = month_from_index(sqlite3_column_int(row, 0));
    int32_t account = sqlite3_column_int(row, 1);
    int32_t place = scan->places == NULL ? account : scan->places[account];
    bool counted = row_month == scan->month && place != PLACE_ELSEWHERE;
    bool voided = sqlite3_column_int(row, 6) != 0;

    counts->read += counted;
    counts->voided += counted && voided;
    if (place != PLACE_ELSEWHERE && !voided) {
        bool no_tokens = sqlite3_column_type(row, 5) == SQLITE_NULL;

        usage_add(table, (struct usage_event){
                             .account = place,
                             .model = sqlite3_column_int(row, 2),
                             .at = month_start_ms(row_month) + sqlite3_column_int64(row, 3),
                             .quantity = sqlite3_column_int64(row, 4),
                             .tokens = no_tokens ? TOKENS_NONE : sqlite3_column_int64(row, 5),
                         });
    }
}

/* Row by row what the other scan notes in passing. */
static enum err_code unseen_read(struct store *store, struct usage_scan scan, struct err *err)
{
    static const char SQL[] = "SELECT coalesce(min(iif(recorded_at > ?1, key, NULL)), max(key) + 1, ?2 << 36) "
                              "FROM usage_rows WHERE key >= ?2 << 36 AND key < (?2 + 1) << 36";
    static const char DOING[] = "read the usage";
    sqlite3_stmt *query = NULL;
    bool row = false;
    int32_t first = month_index(scan.month_first);
    enum err_code code = scan.unseen == NULL ? ERR_NONE : sql_prepare(store, SQL, DOING, &query, err);

    for (int32_t month = first; scan.unseen != NULL && code == ERR_NONE && month <= month_index(scan.month); month++) {
        sqlite3_reset(query);
        sql_bind_integer(query, 1, scan.as_of);
        sql_bind_integer(query, 2, month);
        code = sql_step(store, query, DOING, &row, err);
        if (code == ERR_NONE) {
            scan.unseen[month - first] = sqlite3_column_int64(query, 0);
        }
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code plain_scan(struct store *store, struct usage_scan scan, struct usage_table *table, struct usage_counts *counts,
                         struct err *err)
{
    static const char DOING[] = "read the usage";
    struct usage_counts result = {0};
    sqlite3_stmt *query = NULL;
    bool row = true;
    enum err_code code = sql_prepare(store, ROWS_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, scan.as_of);
        sql_bind_integer(query, 2, month_index(scan.month_first));
        sql_bind_integer(query, 3, month_index(scan.month));
    }
    while (code == ERR_NONE && row) {
        code = sql_step(store, query, DOING, &row, err);
        if (code == ERR_NONE && row) {
            row_add(query, &scan, table, &result);
        }
    }
    sqlite3_finalize(query);
    if (code == ERR_NONE) {
        code = unseen_read(store, scan, err);
    }
    if (code == ERR_NONE) {
        *counts = result;
    }
    return code;
}
