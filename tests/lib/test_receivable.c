/*
 * What an account owes: one run's row, and rows that roll forward over many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/receivable.h"
#include "tests/lib/random_world.h"
#include "tests/lib/script.h"

#define LIVES 3000
#define MONTHS 8
#define PAYMENTS 12

static struct world world;

static const struct {
    const char *name;
    struct account_history history; /* {0} like NULL */
    enum bill_status status;
    int64_t total_minor;
    int64_t paid_minor; /* for the month */
    const char *want;   /* opening + billed - collected = closing, since */
} rows[] = {
    {"nothing at all", {0}, BILL_NO_CHARGE, 0, 0, "0 + 0 - 0 = 0, since 0"},
    {"the first month, not paid", {0}, BILL_INVOICED, 2400, 0, "0 + 2400 - 0 = 2400, since 202511"},
    {"partly paid", {0}, BILL_INVOICED, 2400, 2000, "0 + 2400 - 2000 = 400, since 202511"},
    {"paid", {0}, BILL_INVOICED, 2400, 2400, "0 + 2400 - 2400 = 0, since 0"},
    {"paid too much", {0}, BILL_INVOICED, 2400, 2500, "0 + 2400 - 2500 = -100, since 0"},
    {"refunded", {0}, BILL_INVOICED, -500, -500, "0 + -500 - -500 = 0, since 0"},
    {"a payment without an invoice", {0}, BILL_NO_CHARGE, 0, 100, "0 + 0 - 100 = -100, since 0"},
    {"held: nothing is billed, the payment counts", {0}, BILL_HELD, 777, 2000, "0 + 0 - 2000 = -2000, since 0"},
    {"a month before is open", {.opening_minor = 400, .open_minor = 400, .oldest_open_month = 202509}, BILL_INVOICED, 2400,
     2400, "400 + 2400 - 2400 = 400, since 202509"},
    {"a month before and this one: the earlier", {.opening_minor = 400, .open_minor = 400, .oldest_open_month = 202509},
     BILL_INVOICED, 2400, 0, "400 + 2400 - 0 = 2800, since 202509"},
    {"it was paid late", {.opening_minor = 400}, BILL_INVOICED, 2400, 2400, "400 + 2400 - 2800 = 0, since 0"},
    {"it was paid late, and this month is open", {.opening_minor = 400}, BILL_INVOICED, 2400, 0,
     "400 + 2400 - 400 = 2400, since 202511"},
    {"a refund for a month before", {.open_minor = 300, .oldest_open_month = 202510}, BILL_NO_CHARGE, 0, 0,
     "0 + 0 - -300 = 300, since 202510"},
    {"too much paid before covers this month", {.opening_minor = -5000, .open_minor = -5000}, BILL_INVOICED, 2400, 0,
     "-5000 + 2400 - 0 = -2600, since 202511"},
    {"a later month is open, and this one: the earlier", {.open_minor = 10, .oldest_open_month = 202512}, BILL_INVOICED,
     2400, 0, "0 + 2400 - -10 = 2410, since 202511"},
    {"a later month is open, this one is not", {.open_minor = 10, .oldest_open_month = 202512}, BILL_INVOICED, 2400, 2400,
     "0 + 2400 - 2390 = 10, since 202512"},
    {"R28 documents before: what this one adds", {.opening_minor = 2000, .month_issued_minor = 2000}, BILL_INVOICED, 2400,
     2000, "2000 + 400 - 2000 = 400, since 202511"},
    {"R28 nothing is charged any more", {.opening_minor = 2000, .month_issued_minor = 2000}, BILL_NO_CHARGE, 0, 2000,
     "2000 + -2000 - 2000 = -2000, since 0"},
    {"R28 held: what was issued stands", {.opening_minor = 2000, .month_issued_minor = 2000}, BILL_HELD, 2400, 500,
     "2000 + 0 - 500 = 1500, since 202511"},
    {"payments that do not fit", {.too_much = true}, BILL_INVOICED, 2400, 0, "more than fits"},
    {"a closing that does not fit", {.open_minor = INT64_MAX}, BILL_INVOICED, 1, 0, "more than fits"},
    {"a month that does not fit", {0}, BILL_INVOICED, PRICE_MINOR_MAX, INT64_MIN, "more than fits"},
    {"an opening that does not fit", {.opening_minor = INT64_MAX, .open_minor = 1}, BILL_INVOICED, 1, 0, "more than fits"},
    {"collected that does not fit", {.opening_minor = INT64_MAX, .open_minor = -1}, BILL_NO_CHARGE, 0, 0, "more than fits"},
    {"documents that do not fit", {.month_issued_minor = INT64_MIN}, BILL_INVOICED, 1, 0, "more than fits"},
};

static const char *text(bool there, struct receivable owed)
{
    static char got[200];

    (void)snprintf(got, sizeof got, "%" PRId64 " + %" PRId64 " - %" PRId64 " = %" PRId64 ", since %d", owed.opening_minor,
                   owed.billed_minor, owed.collected_minor, owed.closing_minor, (int)owed.oldest_open_month);
    return there ? got : "more than fits";
}

