/*
 * R2, R4: what a plan costs and gives in an account-month.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/terms.h"
#include "tests/lib/script.h"

static struct world world;

static const char CATALOGUE[] =
    "plan free Free 0; plan pro Pro 10; plan gold Gold 20; plan late Late 30; plan priced Priced 40;"
    "price free USD 2025-10-01 5 0.01; price pro USD 2025-10-01 20 0.04; price pro USD 2025-11-10 25 -;"
    "price gold EUR 2025-10-01 90 0.01; price late USD 2025-11-15 70 0.02; price priced USD 2025-10-01 7 -;"
    "allow free 2025-10-01 50; allow pro 2025-10-01 1000; allow pro 2025-11-10 2000; allow gold 2025-10-01 5000;"
    "allow late 2025-11-20 7";

static const struct {
    const char *name;
    const char *plan, *currency, *price_date;
    const char *terms; /* price, overage price, allowance */
    int64_t price_minor; /* -1: none */
} rows[] = {
    {"R4 in force at the price date", "pro", "USD", "2025-11-01", "2000 40000 100000", 2000},
    {"R4 in the first paid month at F", "pro", "USD", "2025-11-10", "2500 -1 200000", 2500},
    {"R4 none yet: the first after it", "late", "USD", "2025-11-01", "7000 20000 700", 7000},
    {"R4 no price in the currency", "gold", "USD", "2025-11-01", "none", -1},
    {"R4 a price in that currency", "gold", "EUR", "2025-11-01", "9000 10000 500000", 9000},
    {"R4 no allowance: a price and no terms", "priced", "USD", "2025-11-01", "none", 700},
    {"R2 free costs 0 and has no overage (R20), whatever its row says", "free", "USD", "2025-11-01", "0 -1 5000", 0},
    {"R2 free needs no row", "free", "JPY", "2025-11-01", "0 -1 5000", 0},
};

static void test_terms(void **state)
{
    (void)state;
    int failed = 0;

    world_reset(&world);
    script_run(&world, CATALOGUE);
    world_sort(&world);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct terms_in in = {&world.catalogue, rows[i].currency, script_instant(rows[i].price_date), month_end_ms(202511)};
        int plan = catalogue_plan(&world.catalogue, rows[i].plan);
        struct terms terms;
        int64_t price_minor = -1;
        char got[80] = "none";
        bool priced = terms_price(in, plan, &price_minor);

        if (terms_read(in, plan, &terms)) {
            (void)snprintf(got, sizeof got, "%" PRId64 " %" PRId64 " %" PRId64, terms.price_minor, terms.overage_price,
                           terms.allowance);
        }
        if (strcmp(got, rows[i].terms) != 0 || price_minor != rows[i].price_minor || priced != (price_minor >= 0)) {
            print_error("%s: want %s and %" PRId64 ", got %s and %" PRId64 "\n", rows[i].name, rows[i].terms,
                        rows[i].price_minor, got, price_minor);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_terms),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
