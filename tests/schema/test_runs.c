/*
 * Runs and documents: noted, ended, abandoned, issued, and never changed
 * afterwards by anyone (R26).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schema/store_catalogue.h"
#include "schema/store_runs.h"
#include "tests/schema/fresh.h"

#define MONTH 202511
#define START INT64_C(1761955200000)
#define END INT64_C(1764547200000)
#define AS_OF INT64_C(1764633600000)
#define DIGEST "0123456789012345678901234567890123456789012345678901234567890123"

static int32_t note(struct fresh *fresh, int64_t as_of, int32_t *sequence)
{
    struct run_note run = {.month = MONTH, .kind = "close", .as_of = as_of, .noted_at = as_of + 5, .run_by = "me",
                           .approved_by = "", .program_version = "1.0", .workbook = "none"};
    struct err err = {0};
    int32_t number = 0;

    if (run_note(fresh->store, &run, &number, sequence, &err) != ERR_NONE) {
        fail_msg("%s", err.text);
    }
    return number;
}

static void begin(struct fresh *fresh, int32_t run)
{
    struct err err = {0};

    if (issue_begin(fresh->store, run, MONTH, AS_OF, &err) != ERR_NONE) {
        fail_msg("%s", err.text);
    }
}

static enum err_code end(struct fresh *fresh, struct err *err)
{
    struct run_totals totals = {.invoiced = 1, .no_charge = 2, .held = 3, .digest = DIGEST, .reports_digest = DIGEST,
                                .ended_at = AS_OF + 9};

    return issue_commit(fresh->store, &totals, err);
}

/* One document of number `number` for account `account`, "a" being 1. */
static void add(struct fresh *fresh, int64_t number, int32_t account, const char *currency, int digits)
{
    struct bill_line lines[] = {
        {.kind = LINE_PLAN_PRORATED, .plan = 1, .period_start = START, .period_end = END, .unit = UNIT_DAYS, .whole = 30,
         .quantity = 10, .unit_price = 2000, .amount_minor = 667, .charged_at = START + 1, .reference = "c1",
         .reason = "", .detail = ""},
        {.kind = LINE_OVERAGE, .plan = 1, .period_start = START, .period_end = END, .unit = UNIT_CREDIT,
         .quantity = 10050, .unit_price = 40000, .amount_minor = 402, .charged_at = END - 1, .reference = "",
         .reason = "", .detail = ""},
        {.kind = LINE_ADJUSTMENT, .plan = PLAN_UNKNOWN, .period_start = START, .period_end = END, .unit = UNIT_MONTH,
         .quantity = 1, .unit_price = -5, .amount_minor = -5, .charged_at = END - 1, .reference = "j1",
         .reason = "goodwill", .detail = "Zoe"},
        {.kind = LINE_TAX, .plan = PLAN_UNKNOWN, .period_start = START, .period_end = END, .unit = UNIT_PERCENT,
         .quantity = 81000, .unit_price = 1064, .amount_minor = 86, .charged_at = END - 1, .reference = "",
         .reason = "VAT", .detail = "CH"},
    };
    struct bill bill = {.lines = lines, .line_count = 4, .subtotal_minor = 1064, .tax_minor = 86, .total_minor = 1150,
                        .collected_minor = 1200, .due_minor = -50};
    const char *account_id = account == 1 ? "a" : "b";
    struct document document = {.series = "INV", .number = number, .account = account, .account_id = account_id,
                                .account_name = "=A", .currency = currency, .digits = digits, .bill = &bill,
                                .reason = ""};
    struct catalogue catalogue = {0};
    struct err err = {0};

    assert_int_equal(catalogue_read(fresh->store, AS_OF, &catalogue, &err), ERR_NONE);
    assert_int_equal(issue_document(fresh->store, &document, &catalogue, &err), ERR_NONE);
    catalogue_release(&catalogue);
}

static void world(struct fresh *fresh)
{
    fresh_sql(fresh, "INSERT INTO plans VALUES ('free', 'Free', 0, 1), ('pro', 'Pro', 1, 1);"
                     "INSERT INTO accounts VALUES ('a', '=A', 'USD', 0, NULL, 1), ('b', 'B', 'BHD', 0, NULL, 1),"
                     " ('c', 'C', 'JPY', 0, NULL, 1)");
}

