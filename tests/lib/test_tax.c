/*
 * R24: which rates fit, and how their amounts are rounded and shown.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/decimal.h"
#include "lib/tax.h"
#include "tests/lib/script.h"

static struct world world;

static const char RATES[] =
    "tax DE - any 2025-10-01 VAT 19; tax DE - any 2025-11-20 VAT 16;"
    /* the four degrees of one name; the region counts before the kind */
    "tax CA - any 2025-10-01 GST 1; tax CA - business 2025-10-01 GST 2; tax CA QC any 2025-10-01 GST 3;"
    "tax CA QC consumer 2025-10-01 GST 4; tax CA QC any 2025-10-01 QST 9.975; tax CA ON any 2025-10-01 HST 13;"
    "tax AU - consumer 2025-10-01 GST 10; tax BD - business 2025-10-01 VAT 15;"
    "tax FR - any 2025-10-01 VAT 20; tax FR - business 2025-10-01 VAT 0; tax FR IDF any 2025-11-20 VAT 0;"
    "tax AT - any 2025-10-01 VAT 20; tax AT 9 any 2025-10-01 VAT 19;"
    "tax JP - any 2025-10-01 JCT 10 document; tax XA - any 2025-10-01 Zeta 2; tax XA - any 2025-10-01 Alpha 3";

/* Each row taxes an amount or several (in cents) of one address. */
static const struct {
    const char *name;
    const char *address; /* country, region, tax number */
    const char *at;
    int64_t amounts[4];
    size_t count;
    const char *want; /* name percent taxed amount, by tax line */
} rows[] = {
    {"R24 one rate", "DE", "2025-11-01", {2000}, 1, "VAT 19 20.00 3.80"},
    {"R24 in force then: not yet", "DE", "2025-11-19T23:59:59.999Z", {2000}, 1, "VAT 19 20.00 3.80"},
    {"R24 in force then: from its instant on", "DE", "2025-11-20", {2000}, 1, "VAT 16 20.00 3.20"},
    {"R24 none in force yet", "DE", "2025-09-30", {2000}, 1, ""},
    {"R24 a country without rates", "US CA", "2025-11-01", {2000}, 1, ""},
    {"R24 region and kind", "CA QC", "2025-11-01", {2000}, 1, "GST 4 20.00 0.80, QST 9.975 20.00 2.00"},
    {"R24 the region before the kind", "CA QC T-1", "2025-11-01", {2000}, 1, "GST 3 20.00 0.60, QST 9.975 20.00 2.00"},
    {"R24 the kind before any", "CA AB T-1", "2025-11-01", {2000}, 1, "GST 2 20.00 0.40"},
    {"R24 no region, any kind", "CA", "2025-11-01", {2000}, 1, "GST 1 20.00 0.20"},
    {"R24 each tax name by itself", "CA ON", "2025-11-01", {2000}, 1, "GST 1 20.00 0.20, HST 13 20.00 2.60"},
    {"R24 consumers alone", "AU", "2025-11-01", {2000}, 1, "GST 10 20.00 2.00"},
    {"R24 and no business", "AU - T-1", "2025-11-01", {2000}, 1, ""},
    {"R24 business alone", "BD - T-1", "2025-11-01", {2000}, 1, "VAT 15 20.00 3.00"},
    {"R24 and no consumer", "BD", "2025-11-01", {2000}, 1, ""},
    {"R24 0 % is the most specific and makes no line", "FR - T-1", "2025-11-01", {2000}, 1, ""},
    {"R24 by region from its instant on", "FR IDF", "2025-11-20", {2000}, 1, ""},
    {"R24 before it the country's", "FR IDF", "2025-11-19", {2000}, 1, "VAT 20 20.00 4.00"},
    {"R24 half goes away from zero", "CA", "2025-11-01", {50, -50}, 2, "GST 1 0.00 0.00"},
    {"R24 half up above", "CA", "2025-11-01", {50}, 1, "GST 1 0.50 0.01"},
    {"R24 half down below", "CA", "2025-11-01", {-50}, 1, "GST 1 -0.50 -0.01"},
    {"R24 just under half", "CA", "2025-11-01", {49}, 1, "GST 1 0.49 0.00"},
    {"R24 per line", "CA", "2025-11-01", {50, 50, 50}, 3, "GST 1 1.50 0.03"},
    {"R24 once per document", "JP", "2025-11-01", {4, 4, 4}, 3, "JCT 10 0.12 0.01"},
    {"R24 document, half away from zero below", "JP", "2025-11-01", {-10, -5}, 2, "JCT 10 -0.15 -0.02"},
    {"R24 document, a discount subtracts", "JP", "2025-11-01", {667, -667, 1333}, 3, "JCT 10 13.33 1.33"},
    {"R24 0.00 is shown", "DE", "2025-11-01", {667, -667}, 2, "VAT 19 0.00 0.00"},
    {"R24 a region of one letter", "AT 9", "2025-11-01", {2000}, 1, "VAT 19 20.00 3.80"},
    {"R24 it holds there alone", "AT 8", "2025-11-01", {2000}, 1, "VAT 20 20.00 4.00"},
    {"R24 lines by name", "XA", "2025-11-01", {100}, 1, "Alpha 3 1.00 0.03, Zeta 2 1.00 0.02"},
    {"the largest amount", "DE", "2025-11-01", {PRICE_MINOR_MAX}, 1, "VAT 19 100000000000.00 19000000000.00"},
};

