/*
 * Which documents are picked: each currency by itself, none of 0.00 by monetary unit,
 * the same from the same link and seed, and others from another; what cannot be picked is
 * refused in words.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "batch/sample_pick.h"

#define DOCUMENTS_MAX 512

static struct population_document documents[DOCUMENTS_MAX];

static struct population population_of(const char *link)
{
    struct population population = {.documents = documents, .runs = 1};

    snprintf(population.link, sizeof population.link, "%s", link);
    return population;
}

static void document_add(struct population *population, const char *currency, int64_t total_minor)
{
    struct population_document *document = &documents[population->count++];

    *document = (struct population_document){
        .document = (int64_t)population->count, .total_minor = total_minor, .number = (int32_t)population->count, .digits = 2};
    snprintf(document->currency, sizeof document->currency, "%s", currency);
    snprintf(document->series, sizeof document->series, "INV");
}

/* "JPY 0 of 2, USD 3 of 40: 12 17 33", or the error. */
static const char *picked(const struct population *population, struct sample_in in)
{
    static char out[2][4096];
    static int turn;
    char *text = out[turn = !turn];
    struct sample sample = {0};
    struct err err = {0};
    size_t used = 0;

    if (sample_pick(in, population, &sample, &err) != ERR_NONE) {
        snprintf(text, sizeof out[0], "%d %s", (int)err.code, err.text);
    } else {
        for (size_t i = 0; i < sample.population_count; i++) {
            used += (size_t)snprintf(text + used, sizeof out[0] - used, "%s%s %zu of %zu", i == 0 ? "" : ", ",
                                     sample.populations[i].currency, sample.populations[i].picked,
                                     sample.populations[i].documents);
        }
        used += (size_t)snprintf(text + used, sizeof out[0] - used, ":");
        for (size_t i = 0; i < sample.pick_count; i++) {
            used += (size_t)snprintf(text + used, sizeof out[0] - used, " %lld", (long long)sample.picks[i].document->document);
        }
    }
    sample_release(&sample);
    return text;
}

static void test_currencies(void **state)
{
    (void)state;
    struct population population = population_of("link");
    struct sample_in in = {202511, "seed", 2, SAMPLE_MONETARY};

    document_add(&population, "EUR", 500);
    document_add(&population, "JPY", 0);
    document_add(&population, "JPY", 0);
    document_add(&population, "USD", -9000);
    document_add(&population, "USD", 0);
    document_add(&population, "USD", 100);
    document_add(&population, "USD", 100);
    in.wanted = 1;
    assert_string_equal(picked(&population, in), "64 --n 1: the documents are in 2 currencies, each sampled by itself; give at "
                                                 "least 2, or one of them as --currency");
    in.wanted = 3; /* of two hits in 9200 the credit note takes one for certain */
    const char *text = picked(&population, in);
    assert_true(strcmp(text, "EUR 1 of 1, JPY 0 of 2, USD 2 of 4: 1 4 6") == 0 ||
                strcmp(text, "EUR 1 of 1, JPY 0 of 2, USD 2 of 4: 1 4 7") == 0);
    in.wanted = 10000;
    assert_string_equal(picked(&population, in), "EUR 1 of 1, JPY 0 of 2, USD 3 of 4: 1 4 6 7");
    in.method = SAMPLE_SIMPLE;
    assert_string_equal(picked(&population, in), "EUR 1 of 1, JPY 2 of 2, USD 4 of 4: 1 2 3 4 5 6 7");
}

static void test_what_cannot_be_picked(void **state)
{
    (void)state;
    struct population population = population_of("link");
    struct sample_in in = {202511, "seed", 25, SAMPLE_MONETARY};

    document_add(&population, "USD", 0);
    assert_string_equal(picked(&population, in),
                        "66 all documents are of 0.00, and no unit of money can be hit; give --method simple");
    document_add(&population, "USD", SAMPLE_AMOUNT_MAX + 1);
    assert_non_null(strstr(picked(&population, in), "65 the totals in USD do not fit"));
}

/* Fifty documents of which ten are picked: each link, seed and month has its own, and only these decide. */
static void test_what_decides(void **state)
{
    (void)state;
    struct population population = population_of("a link");
    struct population other = population_of("another link");
    char first[4096];

    for (int i = 0; i < 50; i++) {
        document_add(&population, "USD", 100 + i);
    }
    other.count = population.count;
    for (int method = SAMPLE_MONETARY; method <= SAMPLE_SIMPLE; method++) {
        struct sample_in in = {202511, "seed", 10, (enum sample_method)method};
        snprintf(first, sizeof first, "%s", picked(&population, in));
        assert_string_equal(picked(&population, in), first);
        assert_string_not_equal(picked(&other, in), first);
        in.seed = "Seed";
        assert_string_not_equal(picked(&population, in), first);
        in.seed = "seed";
        in.month = 202512;
        assert_string_not_equal(picked(&population, in), first);
    }
}

/* Over many seeds an amount twice as large is picked twice as often; of equal chances none is favoured. */
static void test_how_often(void **state)
{
    (void)state;
    struct population population = population_of("link");
    int times[2][4] = {{0}};
    char seed[32];

    document_add(&population, "USD", 1000);
    document_add(&population, "USD", 2000);
    document_add(&population, "USD", -3000);
    document_add(&population, "USD", 4000);
    for (int method = SAMPLE_MONETARY; method <= SAMPLE_SIMPLE; method++) {
        for (int i = 0; i < 20000; i++) {
            struct sample sample = {0};
            struct err err = {0};
            snprintf(seed, sizeof seed, "seed %d", i);
            struct sample_in in = {202511, seed, 1, (enum sample_method)method};
            assert_int_equal(sample_pick(in, &population, &sample, &err), ERR_NONE);
            times[method][sample.picks[0].document->document - 1]++;
            sample_release(&sample);
        }
        for (int i = 0; i < 4; i++) { /* within 5 standard deviations, of at most 71 */
            int wanted = method == SAMPLE_SIMPLE ? 5000 : 2000 * (i + 1);
            assert_in_range(times[method][i], wanted - 355, wanted + 355);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_currencies),
        cmocka_unit_test(test_what_cannot_be_picked),
        cmocka_unit_test(test_what_decides),
        cmocka_unit_test(test_how_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
