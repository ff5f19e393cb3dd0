/*
 * The address in force (data.md; R16, R24).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lib/facts.h"
#include "tests/lib/script.h"

static struct world world;

static const struct {
    const char *name;
    const char *at;
    const char *country; /* "": none */
} rows[] = {
    {"none before the first", "2025-09-30T23:59:59.999Z", ""},
    {"its own instant included", "2025-10-01", "US"},
    {"holds until the next", "2025-11-09T23:59:59.999Z", "US"},
    {"of two at one instant the greater id", "2025-11-10", "IN"},
    {"the last one holds on", "2030-01-01", "CH"},
};

static void test_address_in_force(void **state)
{
    (void)state;
    int failed = 0;

    world_reset(&world);
    script_run(&world, "address 2025-12-01 CH; address 2025-11-10 DE; address 2025-11-10 IN; address 2025-10-01 US");
    world_sort(&world);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct address_fact *address = facts_address(&world.facts, script_instant(rows[i].at));
        const char *got = address == NULL ? "" : address->country;
        if (strcmp(got, rows[i].country) != 0) {
            print_error("%s: want '%s', got '%s'\n", rows[i].name, rows[i].country, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* What was left of a grant is known where it began before that instant; one that begins with it is whole. */
static void test_grant_credits(void **state)
{
    struct credit_grant_fact grants[] = {
        {.starts_at = 999, .credits = 500, .left = 20}, {.starts_at = 1000, .credits = 500, .left = 20}};
    const struct account_facts facts = {.grants = grants, .grant_count = 2, .left_at = 1000};
    (void)state;

    assert_int_equal(facts_grant_credits(&facts, 0), 20);
    assert_int_equal(facts_grant_credits(&facts, 1), 500);
}

static void test_no_address_at_all(void **state)
{
    (void)state;

    world_reset(&world);
    assert_null(facts_address(&world.facts, script_instant("2025-11-01")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_address_in_force), cmocka_unit_test(test_no_address_at_all),
        cmocka_unit_test(test_grant_credits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
