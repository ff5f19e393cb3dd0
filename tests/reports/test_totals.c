/* The Summary's sums. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "reports/totals.h"
#include "tests/reports/hand_bill.h"

static void test_month_by_hand(void **state)
{
    static struct totals totals;
    struct err err = {0};

    (void)state;
    memset(&totals, 0, sizeof totals);
    for (size_t i = HAND_ACCOUNTS; i > 0; i--) { /* whatever the order */
        const struct report_account *account = &hand_month()->accounts[i - 1];
        assert_int_equal(totals_add(&totals, account, &err), ERR_NONE);
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
    assert_int_equal(totals.currencies[1].kind_minor[LINE_PLAN_PRORATED], 2000);
    assert_int_equal(totals.currencies[1].kind_minor[LINE_PLAN_DISCOUNT], -667);
    assert_int_equal(totals.currencies[1].kind_minor[LINE_TAX], totals.currencies[1].tax_minor);
    assert_int_equal(totals.currencies[2].due_minor, -500);
    assert_int_equal(totals.currencies[2].digits, 0);
    assert_int_equal(totals.currencies[3].kind_minor[LINE_OVERAGE], 400);
}

static void test_sum_too_large(void **state)
{
    static struct totals totals;
    struct err err = {0};
    struct bill bill = {.status = BILL_INVOICED, .total_minor = INT64_MAX};
    struct report_account account = {.account_id = "a", .currency = "USD", .digits = 2, .invoice_number = "INV",
                                     .bill = &bill};

    (void)state;
    memset(&totals, 0, sizeof totals);
    assert_int_equal(totals_add(&totals, &account, &err), ERR_NONE);
    assert_int_equal(totals_add(&totals, &account, &err), ERR_DATA);
    assert_string_equal(err.text, "the month's sums in USD are too large to report");
}

/* R28: what a note adds is the note's; the usage is the month's. */
static void test_note(void **state)
{
    static struct totals totals;
    struct err err = {0};
    struct bill_line lines[] = {{.kind = LINE_OVERAGE, .amount_minor = -400}, {.kind = LINE_OVERAGE, .amount_minor = 600}};
    struct bill bill = {.status = BILL_INVOICED, .total_minor = 2600, .credits = 115000};
    struct bill note = {.status = BILL_INVOICED, .lines = lines, .line_count = 2, .subtotal_minor = 200,
                        .total_minor = 200, .due_minor = 200};
    struct report_account account = {.account_id = "a", .currency = "USD", .digits = 2, .invoice_number = "DN",
                                     .bill = &bill, .note = &note, .corrects = "INV"};

    (void)state;
    memset(&totals, 0, sizeof totals);
    assert_int_equal(totals_add(&totals, &account, &err), ERR_NONE);
    assert_int_equal(totals.currencies[0].invoices, 1);
    assert_int_equal(totals.currencies[0].total_minor, 200);
    assert_int_equal(totals.currencies[0].kind_minor[LINE_OVERAGE], 200);
    assert_int_equal(totals.lines, 2);
    assert_int_equal(totals.credits, 115000);
    account.invoice_number = ""; /* nothing is issued: the lines are as they were */
    account.note = NULL;
    assert_int_equal(totals_add(&totals, &account, &err), ERR_NONE);
    assert_int_equal(totals.currencies[0].invoices, 1);
    assert_int_equal(totals.statuses[BILL_INVOICED], 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_month_by_hand),
        cmocka_unit_test(test_sum_too_large),
        cmocka_unit_test(test_note),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
