/*
 * What was issued, read back as a reprocessing sees it: the lines that stand;
 * and notes, whose lines point at what they take back or replace (R28).
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schema/store_catalogue.h"
#include "schema/store_documents.h"
#include "schema/store_runs.h"
#include "tests/schema/fresh.h"

#define MONTH 202511
#define START INT64_C(1761955200000)
#define END INT64_C(1764547200000)
#define AS_OF INT64_C(1764633600000)
#define DIGEST "0123456789012345678901234567890123456789012345678901234567890123"

static struct catalogue catalogue;

static int set_up(void **state)
{
    struct err err = {0};

    if (fresh_setup(state) != 0) {
        return -1;
    }
    fresh_sql(*state, "INSERT INTO plans VALUES ('free', 'Free', 0, 1), ('pro', 'Pro', 1, 1);"
                      "INSERT INTO accounts VALUES ('a', 'A', 'USD', 0, NULL, 1), ('b', 'B', 'USD', 0, NULL, 1)");
    return catalogue_read(((struct fresh *)*state)->store, AS_OF, &catalogue, &err) == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    catalogue_release(&catalogue);
    return fresh_teardown(state);
}

static struct bill_line plan_line(int64_t amount_minor)
{
    return (struct bill_line){.kind = LINE_PLAN, .plan = 1, .period_start = START, .period_end = END, .unit = UNIT_MONTH,
                              .quantity = 1, .unit_price = amount_minor, .amount_minor = amount_minor,
                              .charged_at = START, .reference = "c1", .reason = "", .detail = ""};
}

static struct bill_line tax_line_of(int64_t taxed_minor, int64_t amount_minor)
{
    return (struct bill_line){.kind = LINE_TAX, .plan = PLAN_UNKNOWN, .period_start = START, .period_end = END,
                              .unit = UNIT_PERCENT, .quantity = 190000, .unit_price = taxed_minor,
                              .amount_minor = amount_minor, .charged_at = END - 1, .reference = "", .reason = "VAT",
                              .detail = "DE"};
}

/* A run at this as-of that issues what is collected between begin and end. */
static void begin(struct fresh *fresh, int64_t as_of)
{
    struct run_note note = {.month = MONTH, .kind = "reprocess", .as_of = as_of, .noted_at = as_of, .run_by = "me",
                            .approved_by = "", .program_version = "1.0", .workbook = "none"};
    struct err err = {0};
    int32_t run = 0;
    int32_t sequence = 0;

    assert_int_equal(run_note(fresh->store, &note, &run, &sequence, &err), ERR_NONE);
    assert_int_equal(issue_begin(fresh->store, run, MONTH, as_of, &err), ERR_NONE);
}

static void end(struct fresh *fresh, int64_t as_of)
{
    struct run_totals totals = {.digest = DIGEST, .reports_digest = DIGEST, .ended_at = as_of};
    struct err err = {0};

    if (issue_commit(fresh->store, &totals, &err) != ERR_NONE) {
        fail_msg("%s", err.text);
    }
}

static void issue(struct fresh *fresh, struct document document)
{
    struct err err = {0};

    document.account = document.account_id[0] == 'a' ? 1 : 2;
    document.account_name = "A";
    document.currency = "USD";
    document.digits = 2;
    assert_int_equal(issue_document(fresh->store, &document, &catalogue, &err), ERR_NONE);
}

/* Run 1: invoices of 20.00 and 19 % tax for both accounts. */
static void invoice_both(struct fresh *fresh)
{
    struct bill_line lines[] = {plan_line(2000), tax_line_of(2000, 380)};
    struct bill bill = {.lines = lines, .line_count = 2, .subtotal_minor = 2000, .tax_minor = 380, .total_minor = 2380,
                        .collected_minor = 2000, .due_minor = 380};

    begin(fresh, AS_OF);
    issue(fresh, (struct document){.series = "INV", .number = 1, .account_id = "a", .bill = &bill, .reason = ""});
    issue(fresh, (struct document){.series = "INV", .number = 2, .account_id = "b", .bill = &bill, .reason = ""});
    end(fresh, AS_OF);
}

