/*
 * The catalogue and the policies as known at an as-of (R1, R3).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/calendar.h"
#include "schema/store_catalogue.h"
#include "tests/schema/fresh.h"

static struct catalogue read_at(struct fresh *fresh, int64_t as_of)
{
    struct catalogue catalogue = {0};
    struct err err = {0};

    assert_int_equal(catalogue_read(fresh->store, as_of, &catalogue, &err), ERR_NONE);
    return catalogue;
}

/* R2: `free` always exists, also where no row says so yet. */
static void test_free_always_exists(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, "INSERT INTO plans VALUES ('free', 'Gratis', 0, 11), ('pro', 'Pro', 1, 10)");
    struct catalogue catalogue = read_at(fresh, 10);
    assert_int_equal(catalogue.plan_count, 2);
    assert_string_equal(catalogue.plans[PLAN_FREE].code, "free");
    assert_string_equal(catalogue.plans[PLAN_FREE].name, "Free");
    catalogue_release(&catalogue);
    catalogue = read_at(fresh, 11);
    assert_int_equal(catalogue.plan_count, 2);
    assert_string_equal(catalogue.plans[PLAN_FREE].name, "Gratis");
    catalogue_release(&catalogue);
}

/* What only damage makes: a row of `free` that is not the lowest plan. */
static void test_free_is_damaged(void **state)
{
    struct fresh *fresh = *state;
    struct catalogue catalogue = {0};
    struct err err = {0};

    fresh_sql(fresh, "PRAGMA ignore_check_constraints = ON; DROP TRIGGER plans_insert; DROP TRIGGER plans_inserted");
    fresh_sql(fresh, "INSERT INTO plans VALUES ('free', 'Free', 5, 1), ('pro', 'Pro', 1, 1)");
    assert_int_equal(catalogue_read(fresh->store, 10, &catalogue, &err), ERR_DATA);
    assert_non_null(strstr(err.text, "the database is damaged: the plan free is not the lowest"));
}

static void test_plans_prices_allowances(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, "INSERT INTO plans VALUES ('team', 'Team', 7, 10), ('free', 'Free', 0, 10), ('pro', 'Pro', 3, 10);"
                     "INSERT INTO plans VALUES ('pro', 'Pro!', 3, 20);"
                     "INSERT INTO plan_prices VALUES ('pro', 'USD', 5, 2000, 40000, 10), ('nobody', 'USD', 5, 1, 1, 10),"
                     " ('team', 'USD', 5, 9000, NULL, 10);"
                     "INSERT INTO plan_prices VALUES ('pro', 'USD', 5, 2500, NULL, 20);"
                     "INSERT INTO plan_allowances VALUES ('pro', 5, 100000, 10), ('nobody', 5, 1, 10)");
    struct catalogue catalogue = read_at(fresh, 19);
    const struct plan_price *price = NULL;

    assert_int_equal(catalogue.plan_count, 3);
    assert_string_equal(catalogue.plans[1].code, "pro");
    assert_string_equal(catalogue.plans[1].name, "Pro");
    assert_int_equal(catalogue.price_count, 2);
    price = catalogue_price(&catalogue, 1, "USD", 5, 6);
    assert_true(price != NULL && price->monthly_minor == 2000 && price->overage_millionths == 40000);
    price = catalogue_price(&catalogue, 2, "USD", 5, 6);
    assert_true(price != NULL && price->overage_millionths == NO_OVERAGE_PRICE);
    assert_int_equal(catalogue.allowance_count, 1);
    catalogue_release(&catalogue);

    catalogue = read_at(fresh, 20);
    price = catalogue_price(&catalogue, 1, "USD", 5, 6);
    assert_true(price != NULL && price->monthly_minor == 2500 && price->overage_millionths == NO_OVERAGE_PRICE);
    assert_string_equal(catalogue.plans[1].name, "Pro!");
    catalogue_release(&catalogue);
}

/* Numbers start at 1; a model known only from usage has a name and no rate. */
static void test_models(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, "INSERT INTO plans VALUES ('free', 'Free', 0, 10);"
                     "INSERT INTO model_rates VALUES ('sonnet', 5, 1300000, NULL, 10), ('auto', 5, 1000000, 1000, 10);"
                     "INSERT INTO usage_events VALUES ('e1', 'a', 7, 'mystery', 1, NULL, NULL, 10)");
    struct catalogue catalogue = read_at(fresh, 10);

    assert_int_equal(catalogue.model_count, 4);
    assert_string_equal(catalogue.models[0], "");
    assert_string_equal(catalogue.models[1], "sonnet");
    assert_string_equal(catalogue.models[3], "mystery");
    assert_int_equal(catalogue_rate(&catalogue, 1, 5)->multiplier, 1300000);
    assert_int_equal(catalogue_rate(&catalogue, 1, 5)->request_token_limit, 0);
    assert_int_equal(catalogue_rate(&catalogue, 2, 5)->request_token_limit, 1000);
    assert_null(catalogue_rate(&catalogue, 3, 5));
    catalogue_release(&catalogue);
}

