/*
 * What was learned between two as-ofs: corrections, voids, restamped rows.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/facts.h"
#include "schema/store_changes.h"
#include "tests/schema/past.h"

#define TEXT_MAX 1024

static int64_t last_run(struct fresh *fresh, int32_t month, int64_t as_of)
{
    struct err err = {0};
    int64_t last = 7;

    if (changes_last_run(fresh->store, month, as_of, &last, &err) != ERR_NONE) {
        fail_msg("%s", err.text);
    }
    return last;
}

/* Only issued runs, only of the month, only with an earlier as-of; the last of them. */
static void test_last_run(void **state)
{
    struct fresh *fresh = *state;

    assert_true(last_run(fresh, 202511, T(99)) == INSTANT_NONE);
    past_issued(fresh, past_run(fresh, 202510, T(10)));
    past_issued(fresh, past_run(fresh, 202511, T(20)));
    past_issued(fresh, past_run(fresh, 202511, T(30)));
    past_abandoned(fresh, past_run(fresh, 202511, T(40)));
    (void)past_run(fresh, 202511, T(50)); /* at work */
    static const struct {
        const char *name;
        int32_t month;
        int64_t as_of, want;
    } rows[] = {
        {"before any", 202511, T(19), INSTANT_NONE},
        {"its own as-of is not earlier", 202511, T(20), INSTANT_NONE},
        {"the one before", 202511, T(20) + 1, T(20)},
        {"still, at the next one's as-of", 202511, T(30), T(20)},
        {"the last that issued", 202511, T(99), T(30)},
        {"another month's", 202510, T(99), T(10)},
        {"a month without", 202512, T(99), INSTANT_NONE},
    };
    int failed = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t got = last_run(fresh, rows[i].month, rows[i].as_of);
        if (got != rows[i].want) {
            print_error("%s: want %" PRId64 ", got %" PRId64 "\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* "accounts 1 0 0; payments 0 2 0": corrections, voids, restamped. Lives until the next call. */
static const char *changes(struct fresh *fresh, int64_t after, int64_t until)
{
    static char text[TEXT_MAX];
    struct table_changes found[CHANGES_MAX];
    struct err err = {0};
    size_t count = 99;

    text[0] = '\0';
    if (changes_read(fresh->store, after, until, found, &count, &err) != ERR_NONE) {
        fail_msg("%s", err.text);
    }
    for (size_t i = 0; i < count; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s %" PRId64 " %" PRId64 " %" PRId64,
                 i == 0 ? "" : "; ", found[i].table, found[i].corrections, found[i].voids, found[i].restamped);
    }
    return text;
}

static void import(struct fresh *fresh, const char *table, int stamped, int64_t imported_at)
{
    past_sql(fresh,
             "INSERT INTO imports SELECT NULL, 'f', format('%%064d', 0), '%s', %d, 0, 0, 0, %d, %" PRId64 ", 'me'",
             table, stamped, stamped, imported_at);
}

/* The span is (after, until]: what the earlier run saw is not in it, what this one sees is. */
static void test_by_table_and_span(void **state)
{
    struct fresh *fresh = *state;

    assert_string_equal(changes(fresh, 0, T(99)), "");
    past_sql(fresh, "INSERT INTO accounts VALUES ('a', 'A', 'USD', 0, NULL, 1), ('b', 'B', 'USD', 0, NULL, %" PRId64 ")",
             T(15));
    assert_string_equal(changes(fresh, T(10), T(20)), ""); /* a new row corrects nothing */
    past_sql(fresh, "INSERT INTO accounts VALUES ('a', 'A2', 'USD', 0, NULL, %" PRId64 ")", T(10));
    past_sql(fresh, "INSERT INTO accounts VALUES ('a', 'A3', 'USD', 0, NULL, %" PRId64 ")", T(20));
    past_sql(fresh, "INSERT INTO accounts VALUES ('a', 'A4', 'USD', 0, NULL, %" PRId64 ")", T(20) + 1);
    assert_string_equal(changes(fresh, T(10), T(20)), "accounts 1 0 0");
    assert_string_equal(changes(fresh, T(10) - 1, T(20)), "accounts 2 0 0");
    assert_string_equal(changes(fresh, T(10), T(20) + 1), "accounts 2 0 0");

    past_sql(fresh, "INSERT INTO voids VALUES ('payments', 'p', 'x', %" PRId64 "), ('payments', 'q', 'x', %" PRId64 ")",
             T(10), T(20));
    past_sql(fresh, "INSERT INTO voids VALUES ('usage_events', 'e', 'x', %" PRId64 ")", T(11));
    past_sql(fresh, "INSERT INTO voids VALUES ('usage_events', 'e', 'again', %" PRId64 ")", T(12));
    assert_string_equal(changes(fresh, T(10), T(20)), "accounts 1 0 0; payments 0 1 0; usage_events 0 1 0; voids 1 0 0");

    import(fresh, "payments", 3, T(10));
    import(fresh, "payments", 4, T(20));
    import(fresh, "payments", 5, T(11));
    import(fresh, "plans", 0, T(11));
    assert_string_equal(changes(fresh, T(10), T(20)), "accounts 1 0 0; payments 0 1 9; usage_events 0 1 0; voids 1 0 0");
}

/* An empty region equals an empty region; another region is another key. */
static void test_key_with_an_empty_part(void **state)
{
    struct fresh *fresh = *state;

    past_sql(fresh,
             "INSERT INTO tax_rates VALUES ('CA', NULL, 'any', 0, 'GST', 50000, NULL, 1), "
             "('CA', 'QC', 'any', 0, 'GST', 50000, NULL, %" PRId64 ")",
             T(15));
    assert_string_equal(changes(fresh, T(10), T(20)), "");
    past_sql(fresh, "INSERT INTO tax_rates VALUES ('CA', NULL, 'any', 0, 'GST', 60000, NULL, %" PRId64 ")", T(15));
    assert_string_equal(changes(fresh, T(10), T(20)), "tax_rates 1 0 0");
}

#define FRESH_TEST(test) cmocka_unit_test_setup_teardown(test, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH_TEST(test_last_run),
        FRESH_TEST(test_by_table_and_span),
        FRESH_TEST(test_key_with_an_empty_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
