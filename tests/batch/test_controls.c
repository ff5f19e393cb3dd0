/*
 * The controls: a month that adds up passes all of them, and each wrong side
 * fails the control that is there for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "batch/totals.h"
#include "lib/calendar.h"
#include "tests/lib/script.h"

static struct world world;
static struct totals totals;
static struct controls controls;
static int64_t cells_left[WORLD_BREAKS_MAX];
static const struct usage_day days[USAGE_DAYS_MAX];

/* Pro in its second month, taxed, with overage, an adjustment, a payment and grants that came before and stay. */
static const char MONTH[] =
    "address 2025-01-01 DE; change 2025-10-10 pro; overage 2025-10-11 on; adjust -3.00; pay 20.00;"
    "grant a 10 2025-10-01 2025-11-20; grant b 20 2025-10-15 2025-12-20; grant c 30 2025-11-10 2025-12-20;"
    "use 2025-10-20 auto 4; use 2025-11-05 auto 3; use 2025-11-25 auto 1100";

static struct month_account account_billed(void)
{
    return (struct month_account){
        .facts = &world.facts,
        .listed = true,
        .bill = &world.bill,
        .timeline = &world.timeline,
        .usage = usage_month_total(&world.usage, WORLD_ACCOUNT),
        .grants = {{&world.facts, &world.catalogue, month_start_ms(world.month), month_end_ms(world.month)},
                   world.cells, world.break_count, world.balances, cells_left},
    };
}

/* The bill as the journal posts it. */
static void journal_take(struct ledger_sums *sums)
{
    struct ledger_document document = {world.bill.lines, world.bill.line_count, world.bill.total_minor,
                                       world.bill.collected_minor};

    *sums = (struct ledger_sums){0};
    for (size_t i = 0; i < ledger_posting_count(&document); i++) {
        struct ledger_posting posting = ledger_posting(&document, i);
        assert_true(ledger_sums_post(sums, &posting));
    }
}

static void add_up(void)
{
    struct month_account account = account_billed();

    totals = (struct totals){0};
    totals_account(&totals, &account, true);
    journal_take(&totals.currencies[0].journal);
}

/* Build the controls; the name of the first that fails, or "". */
static const char *first_failed(void)
{
    struct err err = {0};

    controls_build(
        (struct controls_in){
            .totals = &totals,
            .counts = {.read = world.bill.events},
            .days = days,
            .month = world.month,
            .numbers = {.before = 0, .last = 1},
        },
        &controls);
    bool whole = controls_check(&controls, &err) == ERR_NONE;
    for (size_t i = 0; i < controls.count; i++) {
        if (!controls.rows[i].ok) {
            assert_false(whole);
            assert_non_null(strstr(err.text, controls.rows[i].name));
            return controls.rows[i].name;
        }
    }
    assert_true(whole);
    return "";
}

static const struct control *control_named(const char *name)
{
    for (size_t i = 0; i < controls.count; i++) {
        if (strcmp(controls.rows[i].name, name) == 0) {
            return &controls.rows[i];
        }
    }
    fail_msg("no control '%s'", name);
    return NULL;
}

/*
 * 20.00 + 2.00 - 3.00 and 19 % of each: 22.61; debits 22.61 + 3.00 + 20.00.
 * Of the grants 6.00 + 20.00 at S, 30.00 come, 3.00 + 50.00 are used, 3.00 expire: nothing is left.
 */
static void test_all_hold(void **state)
{
    (void)state;
    script_bill(&world, MONTH);
    add_up();
    assert_string_equal(first_failed(), "");
    assert_string_equal(control_named("journal = invoices (USD)")->actual, "22.61");
    assert_string_equal(control_named("debit = credit (USD)")->actual, "45.61");
    assert_string_equal(control_named("grants: opening + granted - used - expired = closing")->actual, "0.00");
}

/* The same with something left of the grants. */
static void test_grants_that_stay(void **state)
{
    (void)state;
    script_bill(&world, "address 2025-01-01 DE; change 2025-10-10 pro; grant a 10 2025-10-01 2025-11-20;"
                        "grant b 20 2025-10-15 2025-12-20; use 2025-10-20 auto 4; use 2025-11-05 auto 3;"
                        "use 2025-11-25 auto 5");
    add_up();
    assert_string_equal(first_failed(), "");
    assert_string_equal(control_named("grants: opening + granted - used - expired = closing")->actual, "15.00");
}

