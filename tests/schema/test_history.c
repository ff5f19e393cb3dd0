/*
 * Looking back: months, their last word and their revenue as earlier as-ofs
 * issued them.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schema/store_history.h"
#include "tests/schema/past.h"

#define TEXT_MAX 4096

static void test_no_past(void **state)
{
    struct fresh *fresh = *state;

    past_accounts(fresh);
    assert_string_equal(past_walk(fresh, 202511, T(50)), "0:\n");
    fresh_sql(fresh, "INSERT INTO payments VALUES ('p', 'a', 202510, 5, 100, 'USD', NULL, 2)");
    assert_string_equal(past_walk(fresh, 202511, T(50)), "0:\n");
}

/* Only runs that issued, only earlier months, only earlier as-ofs. */
static void test_who_is_seen(void **state)
{
    static const struct {
        const char *name;
        int32_t month;
        int64_t as_of;
        const char *want;
    } rows[] = {
        {"before the first run", 202511, T(10), "0:\n"},
        {"an as-of later", 202511, T(10) + 1, "202510:\na [90] invoiced pro 20 700 opening 700 open 700 since 202510\n"},
        {"its own month", 202510, T(99), "0:\na [] absent opening 700 open 0 since 0 issued 700\n"},
        {"an abandoned run and one at work", 202601, T(99),
         "202511:\na [200 90] no_charge free 0 0 opening 700 open 700 since 202510\n"},
        {"the run at the same as-of", 202601, T(20),
         "202510:\na [90] invoiced pro 20 700 opening 700 open 700 since 202510\n"},
    };
    struct fresh *fresh = *state;
    int failed = 0;

    past_accounts(fresh);
    int run = past_run(fresh, 202510, T(10));
    past_statement(fresh, (struct past_statement){run, "a", "invoiced", "pro", "DE", 100, 10, 5, 20, 700, 0});
    past_document(fresh, run, "INV", "a", 700);
    past_issued(fresh, run);
    run = past_run(fresh, 202511, T(15));
    past_statement(fresh, (struct past_statement){run, "a", "invoiced", "max", "US", 1, 0, 0, 0, 1, 0});
    past_abandoned(fresh, run);
    run = past_run(fresh, 202511, T(20));
    past_statement(fresh, (struct past_statement){run, "a", "no_charge", "free", "", 200, 0, 0, 0, 0, 0});
    past_issued(fresh, run);
    run = past_run(fresh, 202512, T(30));
    past_statement(fresh, (struct past_statement){run, "a", "invoiced", "pro", "DE", 7, 0, 0, 0, 7, 0});
    past_document(fresh, run, "INV", "a", 7);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *got = past_walk(fresh, rows[i].month, rows[i].as_of);

        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s: want %sgot %s", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* A month closed in several runs: the last word counts, and what was issued stands (R28). */
static void test_last_word(void **state)
{
    struct fresh *fresh = *state;

    past_accounts(fresh);
    int run = past_run(fresh, 202510, T(10));
    past_statement(fresh, (struct past_statement){run, "a", "held", "pro", "DE", 0, 0, 0, 0, 0, 0});
    past_statement(fresh, (struct past_statement){run, "b", "invoiced", "pro", "DE", 300, 0, 0, 0, 2000, 1});
    past_document(fresh, run, "INV", "b", 2000);
    past_statement(fresh, (struct past_statement){run, "c", "invoiced", "pro", "DE", 400, 0, 0, 0, 2000, 0});
    past_document(fresh, run, "INV", "c", 2000);
    past_statement(fresh, (struct past_statement){run, "d", "held", "pro", "DE", 0, 0, 0, 0, 0, 0});
    past_issued(fresh, run);
    run = past_run(fresh, 202510, T(20)); /* a is mended, d is not */
    past_statement(fresh, (struct past_statement){run, "a", "invoiced", "max", "FR", 500, 0, 0, 0, 3000, 0});
    past_document(fresh, run, "INV", "a", 3000);
    past_statement(fresh, (struct past_statement){run, "d", "held", "max", "FR", 0, 0, 0, 0, 0, 0});
    past_issued(fresh, run);
    run = past_run(fresh, 202510, T(30)); /* a reprocess: b gets a note, c would be held now */
    past_statement(fresh, (struct past_statement){run, "b", "invoiced", "max", "DE", 350, 50, 40, 160, 2500, 0});
    past_document(fresh, run, "DN", "b", 500);
    past_statement(fresh, (struct past_statement){run, "c", "held", "max", "", 0, 0, 0, 0, 0, 0});
    past_issued(fresh, run);

    assert_string_equal(past_walk(fresh, 202511, T(20)), "202510:\n"
                                                    "a [] held pro 0 0 opening 0 open 0 since 0\n"
                                                    "b [300] invoiced pro first 0 2000 opening 2000 open 2000 since 202510\n"
                                                    "c [400] invoiced pro 0 2000 opening 2000 open 2000 since 202510\n"
                                                    "d [] held pro 0 0 opening 0 open 0 since 0\n");
    assert_string_equal(past_walk(fresh, 202511, T(99)), "202510:\n"
                                                    "a [500] invoiced max 0 3000 opening 3000 open 3000 since 202510\n"
                                                    "b [300] invoiced max 160 2500 opening 2500 open 2500 since 202510\n"
                                                    "c [400] invoiced pro 0 2000 opening 2000 open 2000 since 202510\n"
                                                    "d [] held max 0 0 opening 0 open 0 since 0\n");
}

/* R30: six months that were not held, however far back. */
static void test_six_months(void **state)
{
    struct fresh *fresh = *state;

    past_accounts(fresh);
    fresh_sql(fresh, "INSERT INTO accounts VALUES ('new', 'N', 'USD', 1746057600000, NULL, 1)"); /* 2025-05 */
    for (int month = 1; month <= 10; month++) {
        int run = past_run(fresh, 202500 + month, T(month));
        bool held = month == 9 || month == 5;

        past_statement(fresh, (struct past_statement){run, "a", "no_charge", "free", "", month * 100, month, 0, 0, 0, 0});
        past_statement(fresh, (struct past_statement){run, "b", held ? "held" : "no_charge", "free", "",
                                                      held ? 0 : month * 100, 0, 0, 0, 0, 0});
        if (month >= 5) {
            past_statement(fresh, (struct past_statement){run, "new", month == 5 ? "no_charge" : "held", "free", "",
                                                          month == 5 ? 500 : 0, 0, 0, 0, 0, 0});
        }
        past_issued(fresh, run);
    }
    assert_string_equal(past_walk(fresh, 202511, T(99)),
                        "202510:\n"
                        "a [990 891 792 693 594 495] no_charge free 0 0 opening 0 open 0 since 0\n"
                        "b [1000 800 700 600 400 300] no_charge free 0 0 opening 0 open 0 since 0\n"
                        "new [500] held free 0 0 opening 0 open 0 since 0\n");
    assert_string_equal(past_walk(fresh, 202510, T(99)),
                        "202509:\n"
                        "a [891 792 693 594 495 396] no_charge free 0 0 opening 0 open 0 since 0\n"
                        "b [800 700 600 400 300 200] held free 0 0 opening 0 open 0 since 0\n"
                        "new [500] held free 0 0 opening 0 open 0 since 0\n");
}

/* Accounts asked for in order; those in between are passed over. */
static void test_find(void **state)
{
    struct fresh *fresh = *state;
    struct history *history = NULL;
    const struct account_history *found = NULL;
    struct err err = {0};

    past_accounts(fresh);
    int run = past_run(fresh, 202510, T(10));
    past_statement(fresh, (struct past_statement){run, "b", "no_charge", "free", "", 1, 0, 0, 0, 0, 0});
    past_statement(fresh, (struct past_statement){run, "d", "no_charge", "free", "", 2, 0, 0, 0, 0, 0});
    past_document(fresh, run, "INV", "c", 100);
    past_issued(fresh, run);
    assert_int_equal(history_open(fresh->store, (struct history_in){.month = 202511, .as_of = T(20)}, &history, &err), ERR_NONE);
    assert_int_equal(history_find(history, "a", &found, &err), ERR_NONE);
    assert_null(found);
    assert_int_equal(history_find(history, "c", &found, &err), ERR_NONE);
    assert_non_null(found);
    assert_true(found->open_minor == 100 && found->month_count == 0 && !found->before.there);
    assert_int_equal(history_find(history, "cc", &found, &err), ERR_NONE);
    assert_null(found);
    assert_int_equal(history_find(history, "d", &found, &err), ERR_NONE);
    assert_non_null(found);
    assert_string_equal(found->account_id, "d");
    assert_true(found->open_minor == 0 && found->month_count == 1 && found->credits[0] == 2);
    history_close(history);
}

static const char *sums_text(struct fresh *fresh, int32_t month, int64_t as_of)
{
    static char text[TEXT_MAX];
    struct revenue_sum *sums = NULL;
    size_t count = 0;
    struct err err = {0};
    FILE *out = fmemopen(text, sizeof text, "w");

    assert_non_null(out);
    assert_int_equal(history_sums(fresh->store, month, as_of, &sums, &count, &err), ERR_NONE);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "%s '%s' '%s' %s %" PRId64 " %" PRId64 "\n", line_kind_name(sums[i].kind), sums[i].plan,
                sums[i].country, sums[i].currency, sums[i].lines, sums[i].amount_minor);
    }
    free(sums);
    fputc('\0', out);
    fclose(out);
    return text;
}