static void test_countries_and_taxes(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, "INSERT INTO plans VALUES ('free', 'Free', 0, 10);"
                     "INSERT INTO countries VALUES ('DE', 5, 1, 10), ('FR', 5, 1, 10);"
                     "INSERT INTO countries VALUES ('FR', 5, 0, 20);"
                     "INSERT INTO tax_rates (country, region, customer, effective_from, name, percent, rounding, "
                     "recorded_at) VALUES ('CA', 'QC', 'any', 5, 'QST', 99750, 'document', 10),"
                     " ('DE', NULL, 'consumer', 5, 'VAT', 190000, NULL, 10),"
                     " ('DE', '', 'business', 5, 'VAT', 0, 'line', 10);"
                     "INSERT INTO tax_rates (country, region, customer, effective_from, name, percent, rounding, "
                     "recorded_at) VALUES ('DE', '', 'consumer', 5, 'VAT', 160000, NULL, 20)");
    struct catalogue catalogue = read_at(fresh, 19);

    assert_true(catalogue_eligible(&catalogue, "FR", 5));
    assert_int_equal(catalogue.tax_count, 3);
    assert_true(strcmp(catalogue.taxes[0].region, "QC") == 0 && catalogue.taxes[0].rounding == ROUND_DOCUMENT);
    assert_true(catalogue.taxes[1].percent == 190000 && catalogue.taxes[1].customer == CUSTOMER_CONSUMER);
    assert_true(catalogue.taxes[1].rounding == ROUND_LINE && catalogue.taxes[1].region[0] == '\0');
    assert_true(catalogue.taxes[2].customer == CUSTOMER_BUSINESS);
    catalogue_release(&catalogue);
    catalogue = read_at(fresh, 20);
    assert_false(catalogue_eligible(&catalogue, "FR", 5));
    assert_int_equal(catalogue.tax_count, 3);
    assert_int_equal(catalogue.taxes[1].percent, 160000); /* '' corrects NULL: an empty region equals an empty region */
    catalogue_release(&catalogue);
}

static void test_policies(void **state)
{
    struct fresh *fresh = *state;
    struct policies policies = {0};
    struct err err = {0};

    assert_int_equal(policies_read(fresh->store, 202511, 10, &policies, &err), ERR_NONE);
    assert_memory_equal(&policies, &POLICIES_DEFAULT, sizeof policies);
    /* 1761955200000 is 2025-11-01T00:00:00Z */
    fresh_sql(fresh, "INSERT INTO policies VALUES ('proration', 1761955200000, 'second', 10),"
                     " ('proration', 1761955200001, 'day_exclusive', 10), ('first_month_allowance', 5, 'prorated', 10),"
                     " ('close_grace_hours', 5, '48', 10), ('held_limit_percent', 5, '100', 10),"
                     " ('headroom_percent', 5, '0', 10);"
                     "INSERT INTO policies VALUES ('close_grace_hours', 5, '72', 20)");
    assert_int_equal(policies_read(fresh->store, 202511, 19, &policies, &err), ERR_NONE);
    assert_int_equal(policies.proration, PRORATE_SECOND);
    assert_int_equal(policies.first_allowance, FIRST_ALLOWANCE_PRORATED);
    assert_int_equal(policies.close_grace_hours, 48);
    assert_int_equal(policies.held_limit_percent, 100);
    assert_int_equal(policies.headroom_percent, 0);
    assert_int_equal(policies_read(fresh->store, 202510, 19, &policies, &err), ERR_NONE);
    assert_int_equal(policies.proration, PRORATE_DAY_INCLUSIVE);
    assert_int_equal(policies_read(fresh->store, 202512, 20, &policies, &err), ERR_NONE);
    assert_int_equal(policies.proration, PRORATE_DAY_EXCLUSIVE);
    assert_int_equal(policies.close_grace_hours, 72);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_free_always_exists),        TEST(test_plans_prices_allowances), TEST(test_models),
        TEST(test_countries_and_taxes), TEST(test_policies), TEST(test_free_is_damaged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
