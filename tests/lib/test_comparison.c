/*
 * Two runs' lines beside each other: a table that reads as the header's, and
 * over random lists that every line finds exactly one place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/comparison.h"

#define LINES_MAX 8
#define ROUNDS 20000

#define PLAN(amount) {"plan", "pro", "Pro, month", "1", "month", "20.00", "USD", "R", amount}
#define PLUS(amount) {"plan", "proplus", "Pro+, month", "1", "month", "40.00", "USD", "R", amount}
#define OVERAGE(quantity, amount) {"overage", "pro", "credits " quantity, quantity, "credit", "0.04", "USD", "R", amount}
#define ADJUST(words, amount) {"adjustment", "", words, "1", "month", "5.00", "USD", "R", amount}
#define TAX(words, amount) {"tax", "", words, "19", "%", "20.00", "USD", "R", amount}
#define YEN(amount) {"plan", "pro", "Pro, month", "1", "month", "20.00", "JPY", "R", amount}
#define DAYS(quantity, unit, amount) {"plan_prorated", "pro", "days", quantity, unit, "20.00", "USD", "R", amount}

static const struct {
    const char *name;
    struct compared_line first[LINES_MAX];
    struct compared_line second[LINES_MAX];
    const char *want; /* change, amounts */
} rows[] = {
    {"nothing on either side", {{0}}, {{0}}, ""},
    {"the same lines", {PLAN(2000), OVERAGE("100.00", 400)}, {PLAN(2000), OVERAGE("100.00", 400)},
     "same 2000 2000, same 400 400"},
    {"the same lines in another order", {PLAN(2000), OVERAGE("100.00", 400)}, {OVERAGE("100.00", 400), PLAN(2000)},
     "same 2000 2000, same 400 400"},
    {"an amount changed", {PLAN(2000), OVERAGE("100.00", 400)}, {PLAN(2000), OVERAGE("150.00", 600)},
     "same 2000 2000, changed 400 600"},
    {"a quantity changed, the amount did not", {OVERAGE("0.01", 0)}, {OVERAGE("0.02", 0)}, "changed 0 0"},
    {"a whole changed", {DAYS("10", "days of 30", 667)}, {DAYS("10", "days of 31", 667)}, "changed 667 667"},
    {"only in the first", {PLAN(2000), OVERAGE("100.00", 400)}, {PLAN(2000)}, "same 2000 2000, only_first 400"},
    {"only in the second", {PLAN(2000)}, {OVERAGE("100.00", 400), PLAN(2000)}, "same 2000 2000, only_second 400"},
    {"the account is new", {{0}}, {PLAN(2000), TAX("VAT (DE)", 380)}, "only_second 2000, only_second 380"},
    {"another plan is another thing", {PLAN(2000)}, {PLUS(4000)}, "only_first 2000, only_second 4000"},
    {"another currency is another thing", {PLAN(2000)}, {YEN(2000)}, "only_first 2000, only_second 2000"},
    {"another tax is another thing", {TAX("VAT (DE)", 380)}, {TAX("VAT (NL)", 420)}, "only_first 380, only_second 420"},
    {"a tax changed", {TAX("VAT (DE)", 380)}, {TAX("VAT (DE)", 420)}, "changed 380 420"},
    {"equal lines count each", {ADJUST("A", 500), ADJUST("A", 500)}, {ADJUST("A", 500), ADJUST("B", 500)},
     "same 500 500, only_first 500, only_second 500"},
    {"the equal one is found among several", {ADJUST("A", 100), ADJUST("A", 500)}, {ADJUST("A", 500), ADJUST("A", 700)},
     "changed 100 700, same 500 500"},
    {"negative amounts", {ADJUST("A", -500)}, {ADJUST("A", 500)}, "changed -500 500"},
};

#define BACK(words, quantity, amount) {"overage", "pro", words, quantity, "credit", "0.04", "USD", "R28", amount}
#define BACK_TAX(words, amount) {"tax", "", words, "-19", "%", "20.00", "USD", "R28", amount}

