/*
 * The second way agrees with the first: random databases are closed, twice and
 * then once more with the held accounts mended, and each run is computed again in
 * SQL. Every value that differs is printed with the database's seed.
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

#include "lib/calendar.h"
#include "tests/schema/closing.h"
#include "tests/schema/random_database.h"

#define DATABASES_PLAIN 36 /* 5,000 account-months */
#ifdef __SANITIZE_ADDRESS__
#define DATABASES 6
#else
#define DATABASES DATABASES_PLAIN
#endif
#define ACCOUNTS 70
#define DIFFERENCES_SHOWN 20

static struct world world;
static int differences;
static int64_t account_months;

/* How often the interesting things happened, over all databases: agreement about nothing proves nothing. */
static struct {
    const char *what;
    const char *sql; /* counts it in one database */
    int64_t least;
    int64_t count;
} seen[] = {
    {"statements of three runs", "SELECT count(*) FROM statements", 4900, 0},
    {"documents", "SELECT count(*) FROM documents", 2000, 0},
    {"a first paid month", "SELECT sum(first_paid_month) FROM statements", 300, 0},
    {"an upgrade in it (R13)", "SELECT count(*) FROM document_lines WHERE kind = 'plan_discount'", 150, 0},
    {"an upgrade later (R14)", "SELECT count(*) FROM document_lines WHERE kind = 'plan_upgrade'", 300, 0},
    {"a full month (R11)", "SELECT count(*) FROM document_lines WHERE kind = 'plan'", 500, 0},
    {"several upgrades", "SELECT count(*) FROM document_lines WHERE kind = 'plan_upgrade' AND line > 2", 30, 0},
    {"bonus credits", "SELECT sum(bonus > 0) FROM statements", 500, 0},
    {"overage", "SELECT sum(overage > 0) FROM statements", 350, 0},
    {"unbilled credits", "SELECT sum(unbilled > 0) FROM statements", 300, 0},
    {"overage up to a cap", "SELECT sum(overage > 0 AND unbilled > 0) FROM statements", 100, 0},
    {"an adjustment", "SELECT count(*) FROM document_lines WHERE kind = 'adjustment'", 150, 0},
    {"tax", "SELECT count(*) FROM document_lines WHERE kind = 'tax'", 700, 0},
    {"tax of 0.00", "SELECT count(*) FROM document_lines WHERE kind = 'tax' AND amount = 0 AND unit_price = 0", 5, 0},
    {"payments", "SELECT sum(collected <> 0) FROM documents", 300, 0},
    {"another currency than USD", "SELECT sum(currency <> 'USD') FROM statements", 300, 0},
    {"more than 10^10 minor units", "SELECT sum(total > 10000000000) FROM documents", 50, 0},
    {"more than 10^7 credits", "SELECT sum(credits > 1000000000) FROM statements", 20, 0},
    {"held: unknown_plan", "SELECT sum(reason = 'unknown_plan') FROM held_accounts", 5, 0},
    {"held: no_address", "SELECT sum(reason = 'no_address') FROM held_accounts", 20, 0},
    {"held: ineligible_country", "SELECT sum(reason = 'ineligible_country') FROM held_accounts", 20, 0},
    {"held: no_price", "SELECT sum(reason = 'no_price') FROM held_accounts", 5, 0},
    {"held: no_allowance", "SELECT sum(reason = 'no_allowance') FROM held_accounts", 5, 0},
    {"held: unknown_model", "SELECT sum(reason = 'unknown_model') FROM held_accounts", 20, 0},
    {"held: out_of_bounds", "SELECT sum(reason = 'out_of_bounds') FROM held_accounts", 20, 0},
    {"billed by a later close", "SELECT count(*) FROM documents WHERE run = 3", 20, 0},
};

static void note_seen(struct fresh *fresh)
{
    for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++) {
        seen[i].count += strtoll(fresh_query(fresh, seen[i].sql), NULL, 10);
    }
}

struct verified {
    uint64_t seed;
    int32_t run;
};

