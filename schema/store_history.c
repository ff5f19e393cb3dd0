/*
 * Owns the walk through the accounts' past: cursors over statements, documents
 * and payments, all in order of account_id, moved together from account to account.
 */
#include "schema/store_history.h"

#include <stdlib.h>
#include <string.h>

#include "schema/store_history_internal.h"
#include "schema/store_sql.h"

static const char DOING[] = "read the months before";

/* Columns as enum statement_column and the like have them. */
#define STATEMENT_COLUMNS "SELECT account_id, status, plan_at_end, first_paid_month, credits, bonus, overage_amount "
static const char STATEMENTS_SQL[] = STATEMENT_COLUMNS "FROM statements WHERE run = ?1 %s ORDER BY account_id";
static const char STATEMENT_SQL[] = STATEMENT_COLUMNS "FROM statements WHERE run = ?1 AND account_id = ?2";

/* R2: no run lists an account in a month that ended before any created_at ever known of it. */
static const char CREATED_SQL[] = "SELECT min(created_at) FROM accounts WHERE recorded_at <= ?1 AND account_id = ?2";

/* The + keeps the order of the index that covers these columns. */
static const char DOCUMENTS_SQL[] = "SELECT account_id, month, total, run FROM documents "
                                    "WHERE +run IN (SELECT r.run " RUNS_BEFORE ") %s ORDER BY account_id, month, run";

/* An id's versions come one after the other, the last one counts (R3) until the id is voided. */
static const char PAYMENTS_SQL[] =
    "SELECT account_id, month, amount, payment_id, recorded_at, (SELECT min(v.recorded_at) FROM voids v "
    "WHERE v.table_name = 'payments' AND v.id = t.payment_id AND v.recorded_at <= ?1) FROM payments t "
    "WHERE recorded_at <= ?1 %s ORDER BY account_id, payment_id, recorded_at";
static const char OF_ACCOUNT[] = "AND account_id = ?2"; /* each account by itself */

enum err_code history_step(struct history *history, struct cursor *cursor, struct err *err)
{
    return sql_step(history->store, cursor->query, DOING, &cursor->row, err);
}

/* A cursor on its first row, or, where accounts are asked for one by one, on none yet; `parameter` is ?1. */
static enum err_code cursor_open(struct history *history, const char *sql, int64_t parameter, struct cursor *cursor,
                                 struct err *err)
{
    char *filtered = sqlite3_mprintf(sql, history->few ? OF_ACCOUNT : "");
    enum err_code code =
        filtered == NULL ? no_memory(err) : sql_prepare(history->store, filtered, DOING, &cursor->query, err);

    sqlite3_free(filtered);
    if (code == ERR_NONE) {
        sql_bind_integer(cursor->query, 1, parameter);
        code = history->few ? ERR_NONE : history_step(history, cursor, err);
    }
    return code;
}

/* To the account's first row, or one after it. */
static enum err_code cursor_move(struct history *history, struct cursor *cursor, const char *account_id, struct err *err)
{
    enum err_code code = ERR_NONE;

    if (history->few) {
        sqlite3_reset(cursor->query);
        sql_bind_text(cursor->query, 2, account_id);
        return history_step(history, cursor, err);
    }
    while (code == ERR_NONE && cursor->row && strcmp(sql_text(cursor->query, 0), account_id) < 0) {
        code = history_step(history, cursor, err);
    }
    return code;
}

size_t history_recent_count(const struct history *history)
{
    return history->recent_end - history->recent;
}

static enum err_code room_make(struct history *history, struct err *err)
{
    const struct closed_months *closed = &history->closed;

    for (size_t i = 0; i < closed->runs.count; i++) {
        int32_t run = month_run_at(closed, i)->run;

        history->last_run = run > history->last_run ? run : history->last_run;
    }
    history->statements = calloc(closed->runs.count + 1, sizeof *history->statements);
    history->others = calloc(closed->runs.count + 1, sizeof *history->others);
    history->as_of_by_run = calloc((size_t)history->last_run + 1, sizeof *history->as_of_by_run);
    history->closed_at = calloc(closed->months.count + 1, sizeof *history->closed_at);
    history->open_minor = calloc(closed->months.count + 1, sizeof *history->open_minor);
    if (history->statements == NULL || history->others == NULL || history->as_of_by_run == NULL ||
        history->closed_at == NULL || history->open_minor == NULL) {
        return no_memory(err);
    }
    return ERR_NONE;
}

