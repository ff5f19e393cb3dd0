/* Digests of facts: as computed elsewhere, in any order and any parts, and changed by every field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/fact_digest.h"

#define EVENTS 1000
#define NOVEMBER 1761955200000 /* 2025-11-01T00:00:00Z */

static const struct seen_event FIRST = {
    .event = {.account = 7, .model = 3, .at = 1762340000000, .quantity = 1250000, .tokens = TOKENS_NONE},
    .recorded_at = 1762340001000,
    .shown = SHOWN_NONE,
};
static const struct seen_event LARGEST = { /* every field at its bound */
    .event = {.account = INT32_MAX, .model = 1, .at = 1764547199999, .quantity = QUANTITY_MAX, .tokens = COUNT_MAX},
    .recorded_at = 1764547200000,
    .shown = CREDITS_MAX,
    .voided = true,
};

static void assert_digest(const struct fact_digest *digest, const char *want)
{
    char got[FACT_DIGEST_TEXT_MAX];

    fact_digest_text(digest, got);
    assert_string_equal(got, want);
}

/* The header's words, followed by another program in another language. */
static void test_as_computed_elsewhere(void **state)
{
    struct fact_digest digest = {0};
    struct fact_row row;
    (void)state;

    assert_digest(&digest, "0000000000000000000000000000000000000000000000000000000000000000");
    fact_row_begin(&row);
    fact_row_integer(&row, -1);
    fact_row_text(&row, "Gr\xC3\xB6\xC3\x9F" "e 12", 10);
    fact_row_null(&row);
    fact_row_text(&row, "", 0);
    fact_digest_add(&digest, &row);
    assert_digest(&digest, "2d041d40241462fb1382f6ec23b62c22993e97341bf909a9fe905e59b4eef094");

    digest = (struct fact_digest){0};
    fact_digest_event(&digest, &FIRST);
    assert_digest(&digest, "8e48f3a8a801cd77f9183a3a79a75733a9617a4c41ed917dc4b32605ff5576fc");
    fact_digest_event(&digest, &LARGEST);
    assert_digest(&digest, "24f561614befe9147cb8886a1f099dfef97deace97b4e3f9600bf41025fb59a4");
    assert_int_equal(digest.rows, 2);
    fact_digest_take_back_event(&digest, &FIRST);
    assert_digest(&digest, "96ac6db8a3ee1b9d83a04e2fa56246cb501c708255c7527c9b58ce0a26a5e2a8");
    assert_int_equal(digest.rows, 1);
}

static void test_text_and_back(void **state)
{
    static const char *const WRONG[] = {
        "", "2d041d40241462fb1382f6ec23b62c22993e97341bf909a9fe905e59b4eef09", "2D041d40241462fb1382f6ec23b62c22993e97341bf909a9fe905e59b4eef094",
        "2d041d40241462fb1382f6ec23b62c22993e97341bf909a9fe905e59b4eef0945", "2d041d40241462fb1382f6ec23b62c22993e97341bf909a9fe905e59b4eef0g4"};
    struct fact_digest digest = {0}, read = {.rows = 9};
    char text[FACT_DIGEST_TEXT_MAX];
    (void)state;

    fact_digest_event(&digest, &FIRST);
    fact_digest_event(&digest, &LARGEST);
    fact_digest_text(&digest, text);
    assert_true(fact_digest_read(text, 2, &read));
    assert_true(fact_digest_same(&digest, &read));
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        assert_false(fact_digest_read(WRONG[i], 7, &read));
    }
    assert_true(fact_digest_same(&digest, &read));
}

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void events_make(uint64_t *random, struct seen_event events[EVENTS])
{
    for (int i = 0; i < EVENTS; i++) {
        events[i] = (struct seen_event){
            .event = {.account = (int32_t)(random_next(random) % 5),
                      .model = (int32_t)(random_next(random) % 3),
                      .at = NOVEMBER + (int64_t)(random_next(random) % 10),
                      .quantity = (int64_t)(random_next(random) % 4),
                      .tokens = (int64_t)(random_next(random) % 3) - 1},
            .recorded_at = NOVEMBER + (int64_t)(random_next(random) % 10),
            .shown = (int64_t)(random_next(random) % 3) - 1,
            .voided = random_next(random) % 4 == 0,
        };
    }
}

