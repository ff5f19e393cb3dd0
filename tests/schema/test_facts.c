/*
 * The facts of accounts: which versions count at an as-of (R3), voids, orders,
 * filters, and the rows that no account owns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "schema/store_catalogue.h"
#include "schema/store_facts.h"
#include "schema/store_facts_ahead.h"
#include "schema/store_runs.h"
#include "tests/schema/fresh.h"

#define MONTH 202511 /* [1761955200000, 1764547200000) */
#define NOVEMBER "1761955200000"
#define DECEMBER "1764547200000"
#define LATE INT64_C(2000000000000)

static const char PLANS[] = "INSERT INTO plans VALUES ('free', 'Free', 0, 1), ('pro', 'Pro', 1, 1)";

static void account_text(FILE *out, const struct account_facts *facts)
{
    fprintf(out, "%s#%d %s %s %lld", facts->account_id, facts->account, facts->name, facts->currency,
            (long long)facts->created_at);
    if (facts->first_paid_at != INSTANT_NONE) {
        fprintf(out, " paid %lld", (long long)facts->first_paid_at);
    }
    for (size_t i = 0; i < facts->address_count; i++) {
        const struct address_fact *row = &facts->addresses[i];
        fprintf(out, "; address %s %s.%s.%s", row->address_id, row->country, row->region, row->tax_number);
    }
    for (size_t i = 0; i < facts->change_count; i++) {
        const struct plan_change_fact *row = &facts->changes[i];
        fprintf(out, "; change %s %lld %s=%d", row->change_id, (long long)row->effective_at, row->plan_code, row->plan);
    }
    for (size_t i = 0; i < facts->setting_count; i++) {
        const struct overage_setting_fact *row = &facts->settings[i];
        fprintf(out, "; setting %s %d %lld", row->setting_id, row->enabled, (long long)row->cap_credits);
    }
    for (size_t i = 0; i < facts->grant_count; i++) {
        const struct credit_grant_fact *row = &facts->grants[i];
        fprintf(out, "; grant %s %lld until %lld %s", row->grant_id, (long long)row->credits,
                (long long)row->expires_at, row->reason);
    }
    for (size_t i = 0; i < facts->payment_count; i++) {
        const struct payment_fact *row = &facts->payments[i];
        fprintf(out, "; payment %s %lld %s '%s'", row->payment_id, (long long)row->amount_minor, row->currency,
                row->reference);
    }
    for (size_t i = 0; i < facts->adjustment_count; i++) {
        const struct adjustment_fact *row = &facts->adjustments[i];
        fprintf(out, "; adjustment %s %lld %s by %s", row->adjustment_id, (long long)row->amount_minor, row->reason,
                row->approved_by);
    }
    fputc('\n', out);
}

/* All accounts of the query as text. Lives until the next call. */
static const char *facts_text(struct fresh *fresh, struct facts_query query)
{
    static char text[8192];
    FILE *out = fmemopen(text, sizeof text, "w");
    struct catalogue catalogue = {0};
    struct facts_stream *stream = NULL;
    const struct account_facts *facts = NULL;
    struct err err = {0};

    assert_non_null(out);
    assert_int_equal(catalogue_read(fresh->store, query.as_of, &catalogue, &err), ERR_NONE);
    query.catalogue = &catalogue;
    query.month = MONTH;
    assert_int_equal(facts_open(fresh->store, query, &stream, &err), ERR_NONE);
    do {
        assert_int_equal(facts_next(stream, &facts, &err), ERR_NONE);
        if (facts != NULL) {
            account_text(out, facts);
        }
    } while (facts != NULL);
    assert_int_equal(facts_next(stream, &facts, &err), ERR_NONE); /* the end stays the end */
    assert_null(facts);
    fputc('\0', out);
    fclose(out);
    facts_close(stream);
    catalogue_release(&catalogue);
    return text;
}

static const char *all_text(struct fresh *fresh, int64_t as_of)
{
    return facts_text(fresh, (struct facts_query){.as_of = as_of});
}

