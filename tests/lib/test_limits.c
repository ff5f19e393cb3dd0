/*
 * The bounds of one bill (R27): at each of them it is billed, one beyond it is
 * held, and the hold says what went over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/tax.h"
#include "tests/lib/script.h"

static struct world world;

#define US "address 2025-01-01 US; "
#define PRO "change 2025-10-10T08:00:00Z pro; "
#define OVERAGE "overage 2025-10-11 on; "
#define HUGE "rate huge 2025-10-01 100 1; "
#define TAXED "tax US - any 2025-01-01 A 100; tax US - any 2025-01-01 B 100; "

static const struct {
    const char *name;
    const char *script;
    const char *subject; /* of the hold; NULL: within bounds */
} rows[] = {
    {"a sum below 0, at the bound", US "adjust -99999999999.99; adjust -0.01", NULL},
    {"a sum below 0, beyond it", US "adjust -100000000000; adjust -0.01", "total"},
    {"taxes at the bound", US TAXED "adjust 33333333333.33", NULL},
    {"the sum with taxes beyond it", US TAXED "adjust 33333333333.34", "total"},
    {"taxes beyond it", US TAXED "adjust 50000000000.01", "total"},
    {"a subtotal within, its taxes below 0 beyond", US TAXED "adjust -50000000000.01", "total"},
    {"collected at the bound", US "pay 100000000000", NULL},
    {"collected beyond it", US "pay 100000000000; pay 0.01", "total"},
    {"refunded beyond it", US "pay -100000000000; pay -0.01", "total"},
    {"due at the bound", US "adjust 50000000000; pay -50000000000", NULL},
    {"due beyond it", US "adjust 50000000000; pay -50000000000.01", "total"},
    {"due below 0, beyond it", US "adjust -50000000000; pay 50000000000.01", "total"},
    {"overage at the bound",
     US PRO OVERAGE HUGE "clear prices; price pro USD 2025-10-01 0 1000000; use 2025-11-02 huge 1010 1", NULL},
    {"overage beyond it",
     US PRO OVERAGE HUGE "clear prices; price pro USD 2025-10-01 0 1000000; use 2025-11-02 huge 1010 1; use 2025-11-02 auto 0.01",
     "overage"},
    {"overage beyond 64 bits, in a currency of four digits",
     "currency UYW; " US PRO OVERAGE HUGE "clear prices; price pro UYW 2025-10-01 0 1000000; use 2025-11-02 huge 100000 1000",
     "overage"},
    {"what was not billed may be beyond it",
     US PRO HUGE "clear prices; price pro USD 2025-10-01 0 1000000; use 2025-11-02 huge 100000 1000", NULL},
    {"what was not billed beyond 64 bits, in a currency of four digits",
     "currency UYW; " US PRO HUGE "clear prices; price pro UYW 2025-10-01 0 1000000; use 2025-11-02 huge 100000 1000", "overage"},
    {"credits beyond theirs", US HUGE "use 2025-11-02 huge 100000 1000; use 2025-11-02 auto 0.01", "credits"},
};

static int judge(const char *name, const char *subject)
{
    const struct bill *bill = &world.bill;
    bool held = bill->status == BILL_HELD;

    if (held != (subject != NULL) ||
        (held && (bill->hold.reason != HOLD_OUT_OF_BOUNDS || strcmp(bill->hold.subject, subject) != 0 ||
                  (strcmp(subject, "credits") == 0 && bill->credits != 0) ||
                  (strcmp(subject, "overage") == 0 && bill->at_stake_minor != 0)))) { /* nothing is told that does not fit */
        print_error("%s: got %s, %s '%s'\n", name, bill_status_name(bill->status), hold_reason_name(bill->hold.reason),
                    bill->hold.subject);
        return 1;
    }
    return 0;
}

static void test_each_bound(void **state)
{
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        script_bill(&world, rows[i].script);
        failed += judge(rows[i].name, rows[i].subject);
    }
    assert_int_equal(failed, 0);
}

/* As many adjustments of a cent: a line each. */
static void bill_adjustments(size_t count)
{
    static struct adjustment_fact adjustments[BILL_LINES_MAX + 1];

    script_bill(&world, US);
    for (size_t i = 0; i < count; i++) {
        adjustments[i] = (struct adjustment_fact){"a", 1, "USD", "goodwill", "Ann"};
    }
    struct account_facts facts = world.facts;
    facts.adjustments = adjustments;
    facts.adjustment_count = count;
    struct bill_room room = {world.steps, world.balances, world.used_in_month, world.lines};
    world.bill = bill_month(
        (struct bill_in){
            .facts = &facts, .catalogue = &world.catalogue, .policies = world.policies, .month = world.month,
            .cells = world.cells, .cell_count = world.break_count, .unknown_model = -1,
        },
        &room, &world.timeline);
}

static void test_lines(void **state)
{
    (void)state;
    bill_adjustments(BILL_LINES_MAX);
    assert_int_equal(judge("as many lines as a document has", NULL), 0);
    assert_int_equal(world.bill.line_count, BILL_LINES_MAX);
    assert_int_equal(world.bill.total_minor, BILL_LINES_MAX);
    bill_adjustments(BILL_LINES_MAX + 1);
    assert_int_equal(judge("a line more", "lines"), 0);
    assert_int_equal(world.bill.line_count, 0);
}

static void bill_taxes(int count)
{
    world_reset(&world);
    script_run(&world, SCRIPT_CATALOGUE);
    script_run(&world, US "adjust 1");
    for (int i = 0; i < count; i++) {
        char statement[64];
        (void)snprintf(statement, sizeof statement, "tax US - any 2025-01-01 T%02d 1", i);
        script_run(&world, statement);
    }
    world_bill(&world);
}

static void test_tax_lines(void **state)
{
    (void)state;
    bill_taxes(TAX_GROUPS_MAX);
    assert_int_equal(judge("as many tax lines as a document has", NULL), 0);
    assert_int_equal(world.bill.line_count, 1 + TAX_GROUPS_MAX);
    bill_taxes(TAX_GROUPS_MAX + 1);
    assert_int_equal(judge("a tax line more", "tax lines"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_bound),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_tax_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
