/*
 * What a document means in double entry: its postings, their accounts' names,
 * their sums and their day.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "lib/ledger.h"

static struct plan plans[] = {{"free", "Free", 0}, {"pro", "Pro", 10}, {"pro:max;v2", "Pro Max", 20}, {" a  b ", "A", 30}};
static const struct catalogue catalogue = {.plans = plans, .plan_count = 4};

static struct bill_line lines[] = {
    {.kind = LINE_PLAN, .plan = 1, .amount_minor = 2000, .reason = "", .detail = ""},
    {.kind = LINE_PLAN_PRORATED, .plan = 1, .amount_minor = 667, .reason = "", .detail = ""},
    {.kind = LINE_PLAN_DISCOUNT, .plan = 1, .amount_minor = -667, .reason = "", .detail = ""},
    {.kind = LINE_PLAN_UPGRADE, .plan = 2, .amount_minor = 2500, .reason = "", .detail = ""},
    {.kind = LINE_OVERAGE, .plan = 2, .amount_minor = 400, .reason = "", .detail = ""},
    {.kind = LINE_ADJUSTMENT, .plan = PLAN_UNKNOWN, .amount_minor = -300, .reason = "goodwill", .detail = "Ann"},
    {.kind = LINE_TAX, .plan = PLAN_UNKNOWN, .amount_minor = 414, .reason = "Sales tax", .detail = "US"},
};
#define LINES (sizeof lines / sizeof lines[0])
#define TOTAL 5014

static const struct ledger_document invoice = {lines, LINES, TOTAL, 4600};

/* By index. A debit is above 0. */
static const struct {
    enum ledger_part part;
    int64_t amount_minor;
    const char *account;
} postings[] = {
    {LEDGER_BILLED, 5014, "assets:receivable"},
    {LEDGER_BILLED, -2000, "revenue:subscription:pro"},
    {LEDGER_BILLED, -667, "revenue:subscription:pro"},
    {LEDGER_BILLED, 667, "revenue:discounts:pro"},
    {LEDGER_BILLED, -2500, "revenue:subscription:pro%3Amax%3Bv2"},
    {LEDGER_BILLED, -400, "revenue:overage:pro%3Amax%3Bv2"},
    {LEDGER_BILLED, 300, "revenue:adjustments"},
    {LEDGER_BILLED, -414, "liabilities:tax:US:Sales tax"},
    {LEDGER_COLLECTED, 4600, "assets:cash"},
    {LEDGER_COLLECTED, -4600, "assets:receivable"},
};
#define POSTINGS (sizeof postings / sizeof postings[0])