static void journal_total(void) { totals.currencies[0].journal.balance_minor[LEDGER_RECEIVABLE]--; }
static void journal_cash(void) { totals.currencies[0].journal.balance_minor[LEDGER_CASH]++; }
static void journal_debit(void) { totals.currencies[0].journal.debit_minor++; }
static void journal_credit(void) { totals.currencies[0].journal.credit_minor--; }
static void journal_empty(void) { totals.currencies[0].journal = (struct ledger_sums){0}; }
static void journal_range(void)
{
    totals.currencies[0].journal.balance_minor[LEDGER_RECEIVABLE] = INT64_MAX;
    totals.currencies[0].journal.balance_minor[LEDGER_CASH] = 1;
}
static void invoice_total(void) { totals.currencies[0].total_minor++; }
static void statement_total(void) { totals.currencies[0].statement_minor++; }
static void line_sum(void) { totals.currencies[0].lines_minor--; }
static void tax_sum(void) { totals.currencies[0].tax_minor++; }
static void grants_opening(void) { totals.grants.opening++; }
static void grants_granted(void) { totals.grants.granted--; }
static void grants_expired(void) { totals.grants.expired++; }
static void grants_closing(void) { totals.grants.closing++; }
static void grants_range(void) { totals.grants.opening = INT64_MAX; }
static void bonus_taken(void)
{
    totals.used.bonus++;
    totals.used.included--;
}
static void credits_sum(void) { totals.credits++; }
static void event_lost(void) { totals.rated_events--; }
static void regret(void) { totals.regret_held--; }
static void range(void) { totals.overflow = true; }

#define GRANTS "grants: opening + granted - used - expired = closing"

static const struct {
    const char *what;
    void (*corrupt)(void);
    const char *fails;
} corruptions[] = {
    {"a journal that owes less", journal_total, "journal = invoices (USD)"},
    {"a journal that collected more", journal_cash, "journal = invoices (USD)"},
    {"a journal without a posting", journal_empty, "journal = invoices (USD)"},
    {"a journal beyond its range", journal_range, "journal = invoices (USD)"},
    {"one debit too many", journal_debit, "debit = credit (USD)"},
    {"one credit too few", journal_credit, "debit = credit (USD)"},
    {"invoices that are more than their lines", invoice_total, "lines = invoices (USD)"},
    {"lines that are less than the invoices", line_sum, "lines = invoices (USD)"},
    {"tax", tax_sum, "subtotal + tax = invoices (USD)"},
    {"a statement that is more", statement_total, "invoices = statement (USD)"},
    {"grants opened with more", grants_opening, GRANTS},
    {"grants that came and are not in", grants_granted, GRANTS},
    {"grants that expired twice", grants_expired, GRANTS},
    {"grants left where there are none", grants_closing, GRANTS},
    {"grants beyond their range", grants_range, GRANTS},
    {"bonus that was an allowance", bonus_taken, GRANTS},
    {"credits", credits_sum, "credits = bonus + included + overage + unbilled"},
    {"an event lost", event_lost, "events read = rated + voided + orphan + held"},
    {"R15", regret, "highest plan alone = plan lines, accounts (R15)"},
    {"a sum out of range", range, "sums within range, failures"},
};

static void test_each_can_fail(void **state)
{
    int failed = 0;

    (void)state;
    script_bill(&world, MONTH);
    for (size_t i = 0; i < sizeof corruptions / sizeof corruptions[0]; i++) {
        add_up();
        corruptions[i].corrupt();
        const char *got = first_failed();
        if (strcmp(got, corruptions[i].fails) != 0) {
            print_error("%s: want '%s' to fail, got '%s'\n", corruptions[i].what, corruptions[i].fails, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* What the bill leaves of a grant is not what the grant's facts and the usage leave of it. */
static void test_a_balance_gone_wrong(void **state)
{
    (void)state;
    script_bill(&world, MONTH);
    world.balances[2] += 100;
    add_up();
    assert_string_equal(first_failed(), GRANTS);
}

/* An invoice whose total is not its lines': its postings do not balance. */
static void test_a_total_gone_wrong(void **state)
{
    (void)state;
    script_bill(&world, MONTH);
    world.bill.total_minor++;
    add_up();
    assert_string_equal(first_failed(), "lines = invoices (USD)");
    assert_false(control_named("debit = credit (USD)")->ok);
}

/* R27: a held account's grants are in no sum. */
static void test_held_accounts_are_out(void **state)
{
    (void)state;
    script_bill(&world, MONTH);
    world.bill.status = BILL_HELD;
    world.balances[2] += 100;
    struct month_account account = account_billed();
    totals = (struct totals){0};
    totals_account(&totals, &account, true);
    assert_int_equal(totals.grants.opening + totals.grants.granted + totals.grants.expired + totals.grants.closing, 0);
}

/* More than a sum holds, whichever it is: noted, and told by a control. */
static void test_grants_out_of_range(void **state)
{
    (void)state;
    script_bill(&world, "address 2025-01-01 DE; change 2025-10-10 pro; grant a 10 2025-10-01 2025-12-20");
    struct month_account account = account_billed();
    totals = (struct totals){.grants = {.opening = INT64_MAX - 999}};
    totals_account(&totals, &account, true);
    assert_true(totals.overflow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_hold),
        cmocka_unit_test(test_grants_that_stay),
        cmocka_unit_test(test_each_can_fail),
        cmocka_unit_test(test_a_balance_gone_wrong),
        cmocka_unit_test(test_a_total_gone_wrong),
        cmocka_unit_test(test_held_accounts_are_out),
        cmocka_unit_test(test_grants_out_of_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