static const struct {
    const char *name;
    struct compared_line lines[LINES_MAX];
    const char *want; /* amounts */
} standing[] = {
    {"nothing is taken back", {PLAN(2000), OVERAGE("100.00", 400)}, "2000 400"},
    {"R28 a line and what replaces it", {PLAN(2000), OVERAGE("100.00", 400), BACK("x", "-100.00", -400), OVERAGE("150.00", 600)},
     "2000 600"},
    {"R28 taken back twice over", {OVERAGE("100.00", 400), BACK("x", "-100.00", -400), OVERAGE("150.00", 600),
                                   BACK("x", "-150.00", -600), OVERAGE("100.00", 400)}, "400"},
    {"R28 nothing is left", {OVERAGE("100.00", 400), BACK("x", "-100.00", -400)}, ""},
    {"R28 a note without its invoice", {BACK("x", "-100.00", -400), OVERAGE("150.00", 600)}, "-400 600"},
    {"R28 another quantity is another line", {OVERAGE("100.00", 400), BACK("x", "-99.99", -400)}, "400 -400"},
    {"R28 what was below 0", {OVERAGE("-100.00", -400), BACK("x", "100.00", 400)}, ""},
    {"R28 the same sign takes nothing back", {OVERAGE("100.00", 400), BACK("x", "100.00", -400)}, "400 -400"},
    {"R28 another plan", {OVERAGE("1.00", 4), {"overage", "proplus", "x", "-1.00", "credit", "0.04", "USD", "R28", -4}}, "4 -4"},
    {"R28 another currency", {OVERAGE("1.00", 4), {"overage", "pro", "x", "-1.00", "credit", "0.04", "EUR", "R28", -4}}, "4 -4"},
    {"R28 another unit", {OVERAGE("1.00", 4), {"overage", "pro", "x", "-1.00", "month", "0.04", "USD", "R28", -4}}, "4 -4"},
    {"R28 another price", {OVERAGE("1.00", 4), {"overage", "pro", "x", "-1.00", "credit", "0.05", "USD", "R28", -4}}, "4 -4"},
    {"R28 another amount", {OVERAGE("1.00", 4), BACK("x", "-1.00", -5)}, "4 -5"},
    {"R28 of equal ones without its words the first", {OVERAGE("1.00", 4), OVERAGE("1.00", 4), BACK("x", "-1.00", -4)}, "4"},
    {"R28 its words are all there is", {TAX("GST (IN)", 380), TAX("VAT (DE)", 380), BACK_TAX("VAT (DE)", -380)}, "380"},
    {"R28 a line of 0", {OVERAGE("0.00", 0), BACK("x", "0.00", 0)}, ""},
    {"not by R28: what was agreed by hand stands", {ADJUST("A", 500), ADJUST("A", -500)}, "500 -500"},
    {"R28 of equal ones the one with its words", {TAX("GST (IN)", 380), TAX("VAT (DE)", 380),
                                                 BACK_TAX("Reversal of INV-2025-11-00000001 line 3: VAT (DE)", -380)},
     "380"},
};

/* The words tell which of two lines stands. */
static const char *const STANDING_WORDS = "GST (IN)";

static size_t count_of(const struct compared_line lines[LINES_MAX])
{
    size_t count = 0;

    while (count < LINES_MAX && lines[count].kind != NULL) {
        count++;
    }
    return count;
}

static void words_of(const struct compared_pair *pairs, size_t count, char *out, size_t size)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        used += (size_t)snprintf(out + used, size - used, "%s%s", i == 0 ? "" : ", ", change_name(pairs[i].change));
        if (pairs[i].first != NULL) {
            used += (size_t)snprintf(out + used, size - used, " %lld", (long long)pairs[i].first->amount_minor);
        }
        if (pairs[i].second != NULL) {
            used += (size_t)snprintf(out + used, size - used, " %lld", (long long)pairs[i].second->amount_minor);
        }
    }
}