static void test_postings(void **state)
{
    char account[LEDGER_ACCOUNT_MAX];
    int failed = 0;

    (void)state;
    assert_int_equal(ledger_posting_count(&invoice), POSTINGS);
    for (size_t i = 0; i < POSTINGS; i++) {
        struct ledger_posting got = ledger_posting(&invoice, i);
        size_t line = i >= 1 && i <= LINES ? i - 1 : LEDGER_NO_LINE;
        ledger_account(&LEDGER_NAMES_DEFAULT, &catalogue, &got, account);
        if (got.part != postings[i].part || got.amount_minor != postings[i].amount_minor || got.line != line ||
            strcmp(account, postings[i].account) != 0) {
            print_error("posting %zu: got %" PRId64 " to %s\n", i, got.amount_minor, account);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* What people chose freely, below a role's name. */
static const struct {
    const char *tax;
    const char *account;
} taxes[] = {
    {"VAT", "liabilities:tax:DE:VAT"},
    {"", "liabilities:tax:DE:"},
    {"a  b", "liabilities:tax:DE:a%20%20b"},
    {" VAT ", "liabilities:tax:DE:%20VAT%20"},
    {"GST; a:b", "liabilities:tax:DE:GST%3B a%3Ab"},
    {"(VAT)", "liabilities:tax:DE:%28VAT%29"},
    {"100% tax", "liabilities:tax:DE:100%25 tax"},
    {"-5", "liabilities:tax:DE:%2D5"},
    {"a\tb\nc", "liabilities:tax:DE:a%09b%0Ac"},
    {"M\xC3\xA4rz", "liabilities:tax:DE:M\xC3\xA4rz"},
    {"a\xC2\xA0" "b", "liabilities:tax:DE:a%C2%A0b"},
    {"a\xFF" "b", "liabilities:tax:DE:a%FFb"},
    {"a-b_c.d&e/f+g", "liabilities:tax:DE:a-b_c.d&e/f+g"},
    {"/a", "liabilities:tax:DE:%2Fa"},
    {"09:AZ@[`az{", "liabilities:tax:DE:09%3AAZ%40%5B%60az%7B"},
    {"a :b", "liabilities:tax:DE:a%20%3Ab"},
    {"a: b", "liabilities:tax:DE:a%3A%20b"},
    {"\xC2\xAC\xC2\xAD\xC2\xAE", "liabilities:tax:DE:\xC2\xAC%C2%AD\xC2\xAE"},   /* U+00AD between two that are seen */
    {"\xE2\x80\x8F\xE2\x80\x90", "liabilities:tax:DE:%E2%80%8F\xE2\x80\x90"}, /* U+200F, and U+2010 */
    {"\xE2\x80\x8B", "liabilities:tax:DE:%E2%80%8B"},         /* U+200B, which nobody sees */
    {"\xE3\x80\x80z", "liabilities:tax:DE:%E3%80%80z"},       /* U+3000, a blank */
    {"\xE3\x80\x81", "liabilities:tax:DE:\xE3\x80\x81"},     /* U+3001 */
    {"\xE2\x80\xA7", "liabilities:tax:DE:\xE2\x80\xA7"},     /* U+2027, before the unseen */
};

static void test_free_texts(void **state)
{
    char account[LEDGER_ACCOUNT_MAX];
    char longest[TEXT_BYTES_MAX + 1];
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof taxes / sizeof taxes[0]; i++) {
        struct ledger_posting posting = {
            .role = LEDGER_TAX_PAYABLE, .plan = PLAN_UNKNOWN, .country = "DE", .tax = taxes[i].tax};
        ledger_account(&LEDGER_NAMES_DEFAULT, &catalogue, &posting, account);
        if (strcmp(account, taxes[i].account) != 0) {
            print_error("'%s': got '%s'\n", taxes[i].tax, account);
            failed++;
        }
    }
    struct ledger_posting of_plan = {.role = LEDGER_REVENUE_OVERAGE, .plan = 3, .country = "", .tax = ""};
    ledger_account(&LEDGER_NAMES_DEFAULT, &catalogue, &of_plan, account);
    assert_string_equal(account, "revenue:overage:%20a%20%20b%20");
    memset(longest, ';', TEXT_BYTES_MAX);
    longest[TEXT_BYTES_MAX] = '\0';
    struct ledger_posting of_tax = {.role = LEDGER_TAX_PAYABLE, .plan = PLAN_UNKNOWN, .country = "DE", .tax = longest};
    ledger_account(&LEDGER_NAMES_DEFAULT, &catalogue, &of_tax, account);
    assert_int_equal(strlen(account), strlen("liabilities:tax:DE:") + 3 * TEXT_BYTES_MAX);
    assert_int_equal(failed, 0);
}

static bool post_all(struct ledger_sums *sums, const struct ledger_document *document)
{
    for (size_t i = 0; i < ledger_posting_count(document); i++) {
        struct ledger_posting posting = ledger_posting(document, i);
        if (!ledger_sums_post(sums, &posting)) {
            return false;
        }
    }
    return true;
}

static void test_sums(void **state)
{
    struct ledger_sums sums = {0};
    struct ledger_document refunded = {&lines[5], 1, -300, -1000};
    int64_t billed = 0;

    (void)state;
    assert_true(post_all(&sums, &invoice));
    assert_true(post_all(&sums, &refunded));
    assert_int_equal(sums.debit_minor, sums.credit_minor);
    assert_int_equal(sums.debit_minor, 5014 + 667 + 300 + 4600 + 300 + 1000);
    assert_int_equal(sums.balance_minor[LEDGER_CASH], 3600);
    assert_int_equal(sums.balance_minor[LEDGER_RECEIVABLE], 5014 - 4600 - 300 + 1000);
    assert_int_equal(sums.balance_minor[LEDGER_REVENUE_DISCOUNT], 667);
    assert_int_equal(sums.balance_minor[LEDGER_ADJUSTMENT], 600);
    assert_true(ledger_sums_billed(&sums, &billed));
    assert_int_equal(billed, 5014 - 300);
}

/* A document whose total is not its lines' sum: debits and credits part. */
static void test_wrong_total(void **state)
{
    struct ledger_sums sums = {0};
    struct ledger_document wrong = {lines, LINES, TOTAL + 1, 4600};

    (void)state;
    assert_true(post_all(&sums, &wrong));
    assert_int_equal(sums.debit_minor - sums.credit_minor, 1);
}

static void test_too_much(void **state)
{
    struct ledger_sums debits = {.debit_minor = INT64_MAX - 5013};
    struct ledger_sums balance = {.balance_minor = {[LEDGER_RECEIVABLE] = INT64_MAX - 5013}};
    struct ledger_sums billed = {.balance_minor = {[LEDGER_RECEIVABLE] = INT64_MAX, [LEDGER_CASH] = 1}};
    int64_t sum = 0;

    (void)state;
    assert_false(post_all(&debits, &invoice));
    assert_false(post_all(&balance, &invoice));
    assert_false(ledger_sums_billed(&billed, &sum));
}

/* The smallest posting is on its own side. */
static void test_one_minor_unit(void **state)
{
    const struct ledger_posting debit = {.role = LEDGER_CASH, .amount_minor = 1};
    const struct ledger_posting credit = {.role = LEDGER_CASH, .amount_minor = -1};
    struct ledger_sums sums = {0};

    (void)state;
    assert_true(ledger_sums_post(&sums, &debit));
    assert_int_equal(sums.debit_minor, 1);
    assert_int_equal(sums.credit_minor, 0);
    assert_true(ledger_sums_post(&sums, &credit));
    assert_int_equal(sums.debit_minor, 1);
    assert_int_equal(sums.credit_minor, 1);
}

static void test_days_and_roles(void **state)
{
    (void)state;
    assert_int_equal(ledger_posting_day(false, 202511, INT64_C(1764720000000)), 20251130);
    assert_int_equal(ledger_posting_day(false, 202402, INT64_C(1764720000000)), 20240229);
    assert_int_equal(ledger_posting_day(true, 202511, INT64_C(1764720000000)), 20251203);
    for (enum ledger_role role = 0; role < LEDGER_ROLES; role++) {
        assert_int_equal(ledger_role_of(ledger_role_name(role)), role);
        assert_true(ledger_name_valid(LEDGER_NAMES_DEFAULT.names[role]));
    }
    assert_int_equal(ledger_role_of("bribes"), LEDGER_ROLES);
}

static const struct {
    const char *name;
    bool valid;
} names[] = {
    {"assets:receivable", true},  {"1200 Receivables", true},  {"a", true},           {"M\xC3\xA4rz:Umsatz", true},
    {"a:b", true},
    {"assertion", true},          {"assets:check x", true},    {"express", true},     {"a-b_c.d&e/f+g", true},
    {"", false},                  {":a", false},               {"a:", false},         {"a::b", false},
    {" a", false},                {"a ", false},               {"a  b", false},       {"a :b", false},
    {"a: b", false},              {"-a", false},               {"a;b", false},        {"a\tb", false},
    {"assert", false},            {"check x", false},          {"expr a:b", false},   {"a\xFF", false},
    {"a:\xFF", false},            {"\xC2\xA0", false},        {"(a)", false},        {"a:-b", false},
};

/* The bounds of what is a space to some reader, or seen by nobody: all of it is no letter, its neighbours are. */
static const struct {
    uint32_t first, last;
} unseen[] = {
    {0x80, 0xA0},     {0xAD, 0xAD},     {0x1680, 0x1680}, {0x180E, 0x180E}, {0x2000, 0x200F},
    {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF},
};

static bool is_name_of(uint32_t point)
{
    char name[5] = "";

    if (point < 0x80) {
        name[0] = (char)point;
    } else if (point < 0x800) {
        name[0] = (char)(0xC0 | point >> 6);
        name[1] = (char)(0x80 | (point & 0x3F));
    } else {
        name[0] = (char)(0xE0 | point >> 12);
        name[1] = (char)(0x80 | (point >> 6 & 0x3F));
        name[2] = (char)(0x80 | (point & 0x3F));
    }
    return ledger_name_valid(name);
}

static void test_unseen_characters(void **state)
{
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof unseen / sizeof unseen[0]; i++) {
        bool before = is_name_of(unseen[i].first - 1) == (unseen[i].first > 0x80) /* U+007F is none either */;
        if (!before || is_name_of(unseen[i].first) || is_name_of(unseen[i].last) || !is_name_of(unseen[i].last + 1)) {
            print_error("U+%04X .. U+%04X\n", (unsigned)unseen[i].first, (unsigned)unseen[i].last);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* The last role's name may be as long as any. */
static void test_longest_account(void **state)
{
    static struct ledger_names longest;
    const struct ledger_posting posting = {.role = LEDGER_CASH, .plan = PLAN_UNKNOWN, .country = "", .tax = ""};
    char account[LEDGER_ACCOUNT_MAX];

    (void)state;
    memset(longest.names[LEDGER_CASH], 'a', LEDGER_NAME_BYTES_MAX);
    ledger_account(&longest, &catalogue, &posting, account);
    assert_string_equal(account, longest.names[LEDGER_CASH]);
}

/* What a role may be called. */
static void test_names(void **state)
{
    char longest[LEDGER_NAME_BYTES_MAX + 2];
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (ledger_name_valid(names[i].name) != names[i].valid) {
            print_error("'%s': want %d\n", names[i].name, names[i].valid);
            failed++;
        }
    }
    memset(longest, 'a', sizeof longest);
    longest[LEDGER_NAME_BYTES_MAX + 1] = '\0';
    assert_false(ledger_name_valid(longest));
    longest[LEDGER_NAME_BYTES_MAX] = '\0';
    assert_true(ledger_name_valid(longest));
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_postings),    cmocka_unit_test(test_free_texts), cmocka_unit_test(test_sums),
        cmocka_unit_test(test_names),       cmocka_unit_test(test_unseen_characters), cmocka_unit_test(test_one_minor_unit),
        cmocka_unit_test(test_longest_account),
        cmocka_unit_test(test_wrong_total), cmocka_unit_test(test_too_much),   cmocka_unit_test(test_days_and_roles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