static void test_accounts_in_order_of_bytes(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, PLANS);
    fresh_sql(fresh, "INSERT INTO accounts VALUES ('b', 'B', 'USD', 5, NULL, 10), ('é', 'E', 'EUR', 6, 3, 10),"
                     "('B', 'big', 'JPY', 7, NULL, 10), ('b-1', 'B1', 'USD', 8, NULL, 10)");
    assert_string_equal(all_text(fresh, 10), "B#3 big JPY 7\nb#1 B USD 5\nb-1#4 B1 USD 8\né#2 E EUR 6 paid 3\n");
    assert_string_equal(all_text(fresh, 9 + 1), all_text(fresh, 10));
}

static void test_versions_by_as_of(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, PLANS);
    fresh_sql(fresh, "INSERT INTO accounts VALUES ('a', 'first', 'USD', 5, NULL, 10);"
                     "INSERT INTO accounts VALUES ('a', 'second', 'USD', 6, 4, 20);"
                     "INSERT INTO plan_changes VALUES ('c1', 'a', 100, 'pro', 10);"
                     "INSERT INTO plan_changes VALUES ('c1', 'a', 200, 'team', 20);"
                     "INSERT INTO plan_changes VALUES ('c2', 'a', 150, 'free', 30)");
    /* as-of 9: the plans are known, the account is not */
    assert_string_equal(all_text(fresh, 9), "");
    assert_string_equal(all_text(fresh, 19), "a#1 first USD 5; change c1 100 pro=1\n");
    assert_string_equal(all_text(fresh, 20), "a#1 second USD 6 paid 4; change c1 200 team=-1\n");
    assert_string_equal(all_text(fresh, 30), "a#1 second USD 6 paid 4; change c2 150 free=0; change c1 200 team=-1\n");
    assert_string_equal(all_text(fresh, 19), "a#1 first USD 5; change c1 100 pro=1\n");
}

static void test_voids_are_for_good(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, PLANS);
    fresh_sql(fresh, "INSERT INTO accounts VALUES ('a', 'A', 'USD', 5, NULL, 10);"
                     "INSERT INTO overage_settings VALUES ('s1', 'a', 100, 1, 500, 10), ('s2', 'a', 100, 0, NULL, 10);"
                     "INSERT INTO voids VALUES ('overage_settings', 's1', 'wrong', 20), ('plan_changes', 's2', 'x', 20);"
                     "INSERT INTO voids VALUES ('overage_settings', 's1', 'said again', 40);"
                     "INSERT INTO overage_settings VALUES ('s1', 'a', 100, 1, 700, 30)");
    assert_string_equal(all_text(fresh, 19), "a#1 A USD 5; setting s1 1 500; setting s2 0 -1\n");
    assert_string_equal(all_text(fresh, 20), "a#1 A USD 5; setting s2 0 -1\n");
    assert_string_equal(all_text(fresh, 30), "a#1 A USD 5; setting s2 0 -1\n");
    assert_string_equal(all_text(fresh, 40), "a#1 A USD 5; setting s2 0 -1\n");
}

