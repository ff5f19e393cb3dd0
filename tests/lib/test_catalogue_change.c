/*
 * What changed in the catalogue between two as-ofs, in words (R1, R28).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/catalogue_change.h"
#include "tests/lib/script.h"

static struct world before;
static struct world now;
static struct catalogue_change changes[WORLD_ROWS_MAX * 8];

#define PLANS "plan free Free 0; plan pro Pro 1; "
#define PRO PLANS "price pro USD 2025-01-01 20 0.04; "

static const struct {
    const char *name;
    const char *before;
    const char *now;
    const char *want; /* the words of all changes */
} rows[] = {
    {"nothing", PRO, PRO, ""},
    {"a plan", PLANS, PLANS "plan gold Gold 2", "plan gold added"},
    {"a first plan", "plan free Free 0", "plan trial Trial 0; plan free Free 1", "plan trial added"},
    {"a price corrected", PRO, PLANS "price pro USD 2025-01-01 22 0.04",
     "price of pro in USD from 2025-01-01 corrected from 20.00 to 22.00"},
    {"a price of another currency", PLANS "price pro JPY 2025-01-01 3000 6", PLANS "price pro JPY 2025-01-01 3300 6",
     "price of pro in JPY from 2025-01-01 corrected from 3000 to 3300"},
    {"a price of a currency that had none", PRO, PRO "price pro EUR 2025-01-01 18 0.03",
     "price of pro in EUR from 2025-01-01: 18.00"},
    {"a price added", PRO, PRO "price pro USD 2025-11-15T12:00:00Z 25 0.04",
     "price of pro in USD from 2025-11-15T12:00:00Z: 25.00"},
    {"a price of the next month is none of it", PRO, PRO "price pro USD 2025-12-01 25 0.04", ""},
    {"the month's last instant is of it", PRO, PRO "price pro USD 2025-11-30T23:59:59.999Z 25 0.04",
     "price of pro in USD from 2025-11-30T23:59:59.999Z: 25.00"},
    {"an overage price", PRO, PLANS "price pro USD 2025-01-01 20 0.0405",
     "overage price of pro in USD from 2025-01-01 corrected from 0.04 to 0.0405"},
    {"both", PRO, PLANS "price pro USD 2025-01-01 22 -",
     "price of pro in USD from 2025-01-01 corrected from 20.00 to 22.00; overage price of pro in USD from 2025-01-01 corrected "
     "from 0.04 to none"},
    {"plans that move up keep their rows", PRO, "plan free Free 0; plan basic Basic 1; plan pro Pro 2; price pro USD 2025-01-01 "
     "20 0.04", "plan basic added"},
    {"an allowance", PLANS "allow pro 2025-01-01 1000", PLANS "allow pro 2025-01-01 1200",
     "allowance of pro from 2025-01-01 corrected from 1000.00 to 1200.00"},
    {"an allowance added", PLANS, PLANS "allow pro 2025-01-01 1200", "allowance of pro from 2025-01-01: 1200.00"},
    {"an allowance from a later day", PLANS "allow pro 2025-01-01 1000", PLANS "allow pro 2025-01-01 1000; allow pro 2025-11-10 1100",
     "allowance of pro from 2025-11-10: 1100.00"},
    {"an allowance of the next month is none of it", PLANS, PLANS "allow pro 2025-12-01 1100", ""},
    {"a rate", PLANS "rate auto 2025-01-01 1", PLANS "rate auto 2025-01-01 1.25",
     "rate of auto from 2025-01-01 corrected from 1.0 to 1.25"},
    {"a rate's limit", PLANS "rate auto 2025-01-01 1", PLANS "rate auto 2025-01-01 1 200",
     "rate of auto from 2025-01-01 corrected from 1.0 to 1.0 with 200 tokens a request"},
    {"a rate with all its digits", PLANS "rate auto 2025-01-01 1", PLANS "rate auto 2025-01-01 99.999999 1000000000",
     "rate of auto from 2025-01-01 corrected from 1.0 to 99.999999 with 1000000000 tokens a request"},
    {"a rate added", PLANS "rate auto 2025-01-01 1", PLANS "rate auto 2025-01-01 1; rate opus 2025-01-01 3",
     "rate of opus from 2025-01-01: 3.0"},
    {"a rate from a later day", PLANS "rate auto 2025-01-01 1", PLANS "rate auto 2025-01-01 1; rate auto 2025-11-10 2",
     "rate of auto from 2025-11-10: 2.0"},
    {"a rate of the next month is none of it", PLANS "rate auto 2025-01-01 1", PLANS "rate auto 2025-01-01 1; rate auto 2025-12-01 2", ""},
    {"a country", PLANS "country DE 2025-01-01 0", PLANS "country DE 2025-01-01 1",
     "DE from 2025-01-01 corrected from not eligible to eligible"},
    {"a country added", PLANS, PLANS "country DE 2025-01-01 0", "DE from 2025-01-01: not eligible"},
    {"a country from a later day", PLANS "country DE 2025-01-01 0", PLANS "country DE 2025-01-01 0; country DE 2025-11-10 1",
     "DE from 2025-11-10: eligible"},
    {"a country of the next month is none of it", PLANS, PLANS "country DE 2025-12-01 1", ""},
    {"a tax from a later day", PLANS "tax DE - any 2025-01-01 VAT 19", PLANS "tax DE - any 2025-01-01 VAT 19; tax DE - any 2025-11-10 VAT 16",
     "VAT in DE from 2025-11-10: 16 %"},
    {"a tax of the next month is none of it", PLANS, PLANS "tax DE - any 2025-12-01 VAT 16", ""},
    {"a tax rounded otherwise", PLANS "tax DE - any 2025-01-01 VAT 19", PLANS "tax DE - any 2025-01-01 VAT 19 document",
     "VAT in DE from 2025-01-01 corrected from 19 % to 19 % of the document"},
    {"a tax", PLANS "tax DE - any 2025-01-01 VAT 19", PLANS "tax DE - any 2025-01-01 VAT 16",
     "VAT in DE from 2025-01-01 corrected from 19 % to 16 %"},
    {"a tax of a region and of businesses", PLANS "tax CA QC business 2025-01-01 QST 9.975",
     PLANS "tax CA QC business 2025-01-01 QST 9.5 document",
     "QST in CA-QC for businesses from 2025-01-01 corrected from 9.975 % to 9.5 % of the document"},
    {"a tax of a region of one letter", PLANS, PLANS "tax AT 9 any 2025-01-01 VAT 19", "VAT in AT-9 from 2025-01-01: 19 %"},
    {"a tax of consumers is another one", PLANS "tax DE - any 2025-01-01 VAT 19",
     PLANS "tax DE - any 2025-01-01 VAT 19; tax DE - consumer 2025-01-01 VAT 7", "VAT in DE for consumers from 2025-01-01: 7 %"},
    {"policies", PLANS, PLANS "policy proration second; policy first_month_allowance prorated",
     "policy proration corrected from day_inclusive to second; policy first_month_allowance corrected from full to prorated"},
};

