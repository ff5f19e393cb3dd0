/*
 * Questions about all payments of a month: are there any, and which references
 * do several accounts share, as known at an as-of (R3).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "schema/store_payments.h"
#include "tests/schema/fresh.h"

#define MONTH 202511
#define TEXT_MAX 1024

static enum err_code tell(void *context, const struct shared_reference *shared, struct err *err)
{
    char *text = context;

    (void)err;
    snprintf(text + strlen(text), TEXT_MAX - strlen(text), "%s: %s %s %lld %lld\n", shared->reference,
             shared->first_account_id, shared->last_account_id, (long long)shared->accounts,
             (long long)shared->payments);
    return ERR_NONE;
}

static const char *shared(struct fresh *fresh, int64_t as_of)
{
    static char text[TEXT_MAX];
    struct err err = {0};

    text[0] = '\0';
    if (shared_references(fresh->store, MONTH, as_of, tell, text, &err) != ERR_NONE) {
        fail_msg("%s", err.text);
    }
    return text;
}

static bool any(struct fresh *fresh, int64_t as_of)
{
    struct err err = {0};
    bool found = false;

    if (payments_any(fresh->store, MONTH, as_of, &found, &err) != ERR_NONE) {
        fail_msg("%s", err.text);
    }
    return found;
}

static void test_shared(void **state)
{
    struct fresh *fresh = *state;

    assert_string_equal(shared(fresh, 100), "");
    fresh_sql(fresh, "INSERT INTO payments VALUES ('p1', 'b', 202511, 5, 100, 'USD', 'r', 10),"
                     " ('p2', 'a', 202511, 6, 200, 'USD', 'r', 10), ('p3', 'a', 202511, 6, -200, 'USD', 'r', 10),"
                     " ('p4', 'a', 202511, 5, 100, 'USD', 'own', 10), ('p5', 'a', 202511, 5, 100, 'USD', 'own', 10),"
                     " ('p6', 'a', 202511, 5, 1, 'USD', '', 10), ('p7', 'b', 202511, 5, 1, 'USD', '', 10),"
                     " ('p8', 'a', 202511, 5, 1, 'USD', NULL, 10), ('p9', 'b', 202511, 5, 1, 'USD', NULL, 10),"
                     " ('q1', 'a', 202511, 5, 1, 'USD', 'R', 10), ('q2', 'b', 202510, 5, 1, 'USD', 'R', 10),"
                     " ('q3', 'c', 202511, 5, 1, 'USD', 'three', 10), ('q4', 'B', 202511, 5, 1, 'USD', 'three', 10),"
                     " ('q5', 'a', 202511, 5, 1, 'USD', 'three', 10)");
    assert_string_equal(shared(fresh, 10), "r: a b 2 3\nthree: B c 3 3\n");
    assert_string_equal(shared(fresh, 9), "");
}

/* Only the version that counts, and no voided payment. */
static void test_shared_as_known(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, "INSERT INTO payments VALUES ('p1', 'a', 202511, 5, 100, 'USD', 'r', 10),"
                     " ('p2', 'b', 202511, 5, 100, 'USD', 'other', 10), ('p2', 'b', 202511, 5, 100, 'USD', 'r', 20),"
                     " ('p2', 'b', 202510, 5, 100, 'USD', 'r', 30), ('p2', 'b', 202511, 5, 100, 'USD', 'r', 40);"
                     "INSERT INTO voids VALUES ('payments', 'p1', 'x', 50), ('adjustments', 'p2', 'x', 1)");
    assert_string_equal(shared(fresh, 19), "");
    assert_string_equal(shared(fresh, 20), "r: a b 2 2\n");
    assert_string_equal(shared(fresh, 30), ""); /* corrected to another month */
    assert_string_equal(shared(fresh, 49), "r: a b 2 2\n");
    assert_string_equal(shared(fresh, 50), "");
}

static void test_any(void **state)
{
    struct fresh *fresh = *state;

    assert_false(any(fresh, 100));
    fresh_sql(fresh, "INSERT INTO payments VALUES ('p0', 'a', 202510, 5, 100, 'USD', 'r', 10)");
    assert_false(any(fresh, 100));
    fresh_sql(fresh, "INSERT INTO payments VALUES ('p1', 'a', 202511, 5, 100, 'USD', 'r', 10),"
                     " ('p1', 'a', 202510, 5, 100, 'USD', 'r', 30), ('p1', 'a', 202511, 5, 100, 'USD', 'r', 40);"
                     "INSERT INTO voids VALUES ('payments', 'p1', 'x', 50)");
    assert_false(any(fresh, 9));
    assert_true(any(fresh, 10));
    assert_false(any(fresh, 30));
    assert_true(any(fresh, 49));
    assert_false(any(fresh, 50));
}

#define FRESH_TEST(test) cmocka_unit_test_setup_teardown(test, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH_TEST(test_shared),
        FRESH_TEST(test_shared_as_known),
        FRESH_TEST(test_any),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
