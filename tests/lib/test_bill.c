/*
 * The worked examples of rules.md, X1 to X17, to the cent, and what a bill is
 * besides its lines: periods, instants, sums, plans, holds' references.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <string.h>

#include "lib/bill.h"
#include "lib/calendar.h"
#include "lib/decimal.h"
#include "tests/lib/script.h"

static struct world world;

/* The shop's usual beginning: an address without tax. */
#define US "address 2025-10-01 US; "
#define DE "address 2025-10-01 DE; "
#define PRO_IN_OCTOBER "change 2025-10-10T08:00:00Z pro; "

static const struct {
    const char *name;
    const char *script;
    const char *lines;
    const char *used;
} examples[] = {
    {"X1 Pro on day 21 of 30",
     US "change 2025-11-21T10:00:00Z pro",
     "plan_prorated 6.67 = 6.67", ""},
    {"X2 then Pro+ later in that month",
     US "change 2025-11-21T10:00:00Z pro; change 2025-11-25T10:00:00Z proplus",
     "plan_prorated 6.67, plan_discount -6.67, plan_prorated 13.33 = 13.33", ""},
    {"X3 Pro on the evening of the 15th in US Pacific time",
     US "change 2025-11-15T18:30:00-08:00 pro; change 2025-11-20 proplus",
     "plan_prorated 10.00, plan_discount -10.00, plan_prorated 20.00 = 20.00", ""},
    {"X4 Pro at noon of the 15th, the day counted",
     US "change 2025-11-15T12:00:00Z pro",
     "plan_prorated 10.67 = 10.67", ""},
    {"X4 the day not counted",
     US "policy proration day_exclusive; change 2025-11-15T12:00:00Z pro",
     "plan_prorated 10.00 = 10.00", ""},
    {"X4 to the second",
     US "policy proration second; change 2025-11-15T12:00:00Z pro",
     "plan_prorated 10.33 = 10.33", ""},
    {"X5 Pro+ on the last day of month 2",
     US PRO_IN_OCTOBER "change 2025-11-30T20:00:00Z proplus",
     "plan 20.00, plan_upgrade 20.00 = 40.00", ""},
    {"X6 1,010 credits on Pro with overage on, Pro+ bought afterwards",
     US PRO_IN_OCTOBER "overage 2025-10-11 on; use 2025-11-10 auto 1010; change 2025-11-20 proplus",
     "plan 20.00, plan_upgrade 20.00 = 40.00", "included 1010.00"},
    {"X7 1,100 credits on Pro with overage on",
     US PRO_IN_OCTOBER "overage 2025-10-11 on; use 2025-11-10 auto 1100",
     "plan 20.00, overage 4.00 = 24.00", "included 1000.00, overage 100.00"},
    {"X8 X7 with overage off",
     US PRO_IN_OCTOBER "use 2025-11-10 auto 1100",
     "plan 20.00 = 20.00", "included 1000.00, unbilled 100.00 (4.00)"},
    {"X9 60 credits on Free, overage asked for",
     US "overage 2025-11-01 on; use 2025-11-10 auto 60",
     "no_charge", "included 50.00, unbilled 10.00 (0.00)"},
    {"X10 a trial over the month's end",
     US PRO_IN_OCTOBER "month 2025-12; grant g1 500 2025-11-25 2025-12-09;"
     "use 2025-11-26T07:00:00Z auto 300; use 2025-12-03T07:00:00Z auto 400",
     "plan 20.00 = 20.00", "bonus 200.00, included 200.00"},
    {"X11 X2 for a consumer in Germany",
     DE "change 2025-11-21T10:00:00Z pro; change 2025-11-25T10:00:00Z proplus",
     "plan_prorated 6.67, plan_discount -6.67, plan_prorated 13.33, tax 2.53 = 15.86", ""},
    {"X12 X7 for a consumer in India",
     "address 2025-10-01 IN;" PRO_IN_OCTOBER "overage 2025-10-11 on; use 2025-11-10 auto 1100",
     "plan 20.00, overage 4.00, tax 4.32 = 28.32", "included 1000.00, overage 100.00"},
    {"X13 X12 for a business in Australia",
     "address 2025-10-01 AU - 51824753556;" PRO_IN_OCTOBER "overage 2025-10-11 on; use 2025-11-10 auto 1100",
     "plan 20.00, overage 4.00 = 24.00", "included 1000.00, overage 100.00"},
    {"X14 Pro+ on the 10th, Power on the 12th of month 2",
     US PRO_IN_OCTOBER "change 2025-11-10 proplus; change 2025-11-12 power",
     "plan 20.00, plan_upgrade 20.00, plan_upgrade 160.00 = 200.00", ""},
    {"X15 Power cancelled on the 5th and back on the 20th",
     US "change 2025-10-10 power; change 2025-11-05 free; change 2025-11-20 power",
     "plan 200.00 = 200.00", ""},
    {"X15 and also the next month",
     US "month 2025-12; change 2025-10-10 power; change 2025-11-05 free; change 2025-11-20 power",
     "plan 200.00 = 200.00", ""},
    {"X16 Pro+ rises before it is bought",
     US PRO_IN_OCTOBER "price proplus USD 2025-11-10 44.99 0.04; change 2025-11-20 proplus",
     "plan 20.00, plan_upgrade 20.00 = 40.00", ""},
    {"X16 and the next month",
     US PRO_IN_OCTOBER "month 2025-12; price proplus USD 2025-11-10 44.99 0.04; change 2025-11-20 proplus",
     "plan 44.99 = 44.99", ""},
    {"X17 X2 with a move from Germany to the US in between",
     DE "address 2025-11-23 US; change 2025-11-21T10:00:00Z pro; change 2025-11-25T10:00:00Z proplus",
     "plan_prorated 6.67, plan_discount -6.67, plan_prorated 13.33, tax 0.00 = 13.33", ""},
};

