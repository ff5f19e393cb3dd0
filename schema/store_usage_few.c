/*
 * Owns the reading of a few accounts' events into a usage table: what a reprocessing asks for.
 */
#include <stdlib.h>

#include "lib/calendar.h"
#include "schema/store_facts.h"
#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_usage.h"
#include "schema/store_usage_keys.h"
#include "schema/store_usage_of.h"
#include "schema/store_usage_parts.h"
#include "schema/store_usage_voided.h"

#define ROWS_NEAR_MAX 200000 /* so many rows are read through as fast as some accounts' are found */
#define ACCOUNTS_SHARE 20    /* of all accounts at most one in so many: finding a row costs about 20 times reading it on the way */

static const char DOING[] = "read the accounts' usage";

/* What runs noted of a month: all rows below the key were known to them, and so at any later as-of. */
static const char SEEN_SQL[] = "SELECT max(u.key) FROM run_usage u JOIN runs r ON r.run = u.run JOIN run_ends e ON e.run = u.run "
                               "AND e.outcome = 'issued' WHERE u.month = ?1 AND r.as_of <= ?2";

struct filling {
    struct usage_scan scan;
    struct usage_table *table;
    const struct rows *voided; /* int64_t keys, ascending */
    struct store *store;
};

static enum err_code row_add(void *context, const struct usage_row *row, struct err *err)
{
    const struct filling *filling = context;

    if ((size_t)row->model >= filling->table->catalogue->model_count) {
        return err_set(err, ERR_DATA, "%s: row %lld of usage_rows is damaged; restore the database from a backup",
                       store_path(filling->store), (long long)row->key);
    }
    int32_t place = usage_place(&filling->scan, row->account);
    if (place != PLACE_ELSEWHERE && !usage_is_voided(filling->voided, row->key)) {
        usage_add(filling->table, (struct usage_event){place, row->model, row->at, row->quantity, row->tokens});
    }
    if (filling->scan.stop != NULL && *filling->scan.stop != 0) {
        return err_set(err, ERR_INTERRUPTED, "%s: interrupted while reading the usage", store_path(filling->store));
    }
    return ERR_NONE;
}

/* How far a month's rows are known, as runs noted it; its first key where none did. */
static enum err_code unseen_read(struct store *store, struct usage_scan scan, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(store, SEEN_SQL, DOING, &query, err);

    for (int32_t i = 0; code == ERR_NONE && i <= month_index(scan.month) - month_index(scan.month_first); i++) {
        int64_t month = month_index(scan.month_first) + i;

        sqlite3_reset(query);
        sql_bind_integer(query, 1, month);
        sql_bind_integer(query, 2, scan.as_of);
        code = sql_step(store, query, DOING, &row, err);
        if (code == ERR_NONE) {
            bool none = sqlite3_column_type(query, 0) == SQLITE_NULL;

            scan.unseen[i] = none ? month << USAGE_KEY_BITS : sqlite3_column_int64(query, 0);
        }
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code usage_scan_few(struct store *store, struct usage_scan scan, struct usage_few few, struct usage_table *table,
                             struct err *err)
{
    struct usage_of of = {scan.month_first, scan.month, few.accounts, few.count, scan.as_of};
    struct rows ranges = {0};
    struct rows voided = {0};
    struct filling filling = {.scan = scan, .table = table, .voided = &voided, .store = store};

    if (usage_ranges(store, scan.month_first, scan.month, &ranges, err) == ERR_NONE &&
        usage_voided(store, &ranges, scan.as_of, &voided, err) == ERR_NONE &&
        usage_of_accounts(store, of, row_add, &filling, err) == ERR_NONE && scan.unseen != NULL) {
        (void)unseen_read(store, scan, err); /* the error is in *err */
    }
    rows_release(&ranges);
    rows_release(&voided);
    return err->code;
}

enum err_code usage_is_near(struct store *store, struct usage_scan scan, struct usage_few few, bool *near, struct err *err)
{
    size_t accounts = 0;
    int64_t rows = 0;
    int64_t uncovered = 0;

    if (accounts_count(store, &accounts, err) != ERR_NONE ||
        usage_rows_estimate(store, scan.month_first, scan.month, &rows, err) != ERR_NONE) {
        return err->code;
    }
    for (int32_t month = scan.month_first; month <= scan.month && err->code == ERR_NONE; month = month_next(month)) {
        int64_t of_month = 0;

        if (usage_rows_uncovered(store, month, &of_month, err) == ERR_NONE) {
            uncovered += of_month;
        }
    }
    *near = uncovered <= ROWS_NEAR_MAX && (rows <= ROWS_NEAR_MAX || few.count * ACCOUNTS_SHARE <= accounts);
    return err->code;
}