static void test_only_what_the_month_needs(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, PLANS);
    fresh_sql(fresh,
              "INSERT INTO accounts VALUES ('a', 'A', 'USD', 5, NULL, 10);"
              "INSERT INTO plan_changes VALUES ('c1', 'a', " DECEMBER " - 1, 'pro', 10),"
              " ('c2', 'a', " DECEMBER ", 'free', 10);"
              "INSERT INTO overage_settings VALUES ('s2', 'a', " DECEMBER ", 1, NULL, 10);"
              "INSERT INTO credit_grants VALUES ('g2', 'a', 100, " NOVEMBER ", " DECEMBER ", 'two', 10),"
              " ('g1', 'a', 200, 5, " DECEMBER ", 'one', 10), ('g0', 'a', 300, 5, 6, 'over', 10),"
              " ('g9', 'a', 300, " DECEMBER ", " DECEMBER " + 1, 'later', 10);"
              "INSERT INTO payments VALUES ('p2', 'a', 202511, 7, -5, 'USD', NULL, 10),"
              " ('p1', 'a', 202511, 8, 9, 'USD', 'ref', 10), ('p0', 'a', 202510, 7, 5, 'USD', NULL, 10),"
              " ('p3', 'a', 202511, 8, 9, 'USD', 'moves', 10);"
              "INSERT INTO payments VALUES ('p3', 'a', 202512, 8, 9, 'USD', 'moves', 20);"
              "INSERT INTO adjustments VALUES ('j1', 'a', 202511, -100, 'USD', 'goodwill', 'Zoe', 10),"
              " ('j2', 'a', 202512, -100, 'USD', 'goodwill', 'Zoe', 10);"
              "INSERT INTO billing_addresses VALUES ('b2', 'a', 9, 'DE', NULL, NULL, 10),"
              " ('b1', 'a', 9, 'US', 'CA', 'T1', 10), ('b3', 'a', 8, 'FR', '', '', 10)");
    assert_string_equal(all_text(fresh, 20),
                        "a#1 A USD 5; address b3 FR..; address b1 US.CA.T1; address b2 DE..; "
                        "change c1 1764547199999 pro=1; grant g0 300 until 6 over; grant g1 200 until 1764547200000 one; "
                        "grant g2 100 until 1764547200000 two; payment p1 9 USD 'ref'; payment p2 -5 USD ''; "
                        "adjustment j1 -100 goodwill by Zoe\n");
}

static void test_rows_go_to_their_account(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, PLANS);
    fresh_sql(fresh, "INSERT INTO plan_changes VALUES ('c0', '0-orphan', 1, 'pro', 10), ('c1', 'b', 1, 'pro', 10),"
                     " ('c2', 'd', 1, 'pro', 10), ('c3', 'c-orphan', 1, 'pro', 10), ('c4', 'z-orphan', 1, 'pro', 10);"
                     "INSERT INTO accounts VALUES ('a', 'A', 'USD', 5, NULL, 10), ('b', 'B', 'USD', 5, NULL, 10),"
                     " ('d', 'D', 'USD', 5, NULL, 10)");
    assert_string_equal(all_text(fresh, 10), "a#6 A USD 5\nb#2 B USD 5; change c1 1 pro=1\nd#3 D USD 5; change c2 1 pro=1\n");
    assert_string_equal(facts_text(fresh, (struct facts_query){.as_of = 10, .account_id = "d"}),
                        "d#3 D USD 5; change c2 1 pro=1\n");
    assert_string_equal(facts_text(fresh, (struct facts_query){.as_of = 10, .account_id = "c-orphan"}), "");
}

static void test_only_held_accounts(void **state)
{
    struct fresh *fresh = *state;

    fresh_sql(fresh, PLANS);
    fresh_sql(fresh, "INSERT INTO accounts VALUES ('a', 'A', 'USD', 5, NULL, 10), ('b', 'B', 'USD', 5, NULL, 10),"
                     " ('c', 'C', 'USD', 5, NULL, 10);"
                     "INSERT INTO plan_changes VALUES ('c1', 'a', 1, 'pro', 10), ('c2', 'b', 1, 'pro', 10),"
                     " ('c3', 'c', 1, 'pro', 10);"
                     "INSERT INTO runs VALUES (7, 202511, 'close', 11, 12, 'me', '', '1', '1', 'none');"
                     "INSERT INTO held_accounts VALUES (7, 3, 'no_price'), (7, 1, 'no_address')");
    assert_string_equal(facts_text(fresh, (struct facts_query){.as_of = 10, .held_since_run = 7}),
                        "a#1 A USD 5; change c1 1 pro=1\nc#3 C USD 5; change c3 1 pro=1\n");
    assert_string_equal(facts_text(fresh, (struct facts_query){.as_of = 10, .held_since_run = 8}), "");
}

