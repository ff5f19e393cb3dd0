/*
 * Owns the stream of facts: one cursor for each table, all in order of
 * account_id, brought together account by account.
 */
#include "schema/store_facts_internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "schema/store_account_sound.h"
#include "schema/store_grants_kept.h"
#include "schema/store_facts_check.h"
#include "schema/store_internal.h"
#include "schema/store_sql.h"

/* Parameters of the queries; each has only those that it needs. */
#define WRONG_MAX 160 /* bytes of what is wrong, in words */

enum parameter { PARAMETER_AS_OF = 1, PARAMETER_MONTH, PARAMETER_FILTER };

static const char ONE_ACCOUNT[] = "AND t.account_id = ?3 ";
static const char HELD_ACCOUNTS[] = "AND t.account_id IN (SELECT i.account_id FROM held_accounts h "
                                    "JOIN account_ids i ON i.account = h.account WHERE h.run = ?3) ";
static const char STATED_ACCOUNTS[] = "AND t.account_id IN (SELECT account_id FROM statements WHERE run = ?3) ";
static const char THESE_ACCOUNTS[] = "AND t.account_id IN (SELECT i.account_id FROM json_each(?3) j "
                                     "CROSS JOIN account_ids i ON i.account = j.value) ";

static const char ACCOUNTS_SQL[] = "SELECT t.account_id, t.name, t.currency, t.created_at, t.first_paid_at "
                                   "FROM accounts t WHERE t.recorded_at <= ?1 ";
static const char ACCOUNTS_ORDER[] = "ORDER BY t.account_id, t.recorded_at"; /* the last version counts */
/* Of all accounts, those that may have breakpoints; the others are passed over. */
static const char WANTED_SQL[] = "SELECT account_id FROM overage_settings UNION SELECT account_id FROM credit_grants ORDER BY 1";
static const char NUMBERS_SQL[] = "SELECT t.account_id, t.account FROM account_ids t WHERE true ";
static const char NUMBERS_ORDER[] = "ORDER BY t.account_id";

static const char DOING[] = "read the accounts";

static const char *filter_of(const struct facts_query *ask)
{
    return ask->account_id != NULL    ? ONE_ACCOUNT
           : ask->held_since_run != 0 ? HELD_ACCOUNTS
           : ask->stated_by_run != 0  ? STATED_ACCOUNTS
           : ask->accounts != NULL    ? THESE_ACCOUNTS
                                      : "";
}

