/*
 * Questions about all accounts at once: their numbers, the rows that no
 * account owns, upstream's own totals.
 */
#include "schema/store_facts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "schema/store_account_sound.h"
#include "schema/store_internal.h"
#include "schema/store_known.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

/* Numbers start at 1; 0 is nobody's. */
/*
 * 0: they are not numbered from 1, or more than the pages have room for (8 bytes a row at the least): nobody makes room for as
 * many as a damaged row says.
 */
static const char COUNT_SQL[] =
    "SELECT iif(least = 1 AND most <= (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size) / 8, most + 1, "
    "least IS NULL) FROM (SELECT (SELECT min(account) FROM account_ids) AS least, (SELECT max(account) FROM account_ids) AS most)";

enum err_code accounts_count(struct store *store, size_t *count, struct err *err)
{
    int64_t value = 0;
    enum err_code code = sql_integer(store, COUNT_SQL, "count the accounts", &value, err);

    if (code == ERR_NONE && value == 0) {
        code = sql_damaged(store, "the numbers of account_ids are not 1, 2, 3 ...", err);
    }
    if (code == ERR_NONE) {
        *count = (size_t)value;
    }
    return code;
}

enum err_code account_id_of(struct store *store, int32_t account, char *id, struct err *err)
{
    static const char DOING[] = "read an account's id";
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code =
        sql_prepare(store, "SELECT account_id FROM account_ids WHERE account = ?1", DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, account);
        code = sql_step(store, query, DOING, &row, err);
    }
    if (code == ERR_NONE && !row) {
        code = err_set(err, ERR_DATA, "%s: account number %d has no id; restore the database from a backup",
                       store->path, (int)account);
    }
    if (code == ERR_NONE) {
        snprintf(id, ID_BYTES_MAX + 1, "%s", sql_text(query, 0));
    }
    sqlite3_finalize(query);
    return code;
}

static const char READING_IDS[] = "read the accounts' ids";

struct ids_visit {
    account_id_visit visit;
    void *context;
    struct store *store;
    size_t account_count;
};

static enum err_code id_visit(void *context, sqlite3_stmt *row, struct err *err)
{
    const struct ids_visit *ids = context;
    int32_t account = 0;

    return account_column(ids->store, row, 0, ids->account_count, &account, err) == ERR_NONE
               ? ids->visit(ids->context, account, sql_text(row, 1), err)
               : err->code;
}

enum err_code account_ids(struct store *store, account_id_visit visit, void *context, struct err *err)
{
    struct ids_visit ids = {.visit = visit, .context = context, .store = store};
    sqlite3_stmt *query = NULL;
    enum err_code code = accounts_count(store, &ids.account_count, err);

    if (code == ERR_NONE) {
        code = sql_prepare(store, "SELECT account, account_id FROM account_ids", READING_IDS, &query, err);
    }
    if (code == ERR_NONE) {
        code = sql_each(store, query, READING_IDS, id_visit, &ids, err);
    }
    sqlite3_finalize(query);
    return code;
}

struct account_numbers {
    struct store *store;
    size_t account_count;
    sqlite3_stmt *query;
};

enum err_code account_numbers_open(struct store *store, struct account_numbers **numbers, struct err *err)
{
    struct account_numbers *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return no_memory(err);
    }
    opened->store = store;
    if (accounts_count(store, &opened->account_count, err) != ERR_NONE ||
        sql_prepare(store, "SELECT account FROM account_ids WHERE account_id = ?1", READING_IDS, &opened->query, err) != ERR_NONE) {
        free(opened);
        return err->code;
    }
    *numbers = opened;
    return ERR_NONE;
}

void account_numbers_close(struct account_numbers *numbers)
{
    if (numbers != NULL) {
        sqlite3_finalize(numbers->query);
        free(numbers);
    }
}

enum err_code account_number(struct account_numbers *numbers, const char *account_id, int32_t *account, struct err *err)
{
    bool row = false;

    sqlite3_reset(numbers->query);
    sql_bind_text(numbers->query, 1, account_id);
    enum err_code code = sql_step(numbers->store, numbers->query, READING_IDS, &row, err);
    *account = 0;
    return code == ERR_NONE && row ? account_column(numbers->store, numbers->query, 0, numbers->account_count, account, err) : code;
}

