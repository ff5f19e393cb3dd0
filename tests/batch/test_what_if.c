/*
 * Another catalogue from a directory: the shipped files give what the database
 * made of them gives; and each table alone takes the others from the database.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "batch/import.h"
#include "batch/what_if.h"
#include "schema/store_catalogue.h"
#include "tests/schema/fresh.h"

#define SHIPPED "schema/catalogue"
#define AS_OF INT64_C(4000000000000) /* in 2096 */

static void must(enum err_code code, const struct err *err)
{
    if (code != ERR_NONE) {
        fail_msg("%s", err->text);
    }
}

/* The database with the shipped catalogue, as init makes it. */
static void load_shipped(struct fresh *fresh)
{
    struct err err = {0};

    must(store_begin(fresh->store, &err), &err);
    must(import_catalogue(fresh->store, NULL, 1, &err), &err);
    must(store_commit(fresh->store, &err), &err);
}

static void same_rows(const char *what, const void *a, size_t a_count, const void *b, size_t b_count, size_t size)
{
    if (a_count != b_count) {
        fail_msg("%s: %zu rows, and %zu in the database", what, a_count, b_count);
    }
    for (size_t i = 0; i < a_count; i++) {
        if (memcmp((const char *)a + i * size, (const char *)b + i * size, size) != 0) {
            fail_msg("%s: row %zu is another one than in the database", what, i);
        }
    }
}

/* All rows are made in zeroed memory: they compare as bytes. */
static void same_catalogue(const struct catalogue *a, const struct catalogue *b)
{
    same_rows("plans", a->plans, a->plan_count, b->plans, b->plan_count, sizeof *a->plans);
    same_rows("prices", a->prices, a->price_count, b->prices, b->price_count, sizeof *a->prices);
    same_rows("allowances", a->allowances, a->allowance_count, b->allowances, b->allowance_count, sizeof *a->allowances);
    same_rows("rates", a->rates, a->rate_count, b->rates, b->rate_count, sizeof *a->rates);
    same_rows("models", a->models, a->model_count, b->models, b->model_count, sizeof *a->models);
    same_rows("countries", a->countries, a->country_count, b->countries, b->country_count, sizeof *a->countries);
    same_rows("taxes", a->taxes, a->tax_count, b->taxes, b->tax_count, sizeof *a->taxes);
    assert_true(catalogue_rates_alike(a, b));
}

static void test_the_shipped_catalogue(void **state)
{
    struct fresh *fresh = *state;
    struct what_if what_if;
    struct catalogue real;
    struct catalogue other;
    struct policies policies;
    struct err err = {0};
    char names[WHAT_IF_NAMES_MAX];

    load_shipped(fresh);
    must(what_if_read(SHIPPED, &what_if, &err), &err);
    what_if_names(&what_if, names);
    assert_string_equal(names, "plans, plan_prices, plan_allowances, model_rates, countries, tax_rates, policies");
    must(catalogue_read(fresh->store, AS_OF, &real, &err), &err);
    must(what_if_catalogue(&what_if, fresh->store, AS_OF, &other, &err), &err);
    same_catalogue(&other, &real);
    must(what_if_policies(&what_if, fresh->store, 202511, AS_OF, &policies, &err), &err);
    assert_memory_equal(&policies, &POLICIES_DEFAULT, sizeof policies);
    catalogue_release(&real);
    catalogue_release(&other);
    what_if_release(&what_if);
}

