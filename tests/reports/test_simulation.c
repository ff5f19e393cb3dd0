/* What a simulation adds up, and its report directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/simulation.h"
#include "reports/simulation_tables.h"
#include "tests/reports/hand_bill.h"

#define ACCOUNTS 1000

static char base[256];

static struct plan PLANS[] = {{"free", "Free", 0}, {"pro", "Pro", 1}};
static struct plan_price PRICES[] = {{1, "JPY", 0, 3000, 60000}, {1, "USD", 0, 2000, 40000}};
static struct plan_allowance ALLOWANCES[] = {{0, 0, 5000}, {1, 0, 100000}};
static const struct catalogue CATALOGUE = {
    .plans = PLANS, .plan_count = 2, .prices = PRICES, .price_count = 2, .allowances = ALLOWANCES, .allowance_count = 2,
};

static struct bill_line LINE_OF_PRO = {.kind = LINE_PLAN, .plan = 1};
static struct bill_line LINE_OF_TAX = {.kind = LINE_TAX, .plan = PLAN_UNKNOWN};

/* An account on Pro that used nothing, with a plan line and a tax line. */
struct made {
    struct bill_line lines[2];
    struct bill bill;
};

static const struct bill *bill_make(struct made *made, int64_t subtotal_minor, int64_t tax_minor)
{
    made->lines[0] = LINE_OF_PRO;
    made->lines[0].amount_minor = subtotal_minor;
    made->lines[1] = LINE_OF_TAX;
    made->lines[1].amount_minor = tax_minor;
    made->bill = (struct bill){
        .status = BILL_INVOICED,
        .plan_at_start = 1,
        .plan_at_end = 1,
        .lines = made->lines,
        .line_count = tax_minor == 0 ? 1 : 2,
        .subtotal_minor = subtotal_minor,
        .tax_minor = tax_minor,
        .total_minor = subtotal_minor + tax_minor,
    };
    return &made->bill;
}

static struct simulation_account account_make(const char *id, const char *currency, int digits, const struct bill *real,
                                              const struct bill *simulated)
{
    return (struct simulation_account){
        .month = 202511,
        .account_id = id,
        .name = "=Name, with a comma",
        .currency = currency,
        .digits = digits,
        .sides = {{real, &CATALOGUE}, {simulated, &CATALOGUE}},
    };
}

static enum err_code add(struct simulation_sums *sums, const struct simulation_account *account, struct err *err)
{
    int64_t difference_minor = 0;
    enum simulated outcome = simulation_outcome(account->sides[0].bill, account->sides[1].bill, &difference_minor);

    return simulation_sums_add(sums, account, outcome, difference_minor, err);
}

static int order_sizes(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return (a < b) - (a > b);
}

/* Of many changes the largest are kept, of each currency by itself. */
static void test_largest(void **state)
{
    struct simulation_sums sums = {.months = {NULL, 0, 0}};
    int64_t sizes[2][ACCOUNTS];
    struct err err = {0};
    char id[32];

    (void)state;
    for (int i = 0; i < ACCOUNTS; i++) {
        for (int currency = 0; currency < 2; currency++) {
            struct made real;
            struct made simulated;
            int64_t change = (int64_t)((i + 1) * 7919LL % 1009) - 500; /* all different but for their sign */
            struct simulation_account account;
            snprintf(id, sizeof id, "account-%04d", i);
            account = account_make(id, currency == 0 ? "USD" : "JPY", currency == 0 ? 2 : 0, bill_make(&real, 2000, 0),
                                   bill_make(&simulated, 2000 + change, 0));
            sizes[currency][i] = change < 0 ? -change : change;
            assert_int_equal(add(&sums, &account, &err), ERR_NONE);
        }
    }
    const struct simulation_largest *largest = sums.largest.items;
    assert_int_equal(sums.largest.count, 2);
    assert_string_equal(largest[0].currency, "JPY");
    assert_string_equal(largest[1].currency, "USD");
    for (int currency = 0; currency < 2; currency++) {
        qsort(sizes[currency], ACCOUNTS, sizeof sizes[currency][0], order_sizes);
        assert_int_equal(largest[currency].count, LARGEST_MAX);
        for (size_t i = 0; i < LARGEST_MAX; i++) {
            int64_t difference = largest[currency].changes[i].difference_minor;
            assert_int_equal(difference < 0 ? -difference : difference, sizes[currency][i]);
        }
    }
    simulation_sums_release(&sums);
}

