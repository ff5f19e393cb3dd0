/* Which shard an account belongs to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/shard.h"

/* Worked out by another program: databases are divided by these for good. */
static const struct {
    const char *account_id;
    int32_t want[6]; /* of 1, 2, 3, 4, 7, 1000 */
} rows[] = {
    {"acme", {1, 1, 2, 1, 4, 197}},
    {"anemone", {1, 2, 2, 2, 3, 674}},
    {"birch", {1, 1, 3, 3, 4, 275}},
    {"Zo\xC3\xAB", {1, 2, 3, 2, 3, 250}},
};

static void test_each_row(void **state)
{
    static const int32_t COUNTS[] = {1, 2, 3, 4, 7, 1000};
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t j = 0; j < sizeof COUNTS / sizeof COUNTS[0]; j++) {
            int32_t got = shard_of(rows[i].account_id, COUNTS[j]);
            if (got != rows[i].want[j]) {
                print_error("%s of %d: want %d, got %d\n", rows[i].account_id, (int)COUNTS[j], (int)rows[i].want[j], (int)got);
                failed++;
            }
        }
    }
    assert_int_equal(failed, 0);
}

/* Each account is in one shard, and shards of ids that differ in their last letters alone are about as large. */
static void test_shares(void **state)
{
    enum { ACCOUNTS = 20000 };
    static int32_t sizes[17];
    (void)state;

    for (int32_t count = 1; count <= 16; count++) {
        memset(sizes, 0, sizeof sizes);
        for (int i = 0; i < ACCOUNTS; i++) {
            char id[32];
            int owners = 0;
            snprintf(id, sizeof id, "acc-%07d", i);
            for (int32_t k = 1; k <= count; k++) {
                owners += shard_has((struct shard){k, count}, id);
            }
            assert_int_equal(owners, 1);
            sizes[shard_of(id, count)]++;
        }
        for (int32_t k = 1; k <= count; k++) {
            assert_in_range(sizes[k], ACCOUNTS / count * 8 / 10, ACCOUNTS / count * 12 / 10 + 1);
        }
    }
    assert_true(shard_has((struct shard){0, 0}, "anyone"));
}

static const struct {
    const char *text;
    struct shard want; /* count 0: it is none */
} texts[] = {
    {"1/1", {1, 1}},   {"2/4", {2, 4}},     {"1000/1000", {1000, 1000}}, {"07/08", {7, 8}}, {"0/4", {0, 0}},   {"5/4", {0, 0}},
    {"1/0", {0, 0}},   {"1/1001", {0, 0}},  {"4", {0, 0}},               {"", {0, 0}},      {"/", {0, 0}},     {"1/", {0, 0}},
    {"/4", {0, 0}},    {"1/2/3", {0, 0}},   {"-1/4", {0, 0}},            {"1.0/4", {0, 0}}, {" 1/4", {0, 0}},  {"a/b", {0, 0}},
};

static void test_texts(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct shard got = {0, 0};
        bool is = shard_parse(texts[i].text, strlen(texts[i].text), &got);
        if (is != (texts[i].want.count > 0) || got.index != texts[i].want.index || got.count != texts[i].want.count) {
            print_error("'%s': want %d/%d, got %d/%d\n", texts[i].text, (int)texts[i].want.index, (int)texts[i].want.count,
                        (int)got.index, (int)got.count);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
    for (int32_t k = 1; k <= SHARDS_MAX; k += 333) {
        char text[SHARD_TEXT_MAX];
        struct shard again = {0, 0};
        shard_format((struct shard){k, SHARDS_MAX}, text);
        assert_true(shard_parse(text, strlen(text), &again));
        assert_int_equal(again.index, k);
        assert_int_equal(again.count, SHARDS_MAX);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_row), cmocka_unit_test(test_shares),
                                       cmocka_unit_test(test_texts)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