/* World with run 1 issued: an invoice for `a`; `c` and `b` held. */
static int32_t issued(struct fresh *fresh)
{
    struct err err = {0};
    int32_t sequence = 0;

    world(fresh);
    int32_t run = note(fresh, AS_OF, &sequence);
    begin(fresh, run);
    add(fresh, 1, 1, "USD", 2);
    assert_int_equal(issue_held(fresh->store, 3, "c", "no_price", &err), ERR_NONE);
    assert_int_equal(issue_held(fresh->store, 2, "b", "no_address", &err), ERR_NONE);
    if (end(fresh, &err) != ERR_NONE) {
        fail_msg("%s", err.text);
    }
    return run;
}

static void test_horizon(void **state)
{
    struct fresh *fresh = *state;
    struct err err = {0};
    int32_t sequence = 0;
    int64_t open = 0;

    assert_string_equal(fresh_query(fresh, "SELECT as_of FROM horizon"), "NULL\n");
    fresh_sql(fresh, "INSERT INTO accounts VALUES ('a', 'A', 'USD', 0, NULL, 1000)");
    assert_int_equal(note(fresh, 1000, &sequence), 1);
    assert_int_equal(sequence, 1);
    assert_int_equal(runs_open(fresh->store, &open, &err), ERR_NONE);
    assert_int_equal(open, 1);
    fresh_refused(fresh, "INSERT INTO accounts VALUES ('b', 'A', 'USD', 0, NULL, 1000)", "backdated");
    fresh_sql(fresh, "INSERT INTO accounts VALUES ('b', 'A', 'USD', 0, NULL, 1001)");
    assert_int_equal(run_abandon(fresh->store, 1, 2000, &err), ERR_NONE);
    assert_int_equal(runs_open(fresh->store, &open, &err), ERR_NONE);
    assert_int_equal(open, 0);
    fresh_sql(fresh, "INSERT INTO accounts VALUES ('c', 'A', 'USD', 0, NULL, 1000)");
    assert_string_equal(fresh_query(fresh, "SELECT as_of FROM horizon"), "NULL\n");
}

/* A run that crashed is abandoned by the next one and takes no number of the month. */
static void test_crashed_run(void **state)
{
    struct fresh *fresh = *state;
    int32_t sequence = 0;

    assert_int_equal(note(fresh, 5000, &sequence), 1);
    assert_int_equal(note(fresh, 3000, &sequence), 2);
    assert_int_equal(sequence, 1);
    assert_string_equal(fresh_query(fresh, "SELECT as_of FROM horizon"), "3000\n");
    assert_string_equal(fresh_query(fresh, "SELECT run, outcome, sequence FROM run_ends"), "1|abandoned|NULL\n");
}

static void test_issue_and_read_back(void **state)
{
    struct fresh *fresh = *state;

    issued(fresh);
    assert_string_equal(fresh_query(fresh, "SELECT * FROM invoices"),
                        "INV-2025-11-00000001|invoice|a|=A|2025-11|USD|4|10.64|0.86|11.50|12.00|-0.50|"
                        "2025-12-02T00:00:00Z|NULL|1|1\n");
    assert_string_equal(
        fresh_query(fresh, "SELECT line, kind, description, plan, period_end, quantity, unit, unit_price, amount, "
                           "charged_at, rule FROM invoice_lines ORDER BY line"),
        "1|plan_prorated|Pro 20.00 x 10 / 30 days|pro|2025-12-01T00:00:00Z|10|days of 30|20.00|6.67|"
        "2025-11-01T00:00:00.001Z|R12\n"
        "2|overage|100.50 credits over the allowance of Pro|pro|2025-12-01T00:00:00Z|100.50|credit|0.04|4.02|"
        "2025-11-30T23:59:59.999Z|R21\n"
        "3|adjustment|goodwill (approved by Zoe)|NULL|2025-12-01T00:00:00Z|1|month|-0.05|-0.05|"
        "2025-11-30T23:59:59.999Z|R23\n"
        "4|tax|VAT (CH)|NULL|2025-12-01T00:00:00Z|8.1|%|10.64|0.86|2025-11-30T23:59:59.999Z|R24\n");
    assert_string_equal(fresh_query(fresh, "SELECT reference, tax_country, tax_name, unit_whole FROM document_lines"),
                        "c1|NULL|NULL|30\n|NULL|NULL|NULL\nj1|NULL|NULL|NULL\n|CH|VAT|NULL\n");
}