static void test_sums(void **state)
{
    struct simulation_sums sums = {.months = {NULL, 0, 0}};
    struct made real;
    struct made simulated;
    struct bill held = {.status = BILL_HELD, .plan_at_end = 1, .total_minor = 77, .subtotal_minor = 77};
    struct err err = {0};

    (void)state;
    bill_make(&real, 2000, 380);
    bill_make(&simulated, 2500, 475);
    struct simulation_account accounts[] = {
        account_make("more", "USD", 2, &real.bill, &simulated.bill),
        account_make("less", "USD", 2, &simulated.bill, &real.bill),
        account_make("more too", "USD", 2, &real.bill, &simulated.bill),
        account_make("held", "USD", 2, &real.bill, &held),
        account_make("released", "USD", 2, &held, &real.bill),
        account_make("yen", "JPY", 0, &real.bill, &real.bill),
    };
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++) {
        assert_int_equal(add(&sums, &accounts[i], &err), ERR_NONE);
    }
    assert_int_equal(simulation_sums_month_end(&sums, 202511, &err), ERR_NONE);
    assert_int_equal(sums.months.count, 2);
    const struct simulation_month *usd = (const struct simulation_month *)sums.months.items + 1;
    assert_string_equal(usd->currency, "USD");
    assert_int_equal(usd->accounts[SIMULATED_MORE], 2);
    assert_int_equal(usd->accounts[SIMULATED_LESS], 1);
    assert_int_equal(usd->accounts[SIMULATED_HELD], 1);
    assert_int_equal(usd->accounts[SIMULATED_RELEASED], 1);
    assert_int_equal(usd->more_minor, 2 * 595);
    assert_int_equal(usd->less_minor, -595);
    assert_int_equal(usd->money[SIDE_REAL].total_minor, 3 * 2380 + 2975);
    assert_int_equal(usd->money[SIDE_SIMULATED].total_minor, 2 * 2975 + 2 * 2380);
    assert_int_equal(usd->money[SIDE_SIMULATED].tax_minor, 2 * 475 + 2 * 380);
    assert_int_equal(usd->movers[SIDE_REAL], 4); /* on Pro without usage: free would do */
    assert_int_equal(usd->movers[SIDE_SIMULATED], 4);
    const struct simulation_revenue *revenue = sums.revenue.items;
    assert_int_equal(sums.revenue.count, 4); /* plan and tax, in two currencies */
    assert_string_equal(revenue[2].currency, "USD");
    assert_int_equal(revenue[2].kind, LINE_PLAN);
    assert_string_equal(revenue[2].plan, "pro");
    assert_int_equal(revenue[2].lines[SIDE_REAL], 4);
    assert_int_equal(revenue[2].amount_minor[SIDE_REAL], 3 * 2000 + 2500);
    assert_int_equal(revenue[2].amount_minor[SIDE_SIMULATED], 2 * 2500 + 2 * 2000);
    assert_int_equal(revenue[3].kind, LINE_TAX);
    assert_string_equal(revenue[3].plan, "");
    const struct simulation_choice *choices = sums.choices.items;
    assert_int_equal(sums.choices.count, 4); /* pro -> free, in two currencies and on two sides */
    assert_string_equal(choices[2].plan, "pro");
    assert_string_equal(choices[2].cheapest, "free");
    assert_int_equal(choices[2].actual_minor, 4 * 2000);
    assert_int_equal(choices[2].cheapest_minor, 0);
    simulation_sums_release(&sums);
}

static void test_sums_too_large(void **state)
{
    struct simulation_sums sums = {.months = {NULL, 0, 0}};
    struct made huge;
    struct err err = {0};
    struct simulation_account account;

    (void)state;
    account = account_make("huge", "USD", 2, bill_make(&huge, INT64_MAX, 0), &huge.bill);
    assert_int_equal(add(&sums, &account, &err), ERR_NONE);
    assert_int_equal(add(&sums, &account, &err), ERR_DATA);
    assert_string_equal(err.text, "the sums in USD are beyond what can be added up");
    simulation_sums_release(&sums);
}