/* Few values a field, so that equal events are among them: it is a multiset. */
static void test_any_order_and_parts(void **state)
{
    struct seen_event *events = calloc(EVENTS, sizeof *events);
    uint64_t random = 88172645463325252;
    (void)state;

    for (int round = 0; round < 20; round++) {
        struct fact_digest parts[4] = {{0}};
        struct fact_digest all = {0};
        struct fact_digest merged = {0};

        events_make(&random, events);
        for (int i = 0; i < EVENTS; i++) {
            fact_digest_event(&all, &events[i]);
        }
        for (int i = EVENTS - 1; i > 0; i--) { /* in another order, and in parts */
            int other = (int)(random_next(&random) % (uint64_t)(i + 1));
            struct seen_event event = events[i];

            events[i] = events[other];
            events[other] = event;
        }
        for (int i = 0; i < EVENTS; i++) {
            fact_digest_event(&parts[random_next(&random) % 4], &events[i]);
        }
        for (int i = 3; i >= 0; i--) {
            fact_digest_merge(&merged, &parts[i]);
        }
        assert_true(fact_digest_same(&all, &merged));
        fact_digest_event(&merged, &events[0]); /* once more is not the same */
        assert_false(fact_digest_same(&all, &merged));
        fact_digest_take_back_event(&merged, &events[0]);
        assert_true(fact_digest_same(&all, &merged));
    }
    free(events);
}

static struct fact_digest of_event(struct seen_event event)
{
    struct fact_digest digest = {0};

    fact_digest_event(&digest, &event);
    return digest;
}

/* No two of these events have a lane in common. */
static void test_every_field_of_an_event(void **state)
{
    struct seen_event events[16];
    size_t count = 0;
    (void)state;

    for (; count < 11; count++) {
        events[count] = FIRST;
    }
    events[1].event.account++;
    events[2].event.model++;
    events[3].event.at++;
    events[4].event.quantity++;
    events[5].event.tokens = 0;
    events[6].event.tokens = 1;
    events[7].recorded_at++;
    events[8].shown = 0;
    events[9].shown = 1;
    events[10].voided = true;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            struct fact_digest a = of_event(events[i]);
            struct fact_digest b = of_event(events[j]);

            for (int lane = 0; lane < FACT_LANES; lane++) {
                assert_true(a.lanes[lane] != b.lanes[lane]);
            }
        }
    }
}

/* What two events say together is not what the same values say in each other's place. */
static void test_fields_do_not_change_places(void **state)
{
    struct seen_event a = FIRST, b = FIRST;
    struct fact_digest together = {0}, exchanged = {0};
    (void)state;

    b.event.account = 8;
    b.event.quantity = 5;
    fact_digest_event(&together, &a);
    fact_digest_event(&together, &b);
    a.event.quantity = b.event.quantity;
    b.event.quantity = FIRST.event.quantity;
    fact_digest_event(&exchanged, &a);
    fact_digest_event(&exchanged, &b);
    assert_false(fact_digest_same(&together, &exchanged));
}

struct values { /* of a row of two columns: texts, or NULL */
    const char *first;
    const char *second;
};

static struct fact_digest of_values(struct values values)
{
    struct fact_digest digest = {0};
    struct fact_row row;

    fact_row_begin(&row);
    for (int i = 0; i < 2; i++) {
        const char *text = i == 0 ? values.first : values.second;

        if (text == NULL) {
            fact_row_null(&row);
        } else {
            fact_row_text(&row, text, strlen(text));
        }
    }
    fact_digest_add(&digest, &row);
    return digest;
}

static void test_no_two_texts_pass_for_others(void **state)
{
    static const struct values ROWS[] = {{"ab", "c"},   {"a", "bc"},  {"abc", ""},           {"", "abc"},      {NULL, "abc"},
                                         {"abc", NULL}, {NULL, NULL}, {"", ""},              {"12345678", ""}, {"1234567", "8"},
                                         {"\x01", ""},  {"", "\x01"}, {"123456789", "1234"}, {"c", "ab"}};
    (void)state;

    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        for (size_t j = 0; j < i; j++) {
            struct fact_digest a = of_values(ROWS[i]);
            struct fact_digest b = of_values(ROWS[j]);

            assert_false(fact_digest_same(&a, &b));
        }
    }
}

