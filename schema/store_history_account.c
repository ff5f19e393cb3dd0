/*
 * Owns what the cursors say of one account.
 */
#include <stdio.h>
#include <string.h>

#include "lib/arith.h"
#include "lib/calendar.h"
#include "lib/catalogue.h"
#include "schema/store_history_internal.h"
#include "schema/store_issued_sound.h"
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
        .first_paid_month = sqlite3_column_int(row, STATEMENT_FIRST_PAID) != 0,
        .overage_minor = sqlite3_column_int64(row, STATEMENT_OVERAGE_AMOUNT),
    };
    snprintf(before->plan_at_end, sizeof before->plan_at_end, "%s", sql_text(row, STATEMENT_PLAN));
}

/* Some run has a statement of the account at hand. */
static void seen_take(struct history *history, const struct month_run *run)
{
    history->there = true;
    if (history->seen_at < run->as_of) { /* INSTANT_NONE is before all */
        history->seen_at = run->as_of;
    }
}

/* A statement of the account at hand, of a month before; they come from the latest to the earliest. A month is held when
 * every one of it is: what was issued stands when a later run holds the account (R28). */
static enum err_code statement_take(struct history *history, const struct month_run *run, sqlite3_stmt *row, struct err *err)
{
    struct account_history *found = &history->found;
    struct account_before *before = &found->before;
    bool held = status_of(sql_text(row, STATEMENT_STATUS)) == BILL_HELD;
    int64_t credits = sqlite3_column_int64(row, STATEMENT_CREDITS), bonus = sqlite3_column_int64(row, STATEMENT_BONUS);

    if (bonus < 0 || bonus > credits || credits > CREDITS_MAX) {
        return sql_damaged(history->store, "a row of statements cannot be", err);
    }
    seen_take(history, run);
    if (run->month + 1 == history->before && (!before->there || (before->status == BILL_HELD && !held))) {
        before_take(before, row);
    }
    if (!held && run->month != history->counted && found->month_count < HISTORY_MONTHS) {
        found->credits[found->month_count++] = credits - bonus;
        history->counted = run->month;
    }
    return ERR_NONE;
}

/* The account's statement of a run that has no cursor; *row: there is one, in history->statement, until it is reset. */
static enum err_code statement_look_up(struct history *history, const struct month_run *run, bool *row, struct err *err)
{
    sqlite3_reset(history->statement);
    sql_bind_integer(history->statement, 1, run->run);
    sql_bind_text(history->statement, 2, history->account_id);
    return sql_step(history->store, history->statement, DOING, row, err);
}

/* The earliest created_at ever known of the account, or INSTANT_MAX_MS. */
static enum err_code created_read(struct history *history, struct err *err)
{
    bool row = false;

    if (history->created_at != INSTANT_NONE) {
        return ERR_NONE;
    }
    sql_bind_integer(history->created, 1, history->as_of);
    sql_bind_text(history->created, 2, history->account_id);
    enum err_code code = sql_step(history->store, history->created, DOING, &row, err);
    if (code == ERR_NONE) {
        bool known = row && sqlite3_column_type(history->created, 0) != SQLITE_NULL;

        history->created_at = known ? sqlite3_column_int64(history->created, 0) : INSTANT_MAX_MS;
    }
    sqlite3_reset(history->created);
    return code;
}

/* R2: may a run of that month have listed the account? */
static bool existed_in(const struct history *history, const struct month_run *run)
{
    return month_end_ms(closed_month_at(&history->closed, run->month)) > history->created_at;
}

/* R30 counts months that were not held: an account that was held lately has some further back. */
static enum err_code older_gather(struct history *history, struct err *err)
{
    enum err_code code = created_read(history, err);

