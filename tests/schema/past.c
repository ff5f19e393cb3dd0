/*
 * Owns the past that a test may make up.
 */
#include "tests/schema/past.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SQL_MAX 4096

void past_sql(struct fresh *fresh, const char *format, ...)
{
    char sql[SQL_MAX];
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(sql, sizeof sql, format, arguments);
    va_end(arguments);
    assert_in_range(length, 1, sizeof sql - 1);
    fresh_sql(fresh, sql);
}

int past_run(struct fresh *fresh, int32_t month, int64_t as_of)
{
    past_sql(fresh,
             "INSERT INTO runs (month, kind, as_of, noted_at, run_by, approved_by, program_version, rules_version, "
             "workbook) VALUES (%d, 'close', %" PRId64 ", %" PRId64 ", 'me', '', '1', '1', 'none')",
             (int)month, as_of, as_of);
    return (int)sqlite3_last_insert_rowid(fresh->upstream);
}

void past_issued(struct fresh *fresh, int run)
{
    past_sql(fresh,
             "INSERT INTO run_ends SELECT run, month, 'issued', (SELECT 1 + count(*) FROM run_ends e "
             "WHERE e.month = r.month AND e.outcome = 'issued'), '', '', 0, 0, 0, noted_at FROM runs r WHERE run = %d",
             run);
}

void past_abandoned(struct fresh *fresh, int run)
{
    past_sql(fresh,
             "INSERT INTO run_ends SELECT run, month, 'abandoned', NULL, '', '', 0, 0, 0, noted_at FROM runs "
             "WHERE run = %d",
             run);
}

void past_statement(struct fresh *fresh, struct past_statement statement)
{
    past_sql(fresh,
             "INSERT INTO statements VALUES (%d, '%s', '%s', 'free', '%s', 0, '%s', 'USD', 0, %" PRId64 ", %" PRId64
             ", %" PRId64 ", %" PRId64 ", 0, 0, %" PRId64 ", %" PRId64 ")",
             statement.run, statement.account_id, statement.status, statement.plan, statement.country,
             statement.credits, statement.bonus, statement.credits - statement.bonus - statement.overage,
             statement.overage, statement.overage_minor, statement.total_minor);
}

int past_document(struct fresh *fresh, int run, const char *series, const char *account_id, int64_t total_minor)
{
    past_sql(fresh,
             "INSERT INTO documents SELECT NULL, run, month, '%s', (SELECT 1 + count(*) FROM documents d "
             "WHERE d.month = r.month AND d.series = '%s'), a.account, a.account_id, 'N', 'USD', 2, 1, %" PRId64
             ", 0, %" PRId64 ", 0, %" PRId64 ", as_of, iif('%s' = 'INV', NULL, (SELECT min(document) FROM documents d "
             "WHERE d.month = r.month AND d.account_id = a.account_id)) FROM runs r, account_ids a WHERE run = %d AND account_id = '%s'",
             series, series, total_minor, total_minor, total_minor, series, run, account_id);
    int document = (int)sqlite3_last_insert_rowid(fresh->upstream);
    past_sql(fresh,
             "INSERT INTO document_lines VALUES (%d, 1, 'plan', 'Pro', 'pro', 0, 1, 1, 'month', NULL, %" PRId64
             ", %" PRId64 ", 0, 'R11', '', NULL, NULL)",
             document, total_minor, total_minor);
    return document;
}

void past_print(FILE *out, const struct account_history *history)
{
    const struct account_before *before = &history->before;

    fprintf(out, "%s [", history->account_id);
    for (size_t i = 0; i < history->month_count; i++) {
        fprintf(out, "%s%" PRId64, i > 0 ? " " : "", history->credits[i]);
    }
    fprintf(out, "] ");
    if (before->there) {
        fprintf(out, "%s %s '%s' %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64, bill_status_name(before->status),
                before->plan_at_end, before->country, before->credits, before->overage, before->overage_minor,
                before->total_minor);
    } else {
        fprintf(out, "absent");
    }
    fprintf(out, " open %" PRId64 " since %d\n", history->opening_minor, (int)history->oldest_open_month);
}
