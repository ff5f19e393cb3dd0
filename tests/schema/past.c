/*
 * Owns the past that a test may make up.
 */
#include "tests/schema/past.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/history.h"
#include "schema/store_history.h"

#define SQL_MAX 4096
#define TEXT_MAX 4096

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

void past_accounts(struct fresh *fresh)
{
    fresh_sql(fresh, "INSERT INTO accounts VALUES ('a', 'A', 'USD', 0, NULL, 1), ('b', 'B', 'USD', 0, NULL, 1),"
                     " ('c', 'C', 'USD', 0, NULL, 1), ('d', 'D', 'USD', 0, NULL, 1)");
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
             "INSERT INTO statements VALUES (%d, '%s', '%s', 'free', '%s', %d, '%s', 'USD', 0, %" PRId64 ", %" PRId64
             ", %" PRId64 ", %" PRId64 ", 0, 0, %" PRId64 ", %" PRId64 ")",
             statement.run, statement.account_id, statement.status, statement.plan, statement.first_paid_month, statement.country,
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

static void print(FILE *out, const struct account_history *history)
{
    const struct account_before *before = &history->before;

    fprintf(out, "%s [", history->account_id);
    for (size_t i = 0; i < history->month_count; i++) {
        fprintf(out, "%s%" PRId64, i > 0 ? " " : "", history->credits[i]);
    }
    fprintf(out, "] ");
    if (before->there) {
        fprintf(out, "%s %s%s %" PRId64 " %" PRId64, bill_status_name(before->status), before->plan_at_end,
                before->first_paid_month ? " first" : "", before->overage_minor, before->total_minor);
    } else {
        fprintf(out, "absent");
    }
    if (history->too_much) {
        fprintf(out, " too much\n");
        return;
    }
    fprintf(out, " opening %" PRId64 " open %" PRId64 " since %d", history->opening_minor, history->open_minor,
            (int)history->oldest_open_month);
    if (history->month_issued_minor != 0) {
        fprintf(out, " issued %" PRId64, history->month_issued_minor);
    }
    fputc('\n', out);
}

static void walk(struct fresh *fresh, struct history_in in, char text[TEXT_MAX])
{
    static const char *const ACCOUNTS[] = {"a", "b", "c", "d", "new"};
    struct history *history = NULL;
    struct err err = {0};
    FILE *out = fmemopen(text, TEXT_MAX, "w");

    assert_non_null(out);
    assert_int_equal(history_open(fresh->store, in, &history, &err), ERR_NONE);
    fprintf(out, "%d:\n", (int)history_month(history));
    for (size_t i = 0; i < sizeof ACCOUNTS / sizeof ACCOUNTS[0]; i++) {
        const struct account_history *found = NULL;

        if (history_find(history, ACCOUNTS[i], &found, &err) != ERR_NONE) {
            fail_msg("%s", err.text);
        }
        if (found != NULL) {
            assert_string_equal(found->account_id, ACCOUNTS[i]);
            print(out, found);
        }
    }
    history_close(history);
    fputc('\0', out);
    fclose(out);
}

/* Accounts looked up by themselves have the same past. */
const char *past_walk(struct fresh *fresh, int32_t month, int64_t as_of)
{
    static char text[TEXT_MAX];
    static char one_by_one[TEXT_MAX];

    walk(fresh, (struct history_in){.month = month, .as_of = as_of}, text);
    walk(fresh, (struct history_in){.month = month, .as_of = as_of, .few = true}, one_by_one);
    assert_string_equal(text, one_by_one);
    return text;
}
