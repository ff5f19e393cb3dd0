/* The Summary's sums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "reports/totals.h"
#include "tests/reports/hand_bill.h"

static int64_t revenue_of(const struct totals *totals, const char *currency, const char *plan, enum line_kind kind)
{
    for (size_t i = 0; i < totals->revenue.count; i++) {
        const struct revenue_sum *sum = &totals->revenue.sums[i];
        if (strcmp(sum->currency, currency) == 0 && strcmp(sum->plan, plan) == 0 && sum->kind == kind) {
            return sum->amount_minor;
        }
    }
    return 0;
}

static void test_month_by_hand(void **state)
{
    static struct totals totals;
    struct err err = {0};

    (void)state;
    memset(&totals, 0, sizeof totals);
    for (size_t i = HAND_ACCOUNTS; i > 0; i--) { /* whatever the order */
        const struct report_account *account = &hand_month()->accounts[i - 1];
        assert_int_equal(totals_add(&totals, &hand_month()->run, account, &err), ERR_NONE);
    }
    assert_int_equal(totals.statuses[BILL_INVOICED], 4);
    assert_int_equal(totals.statuses[BILL_NO_CHARGE], 1);
    assert_int_equal(totals.statuses[BILL_HELD], 1);
    assert_int_equal(totals.holds[HOLD_INELIGIBLE_COUNTRY], 1);
    assert_int_equal(totals.lines, 9);
    assert_int_equal(totals.events, 6); /* the held account's 9 are left out */
    assert_int_equal(totals.credits, 239456);
    assert_int_equal(totals.credits, totals.used.bonus + totals.used.included + totals.used.overage +
                                         totals.used.unbilled);
    assert_int_equal(totals.currency_count, 4);
    assert_string_equal(totals.currencies[0].currency, "BHD");
    assert_string_equal(totals.currencies[1].currency, "EUR");
    assert_string_equal(totals.currencies[2].currency, "JPY");
    assert_string_equal(totals.currencies[3].currency, "USD");
    assert_int_equal(revenue_of(&totals, "EUR", "pro", LINE_PLAN_PRORATED), 667);
    assert_int_equal(revenue_of(&totals, "EUR", "pro_plus", LINE_PLAN_PRORATED), 1333);
    assert_int_equal(revenue_of(&totals, "EUR", "pro", LINE_PLAN_DISCOUNT), -667);
    assert_int_equal(revenue_of(&totals, "EUR", "", LINE_TAX), totals.currencies[1].tax_minor);
    assert_int_equal(revenue_of(&totals, "USD", "pro", LINE_OVERAGE), 400);
    assert_int_equal(totals.currencies[2].due_minor, -500);
    assert_int_equal(totals.currencies[2].digits, 0);
    assert_int_equal(totals.model_credits[0], 23456);
    assert_int_equal(totals.model_credits[1], 116000);
    assert_int_equal(totals.model_credits[2], 100000);
    assert_int_equal(totals.allowance_used[0], 2); /* two without usage */
    assert_int_equal(totals.allowance_used[4], 1); /* 1,000.00 of 2,200.00 */
    assert_int_equal(totals.allowance_used[TOTALS_OVER], 2);
    assert_int_equal(totals.movers.count, 0); /* no month before */
    totals_release(&totals);
}

static void test_beside_the_month_before(void **state)
{
    static struct totals totals;
    struct err err = {0};
    struct report_run run = hand_month()->run;
    struct account_history history = {.before = {.there = true, .status = BILL_INVOICED, .plan_at_end = "pro",
                                                 .total_minor = 2000}};

    (void)state;
    memset(&totals, 0, sizeof totals);
    run.month_before = 202510;
    for (size_t i = 0; i < HAND_ACCOUNTS; i++) {
        struct report_account account = hand_month()->accounts[i];
        account.history = i == 1 || i == 5 ? &history : NULL;
        assert_int_equal(totals_add(&totals, &run, &account, &err), ERR_NONE);
    }
    /* 3,000 yen, 20 dollars that are gone, 15.86 euros, 7.540 dinars, 1 dollar less */
    static const char *const order[] = {"1002", "1005", "-acct", "1003", "1001"};
    assert_int_equal(totals.movers.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(totals.movers.list[i].account_id, order[i]);
    }
    assert_int_equal(totals.movers.list[1].reason, VARIANCE_LEFT);
    assert_int_equal(totals.movers.list[2].reason, VARIANCE_NEW);
    assert_int_equal(totals.movers.list[4].before_minor, 2000);
    assert_int_equal(totals.movers.list[4].now_minor, 1900);
    totals_release(&totals);
}

static void test_sum_too_large(void **state)
{
    static struct totals totals;
    struct err err = {0};
    struct bill bill = {.status = BILL_INVOICED, .total_minor = INT64_MAX};

    (void)state;
    memset(&totals, 0, sizeof totals);
    struct report_account account = {.account_id = "a", .currency = "USD", .digits = 2, .country = "", .bill = &bill};
    assert_int_equal(totals_add(&totals, &hand_month()->run, &account, &err), ERR_NONE);
    assert_int_equal(totals_add(&totals, &hand_month()->run, &account, &err), ERR_DATA);
    totals_release(&totals);
    assert_string_equal(err.text, "the month's sums in USD are too large to report");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_month_by_hand),
        cmocka_unit_test(test_beside_the_month_before),
        cmocka_unit_test(test_sum_too_large),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