static void test_only_these_accounts(void **state)
{
    static const int32_t THESE[] = {1, 3, 9};
    struct fresh *fresh = *state;

    fresh_sql(fresh, PLANS);
    fresh_sql(fresh, "INSERT INTO accounts VALUES ('a', 'A', 'USD', 5, NULL, 10), ('b', 'B', 'USD', 5, NULL, 10),"
                     " ('c\"\\', 'C', 'USD', 5, NULL, 10);"
                     "INSERT INTO plan_changes VALUES ('c1', 'a', 1, 'pro', 10), ('c2', 'b', 1, 'pro', 10),"
                     " ('c3', 'c\"\\', 1, 'pro', 10)");
    assert_string_equal(facts_text(fresh, (struct facts_query){.as_of = 10, .accounts = THESE, .account_count = 3}),
                        "a#1 A USD 5; change c1 1 pro=1\nc\"\\#3 C USD 5; change c3 1 pro=1\n");
    assert_string_equal(facts_text(fresh, (struct facts_query){.as_of = 10, .accounts = THESE, .account_count = 0}), "");
}

static enum err_code orphan_print(void *context, const struct orphan_row *row, struct err *err)
{
    (void)err;
    fprintf(context, "%s %s:%s %lld\n", row->account_id, row->table, row->id,
            row->at == INSTANT_NONE ? -1LL : (long long)row->at);
    return ERR_NONE;
}

static void test_orphans(void **state)
{
    struct fresh *fresh = *state;
    char text[2048];
    FILE *out = fmemopen(text, sizeof text, "w");
    struct err err = {0};

    assert_non_null(out);
    fresh_sql(fresh, PLANS);
    fresh_sql(fresh, "INSERT INTO accounts VALUES ('a', 'A', 'USD', 5, NULL, 10), ('later', 'L', 'USD', 5, NULL, 11);"
                     "INSERT INTO plan_changes VALUES ('c1', 'a', 1, 'pro', 10), ('c2', 'x', 1, 'pro', 10),"
                     " ('c3', 'later', 2, 'pro', 10), ('c4', 'x', " DECEMBER ", 'pro', 10), ('c5', 'x', 3, 'pro', 11);"
                     "INSERT INTO adjustments VALUES ('j1', 'x', 202511, 1, 'USD', '', '', 10),"
                     " ('j2', 'x', 202512, 1, 'USD', '', '', 10);"
                     "INSERT INTO billing_addresses VALUES ('b1', 'b', 4, 'DE', '', '', 10), ('b2', 'b', 4, 'DE', '', '', 10);"
                     "INSERT INTO voids VALUES ('billing_addresses', 'b2', '', 10)");
    assert_int_equal(orphan_rows(fresh->store, MONTH, 10, orphan_print, out, &err), ERR_NONE);
    fputc('\0', out);
    fclose(out);
    assert_string_equal(text, "b billing_addresses:b1 4\nlater plan_changes:c3 2\nx adjustments:j1 -1\nx plan_changes:c2 1\n");
}

static void test_numbers_and_first_instant(void **state)
{
    struct fresh *fresh = *state;
    struct err err = {0};
    char id[ID_BYTES_MAX + 1];
    int64_t created = 0;
    size_t count = 0;

    assert_int_equal(accounts_count(fresh->store, &count, &err), ERR_NONE);
    assert_int_equal(count, 1); /* number 0 is nobody's */
    assert_int_equal(first_account_created(fresh->store, LATE, &created, &err), ERR_NONE);
    assert_true(created == INSTANT_NONE);
    fresh_sql(fresh, "INSERT INTO accounts VALUES ('a', 'A', 'USD', 5, NULL, 10), ('b', 'B', 'USD', 4, NULL, 10);"
                     "INSERT INTO accounts VALUES ('b', 'B', 'USD', 7, NULL, 20)");
    assert_int_equal(accounts_count(fresh->store, &count, &err), ERR_NONE);
    assert_int_equal(count, 3);
    assert_int_equal(first_account_created(fresh->store, 10, &created, &err), ERR_NONE);
    assert_int_equal(created, 4);
    assert_int_equal(first_account_created(fresh->store, 20, &created, &err), ERR_NONE);
    assert_int_equal(created, 5);
    assert_int_equal(account_id_of(fresh->store, 2, id, &err), ERR_NONE);
    assert_string_equal(id, "b");
    assert_int_equal(account_id_of(fresh->store, 3, id, &err), ERR_DATA);
}