static void file_write(const struct fresh *fresh, const char *name, const char *text)
{
    char path[200];

    snprintf(path, sizeof path, "%s/what-if", fresh->folder);
    (void)mkdir(path, 0700); /* there since the last file */
    snprintf(path, sizeof path, "%s/what-if/%s", fresh->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void files_remove(const struct fresh *fresh)
{
    static const char *const NAMES[] = {"plans.csv", "plan_prices.csv", "model_rates.csv", "policies.csv"};
    char path[200];

    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        snprintf(path, sizeof path, "%s/what-if/%s", fresh->folder, NAMES[i]);
        (void)unlink(path); /* not all tests have all of them */
    }
    snprintf(path, sizeof path, "%s/what-if", fresh->folder);
    (void)rmdir(path);
}

static void read_files(struct fresh *fresh, struct what_if *what_if, struct catalogue *catalogue)
{
    struct err err = {0};
    char path[200];

    snprintf(path, sizeof path, "%s/what-if", fresh->folder);
    must(what_if_read(path, what_if, &err), &err);
    must(what_if_catalogue(what_if, fresh->store, AS_OF, catalogue, &err), &err);
    files_remove(fresh);
}

/* Plans in another order: the database's prices and allowances go with the plans' codes, `free` is there in any case,
 * and rows of a plan that is gone are passed over. */
static void test_other_plans(void **state)
{
    struct fresh *fresh = *state;
    struct what_if what_if;
    struct catalogue real;
    struct catalogue other;
    struct err err = {0};

    load_shipped(fresh);
    file_write(fresh, "plans.csv", "plan,name,rank\npower,Power,1\npro,Professional,9\n");
    read_files(fresh, &what_if, &other);
    must(catalogue_read(fresh->store, AS_OF, &real, &err), &err);
    assert_int_equal(other.plan_count, 3);
    assert_string_equal(other.plans[0].code, "free");
    assert_string_equal(other.plans[1].code, "power");
    assert_string_equal(other.plans[2].name, "Professional");
    assert_int_equal(other.price_count, real.price_count - 2); /* proplus and promax are gone */
    assert_int_equal(other.allowance_count, real.allowance_count - 2);
    for (int plan = 0; plan < 3; plan++) {
        int there = catalogue_plan(&real, other.plans[plan].code);
        const struct plan_price *a = catalogue_price(&other, plan, "USD", AS_OF, AS_OF);
        const struct plan_price *b = catalogue_price(&real, there, "USD", AS_OF, AS_OF);
        assert_non_null(a);
        assert_int_equal(a->monthly_minor, b->monthly_minor);
        assert_int_equal(catalogue_allowance(&other, plan, AS_OF, AS_OF)->credits,
                         catalogue_allowance(&real, there, AS_OF, AS_OF)->credits);
    }
    assert_false(catalogue_rates_alike(&other, &real));
    catalogue_release(&real);
    catalogue_release(&other);
    what_if_release(&what_if);
}

/* Of a key's rows the latest counts, whenever that was; models that nobody has used have no usage to rate. */
static void test_other_prices_and_rates(void **state)
{
    struct fresh *fresh = *state;
    struct what_if what_if;
    struct catalogue other;

    load_shipped(fresh);
    file_write(fresh, "plan_prices.csv",
               "plan,currency,effective_from,monthly_price,overage_price,recorded_at\n"
               "pro,USD,2025-10-01T00:00:00Z,20,0.04,2025-10-01T00:00:00Z\n"
               "pro,USD,2025-10-01T00:00:00Z,25,,9999-01-01T00:00:00Z\n"
               "gone,USD,2025-10-01T00:00:00Z,1,,\n");
    file_write(fresh, "model_rates.csv", "model,effective_from,multiplier\nauto,2025-10-01T00:00:00Z,1.5\n"
                                         "unheard-of,2025-10-01T00:00:00Z,2\n");
    read_files(fresh, &what_if, &other);
    assert_int_equal(other.price_count, 1);
    assert_int_equal(other.prices[0].monthly_minor, 2500);
    assert_int_equal(other.prices[0].overage_millionths, NO_OVERAGE_PRICE);
    assert_int_equal(other.rate_count, 1);
    assert_string_equal(other.models[other.rates[0].model], "auto");
    assert_int_equal(other.rates[0].multiplier, 1500000);
    assert_int_equal(other.rates[0].request_token_limit, 0);
    catalogue_release(&other);
    what_if_release(&what_if);
}

/* R1: of several rows the one in force at the month's first instant. */
static void test_other_policies(void **state)
{
    struct fresh *fresh = *state;
    struct what_if what_if;
    struct catalogue other;
    struct policies policies;
    struct err err = {0};

    load_shipped(fresh);
    file_write(fresh, "policies.csv", "policy,effective_from,value\n"
                                      "proration,2025-12-01T00:00:00Z,second\n"
                                      "proration,2025-10-01T00:00:00Z,day_inclusive\n"
                                      "proration,2025-11-01T00:00:00Z,day_exclusive\n"
                                      "headroom_percent,2025-11-01T00:00:00.001Z,30\n");
    read_files(fresh, &what_if, &other);
    must(what_if_policies(&what_if, fresh->store, 202511, AS_OF, &policies, &err), &err);
    assert_int_equal(policies.proration, PRORATE_DAY_EXCLUSIVE);
    assert_int_equal(policies.headroom_percent, POLICIES_DEFAULT.headroom_percent);
    must(what_if_policies(&what_if, fresh->store, 202512, AS_OF, &policies, &err), &err);
    assert_int_equal(policies.proration, PRORATE_SECOND);
    assert_int_equal(policies.headroom_percent, 30);
    catalogue_release(&other);
    what_if_release(&what_if);
}

static void test_too_many_plans(void **state)
{
    struct fresh *fresh = *state;
    struct what_if what_if;
    struct catalogue other;
    struct err err = {0};
    char text[16384] = "plan,name,rank\n";
    char path[200];

    load_shipped(fresh);
    for (int i = 1; i <= PLANS_MAX; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "plan-%d,Plan,%d\n", i, i);
    }
    file_write(fresh, "plans.csv", text);
    snprintf(path, sizeof path, "%s/what-if", fresh->folder);
    must(what_if_read(path, &what_if, &err), &err);
    assert_int_equal(what_if_catalogue(&what_if, fresh->store, AS_OF, &other, &err), ERR_DATA);
    assert_string_equal(err.text, "plans.csv: more than 256 plans");
    files_remove(fresh);
    what_if_release(&what_if);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_shipped_catalogue, fresh_setup, fresh_teardown),
        cmocka_unit_test_setup_teardown(test_other_plans, fresh_setup, fresh_teardown),
        cmocka_unit_test_setup_teardown(test_other_prices_and_rates, fresh_setup, fresh_teardown),
        cmocka_unit_test_setup_teardown(test_other_policies, fresh_setup, fresh_teardown),
        cmocka_unit_test_setup_teardown(test_too_many_plans, fresh_setup, fresh_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
