/*
 * Documents on their way into the database: few with the tables' triggers, many
 * without, and in both cases what the triggers would have refused is refused;
 * digests as the views' texts give them.
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
#include "schema/store_links.h"
#include "schema/store_runs.h"
#include "tests/schema/fresh.h"

#define MONTH 202511
#define START INT64_C(1761955200000)
#define END INT64_C(1764547200000)
#define AS_OF INT64_C(1764633600000)
#define DIGEST "0123456789012345678901234567890123456789012345678901234567890123"
#define FEW 6
#define MANY 6000 /* documents, and as many statements: more than from which the triggers are put aside */

static struct catalogue catalogue;

static int set_up(void **state)
{
    struct err err = {0};

    if (fresh_setup(state) != 0) {
        return -1;
    }
    fresh_sql(*state, "INSERT INTO plans VALUES ('free', 'Free', 0, 1), ('pro', 'Pro|\\', 1, 1);"
                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) "
                      "INSERT INTO accounts SELECT format('a%05d', i), 'A', 'USD', 0, NULL, 1 FROM n");
    return catalogue_read(((struct fresh *)*state)->store, AS_OF, &catalogue, &err) == ERR_NONE ? 0 : -1;
}

static int tear_down(void **state)
{
    catalogue_release(&catalogue);
    return fresh_teardown(state);
}

static void begin(struct fresh *fresh, int64_t as_of)
{
    struct run_note note = {.month = MONTH, .kind = "close", .as_of = as_of, .noted_at = as_of, .run_by = "me",
                            .approved_by = "", .program_version = "1.0", .workbook = "none"};
    struct err err = {0};
    int32_t run = 0;
    int32_t sequence = 0;

    assert_int_equal(run_note(fresh->store, &note, &run, &sequence, &err), ERR_NONE);
    assert_int_equal(issue_begin(fresh->store, run, MONTH, as_of, &err), ERR_NONE);
}

/* Its texts have all that a canonical text escapes. */
static void document_add(struct fresh *fresh, int number, int32_t account, const char *account_id)
{
    struct bill_line lines[] = {
        {.kind = LINE_PLAN, .plan = 1, .period_start = START, .period_end = END, .unit = UNIT_MONTH, .quantity = 1,
         .unit_price = number, .amount_minor = number, .charged_at = START, .reference = "c|1", .reason = "", .detail = ""},
        {.kind = LINE_ADJUSTMENT, .plan = PLAN_UNKNOWN, .period_start = START, .period_end = END, .unit = UNIT_MONTH,
         .quantity = 1, .unit_price = -5, .amount_minor = -5, .charged_at = END - 1, .reference = "j1",
         .reason = "a\nb\r\\n|", .detail = "Zoë"},
    };
    struct bill bill = {.status = BILL_INVOICED, .lines = lines, .line_count = 2, .subtotal_minor = number - 5,
                        .total_minor = number - 5, .due_minor = number - 5, .plan_at_end = 1};
    struct document document = {.series = "INV", .number = number, .account = account, .account_id = account_id,
                                .account_name = "=|\\A\n", .currency = "USD", .digits = 2, .bill = &bill, .reason = ""};
    struct statement statement = {account_id, "DE", "USD", &bill};
    struct err err = {0};

    assert_int_equal(issue_statement(fresh->store, &statement, &catalogue, &err), ERR_NONE);
    assert_int_equal(issue_document(fresh->store, &document, &catalogue, &err), ERR_NONE);
}

/* Documents numbered from `first` on for as many accounts, the one of number `wrong` with another one's id. */
static void documents_add(struct fresh *fresh, int first, int count, int wrong)
{
    for (int i = 1; i <= count; i++) {
        char account_id[16];

        snprintf(account_id, sizeof account_id, "a%05d", i);
        document_add(fresh, first + i - 1, i == wrong ? i + 1 : i, account_id);
    }
}

static enum err_code end(struct fresh *fresh, struct err *err)
{
    struct run_totals totals = {.digest = DIGEST, .reports_digest = DIGEST, .ended_at = AS_OF};

    return issue_commit(fresh->store, &totals, err);
}

static enum err_code digest_check(void *context, int64_t document, const char *digest, struct err *err)
{
    struct fresh *fresh = context;
    char sql[128];
    char want[DIGEST_TEXT_MAX + 1];
    (void)err;

    snprintf(sql, sizeof sql, "SELECT digest FROM links WHERE document = %" PRId64, document);
    snprintf(want, sizeof want, "%s\n", digest);
    assert_string_equal(fresh_query(fresh, sql), want);
    return ERR_NONE;
}