static void test_source_totals(void **state)
{
    struct fresh *fresh = *state;
    struct source_total totals[SOURCE_TOTALS_MAX];
    struct err err = {0};
    size_t count = 0;

    fresh_sql(fresh, "INSERT INTO source_totals VALUES (20251101, 1, 10, 10), (20251130, 2, 20, 10), (20251201, 9, 9, 10),"
                     " (20251031, 9, 9, 10); INSERT INTO source_totals VALUES (20251101, 3, 30, 20)");
    assert_int_equal(source_totals(fresh->store, MONTH, 10, totals, &count, &err), ERR_NONE);
    assert_int_equal(count, 2);
    assert_true(totals[0].day == 20251101 && totals[0].events == 1 && totals[0].quantity == 10);
    assert_true(totals[1].day == 20251130 && totals[1].events == 2 && totals[1].quantity == 20);
    assert_int_equal(source_totals(fresh->store, MONTH, 20, totals, &count, &err), ERR_NONE);
    assert_true(count == 2 && totals[0].events == 3 && totals[0].quantity == 30);
}

/* Accounts for more than one round of the ring, each with what its number says: some with rows of every table. */
static void many_accounts(struct fresh *fresh)
{
    fresh_sql(fresh, PLANS);
    fresh_sql(fresh, "CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) "
                     "SELECT i, format('a%04d', i) AS id FROM n;"
                     "INSERT INTO accounts SELECT id, 'N' || i, 'USD', i, iif(i % 7 = 0, i, NULL), 1 + i % 9 FROM n;"
                     "INSERT INTO billing_addresses SELECT 'b' || i, id, i, 'DE', '', iif(i % 2 = 0, 'T' || i, ''), 1 FROM n "
                     "WHERE i % 3 > 0;"
                     "INSERT INTO plan_changes SELECT 'c' || i, id, i, 'pro', 1 FROM n WHERE i % 4 > 0;"
                     "INSERT INTO overage_settings SELECT 's' || i, id, i, 1, iif(i % 2 = 0, 5, NULL), 1 FROM n WHERE i % 5 > 0;"
                     "INSERT INTO credit_grants SELECT 'g' || i, id, i, i, i + 9, 'why ' || i, 1 FROM n WHERE i % 6 = 0;"
                     "INSERT INTO payments SELECT 'p' || i, id, 202511, i, i, 'USD', 'r' || i, 1 FROM n WHERE i % 3 = 0;"
                     "INSERT INTO adjustments SELECT 'j' || i, id, 202511, i, 'USD', 'why', 'Zoe', 1 FROM n WHERE i % 8 = 0");
}

static void account_line(struct account_facts facts, char **text, size_t *length)
{
    FILE *out = open_memstream(text, length);

    assert_non_null(out);
    account_text(out, &facts);
    fclose(out);
}