/* The country is that of the run's own statement: a debit note after a move stands in the new one. */
static void test_sums(void **state)
{
    struct fresh *fresh = *state;

    past_accounts(fresh);
    assert_string_equal(sums_text(fresh, 202510, T(99)), "");
    int run = past_run(fresh, 202510, T(10));
    past_statement(fresh, (struct past_statement){run, "a", "invoiced", "pro", "DE", 0, 0, 0, 0, 2000, 0});
    past_statement(fresh, (struct past_statement){run, "b", "invoiced", "pro", "AT", 0, 0, 0, 0, 2000, 0});
    past_statement(fresh, (struct past_statement){run, "c", "invoiced", "pro", "DE", 0, 0, 0, 0, 2000, 0});
    past_document(fresh, run, "INV", "a", 2000);
    past_document(fresh, run, "INV", "b", 2000);
    int document = past_document(fresh, run, "INV", "c", 2000);
    past_issued(fresh, run);
    run = past_run(fresh, 202510, T(20));
    past_statement(fresh, (struct past_statement){run, "a", "invoiced", "pro", "FR", 0, 0, 0, 0, 2500, 0});
    past_document(fresh, run, "DN", "a", 500);
    past_issued(fresh, run);
    run = past_run(fresh, 202511, T(30));
    past_document(fresh, run, "INV", "a", 9);
    past_issued(fresh, run);
    fresh_refused(fresh,
                  "INSERT INTO document_lines VALUES (3, 2, 'tax', 'VAT', NULL, 0, 1, 190000, '%', NULL, 2000, 380, 0, "
                  "'R24', '', 'DE', 'VAT')",
                  "only while their run is at work");
    assert_int_equal(document, 3);
    assert_string_equal(sums_text(fresh, 202510, T(10)), "");
    assert_string_equal(sums_text(fresh, 202510, T(20)), "plan 'pro' 'AT' USD 1 2000\nplan 'pro' 'DE' USD 2 4000\n");
    assert_string_equal(sums_text(fresh, 202510, T(21)), "plan 'pro' 'AT' USD 1 2000\nplan 'pro' 'DE' USD 2 4000\n"
                                                         "plan 'pro' 'FR' USD 1 500\n");
    assert_string_equal(sums_text(fresh, 202511, T(99)), "plan 'pro' '' USD 1 9\n");
}

