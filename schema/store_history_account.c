/*
 * Owns what the cursors say of one account.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lib/arith.h"
#include "lib/calendar.h"
#include "schema/store_history_internal.h"
#include "schema/store_sql.h"

static const char DOING[] = "read the months before";

static enum bill_status status_of(const char *word)
{
    enum bill_status status = BILL_NO_CHARGE;

    while (status < BILL_HELD && strcmp(bill_status_name(status), word) != 0) {
        status++;
    }
    return status;
}

static void before_take(struct account_before *before, sqlite3_stmt *row)
{
    *before = (struct account_before){
        .there = true,
        .status = status_of(sql_text(row, STATEMENT_STATUS)),
        .overage = sqlite3_column_int64(row, STATEMENT_OVERAGE),
        .credits = sqlite3_column_int64(row, STATEMENT_CREDITS),
        .overage_minor = sqlite3_column_int64(row, STATEMENT_OVERAGE_AMOUNT),
    };
    snprintf(before->plan_at_end, sizeof before->plan_at_end, "%s", sql_text(row, STATEMENT_PLAN));
    snprintf(before->country, sizeof before->country, "%s", sql_text(row, STATEMENT_COUNTRY));
}

/* A statement of the account at hand; they come from the latest to the earliest. A month is held when every
 * one of it is: what was issued stands when a later run holds the account (R28). */
static void statement_take(struct history *history, size_t month, sqlite3_stmt *row)
{
    struct account_history *found = &history->found;
    struct account_before *before = &found->before;
    bool held = status_of(sql_text(row, STATEMENT_STATUS)) == BILL_HELD;

    history->there = true;
    if (month + 1 == history->closed.months.count && (!before->there || (before->status == BILL_HELD && !held))) {
        before_take(before, row);
    }
    if (!held && month != history->counted && found->month_count < HISTORY_MONTHS) {
        found->credits[found->month_count++] = sqlite3_column_int64(row, STATEMENT_CREDITS) - sqlite3_column_int64(row, STATEMENT_BONUS);
        history->counted = month;
    }
}

static enum err_code older_take(struct history *history, const struct month_run *run, struct err *err)
{
    bool row = false;

    sql_bind_integer(history->statement, 1, run->run);
    sql_bind_text(history->statement, 2, history->account_id);
    enum err_code code = sql_step(history->store, history->statement, DOING, &row, err);
    if (code == ERR_NONE && row) {
        statement_take(history, run->month, history->statement);
    }
    sqlite3_reset(history->statement);
    return code;
}

/* The earliest created_at ever known of the account, or INSTANT_MAX_MS. */
static enum err_code created_read(struct history *history, int64_t *created_at, struct err *err)
{
    bool row = false;

    sql_bind_integer(history->created, 1, history->as_of);
    sql_bind_text(history->created, 2, history->account_id);
    enum err_code code = sql_step(history->store, history->created, DOING, &row, err);
    if (code == ERR_NONE) {
        bool known = row && sqlite3_column_type(history->created, 0) != SQLITE_NULL;

        *created_at = known ? sqlite3_column_int64(history->created, 0) : INSTANT_MAX_MS;
    }
    sqlite3_reset(history->created);
    return code;
}

/* R30 counts months that were not held: an account that was held lately has some further back. */
static enum err_code older_gather(struct history *history, struct err *err)
{
    int64_t created_at = INSTANT_MAX_MS;
    enum err_code code = created_read(history, &created_at, err);

    for (size_t i = history->recent; i-- > 0 && code == ERR_NONE;) {
        const struct month_run *run = month_run_at(&history->closed, i);

        if (history->found.month_count == HISTORY_MONTHS ||
            month_end_ms(closed_month_at(&history->closed, run->month)) <= created_at) {
            break;
        }
        code = older_take(history, run, err);
    }
    return code;
}

static bool stands_at(const struct cursor *cursor, const char *account_id)
{
    return cursor->row && strcmp(sql_text(cursor->query, 0), account_id) == 0;
}