/* An account with a row of each kind; `change` changes one field of it, 0 none. */
static struct fact_digest of_account(int change)
{
    struct address_fact address = {"ad-1", 5, "DE", "BY", "DE1"};
    struct plan_change_fact plan = {"ch-1", 6, "pro", 1};
    struct overage_setting_fact setting = {"se-1", 7, true, CAP_NONE};
    struct credit_grant_fact grant = {"gr-1", 100, 8, 9, "trial", 0};
    struct payment_fact payment = {"pa-1", 10, -5, "USD", "ref"};
    struct adjustment_fact adjustment = {"aj-1", 11, "USD", "goodwill", "Ada"};
    struct account_facts facts = {1, "a", "Anna", "USD", 3, 4, &address, 1, &plan, 1, &setting, 1, &grant, 1, &payment, 1,
                                  &adjustment, 1, 0};
    const char **texts[] = {&facts.account_id,    &facts.name,       &facts.currency,   &address.address_id, &address.country,
                            &address.region,      &address.tax_number, &plan.change_id, &plan.plan_code,     &setting.setting_id,
                            &grant.grant_id,      &grant.reason,     &payment.payment_id, &payment.currency, &payment.reference,
                            &adjustment.adjustment_id, &adjustment.currency, &adjustment.reason, &adjustment.approved_by};
    int64_t *numbers[] = {&facts.created_at,  &facts.first_paid_at, &address.effective_at, &plan.effective_at,
                          &setting.effective_at, &setting.cap_credits, &grant.credits,     &grant.starts_at,
                          &grant.expires_at,  &payment.collected_at, &payment.amount_minor, &adjustment.amount_minor};
    size_t *counts[] = {&facts.address_count, &facts.change_count,  &facts.setting_count,
                        &facts.grant_count,   &facts.payment_count, &facts.adjustment_count};
    const int text_end = 1 + (int)(sizeof texts / sizeof texts[0]);
    const int number_end = text_end + (int)(sizeof numbers / sizeof numbers[0]);
    const int count_end = number_end + (int)(sizeof counts / sizeof counts[0]);
    struct fact_digest digest = {0};

    if (change >= 1 && change < text_end) {
        *texts[change - 1] = "other";
    } else if (change >= text_end && change < number_end) {
        *numbers[change - text_end] += 1;
    } else if (change >= number_end && change < count_end) {
        *counts[change - number_end] = 0;
    }
    facts.account += change == count_end;
    setting.enabled = change != count_end + 1;
    fact_digest_account(&digest, &facts);
    return digest;
}

#define ACCOUNT_CHANGES 39

static void test_every_field_of_an_account(void **state)
{
    (void)state;

    for (int i = 0; i <= ACCOUNT_CHANGES; i++) {
        for (int j = 0; j < i; j++) {
            struct fact_digest a = of_account(i);
            struct fact_digest b = of_account(j);

            assert_int_equal(a.rows, 1);
            assert_false(fact_digest_same(&a, &b));
        }
    }
    struct fact_digest none = of_account(0);
    struct fact_digest beyond = of_account(ACCOUNT_CHANGES + 1); /* all changes were made: this one changes nothing */
    assert_true(fact_digest_same(&none, &beyond));
}

static struct fact_digest of_text(const char *text, size_t length)
{
    struct fact_digest digest = {0};
    struct fact_row row;

    fact_row_begin(&row);
    fact_row_text(&row, text, length);
    fact_digest_add(&digest, &row);
    return digest;
}

/* Each bit of a text counts, and none behind it. */
static void test_bits_of_a_text(void **state)
{
    struct fact_digest even = of_text("`bc", 1), odd = of_text("abc", 1), same = of_text("`xx", 1);
    (void)state;

    assert_false(fact_digest_same(&even, &odd));
    assert_true(fact_digest_same(&even, &same));
}

/* All of an account's facts count, not only the first of each table. */
static void test_second_facts(void **state)
{
    struct address_fact addresses[] = {{"a1", 1, "DE", "", ""}, {"a2", 2, "DE", "", ""}};
    struct plan_change_fact changes[] = {{"c1", 1, "pro", 1}, {"c2", 2, "pro", 1}};
    struct overage_setting_fact settings[] = {{"s1", 1, true, CAP_NONE}, {"s2", 2, true, CAP_NONE}};
    struct credit_grant_fact grants[] = {{"g1", 1, 2, 3, "", 0}, {"g2", 1, 2, 3, "", 0}};
    struct payment_fact payments[] = {{"p1", 1, 1, "USD", ""}, {"p2", 2, 2, "USD", ""}};
    struct adjustment_fact adjustments[] = {{"j1", 1, "USD", "", ""}, {"j2", 2, "USD", "", ""}};
    const struct account_facts facts = {1, "a", "Anna", "USD", 3, 4, addresses, 2, changes, 2, settings, 2, grants, 2, payments, 2,
                                        adjustments, 2, 0};
    int64_t *numbers[] = {&addresses[1].effective_at, &changes[1].effective_at, &settings[1].effective_at, &grants[1].starts_at,
                          &payments[1].collected_at, &adjustments[1].amount_minor};
    (void)state;

    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct fact_digest before = {0}, after = {0};
        fact_digest_account(&before, &facts);
        ++*numbers[i];
        fact_digest_account(&after, &facts);
        assert_false(fact_digest_same(&before, &after));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_computed_elsewhere),       cmocka_unit_test(test_any_order_and_parts),
        cmocka_unit_test(test_text_and_back),
        cmocka_unit_test(test_bits_of_a_text), cmocka_unit_test(test_second_facts),
        cmocka_unit_test(test_every_field_of_an_event),     cmocka_unit_test(test_fields_do_not_change_places),
        cmocka_unit_test(test_no_two_texts_pass_for_others), cmocka_unit_test(test_every_field_of_an_account),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