/* Currencies with 3 and 0 minor digits in the auditors' views. */
static void test_digits(void **state)
{
    struct fresh *fresh = *state;
    struct err err = {0};
    int32_t sequence = 0;

    world(fresh);
    begin(fresh, note(fresh, AS_OF, &sequence));
    add(fresh, 1, 1, "JPY", 0);
    add(fresh, 2, 2, "BHD", 3);
    assert_int_equal(end(fresh, &err), ERR_NONE);
    assert_string_equal(fresh_query(fresh, "SELECT currency, tax, total, due FROM invoices ORDER BY document"),
                        "JPY|86|1150|-50\nBHD|0.086|1.150|-0.050\n");
    assert_string_equal(fresh_query(fresh, "SELECT currency, unit_price FROM invoice_lines WHERE kind = 'overage' "
                                           "ORDER BY document"),
                        "JPY|0.04\nBHD|0.040\n");
}

static void test_list_sums_held(void **state)
{
    struct fresh *fresh = *state;
    struct err err = {0};
    struct run *runs = NULL;
    struct run_sum *sums = NULL;
    size_t count = 0;
    int64_t documents = 0;
    int32_t run = issued(fresh);

    assert_int_equal(runs_list(fresh->store, 0, &runs, &count, &err), ERR_NONE);
    assert_int_equal(count, 1);
    assert_true(runs[0].run == run && runs[0].sequence == 1 && runs[0].month == MONTH && runs[0].as_of == AS_OF);
    assert_string_equal(runs[0].kind, "close");
    assert_string_equal(runs[0].run_by, "me");
    assert_string_equal(runs[0].workbook, "none");
    assert_string_equal(runs[0].totals.digest, DIGEST);
    assert_true(runs[0].totals.invoiced == 1 && runs[0].totals.no_charge == 2 && runs[0].totals.held == 3);
    assert_int_equal(runs[0].totals.ended_at, AS_OF + 9);
    free(runs);
    assert_int_equal(runs_list(fresh->store, 202510, &runs, &count, &err), ERR_NONE);
    assert_int_equal(count, 0);
    free(runs);
    assert_int_equal(run_sums(fresh->store, run, &sums, &count, &err), ERR_NONE);
    assert_int_equal(count, 1);
    assert_string_equal(sums[0].currency, "USD");
    assert_true(sums[0].documents == 1 && sums[0].subtotal_minor == 1064 && sums[0].tax_minor == 86 &&
                sums[0].total_minor == 1150);
    free(sums);
    assert_int_equal(documents_count(fresh->store, MONTH, "INV", &documents, &err), ERR_NONE);
    assert_int_equal(documents, 1);
    assert_int_equal(documents_count(fresh->store, MONTH, "CN", &documents, &err), ERR_NONE);
    assert_int_equal(documents, 0);
}

static enum err_code held_print(void *context, const char *account_id, const char *reason, struct err *err)
{
    (void)err;
    fprintf(context, "%s %s\n", account_id, reason);
    return ERR_NONE;
}

static void test_held_in_order(void **state)
{
    struct fresh *fresh = *state;
    struct err err = {0};
    char text[256];
    FILE *out = fmemopen(text, sizeof text, "w");
    int32_t run = issued(fresh);

    assert_non_null(out);
    assert_int_equal(run_held(fresh->store, run, held_print, out, &err), ERR_NONE);
    fputc('\0', out);
    fclose(out);
    assert_string_equal(text, "b no_address\nc no_price\n");
}

