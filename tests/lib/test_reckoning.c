/*
 * The arithmetic written out: tables of words, and over random account-months
 * every line, event and tax of the bill is what its own words arrive at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/reckoning.h"
#include "lib/taxed.h"
#include "tests/lib/random_world.h"

#define SEEDS 4000
#define SHOWN_MAX 10

static struct world world;
static int failures;

static void same_words(const char *name, const char *want, int64_t want_value, const char *got, int64_t got_value)
{
    if (strcmp(want, got) != 0 || want_value != got_value) {
        print_error("%s:\n  want '%s' (%" PRId64 ")\n  got  '%s' (%" PRId64 ")\n", name, want, want_value, got, got_value);
        failures++;
    }
}

static const struct {
    const char *name;
    struct bill_line line;
    int digits;
    int64_t want_minor;
    const char *want;
} line_rows[] = {
    {"R11 full price", {.kind = LINE_PLAN, .unit_price = 2000}, 2, 2000, "20.00, the full price"},
    {"R12 half up", {.kind = LINE_PLAN_PRORATED, .unit = UNIT_DAYS, .unit_price = 2000, .quantity = 10, .whole = 30}, 2,
     667, "20.00 x 10 / 30 days = 6.666..., half up 6.67"},
    {"R12 below half", {.kind = LINE_PLAN_PRORATED, .unit = UNIT_DAYS, .unit_price = 4000, .quantity = 10, .whole = 30}, 2,
     1333, "40.00 x 10 / 30 days = 13.333..., half up 13.33"},
    {"R12 exact", {.kind = LINE_PLAN_PRORATED, .unit = UNIT_DAYS, .unit_price = 2000, .quantity = 15, .whole = 30}, 2, 1000,
     "20.00 x 15 / 30 days = 10.00"},
    {"R12 exactly half", {.kind = LINE_PLAN_PRORATED, .unit = UNIT_DAYS, .unit_price = 101, .quantity = 15, .whole = 30}, 2,
     51, "1.01 x 15 / 30 days = 0.505, half up 0.51"},
    {"R12 a little less than half",
     {.kind = LINE_PLAN_PRORATED, .unit = UNIT_DAYS, .unit_price = 14, .quantity = 1, .whole = 31}, 2, 0,
     "0.14 x 1 / 31 days = 0.004..., half up 0.00"},
    {"R12 seconds",
     {.kind = LINE_PLAN_PRORATED, .unit = UNIT_SECONDS, .unit_price = 2000, .quantity = 1339200, .whole = 2592000}, 2, 1033,
     "20.00 x 1339200 / 2592000 seconds = 10.333..., half up 10.33"},
    {"R12 nothing remains", {.kind = LINE_PLAN_PRORATED, .unit = UNIT_DAYS, .unit_price = 2000, .whole = 30}, 2, 0,
     "20.00 x 0 / 30 days = 0.00"},
    {"R12 without minor digits",
     {.kind = LINE_PLAN_PRORATED, .unit = UNIT_DAYS, .unit_price = 2000, .quantity = 10, .whole = 30}, 0, 667,
     "2000 x 10 / 30 days = 666.6..., half up 667"},
    {"R12 the greatest price",
     {.kind = LINE_PLAN_PRORATED, .unit = UNIT_SECONDS, .unit_price = PRICE_MINOR_MAX, .quantity = 2678399, .whole = 2678400},
     2, 9999996266428, "100000000000.00 x 2678399 / 2678400 seconds = 99999962664.277..., half up 99999962664.28"},
    {"R13 minus the earlier charge",
     {.kind = LINE_PLAN_DISCOUNT, .unit = UNIT_DAYS, .unit_price = -2000, .quantity = 10, .whole = 30}, 2, -667,
     "0 - 6.67 already charged = -6.67"},
    {"R14 the difference", {.kind = LINE_PLAN_UPGRADE, .price_minor = 4000, .charged_minor = 2000}, 2, 2000,
     "40.00 - 20.00 already charged = 20.00"},
    {"R14 a higher rank for less", {.kind = LINE_PLAN_UPGRADE, .price_minor = 1000, .charged_minor = 2000}, 2, -1000,
     "10.00 - 20.00 already charged = -10.00"},
    {"R21 exact", {.kind = LINE_OVERAGE, .quantity = 10000, .unit_price = 40000}, 2, 400, "100.00 credits x 0.04 = 4.00"},
    {"R21 half up", {.kind = LINE_OVERAGE, .quantity = 113, .unit_price = 40000}, 2, 5,
     "1.13 credits x 0.04 = 0.0452, half up 0.05"},
    {"R21 three digits", {.kind = LINE_OVERAGE, .quantity = 10000, .unit_price = 15500}, 3, 1550,
     "100.00 credits x 0.0155 = 1.550"},
    {"R21 without minor digits", {.kind = LINE_OVERAGE, .quantity = 10050, .unit_price = 6000000}, 0, 603,
     "100.50 credits x 6 = 603"},
    {"R23 as agreed", {.kind = LINE_ADJUSTMENT, .unit_price = -500}, 2, -500, "-5.00, as agreed"},
};

static void test_lines(void **state)
{
    (void)state;
    char got[RECKONING_MAX];
    failures = 0;

    for (size_t i = 0; i < sizeof line_rows / sizeof line_rows[0]; i++) {
        int64_t value = reckon_line(&line_rows[i].line, line_rows[i].digits, got);
        same_words(line_rows[i].name, line_rows[i].want, line_rows[i].want_minor, got, value);
    }
    assert_int_equal(failures, 0);
}

static const struct {
    const char *name;
    struct reckon_tax in;
    int64_t want_minor;
    const char *want;
} tax_rows[] = {
    {"R24 half away from zero", {667, 190000, 2}, 127, "6.67 x 19 % = 1.2673, half away from zero 1.27"},
    {"R24 of a discount", {-667, 190000, 2}, -127, "-6.67 x 19 % = -1.2673, half away from zero -1.27"},
    {"R24 exactly half", {50, 10000, 2}, 1, "0.50 x 1 % = 0.005, half away from zero 0.01"},
    {"R24 exactly half below 0", {-50, 10000, 2}, -1, "-0.50 x 1 % = -0.005, half away from zero -0.01"},
    {"R24 less than half below 0", {-49, 10000, 2}, 0, "-0.49 x 1 % = -0.0049, half away from zero 0.00"},
    {"R24 exact", {2000, 180000, 2}, 360, "20.00 x 18 % = 3.60"},
    {"R24 of nothing", {0, 180000, 2}, 0, "0.00 x 18 % = 0.00"},
    {"R24 nothing of a discount", {-667, 0, 2}, 0, "-6.67 x 0 % = 0.00"},
    {"R24 all decimals of a percentage", {667, 99750, 2}, 67, "6.67 x 9.975 % = 0.6653325, half away from zero 0.67"},
    {"R24 yen", {1999, 100000, 0}, 200, "1999 x 10 % = 199.9, half away from zero 200"},
};

static void test_taxes(void **state)
{
    (void)state;
    char got[RECKONING_MAX];
    failures = 0;

    for (size_t i = 0; i < sizeof tax_rows / sizeof tax_rows[0]; i++) {
        int64_t value = reckon_tax(tax_rows[i].in, got);
        same_words(tax_rows[i].name, tax_rows[i].want, tax_rows[i].want_minor, got, value);
    }
    assert_int_equal(failures, 0);
}

static const struct {
    const char *name;
    struct reckon_event in;
    int64_t want_credits;
    const char *want;
} event_rows[] = {
    {"R5", {10000000, 1, 1300000}, 1300, "10 x 1.3 = 13.00"},
    {"R5 half up", {1250000, 1, 1300000}, 163, "1.25 x 1.3 = 1.625, half up 1.63"},
    {"R5 at least 0.01", {1000, 1, 1000000}, 1, "0.001 x 1 = 0.001, at least 0.01"},
    {"R5 the least there is", {1, 1, 1}, 1, "0.000001 x 0.000001 = 0.000000000001, at least 0.01"},
    {"R5 half of 0.01 is rounded", {5000, 1, 1000000}, 1, "0.005 x 1 = 0.005, half up 0.01"},
    {"R5 a quantity of 0", {0, 1, 1300000}, 0, "0 x 1.3 = 0.00"},
    {"R6", {1000000, 3, 1000000}, 300, "1 x 3 requests x 1 = 3.00"},
    {"R6 and R5", {1250000, 3, 1300000}, 488, "1.25 x 3 requests x 1.3 = 4.875, half up 4.88"},
    {"R5 ten decimals", {1001001, 1, 1001001}, 100, "1.001001 x 1.001001 = 1.002003002001, half up 1.00"},
    {"R27 the most there is", {QUANTITY_MAX, 100000, 1000000}, CREDITS_MAX, "100000 x 100000 requests x 1 = 10000000000.00"},
    {"R27 too much", {QUANTITY_MAX, 1000000000, MULTIPLIER_MAX}, CREDITS_OVER,
     "100000 x 1000000000 requests x 100 = 10000000000000000.00, more than can be billed"},
};

static void test_events(void **state)
{
    (void)state;
    char got[RECKONING_MAX];
    failures = 0;

    for (size_t i = 0; i < sizeof event_rows / sizeof event_rows[0]; i++) {
        int64_t value = reckon_event(event_rows[i].in, got);
        same_words(event_rows[i].name, event_rows[i].want, event_rows[i].want_credits, got, value);
    }
    assert_int_equal(failures, 0);
}

static void test_allowance_and_sums(void **state)
{
    (void)state;
    char got[RECKONING_MAX];
    const int64_t taxes[] = {127, -127, 253}, small[] = {1, 0, 1, -1};
    static int64_t many[900];
    failures = 0;

    int64_t value = reckon_allowance(100000, (struct remaining){10, 30}, got);
    same_words("R18 prorated", "1000.00 x 10 / 30 of the month = 333.333..., half up 333.33", 33333, got, value);
    value = reckon_sum(taxes, 3, 2, got);
    same_words("three", "1.27 - 1.27 + 2.53 = 2.53", 253, got, value);
    value = reckon_sum(taxes + 1, 1, 2, got);
    same_words("one", "-1.27", -127, got, value);
    value = reckon_sum(small, 4, 2, got);
    same_words("the smallest, and 0", "0.01 + 0.00 + 0.01 - 0.01 = 0.01", 1, got, value);
    value = reckon_sum(taxes, 0, 2, got);
    same_words("none", "0.00", 0, got, value);
    for (size_t i = 0; i < 900; i++) {
        many[i] = (int64_t)i;
    }
    value = reckon_sum(many, 900, 2, got);
    same_words("many", "sum of 900 amounts = 4045.50", 404550, got, value);
    assert_int_equal(failures, 0);
}

#define ROOM_KEPT 56 /* for the last term and the sum: what is longer before them is told as a number of amounts */

