/*
 * Owns the division of a database.
 */
#include "tests/batch/divided.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/batch/command_line.h"

static void shard_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    sqlite3_result_int(context, shard_of((const char *)sqlite3_value_text(values[0]), sqlite3_value_int(values[1])));
}

/* Versions come in the order in which they were recorded. */
static void copy(struct fresh *part, const char *table, const char *condition, const char *order)
{
    char sql[512];

    snprintf(sql, sizeof sql, "INSERT INTO main.%s SELECT * FROM whole.%s WHERE %s ORDER BY recorded_at, %s", table, table,
             condition, order);
    fresh_sql(part, sql);
}

struct fresh *divided_make(struct fresh *all, struct shard shard)
{
    static const char *const EVERYONE[] = {"plans", "plan_prices", "plan_allowances", "model_rates", "countries",
                                           "tax_rates", "policies", "source_totals", "ledger_accounts", "voids"};
    static const char *const ACCOUNTS[] = {"accounts", "billing_addresses", "plan_changes", "overage_settings",
                                           "credit_grants", "payments", "adjustments"};
    struct fresh *part = database_make();
    char sql[256];

    snprintf(sql, sizeof sql, "ATTACH '%s' AS whole", all->path);
    fresh_sql(part, sql);
    assert_int_equal(sqlite3_create_function(part->upstream, "shard", 2, SQLITE_UTF8, NULL, shard_function, NULL, NULL),
                     SQLITE_OK);
    fresh_sql(part, "BEGIN");
    snprintf(sql, sizeof sql, "shard(account_id, %d) = %d", (int)shard.count, (int)shard.index);
    copy(part, "usage_events", sql, "event_id DESC"); /* before its accounts, and in another order */
    for (size_t i = 0; i < sizeof EVERYONE / sizeof EVERYONE[0]; i++) {
        copy(part, EVERYONE[i], "true", "rowid DESC");
    }
    for (size_t i = 0; i < sizeof ACCOUNTS / sizeof ACCOUNTS[0]; i++) {
        copy(part, ACCOUNTS[i], sql, "rowid DESC");
    }
    fresh_sql(part, "COMMIT; DETACH whole");
    return part;
}
