/*
 * Why a month comes out otherwise than before, in words (R28): each row is what
 * was known then, what is known now, and the sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/currency.h"
#include "lib/reason.h"
#include "lib/words.h"
#include "tests/lib/script.h"

#define CHANGES_MAX 64

static struct world before;
static struct world now;

#define US "address 2025-01-01 US; "

static const struct row {
    const char *name;
    const char *before;
    const char *now;
    const char *want;
    struct reason_usage usage;
} rows[] = {
    {"late events", US, US, "12 late events, 48.20 credits", {.late_events = 12, .late_credits = 4820}},
    {"one late event", US, US, "1 late event, 0.01 credits", {.late_events = 1, .late_credits = 1}},
    {"voided events", US, US, "3 voided events, 12.30 credits", {.voided_events = 3, .voided_credits = 1230}},
    {"events of earlier months", US, US, "1 late or voided event of earlier months, 5.00 credits",
     {.earlier_events = 1, .earlier_credits = 500}},
    {"since it was billed, where it was kept", US, US, "2 events and 30.00 credits more than when it was billed",
     {.billed_events = 2, .billed_credits = 3000}},
    {"fewer than then", US, US, "1 event and 5.00 credits fewer than when it was billed",
     {.billed_events = -1, .billed_credits = -500}},
    {"as many, of less", US, US, "0 events and 5.00 credits fewer than when it was billed", {.billed_credits = -500}},
    {"as many, of more", US, US, "0 events and 5.00 credits more than when it was billed", {.billed_credits = 500}},
    {"more, of less", US, US, "2 events and -5.00 credits more than when it was billed",
     {.billed_events = 2, .billed_credits = -500}},
    {"events and a change that moved", US "change 2025-11-20T10:00:00Z pro", US "change 2025-11-18 pro",
     "12 late events, 48.20 credits; upgrade of 2025-11-20 corrected to 2025-11-18",
     {.late_events = 12, .late_credits = 4820}},
    {"a late upgrade", US, US "change 2025-11-20 pro", "late upgrade of 2025-11-20 to pro", {0}},
    {"a late downgrade", US "change 2025-10-20 pro", US "change 2025-10-20 pro; change 2025-11-20 free",
     "late downgrade of 2025-11-20 to free", {0}},
    {"a change to the plan held", US "change 2025-10-20 pro", US "change 2025-10-20 pro; change 2025-11-20 pro",
     "late plan change of 2025-11-20 to pro", {0}},
    {"an upgrade voided", US "change 2025-11-20 pro", US, "upgrade of 2025-11-20 to pro, taken out", {0}},
    {"an upgrade to another plan", US "change 2025-11-20 pro", US "change 2025-11-20 proplus",
     "plan change of 2025-11-20 corrected from pro to proplus", {0}},
    {"an upgrade moved and to another plan", US "change 2025-11-20 pro", US "change 2025-11-18 proplus",
     "plan change of 2025-11-20 to pro corrected to 2025-11-18, proplus", {0}},
    {"an upgrade moved within its day", US "change 2025-11-20T10:00:00Z pro", US "change 2025-11-20T09:00:00Z pro",
     "upgrade of 2025-11-20T10:00:00Z corrected to 2025-11-20T09:00:00Z", {0}},
    {"a late setting", US, US "overage 2025-11-05 on 100", "late overage setting of 2025-11-05: on with a cap of 100.00 credits",
     {0}},
    {"a setting voided", US "overage 2025-11-05 on", US, "overage setting of 2025-11-05: on, taken out", {0}},
    {"a setting corrected", US "overage 2025-11-05 off", US "overage 2025-11-06 on",
     "overage setting of 2025-11-05 corrected to 2025-11-06; overage setting of 2025-11-06 corrected from off to on", {0}},
    {"a setting moved", US "overage 2025-11-05 on", US "overage 2025-11-06 on",
     "overage setting of 2025-11-05 corrected to 2025-11-06", {0}},
    {"a setting switched", US "overage 2025-11-05 off 100", US "overage 2025-11-05 on 100",
     "overage setting of 2025-11-05 corrected from off with a cap of 100.00 credits to on with a cap of 100.00 credits", {0}},
    {"a late grant", US, US "grant g1 500 2025-11-25 2025-12-09", "late grant g1 of 500.00 credits from 2025-11-25", {0}},
    {"a grant voided", US "grant g1 500 2025-11-25 2025-12-09", US, "grant g1 of 500.00 credits from 2025-11-25, taken out", {0}},
    {"a grant corrected", US "grant g1 500 2025-11-25 2025-12-09", US "grant g1 400 2025-11-24 2025-12-10",
     "grant g1 corrected from 500.00 to 400.00 credits; start of grant g1 corrected from 2025-11-25 to 2025-11-24; expiry of "
     "grant g1 corrected from 2025-12-09 to 2025-12-10", {0}},
    {"a grant of fewer credits", US "grant g1 500 2025-11-25 2025-12-09", US "grant g1 400 2025-11-25 2025-12-09",
     "grant g1 corrected from 500.00 to 400.00 credits", {0}},
    {"a grant that starts before", US "grant g1 500 2025-11-25 2025-12-09", US "grant g1 500 2025-11-24 2025-12-09",
     "start of grant g1 corrected from 2025-11-25 to 2025-11-24", {0}},
    {"a late address", "", "address 2025-11-01 DE", "late address from 2025-11-01 in DE", {0}},
    {"an address in a region, of a business", US, US "address 2025-11-05 CA QC T-1",
     "late address from 2025-11-05 in CA-QC, business", {0}},
    {"an address corrected", US, "address 2025-01-01 DE", "address from 2025-01-01 corrected from US to DE", {0}},
    {"an address moved", US, "address 2025-02-01 US", "address in US corrected from 2025-01-01 to 2025-02-01", {0}},
    {"an address voided", US, "", "address from 2025-01-01 in US, taken out", {0}},
    {"an address of a later month is none of it", US "change 2025-11-20 pro", US "address 2025-12-01 DE; change 2025-11-21 pro",
     "upgrade of 2025-11-20 corrected to 2025-11-21", {0}},
    {"an address of a later month, voided", US "address 2025-12-01 DE", US, "computed otherwise by this version of the program", {0}},
    {"an address moved into the month", US "address 2025-12-01 DE", US "address 2025-11-20 DE",
     "address in DE corrected from 2025-12-01 to 2025-11-20", {0}},
    {"an address moved out of the month", US "address 2025-11-20 DE", US "address 2025-12-01 DE",
     "address in DE corrected from 2025-11-20 to 2025-12-01", {0}},
    {"an adjustment that stands", US "adjust -5 a1", US "adjust -5 a1", "computed otherwise by this version of the program", {0}},
    {"a late adjustment", US, US "adjust -5 a1", "late adjustment a1 of -5.00", {0}},
    {"an adjustment corrected", US "adjust -5 a1", US "adjust -6 a1", "adjustment a1 corrected from -5.00 to -6.00", {0}},
    {"an adjustment voided", US "adjust -5 a1", US, "adjustment a1 of -5.00, taken out", {0}},
    {"several adjustments voided", US "adjust -5 a1; adjust -6 a2; adjust -7 a3", US,
     "adjustment a1 of -5.00, taken out; adjustment a2 of -6.00, taken out; adjustment a3 of -7.00, taken out", {0}},
    {"amounts have the currency's digits", "currency JPY; " US "adjust -5 a1", "currency JPY; " US "adjust -6 a1",
     "adjustment a1 corrected from -5 to -6", {0}},
    {"the first paid instant", US, US "first_paid 2025-06-01", "first_paid_at corrected from none to 2025-06-01", {0}},
    {"nothing", US, US, "computed otherwise by this version of the program", {0}},
};

static struct timeline_step before_steps[512];
static struct timeline_step now_steps[512];
static struct catalogue_change changes[2 * WORLD_ROWS_MAX * 8];

static struct reason_side side(struct world *world, struct timeline *timeline, struct timeline_step *steps)
{
    struct timeline_in in = {&world->facts, &world->catalogue, month_start_ms(world->month), month_end_ms(world->month)};

    *timeline = timeline_build(in, steps);
    return (struct reason_side){&world->facts, timeline};
}

static struct reason_in reason_of(const char *script_before, const char *script_now)
{
    static struct timeline timelines[2];
    struct catalogue_pair pair = {&before.catalogue, &now.catalogue, POLICIES_DEFAULT, POLICIES_DEFAULT};

    script_bill(&before, script_before);
    script_bill(&now, script_now);
    pair.policies_before = before.policies;
    pair.policies_now = now.policies;
    assert_in_range(catalogue_changes_max(pair), 0, sizeof changes / sizeof changes[0]);
    return (struct reason_in){
        .before = side(&before, &timelines[0], before_steps),
        .now = side(&now, &timelines[1], now_steps),
        .month_end = month_end_ms(now.month),
        .digits = currency_digits(now.facts.currency),
        .held_before = "",
        .changes = changes,
        .change_count = catalogue_changes(pair, month_end_ms(now.month), changes),
    };
}

static void test_each_reason(void **state)
{
    char got[REASON_TEXT_MAX];
    int failed = 0;
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reason_in in = reason_of(rows[i].before, rows[i].now);
        in.usage = rows[i].usage;
        reason_words(in, got);
        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s:\n  want '%s'\n  got  '%s'\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* The account itself, holds, and the catalogue. */
