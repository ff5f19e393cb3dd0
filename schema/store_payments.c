/*
 * Owns the queries over all payments of a month.
 */
#include "schema/store_payments.h"

#include "schema/store_known.h"
#include "schema/store_sql.h"

static const char DOING[] = "read the payments";

static const char ANY_SQL[] =
    "SELECT EXISTS (SELECT 1 FROM payments t WHERE t.month = ?2 AND " KNOWN("payments", "payment_id")
        NOT_VOIDED("payments", "payment_id") ")";

/* First the few references that can be shared, by all versions; only of those, which versions count. */
static const char SHARED_SQL[] =
    "SELECT t.reference, min(t.account_id), max(t.account_id), count(DISTINCT t.account_id), count(*) FROM payments t "
    "WHERE t.month = ?2 AND t.reference IN (SELECT p.reference FROM payments p WHERE p.month = ?2 AND p.reference <> '' "
    "GROUP BY p.reference HAVING min(p.account_id) <> max(p.account_id)) "
    "AND " KNOWN("payments", "payment_id") NOT_VOIDED("payments", "payment_id")
    "GROUP BY t.reference HAVING min(t.account_id) <> max(t.account_id) ORDER BY t.reference";

static enum err_code query_open(struct store *store, const char *sql, int32_t month, int64_t as_of,
                                sqlite3_stmt **query, struct err *err)
{
    enum err_code code = sql_prepare(store, sql, DOING, query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(*query, 1, as_of);
        sql_bind_integer(*query, 2, month);
    }
    return code;
}

enum err_code payments_any(struct store *store, int32_t month, int64_t as_of, bool *any, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = query_open(store, ANY_SQL, month, as_of, &query, err);

    if (code == ERR_NONE) {
        code = sql_step(store, query, DOING, &row, err);
    }
    if (code == ERR_NONE) {
        *any = sqlite3_column_int(query, 0) != 0;
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code shared_references(struct store *store, int32_t month, int64_t as_of, shared_reference_visit visit,
                                void *context, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = query_open(store, SHARED_SQL, month, as_of, &query, err);

    while (code == ERR_NONE && (code = sql_step(store, query, DOING, &row, err)) == ERR_NONE && row) {
        struct shared_reference shared = {
            .reference = sql_text(query, 0),
            .first_account_id = sql_text(query, 1),
            .last_account_id = sql_text(query, 2),
            .accounts = sqlite3_column_int64(query, 3),
            .payments = sqlite3_column_int64(query, 4),
        };
        code = visit(context, &shared, err);
    }
    sqlite3_finalize(query);
    return code;
}
