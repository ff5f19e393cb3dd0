/*
 * Owns the stream of facts: one cursor for each table, all in order of
 * account_id, brought together account by account.
 */
#include "schema/store_facts.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "schema/store_grants_kept.h"
#include "schema/store_internal.h"
#include "schema/store_known.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"

/* Parameters of the queries; each has only those that it needs. */
enum parameter { PARAMETER_AS_OF = 1, PARAMETER_MONTH, PARAMETER_FILTER };

static const char ONE_ACCOUNT[] = "AND t.account_id = ?3 ";
static const char BREAKPOINT_ACCOUNTS[] = "AND t.account_id IN (SELECT account_id FROM overage_settings "
                                          "UNION SELECT account_id FROM credit_grants) ";
static const char HELD_ACCOUNTS[] = "AND t.account_id IN (SELECT i.account_id FROM held_accounts h "
                                    "JOIN account_ids i ON i.account = h.account WHERE h.run = ?3) ";
static const char STATED_ACCOUNTS[] = "AND t.account_id IN (SELECT account_id FROM statements WHERE run = ?3) ";
static const char THESE_ACCOUNTS[] = "AND t.account_id IN (SELECT i.account_id FROM json_each(?3) j "
                                     "CROSS JOIN account_ids i ON i.account = j.value) ";

enum { ADDRESSES, CHANGES, SETTINGS, GRANTS, PAYMENTS, ADJUSTMENTS, FACT_TABLES };

struct cursor {
    sqlite3_stmt *query; /* its first column is account_id */
    bool started;
    bool row; /* the query stands on a row */
};

