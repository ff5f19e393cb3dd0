/*
 * Looking back at money: what is open of an account, what was open after the
 * last run that knew it, and sums that do not fit.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/receivable.h"
#include "schema/store_history.h"
#include "tests/lib/random_world.h"
#include "tests/schema/past.h"

#define LIFE_RUNS 48
#define LIFE_PAYMENTS 100

/* What a run of `month` at `as_of` must know; the accounts of past_walk. */
struct row {
    const char *name;
    int32_t month;
    int64_t as_of;
    const char *want;
};

static void check(struct fresh *fresh, const struct row *rows, size_t count)
{
    int failed = 0;

    for (size_t i = 0; i < count; i++) {
        const char *got = strchr(past_walk(fresh, rows[i].month, rows[i].as_of), '\n') + 1;

        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s: want %sgot %s", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

#define CHECK(fresh, rows) check(fresh, rows, sizeof rows / sizeof rows[0])

static void payment(struct fresh *fresh, const char *payment_id, int32_t month, int64_t amount_minor, int64_t recorded_at)
{
    past_sql(fresh, "INSERT INTO payments VALUES ('%s', 'a', %d, 5, %" PRId64 ", 'USD', NULL, %" PRId64 ")", payment_id,
             (int)month, amount_minor, recorded_at);
}

/* Documents less payments as known, and the oldest month that is not paid. No run has a statement. */
static void test_balance(void **state)
{
    static const struct row rows[] = {
        {"part of September paid", 202511, T(50), "a [] absent opening 0 open 1300 since 202509\n"},
        {"the payment corrected: all of it", 202511, T(51), "a [] absent opening 0 open 1000 since 202510\n"},
        {"moved to October", 202511, T(52), "a [] absent opening 0 open 1000 since 202509\n"},
        {"too much paid for October", 202511, T(53), "a [] absent opening 0 open -4000 since 202509\n"},
        {"that payment voided", 202511, T(54), "a [] absent opening 0 open 1000 since 202509\n"},
        {"a refund", 202511, T(55), "a [] absent opening 0 open 1001 since 202509\n"},
        {"payments of the month itself and of months that are not closed do not count", 202511, T(60),
         "a [] absent opening 0 open 1001 since 202509\n"},
        {"documents of the month itself stand apart, its payments are its bill's", 202509, T(60),
         "a [] absent opening 0 open 0 since 0 issued 1000\n"},
    };
    struct fresh *fresh = *state;

    past_accounts(fresh);
    int run = past_run(fresh, 202509, T(10));
    past_document(fresh, run, "INV", "a", 1500);
    past_document(fresh, run, "CN", "a", -500);
    past_issued(fresh, run);
    run = past_run(fresh, 202510, T(20));
    past_document(fresh, run, "INV", "a", 1000);
    past_issued(fresh, run);
    payment(fresh, "p", 202509, 700, T(50));
    payment(fresh, "p", 202509, 1000, T(51));
    payment(fresh, "p", 202510, 1000, T(52));
    payment(fresh, "q", 202510, 5000, T(53));
    past_sql(fresh, "INSERT INTO voids VALUES ('payments', 'q', 'twice', %" PRId64 ")", T(54));
    payment(fresh, "r", 202509, -1, T(55));
    payment(fresh, "s", 202511, 9, T(56));
    payment(fresh, "t", 202508, 9, T(56));
    past_sql(fresh, "INSERT INTO payments VALUES ('u', 'b', 202508, 5, 9, 'USD', NULL, %" PRId64 ")", T(56));
    CHECK(fresh, rows);
}

/* A run of the account's and what it billed; 0: held. */
static void run_of_a(struct fresh *fresh, int32_t month, int64_t as_of, int64_t total_minor)
{
    int run = past_run(fresh, month, as_of);

    if (total_minor == 0) {
        past_statement(fresh, (struct past_statement){run, "a", "held", "pro", "DE", 0, 0, 0, 0, 0, 0});
    } else {
        past_statement(fresh, (struct past_statement){run, "a", "invoiced", "pro", "DE", 7, 0, 0, 0, total_minor, 0});
        past_document(fresh, run, "INV", "a", total_minor);
    }
    past_issued(fresh, run);
}

/* The opening is what was open when the last run that has a statement of the account looked, whichever month that closed. */
static void test_opening(void **state)
{
    static const struct row rows[] = {
        {"before every run", 202509, T(10), ""},
        {"what the run before left open; 700 of it are paid now", 202510, T(20),
         "a [7] invoiced pro 0 1500 opening 1500 open 800 since 202509\n"},
        {"and after the next one", 202511, T(30),
         "a [7 7] invoiced pro 0 1000 opening 1800 open 1500 since 202509\n"},
        {"held and closed again: the month's own first run, and its payments", 202511, T(40),
         "a [7 7] invoiced pro 0 1000 opening 1450 open 1500 since 202509\n"},
        {"August is closed late: what is owed is owed for the later months, too", 202508, T(50),
         "a [] absent opening 1650 open 1650 since 202509\n"},
        {"the next one begins where August ended", 202512, T(60),
         "a [7 7 7 7] invoiced pro 0 200 opening 1740 open 1740 since 202508\n"},
        {"two months closed at one as-of: both are open", 202602, T(71),
         "a [7 7 7 7 7 7] invoiced pro 0 20 opening 1770 open 1770 since 202508\n"},
        {"a look at a month that is closed; its payments are its bill's", 202511, T(71),
         "a [7 7 7] invoiced pro 0 1000 opening 1770 open 1620 since 202508 issued 200\n"},
    };
    struct fresh *fresh = *state;

    past_accounts(fresh);
    payment(fresh, "p", 202509, 700, T(15));
    payment(fresh, "q", 202510, 300, T(25));
    payment(fresh, "r", 202511, 50, T(26));
    run_of_a(fresh, 202509, T(10), 1500);
    run_of_a(fresh, 202510, T(20), 1000);
    run_of_a(fresh, 202511, T(30), 0);
    run_of_a(fresh, 202511, T(40), 200);
    run_of_a(fresh, 202508, T(50), 90);
    run_of_a(fresh, 202512, T(60), 10);
    run_of_a(fresh, 202601, T(60), 20);
    CHECK(fresh, rows);
}

/* A run that knows only another account. */
static void run_of_b(struct fresh *fresh, int32_t month, int64_t as_of)
{
    int run = past_run(fresh, month, as_of);

    past_statement(fresh, (struct past_statement){run, "b", "held", "pro", "DE", 0, 0, 0, 0, 0, 0});
    past_issued(fresh, run);
}

/* Is this what a run of the month at the as-of knows of the money of a? Says so where not. */
static int money_differs(struct fresh *fresh, const struct row *row)
{
    const char *got = strstr(past_walk(fresh, row->month, row->as_of), "opening");
    size_t length = strlen(row->want);

    if (got != NULL && strncmp(got, row->want, length) == 0 && got[length] == '\n') {
        return 0;
    }
    print_error("%s: want %s, got %s\n", row->name, row->want, got == NULL ? "nothing" : got);
    return 1;
}

/* What the last run knew of the payments: their versions then, voids that came since, months that were closed then. */
static void test_opening_payments(void **state)
{
    struct fresh *fresh = *state;
    int failed = 0;

    past_accounts(fresh);
    payment(fresh, "p", 202510, 100, T(20));
    payment(fresh, "p", 202510, 700, T(25));
    payment(fresh, "q", 202511, 50, T(26));
    past_sql(fresh, "INSERT INTO voids VALUES ('payments', 'r', 'never came', %" PRId64 ")", T(20));
    run_of_a(fresh, 202510, T(30), 1500);
    failed += money_differs(fresh, &(struct row){"p is in, q's month is not closed", 202512, T(31),
                                                 "opening 800 open 800 since 202510"});
    run_of_b(fresh, 202510, T(32));
    failed += money_differs(fresh, &(struct row){"October was closed for a before it was for b", 202512, T(33),
                                                 "opening 800 open 800 since 202510"});
    payment(fresh, "p", 202511, 800, T(40));
    payment(fresh, "p", 202510, 1000, T(41));
    failed += money_differs(fresh, &(struct row){"p corrected twice, to November and back", 202512, T(42),
                                                 "opening 800 open 500 since 202510"});
    past_sql(fresh, "INSERT INTO voids VALUES ('payments', 'p', 'typed wrong', %" PRId64 ")", T(43));
    failed += money_differs(fresh, &(struct row){"and voided", 202512, T(44), "opening 800 open 1500 since 202510"});
    payment(fresh, "r", 202510, 7, T(45));
    failed += money_differs(fresh, &(struct row){"a payment that was void before it came never counts", 202512, T(46),
                                                 "opening 800 open 1500 since 202510"});
    run_of_b(fresh, 202511, T(50));
    failed += money_differs(fresh, &(struct row){"q counts now; no run of November knew a", 202512, T(51),
                                                 "opening 800 open 1450 since 202510"});
    run_of_a(fresh, 202511, T(60), 0);
    past_sql(fresh, "INSERT INTO voids VALUES ('payments', 'p', 'charged back', %" PRId64 ")", T(61));
    failed += money_differs(fresh, &(struct row){"it did then; another reason does not void p again", 202512, T(62),
                                                 "opening 1450 open 1450 since 202510"});
    assert_int_equal(failed, 0);
}

/* The last run that knew an account may be older than the months of which every statement is read. */
static void test_opening_long_ago(void **state)
{
    static const struct row rows[] = {
        {"ten months on", 202511, T(99),
         "a [0 0 0 0 0 0] no_charge free 0 0 opening 0 open 0 since 0\n"
         "b [9] absent opening 500 open 400 since 202501\n"},
        {"in January itself", 202501, T(99), "a [] absent opening 0 open 0 since 0\n"
                                             "b [] absent opening 500 open 0 since 0 issued 500\n"},
    };
    struct fresh *fresh = *state;

    past_accounts(fresh);
    for (int month = 1; month <= 10; month++) {
        int run = past_run(fresh, 202500 + month, T(month));

        past_statement(fresh, (struct past_statement){run, "a", "no_charge", "free", "", 0, 0, 0, 0, 0, 0});
        if (month == 1) {
            past_statement(fresh, (struct past_statement){run, "b", "invoiced", "pro", "DE", 9, 0, 0, 0, 500, 0});
            past_document(fresh, run, "INV", "b", 500);
        }
        past_issued(fresh, run);
    }
    past_sql(fresh, "INSERT INTO payments VALUES ('p', 'b', 202501, 5, 100, 'USD', NULL, %" PRId64 ")", T(90));
    CHECK(fresh, rows);
}

/* No error that would stop the others' month: the account's money is unknown, and all else is told. */
static void test_too_much(void **state)
{
    static const struct row rows[] = {
        {"payments that do not fit", 202511, T(20),
         "a [7] invoiced pro 0 1500 too much\n"
         "b [8] no_charge free 0 0 opening 0 open 0 since 0\n"},
        {"one is voided: they did not when the last run looked", 202512, T(50),
         "a [7 7] invoiced pro 0 1000 too much\n"
         "b [8] absent opening 0 open 0 since 0\n"},
    };
    struct fresh *fresh = *state;

    past_accounts(fresh);
    fresh_sql(fresh, "PRAGMA ignore_check_constraints = ON"); /* a million payments would do it, too */
    payment(fresh, "p", 202510, -9000000000000000000, 1);
    payment(fresh, "q", 202510, -9000000000000000000, 2);
    int run = past_run(fresh, 202510, T(10));
    past_statement(fresh, (struct past_statement){run, "a", "invoiced", "pro", "DE", 7, 0, 0, 0, 1500, 0});
    past_document(fresh, run, "INV", "a", 1500);
    past_statement(fresh, (struct past_statement){run, "b", "no_charge", "free", "", 8, 0, 0, 0, 0, 0});
    past_issued(fresh, run);
    run_of_a(fresh, 202511, T(40), 1000);
    past_sql(fresh, "INSERT INTO voids VALUES ('payments', 'q', 'typed twice', %" PRId64 ")", T(45));
    CHECK(fresh, rows);
}

/* A random life of the account's: months closed in any order, payments that come, change and go between the runs. */
struct life {
    uint64_t random;
    int64_t now; /* the instant of the last thing that happened */
    int32_t months[LIFE_RUNS];
    size_t runs; /* so far */
    int64_t billed_minor;
    size_t payment_count;
    struct {
        int32_t month;
        int64_t amount_minor; /* 0: voided */
    } payments[LIFE_PAYMENTS];
};

/* A payment, a correction of one or a void. */
static void life_pay(struct fresh *fresh, struct life *life)
{
    char payment_id[32];
    bool fresh_one = life->payment_count == 0 || (random_up_to(&life->random, 1) == 0 && life->payment_count < LIFE_PAYMENTS);
    size_t which = fresh_one ? life->payment_count++ : (size_t)random_up_to(&life->random, (int64_t)life->payment_count - 1);
    int32_t month = life->months[random_up_to(&life->random, LIFE_RUNS - 1)];
    int64_t amount_minor = 1 + random_up_to(&life->random, 5000);

    snprintf(payment_id, sizeof payment_id, "p%zu", which);
    life->now += T(1);
    if (!fresh_one && life->payments[which].amount_minor == 0) {
        return; /* it is void for good */
    }
    if (!fresh_one && random_up_to(&life->random, 2) == 0) {
        past_sql(fresh, "INSERT INTO voids VALUES ('payments', '%s', 'random', %" PRId64 ")", payment_id, life->now);
        amount_minor = 0;
    } else {
        payment(fresh, payment_id, month, amount_minor, life->now);
    }
    life->payments[which].month = month;
    life->payments[which].amount_minor = amount_minor;
}

/* Payments for the months of the runs so far, or for that of the next one alone. */
static int64_t life_paid(const struct life *life, bool next)
{
    int64_t sum = 0;

    for (size_t i = 0; i < life->payment_count; i++) {
        for (size_t run = next ? life->runs : 0; run < life->runs + next; run++) {
            sum += life->payments[i].month == life->months[run] ? life->payments[i].amount_minor : 0;
        }
    }
    return sum;
}

/* The next run; its row. */
static struct receivable life_run(struct fresh *fresh, struct life *life)
{
    struct history *history = NULL;
    const struct account_history *found = NULL;
    struct receivable owed = {0};
    struct err err = {0};
    bool held = random_up_to(&life->random, 4) == 0;
    struct bill bill = {
        .status = held ? BILL_HELD : BILL_INVOICED,
        .total_minor = held ? 0 : 1 + random_up_to(&life->random, 5000),
        .collected_minor = life_paid(life, true),
    };

    life->now += T(1);
    struct history_in in = {life->months[life->runs], life->now, .few = life->runs % 2 == 0};
    assert_int_equal(history_open(fresh->store, in, &history, &err), ERR_NONE);
    assert_int_equal(history_find(history, "a", &found, &err), ERR_NONE);
    assert_true(receivable((struct receivable_in){life->months[life->runs], &bill, found}, &owed));
    history_close(history);
    run_of_a(fresh, life->months[life->runs], life->now, bill.total_minor);
    life->runs++;
    life->billed_minor += bill.total_minor;
    return owed;
}

/* Each run's opening is the closing of the run before, and its closing all that was billed less all that was paid for it. */
static void test_roll_forward(void **state)
{
    struct fresh *fresh = *state;
    struct life life = {.random = 6};
    int64_t closing_minor = 0;
    int failed = 0;
    int moved = 0;

    past_accounts(fresh);
    for (int32_t i = 0; i < LIFE_RUNS; i++) { /* 2025 to 2028, shuffled */
        size_t place = (size_t)random_up_to(&life.random, i);
        life.months[i] = life.months[place];
        life.months[place] = 202501 + i / 12 * 100 + i % 12;
    }
    while (life.runs < LIFE_RUNS) {
        for (int64_t count = random_up_to(&life.random, 5); count > 0; count--) {
            life_pay(fresh, &life);
        }
        struct receivable owed = life_run(fresh, &life);
        if (owed.opening_minor != closing_minor || owed.closing_minor != life.billed_minor - life_paid(&life, false)) {
            print_error("run %zu: opening %" PRId64 " after %" PRId64 ", closing %" PRId64 " of %" PRId64 "\n", life.runs,
                        owed.opening_minor, closing_minor, owed.closing_minor,
                        life.billed_minor - life_paid(&life, false));
            failed++;
        }
        moved += owed.opening_minor != 0 && owed.collected_minor != 0;
        closing_minor = owed.closing_minor;
    }
    assert_int_equal(failed, 0);
    assert_true(moved > LIFE_RUNS / 2);
}

#define FRESH_TEST(test) cmocka_unit_test_setup_teardown(test, fresh_setup, fresh_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH_TEST(test_balance),
        FRESH_TEST(test_opening),
        FRESH_TEST(test_opening_payments),
        FRESH_TEST(test_opening_long_ago),
        FRESH_TEST(test_too_much),
        FRESH_TEST(test_roll_forward),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
