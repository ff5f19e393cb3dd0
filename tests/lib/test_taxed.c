/* Which line of a bill was taxed at which rate (R24). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/decimal.h"
#include "lib/taxed.h"
#include "tests/lib/script.h"

static struct world world;

/* "1 VAT DE 19 on the 21st, 2 ..." */
static void say_taxed(char *out, size_t size)
{
    struct taxed_in in = {&world.bill, &world.facts, &world.catalogue};
    struct taxed_place place = {0};
    struct taxed taxed;
    size_t used = 0;

    out[0] = '\0';
    while (taxed_next(in, &place, &taxed)) {
        char percent[DECIMAL_TEXT_MAX];
        decimal_format_trimmed(taxed.rate->percent, 4, 0, percent);
        used += (size_t)snprintf(out + used, size - used, "%s%zu %s %s %s day %d", used == 0 ? "" : ", ", taxed.line + 1,
                                 taxed.rate->name, taxed.address->country, percent, (int)day_of_month(taxed.at));
    }
}

static const struct {
    const char *name;
    const char *script;
    const char *want;
} rows[] = {
    {"no tax", "address 2025-10-01 US; change 2025-11-21 pro", ""},
    {"a discount is taxed when its charge was",
     "address 2025-10-01 DE; change 2025-11-21 pro; change 2025-11-25 proplus",
     "1 VAT DE 19 day 21, 2 VAT DE 19 day 21, 3 VAT DE 19 day 25"},
    {"moved between the purchases (X17)",
     "address 2025-10-01 DE; address 2025-11-23 US; change 2025-11-21 pro; change 2025-11-25 proplus",
     "1 VAT DE 19 day 21, 2 VAT DE 19 day 21"},
    {"each line at its own instant",
     "address 2025-10-01 DE; change 2025-10-05 pro; adjust 1.00; tax DE - any 2025-11-10 VAT 20; "
     "tax DE - consumer 2025-11-10 VAT 21",
     "1 VAT DE 19 day 1, 2 VAT DE 21 day 30"},
    {"0 % is a rate", "address 2025-10-01 DE; change 2025-10-05 pro; tax DE - consumer 2025-10-02 VAT 0",
     "1 VAT DE 0 day 1"},
    {"two taxes", "address 2025-10-01 DE; change 2025-10-05 pro; tax DE - any 2025-10-02 Solidarity 1.5",
     "1 Solidarity DE 1.5 day 1, 1 VAT DE 19 day 1"},
};

static void test_each_row(void **state)
{
    (void)state;
    int failed = 0;
    char got[1024];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        script_bill(&world, rows[i].script);
        assert_int_not_equal(world.bill.status, BILL_HELD);
        say_taxed(got, sizeof got);
        if (strcmp(rows[i].want, got) != 0) {
            print_error("%s: want '%s', got '%s'\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_into_its_tax_line(void **state)
{
    (void)state;
    const struct tax_rate rate = {.country = "DE", .name = "VAT", .percent = 190000};
    struct bill_line line = {.kind = LINE_TAX, .quantity = 190000, .detail = "DE", .reason = "VAT"};

    assert_true(taxed_into(&line, &rate));
    line.quantity = 160000;
    assert_false(taxed_into(&line, &rate));
    line = (struct bill_line){.kind = LINE_TAX, .quantity = 190000, .detail = "FR", .reason = "VAT"};
    assert_false(taxed_into(&line, &rate));
    line = (struct bill_line){.kind = LINE_TAX, .quantity = 190000, .detail = "DE", .reason = "GST"};
    assert_false(taxed_into(&line, &rate));
    line = (struct bill_line){.kind = LINE_ADJUSTMENT, .quantity = 190000, .detail = "DE", .reason = "VAT"};
    assert_false(taxed_into(&line, &rate));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_row), cmocka_unit_test(test_into_its_tax_line)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
