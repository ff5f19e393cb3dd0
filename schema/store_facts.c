/*
 * Owns the stream of facts: one cursor for each table, all in order of
 * account_id, brought together account by account.
 */
#include "schema/store_facts.h"

#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "schema/store_internal.h"
#include "schema/store_known.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

/* Parameters of the queries; each has only those that it needs. */
enum parameter { PARAMETER_AS_OF = 1, PARAMETER_MONTH_END, PARAMETER_MONTH, PARAMETER_FILTER };

static const char ONE_ACCOUNT[] = "AND t.account_id = ?4 ";
static const char HELD_ACCOUNTS[] = "AND t.account_id IN (SELECT i.account_id FROM held_accounts h "
                                    "JOIN account_ids i ON i.account = h.account WHERE h.run = ?4) ";

enum { ADDRESSES, CHANGES, SETTINGS, GRANTS, PAYMENTS, ADJUSTMENTS, FACT_TABLES };

struct cursor {
    sqlite3_stmt *query; /* its first column is account_id */
    bool started;
    bool row; /* the query stands on a row */
};

struct facts_stream {
    struct store *store;
    const struct catalogue *catalogue;
    struct cursor accounts;
    struct cursor cursors[FACT_TABLES];
    struct rows rows[FACT_TABLES]; /* of the account at hand */
    struct arena texts;
    bool no_memory; /* a text could not be kept */
    struct account_facts facts;
};

/* A text of the row, kept for the account at hand. */
static const char *keep(struct facts_stream *stream, sqlite3_stmt *row, int column)
{
    const char *text = arena_text(&stream->texts, sql_text(row, column));

    if (text == NULL) {
        stream->no_memory = true;
        return "";
    }
    return text;
}

/* An integer of the row, or `missing` where it is NULL. */
static int64_t integer_or(sqlite3_stmt *row, int column, int64_t missing)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL ? missing : sqlite3_column_int64(row, column);
}

static void address_take(struct facts_stream *stream, sqlite3_stmt *row, void *item)
{
    *(struct address_fact *)item = (struct address_fact){
        .address_id = keep(stream, row, 1),
        .effective_at = sqlite3_column_int64(row, 2),
        .country = keep(stream, row, 3),
        .region = keep(stream, row, 4),
        .tax_number = keep(stream, row, 5),
    };
}

static void change_take(struct facts_stream *stream, sqlite3_stmt *row, void *item)
{
    *(struct plan_change_fact *)item = (struct plan_change_fact){
        .change_id = keep(stream, row, 1),
        .effective_at = sqlite3_column_int64(row, 2),
        .plan_code = keep(stream, row, 3),
        .plan = catalogue_plan(stream->catalogue, sql_text(row, 3)),
    };
}

static void setting_take(struct facts_stream *stream, sqlite3_stmt *row, void *item)
{
    *(struct overage_setting_fact *)item = (struct overage_setting_fact){
        .setting_id = keep(stream, row, 1),
        .effective_at = sqlite3_column_int64(row, 2),
        .enabled = sqlite3_column_int(row, 3) != 0,
        .cap_credits = integer_or(row, 4, CAP_NONE),
    };
}

static void grant_take(struct facts_stream *stream, sqlite3_stmt *row, void *item)
{
    *(struct credit_grant_fact *)item = (struct credit_grant_fact){
        .grant_id = keep(stream, row, 1),
        .credits = sqlite3_column_int64(row, 2),
        .starts_at = sqlite3_column_int64(row, 3),
        .expires_at = sqlite3_column_int64(row, 4),
        .reason = keep(stream, row, 5),
    };
}

static void payment_take(struct facts_stream *stream, sqlite3_stmt *row, void *item)
{
    *(struct payment_fact *)item = (struct payment_fact){
        .payment_id = keep(stream, row, 1),
        .collected_at = sqlite3_column_int64(row, 2),
        .amount_minor = sqlite3_column_int64(row, 3),
        .currency = keep(stream, row, 4),
        .reference = keep(stream, row, 5),
    };
}

static void adjustment_take(struct facts_stream *stream, sqlite3_stmt *row, void *item)
{
    *(struct adjustment_fact *)item = (struct adjustment_fact){
        .adjustment_id = keep(stream, row, 1),
        .amount_minor = sqlite3_column_int64(row, 2),
        .currency = keep(stream, row, 3),
        .reason = keep(stream, row, 4),
        .approved_by = keep(stream, row, 5),
    };
}

