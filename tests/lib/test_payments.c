/*
 * R25: what was collected, and payments that look as if one were there twice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/catalogue.h"
#include "lib/payments.h"
#include "tests/lib/script.h"

#define PAYMENTS_MAX 4

static const struct {
    const char *name;
    struct {
        int64_t amount_minor;
        const char *at;
    } payments[PAYMENTS_MAX];
    const char *repeats; /* which of them repeat which: "1=0 2=1" */
    int64_t sum_minor;
} rows[] = {
    {"none", {{0, NULL}}, "", 0},
    {"one", {{2000, "2025-11-10"}}, "", 2000},
    {"two on one day", {{2000, "2025-11-10"}, {2000, "2025-11-10T23:59:59.999Z"}}, "1=0", 4000},
    {"in whatever order they were made", {{2000, "2025-11-10T23:59:59.999Z"}, {2000, "2025-11-10"}}, "1=0", 4000},
    {"the next day is another", {{2000, "2025-11-10T23:59:59.999Z"}, {2000, "2025-11-11"}}, "", 4000},
    {"the larger amount first", {{2001, "2025-11-10"}, {2000, "2025-11-10"}}, "", 4001},
    {"another amount", {{2000, "2025-11-10"}, {2001, "2025-11-10"}}, "", 4001},
    {"three", {{700, "2025-11-10"}, {700, "2025-11-10"}, {700, "2025-11-10"}}, "1=0 2=1", 2100},
    {"one between them", {{700, "2025-11-10"}, {900, "2025-11-10"}, {700, "2025-11-10"}}, "2=0", 2300},
    {"a refund is no payment", {{700, "2025-11-10"}, {-700, "2025-11-10"}}, "", 0},
    {"two refunds are equal", {{-700, "2025-11-10"}, {-700, "2025-11-10"}}, "1=0", -1400},
    {"0 is nothing twice", {{0, "2025-11-10"}, {0, "2025-11-10"}}, "", 0},
    {"two pairs",
     {{1, "2025-11-10"}, {1, "2025-11-11"}, {1, "2025-11-11"}, {1, "2025-11-10"}}, "3=0 2=1", 4},
};

static void fill(struct account_facts *facts, struct payment_fact *payments, size_t row)
{
    *facts = (struct account_facts){.payments = payments};
    for (size_t i = 0; i < PAYMENTS_MAX && rows[row].payments[i].at != NULL; i++) {
        payments[i] = (struct payment_fact){.amount_minor = rows[row].payments[i].amount_minor,
                                            .collected_at = script_instant(rows[row].payments[i].at)};
        facts->payment_count++;
    }
}

static void test_repeats_and_sum(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct payment_fact payments[PAYMENTS_MAX];
        struct payment_key keys[PAYMENTS_MAX];
        struct account_facts facts;
        char got[64] = "";
        int64_t sum = -1;

        fill(&facts, payments, i);
        payments_order(&facts, keys);
        for (size_t at = 0; at < facts.payment_count; at++) {
            assert_true(at == 0 || keys[at - 1].amount_minor <= keys[at].amount_minor);
            if (payment_repeats(keys, at)) {
                (void)snprintf(got + strlen(got), sizeof got - strlen(got), "%s%zu=%zu", got[0] == '\0' ? "" : " ",
                               keys[at].index, keys[at - 1].index);
            }
        }
        if (!payments_sum(&facts, &sum) || sum != rows[i].sum_minor || strcmp(got, rows[i].repeats) != 0) {
            print_error("%s: want \"%s\" and %" PRId64 ", got \"%s\" and %" PRId64 "\n", rows[i].name, rows[i].repeats,
                        rows[i].sum_minor, got, sum);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_sum_that_does_not_fit(void **state)
{
    (void)state;
    struct payment_fact payments[] = {{.amount_minor = INT64_MAX}, {.amount_minor = 1}};
    struct account_facts facts = {.payments = payments, .payment_count = 2};
    int64_t sum = 7;

    assert_false(payments_sum(&facts, &sum));
    assert_int_equal(sum, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_repeats_and_sum), cmocka_unit_test(test_sum_that_does_not_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