/* The digest of every document, and the seal of the run, are those of the texts that the views make. */
static void digests_check(struct fresh *fresh, int32_t run)
{
    char digest[DIGEST_TEXT_MAX];
    char sql[192];
    struct err err = {0};

    assert_int_equal(documents_digest(fresh->store, 0, digest_check, fresh, &err), ERR_NONE);
    assert_int_equal(run_digest(fresh->store, run, digest, &err), ERR_NONE);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM seals WHERE run = %d AND digest = '%s'", (int)run, digest);
    assert_string_equal(fresh_query(fresh, sql), "1\n");
}

static void test_few_and_many_are_digested_alike(void **state)
{
    static const int COUNTS[] = {FEW, MANY, FEW};
    struct fresh *fresh = *state;
    char triggers[65536];
    int issued = 0;

    snprintf(triggers, sizeof triggers, "%s", fresh_query(fresh, "SELECT sql FROM sqlite_schema WHERE type = 'trigger' "
                                                                 "AND tbl_name IN ('documents', 'document_lines', "
                                                                 "'links', 'statements') ORDER BY name"));
    for (int32_t run = 1; run <= 3; run++) {
        struct err err = {0};

        begin(fresh, AS_OF + run);
        documents_add(fresh, issued + 1, COUNTS[run - 1], 0);
        issued += COUNTS[run - 1];
        if (end(fresh, &err) != ERR_NONE) {
            fail_msg("%s", err.text);
        }
        digests_check(fresh, run);
    }
    assert_string_equal(fresh_query(fresh, "SELECT count(*), max(number), count(DISTINCT account_id) FROM documents"),
                        "6012|6012|6000\n");
    assert_string_equal(fresh_query(fresh, "SELECT count(*), sum(amount) FROM document_lines"), "12024|18045018\n");
    assert_string_equal(fresh_query(fresh, "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN "
                                           "('documents', 'document_lines', 'links', 'statements') ORDER BY name"),
                        triggers);
    fresh_refused(fresh, "INSERT INTO statements SELECT 1, 'a00009', status, plan_at_start, plan_at_end, "
                         "first_paid_month, country, currency, events, credits, bonus, included, overage, unbilled, "
                         "allowance, overage_amount, total FROM statements LIMIT 1", "immutable: ");
    fresh_refused(fresh, "INSERT OR REPLACE INTO links SELECT * FROM links", "immutable: ");
}

/* What the triggers would refuse is refused without them, too, and leaves nothing behind. */
static void test_many_are_checked(void **state)
{
    static const struct {
        int first;
        int wrong;
        enum err_code code;
        const char *text;
    } rows[] = {
        {1, MANY / 2, ERR_INTERNAL, "do not add up as stored"}, /* another account's id */
        {2, 0, ERR_INTERNAL, "would not run without a gap"},
    };
    struct fresh *fresh = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err err = {0};

        begin(fresh, AS_OF);
        documents_add(fresh, rows[i].first, MANY, rows[i].wrong);
        assert_int_equal(end(fresh, &err), rows[i].code);
        assert_non_null(strstr(err.text, rows[i].text));
        issue_drop(fresh->store);
        assert_string_equal(fresh_query(fresh, "SELECT (SELECT count(*) FROM documents) + (SELECT count(*) FROM statements)"),
                            "0\n");
    }
    fresh_refused(fresh, "INSERT INTO documents VALUES (1, 99, 202511, 'INV', 1, 1, 'a00001', 'A', 'USD', 2, 1, 1, 0, 1, 0, "
                         "1, 1764633600000, NULL)", "immutable: documents are added only while their run is at work");
}

static void count_rows(void *context, int64_t rows_done)
{
    *(int64_t *)context = rows_done;
}

/* A signal stops it in the middle, and nothing is there; it can be dropped when it has moved, too. */
static void test_stopped(void **state)
{
    struct fresh *fresh = *state;
    volatile int stop = 1;
    int64_t rows = 0;
    struct err err = {0};
    struct err none = {0};

    begin(fresh, AS_OF);
    documents_add(fresh, 1, MANY, 0);
    assert_int_equal(issue_rows(fresh->store), MANY * 5); /* a document, two lines, a link, a statement */
    assert_int_equal(issue_move(fresh->store, (struct issue_watch){.stop = &stop}, &err), ERR_INTERRUPTED);
    assert_string_equal(fresh_query(fresh, "SELECT count(*) FROM documents"), "0\n");
    struct issue_watch watch = {.progress = count_rows, .progress_context = &rows};
    assert_int_equal(issue_move(fresh->store, watch, &none), ERR_NONE);
    assert_in_range(rows, MANY * 5 - 1024, MANY * 5 + 8); /* the end of a tape is read, too */
    issue_drop(fresh->store);
    assert_string_equal(fresh_query(fresh, "SELECT count(*) FROM documents"), "0\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_few_and_many_are_digested_alike),
        TEST(test_many_are_checked),
        TEST(test_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