/* A note for `a` at the as-of that makes its month come to this plan line and no tax. */
static void correct(struct fresh *fresh, int64_t as_of, int64_t number, int64_t amount_minor, int64_t collected_minor)
{
    static const struct bill_line *sorted[8];
    static bool done[8];
    static struct bill_line note_lines[8];
    struct bill_line line = plan_line(amount_minor);
    struct documents *documents = NULL;
    struct issued_account issued;
    struct err err = {0};

    assert_int_equal(documents_open(fresh->store, MONTH, SEQUENCE_ANY, &catalogue, &documents, &err), ERR_NONE);
    assert_int_equal(documents_read(documents, "a", 1, &issued, &err), ERR_NONE);
    struct bill note = correction((struct correction_in){issued.lines, issued.line_count, &line, 1,
                                                         issued.collected_minor, collected_minor},
                                  (struct correction_room){sorted, done, note_lines});
    begin(fresh, as_of);
    issue(fresh, (struct document){.series = correction_series(note.total_minor), .number = number, .account_id = "a",
                                   .bill = &note, .corrects = issued.invoice, .reason = "price of pro corrected"});
    end(fresh, as_of);
    documents_close(documents);
}

/* What stands of an account before a run of this sequence, on one line. */
static const char *standing(struct fresh *fresh, const char *account_id, int32_t before)
{
    static char text[1024];
    struct documents *documents = NULL;
    struct issued_account issued;
    struct err err = {0};
    size_t used = 0;

    assert_int_equal(documents_open(fresh->store, MONTH, before, &catalogue, &documents, &err), ERR_NONE);
    assert_int_equal(documents_read(documents, account_id, account_id[0] - 'a' + 1, &issued, &err), ERR_NONE);
    used = (size_t)snprintf(text, sizeof text, "%zu %s %" PRId64 " %" PRId64 ":", issued.document_count,
                            issued.invoice_number, issued.total_minor, issued.collected_minor);
    for (size_t i = 0; i < issued.line_count; i++) {
        const struct issued_line *line = &issued.lines[i];
        used += (size_t)snprintf(text + used, sizeof text - used, " [%s.%d %s %s %d %" PRId64 "/%" PRId64 " %s%s%s]",
                                 line->document_number, (int)line->number, line_kind_name(line->line.kind),
                                 line_unit_name(line->line.unit), line->line.plan, line->line.amount_minor,
                                 line->line.quantity, line->line.detail, line->line.reason, line->description);
    }
    documents_close(documents);
    return text;
}

static void test_standing_lines(void **state)
{
    struct fresh *fresh = *state;

    assert_string_equal(standing(fresh, "a", SEQUENCE_ANY), "0  0 0:");
    invoice_both(fresh);
    assert_string_equal(standing(fresh, "a", SEQUENCE_ANY),
                        "1 INV-2025-11-00000001 2380 2000: [INV-2025-11-00000001.1 plan month 1 2000/1 Pro, month] "
                        "[INV-2025-11-00000001.2 tax % -1 380/190000 DEVATVAT (DE)]");
    correct(fresh, AS_OF + 10, 1, 2500, 2100);
    assert_string_equal(standing(fresh, "a", SEQUENCE_ANY),
                        "2 INV-2025-11-00000001 2500 2100: [DN-2025-11-00000001.3 plan month 1 2500/1 Pro, month]");
    correct(fresh, AS_OF + 20, 1, 2000, 2100);
    assert_string_equal(standing(fresh, "a", SEQUENCE_ANY),
                        "3 INV-2025-11-00000001 2000 2100: [CN-2025-11-00000001.2 plan month 1 2000/1 Pro, month]");
    assert_string_equal(standing(fresh, "a", 3),
                        "2 INV-2025-11-00000001 2500 2100: [DN-2025-11-00000001.3 plan month 1 2500/1 Pro, month]");
    assert_string_equal(standing(fresh, "a", 1), "0  0 0:");
    assert_string_equal(standing(fresh, "b", SEQUENCE_ANY),
                        "1 INV-2025-11-00000002 2380 2000: [INV-2025-11-00000002.1 plan month 1 2000/1 Pro, month] "
                        "[INV-2025-11-00000002.2 tax % -1 380/190000 DEVATVAT (DE)]");
}

