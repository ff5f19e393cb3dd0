/*
 * Were the shipped tax rates reviewed?
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "schema/store_shipped.h"
#include "tests/schema/fresh.h"

#define IMPORT(file, inserted, duplicates, rejected, at)                                                               \
    "INSERT INTO imports SELECT NULL, '" file "', format('%064d', 0), 'tax_rates', " #inserted ", 0, " #duplicates     \
    ", " #rejected ", 0, " #at ", 'me';"
#define SHIPPED                                                                                                        \
    IMPORT("tax_rates.csv", 2, 0, 0, 900)                                                                              \
    "INSERT INTO tax_rates VALUES ('DE', NULL, 'any', 0, 'VAT', 190000, NULL, 1), "                                    \
    "('IN', NULL, 'any', 0, 'GST', 180000, NULL, 1);"

static const struct {
    const char *name;
    const char *sql;
    int64_t as_of;
    bool unreviewed;
} rows[] = {
    {"nothing was shipped", "SELECT 1", 100, false},
    {"shipped, whenever that was", SHIPPED, 100, true},
    {"a catalogue of one's own", IMPORT("./tax_rates.csv", 2, 0, 0, 1), 100, false},
    {"an import of equal rows", SHIPPED IMPORT("mine.csv", 0, 2, 0, 100), 100, false},
    {"of the same name", SHIPPED IMPORT("tax_rates.csv", 0, 1, 0, 100), 100, false},
    {"not known yet", SHIPPED IMPORT("mine.csv", 0, 2, 0, 101), 100, true},
    {"nothing but refused rows", SHIPPED IMPORT("mine.csv", 0, 0, 2, 100), 100, true},
    {"another table's import", SHIPPED "INSERT INTO imports SELECT NULL, 'f', format('%064d', 0), 'plans', 1, 0, 0, 0, 0, 1, 'me'",
     100, true},
    {"a row that upstream added", SHIPPED "INSERT INTO tax_rates VALUES ('FI', NULL, 'any', 0, 'VAT', 255000, NULL, 100)",
     100, false},
    {"and corrected", SHIPPED "INSERT INTO tax_rates VALUES ('DE', NULL, 'any', 0, 'VAT', 200000, NULL, 100)", 100, false},
    {"before that is known", SHIPPED "INSERT INTO tax_rates VALUES ('DE', NULL, 'any', 0, 'VAT', 200000, NULL, 101)", 100,
     true},
};

static void test_reviews(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *made = NULL;
        struct err err = {0};
        bool got = false;

        assert_int_equal(fresh_setup(&made), 0);
        struct fresh *fresh = made;
        fresh_sql(fresh, rows[i].sql);
        if (tax_rates_unreviewed(fresh->store, rows[i].as_of, &got, &err) != ERR_NONE || got != rows[i].unreviewed) {
            print_error("%s: want %d, got %d %s\n", rows[i].name, rows[i].unreviewed, got, err.text);
            failed++;
        }
        assert_int_equal(fresh_teardown(&made), 0);
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reviews)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