/* Of any length: told whole as far as there is room for all of it, and never cut. */
static void test_sums_of_any_length(void **state)
{
    static int64_t amounts[RECKONING_MAX];
    char want[16 * RECKONING_MAX];
    (void)state;
    failures = 0;

    for (int digits = 0; digits < 7; digits++) {
        int64_t sum = 0;
        size_t used = 0;
        for (size_t i = 0; i < RECKONING_MAX / 5; i++) {
            char *got = malloc(RECKONING_MAX);
            amounts[i] = i > 0 ? 1 : (int64_t[]){1, 1000, 10000, 100000, 1000000, 10000000, 100000000}[digits];
            sum += amounts[i];
            used += (size_t)snprintf(want + used, sizeof want - used, "%s%" PRId64 ".%02d", i > 0 ? " + " : "", amounts[i] / 100,
                                     (int)(amounts[i] % 100));
            if (used > RECKONING_MAX - ROOM_KEPT) {
                snprintf(want, sizeof want, "sum of %zu amounts", i + 1);
            }
            size_t told = strlen(want);
            if (i > 0) {
                snprintf(want + told, sizeof want - told, " = %" PRId64 ".%02d", sum / 100, (int)(sum % 100));
            }
            int64_t value = reckon_sum(amounts, i + 1, 2, got);
            same_words("a sum", want, sum, got, value);
            want[told] = '\0';
            free(got);
        }
    }
    assert_int_equal(failures, 0);
}