static enum err_code statements_gather(struct history *history, struct err *err)
{
    for (size_t i = history_recent_count(history); i-- > 0;) {
        struct cursor *cursor = &history->statements[i];

        if (stands_at(cursor, history->account_id)) {
            statement_take(history, month_run_at(&history->closed, history->recent + i)->month, cursor->query);
            if (history_step(history, cursor, err) != ERR_NONE) {
                return err->code;
            }
        }
    }
    if (history->recent > 0 && history->found.month_count < HISTORY_MONTHS) {
        return older_gather(history, err);
    }
    return ERR_NONE;
}

static enum err_code too_much(const struct history *history, struct err *err)
{
    return err_set(err, ERR_DATA, "%s: the payments of account '%s' add up to more than fits; void those that are wrong",
                   store_path(history->store), history->account_id);
}

static enum err_code documents_gather(struct history *history, struct err *err)
{
    struct cursor *cursor = &history->documents;

    while (stands_at(cursor, history->account_id)) {
        size_t month = closed_month_find(&history->closed, sqlite3_column_int(cursor->query, DOCUMENT_MONTH));
        int64_t total_minor = sqlite3_column_int64(cursor->query, DOCUMENT_TOTAL);

        assert(month != MONTH_OPEN); /* a run that issued closed it */
        history->there = true;
        if (!arith_add(history->open_minor[month], total_minor, &history->open_minor[month])) {
            return too_much(history, err);
        }
        if (month + 1 == history->closed.months.count) {
            history->last_minor += total_minor;
        }
        if (history_step(history, cursor, err) != ERR_NONE) {
            return err->code;
        }
    }
    return ERR_NONE;
}

/* Payments of the account at hand, of months that are closed. */
static enum err_code payments_gather(struct history *history, struct err *err)
{
    struct cursor *cursor = &history->payments;
    char payment_id[ID_BYTES_MAX + 1];

    while (stands_at(cursor, history->account_id)) {
        size_t month = closed_month_find(&history->closed, sqlite3_column_int(cursor->query, PAYMENT_MONTH));
        int64_t amount_minor = sqlite3_column_int64(cursor->query, PAYMENT_AMOUNT);

        snprintf(payment_id, sizeof payment_id, "%s", sql_text(cursor->query, PAYMENT_ID));
        if (history_step(history, cursor, err) != ERR_NONE) {
            return err->code;
        }
        bool corrected = stands_at(cursor, history->account_id) &&
                         strcmp(sql_text(cursor->query, PAYMENT_ID), payment_id) == 0;
        if (corrected || month == MONTH_OPEN) {
            continue;
        }
        history->there = true;
        if (!arith_sub(history->open_minor[month], amount_minor, &history->open_minor[month])) {
            return too_much(history, err);
        }
    }
    return ERR_NONE;
}

static enum err_code balance(struct history *history, struct err *err)
{
    struct account_history *found = &history->found;

    for (size_t i = 0; i < history->closed.months.count; i++) {
        if (!arith_add(found->opening_minor, history->open_minor[i], &found->opening_minor)) {
            return too_much(history, err);
        }
        if (found->oldest_open_month == 0 && history->open_minor[i] > 0) {
            found->oldest_open_month = closed_month_at(&history->closed, i);
        }
    }
    if (found->before.there) {
        found->before.total_minor = history->last_minor;
    }
    return ERR_NONE;
}

enum err_code history_gather(struct history *history, const char *account_id, struct err *err)
{
    snprintf(history->account_id, sizeof history->account_id, "%s", account_id);
    history->found = (struct account_history){.account_id = history->account_id};
    history->counted = MONTH_OPEN;
    history->last_minor = 0;
    history->there = false;
    memset(history->open_minor, 0, history->closed.months.count * sizeof *history->open_minor);
    if (statements_gather(history, err) != ERR_NONE || documents_gather(history, err) != ERR_NONE ||
        payments_gather(history, err) != ERR_NONE) {
        return err->code;
    }
    return balance(history, err);
}