static void test_accounts_and_holds(void **state)
{
    char got[REASON_TEXT_MAX];
    struct hold hold = {HOLD_UNKNOWN_PLAN, "gold", "c1", 0};
    (void)state;

    struct reason_in in = reason_of(US, US "change 2025-11-20 pro");
    in.before = (struct reason_side){NULL, NULL};
    reason_words(in, got);
    assert_string_equal(got, "late account");
    in = reason_of("", US);
    in.held_before = "no_address";
    reason_words(in, got);
    assert_string_equal(got, "was held: no_address; late address from 2025-01-01 in US");
    in = reason_of(US, US "change 2025-11-20 gold");
    in.held_now = &hold;
    in.kept = true;
    reason_words(in, got);
    assert_string_equal(got, "would be held now: unknown_plan gold, what was issued stands; late plan change of 2025-11-20 to "
                             "gold");
    in = reason_of(US, US);
    before.facts.created_at = INT64_C(1764547200000);
    now.facts.created_at = INT64_C(1762128000001);
    reason_words(in, got);
    assert_string_equal(got, "created_at corrected from 2025-12-01 to 2025-11-03T00:00:00.001Z");
    in = reason_of(US, US "price promax USD 2025-11-01 90 0.03");
    reason_words(in, got);
    assert_string_equal(got, "price of promax in USD from 2025-11-01: 90.00");
}