/* The last statement of each, as runs before a sequence left it. */
static void test_statements(void **state)
{
    static const struct {
        const char *account_id;
        int32_t account, before;
        const char *want;
    } rows[] = {
        {"a", 1, SEQUENCE_ANY, "invoiced 7 '', billed 7 70"}, {"a", 1, 2, "held 0 'no_price', billed 0 0"},
        {"a", 1, 1, "none"}, {"b", 2, SEQUENCE_ANY, "held 0 '', billed 3 30"}, {"b", 2, 3, "invoiced 3 '', billed 3 30"},
    };
    struct fresh *fresh = *state;
    struct err err = {0};
    struct documents *documents = NULL;
    struct issued_account issued;
    char got[100];

    fresh_sql(fresh, "INSERT INTO runs SELECT n, 202511, 'close', n, n, '', '', '', '', 'none' FROM "
                     "(SELECT 1 AS n UNION SELECT 2 UNION SELECT 3)");
    fresh_sql(fresh, "INSERT INTO statements SELECT 1, 'a', 'held', 'free', 'free', 0, '', 'USD', 0, 0,0,0,0,0,0,0,0;"
                     "INSERT INTO held_accounts VALUES (1, 1, 'no_price');"
                     "INSERT INTO statements SELECT 1, 'b', 'invoiced', 'free', 'free', 0, '', 'USD', 3, 30,0,30,0,0,0,0,0;"
                     "INSERT INTO statements SELECT 2, 'a', 'invoiced', 'free', 'free', 0, '', 'USD', 7, 70,0,70,0,0,0,0,0;"
                     "INSERT INTO statements SELECT 3, 'b', 'held', 'free', 'free', 0, '', 'USD', 0, 0,0,0,0,0,0,0,0;"
                     "INSERT INTO run_ends SELECT 1, 202511, 'issued', 1, '', '', 0, 0, 0, 9;"
                     "INSERT INTO run_ends SELECT 2, 202511, 'issued', 2, '', '', 0, 0, 0, 9;"
                     "INSERT INTO run_ends SELECT 3, 202511, 'issued', 3, '', '', 0, 0, 0, 9");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(documents_open(fresh->store, MONTH, rows[i].before, &catalogue, &documents, &err), ERR_NONE);
        assert_int_equal(documents_read(documents, rows[i].account_id, rows[i].account, &issued, &err), ERR_NONE);
        snprintf(got, sizeof got, "%s %" PRId64 " '%s', billed %" PRId64 " %" PRId64, issued.held ? "held" : "invoiced",
                 issued.events, issued.held_reason, issued.billed_events, issued.billed_credits);
        assert_string_equal(issued.stated ? got : "none", rows[i].want);
        documents_close(documents);
    }
}

static void test_numbers_before(void **state)
{
    static const struct {
        const char *series;
        int32_t before;
        int64_t count;
    } rows[] = {
        {"INV", 1, 0}, {"INV", 2, 2}, {"INV", SEQUENCE_ANY, 2}, {"DN", 1, 0}, {"DN", 2, 0}, {"DN", 3, 1},
        {"DN", SEQUENCE_ANY, 1}, {"CN", 3, 0}, {"CN", 4, 1},
    };
    struct fresh *fresh = *state;
    struct err err = {0};

    invoice_both(fresh);
    correct(fresh, AS_OF + 10, 1, 2500, 2100);
    correct(fresh, AS_OF + 20, 1, 2000, 2100);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t count = -1;
        assert_int_equal(documents_before(fresh->store, MONTH, rows[i].series, rows[i].before, &count, &err), ERR_NONE);
        if (count != rows[i].count) {
            fail_msg("%s before %d: want %d, got %d", rows[i].series, (int)rows[i].before, (int)rows[i].count, (int)count);
        }
    }
}