static void test_ahead_is_the_same(void **state)
{
    struct fresh *fresh = *state;
    struct catalogue catalogue = {0};
    struct err err = {0};
    int64_t accounts = 0;

    many_accounts(fresh);
    assert_int_equal(catalogue_read(fresh->store, 9, &catalogue, &err), ERR_NONE);
    struct facts_query query = {.catalogue = &catalogue, .month = MONTH, .as_of = 8};
    for (int threaded = 0; threaded < 2; threaded++) {
        struct facts_stream *stream = NULL;
        struct facts_ahead *ahead = NULL;
        struct store *other = NULL;
        const struct account_facts *want = NULL;
        const struct account_facts *got = NULL;

        assert_int_equal(store_open_again(fresh->store, &other, &err), ERR_NONE);
        assert_int_equal(facts_open(other, query, &stream, &err), ERR_NONE);
        assert_int_equal(facts_ahead_open(fresh->store, query, threaded == 1, &ahead, &err), ERR_NONE);
        do {
            assert_int_equal(facts_next(stream, &want, &err), ERR_NONE);
            assert_int_equal(facts_ahead_next(ahead, &got, &err), ERR_NONE);
            assert_true((want == NULL) == (got == NULL));
            if (want != NULL) {
                char *texts[2];
                size_t lengths[2];

                account_line(*want, &texts[0], &lengths[0]);
                account_line(*got, &texts[1], &lengths[1]);
                assert_string_equal(texts[0], texts[1]);
                free(texts[0]);
                free(texts[1]);
                accounts++;
            }
        } while (want != NULL);
        assert_int_equal(facts_ahead_next(ahead, &got, &err), ERR_NONE); /* the end stays the end */
        assert_null(got);
        facts_ahead_close(ahead);
        facts_close(stream);
        store_close(other);
    }
    assert_int_equal(accounts, 2 * 1334); /* those known at 8 */
    catalogue_release(&catalogue);
}

/* Whoever has seen enough closes it: before the first account, after it, in the middle. */
static void test_ahead_closed_early(void **state)
{
    static const int TAKEN[] = {0, 1, 700};
    struct fresh *fresh = *state;
    struct catalogue catalogue = {0};
    struct err err = {0};

    many_accounts(fresh);
    assert_int_equal(catalogue_read(fresh->store, 9, &catalogue, &err), ERR_NONE);
    for (size_t i = 0; i < sizeof TAKEN / sizeof TAKEN[0]; i++) {
        struct facts_query query = {.catalogue = &catalogue, .month = MONTH, .as_of = 9};
        struct facts_ahead *ahead = NULL;
        const struct account_facts *facts = NULL;

        assert_int_equal(facts_ahead_open(fresh->store, query, true, &ahead, &err), ERR_NONE);
        for (int taken = 0; taken < TAKEN[i]; taken++) {
            assert_int_equal(facts_ahead_next(ahead, &facts, &err), ERR_NONE);
            assert_non_null(facts);
        }
        facts_ahead_close(ahead);
    }
    catalogue_release(&catalogue);
}

/* The dictionary has lost an account's number: told after the accounts before it, by whichever way. */
static void test_ahead_tells_errors(void **state)
{
    struct fresh *fresh = *state;
    struct catalogue catalogue = {0};
    struct err err = {0};

    many_accounts(fresh);
    assert_int_equal(catalogue_read(fresh->store, 9, &catalogue, &err), ERR_NONE);
    fresh_sql(fresh, "DROP TRIGGER account_ids_delete; PRAGMA foreign_keys = OFF;"
                     "DELETE FROM account_ids WHERE account_id = 'a1000'");
    for (int threaded = 0; threaded < 2; threaded++) {
        struct facts_query query = {.catalogue = &catalogue, .month = MONTH, .as_of = 9};
        struct facts_ahead *ahead = NULL;
        const struct account_facts *facts = NULL;
        struct err told = {0};

        assert_int_equal(facts_ahead_open(fresh->store, query, threaded == 1, &ahead, &err), ERR_NONE);
        while (facts_ahead_next(ahead, &facts, &told) == ERR_NONE && facts != NULL) {
            assert_true(strcmp(facts->account_id, "a1000") < 0);
        }
        assert_int_equal(told.code, ERR_DATA);
        assert_non_null(strstr(told.text, "account 'a1000' has no number"));
        facts_ahead_close(ahead);
    }
    catalogue_release(&catalogue);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_accounts_in_order_of_bytes), TEST(test_versions_by_as_of),       TEST(test_voids_are_for_good),
        TEST(test_only_what_the_month_needs),  TEST(test_rows_go_to_their_account), TEST(test_only_held_accounts),
        TEST(test_only_these_accounts),        TEST(test_ahead_is_the_same),      TEST(test_ahead_closed_early),
        TEST(test_ahead_tells_errors),
        TEST(test_orphans),                    TEST(test_numbers_and_first_instant), TEST(test_source_totals),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