    for (size_t i = history->recent; i-- > 0 && code == ERR_NONE;) {
        const struct month_run *run = month_run_at(&history->closed, i);
        bool row = false;

        if (history->found.month_count == HISTORY_MONTHS || !existed_in(history, run)) {
            break;
        }
        code = statement_look_up(history, run, &row, err);
        if (code == ERR_NONE && row) {
            code = statement_take(history, run, history->statement, err);
        }
    }
    return code;
}

/* The last run that knew the account may have no cursor. Nearly always the first of those is older than the last that has one. */
static enum err_code last_gather(struct history *history, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (size_t i = 0; i < history->other_count && code == ERR_NONE; i++) {
        const struct month_run *run = month_run_at(&history->closed, history->others[i]);
        bool row = false;

        if (run->as_of <= history->seen_at) {
            break;
        }
        code = created_read(history, err);
        if (code == ERR_NONE && existed_in(history, run)) {
            code = statement_look_up(history, run, &row, err);
        }
        if (code == ERR_NONE && row) {
            seen_take(history, run);
        }
    }
    return code;
}

static bool stands_at(const struct cursor *cursor, const char *account_id)
{
    return cursor->row && strcmp(sql_text(cursor->query, 0), account_id) == 0;
}

static enum err_code statements_gather(struct history *history, struct err *err)
{
    enum err_code code = ERR_NONE;

    for (size_t i = history_recent_count(history); i-- > 0 && code == ERR_NONE;) {
        struct cursor *cursor = &history->statements[i];

        if (stands_at(cursor, history->account_id)) {
            code = statement_take(history, month_run_at(&history->closed, history->recent + i), cursor->query, err);
            code = code == ERR_NONE ? history_step(history, cursor, err) : code;
        }
    }
    if (code == ERR_NONE && history->recent > 0 && history->found.month_count < HISTORY_MONTHS) {
        code = older_gather(history, err);
    }
    return code == ERR_NONE ? last_gather(history, err) : code;
}

/* A sum that does not fit makes the account's money unknown, and is no reason to stop everyone else's month. */
static void sum_add(struct history *history, int64_t amount_minor, int64_t *sum_minor)
{
    if (!arith_add(*sum_minor, amount_minor, sum_minor)) {
        history->found.too_much = true;
    }
}

static void sum_take_away(struct history *history, int64_t amount_minor, int64_t *sum_minor)
{
    if (!arith_sub(*sum_minor, amount_minor, sum_minor)) {
        history->found.too_much = true;
    }
}

static enum err_code document_take(struct history *history, sqlite3_stmt *row, struct err *err)
{
    int32_t month = sqlite3_column_int(row, DOCUMENT_MONTH);
    int64_t total_minor = sqlite3_column_int64(row, DOCUMENT_TOTAL);
    size_t index = closed_month_find(&history->closed, month);

    int32_t run = sqlite3_column_int(row, DOCUMENT_RUN);

    if (!issued_number_sound(total_minor)) {
        return sql_damaged(history->store, "a row of documents cannot be", err);
    }
    if (index == MONTH_OPEN || run < 0 || run > history->last_run) {
        return sql_damaged(history->store, "there is a document of a month that was never closed", err);
    }
    history->there = true;
    sum_add(history, total_minor, month == history->month ? &history->found.month_issued_minor : &history->open_minor[index]);
    if (history->as_of_by_run[run] <= history->seen_at) {
        sum_add(history, total_minor, &history->found.opening_minor);
    }
    if (index + 1 == history->before) {
        sum_add(history, total_minor, &history->last_minor);
    }
    return ERR_NONE;
}

static enum err_code documents_gather(struct history *history, struct err *err)
{
    struct cursor *cursor = &history->documents;

    while (stands_at(cursor, history->account_id)) {
        if (document_take(history, cursor->query, err) != ERR_NONE || history_step(history, cursor, err) != ERR_NONE) {
            return err->code;
        }
    }
    return ERR_NONE;
}

