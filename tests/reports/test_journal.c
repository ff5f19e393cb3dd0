/* The journal by itself: what is posted, what is left out, what is summed, and sums that no longer fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/journal.h"
#include "tests/reports/hand_bill.h"

#define AS_OF INT64_C(1764720000000) /* 2025-12-03T00:00:00Z */
#define ROWS "journal.csv"

static struct plan plans[] = {{"free", "Free", 0}, {"pro", "Pro", 10}};
static const struct catalogue catalogue = {.plans = plans, .plan_count = 2};

static char directory[256];
static struct journal journal;
static struct csv rows;

static void begin(struct csv *csv, const char *name)
{
    struct err err = {0};
    char path[512];

    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    assert_true(file >= 0);
    assert_int_equal(csv_begin(csv, file, path, &err), ERR_NONE);
}

static int set_up(void **state)
{
    (void)state;
    hand_directory(directory, sizeof directory);
    journal = (struct journal){.names = &LEDGER_NAMES_DEFAULT, .catalogue = &catalogue};
    begin(&rows, ROWS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    csv_release(&rows);
    journal_release(&journal);
    hand_remove(directory);
    return 0;
}

static struct bill_line plan_line(int64_t amount_minor)
{
    return (struct bill_line){.kind = LINE_PLAN, .plan = 1, .amount_minor = amount_minor, .reason = "", .detail = ""};
}

static struct bill_line adjustment(int64_t amount_minor)
{
    return (struct bill_line){
        .kind = LINE_ADJUSTMENT, .plan = PLAN_UNKNOWN, .amount_minor = amount_minor, .reason = "", .detail = ""};
}

struct posted { /* a document of up to two lines */
    const char *currency;
    int digits;
    int32_t day;
    struct bill_line lines[2];
    size_t line_count;
    int64_t collected_minor;
};

static void post(const struct posted *posted)
{
    struct err err = {0};
    struct journal_document document = {
        .number = "INV-1", .account_id = "acme", .currency = posted->currency, .digits = posted->digits, .month = 202511,
        .day = posted->day, .ledger = {posted->lines, posted->line_count, 0, posted->collected_minor}};

    for (size_t i = 0; i < posted->line_count; i++) {
        document.ledger.total_minor += posted->lines[i].amount_minor;
    }
    for (size_t i = 0; i < ledger_posting_count(&document.ledger); i++) {
        if (journal_post(&journal, &rows, &document, i, "=line", &err) != ERR_NONE) {
            fail_msg("%s", err.text);
        }
    }
}

/* What is in journal.csv now; freed by the caller. */
static char *rows_written(void)
{
    struct err err = {0};
    char hex[DIGEST_HEX_MAX];
    size_t length = 0;

    assert_int_equal(csv_close(&rows, hex, &err), ERR_NONE);
    return hand_read(directory, ROWS, &length);
}

static void expect_rows(const char *want)
{
    char *got = rows_written();

    assert_string_equal(got, want);
    free(got);
}

/* journal.hledger but for the two lines of its title. */
static void expect_ledger(const char *want)
{
    struct err err = {0};
    struct csv file;
    char hex[DIGEST_HEX_MAX];
    size_t length = 0;
    static const char TITLE[] =
        "; Journal of 2025-11, run 1-close, as of 2025-12-03T00:00:00Z\n"
        "; For each currency what was billed and what was collected; journal.csv has every document\n";

    begin(&file, JOURNAL_LEDGER_FILE);
    assert_int_equal(journal_write(&journal, (struct journal_title){202511, "1-close", AS_OF}, &file, &err), ERR_NONE);
    assert_int_equal(csv_close(&file, hex, &err), ERR_NONE);
    char *got = hand_read(directory, JOURNAL_LEDGER_FILE, &length);
    assert_true(strncmp(got, TITLE, strlen(TITLE)) == 0);
    assert_string_equal(got + strlen(TITLE), want);
    free(got);
}

static void test_nothing(void **state)
{
    struct ledger_sums sums = {.debit_minor = 5};

    (void)state;
    expect_ledger("");
    assert_true(journal_sums(&journal, "USD", &sums));
    assert_int_equal(sums.debit_minor, 0);
}

/* Lines of 0 and what was not collected are not posted. */
static void test_zeros_left_out(void **state)
{
    (void)state;
    post(&(struct posted){"USD", 2, 20251130, {plan_line(2000), adjustment(0)}, 2, 0});
    post(&(struct posted){"USD", 2, 20251130, {plan_line(0)}, 1, 0});
    post(&(struct posted){"JPY", 0, 20251130, {adjustment(0)}, 1, 0});
    expect_rows("2025-11-30,2025-11,INV-1,acme,assets:receivable,20.00,,USD,Billed\n"
                "2025-11-30,2025-11,INV-1,acme,revenue:subscription:pro,,20.00,USD,'=line\n");
    expect_ledger("\n"
                  "commodity USD\n"
                  "  format 1000.00 USD\n"
                  "\n"
                  "account assets:receivable\n"
                  "account revenue:subscription:pro\n"
                  "\n"
                  "2025-11-30 Billed for 2025-11 in USD\n"
                  "    assets:receivable          20.00 USD\n"
                  "    revenue:subscription:pro  -20.00 USD\n");
}

/* Signs: a negative total is a credit to what is owed, a refund one to cash. */
static void test_negatives(void **state)
{
    (void)state;
    post(&(struct posted){"BHD", 3, 20251130, {adjustment(-1500)}, 1, -2500});
    expect_rows("2025-11-30,2025-11,INV-1,acme,assets:receivable,,1.500,BHD,Billed\n"
                "2025-11-30,2025-11,INV-1,acme,revenue:adjustments,1.500,,BHD,'=line\n"
                "2025-11-30,2025-11,INV-1,acme,assets:cash,,2.500,BHD,Refunded\n"
                "2025-11-30,2025-11,INV-1,acme,assets:receivable,2.500,,BHD,Refunded\n");
    expect_ledger("\n"
                  "commodity BHD\n"
                  "  format 1000.000 BHD\n"
                  "\n"
                  "account assets:cash\n"
                  "account assets:receivable\n"
                  "account revenue:adjustments\n"
                  "\n"
                  "2025-11-30 Billed for 2025-11 in BHD\n"
                  "    assets:receivable    -1.500 BHD\n"
                  "    revenue:adjustments   1.500 BHD\n"
                  "\n"
                  "2025-11-30 Collected for 2025-11 in BHD\n"
                  "    assets:cash        -2.500 BHD\n"
                  "    assets:receivable   2.500 BHD\n");
}

/* Accounts that come to nothing are left out, and a transaction in which all do. */
static void test_sums_of_zero(void **state)
{
    (void)state;
    post(&(struct posted){"USD", 2, 20251130, {plan_line(2000), adjustment(-300)}, 2, 700});
    post(&(struct posted){"USD", 2, 20251130, {adjustment(300)}, 1, -700});
    expect_ledger("\n"
                  "commodity USD\n"
                  "  format 1000.00 USD\n"
                  "\n"
                  "account assets:cash\n"
                  "account assets:receivable\n"
                  "account revenue:adjustments\n"
                  "account revenue:subscription:pro\n"
                  "\n"
                  "2025-11-30 Billed for 2025-11 in USD\n"
                  "    assets:receivable          20.00 USD\n"
                  "    revenue:subscription:pro  -20.00 USD\n");
}

/* By currency, then day; and two roles may share a name. */
static void test_order_and_shared_names(void **state)
{
    struct ledger_names names = LEDGER_NAMES_DEFAULT;
    struct ledger_sums sums;

    (void)state;
    (void)strcpy(names.names[LEDGER_RECEIVABLE], "Bank");
    (void)strcpy(names.names[LEDGER_CASH], "Bank");
    (void)strcpy(names.names[LEDGER_ADJUSTMENT], "Erl\xC3\xB6se");
    journal.names = &names;
    post(&(struct posted){"USD", 2, 20251203, {adjustment(100)}, 1, 100});
    post(&(struct posted){"JPY", 0, 20251130, {adjustment(100)}, 1, 0});
    post(&(struct posted){"USD", 2, 20251130, {adjustment(1000)}, 1, 0});
    expect_ledger("\n"
                  "commodity JPY\n"
                  "commodity USD\n"
                  "  format 1000.00 USD\n"
                  "\n"
                  "account Bank\n"
                  "account Erl\xC3\xB6se\n"
                  "\n"
                  "2025-11-30 Billed for 2025-11 in JPY\n"
                  "    Bank     100 JPY\n"
                  "    Erl\xC3\xB6se  -100 JPY\n"
                  "\n"
                  "2025-11-30 Billed for 2025-11 in USD\n"
                  "    Bank     10.00 USD\n"
                  "    Erl\xC3\xB6se  -10.00 USD\n"
                  "\n"
                  "2025-12-03 Billed for 2025-11 in USD\n"
                  "    Bank     1.00 USD\n"
                  "    Erl\xC3\xB6se  -1.00 USD\n");
    assert_true(journal_sums(&journal, "USD", &sums));
    assert_int_equal(sums.balance_minor[LEDGER_RECEIVABLE], 1000);
    assert_int_equal(sums.balance_minor[LEDGER_CASH], 100);
    assert_int_equal(sums.debit_minor, 1200);
    assert_int_equal(sums.credit_minor, 1200);
}

/* More accounts than the first room for them: each once, by name. */
static void test_many_accounts(void **state)
{
    enum { TAXES = 500 };
    char name[TAXES][16];
    struct err err = {0};

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < TAXES; i++) {
            (void)snprintf(name[i], sizeof name[i], "tax %d", i * 7919 % TAXES);
            struct bill_line line = {
                .kind = LINE_TAX, .plan = PLAN_UNKNOWN, .amount_minor = 1, .reason = name[i], .detail = "DE"};
            struct journal_document document = {.number = "INV-1", .account_id = "acme", .currency = "USD", .digits = 2,
                                                .month = 202511, .day = 20251130, .ledger = {&line, 1, 1, 0}};
            for (size_t j = 0; j < 2; j++) {
                assert_int_equal(journal_post(&journal, &rows, &document, j, "", &err), ERR_NONE);
            }
        }
    }
    assert_int_equal(journal.account_count, TAXES + 1);
    for (size_t i = 1; i < journal.account_count; i++) {
        assert_true(strcmp(journal.accounts[i - 1].name, journal.accounts[i].name) < 0);
        assert_int_equal(journal.accounts[i].amount_minor, -2);
    }
}

static void test_too_much(void **state)
{
    struct posted most = {"USD", 2, 20251130, {plan_line(INT64_MAX / 3)}, 1, 0};
    struct ledger_sums sums;

    (void)state;
    for (int i = 0; i < 3; i++) {
        post(&most);
        assert_true(journal_sums(&journal, "USD", &sums));
    }
    post(&most);
    assert_false(journal_sums(&journal, "USD", &sums));
    assert_false(journal_sums(&journal, "JPY", &sums));
}

#define JOURNAL_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        JOURNAL_TEST(test_nothing),   JOURNAL_TEST(test_zeros_left_out),         JOURNAL_TEST(test_negatives),
        JOURNAL_TEST(test_sums_of_zero), JOURNAL_TEST(test_order_and_shared_names), JOURNAL_TEST(test_many_accounts),
        JOURNAL_TEST(test_too_much),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