static void tell(const struct tax_book *book, char *out, size_t size)
{
    char percent[DECIMAL_TEXT_MAX], taxed[DECIMAL_TEXT_MAX], amount[DECIMAL_TEXT_MAX];

    out[0] = '\0';
    for (size_t i = 0; i < book->group_count; i++) {
        const struct tax_group *group = &book->groups[i];
        (void)decimal_format_trimmed(group->percent, 4, 0, percent);
        (void)decimal_format(group->taxed_minor, 2, taxed);
        (void)decimal_format(tax_amount(group), 2, amount);
        (void)snprintf(out + strlen(out), size - strlen(out), "%s%s %s %s %s", i == 0 ? "" : ", ", group->name, percent,
                       taxed, amount);
    }
}

static void test_rates(void **state)
{
    (void)state;
    int failed = 0;
    char script[128], got[256];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct tax_book book = {.group_count = 0};
        world_reset(&world);
        (void)snprintf(script, sizeof script, "address 2025-01-01 %s", rows[i].address);
        script_run(&world, RATES);
        script_run(&world, script);
        world_sort(&world);
        for (size_t j = 0; j < rows[i].count; j++) {
            assert_true(tax_line(&book, (struct tax_in){&world.catalogue, &world.addresses[0],
                                                        script_instant(rows[i].at), rows[i].amounts[j]}));
        }
        tax_sort(&book);
        tell(&book, got, sizeof got);
        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s: want \"%s\", got \"%s\"\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* R25: tax lines by (country, name, percent), as numbers and not as text. */
static void test_order(void **state)
{
    (void)state;
    struct tax_book book = {.group_count = 0};
    static const char *const script =
        "tax DE - any 2025-10-01 VAT 19; tax DE - any 2025-11-01 VAT 7; tax AT - any 2025-10-01 VAT 20;"
        "tax AT - any 2025-10-01 ATX 5; address 2025-01-01 DE; address 2025-01-02 AT";

    world_reset(&world);
    script_run(&world, script);
    world_sort(&world);
    int64_t early = script_instant("2025-10-15"), late = script_instant("2025-11-15");
    assert_true(tax_line(&book, (struct tax_in){&world.catalogue, &world.addresses[0], early, 100}));
    assert_true(tax_line(&book, (struct tax_in){&world.catalogue, &world.addresses[0], late, 100}));
    assert_true(tax_line(&book, (struct tax_in){&world.catalogue, &world.addresses[1], late, 100}));
    tax_sort(&book);
    char got[256];
    tell(&book, got, sizeof got);
    assert_string_equal(got, "ATX 5 1.00 0.05, VAT 20 1.00 0.20, VAT 7 1.00 0.07, VAT 19 1.00 0.19");
}

/* R24: one tax line per (country, name, percent), of which a document has TAX_GROUPS_MAX at most. */
static void test_too_many(void **state)
{
    (void)state;
    static struct tax_rate rates[TAX_GROUPS_MAX + 1];
    struct catalogue catalogue = {.taxes = rates, .tax_count = TAX_GROUPS_MAX};
    struct address_fact address = {.country = "US", .region = "", .tax_number = ""};
    struct tax_book book = {.group_count = 0}, full = {.group_count = 0};

    for (int i = 0; i <= TAX_GROUPS_MAX; i++) {
        rates[i] = (struct tax_rate){.country = "US", .percent = 10000};
        (void)snprintf(rates[i].name, sizeof rates[i].name, "T%02d", i);
    }
    assert_true(tax_line(&book, (struct tax_in){&catalogue, &address, 0, 100}));
    assert_int_equal(book.group_count, TAX_GROUPS_MAX);
    assert_true(tax_line(&book, (struct tax_in){&catalogue, &address, 0, 100})); /* the same groups */
    assert_int_equal(book.groups[TAX_GROUPS_MAX - 1].taxed_minor, 200);
    catalogue.tax_count++;
    assert_false(tax_line(&full, (struct tax_in){&catalogue, &address, 0, 100}));
    rates[TAX_GROUPS_MAX - 1].percent = 20000; /* the first that does not fit, and one after it that does */
    memcpy(rates[TAX_GROUPS_MAX].name, rates[0].name, sizeof rates[0].name);
    assert_false(tax_line(&book, (struct tax_in){&catalogue, &address, 0, 100}));
}

/* A tax of another country or of another name is another line, whatever its percent. */
static void test_groups(void **state)
{
    (void)state;
    struct tax_book book = {.group_count = 0};

    world_reset(&world);
    script_run(&world, "tax DE - any 2025-10-01 VAT 19; tax DE - any 2025-10-01 XAT 19; tax NL - any 2025-10-01 VAT 19;"
                       "address 2025-01-01 DE; address 2025-01-02 NL");
    world_sort(&world);
    for (int i = 0; i < 2; i++) {
        assert_true(tax_line(&book, (struct tax_in){&world.catalogue, &world.addresses[i], script_instant("2025-11-01"), 100}));
    }
    assert_int_equal(book.group_count, 3);
}

/* Lines of one tax stand by their percent, however they came. */
static void test_percents_in_order(void **state)
{
    static struct tax_book book;
    static const int64_t PERCENTS[][2] = {{70000, 190000}, {190000, 70000}};
    (void)state;

    for (int i = 0; i < 2; i++) {
        book = (struct tax_book){.group_count = 2};
        for (int j = 0; j < 2; j++) {
            book.groups[j] = (struct tax_group){.country = "DE", .name = "VAT", .percent = PERCENTS[i][j]};
        }
        tax_sort(&book);
        assert_int_equal(book.groups[0].percent, 70000);
        assert_int_equal(book.groups[1].percent, 190000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rates), cmocka_unit_test(test_order), cmocka_unit_test(test_groups),
                                       cmocka_unit_test(test_too_many), cmocka_unit_test(test_percents_in_order)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