static void test_each_change(void **state)
{
    char got[2048];
    int failed = 0;
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t used = 0;
        world_reset(&before);
        world_reset(&now);
        script_run(&before, rows[i].before);
        script_run(&now, rows[i].now);
        world_sort(&before);
        world_sort(&now);
        struct catalogue_pair pair = {&before.catalogue, &now.catalogue, before.policies, now.policies};
        assert_in_range(catalogue_changes_max(pair), 1, sizeof changes / sizeof changes[0]);
        size_t count = catalogue_changes(pair, month_end_ms(202511), changes);
        got[0] = '\0';
        for (size_t j = 0; j < count; j++) {
            used += (size_t)snprintf(got + used, sizeof got - used, "%s%s", j > 0 ? "; " : "", changes[j].words);
        }
        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s:\n  want '%s'\n  got  '%s'\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Whom a change concerns can be told from it. */
static void test_whom_it_concerns(void **state)
{
    (void)state;

    world_reset(&before);
    world_reset(&now);
    script_run(&before, PLANS "rate auto 2025-01-01 1");
    script_run(&now, PRO "allow pro 2025-01-01 5; rate auto 2025-01-01 2; country DE 2025-01-01 1; tax CH - any 2025-01-01 VAT 8");
    world_sort(&before);
    world_sort(&now);
    struct catalogue_pair pair = {&before.catalogue, &now.catalogue, before.policies, now.policies};
    assert_int_equal(catalogue_changes(pair, month_end_ms(202511), changes), 5);
    assert_int_equal(catalogue_changes_max(pair), 2 + 2 * 1 + 1 + 1 + 1 + 1 + 2); /* plans, prices twice, and so on, policies */
    assert_true(changes[3].plan == PLAN_UNKNOWN && changes[3].model == -1 && changes[0].model == -1);
    assert_true(changes[0].kind == CHANGE_PRICE && changes[0].plan == 1 && strcmp(changes[0].currency, "USD") == 0);
    assert_true(changes[1].kind == CHANGE_ALLOWANCE && changes[1].plan == 1);
    assert_true(changes[2].kind == CHANGE_RATE && changes[2].model == 0);
    assert_true(changes[3].kind == CHANGE_COUNTRY && strcmp(changes[3].country, "DE") == 0);
    assert_true(changes[4].kind == CHANGE_TAX && strcmp(changes[4].country, "CH") == 0);
}

/* A currency that nobody knows is told with two digits. */
static void test_unknown_currency(void **state)
{
    (void)state;

    world_reset(&before);
    world_reset(&now);
    script_run(&before, PLANS);
    script_run(&now, PRO);
    memcpy(now.prices[0].currency, "ZZZ", sizeof now.prices[0].currency);
    struct catalogue_pair pair = {&before.catalogue, &now.catalogue, before.policies, now.policies};
    assert_int_equal(catalogue_changes(pair, month_end_ms(202511), changes), 1);
    assert_string_equal(changes[0].words, "price of pro in ZZZ from 2025-01-01: 20.00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_change), cmocka_unit_test(test_whom_it_concerns),
                                       cmocka_unit_test(test_unknown_currency)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