/* One version of a payment. */
struct payment {
    char payment_id[ID_BYTES_MAX + 1];
    int32_t month;
    int64_t amount_minor;
    int64_t recorded_at;
    int64_t void_at; /* INT64_MAX: not voided */
};

static void payment_read(sqlite3_stmt *row, struct payment *payment)
{
    bool voided = sqlite3_column_type(row, PAYMENT_VOID_AT) != SQLITE_NULL;

    sql_copy_text(payment->payment_id, sizeof payment->payment_id, row, PAYMENT_ID);
    payment->month = sqlite3_column_int(row, PAYMENT_MONTH);
    payment->amount_minor = sqlite3_column_int64(row, PAYMENT_AMOUNT);
    payment->recorded_at = sqlite3_column_int64(row, PAYMENT_RECORDED_AT);
    payment->void_at = voided ? sqlite3_column_int64(row, PAYMENT_VOID_AT) : INT64_MAX;
}

/* As known now: of months that are closed; those of the run's own month are its bill's. */
static void payment_take(struct history *history, const struct payment *payment)
{
    size_t index = closed_month_find(&history->closed, payment->month);

    if (payment->void_at == INT64_MAX && index != MONTH_OPEN && payment->month != history->month) {
        history->there = true;
        sum_take_away(history, payment->amount_minor, &history->open_minor[index]);
    }
}

/* As the account's last run knew it: of months that were closed then, the run's own among them. */
static void payment_seen_take(struct history *history, const struct payment *payment)
{
    size_t index = closed_month_find(&history->closed, payment->month);

    if (payment->void_at > history->seen_at && index != MONTH_OPEN && history->closed_at[index] <= history->seen_at) {
        sum_take_away(history, payment->amount_minor, &history->found.opening_minor);
    }
}

/* Of each payment the last version now, and the last that the account's last run knew. */
static enum err_code payments_gather(struct history *history, struct err *err)
{
    struct cursor *cursor = &history->payments;
    struct payment payment;

    while (stands_at(cursor, history->account_id)) {
        payment_read(cursor->query, &payment);
        if (history_step(history, cursor, err) != ERR_NONE) {
            return err->code;
        }
        bool corrected = stands_at(cursor, history->account_id) &&
                         strcmp(sql_text(cursor->query, PAYMENT_ID), payment.payment_id) == 0;
        if (!corrected) {
            payment_take(history, &payment);
        }
        if (payment.recorded_at <= history->seen_at &&
            (!corrected || sqlite3_column_int64(cursor->query, PAYMENT_RECORDED_AT) > history->seen_at)) {
            payment_seen_take(history, &payment);
        }
    }
    return ERR_NONE;
}

static void balance(struct history *history)
{
    struct account_history *found = &history->found;

    for (size_t i = 0; i < history->closed.months.count; i++) {
        sum_add(history, history->open_minor[i], &found->open_minor);
        if (found->oldest_open_month == 0 && history->open_minor[i] > 0) {
            found->oldest_open_month = closed_month_at(&history->closed, i);
        }
    }
    if (found->before.there) {
        found->before.total_minor = history->last_minor;
    }
    if (found->too_much) {
        found->opening_minor = found->open_minor = found->month_issued_minor = 0;
        found->oldest_open_month = 0;
    }
}

enum err_code history_gather(struct history *history, const char *account_id, struct err *err)
{
    snprintf(history->account_id, sizeof history->account_id, "%s", account_id);
    history->found = (struct account_history){.account_id = history->account_id};
    history->there = false;
    history->created_at = INSTANT_NONE;
    history->seen_at = INSTANT_NONE;
    history->counted = MONTH_OPEN;
    history->last_minor = 0;
    memset(history->open_minor, 0, history->closed.months.count * sizeof *history->open_minor);
    if (statements_gather(history, err) != ERR_NONE || documents_gather(history, err) != ERR_NONE ||
        payments_gather(history, err) != ERR_NONE) {
        return err->code;
    }
    balance(history);
    return ERR_NONE;
}