/* The next run of the month goes on with the numbers; R26: nothing is left out or said twice. */
static void test_numbers_go_on(void **state)
{
    static const struct {
        int64_t first;
        int64_t second;
        enum err_code want;
    } rows[] = {{1, 2, ERR_INTERNAL}, {3, 4, ERR_INTERNAL}, {2, 4, ERR_INTERNAL}, {2, 2, ERR_INTERNAL}, {2, 3, ERR_NONE}};
    struct fresh *fresh = *state;
    int32_t sequence = 0;

    issued(fresh);
    int32_t run = note(fresh, AS_OF, &sequence);
    assert_int_equal(sequence, 2);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err err = {0};

        begin(fresh, run);
        add(fresh, rows[i].first, 1, "USD", 2);
        add(fresh, rows[i].second, 2, "BHD", 3);
        assert_int_equal(end(fresh, &err), rows[i].want);
        issue_drop(fresh->store);
    }
    assert_string_equal(fresh_query(fresh, "SELECT document, run, number FROM documents"), "1|1|1\n2|2|2\n3|2|3\n");
    assert_string_equal(fresh_query(fresh, "SELECT document, count(*) FROM document_lines GROUP BY 1"), "1|4\n2|4\n3|4\n");
    assert_string_equal(fresh_query(fresh, "SELECT run, sequence FROM run_ends"), "1|1\n2|2\n");
}

/* Nothing of a run is in the database before it is all there; upstream can write meanwhile. */
static void test_collected_aside(void **state)
{
    struct fresh *fresh = *state;
    int32_t sequence = 0;

    world(fresh);
    begin(fresh, note(fresh, AS_OF, &sequence));
    add(fresh, 1, 1, "USD", 2);
    fresh_sql(fresh, "INSERT INTO accounts VALUES ('late', 'L', 'USD', 0, NULL, 1764633600001)");
    assert_string_equal(fresh_query(fresh, "SELECT count(*) FROM documents"), "0\n");
    issue_drop(fresh->store);
    issue_drop(fresh->store);
    assert_string_equal(fresh_query(fresh, "SELECT count(*) FROM documents"), "0\n");
}

/* R26: whatever anyone tries with SQL. */
static void test_immutable(void **state)
{
    static const char *const STATEMENTS[] = {
        "UPDATE runs SET as_of = 1",
        "DELETE FROM runs",
        "INSERT OR REPLACE INTO runs SELECT * FROM runs",
        "UPDATE run_ends SET invoiced = 9",
        "DELETE FROM run_ends",
        "INSERT OR REPLACE INTO run_ends SELECT * FROM run_ends",
        "UPDATE documents SET total = 1",
        "UPDATE OR REPLACE documents SET number = 1",
        "DELETE FROM documents",
        "INSERT OR REPLACE INTO documents SELECT * FROM documents",
        "INSERT OR REPLACE INTO documents SELECT 99, run, month, series, number, account, account_id, account_name, "
        "currency, digits, lines, subtotal, tax, total, collected, due, as_of, corrects FROM documents",
        "INSERT INTO documents SELECT 99, run, month, series, number + 1, account, account_id, account_name, "
        "currency, digits, lines, subtotal, tax, total, collected, due, as_of, corrects FROM documents",
        "UPDATE document_lines SET amount = 1",
        "DELETE FROM document_lines",
        "INSERT OR REPLACE INTO document_lines SELECT * FROM document_lines",
        "INSERT OR IGNORE INTO document_lines SELECT * FROM document_lines",
        "INSERT INTO document_lines SELECT document, line + 4, kind, description, plan, period_start, period_end, "
        "quantity, unit, unit_whole, unit_price, amount, charged_at, rule, reference, tax_country, tax_name "
        "FROM document_lines",
        "UPDATE held_accounts SET reason = 'x'",
        "DELETE FROM held_accounts",
        "INSERT OR REPLACE INTO held_accounts SELECT * FROM held_accounts",
        "INSERT INTO held_accounts VALUES (1, 1, 'x')",
        "INSERT OR REPLACE INTO imports SELECT * FROM imports",
        "UPDATE imports SET inserted = 1",
        "DELETE FROM imports",
        "INSERT INTO run_ends VALUES (1, 202511, 'abandoned', NULL, '', '', 0, 0, 0, 1764633600000)",
    };
    struct fresh *fresh = *state;

    issued(fresh);
    fresh_sql(fresh, "INSERT INTO imports VALUES (1, 'x.csv', '" DIGEST "', 'plans', 1, 0, 0, 0, 0, 5, 'me')");
    for (size_t i = 0; i < sizeof STATEMENTS / sizeof STATEMENTS[0]; i++) {
        fresh_refused(fresh, STATEMENTS[i], "immutable: ");
    }
    assert_string_equal(fresh_query(fresh, "SELECT count(*), sum(total) FROM documents"), "1|1150\n");
}