static void parameters_bind(const struct facts_stream *stream, sqlite3_stmt *query, const struct facts_query *ask)
{
    int count = sqlite3_bind_parameter_count(query);

    if (count >= PARAMETER_AS_OF) {
        sql_bind_integer(query, PARAMETER_AS_OF, ask->as_of);
    }
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

/* `where`: what is asked beside the filter, or "". */
static enum err_code cursor_open(struct facts_stream *stream, const char *select, const char *where, const char *order,
                                 const struct facts_query *ask, struct cursor *cursor, struct err *err)
{
    char *sql = sqlite3_mprintf("%s%s%s%s", select, where, filter_of(ask), order);

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

/* Where nothing of the table is voided, no row has to be looked up among the voids. */
static enum err_code voids_any(struct facts_stream *stream, int table, bool *any, struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code =
        sql_prepare(stream->store, "SELECT 1 FROM voids WHERE table_name = ?1 LIMIT 1", DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_text(query, 1, FACTS_TABLES[table].table);
        code = sql_step(stream->store, query, DOING, any, err);
    }
    sqlite3_finalize(query);
    return code;
}

static enum err_code cursors_open(struct facts_stream *stream, const struct facts_query *query, struct err *err)
{
    enum err_code code = cursor_open(stream, ACCOUNTS_SQL, "", ACCOUNTS_ORDER, query, &stream->accounts, err);

    if (code == ERR_NONE) {
        code = cursor_open(stream, NUMBERS_SQL, "", NUMBERS_ORDER, query, &stream->numbers, err);
    }
    if (code == ERR_NONE && query->with_breakpoints) {
        code = sql_prepare(stream->store, WANTED_SQL, DOING, &stream->wanted.query, err);
    }
    for (int i = 0; i < FACT_TABLES && code == ERR_NONE; i++) {
        bool voids = false;

        if (query->with_breakpoints && !FACTS_TABLES[i].breaks) {
            continue; /* it is not asked for */
        }
        code = voids_any(stream, i, &voids, err);
        if (code == ERR_NONE) {
            code = cursor_open(stream, FACTS_TABLES[i].select, voids ? FACTS_TABLES[i].not_voided : "", FACTS_TABLES[i].order,
                               query, &stream->cursors[i], err);
        }
    }
    return code;
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
    enum err_code code = query.accounts != NULL && opened->these == NULL ? no_memory(err) : accounts_count(store, &opened->account_count, err);
    if (code == ERR_NONE) {
        code = cursors_open(opened, &query, err);
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
    sqlite3_finalize(stream->numbers.query);
    sqlite3_finalize(stream->wanted.query);
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
    size_t bytes = FACTS_TABLES[table].item_bytes;

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
    size_t bytes = FACTS_TABLES[table].item_bytes;
    size_t kept = 0;

    for (size_t i = 0; i < rows->count && FACTS_TABLES[table].start != NULL; i++) {
        const char *item = (const char *)rows->items + i * bytes;

        if (FACTS_TABLES[table].start(item) < stream->month_end) {
            memmove((char *)rows->items + kept++ * bytes, item, bytes);
        }
    }
    if (FACTS_TABLES[table].start != NULL) {
        rows->count = kept;
    }
    if (rows->count > 1 && FACTS_TABLES[table].compare != NULL) {
        qsort(rows->items, rows->count, bytes, FACTS_TABLES[table].compare);
    }
}

/* The rows of one table for the account at hand; those of accounts before it are orphans and passed over. */
static enum err_code rows_gather(struct facts_stream *stream, int table, struct err *err)
{
    struct cursor *cursor = &stream->cursors[table];
    bool ready = cursor->started || cursor->query == NULL;
    enum err_code code = ready ? ERR_NONE : cursor_next(stream, cursor, err);
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
            FACTS_TABLES[table].take(stream, cursor->query, item);
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
        .account_id = facts_keep(stream, row, 0),
        .name = facts_keep(stream, row, 1),
        .currency = facts_keep(stream, row, 2),
        .created_at = sqlite3_column_int64(row, 3),
        .first_paid_at = sql_integer_or(row, 4, INSTANT_NONE),
    };
}

/* The row at hand is an account's first version: of its versions the last one counts. */
static enum err_code account_gather(struct facts_stream *stream, struct err *err)
{
    struct cursor *cursor = &stream->accounts;

    do {
        account_take(stream);
        if (cursor_next(stream, cursor, err) != ERR_NONE) {
            return err->code;
        }
    } while (cursor->row && strcmp(sql_text(cursor->query, 0), stream->facts.account_id) == 0);
    return stream->no_memory ? no_memory(err) : ERR_NONE;
}

/* Move a cursor to the account, or the first after it: is it there? */
static enum err_code account_find(struct facts_stream *stream, struct cursor *cursor, const char *account_id, bool *found,
                                  struct err *err)
{
    int order = -1;

    if (!cursor->started && cursor_next(stream, cursor, err) != ERR_NONE) {
        return err->code;
    }
    while (cursor->row && (order = strcmp(sql_text(cursor->query, 0), account_id)) < 0) {
        if (cursor_next(stream, cursor, err) != ERR_NONE) {
            return err->code;
        }
    }
    *found = cursor->row && order == 0;
    return ERR_NONE;
}

/* Its number in the dictionary, where every account is. */
static enum err_code number_take(struct facts_stream *stream, struct err *err)
{
    bool found = false;

    if (account_find(stream, &stream->numbers, stream->facts.account_id, &found, err) != ERR_NONE) {
        return err->code;
    }
    if (!found) {
        return err_set(err, ERR_DATA, "%s: account '%s' has no number; restore the database from a backup",
                       stream->store->path, stream->facts.account_id);
    }
    return account_column(stream->store, stream->numbers.query, 1, stream->account_count, &stream->facts.account, err);
}

/* The next account that is wanted, or *found is false: there is none. Of the others nothing is looked at but their ids. */
static enum err_code wanted_next(struct facts_stream *stream, bool *found, struct err *err)
{
    struct cursor *accounts = &stream->accounts;
    enum err_code code = ERR_NONE;

    *found = false;
    while (accounts->row && !*found && code == ERR_NONE) {
        *found = stream->wanted.query == NULL;
        if (!*found) {
            code = account_find(stream, &stream->wanted, sql_text(accounts->query, 0), found, err);
        }
        if (code == ERR_NONE) {
            code = *found ? account_gather(stream, err) : cursor_next(stream, accounts, err);
        }
    }
    return code;
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

static enum err_code facts_possible(const struct facts_stream *stream, struct err *err)
{
    const char *table = facts_wrong(&stream->facts);
    char what[WRONG_MAX];

    if (table == NULL) {
        return ERR_NONE;
    }
    (void)snprintf(what, sizeof what, "a row of %s cannot be, of account '%.64s'", table, stream->facts.account_id);
    return sql_damaged(stream->store, what, err);
}

enum err_code facts_next(struct facts_stream *stream, const struct account_facts **facts, struct err *err)
{
    enum err_code code = stream->accounts.started ? ERR_NONE : cursor_next(stream, &stream->accounts, err);
    bool found = false;

    if (code == ERR_NONE) {
        code = wanted_next(stream, &found, err);
    }
    if (code == ERR_NONE && !found) {
        *facts = NULL;
        return ERR_NONE;
    }
    if (code == ERR_NONE) {
        code = number_take(stream, err);
    }
    for (int i = 0; i < FACT_TABLES && code == ERR_NONE; i++) {
        code = rows_gather(stream, i, err);
    }
    if (code == ERR_NONE && stream->no_memory) {
        code = no_memory(err);
    }
    if (code == ERR_NONE) {
        rows_hand_over(stream);
        code = facts_possible(stream, err);
    }
    if (code == ERR_NONE) {
        *facts = &stream->facts;
        code = stream->kept == NULL ? ERR_NONE
                                    : grants_kept_find(stream->kept, &stream->facts, stream->rows[GRANTS].items,
                                                       &stream->facts.left_at, err);
    }
    return code;
}
