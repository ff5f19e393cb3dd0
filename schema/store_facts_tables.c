/*
 * Owns what is asked of each table of facts, and how a row becomes a fact.
 */
#include "schema/store_facts_internal.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "schema/store_known.h"
#include "schema/store_sql.h"

/* A text of the row, kept for the account at hand. */
const char *facts_keep(struct facts_stream *stream, sqlite3_stmt *row, int column)
{
    const char *text = arena_text(&stream->texts, sql_text(row, column));

    if (text == NULL) {
        stream->no_memory = true;
        return "";
    }
    return text;
}

static void address_take(struct facts_stream *stream, sqlite3_stmt *row, void *item)
{
    *(struct address_fact *)item = (struct address_fact){
        .address_id = facts_keep(stream, row, 1),
        .effective_at = sqlite3_column_int64(row, 2),
        .country = facts_keep(stream, row, 3),
        .region = facts_keep(stream, row, 4),
        .tax_number = facts_keep(stream, row, 5),
    };
}

static void change_take(struct facts_stream *stream, sqlite3_stmt *row, void *item)
{
    *(struct plan_change_fact *)item = (struct plan_change_fact){
        .change_id = facts_keep(stream, row, 1),
        .effective_at = sqlite3_column_int64(row, 2),
        .plan_code = facts_keep(stream, row, 3),
        .plan = catalogue_plan(stream->catalogue, sql_text(row, 3)),
    };
}

static void setting_take(struct facts_stream *stream, sqlite3_stmt *row, void *item)
{
    *(struct overage_setting_fact *)item = (struct overage_setting_fact){
        .setting_id = facts_keep(stream, row, 1),
        .effective_at = sqlite3_column_int64(row, 2),
        .enabled = sqlite3_column_int(row, 3) != 0,
        .cap_credits = sql_integer_or(row, 4, CAP_NONE),
    };
}

static void grant_take(struct facts_stream *stream, sqlite3_stmt *row, void *item)
{
    *(struct credit_grant_fact *)item = (struct credit_grant_fact){
        .grant_id = facts_keep(stream, row, 1),
        .credits = sqlite3_column_int64(row, 2),
        .starts_at = sqlite3_column_int64(row, 3),
        .expires_at = sqlite3_column_int64(row, 4),
        .reason = facts_keep(stream, row, 5),
    };
}

static void payment_take(struct facts_stream *stream, sqlite3_stmt *row, void *item)
{
    *(struct payment_fact *)item = (struct payment_fact){
        .payment_id = facts_keep(stream, row, 1),
        .collected_at = sqlite3_column_int64(row, 2),
        .amount_minor = sqlite3_column_int64(row, 3),
        .currency = facts_keep(stream, row, 4),
        .reference = facts_keep(stream, row, 5),
    };
}

static void adjustment_take(struct facts_stream *stream, sqlite3_stmt *row, void *item)
{
    *(struct adjustment_fact *)item = (struct adjustment_fact){
        .adjustment_id = facts_keep(stream, row, 1),
        .amount_minor = sqlite3_column_int64(row, 2),
        .currency = facts_keep(stream, row, 3),
        .reason = facts_keep(stream, row, 4),
        .approved_by = facts_keep(stream, row, 5),
    };
}

/* Every fact begins with its id. */
static_assert(offsetof(struct address_fact, address_id) == 0 && offsetof(struct plan_change_fact, change_id) == 0 &&
                  offsetof(struct overage_setting_fact, setting_id) == 0 &&
                  offsetof(struct credit_grant_fact, grant_id) == 0 && offsetof(struct payment_fact, payment_id) == 0 &&
                  offsetof(struct adjustment_fact, adjustment_id) == 0,
              "fact_id() reads the first member");

const char *fact_id(const void *fact)
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

const struct facts_table FACTS_TABLES[FACT_TABLES] = {
    [ADDRESSES] = {"billing_addresses",
                   "SELECT account_id, address_id, effective_at, country, region, tax_number FROM billing_addresses t "
                   "WHERE recorded_at <= ?1 ",
                   NOT_VOIDED("billing_addresses", "address_id"), BY_VERSION, false, address_take, NULL, by_address,
                   sizeof(struct address_fact)},
    [CHANGES] = {"plan_changes",
                 "SELECT account_id, change_id, effective_at, plan FROM plan_changes t WHERE recorded_at <= ?1 ",
                 NOT_VOIDED("plan_changes", "change_id"), BY_VERSION, true, change_take, change_at, by_change,
                 sizeof(struct plan_change_fact)},
    [SETTINGS] = {"overage_settings",
                  "SELECT account_id, setting_id, effective_at, enabled, cap_credits FROM overage_settings t "
                  "WHERE recorded_at <= ?1 ",
                  NOT_VOIDED("overage_settings", "setting_id"), BY_VERSION, true, setting_take, setting_at, by_setting,
                  sizeof(struct overage_setting_fact)},
    [GRANTS] = {"credit_grants",
                "SELECT account_id, grant_id, credits, starts_at, expires_at, reason FROM credit_grants t "
                "WHERE recorded_at <= ?1 ",
                NOT_VOIDED("credit_grants", "grant_id"), BY_VERSION, true, grant_take, grant_start, by_grant,
                sizeof(struct credit_grant_fact)},
    /* Of these only the month's are read, and a version may have moved one to another month: SQL decides. */
    [PAYMENTS] = {"payments",
                  "SELECT account_id, payment_id, collected_at, amount, currency, reference FROM payments t "
                  "WHERE month = ?2 AND " KNOWN("payments", "payment_id"),
                  NOT_VOIDED("payments", "payment_id"), "ORDER BY account_id, payment_id", false, payment_take, NULL,
                  NULL, sizeof(struct payment_fact)},
    [ADJUSTMENTS] = {"adjustments",
                     "SELECT account_id, adjustment_id, amount, currency, reason, approved_by FROM adjustments t "
                     "WHERE month = ?2 AND " KNOWN("adjustments", "adjustment_id"),
                     NOT_VOIDED("adjustments", "adjustment_id"), "ORDER BY account_id, adjustment_id", false,
                     adjustment_take, NULL, NULL, sizeof(struct adjustment_fact)},
};