/* Each of the catalogue's changes. */
static void test_two_changes_of_the_catalogue(void **state)
{
    char got[REASON_TEXT_MAX];
    struct reason_in in = reason_of(US, US "price promax USD 2025-11-01 90 0.03; allow promax 2025-11-01 7");
    (void)state;

    reason_words(in, got);
    assert_string_equal(got, "price of promax in USD from 2025-11-01: 90.00; allowance of promax from 2025-11-01: 7.00");
}

/* A hold of no thing in particular; a side whose changes nobody has followed; reasons that have no room beside a hold. */
static void test_bare_reasons(void **state)
{
    char got[REASON_TEXT_MAX];
    char long_hold[REASON_TEXT_MAX - 60];
    struct hold hold = {HOLD_NO_ADDRESS, "", "", 0};
    (void)state;

    struct reason_in in = reason_of(US, "");
    in.held_now = &hold;
    reason_words(in, got);
    assert_string_equal(got, "would be held now: no_address; address from 2025-01-01 in US, taken out");
    in = reason_of(US "change 2025-11-20 pro", US);
    in.before.timeline = NULL;
    reason_words(in, got);
    assert_string_equal(got, "plan change of 2025-11-20 to pro, taken out");
    memset(long_hold, 'h', sizeof long_hold);
    long_hold[sizeof long_hold - 1] = '\0';
    in.held_before = long_hold;
    reason_words(in, got);
    assert_string_equal(strchr(got, ';'), "; and 1 more");
}

/* What does not fit is counted. */
static void test_too_many_reasons(void **state)
{
    char script[4000] = US;
    char got[REASON_TEXT_MAX];
    size_t used = strlen(script);
    (void)state;

    for (int i = 0; i < 60; i++) {
        used += (size_t)snprintf(script + used, sizeof script - used, "adjust -%d a-long-name-of-an-adjustment-%d; ", i + 1, i);
    }
    struct reason_in in = reason_of(US, script);
    reason_words(in, got);
    assert_in_range(strlen(got), REASON_TEXT_MAX - 128, REASON_TEXT_MAX - 1);
    assert_non_null(strstr(got, "late adjustment a-long-name-of-an-adjustment-1 of -2.00; "));
    int told = 0;
    char tail[32];
    for (const char *part = got; (part = strstr(part, "late adjustment")) != NULL; part++) {
        told++;
    }
    snprintf(tail, sizeof tail, "; and %d more", 60 - told);
    assert_string_equal(got + strlen(got) - strlen(tail), tail);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_reason),
        cmocka_unit_test(test_accounts_and_holds),
        cmocka_unit_test(test_bare_reasons),
        cmocka_unit_test(test_two_changes_of_the_catalogue),
        cmocka_unit_test(test_too_many_reasons),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