static void test_worked_examples(void **state)
{
    (void)state;
    int failed = 0;
    char lines[1024];
    char used[256];

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        script_bill(&world, examples[i].script);
        script_lines(&world, lines, sizeof lines);
        script_used(&world, used, sizeof used);
        if (strcmp(lines, examples[i].lines) != 0 || strcmp(used, examples[i].used) != 0) {
            print_error("%s: want \"%s\" and \"%s\", got \"%s\" and \"%s\"\n", examples[i].name, examples[i].lines,
                        examples[i].used, lines, used);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* One line of a bill, with its period, its instant and its rule. */
static const struct {
    const char *name;
    const char *script;
    size_t line;
    const char *rule;
    const char *period_start;
    const char *period_end;
    const char *charged_at;
    const char *plan;
} instants[] = {
    {"R11 base charge: the month, at its start", US PRO_IN_OCTOBER, 0,
     "R11", "2025-11-01", "2025-12-01", "2025-11-01", "pro"},
    {"R12 from 00:00 of F's day, charged at t", US "change 2025-11-21T10:00:00Z pro", 0,
     "R12", "2025-11-21", "2025-12-01", "2025-11-21T10:00:00Z", "pro"},
    {"R13 discount: charged at the second upgrade, of the earlier plan",
     US "change 2025-11-21T10:00:00Z pro; change 2025-11-25T11:00:00Z power", 1,
     "R13", "2025-11-21", "2025-12-01", "2025-11-25T11:00:00Z", "pro"},
    {"R12 second upgrade: counted from F, charged at t",
     US "change 2025-11-21T10:00:00Z pro; change 2025-11-25T11:00:00Z power", 2,
     "R12", "2025-11-21", "2025-12-01", "2025-11-25T11:00:00Z", "power"},
    {"R12 F is first_paid_at", US "first_paid 2025-11-11T23:00:00Z; change 2025-11-21T10:00:00Z pro", 0,
     "R12", "2025-11-11", "2025-12-01", "2025-11-21T10:00:00Z", "pro"},
    {"R14 upgrade: the month, at t", US PRO_IN_OCTOBER "change 2025-11-30T23:59:59.999Z power", 1,
     "R14", "2025-11-01", "2025-12-01", "2025-11-30T23:59:59.999Z", "power"},
    {"R21 overage: at the last instant, R17's plan",
     US PRO_IN_OCTOBER "change 2025-11-20 proplus; overage 2025-10-11 on; use 2025-11-10 auto 2001", 2,
     "R21", "2025-11-01", "2025-12-01", "2025-11-30T23:59:59.999Z", "proplus"},
    {"R23 adjustment: at the last instant", US "adjust 1.00", 0,
     "R23", "2025-11-01", "2025-12-01", "2025-11-30T23:59:59.999Z", ""},
    {"R24 tax: at the last instant", DE "adjust 1.00", 1,
     "R24", "2025-11-01", "2025-12-01", "2025-11-30T23:59:59.999Z", ""},
    {"February of a leap year", US PRO_IN_OCTOBER "month 2028-02", 0,
     "R11", "2028-02-01", "2028-03-01", "2028-02-01", "pro"},
    {"December ends in the next year", US "month 2025-12; change 2025-12-31 pro", 0,
     "R12", "2025-12-31", "2026-01-01", "2025-12-31", "pro"},
};

static void print_instants(const char *name, const struct bill_line *line)
{
    char start[INSTANT_TEXT_MAX], end[INSTANT_TEXT_MAX], at[INSTANT_TEXT_MAX];

    (void)instant_format(line->period_start, start);
    (void)instant_format(line->period_end, end);
    (void)instant_format(line->charged_at, at);
    print_error("%s: got %s, [%s, %s) at %s, plan %d\n", name, line_kind_rule(line->kind), start, end, at, line->plan);
}

static void test_periods_and_instants(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof instants / sizeof instants[0]; i++) {
        script_bill(&world, instants[i].script);
        if (world.bill.line_count <= instants[i].line) {
            print_error("%s: no such line\n", instants[i].name);
            failed++;
            continue;
        }
        const struct bill_line *line = &world.bill.lines[instants[i].line];
        const char *plan = line->plan == PLAN_UNKNOWN ? "" : world.plans[line->plan].code;
        if (strcmp(line_kind_rule(line->kind), instants[i].rule) != 0 ||
            line->period_start != script_instant(instants[i].period_start) ||
            line->period_end != script_instant(instants[i].period_end) ||
            line->charged_at != script_instant(instants[i].charged_at) || strcmp(plan, instants[i].plan) != 0) {
            print_instants(instants[i].name, line);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    const char *script;
    const char *plan_at_start;
    const char *plan_at_end;
    bool first_paid_month;
    const char *price_date;
    const char *allowance;
} months[] = {
    {"R2 free until the first change", US, "free", "free", false, "2025-11-01", "50.00"},
    {"R4 R10 the first paid month's price date is F", US "change 2025-11-21T10:00:00Z pro",
     "free", "pro", true, "2025-11-21T10:00:00Z", "1000.00"},
    {"R4 later it is S", US PRO_IN_OCTOBER "change 2025-11-20 power", "pro", "power", false, "2025-11-01", "10000.00"},
    {"R10 first_paid_at in the month, nothing bought yet", US "first_paid 2025-11-10",
     "free", "free", true, "2025-11-10", "50.00"},
    {"R9 plan_at_start before a change at exactly S", US PRO_IN_OCTOBER "change 2025-11-01 power",
     "pro", "power", false, "2025-11-01", "10000.00"},
    {"R9 plan_at_start after a landing at S", US PRO_IN_OCTOBER "change 2025-10-20 free",
     "free", "free", false, "2025-11-01", "50.00"},
    {"R17 a pending downgrade is not the plan yet", US PRO_IN_OCTOBER "change 2025-11-20 free",
     "pro", "pro", false, "2025-11-01", "1000.00"},
};

static void test_plans_and_price_date(void **state)
{
    (void)state;
    int failed = 0;
    char allowance[DECIMAL_TEXT_MAX];

    for (size_t i = 0; i < sizeof months / sizeof months[0]; i++) {
        script_bill(&world, months[i].script);
        const struct bill *bill = &world.bill;
        (void)decimal_format(bill->allowance, 2, allowance);
        if (strcmp(world.plans[bill->plan_at_start].code, months[i].plan_at_start) != 0 ||
            strcmp(world.plans[bill->plan_at_end].code, months[i].plan_at_end) != 0 ||
            bill->first_paid_month != months[i].first_paid_month ||
            bill->price_date != script_instant(months[i].price_date) || strcmp(allowance, months[i].allowance) != 0) {
            print_error("%s: got %d, %d, first paid %d, price date %" PRId64 ", allowance %s\n", months[i].name,
                        bill->plan_at_start, bill->plan_at_end, bill->first_paid_month, bill->price_date, allowance);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    const char *script;
    const char *subtotal, *tax, *total, *collected, *due;
} sums[] = {
    {"R25 nothing collected", DE PRO_IN_OCTOBER, "20.00", "3.80", "23.80", "0.00", "23.80"},
    {"R25 all collected", DE PRO_IN_OCTOBER "pay 23.80", "20.00", "3.80", "23.80", "23.80", "0.00"},
    {"R25 several payments, one a refund", US PRO_IN_OCTOBER "pay 20; pay 10; pay -4",
     "20.00", "0.00", "20.00", "26.00", "-6.00"},
    {"R25 a credit alone is an invoice below 0", US "adjust -5", "-5.00", "0.00", "-5.00", "0.00", "-5.00"},
};

static void test_sums(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        script_bill(&world, sums[i].script);
        const struct bill *bill = &world.bill;
        const int64_t got[] = {bill->subtotal_minor, bill->tax_minor, bill->total_minor, bill->collected_minor,
                               bill->due_minor};
        const char *const want[] = {sums[i].subtotal, sums[i].tax, sums[i].total, sums[i].collected, sums[i].due};
        for (size_t j = 0; j < 5; j++) {
            char text[DECIMAL_TEXT_MAX];
            (void)decimal_format(got[j], 2, text);
            if (strcmp(text, want[j]) != 0) {
                print_error("%s: value %zu: want %s, got %s\n", sums[i].name, j, want[j], text);
                failed++;
            }
        }
    }
    assert_int_equal(failed, 0);
}

static const struct {
    const char *name;
    const char *script;
    const char *subject, *reference, *at; /* "": none */
} holds[] = {
    {"R27 unknown_plan names plan and change", US "change 2025-10-10 gold c7", "gold", "c7", "2025-10-10"},
    {"R27 no_address at a purchase names the change", "change 2025-11-10 pro c7", "", "c7", "2025-11-10"},
    {"R27 ineligible_country names country and change", "address 2025-10-01 CU; change 2025-11-10 pro c7",
     "CU", "c7", "2025-11-10"},
    {"R27 of two purchases the first", "address 2025-10-01 CU; change 2025-11-10 pro c7; change 2025-11-12 power c6",
     "CU", "c7", "2025-11-10"},
    {"R27 no_address at a line names its adjustment", "adjust 5 j7", "", "j7", "2025-11-30T23:59:59.999Z"},
    {"R27 no_price of the base charge names the change that bought the plan",
     US "clear prices; change 2025-10-10 pro c7", "pro", "c7", "2025-11-01"},
    {"R27 no_price of an upgrade names the upgrade", US "change 2025-10-10 pro; plan gold Gold 900;"
     "change 2025-11-12 gold c7", "gold", "c7", "2025-11-01"},
    {"R27 no_price in the first paid month", US "clear prices; change 2025-11-10 pro c7", "pro", "c7", "2025-11-10"},
    {"R27 no_allowance names the change that brought the plan",
     US "clear allowances; change 2025-10-10 pro; change 2025-11-12 power c7", "power", "c7", "2025-11-01"},
    {"R27 no_allowance names no setting that came after it", US "clear allowances; change 2025-09-10 pro c6; "
     "change 2025-10-10 proplus c7; overage 2025-10-20 on 5 o1; change 2025-11-20 proplus c8", "proplus", "c7", "2025-11-01"},
    {"R27 no_allowance names the only change", US "clear allowances; change 2025-10-10 pro c7", "pro", "c7", "2025-11-01"},
    {"R27 no_allowance after a downgrade landed names the downgrade",
     US "clear allowances; change 2025-10-10 power; change 2025-10-12 pro c7", "pro", "c7", "2025-11-01"},
    {"R27 no_allowance of free, which nobody asked for", US "clear allowances", "free", "", "2025-11-01"},
    {"R27 unknown_model names the model of the first event",
     US "use 2025-11-12 opus 1; use 2025-11-11 gpt 1", "gpt", "gpt", "2025-11-11"},
    {"R27 out_of_bounds: no single row", US "adjust 100000000000; adjust 0.01", "total", "", ""},
};

static void test_holds_name_the_fault(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof holds / sizeof holds[0]; i++) {
        script_bill(&world, holds[i].script);
        const struct hold *hold = &world.bill.hold;
        int64_t at = holds[i].at[0] == '\0' ? INSTANT_NONE : script_instant(holds[i].at);
        if (world.bill.status != BILL_HELD || strcmp(hold->subject, holds[i].subject) != 0 ||
            strcmp(hold->reference, holds[i].reference) != 0 || hold->at != at) {
            print_error("%s: got %s, subject '%s', reference '%s', at %" PRId64 "\n", holds[i].name,
                        hold_reason_name(hold->reason), hold->subject, hold->reference, hold->at);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* R22: what is not charged has no worth where the plan has no overage price. */
static void test_at_stake_without_a_price(void **state)
{
    (void)state;
    script_bill(&world, US "plan gold Gold 900; price gold USD 2025-01-01 20 -; allow gold 2025-01-01 5; change 2025-10-10 gold; "
                        "use 2025-11-05 auto 8");
    assert_int_equal(world.bill.status, BILL_INVOICED);
    assert_int_equal(world.bill.used.unbilled, 300);
    assert_int_equal(world.bill.at_stake_minor, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worked_examples), cmocka_unit_test(test_periods_and_instants),
        cmocka_unit_test(test_plans_and_price_date), cmocka_unit_test(test_sums),
        cmocka_unit_test(test_holds_name_the_fault),
        cmocka_unit_test(test_at_stake_without_a_price),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