/* An open run's documents, too, only with whole numbers and to whom they belong. */
static void test_open_run_is_guarded(void **state)
{
    struct fresh *fresh = *state;
    int32_t sequence = 0;

    world(fresh);
    note(fresh, AS_OF, &sequence);
    fresh_refused(fresh,
                  "INSERT INTO documents VALUES (1, 1, 202511, 'INV', 2, 1, 'a', 'A', 'USD', 2, 1, 1, 0, 1, 0, 1, "
                  "1764633600000, NULL)",
                  "document numbers run without a gap");
    fresh_refused(fresh,
                  "INSERT INTO documents VALUES (1, 1, 202511, 'INV', 1, 1, 'b', 'A', 'USD', 2, 1, 1, 0, 1, 0, 1, "
                  "1764633600000, NULL)",
                  "the account and its id do not belong together");
    fresh_refused(fresh,
                  "INSERT INTO documents VALUES (1, 1, 202511, 'INV', 1, 1, 'a', 'A', 'USD', 2, 1, 1, 0, 2, 0, 2, "
                  "1764633600000, NULL)",
                  "CHECK constraint failed: total = subtotal + tax");
    fresh_refused(fresh,
                  "INSERT INTO documents VALUES (1, 1, 202510, 'INV', 1, 1, 'a', 'A', 'USD', 2, 1, 1, 0, 1, 0, 1, "
                  "1764633600000, NULL)",
                  "only while their run is at work");
    fresh_refused(fresh, "INSERT INTO run_ends VALUES (1, 202511, 'issued', 2, '', '', 0, 0, 0, 5)",
                  "the runs of a month are numbered without a gap");
}

/* A BEFORE trigger sees -1 where SQLite has not chosen a number yet: no row may have it. */
static void test_no_number_passes_for_none(void **state)
{
    struct fresh *fresh = *state;

    fresh_refused(fresh, "INSERT INTO imports VALUES (-1, 'x.csv', '" DIGEST "', 'plans', 1, 0, 0, 0, 0, 5, 'me')",
                  "CHECK constraint failed: import >= 1");
    assert_string_equal(fresh_query(fresh, "SELECT name FROM sqlite_schema WHERE type = 'table' "
                                           "AND sql GLOB '*INTEGER PRIMARY KEY*' "
                                           "AND sql NOT GLOB '*INTEGER PRIMARY KEY CHECK*'"),
                        "run_ends\n"); /* its trigger wants the run, whose number is checked */
}

static void test_busy(void **state)
{
    struct fresh *fresh = *state;
    struct err err = {0};
    struct err ignored = {0};
    int32_t sequence = 0;

    world(fresh);
    begin(fresh, note(fresh, AS_OF, &sequence));
    add(fresh, 1, 1, "USD", 2);
    fresh_sql(fresh, "BEGIN IMMEDIATE");
    assert_int_equal(end(fresh, &err), ERR_BUSY);
    fresh_sql(fresh, "ROLLBACK");
    assert_int_equal(end(fresh, &ignored), ERR_NONE); /* what was collected is still there */
    assert_string_equal(fresh_query(fresh, "SELECT count(*) FROM documents"), "1\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_horizon),        TEST(test_crashed_run),   TEST(test_issue_and_read_back), TEST(test_digits),
        TEST(test_list_sums_held), TEST(test_held_in_order), TEST(test_numbers_go_on),       TEST(test_collected_aside),
        TEST(test_immutable),      TEST(test_open_run_is_guarded), TEST(test_no_number_passes_for_none), TEST(test_busy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
