/*
 * Nothing beyond its room: arrays of exactly as many items as a function is told of, in memory of their own. What is read
 * or written behind the last one the address sanitizer finds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/catalogue_change.h"
#include "lib/comparison.h"
#include "lib/correction.h"
#include "lib/grants.h"
#include "lib/quote.h"
#include "lib/reason.h"
#include "lib/sample.h"
#include "lib/trace.h"
#include "lib/usage.h"

/* A copy in memory of its size; freed by the test. */
static void *exact(const void *items, size_t bytes)
{
    void *copy = malloc(bytes);

    assert_non_null(copy);
    return memcpy(copy, items, bytes);
}

static void test_catalogues(void **state)
{
    const struct plan plan = {"free", "Free", 0};
    const struct model_rate rate = {.model = 0, .effective_from = 5, .multiplier = 1000000}, later = {.model = 0, .effective_from = 6};
    const struct tax_rate tax = {.country = "DE", .region = "", .name = "VAT", .effective_from = 5},
                          later_tax = {.country = "DE", .region = "", .name = "VAT", .effective_from = 6};
    char models[1][ID_BYTES_MAX + 1] = {"auto"};
    struct catalogue before = {.plans = exact(&plan, sizeof plan), .plan_count = 1, .rates = exact(&rate, sizeof rate), .rate_count = 1,
                               .taxes = exact(&tax, sizeof tax), .tax_count = 1, .models = models, .model_count = 1};
    struct catalogue now = {.plans = exact(&plan, sizeof plan), .plan_count = 1, .rates = exact(&later, sizeof later), .rate_count = 1,
                            .taxes = exact(&later_tax, sizeof later_tax), .tax_count = 1, .models = models, .model_count = 1};
    const struct catalogue_pair pair = {&before, &now, POLICIES_DEFAULT, POLICIES_DEFAULT};
    struct catalogue_change *changes = calloc(catalogue_changes_max(pair), sizeof *changes);
    (void)state;

    assert_int_equal(catalogue_changes(pair, 100, changes), 2);
    now.rates[0] = rate;
    assert_true(catalogue_rates_alike(&before, &now));
    free(changes);
    for (int i = 0; i < 2; i++) {
        struct catalogue *catalogue = i == 0 ? &before : &now;
        free(catalogue->plans);
        free(catalogue->rates);
        free(catalogue->taxes);
    }
}

static void test_lines(void **state)
{
    const struct compared_line line = {"plan", "pro", "Pro", "1", "month", "20.00", "USD", "R", 2000};
    const struct issued_line issued_line = {.line = {.kind = LINE_PLAN, .reference = "", .reason = "", .detail = ""}, .document = 1, .number = 1};
    struct compared_line *lines = exact(&line, sizeof line);
    struct issued_line *issued = exact(&issued_line, sizeof issued_line);
    const struct bill_line **sorted = malloc(sizeof *sorted);
    bool *done = malloc(sizeof *done);
    struct bill_line *note_lines = malloc(sizeof *note_lines);
    (void)state;

    assert_int_equal(comparison_standing(lines, 1), 1);
    struct bill note = correction((struct correction_in){.issued = issued, .issued_count = 1},
                                  (struct correction_room){sorted, done, note_lines});
    assert_int_equal(note.line_count, 1);
    free(lines);
    free(issued);
    free(sorted);
    free(done);
    free(note_lines);
}

/* A line of another period is another line, and a note's tax is apart; the rooms are no larger than they must be. */
static void test_note_in_its_room(void **state)
{
    const struct bill_line was = {.kind = LINE_PLAN, .plan = 1, .period_start = 5, .amount_minor = 2000, .quantity = 1,
                                  .reference = "", .reason = "", .detail = ""};
    struct bill_line now[] = {was, was};
    struct issued_line issued_line = {.line = was, .document = 1, .number = 1};
    const struct bill_line **exact_sorted = malloc(3 * sizeof *exact_sorted);
    bool *exact_done = malloc(3);
    struct bill_line *exact_lines = malloc(3 * sizeof *exact_lines);
    (void)state;

    now[0].period_start = 6;
    now[1].kind = LINE_TAX;
    now[1].amount_minor = 380;
    struct bill note = correction((struct correction_in){.issued = &issued_line, .issued_count = 1, .lines = now, .line_count = 2},
                                  (struct correction_room){exact_sorted, exact_done, exact_lines});
    assert_int_equal(note.line_count, 3);
    assert_true(note.lines[0].reversal);
    assert_ptr_equal(note.lines[1].issued, &issued_line);
    assert_int_equal(note.subtotal_minor, 0);
    assert_int_equal(note.tax_minor, 380);
    free(exact_sorted);
    free(exact_done);
    free(exact_lines);
}