static void same(uint64_t seed, const char *what, int64_t want, int64_t got)
{
    if (want != got && failures++ < SHOWN_MAX) {
        print_error("seed %" PRIu64 ": %s: want %" PRId64 ", got %" PRId64 "\n", seed, what, want, got);
    }
}

/* What the rates of the bill's lines add up to in one of its tax lines. */
static int64_t tax_by_words(const struct bill_line *tax_line)
{
    struct taxed_in in = {&world.bill, &world.facts, &world.catalogue};
    struct taxed_place place = {0};
    struct taxed taxed;
    char words[RECKONING_MAX];
    int64_t by_line = 0, document = 0;

    while (taxed_next(in, &place, &taxed)) {
        int64_t amount = world.bill.lines[taxed.line].amount_minor;
        if (!taxed_into(tax_line, taxed.rate)) {
            continue;
        }
        if (taxed.rate->rounding == ROUND_DOCUMENT) {
            document += amount;
        } else {
            by_line += reckon_tax((struct reckon_tax){amount, taxed.rate->percent, 2}, words);
        }
    }
    return by_line + reckon_tax((struct reckon_tax){document, tax_line->quantity, 2}, words);
}

static void test_agrees_with_the_bill(void **state)
{
    (void)state;
    char words[RECKONING_MAX];
    int lines = 0, taxes = 0, events = 0;
    failures = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        random_world(&world, seed);
        world_bill(&world);
        for (size_t i = 0; i < world.bill.line_count; i++) {
            const struct bill_line *line = &world.bill.lines[i];
            bool tax = line->kind == LINE_TAX;
            same(seed, line_kind_name(line->kind), line->amount_minor,
                 tax ? tax_by_words(line) : reckon_line(line, 2, words));
            *(tax ? &taxes : &lines) += 1;
        }
        for (size_t i = 0; i < world.event_count; i++) {
            struct usage_event event = world.events[i].event;
            const struct model_rate *rate = catalogue_rate(&world.catalogue, event.model, event.at);
            if (rate != NULL) {
                struct reckon_event in = {event.quantity, usage_requests(rate, event.tokens), rate->multiplier};
                same(seed, "event", usage_credits(&world.catalogue, event), reckon_event(in, words));
                events++;
            }
        }
    }
    assert_int_equal(failures, 0);
    print_message("%d lines, %d tax lines, %d events\n", lines, taxes, events);
    assert_true(lines > 4000 && taxes > 1500 && events > 50000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_taxes),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_allowance_and_sums),
        cmocka_unit_test(test_sums_of_any_length),
        cmocka_unit_test(test_agrees_with_the_bill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