static void test_views_of_a_note(void **state)
{
    struct fresh *fresh = *state;

    invoice_both(fresh);
    correct(fresh, AS_OF + 10, 1, 2500, 2100);
    assert_string_equal(
        fresh_query(fresh, "SELECT invoice_number, kind, lines, subtotal, tax, total, collected, due, corrects FROM invoices "
                           "WHERE kind <> 'invoice'"),
        "DN-2025-11-00000001|debit_note|3|5.00|-3.80|1.20|1.00|0.20|INV-2025-11-00000001\n");
    assert_string_equal(
        fresh_query(fresh, "SELECT line, description, quantity, unit_price, amount, rule FROM invoice_lines "
                           "WHERE invoice_number GLOB 'DN*' ORDER BY line"),
        "1|Reversal of INV-2025-11-00000001 line 1: Pro, month|-1|20.00|-20.00|R28\n"
        "2|Reversal of INV-2025-11-00000001 line 2: VAT (DE)|-19|20.00|-3.80|R28\n"
        "3|Pro, month|1|25.00|25.00|R11\n");
    assert_string_equal(fresh_query(fresh, "SELECT invoice_number, line, does, corrects_number, corrects_line, amount, "
                                           "reason FROM corrections ORDER BY line"),
                        "DN-2025-11-00000001|1|takes back|INV-2025-11-00000001|1|-20.00|price of pro corrected\n"
                        "DN-2025-11-00000001|2|takes back|INV-2025-11-00000001|2|-3.80|price of pro corrected\n"
                        "DN-2025-11-00000001|3|replaces|INV-2025-11-00000001|1|25.00|price of pro corrected\n");
}

/* A note at work, with one line: what may it point at? */
static void test_pointers_are_guarded(void **state)
{
    struct fresh *fresh = *state;

    invoice_both(fresh);
    correct(fresh, AS_OF + 10, 1, 2500, 2100);
    fresh_sql(fresh, "INSERT INTO runs VALUES (9, 202511, 'reprocess', 1764633600030, 1764633600030, 'me', '', '1', '1', "
                     "'none')");
    fresh_refused(fresh,
                  "INSERT INTO documents VALUES (9, 9, 202511, 'CN', 1, 1, 'a', 'A', 'USD', 2, 1, -2500, 0, -2500, 0, "
                  "-2500, 1764633600030, 2)",
                  "a note corrects the invoice of its account and month");
    fresh_sql(fresh, "INSERT INTO documents VALUES (9, 9, 202511, 'CN', 1, 1, 'a', 'A', 'USD', 2, 1, -2500, 0, -2500, 0, "
                     "-2500, 1764633600030, 1);"
                     "INSERT INTO document_lines VALUES (9, 1, 'plan', 'Reversal', 'pro', 1761955200000, 1764547200000, "
                     "-1, 'month', NULL, 2500, -2500, 1761955200000, 'R28', '', NULL, NULL)");
    fresh_refused(fresh, "INSERT INTO line_corrections VALUES (9, 1, 1, 1, 1)", "of its account and month that stands");
    fresh_refused(fresh, "INSERT INTO line_corrections VALUES (9, 1, 1, 2, 1)", "of its account and month that stands");
    fresh_refused(fresh, "INSERT INTO line_corrections VALUES (9, 1, 1, 3, 1)", "of its account and month that stands");
    fresh_refused(fresh, "INSERT INTO line_corrections VALUES (9, 1, 1, 3, 7)", "minus the quantity and the amount");
    fresh_sql(fresh, "INSERT INTO line_corrections VALUES (9, 1, 1, 3, 3)");
    fresh_refused(fresh, "INSERT OR REPLACE INTO line_corrections VALUES (9, 1, 0, 3, 3)", "immutable");
    fresh_sql(fresh, "INSERT INTO document_reasons VALUES (9, 'voided')");
    fresh_refused(fresh, "INSERT OR REPLACE INTO document_reasons VALUES (9, 'other')", "immutable");
}

static void test_immutable(void **state)
{
    struct fresh *fresh = *state;

    invoice_both(fresh);
    correct(fresh, AS_OF + 10, 1, 2500, 2100);
    fresh_refused(fresh, "UPDATE line_corrections SET reversal = 0", "immutable");
    fresh_refused(fresh, "DELETE FROM line_corrections", "immutable");
    fresh_refused(fresh, "UPDATE document_reasons SET reason = 'x'", "immutable");
    fresh_refused(fresh, "DELETE FROM document_reasons", "immutable");
    fresh_refused(fresh, "INSERT INTO document_reasons VALUES (1, 'late')", "only while their run is at work");
    fresh_refused(fresh, "INSERT INTO line_corrections VALUES (3, 4, 1, 1, 1)", "only while their run is at work");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_standing_lines), TEST(test_statements), TEST(test_numbers_before), TEST(test_views_of_a_note),
        TEST(test_pointers_are_guarded), TEST(test_immutable),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