/* Few runs, and nearly in order. */
static void other_add(struct history *history, size_t run)
{
    size_t place = history->other_count++;

    for (; place > 0 && month_run_at(&history->closed, history->others[place - 1])->as_of <
                            month_run_at(&history->closed, run)->as_of;
         place--) {
        history->others[place] = history->others[place - 1];
    }
    history->others[place] = run;
}

/* Which runs have a cursor, and which are looked up where they matter. */
static void runs_sort_out(struct history *history)
{
    const struct closed_months *closed = &history->closed;

    history->before = closed_months_before(closed, history->month);
    for (size_t i = 0; i < closed->runs.count; i++) {
        const struct month_run *run = month_run_at(closed, i);

        history->as_of_by_run[run->run] = run->as_of;
        if (i == 0 || month_run_at(closed, i - 1)->month != run->month || run->as_of < history->closed_at[run->month]) {
            history->closed_at[run->month] = run->as_of;
        }
        history->recent += run->month + HISTORY_MONTHS < history->before;
        history->recent_end += run->month < history->before;
        if (run->month + HISTORY_MONTHS < history->before || run->month >= history->before) {
            other_add(history, i);
        }
    }
}

static enum err_code cursors_open(struct history *history, struct err *err)
{
    enum err_code code = cursor_open(history, DOCUMENTS_SQL, history->as_of, &history->documents, err);

    if (code == ERR_NONE) {
        code = cursor_open(history, PAYMENTS_SQL, history->as_of, &history->payments, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(history->store, STATEMENT_SQL, DOING, &history->statement, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(history->store, CREATED_SQL, DOING, &history->created, err);
    }
    for (size_t i = 0; i < history_recent_count(history) && code == ERR_NONE; i++) {
        int32_t run = month_run_at(&history->closed, history->recent + i)->run;

        code = cursor_open(history, STATEMENTS_SQL, run, &history->statements[i], err);
    }
    return code;
}

enum err_code history_open(struct store *store, struct history_in in, struct history **history, struct err *err)
{
    struct history *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return no_memory(err);
    }
    opened->store = store;
    opened->month = in.month;
    opened->as_of = in.as_of;
    opened->few = in.few;
    enum err_code code = closed_months_read(store, in.as_of, &opened->closed, err);
    if (code == ERR_NONE) {
        code = room_make(opened, err);
    }
    if (code == ERR_NONE && opened->closed.runs.count > 0) { /* otherwise there is no past */
        runs_sort_out(opened);
        code = cursors_open(opened, err);
    }
    if (code != ERR_NONE) {
        history_close(opened);
        return code;
    }
    *history = opened;
    return ERR_NONE;
}

void history_close(struct history *history)
{
    if (history == NULL) {
        return;
    }
    for (size_t i = 0; history->statements != NULL && i < history_recent_count(history); i++) {
        sqlite3_finalize(history->statements[i].query);
    }
    sqlite3_finalize(history->documents.query);
    sqlite3_finalize(history->payments.query);
    sqlite3_finalize(history->statement);
    sqlite3_finalize(history->created);
    closed_months_release(&history->closed);
    free(history->statements);
    free(history->others);
    free(history->as_of_by_run);
    free(history->closed_at);
    free(history->open_minor);
    free(history);
}

int32_t history_month(const struct history *history)
{
    return history->before == 0 ? 0 : closed_month_at(&history->closed, history->before - 1);
}

/* The cursors that go through accounts, by number: statements, then documents, then payments. */
static struct cursor *cursor_at(struct history *history, size_t index)
{
    size_t count = history_recent_count(history);

    return index < count ? &history->statements[index] : index == count ? &history->documents : &history->payments;
}

static size_t cursor_count(const struct history *history)
{
    return history->closed.runs.count == 0 ? 0 : history_recent_count(history) + 2;
}

enum err_code history_find(struct history *history, const char *account_id, const struct account_history **found,
                           struct err *err)
{
    enum err_code code = ERR_NONE;

    if (strcmp(history->account_id, account_id) >= 0) { /* only a damaged index leads back */
        return sql_damaged(history->store, "the accounts are out of order", err);
    }
    for (size_t i = 0; i < cursor_count(history); i++) {
        code = code == ERR_NONE ? cursor_move(history, cursor_at(history, i), account_id, err) : code;
    }
    if (code == ERR_NONE) {
        code = history_gather(history, account_id, err);
    }
    if (code == ERR_NONE) {
        *found = history->there ? &history->found : NULL;
    }
    return code;
}