struct facts_stream {
    struct store *store;
    const struct catalogue *catalogue;
    struct grants_kept *kept;
    int64_t month_end;
    struct cursor accounts;
    struct cursor cursors[FACT_TABLES];
    struct rows rows[FACT_TABLES]; /* of the account at hand */
    struct arena texts;
    char *these; /* the numbers of the accounts asked for, as a JSON array, or NULL */
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

/* Every fact begins with its id. */
static_assert(offsetof(struct address_fact, address_id) == 0 && offsetof(struct plan_change_fact, change_id) == 0 &&
                  offsetof(struct overage_setting_fact, setting_id) == 0 &&
                  offsetof(struct credit_grant_fact, grant_id) == 0 && offsetof(struct payment_fact, payment_id) == 0 &&
                  offsetof(struct adjustment_fact, adjustment_id) == 0,
              "fact_id() reads the first member");

static const char *fact_id(const void *fact)
{
    return *(const char *const *)fact;
}

static int64_t address_order(const void *fact)
{
    return ((const struct address_fact *)fact)->effective_at;
}

static int64_t change_at(const void *fact)
{
    return ((const struct plan_change_fact *)fact)->effective_at;
}

static int64_t setting_at(const void *fact)
{
    return ((const struct overage_setting_fact *)fact)->effective_at;
}

static int64_t grant_order(const void *fact)
{
    return ((const struct credit_grant_fact *)fact)->expires_at;
}

static int64_t grant_start(const void *fact)
{
    return ((const struct credit_grant_fact *)fact)->starts_at;
}

/* By the instant that orders the table's rows, then by id (lib/facts.h). */
static int order_of(int64_t (*order)(const void *fact), const void *left, const void *right)
{
    int64_t a = order(left);
    int64_t b = order(right);

    return a != b ? (a > b) - (a < b) : strcmp(fact_id(left), fact_id(right));
}

static int by_address(const void *left, const void *right)
{
    return order_of(address_order, left, right);
}

static int by_change(const void *left, const void *right)
{
    return order_of(change_at, left, right);
}

static int by_setting(const void *left, const void *right)
{
    return order_of(setting_at, left, right);
}

static int by_grant(const void *left, const void *right)
{
    return order_of(grant_order, left, right);
}

/* Rows come by account and id in the order of an index, so that nothing is sorted but an account's few rows,
 * and an id's versions one after the other: the last one counts (R3). */
#define BY_VERSION "ORDER BY t.account_id, 2, t.recorded_at"

static const struct {
    const char *select; /* with account_id and the id as the first columns; the filter and the order follow */
    const char *order;
    void (*take)(struct facts_stream *stream, sqlite3_stmt *row, void *item);
    int64_t (*start)(const void *fact); /* what begins at the month's end or later is left out; NULL: nothing is */
    int (*compare)(const void *left, const void *right); /* NULL: the rows come in order */
    size_t item_bytes;
} TABLES_READ[FACT_TABLES] = {
    [ADDRESSES] = {"SELECT account_id, address_id, effective_at, country, region, tax_number FROM billing_addresses t "
                   "WHERE recorded_at <= ?1 " NOT_VOIDED("billing_addresses", "address_id"),
                   BY_VERSION, address_take, NULL, by_address, sizeof(struct address_fact)},
    [CHANGES] = {"SELECT account_id, change_id, effective_at, plan FROM plan_changes t "
                 "WHERE recorded_at <= ?1 " NOT_VOIDED("plan_changes", "change_id"),
                 BY_VERSION, change_take, change_at, by_change, sizeof(struct plan_change_fact)},
    [SETTINGS] = {"SELECT account_id, setting_id, effective_at, enabled, cap_credits FROM overage_settings t "
                  "WHERE recorded_at <= ?1 " NOT_VOIDED("overage_settings", "setting_id"),
                  BY_VERSION, setting_take, setting_at, by_setting, sizeof(struct overage_setting_fact)},
    [GRANTS] = {"SELECT account_id, grant_id, credits, starts_at, expires_at, reason FROM credit_grants t "
                "WHERE recorded_at <= ?1 " NOT_VOIDED("credit_grants", "grant_id"),
                BY_VERSION, grant_take, grant_start, by_grant, sizeof(struct credit_grant_fact)},
    /* Of these only the month's are read, and a version may have moved one to another month: SQL decides. */
    [PAYMENTS] = {"SELECT account_id, payment_id, collected_at, amount, currency, reference FROM payments t "
                  "WHERE month = ?2 AND " KNOWN("payments", "payment_id") NOT_VOIDED("payments", "payment_id"),
                  "ORDER BY account_id, payment_id", payment_take, NULL, NULL, sizeof(struct payment_fact)},
    [ADJUSTMENTS] = {"SELECT account_id, adjustment_id, amount, currency, reason, approved_by FROM adjustments t "
                     "WHERE month = ?2 AND " KNOWN("adjustments", "adjustment_id")
                         NOT_VOIDED("adjustments", "adjustment_id"),
                     "ORDER BY account_id, adjustment_id", adjustment_take, NULL, NULL, sizeof(struct adjustment_fact)},
};

static const char DOING[] = "read the accounts";

static const char *filter_of(const struct facts_query *ask)
{
    return ask->account_id != NULL    ? ONE_ACCOUNT
           : ask->held_since_run != 0 ? HELD_ACCOUNTS
           : ask->stated_by_run != 0  ? STATED_ACCOUNTS
           : ask->accounts != NULL    ? THESE_ACCOUNTS
           : ask->with_breakpoints    ? BREAKPOINT_ACCOUNTS
                                      : "";
}

static void parameters_bind(const struct facts_stream *stream, sqlite3_stmt *query, const struct facts_query *ask)
{
    int count = sqlite3_bind_parameter_count(query);

    sql_bind_integer(query, PARAMETER_AS_OF, ask->as_of);
    if (count >= PARAMETER_MONTH) {
        sql_bind_integer(query, PARAMETER_MONTH, ask->month);
    }
    if (count >= PARAMETER_FILTER && ask->account_id != NULL) {
        sql_bind_text(query, PARAMETER_FILTER, ask->account_id);
    } else if (count >= PARAMETER_FILTER && (ask->held_since_run != 0 || ask->stated_by_run != 0)) {
        sql_bind_integer(query, PARAMETER_FILTER, ask->held_since_run != 0 ? ask->held_since_run : ask->stated_by_run);
    } else if (count >= PARAMETER_FILTER) {
        sql_bind_text(query, PARAMETER_FILTER, stream->these);
    }
}

static enum err_code cursor_open(struct facts_stream *stream, const char *select, const char *order,
                                 const struct facts_query *ask, struct cursor *cursor, struct err *err)
{
    char *sql = sqlite3_mprintf("%s%s%s", select, filter_of(ask), order);

    if (sql == NULL) {
        return no_memory(err);
    }
    enum err_code code = sql_prepare(stream->store, sql, DOING, &cursor->query, err);
    sqlite3_free(sql);
    if (code == ERR_NONE) {
        parameters_bind(stream, cursor->query, ask);
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
    opened->kept = query.kept;
    opened->month_end = month_end_ms(query.month);
    opened->these = query.accounts == NULL ? NULL : sql_numbers(query.accounts, query.account_count);
    enum err_code code = query.accounts != NULL && opened->these == NULL ? no_memory(err) : ERR_NONE;
    if (code == ERR_NONE) {
        code = cursor_open(opened, ACCOUNTS_SQL, "ORDER BY t.account_id", &query, &opened->accounts, err);
    }
    for (int i = 0; i < FACT_TABLES && code == ERR_NONE; i++) {
        code = cursor_open(opened, TABLES_READ[i].select, TABLES_READ[i].order, &query, &opened->cursors[i], err);
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
    sqlite3_free(stream->these);
    free(stream);
}

/* Room for the row at hand: a later version of the last row takes its place. */
static enum err_code item_room(struct facts_stream *stream, int table, void **item, struct err *err)
{
    struct rows *rows = &stream->rows[table];
    size_t bytes = TABLES_READ[table].item_bytes;

    if (rows->count > 0) {
        void *last = (char *)rows->items + (rows->count - 1) * bytes;

        if (strcmp(fact_id(last), sql_text(stream->cursors[table].query, 1)) == 0) {
            *item = last;
            return ERR_NONE;
        }
    }
    return rows_add(rows, bytes, item, err);
}

/* Leave out what begins too late, and sort. */
static void rows_finish(struct facts_stream *stream, int table)
{
    struct rows *rows = &stream->rows[table];
    size_t bytes = TABLES_READ[table].item_bytes;
    size_t kept = 0;

    for (size_t i = 0; i < rows->count && TABLES_READ[table].start != NULL; i++) {
        const char *item = (const char *)rows->items + i * bytes;

        if (TABLES_READ[table].start(item) < stream->month_end) {
            memmove((char *)rows->items + kept++ * bytes, item, bytes);
        }
    }
    if (TABLES_READ[table].start != NULL) {
        rows->count = kept;
    }
    if (rows->count > 1 && TABLES_READ[table].compare != NULL) {
        qsort(rows->items, rows->count, bytes, TABLES_READ[table].compare);
    }
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
            code = item_room(stream, table, &item, err);
            if (code != ERR_NONE) {
                break;
            }
            TABLES_READ[table].take(stream, cursor->query, item);
        }
        code = cursor_next(stream, cursor, err);
    }
    rows_finish(stream, table);
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
        code = stream->kept == NULL ? ERR_NONE
                                    : grants_kept_find(stream->kept, &stream->facts, stream->rows[GRANTS].items,
                                                       &stream->facts.left_at, err);
    }
    return code;
}
