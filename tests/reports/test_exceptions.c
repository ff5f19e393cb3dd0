/* The list of exceptions: copies, order, counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "reports/exceptions.h"

/* In the order in which they must come out. */
static const struct exception_row sorted[] = {
    {SEVERITY_INFO, "restamped", "", "", INT64_MIN, AMOUNT_NONE, AMOUNT_NONE, "", "m"},
    {SEVERITY_ERROR, "z", "a", "", 5, 1, 1, "USD", "m"},
    {SEVERITY_WARNING, "a", "a", "r1", 9, 1, 1, "USD", "m"},
    {SEVERITY_WARNING, "a", "a", "r2", 1, 1, 1, "USD", "m"},
    {SEVERITY_WARNING, "b", "a", "", 1, 1, 1, "USD", "m"},
    {SEVERITY_WARNING, "b", "a", "", 2, 1, 1, "USD", "m"},
    {SEVERITY_WARNING, "b", "a", "", 2, 1, 1, "USD", "n"},
    {SEVERITY_WARNING, "b", "a", "", 2, 3, 1, "USD", "n"},
    {SEVERITY_WARNING, "b", "a", "", 2, 3, 4, "USD", "n"},
    {SEVERITY_ERROR, "a", "b", "", 1, 1, 1, "USD", "m"},
    {SEVERITY_ERROR, "a", "\xC3\xA9", "", 1, 1, 1, "USD", "m"},
};
#define COUNT (sizeof sorted / sizeof sorted[0])

static void test_order_does_not_depend_on_arrival(void **state)
{
    (void)state;
    for (size_t step = 1; step < COUNT; step++) { /* COUNT is prime: each step visits every row */
        struct exceptions list = {0};
        struct err err = {0};
        for (size_t i = 0; i < COUNT; i++) {
            assert_int_equal(exceptions_add(&list, &sorted[i * step % COUNT], &err), ERR_NONE);
        }
        exceptions_sort(&list);
        for (size_t i = 0; i < COUNT; i++) {
            assert_string_equal(list.rows[i].account_id, sorted[i].account_id);
            assert_string_equal(list.rows[i].code, sorted[i].code);
            assert_string_equal(list.rows[i].reference, sorted[i].reference);
            assert_string_equal(list.rows[i].message, sorted[i].message);
            assert_true(list.rows[i].occurred_at == sorted[i].occurred_at);
            assert_true(list.rows[i].credits == sorted[i].credits);
            assert_true(list.rows[i].amount_minor == sorted[i].amount_minor);
        }
        assert_int_equal(list.severities[SEVERITY_ERROR], 3);
        assert_int_equal(list.severities[SEVERITY_WARNING], 7);
        assert_int_equal(list.severities[SEVERITY_INFO], 1);
        exceptions_release(&list);
    }
}

static void test_texts_are_copied(void **state)
{
    struct exceptions list = {0};
    struct err err = {0};
    char message[32] = "";

    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct exception_row row = sorted[1];
        (void)snprintf(message, sizeof message, "message %d", i);
        row.message = message;
        row.occurred_at = i;
        assert_int_equal(exceptions_add(&list, &row, &err), ERR_NONE);
    }
    exceptions_sort(&list);
    assert_int_equal(list.count, 1000);
    assert_string_equal(list.rows[0].message, "message 0");
    assert_string_equal(list.rows[999].message, "message 999");
    exceptions_release(&list);
    exceptions_release(&list); /* harmless */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_does_not_depend_on_arrival),
        cmocka_unit_test(test_texts_are_copied),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