static enum err_code show_difference(void *context, const struct difference *difference, struct err *err)
{
    const struct verified *verified = context;
    (void)err;

    if (differences++ < DIFFERENCES_SHOWN) {
        print_error("seed %" PRIu64 ", run %d, %s, %s: %s: %s by the second way, %s stored\n", verified->seed,
                    (int)verified->run, difference->account_id, difference->place, difference->what, difference->expected,
                    difference->stored);
    }
    return ERR_NONE;
}

/* The last close is abandoned where no held account can be billed. */
static bool is_issued(struct fresh *fresh, int32_t run)
{
    char sql[128];

    snprintf(sql, sizeof sql, "SELECT count(*) FROM run_ends WHERE run = %d AND outcome = 'issued'", (int)run);
    return strcmp(fresh_query(fresh, sql), "1\n") == 0;
}

static void verify_run(struct fresh *fresh, struct verified verified)
{
    struct proof controls = {0};

    account_months += closing_verify(fresh, verified.run, show_difference, &verified, &controls).accounts;
    for (int64_t i = 0; i < controls.wrong && i < PROOF_SHOWN; i++) {
        print_error("seed %" PRIu64 ", run %d: %s\n", verified.seed, (int)verified.run, controls.shown[i]);
    }
    differences += (int)controls.wrong;
}

/* What was missing becomes known: addresses, in a country that can be billed. */
static void mend(struct fresh *fresh, int64_t recorded_at)
{
    char sql[512];

    snprintf(sql, sizeof sql,
             "INSERT INTO billing_addresses SELECT 'mended-' || account_id, account_id, 0, 'DE', NULL, NULL, %" PRId64
             " FROM accounts GROUP BY account_id; INSERT INTO countries SELECT country, effective_from, 1, %" PRId64
             " FROM countries GROUP BY country, effective_from",
             recorded_at, recorded_at);
    fresh_sql(fresh, sql);
}

static void one_database(uint64_t seed)
{
    static const int32_t MONTHS[] = {202402, 202403, 202401, 202511, 202502, 202312};
    int32_t month = MONTHS[seed % (sizeof MONTHS / sizeof MONTHS[0])];
    int64_t first_as_of = month_start_ms(month) + 2 * DAY_MS;
    int64_t last_as_of = month_end_ms(month) + 2 * DAY_MS;
    struct fresh *fresh = NULL;

    assert_int_equal(fresh_setup((void **)&fresh), 0);
    random_database_fill(fresh, &world, (struct random_database){seed, month, ACCOUNTS, first_as_of, last_as_of, seed % 4 == 0});
    closing_close(fresh, month_previous(month), first_as_of);
    closing_close(fresh, month, last_as_of);
    mend(fresh, last_as_of + DAY_MS);
    closing_close(fresh, month, last_as_of + 2 * DAY_MS);
    for (int32_t run = 1; run <= 3; run++) {
        if (is_issued(fresh, run)) {
            verify_run(fresh, (struct verified){seed, run});
        }
    }
    note_seen(fresh);
    closing_tidy(fresh);
    fresh_teardown((void **)&fresh);
}

static void test_both_ways_agree(void **state)
{
    (void)state;

    for (uint64_t seed = 1; seed <= DATABASES; seed++) {
        one_database(seed);
    }
    print_message("%" PRId64 " account-months computed both ways\n", account_months);
    assert_int_equal(differences, 0);
}

/* The random databases have everything in play. */
static void test_nothing_is_left_out(void **state)
{
    int failed = 0;
    (void)state;

    if (DATABASES < DATABASES_PLAIN) {
        skip(); /* the plain build counts */
    }
    for (size_t i = 0; i < sizeof seen / sizeof seen[0]; i++) {
        if (seen[i].count < seen[i].least) {
            print_error("%s: %" PRId64 ", expected at least %" PRId64 "\n", seen[i].what, seen[i].count, seen[i].least);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_ways_agree),
        cmocka_unit_test(test_nothing_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