static void test_each_row(void **state)
{
    (void)state;
    int failed = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bill bill = {
            .status = rows[i].status,
            .total_minor = rows[i].total_minor,
            .collected_minor = rows[i].paid_minor,
        };
        struct receivable owed = {0};
        bool there = receivable((struct receivable_in){202511, &bill, &rows[i].history}, &owed);
        const char *got = text(there, owed);
        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s: want %s, got %s\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* Without any month before; and a row of which only one amount is not 0 is none to leave out. */
static void test_empty(void **state)
{
    static const struct receivable told[] = {{.opening_minor = 1}, {.billed_minor = 1}, {.collected_minor = 1},
                                             {.closing_minor = 1}};
    struct bill bill = {.status = BILL_INVOICED, .total_minor = 5, .collected_minor = 2};
    struct receivable owed = {.oldest_open_month = 202511};

    (void)state;
    assert_true(receivable_empty(&owed));
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        assert_false(receivable_empty(&told[i]));
    }
    assert_true(receivable((struct receivable_in){202511, &bill, NULL}, &owed));
    assert_string_equal(text(true, owed), "0 + 5 - 2 = 3, since 202511");
}

/* Payments of the month itself that do not fit: the bill is held and there is no row. */
static void test_payments_over(void **state)
{
    struct receivable owed = {.closing_minor = 7};

    (void)state;
    script_bill(&world, "address 2025-01-01 US; change 2025-10-10 pro; pay 90000000000000000; pay 90000000000000000");
    assert_true(world.bill.status == BILL_HELD && world.bill.hold.reason == HOLD_OUT_OF_BOUNDS);
    assert_true(world.bill.payments_over);
    assert_false(receivable((struct receivable_in){202511, &world.bill, NULL}, &owed));
    assert_int_equal(owed.closing_minor, 7); /* untouched */
    script_bill(&world, "address 2025-01-01 US; change 2025-10-10 pro; pay 20");
    assert_false(world.bill.payments_over);
    script_bill(&world, "change 2025-10-10 pro; pay 20");
    assert_true(world.bill.status == BILL_HELD && !world.bill.payments_over && world.bill.collected_minor == 2000);
}

/* An account's life: what each month comes to, and payments for any of them, known from some run on. */
struct life {
    int64_t total_minor[MONTHS]; /* 0 may be held or nothing */
    enum bill_status status[MONTHS];
    struct {
        int month;
        int known; /* by the run of this month */
        int64_t amount_minor;
    } payments[PAYMENTS];
};

static void life_make(struct life *life, uint64_t *random)
{
    for (int month = 0; month < MONTHS; month++) {
        life->status[month] = (enum bill_status)random_up_to(random, 2);
        life->total_minor[month] = life->status[month] == BILL_INVOICED ? random_up_to(random, 100) - 20 : 0;
    }
    for (int i = 0; i < PAYMENTS; i++) {
        life->payments[i].month = (int)random_up_to(random, MONTHS - 1);
        life->payments[i].known = (int)random_up_to(random, MONTHS - 1);
        life->payments[i].amount_minor = random_up_to(random, 100) - 20;
    }
}

/* Payments for the months `first` to `last`, as a run of month `now` knows them. */
static int64_t paid(const struct life *life, int first, int last, int now)
{
    int64_t sum = 0;

    for (int i = 0; i < PAYMENTS; i++) {
        if (life->payments[i].month >= first && life->payments[i].month <= last && life->payments[i].known <= now) {
            sum += life->payments[i].amount_minor;
        }
    }
    return sum;
}

/* The first month up to `last` that is not paid as a run of month `now` knows it, or 0. */
static int32_t oldest_open(const struct life *life, int last, int now)
{
    for (int month = 0; month <= last; month++) {
        if (life->total_minor[month] > paid(life, month, month, now)) {
            return 202501 + month;
        }
    }
    return 0;
}

/* What the database would say of the months before. */
static struct account_history past(const struct life *life, int now, int64_t opening_minor)
{
    struct account_history history = {.opening_minor = opening_minor};

    history.open_minor = -paid(life, 0, now - 1, now);
    for (int month = 0; month < now; month++) {
        history.open_minor += life->total_minor[month];
    }
    history.oldest_open_month = oldest_open(life, now - 1, now);
    return history;
}

/* Rolled forward, collected is the payments that came to count since the run before, and no month is left out or told twice. */
static void test_roll_forward(void **state)
{
    (void)state;
    uint64_t random = 8;
    int failed = 0;
    int open = 0;

    for (int i = 0; i < LIVES; i++) {
        struct life life;
        int64_t closing_minor = 0;
        int64_t billed_minor = 0;

        life_make(&life, &random);
        for (int now = 0; now < MONTHS; now++) {
            struct account_history history = past(&life, now, closing_minor);
            struct bill bill = {.status = life.status[now], .total_minor = life.total_minor[now],
                                .collected_minor = paid(&life, now, now, now)};
            struct receivable owed = {0};
            bool there = receivable((struct receivable_in){202501 + now, &bill, &history}, &owed);
            int64_t came_in = paid(&life, 0, now, now) - (now > 0 ? paid(&life, 0, now - 1, now - 1) : 0);

            billed_minor += life.total_minor[now];
            int wrong = !there || owed.opening_minor != closing_minor || owed.billed_minor != life.total_minor[now];
            wrong += owed.opening_minor + owed.billed_minor - owed.collected_minor != owed.closing_minor;
            wrong += owed.collected_minor != came_in || owed.closing_minor != billed_minor - paid(&life, 0, now, now);
            wrong += owed.oldest_open_month != oldest_open(&life, now, now);
            closing_minor = owed.closing_minor;
            open += owed.oldest_open_month != 0 && owed.oldest_open_month < 202501 + now;
            failed += wrong > 0;
            if (wrong > 0) {
                print_error("life %d, month %d: %s\n", i, now, text(there, owed));
            }
        }
    }
    assert_int_equal(failed, 0);
    assert_true(open > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_row),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_payments_over),
        cmocka_unit_test(test_roll_forward),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