static void assert_damaged(struct history *history, const char *account, const char *why)
{
    const struct account_history *found = NULL;
    struct err err = {0};

    assert_int_equal(history_find(history, account, &found, &err), ERR_DATA);
    assert_non_null(strstr(err.text, "the database is damaged: "));
    assert_non_null(strstr(err.text, why));
}

/* What only damage makes: more bonus than usage. */
static void test_damaged_statement(void **state)
{
    struct fresh *fresh = *state;
    const struct history_in in = {.month = 202511, .as_of = T(50)};
    struct history *history = NULL;
    struct err err = {0};

    past_accounts(fresh);
    int run = past_run(fresh, 202510, T(10));
    past_statement(fresh, (struct past_statement){run, "a", "no_charge", "free", "", 100, 10, 0, 0, 0, 0});
    past_issued(fresh, run);
    fresh_sql(fresh, "PRAGMA ignore_check_constraints = ON; DROP TRIGGER statements_update");
    fresh_sql(fresh, "UPDATE statements SET bonus = 101");
    assert_int_equal(history_open(fresh->store, in, &history, &err), ERR_NONE);
    assert_damaged(history, "a", "a row of statements cannot be");
    history_close(history);
}

/* What only damage makes: a document of a month that no run closed, and accounts that are not in order. */
static void test_damaged(void **state)
{
    struct fresh *fresh = *state;
    const struct history_in in = {.month = 202511, .as_of = T(50)};
    const struct account_history *found = NULL;
    struct history *history = NULL;
    struct err err = {0};

    past_accounts(fresh);
    int run = past_run(fresh, 202510, T(10));
    past_document(fresh, run, "INV", "b", 700);
    past_issued(fresh, run);
    fresh_sql(fresh, "DROP TRIGGER documents_update");
    fresh_sql(fresh, "UPDATE documents SET month = 202509");
    assert_int_equal(history_open(fresh->store, in, &history, &err), ERR_NONE);
    assert_int_equal(history_find(history, "a", &found, &err), ERR_NONE);
    assert_null(found);
    assert_damaged(history, "b", "there is a document of a month that was never closed");
    assert_damaged(history, "b", "the accounts are out of order");
    history_close(history);
}

#define FRESH_TEST(test) cmocka_unit_test_setup_teardown(test, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH_TEST(test_no_past), FRESH_TEST(test_who_is_seen), FRESH_TEST(test_last_word), FRESH_TEST(test_six_months),
        FRESH_TEST(test_find),    FRESH_TEST(test_sums),   FRESH_TEST(test_damaged),
        FRESH_TEST(test_damaged_statement),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
