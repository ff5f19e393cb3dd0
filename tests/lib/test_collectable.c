/*
 * What the payments of a month should come to (R24, R25).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>

#include "lib/calendar.h"
#include "lib/collectable.h"
#include "tests/lib/script.h"

static struct world world;

#define US "address 2025-01-01 US; "
#define DE "address 2025-01-01 DE; "
#define IN "address 2025-01-01 IN; "
#define JP "address 2025-01-01 JP; " /* 10 % once per document */
#define PRO "change 2025-10-10T08:00:00Z pro; "
#define ODD_PRICES "price pro USD 2025-11-01 20.04 0.04; price proplus USD 2025-11-01 40.08 0.04; "
#define LOW_PRICES "price pro USD 2025-11-01 20.07 0.04; price proplus USD 2025-11-01 40.14 0.04; "

static const struct {
    const char *name;
    const char *script;
    int64_t as_document_minor;
    int64_t as_charged_minor;
} rows[] = {
    {"nothing", US, 0, 0},
    {"R11 a base charge", US PRO, 2000, 2000},
    {"R24 with its tax", IN PRO, 2360, 2360},
    {"R21 overage is asked for by the invoice", IN PRO "overage 2025-10-11 on; use 2025-11-10 auto 1100", 2360, 2360},
    {"R23 so is an adjustment", IN PRO "adjust -3; adjust 1.11", 2360, 2360},
    {"R23 and that alone is nothing", IN "adjust 5", 0, 0},
    {"R14 an upgrade", US PRO "change 2025-11-10 proplus", 4000, 4000},
    {"R14 a millisecond before the last instant", US PRO "change 2025-11-30T23:59:59.998Z proplus", 4000, 4000},
    {"R14 at the last instant: no longer", US PRO "change 2025-11-30T23:59:59.999Z proplus", 2000, 2000},
    {"R12, R13 X11", DE "change 2025-11-21 pro; change 2025-11-25 proplus", 1586, 1586},
    {"R13 a discount's tax is its charge's, X17",
     "address 2025-01-01 DE; address 2025-11-23 US; change 2025-11-21 pro; change 2025-11-25 proplus", 1333, 1333},
    {"R13 a discount at the last instant goes with its charge",
     DE "change 2025-11-21 pro; change 2025-11-30T23:59:59.999Z proplus", 794, 794},
    {"R24 once per document, one charge", JP ODD_PRICES PRO, 2204, 2204},
    {"R24 once per document, two charges that round down", JP ODD_PRICES PRO "change 2025-11-10 proplus", 4409, 4408},
    {"R24 once per document, two charges that round up", JP LOW_PRICES PRO "change 2025-11-10 proplus", 4415, 4416},
    {"R24 what comes later rounds nothing", JP ODD_PRICES PRO "change 2025-11-10 proplus; adjust 0.04", 4409, 4408},
    {"R24 once per document, a discount", JP "change 2025-11-21 pro; change 2025-11-25 proplus", 1466, 1466},
    {"R24 one tax of each kind", JP ODD_PRICES "tax JP - any 2025-10-01 Local 1; " PRO "change 2025-11-10 proplus", 4449, 4448},
};

static struct collectable ask(void)
{
    return collectable((struct collectable_in){&world.facts, &world.catalogue, &world.bill, month_end_ms(world.month)});
}

static void test_lines_before_the_last_instant(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        script_bill(&world, rows[i].script);
        struct collectable got = ask();
        if (world.bill.status == BILL_HELD || got.as_document_minor != rows[i].as_document_minor ||
            got.as_charged_minor != rows[i].as_charged_minor) {
            print_error("%s: want %" PRId64 " or %" PRId64 ", got %" PRId64 " or %" PRId64 "\n", rows[i].name,
                        rows[i].as_document_minor, rows[i].as_charged_minor, got.as_document_minor,
                        got.as_charged_minor);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* The same account without usage, adjustments and what happens at the last instant: its invoice's total. */
static void test_is_the_total_of_an_invoice_of_these_lines(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        script_bill(&world, rows[i].script);
        struct collectable got = ask();
        world.event_count = 0;
        world.facts.adjustment_count = 0;
        while (world.facts.change_count > 0 &&
               world.changes[world.facts.change_count - 1].effective_at == month_end_ms(world.month) - 1) {
            world.facts.change_count--;
        }
        world_bill(&world);
        if (world.bill.total_minor != got.as_document_minor) {
            print_error("%s: the invoice's total is %" PRId64 ", collectable %" PRId64 "\n", rows[i].name,
                        world.bill.total_minor, got.as_document_minor);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_before_the_last_instant),
        cmocka_unit_test(test_is_the_total_of_an_invoice_of_these_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