static const char ACCOUNTS_SQL[] =
    "SELECT t.account_id, i.account, t.name, t.currency, t.created_at, t.first_paid_at "
    "FROM accounts t CROSS JOIN account_ids i ON i.account_id = t.account_id WHERE " KNOWN("accounts", "account_id");

/* Each table's query, but for the filter and the order; the order is that of lib/facts.h. */
static const struct {
    const char *select;
    const char *order;
    void (*take)(struct facts_stream *stream, sqlite3_stmt *row, void *item);
    size_t item_bytes;
} TABLES_READ[FACT_TABLES] = {
    [ADDRESSES] = {"SELECT account_id, address_id, effective_at, country, region, tax_number FROM billing_addresses t "
                   "WHERE " KNOWN("billing_addresses", "address_id") NOT_VOIDED("billing_addresses", "address_id"),
                   "ORDER BY account_id, effective_at, address_id", address_take, sizeof(struct address_fact)},
    [CHANGES] = {"SELECT account_id, change_id, effective_at, plan FROM plan_changes t "
                 "WHERE effective_at < ?2 AND " KNOWN("plan_changes", "change_id") NOT_VOIDED("plan_changes", "change_id"),
                 "ORDER BY account_id, effective_at, change_id", change_take, sizeof(struct plan_change_fact)},
    [SETTINGS] = {"SELECT account_id, setting_id, effective_at, enabled, cap_credits FROM overage_settings t "
                  "WHERE effective_at < ?2 AND " KNOWN("overage_settings", "setting_id")
                      NOT_VOIDED("overage_settings", "setting_id"),
                  "ORDER BY account_id, effective_at, setting_id", setting_take, sizeof(struct overage_setting_fact)},
    [GRANTS] = {"SELECT account_id, grant_id, credits, starts_at, expires_at, reason FROM credit_grants t "
                "WHERE starts_at < ?2 AND " KNOWN("credit_grants", "grant_id") NOT_VOIDED("credit_grants", "grant_id"),
                "ORDER BY account_id, expires_at, grant_id", grant_take, sizeof(struct credit_grant_fact)},
    [PAYMENTS] = {"SELECT account_id, payment_id, collected_at, amount, currency, reference FROM payments t "
                  "WHERE month = ?3 AND " KNOWN("payments", "payment_id") NOT_VOIDED("payments", "payment_id"),
                  "ORDER BY account_id, payment_id", payment_take, sizeof(struct payment_fact)},
    [ADJUSTMENTS] = {"SELECT account_id, adjustment_id, amount, currency, reason, approved_by FROM adjustments t "
                     "WHERE month = ?3 AND " KNOWN("adjustments", "adjustment_id")
                         NOT_VOIDED("adjustments", "adjustment_id"),
                     "ORDER BY account_id, adjustment_id", adjustment_take, sizeof(struct adjustment_fact)},
};

static const char DOING[] = "read the accounts";

static void parameters_bind(sqlite3_stmt *query, const struct facts_query *ask)
{
    int count = sqlite3_bind_parameter_count(query);

    sql_bind_integer(query, PARAMETER_AS_OF, ask->as_of);
    if (count >= PARAMETER_MONTH_END) {
        sql_bind_integer(query, PARAMETER_MONTH_END, month_end_ms(ask->month));
    }
    if (count >= PARAMETER_MONTH) {
        sql_bind_integer(query, PARAMETER_MONTH, ask->month);
    }
    if (count >= PARAMETER_FILTER && ask->account_id != NULL) {
        sql_bind_text(query, PARAMETER_FILTER, ask->account_id);
    } else if (count >= PARAMETER_FILTER) {
        sql_bind_integer(query, PARAMETER_FILTER, ask->held_since_run);
    }
}

static enum err_code cursor_open(struct store *store, const char *select, const char *order,
                                 const struct facts_query *ask, struct cursor *cursor, struct err *err)
{
    const char *filter = ask->account_id != NULL ? ONE_ACCOUNT : ask->held_since_run != 0 ? HELD_ACCOUNTS : "";
    char *sql = sqlite3_mprintf("%s%s%s", select, filter, order);

    if (sql == NULL) {
        return no_memory(err);
    }
    enum err_code code = sql_prepare(store, sql, DOING, &cursor->query, err);
    sqlite3_free(sql);
    if (code == ERR_NONE) {
        parameters_bind(cursor->query, ask);
    }
    return code;
}