static void test_grants_and_changes(void **state)
{
    const struct credit_grant_fact grant = {"g", 500, 10, 20, "", 0};
    const struct plan_change_fact change = {"c1", 5, "pro", 1};
    const struct usage_cell cell = {.from = 10, .credits = 100};
    const int64_t balance = 400;
    struct credit_grant_fact *grants = exact(&grant, sizeof grant);
    struct plan_change_fact *changes = exact(&change, sizeof change), *room = malloc(2 * sizeof *room);
    struct usage_cell *cells = exact(&cell, sizeof cell);
    int64_t *balances = exact(&balance, sizeof balance), *left = malloc(sizeof *left);
    const struct account_facts facts = {.grants = grants, .grant_count = 1, .changes = changes, .change_count = 1};
    const struct catalogue catalogue = {0};
    const struct timeline timeline = {.cap_at_start = CAP_NONE};
    const struct timeline_in month = {&facts, &catalogue, 0, 100};
    struct grant_sums sums = {0};
    (void)state;

    assert_true(grant_sums_add(&sums, (struct grants_in){month, cells, 1, balances, left}));
    (void)trace_begin((struct trace_in){month, &timeline, 0, false, balances});
    assert_int_equal(balances[0], 500);
    struct account_facts with = quote_facts(&facts, (struct plan_change_fact){"c2", 6, "pro", 1}, room);
    assert_int_equal(with.change_count, 2);
    assert_string_equal(room[1].change_id, "c2");
    free(grants);
    free(changes);
    free(room);
    free(cells);
    free(balances);
    free(left);
}

/* A change that no step tells of: all steps are looked at. */
static void test_steps(void **state)
{
    const struct timeline_step step = {.kind = STEP_SETTING, .index = 0};
    const struct plan_change_fact change = {"c1", 5, "gold", PLAN_UNKNOWN};
    struct timeline_step *steps = exact(&step, sizeof step);
    const struct timeline timeline = {.steps = steps, .step_count = 1};
    const struct account_facts none = {.first_paid_at = INSTANT_NONE}, facts = {.first_paid_at = INSTANT_NONE, .changes = &change, .change_count = 1};
    char words[REASON_TEXT_MAX];
    (void)state;

    reason_words((struct reason_in){.before = {&none, &timeline}, .now = {&facts, &timeline}, .month_end = 100, .digits = 2, .held_before = ""},
                 words);
    assert_string_equal(words, "late plan change of 1970-01-01 to gold");
    free(steps);
}

static void test_samples(void **state)
{
    const struct sample_item two[] = {{.amount = 5, .place = 1, .draw = 3}, {.amount = 1, .place = 2, .draw = 1}};
    struct sample_item *items = exact(two, sizeof two);
    const size_t some[] = {2, 3};
    size_t *sizes = exact(some, sizeof some), *shares = malloc(sizeof some);
    struct sample_units units;
    (void)state;

    assert_true(sample_divide(items, 2, 1, &units));
    sample_hit(items, 2, &units, 0);
    sample_draw(items, 2, 1);
    assert_true(items[1].picked);
    sample_allot(sizes, 2, 3, shares);
    assert_int_equal(shares[1], 2);
    free(items);
    free(sizes);
    free(shares);
}

static void test_models(void **state)
{
    const struct usage_model_cell cell = {.credits = 7, .events = 1};
    struct usage_model_cell *models = exact(&cell, sizeof cell);
    struct usage_account account = {.unknown_model = -1};
    const struct catalogue catalogue = {.model_count = 1};
    const struct usage_table table = {.catalogue = &catalogue, .accounts = &account, .account_count = 1, .models = models};
    (void)state;

    assert_int_equal(usage_month_total(&table, 0).credits, 7);
    free(models);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_catalogues), cmocka_unit_test(test_lines), cmocka_unit_test(test_note_in_its_room), cmocka_unit_test(test_grants_and_changes),
        cmocka_unit_test(test_steps),      cmocka_unit_test(test_samples), cmocka_unit_test(test_models),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
