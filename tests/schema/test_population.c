/*
 * The documents that a sample picks from: those of the month's runs that issued, up to
 * the as-of, by currency and in the order of the chain, with the newest link of all.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "schema/store_population.h"
#include "tests/schema/past.h"

#define MONTH 202511

/* A document with a link that ends with its number. */
static void issue(struct fresh *fresh, int run, const char *series, const char *account_id, int64_t total_minor)
{
    int document = past_document(fresh, run, series, account_id, total_minor);

    past_sql(fresh, "INSERT INTO links VALUES (%d, format('%%064d', %d), format('%%064d', 1000 + %d))", document, document,
             document);
}

/* Yen behind the program's back: past_document() knows dollars alone. */
static void in_yen(struct fresh *fresh, const char *account_id)
{
    past_sql(fresh, "DROP TRIGGER IF EXISTS documents_update");
    past_sql(fresh, "UPDATE documents SET currency = 'JPY', digits = 0 WHERE account_id = '%s'", account_id);
}

/* Two runs that issued, one that was abandoned, one at work, and another month's. */
static void fill(struct fresh *fresh)
{
    past_accounts(fresh);
    int run = past_run(fresh, MONTH, T(5));
    issue(fresh, run, "INV", "a", 700);
    issue(fresh, run, "INV", "b", 0);
    issue(fresh, run, "INV", "c", 90);
    past_issued(fresh, run);
    past_abandoned(fresh, past_run(fresh, MONTH, T(6)));
    run = past_run(fresh, 202510, T(7));
    issue(fresh, run, "INV", "a", 11);
    past_issued(fresh, run);
    run = past_run(fresh, MONTH, T(8));
    issue(fresh, run, "CN", "a", -250);
    past_issued(fresh, run);
    run = past_run(fresh, MONTH, T(9));
    issue(fresh, run, "INV", "d", 5000);
    in_yen(fresh, "c");
}

/* "JPY 3 INV-3 90 0; USD 1 INV-1 700 2; ... 2 runs link 1005". */
static const char *read_words(struct fresh *fresh, struct population_in in)
{
    static char out[2048];
    struct population population = {0};
    struct err err = {0};
    size_t used = 0;

    if (population_read(fresh->store, in, &population, &err) != ERR_NONE) {
        snprintf(out, sizeof out, "%s", err.text);
        return out;
    }
    for (size_t i = 0; i < population.count; i++) {
        const struct population_document *document = &population.documents[i];
        used += (size_t)snprintf(out + used, sizeof out - used, "%s %" PRId64 " %s-%d %" PRId64 " %d; ", document->currency,
                                 document->document, document->series, (int)document->number, document->total_minor,
                                 document->digits);
    }
    snprintf(out + used, sizeof out - used, "%zu runs link %s", population.runs,
             population.link[0] == '\0' ? "none" : population.link + strlen(population.link) - 4);
    population_release(&population);
    return out;
}

static void test_which_documents(void **state)
{
    struct fresh *fresh = *state;

    fill(fresh);
    assert_string_equal(read_words(fresh, (struct population_in){MONTH, T(9), NULL}),
                        "JPY 3 INV-3 90 0; USD 1 INV-1 700 2; USD 2 INV-2 0 2; USD 5 CN-1 -250 2; 2 runs link 1005");
    assert_string_equal(read_words(fresh, (struct population_in){MONTH, T(7), NULL}),
                        "JPY 3 INV-3 90 0; USD 1 INV-1 700 2; USD 2 INV-2 0 2; 1 runs link 1003");
    assert_string_equal(read_words(fresh, (struct population_in){MONTH, T(9), "JPY"}), "JPY 3 INV-3 90 0; 2 runs link 1005");
    assert_string_equal(read_words(fresh, (struct population_in){MONTH, T(9), "EUR"}), "2 runs link 1005");
    assert_string_equal(read_words(fresh, (struct population_in){MONTH, T(4), NULL}), "0 runs link none");
    assert_string_equal(read_words(fresh, (struct population_in){202510, T(9), NULL}), "USD 4 INV-1 11 2; 1 runs link 1004");
}

static void test_detail(void **state)
{
    struct fresh *fresh = *state;
    struct population_detail detail = {0};
    struct err err = {0};

    fill(fresh);
    assert_int_equal(population_detail_read(fresh->store, 5, &detail, &err), ERR_NONE);
    assert_string_equal(detail.account_id, "a");
    assert_string_equal(detail.account_name, "N");
    assert_string_equal(detail.corrects, "INV-2025-11-00000001");
    assert_string_equal(detail.run_kind, "close");
    assert_string_equal(detail.digest + 60, "0005");
    assert_int_equal(detail.run_sequence, 2);
    assert_int_equal(detail.subtotal_minor, -250);
    assert_int_equal(detail.tax_minor, 0);
    assert_int_equal(detail.as_of, T(8));
    assert_int_equal(population_detail_read(fresh->store, 99, &detail, &err), ERR_DATA);
}

static void test_without_links(void **state)
{
    struct fresh *fresh = *state;
    struct population_detail detail = {0};
    struct err err = {0};

    fill(fresh);
    past_sql(fresh, "DROP TRIGGER links_delete");
    past_sql(fresh, "DELETE FROM links WHERE document = 5");
    assert_non_null(strstr(read_words(fresh, (struct population_in){MONTH, T(9), NULL}), "a document has no link"));
    assert_int_equal(population_detail_read(fresh->store, 5, &detail, &err), ERR_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_which_documents, fresh_setup, fresh_teardown),
        cmocka_unit_test_setup_teardown(test_detail, fresh_setup, fresh_teardown),
        cmocka_unit_test_setup_teardown(test_without_links, fresh_setup, fresh_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