static enum err_code cursor_next(struct facts_stream *stream, struct cursor *cursor, struct err *err)
{
    cursor->started = true;
    return sql_step(stream->store, cursor->query, DOING, &cursor->row, err);
}

enum err_code facts_open(struct store *store, struct facts_query query, struct facts_stream **stream, struct err *err)
{
    struct facts_stream *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return no_memory(err);
    }
    opened->store = store;
    opened->catalogue = query.catalogue;
    enum err_code code =
        cursor_open(store, ACCOUNTS_SQL, "ORDER BY t.account_id", &query, &opened->accounts, err);
    for (int i = 0; i < FACT_TABLES && code == ERR_NONE; i++) {
        code = cursor_open(store, TABLES_READ[i].select, TABLES_READ[i].order, &query, &opened->cursors[i], err);
    }
    if (code != ERR_NONE) {
        facts_close(opened);
        return code;
    }
    *stream = opened;
    return ERR_NONE;
}

void facts_close(struct facts_stream *stream)
{
    if (stream == NULL) {
        return;
    }
    sqlite3_finalize(stream->accounts.query);
    for (int i = 0; i < FACT_TABLES; i++) {
        sqlite3_finalize(stream->cursors[i].query);
        rows_release(&stream->rows[i]);
    }
    arena_release(&stream->texts);
    free(stream);
}

/* The rows of one table for the account at hand; those of accounts before it are orphans and passed over. */
static enum err_code rows_gather(struct facts_stream *stream, int table, struct err *err)
{
    struct cursor *cursor = &stream->cursors[table];
    enum err_code code = cursor->started ? ERR_NONE : cursor_next(stream, cursor, err);
    void *item = NULL;

    stream->rows[table].count = 0;
    while (code == ERR_NONE && cursor->row) {
        int order = strcmp(sql_text(cursor->query, 0), stream->facts.account_id);

        if (order > 0) {
            break;
        }
        if (order == 0) {
            code = rows_add(&stream->rows[table], TABLES_READ[table].item_bytes, &item, err);
            if (code != ERR_NONE) {
                break;
            }
            TABLES_READ[table].take(stream, cursor->query, item);
        }
        code = cursor_next(stream, cursor, err);
    }
    return code;
}

static void account_take(struct facts_stream *stream)
{
    sqlite3_stmt *row = stream->accounts.query;

    arena_reset(&stream->texts);
    stream->facts = (struct account_facts){
        .account_id = keep(stream, row, 0),
        .account = sqlite3_column_int(row, 1),
        .name = keep(stream, row, 2),
        .currency = keep(stream, row, 3),
        .created_at = sqlite3_column_int64(row, 4),
        .first_paid_at = integer_or(row, 5, INSTANT_NONE),
    };
}

static void rows_hand_over(struct facts_stream *stream)
{
    struct account_facts *facts = &stream->facts;
    const struct rows *rows = stream->rows;

    facts->addresses = rows[ADDRESSES].items;
    facts->address_count = rows[ADDRESSES].count;
    facts->changes = rows[CHANGES].items;
    facts->change_count = rows[CHANGES].count;
    facts->settings = rows[SETTINGS].items;
    facts->setting_count = rows[SETTINGS].count;
    facts->grants = rows[GRANTS].items;
    facts->grant_count = rows[GRANTS].count;
    facts->payments = rows[PAYMENTS].items;
    facts->payment_count = rows[PAYMENTS].count;
    facts->adjustments = rows[ADJUSTMENTS].items;
    facts->adjustment_count = rows[ADJUSTMENTS].count;
}

enum err_code facts_next(struct facts_stream *stream, const struct account_facts **facts, struct err *err)
{
    bool ended = stream->accounts.started && !stream->accounts.row;
    enum err_code code = ended ? ERR_NONE : cursor_next(stream, &stream->accounts, err);

    if (code != ERR_NONE) {
        return code;
    }
    if (!stream->accounts.row) {
        *facts = NULL;
        return ERR_NONE;
    }
    account_take(stream);
    for (int i = 0; i < FACT_TABLES && code == ERR_NONE; i++) {
        code = rows_gather(stream, i, err);
    }
    if (code == ERR_NONE && stream->no_memory) {
        code = no_memory(err);
    }
    if (code == ERR_NONE) {
        rows_hand_over(stream);
        *facts = &stream->facts;
    }
    return code;
}
