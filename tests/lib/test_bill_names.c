/*
 * The words of a bill: what is written is found again, and nothing else is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/bill.h"

static const char *const KINDS[] = {"plan R11",    "plan_prorated R12", "plan_discount R13", "plan_upgrade R14",
                                    "overage R21", "adjustment R23",    "tax R24"};
static const char *const UNITS[] = {"month", "days", "seconds", "credit", "%"};
static const char *const HOLDS[] = {"",         "unknown_plan", "no_address",    "ineligible_country",
                                    "no_price", "no_allowance", "unknown_model", "out_of_bounds"};

static void test_kinds(void **state)
{
    (void)state;
    for (int i = LINE_PLAN; i <= LINE_TAX; i++) {
        enum line_kind found = i == LINE_PLAN ? LINE_TAX : LINE_PLAN;
        const char *name = line_kind_name((enum line_kind)i);
        size_t length = strlen(name);
        assert_memory_equal(KINDS[i], name, length);
        assert_string_equal(KINDS[i] + length + 1, line_kind_rule((enum line_kind)i));
        assert_true(line_kind_find(name, &found));
        assert_int_equal(found, i);
    }
    enum line_kind untouched = LINE_OVERAGE;
    assert_false(line_kind_find("Plan", &untouched));
    assert_false(line_kind_find("", &untouched));
    assert_int_equal(untouched, LINE_OVERAGE);
}

static void test_rules(void **state)
{
    struct bill_line line = {.kind = LINE_OVERAGE};

    (void)state;
    assert_string_equal(line_rule(&line), "R21");
    line.reversal = true;
    assert_string_equal(line_rule(&line), "R28");
}

static void test_units(void **state)
{
    (void)state;
    for (int i = UNIT_MONTH; i <= UNIT_PERCENT; i++) {
        enum line_unit found = i == UNIT_MONTH ? UNIT_PERCENT : UNIT_MONTH;
        assert_string_equal(line_unit_name((enum line_unit)i), UNITS[i]);
        assert_true(line_unit_find(UNITS[i], &found));
        assert_int_equal(found, i);
    }
    enum line_unit untouched = UNIT_DAYS;
    assert_false(line_unit_find("weeks", &untouched));
    assert_int_equal(untouched, UNIT_DAYS);
}

static void test_holds_and_statuses(void **state)
{
    (void)state;
    for (int i = HOLD_NONE; i <= HOLD_OUT_OF_BOUNDS; i++) {
        assert_string_equal(hold_reason_name((enum hold_reason)i), HOLDS[i]);
    }
    assert_string_equal(bill_status_name(BILL_NO_CHARGE), "no_charge");
    assert_string_equal(bill_status_name(BILL_INVOICED), "invoiced");
    assert_string_equal(bill_status_name(BILL_HELD), "held");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_holds_and_statuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