static void test_each_row(void **state)
{
    const struct compared_line *sorted[2 * LINES_MAX];
    struct compared_pair pairs[2 * LINES_MAX];
    char got[1024];
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct comparison_in in = {rows[i].first, count_of(rows[i].first), rows[i].second, count_of(rows[i].second)};
        size_t count = comparison(in, (struct comparison_room){sorted, pairs});
        words_of(pairs, count, got, sizeof got);
        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s: want '%s', got '%s'\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_what_stands(void **state)
{
    struct compared_line lines[LINES_MAX];
    char got[256];
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof standing / sizeof standing[0]; i++) {
        size_t used = 0;
        memcpy(lines, standing[i].lines, sizeof lines);
        size_t count = comparison_standing(lines, count_of(lines));
        got[0] = '\0';
        for (size_t j = 0; j < count; j++) {
            used += (size_t)snprintf(got + used, sizeof got - used, "%s%lld", j == 0 ? "" : " ",
                                     (long long)lines[j].amount_minor);
        }
        bool other_stands = standing[i].lines[0].kind != NULL && strcmp(standing[i].lines[0].description, STANDING_WORDS) == 0 &&
                            strcmp(lines[0].description, STANDING_WORDS) != 0;
        if (strcmp(got, standing[i].want) != 0 || other_stands) {
            print_error("%s: want '%s', got '%s'\n", standing[i].name, standing[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static uint64_t random_next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* Few kinds and amounts, so that lines meet. */
static struct compared_line random_line(uint64_t *state)
{
    static const struct compared_line POOL[] = {
        PLAN(2000), PLAN(2500), PLUS(4000), OVERAGE("1.00", 4), OVERAGE("2.00", 8), ADJUST("A", 500), ADJUST("A", -500),
        ADJUST("B", 500), TAX("VAT (DE)", 380), TAX("VAT (NL)", 380), YEN(2000),
    };

    return POOL[random_next(state) % (sizeof POOL / sizeof POOL[0])];
}

/* Does the pair say what its lines are? */
static void check_pair(const struct compared_pair *pair)
{
    const struct compared_line *a = pair->first, *b = pair->second;

    assert_true(a != NULL || b != NULL);
    assert_int_equal(pair->change == CHANGE_ONLY_SECOND, a == NULL);
    assert_int_equal(pair->change == CHANGE_ONLY_FIRST, b == NULL);
    if (a != NULL && b != NULL) {
        assert_string_equal(a->kind, b->kind);
        assert_string_equal(a->plan, b->plan);
        assert_string_equal(a->currency, b->currency);
        assert_int_equal(pair->change == CHANGE_NONE,
                         a->amount_minor == b->amount_minor && strcmp(a->quantity, b->quantity) == 0);
    }
}

/* Of all that are left over, none could have been paired. */
static void check_rest(const struct compared_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < count; j++) {
            if (pairs[i].change == CHANGE_ONLY_FIRST && pairs[j].change == CHANGE_ONLY_SECOND) {
                const struct compared_line *a = pairs[i].first, *b = pairs[j].second;
                assert_false(strcmp(a->kind, b->kind) == 0 && strcmp(a->plan, b->plan) == 0 &&
                             strcmp(a->currency, b->currency) == 0 && strcmp(a->description, b->description) == 0);
            }
        }
    }
}

static void test_every_line_has_one_place(void **state)
{
    struct compared_line first[LINES_MAX];
    struct compared_line second[LINES_MAX];
    const struct compared_line *sorted[2 * LINES_MAX];
    struct compared_pair pairs[2 * LINES_MAX];
    uint64_t seed = 7;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct comparison_in in = {first, random_next(&seed) % (LINES_MAX + 1), second,
                                   random_next(&seed) % (LINES_MAX + 1)};
        int seen[2][LINES_MAX] = {{0}};
        for (size_t i = 0; i < LINES_MAX; i++) {
            first[i] = random_line(&seed);
            second[i] = random_line(&seed);
        }
        size_t count = comparison(in, (struct comparison_room){sorted, pairs});
        for (size_t i = 0; i < count; i++) {
            check_pair(&pairs[i]);
            if (pairs[i].first != NULL) {
                seen[0][pairs[i].first - first]++;
            }
            if (pairs[i].second != NULL) {
                seen[1][pairs[i].second - second]++;
            }
        }
        for (size_t i = 0; i < LINES_MAX; i++) {
            assert_int_equal(seen[0][i], i < in.first_count);
            assert_int_equal(seen[1][i], i < in.second_count);
        }
        check_rest(pairs, count);
    }
}

static void test_with_itself_all_is_the_same(void **state)
{
    struct compared_line lines[LINES_MAX];
    struct compared_line shuffled[LINES_MAX];
    const struct compared_line *sorted[2 * LINES_MAX];
    struct compared_pair pairs[2 * LINES_MAX];
    uint64_t seed = 11;

    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        size_t turn = random_next(&seed) % LINES_MAX;
        for (size_t i = 0; i < LINES_MAX; i++) {
            lines[i] = random_line(&seed);
            shuffled[(i + turn) % LINES_MAX] = lines[i];
        }
        size_t count = comparison((struct comparison_in){lines, LINES_MAX, shuffled, LINES_MAX},
                                  (struct comparison_room){sorted, pairs});
        assert_int_equal(count, LINES_MAX);
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(pairs[i].change, CHANGE_NONE);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_row),
        cmocka_unit_test(test_what_stands),
        cmocka_unit_test(test_every_line_has_one_place),
        cmocka_unit_test(test_with_itself_all_is_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