enum err_code first_account_created(struct store *store, int64_t as_of, int64_t *created_at, struct err *err)
{
    static const char DOING[] = "read the accounts";
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code =
        sql_prepare(store, "SELECT created_at FROM accounts t WHERE " KNOWN("accounts", "account_id")
                           "ORDER BY created_at LIMIT 1",
                    DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, as_of);
        code = sql_step(store, query, DOING, &row, err);
    }
    if (code == ERR_NONE) {
        *created_at = row ? sqlite3_column_int64(query, 0) : INSTANT_NONE;
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code account_ids_with(struct store *store, const char *prefix, int ids_max, account_id_offer offer, void *context,
                               struct err *err)
{
    static const char DOING[] = "read the account_ids";
    sqlite3_stmt *query = NULL;
    bool row = true;
    enum err_code code = sql_prepare(
        store, "SELECT DISTINCT account_id FROM accounts WHERE account_id >= ?1 ORDER BY account_id", DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_text(query, 1, prefix);
    }
    for (int i = 0; code == ERR_NONE && i < ids_max; i++) {
        code = sql_step(store, query, DOING, &row, err);
        if (code != ERR_NONE || !row || strncmp(sql_text(query, 0), prefix, strlen(prefix)) != 0) {
            break; /* those that begin with it stand together */
        }
        offer(context, sql_text(query, 0));
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code source_totals(struct store *store, int32_t month, int64_t as_of,
                            struct source_total totals[SOURCE_TOTALS_MAX], size_t *count, struct err *err)
{
    static const char DOING[] = "read the source totals";
    struct source_total found[SOURCE_TOTALS_MAX];
    size_t found_count = 0;
    sqlite3_stmt *query = NULL;
    bool row = true;
    enum err_code code = sql_prepare(store,
                                     "SELECT day, events, quantity FROM source_totals t WHERE day BETWEEN ?2 AND ?3 "
                                     "AND " KNOWN("source_totals", "day") "ORDER BY day",
                                     DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, as_of);
        sql_bind_integer(query, 2, (int64_t)month * 100 + 1);
        sql_bind_integer(query, 3, (int64_t)month * 100 + SOURCE_TOTALS_MAX);
    }
    while (code == ERR_NONE && row && found_count < SOURCE_TOTALS_MAX) {
        code = sql_step(store, query, DOING, &row, err);
        if (code == ERR_NONE && row) {
            found[found_count++] = (struct source_total){
                .day = sqlite3_column_int(query, 0),
                .events = sqlite3_column_int64(query, 1),
                .quantity = sqlite3_column_int64(query, 2),
            };
            if (!day_valid(found[found_count - 1].day) || found[found_count - 1].events < 0 || found[found_count - 1].quantity < 0) {
                code = sql_damaged(store, "a row of source_totals cannot be", err);
            }
        }
    }
    sqlite3_finalize(query);
    if (code != ERR_NONE) {
        return code;
    }
    for (size_t i = 0; i < found_count; i++) {
        totals[i] = found[i];
    }
    *count = found_count;
    return ERR_NONE;
}

/* One table's part of the orphans: those known at ?1 that take effect before ?2, or in a month up to ?3. */
#define ORPHANS(table, key, at, until)                                                                                 \
    "SELECT t.account_id, '" table "', t." key ", " at " FROM unknown u CROSS JOIN " table                             \
    " t ON t.account_id = u.account_id WHERE " until " AND " KNOWN(table, key) NOT_VOIDED(table, key)

static const char ORPHANS_SQL[] =
    "WITH unknown AS MATERIALIZED (SELECT i.account_id FROM account_ids i WHERE NOT EXISTS "
    "(SELECT 1 FROM accounts a WHERE a.account_id = i.account_id AND a.recorded_at <= ?1)) "
    ORPHANS("adjustments", "adjustment_id", "NULL", "t.month <= ?3")
    "UNION ALL " ORPHANS("billing_addresses", "address_id", "t.effective_at", "t.effective_at < ?2")
    "UNION ALL " ORPHANS("credit_grants", "grant_id", "t.starts_at", "t.starts_at < ?2")
    "UNION ALL " ORPHANS("overage_settings", "setting_id", "t.effective_at", "t.effective_at < ?2")
    "UNION ALL " ORPHANS("payments", "payment_id", "t.collected_at", "t.month <= ?3")
    "UNION ALL " ORPHANS("plan_changes", "change_id", "t.effective_at", "t.effective_at < ?2")
    "ORDER BY 1, 2, 3";

/* Of accounts created at ?4 or later: adjustments in a month before that, up to ?3. */
static const char EARLY_ADJUSTMENTS_SQL[] =
    "SELECT t.account_id, 'adjustments', t.adjustment_id, NULL FROM adjustments t CROSS JOIN accounts c "
    "ON c.account_id = t.account_id AND c.recorded_at = (SELECT max(k.recorded_at) FROM accounts k "
    "WHERE k.account_id = t.account_id AND k.recorded_at <= ?1) "
    "WHERE t.month <= ?3 AND c.created_at >= ?4 AND (t.month < ?3 OR c.created_at >= ?2) AND "
    KNOWN("adjustments", "adjustment_id") NOT_VOIDED("adjustments", "adjustment_id") "ORDER BY 1, 3";

struct rows_query {
    const char *sql;   /* account_id, table, id, instant or NULL */
    const char *doing;
    int32_t month;
    int64_t as_of;
    orphan_row_visit visit;
    void *context;
};

static enum err_code row_visit(void *context, sqlite3_stmt *row, struct err *err)
{
    const struct rows_query *in = context;
    bool no_instant = sqlite3_column_type(row, 3) == SQLITE_NULL;
    struct orphan_row found = {
        .account_id = sql_text(row, 0),
        .table = sql_text(row, 1),
        .id = sql_text(row, 2),
        .at = no_instant ? INSTANT_NONE : sqlite3_column_int64(row, 3),
    };

    return in->visit(in->context, &found, err);
}

static enum err_code rows_visit(struct store *store, struct rows_query in, struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(store, in.sql, in.doing, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, in.as_of);
        sql_bind_integer(query, 2, month_end_ms(in.month));
        sql_bind_integer(query, 3, in.month);
        if (sqlite3_bind_parameter_count(query) > 3) {
            sql_bind_integer(query, 4, month_start_ms(in.month));
        }
        code = sql_each(store, query, in.doing, row_visit, &in, err);
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code orphan_rows(struct store *store, int32_t month, int64_t as_of, orphan_row_visit visit, void *context,
                          struct err *err)
{
    return rows_visit(store,
                      (struct rows_query){ORPHANS_SQL, "look for rows without an account", month, as_of, visit, context},
                      err);
}

enum err_code early_adjustments(struct store *store, int32_t month, int64_t as_of, orphan_row_visit visit, void *context,
                                struct err *err)
{
    return rows_visit(store,
                      (struct rows_query){EARLY_ADJUSTMENTS_SQL, "look for adjustments before an account existed", month,
                                          as_of, visit, context},
                      err);
}