/* A directory with two accounts, one of which pays more. */
static void publish(const char *out, int64_t simulated_minor)
{
    const struct simulation_run run = {
        .month_first = 202511, .month_last = 202511, .as_of = HAND_AS_OF, .name = "simulate", .tables = "plan_prices",
        .program_version = "1", .rules_version = "1", .workbook = WORKBOOK_NONE,
    };
    struct simulation *simulation = NULL;
    struct made real;
    struct made simulated;
    struct err err = {0};

    struct simulation_account more = account_make("=more", "USD", 2, bill_make(&real, 2000, 380),
                                                  bill_make(&simulated, simulated_minor, 380));
    struct simulation_account same = account_make("same", "USD", 2, &real.bill, &real.bill);
    assert_int_equal(simulation_begin(out, &run, &simulation, &err), ERR_NONE);
    assert_int_equal(simulation_account_add(simulation, &more, &err), ERR_NONE);
    assert_int_equal(simulation_account_add(simulation, &same, &err), ERR_NONE);
    assert_int_equal(simulation_month_end(simulation, 202511, &err), ERR_NONE);
    assert_int_equal(simulation_publish(simulation, &err), ERR_NONE);
    simulation_end(simulation);
}

static void file_is(const char *directory, const char *name, const char *want)
{
    size_t length = 0;
    char *text = hand_read(directory, name, &length);

    assert_string_equal(text, want);
    free(text);
}

static void test_directory(void **state)
{
    char out[300];
    char place[400];

    (void)state;
    snprintf(out, sizeof out, "%s/out", base);
    snprintf(place, sizeof place, "%s/2025-11/simulate", out);
    publish(out, 9999);
    publish(out, 2500); /* replaces it */
    file_is(place, "simulate_accounts.csv",
            "month,account_id,currency,change,real_plan,simulated_plan,real_subtotal,simulated_subtotal,real_total,"
            "simulated_total,difference\n"
            "2025-11,'=more,USD,more,pro,pro,20.00,25.00,23.80,28.80,5.00\n");
    file_is(place, "simulate_largest.csv",
            "currency,rank,month,account_id,account_name,real_plan,simulated_plan,real_total,simulated_total,difference\n"
            "USD,1,2025-11,'=more,\"'=Name, with a comma\",pro,pro,23.80,28.80,5.00\n");
    file_is(place, "simulate_revenue.csv",
            "month,currency,kind,plan,real_lines,simulated_lines,real_amount,simulated_amount,difference\n"
            "2025-11,USD,plan,pro,2,2,40.00,45.00,5.00\n"
            "2025-11,USD,tax,,2,2,7.60,7.60,0.00\n");
    file_is(place, "simulate_summary.csv",
            "month,currency,accounts,more,less,same,newly_held,no_longer_held,held,more_amount,less_amount,real_subtotal,"
            "simulated_subtotal,real_tax,simulated_tax,real_total,simulated_total,difference,real_would_change_plan,"
            "simulated_would_change_plan\n"
            "2025-11,USD,2,1,0,1,0,0,0,5.00,0.00,40.00,45.00,7.60,7.60,47.60,52.60,5.00,2,2\n");
    file_is(place, "simulate_plan_choice.csv",
            "month,currency,catalogue,plan,cheapest_plan,accounts,actual_cost,cheapest_cost,saving\n"
            "2025-11,USD,real,pro,free,2,40.00,0.00,40.00\n"
            "2025-11,USD,simulated,pro,free,2,40.00,0.00,40.00\n");
    assert_true(report_exists(out, 202511, "simulate"));
}

/* What was not published is gone. */
static void test_given_up(void **state)
{
    const struct simulation_run run = {.month_first = 202511, .month_last = 202511, .name = "simulate", .tables = ""};
    struct simulation *simulation = NULL;
    struct err err = {0};
    char out[300];

    (void)state;
    snprintf(out, sizeof out, "%s/given-up", base);
    assert_int_equal(simulation_begin(out, &run, &simulation, &err), ERR_NONE);
    simulation_end(simulation);
    simulation_end(NULL);
    assert_false(report_exists(out, 202511, "simulate"));
}

static int setup(void **state)
{
    (void)state;
    hand_directory(base, sizeof base);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    hand_remove(base);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_largest),        cmocka_unit_test(test_sums), cmocka_unit_test(test_sums_too_large),
        cmocka_unit_test(test_directory), cmocka_unit_test(test_given_up),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
