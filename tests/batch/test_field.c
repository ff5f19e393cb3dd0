/* The types of the input tables: what fits, what does not, and how the reason reads. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "batch/field.h"

#define X16 "xxxxxxxxxxxxxxxx"
#define X64 X16 X16 X16 X16
#define X200 X64 X64 X64 "xxxxxxxx"
#define NO_LEDGER_NAME                                                                                                  \
    "is no account of a ledger: parts between ':', each of letters, digits, - _ . & / + and single blanks and "         \
    "beginning with a letter or digit; its first word is not assert, check or expr"
#define X500 X64 X64 X64 X64 X64 X64 X64 X16 X16 X16 "xxxx"

/* Numbers, instants and dates: the value, or the reason. */
static const struct {
    enum column_type type;
    const char *text;
    int digits; /* of the currency, for money; -9: signed, with 2 */
    int64_t want;
    const char *reason; /* NULL: it fits */
} numbers[] = {
    {COLUMN_INSTANT, "1970-01-01T00:00:00Z", 0, 0, NULL},
    {COLUMN_INSTANT, "2025-11-21T01:00:00.25+01:00", 0, 1763683200250, NULL},
    {COLUMN_INSTANT, "2025-11-21", 0, 0, "is not an instant like 2026-06-21T00:00:00Z, up to milliseconds"},
    {COLUMN_INSTANT, "2025-11-21T00:00:00.0001Z", 0, 0,
     "is not an instant like 2026-06-21T00:00:00Z, up to milliseconds"},
    {COLUMN_INSTANT, "2025-02-30T00:00:00Z", 0, 0, "is not a possible date or time"},
    {COLUMN_INSTANT, "2025-02-01T25:00:00Z", 0, 0, "is not a possible date or time"},
    {COLUMN_INSTANT, "2016-12-31T23:59:60Z", 0, 0, "is not a possible date or time"},
    {COLUMN_INSTANT, "1969-12-31T23:59:59Z", 0, 0, "is not in the years 1970 to 9999"},
    {COLUMN_INSTANT, "", 0, 0, "is empty"},
    {COLUMN_DAY, "2026-06-21", 0, 20260621, NULL},
    {COLUMN_DAY, "2026-06-31", 0, 0, "is not a possible date or time"},
    {COLUMN_DAY, "2026-6-1", 0, 0, "is not a day like 2026-06-21"},
    {COLUMN_MONTH, "2026-06", 0, 202606, NULL},
    {COLUMN_MONTH, "2026-13", 0, 0, "is not a possible date or time"},
    {COLUMN_MONTH, "202606", 0, 0, "is not a month like 2026-06"},
    {COLUMN_MONEY, "6.67", 2, 667, NULL},
    {COLUMN_MONEY, "6.6", 2, 660, NULL},
    {COLUMN_MONEY, "6.678", 3, 6678, NULL},
    {COLUMN_MONEY, "6.678", 2, 0, "has more than 2 decimals, the most of its currency"},
    {COLUMN_MONEY, "667", 0, 667, NULL},
    {COLUMN_MONEY, "6.67", 0, 0, "has decimals, its currency has none"},
    {COLUMN_MONEY, "100000000000", 2, 10000000000000, NULL},
    {COLUMN_MONEY, "100000000000.01", 2, 0, "is out of bounds: 0 to 100000000000"},
    {COLUMN_MONEY, "-1", 2, 0, "is out of bounds: 0 to 100000000000"},
    {COLUMN_MONEY, "-1", -9, -100, NULL},
    {COLUMN_MONEY, "-100000000000.01", -9, 0, "is out of bounds: -100000000000 to 100000000000"},
    {COLUMN_MONEY, "1,000", 2, 0, "is not a plain decimal number"},
    {COLUMN_MONEY, "x", 0, 0, "is not a plain decimal number"},
    {COLUMN_UNIT_PRICE, "0.04", 0, 40000, NULL},
    {COLUMN_UNIT_PRICE, "1000000", 0, 1000000000000, NULL},
    {COLUMN_UNIT_PRICE, "1000000.000001", 0, 0, "is out of bounds: 0 to 1000000"},
    {COLUMN_CREDITS, "812.4", 0, 81240, NULL},
    {COLUMN_CREDITS, "812.400", 0, 0, "has more than 2 decimals"},
    {COLUMN_CREDITS, "10000000000", 0, 1000000000000, NULL},
    {COLUMN_CREDITS, "10000000000.01", 0, 0, "is out of bounds: 0 to 10000000000"},
    {COLUMN_QUANTITY, "1.25", 0, 1250000, NULL},
    {COLUMN_QUANTITY, "100000", 0, 100000000000, NULL},
    {COLUMN_QUANTITY, "100000.000001", 0, 0, "is out of bounds: 0 to 100000"},
    {COLUMN_QUANTITY, "-0.000001", 0, 0, "is out of bounds: 0 to 100000"},
    {COLUMN_QUANTITY, "1.2500000", 0, 0, "has more than 6 decimals"},
    {COLUMN_QUANTITY, "abc", 0, 0, "is not a plain decimal number"},
    {COLUMN_QUANTITY, "1e3", 0, 0, "is not a plain decimal number"},
    {COLUMN_QUANTITY, " 1", 0, 0, "is not a plain decimal number"},
    {COLUMN_QUANTITY, "+1", 0, 0, "is not a plain decimal number"},
    {COLUMN_SOURCE_QUANTITY, "1000000000000", 0, 1000000000000000000, NULL},
    {COLUMN_SOURCE_QUANTITY, "1000000000000.000001", 0, 0, "is out of bounds: 0 to 1000000000000"},
    {COLUMN_MULTIPLIER, "1.3", 0, 1300000, NULL},
    {COLUMN_MULTIPLIER, "100", 0, 100000000, NULL},
    {COLUMN_MULTIPLIER, "0", 0, 0, "is out of bounds: 0.000001 to 100"},
    {COLUMN_MULTIPLIER, "100.1", 0, 0, "is out of bounds: 0.000001 to 100"},
    {COLUMN_PERCENT, "19", 0, 190000, NULL},
    {COLUMN_PERCENT, "8.1", 0, 81000, NULL},
    {COLUMN_PERCENT, "100.0001", 0, 0, "is out of bounds: 0 to 100"},
    {COLUMN_PERCENT, "8.12345", 0, 0, "has more than 4 decimals"},
    {COLUMN_COUNT, "0", 0, 0, NULL},
    {COLUMN_COUNT, "1000000000", 0, 1000000000, NULL},
    {COLUMN_COUNT, "1000000001", 0, 0, "is out of bounds: 0 to 1000000000"},
    {COLUMN_COUNT, "1.0", 0, 0, "is not a whole number"},
    {COLUMN_COUNT, "many", 0, 0, "is not a whole number"},
    {COLUMN_LIMIT, "1", 0, 1, NULL},
    {COLUMN_LIMIT, "0", 0, 0, "is out of bounds: 1 to 1000000000"},
    {COLUMN_FLAG, "0", 0, 0, NULL},
    {COLUMN_FLAG, "1", 0, 1, NULL},
    {COLUMN_FLAG, "2", 0, 0, "is neither 0 nor 1"},
    {COLUMN_FLAG, "01", 0, 0, "is neither 0 nor 1"},
    {COLUMN_FLAG, "true", 0, 0, "is neither 0 nor 1"},
};

/* Texts and codes: the text kept, or the reason. */
static const struct {
    enum column_type type;
    const char *text;
    const char *policy;
    const char *want;   /* NULL: not judged, read as NULL */
    const char *reason; /* NULL: it fits */
} texts[] = {
    {COLUMN_ID, "acc-1", NULL, "acc-1", NULL},
    {COLUMN_ID, X64, NULL, X64, NULL},
    {COLUMN_ID, X64 "x", NULL, NULL, "is longer than 64 bytes"},
    {COLUMN_ID, "a\tb", NULL, NULL, "has a control character"},
    {COLUMN_ID, "a\xC2\x85", NULL, NULL, "has a control character"},
    {COLUMN_ID, "", NULL, NULL, "is empty"},
    {COLUMN_TEXT, "", NULL, "", NULL},
    {COLUMN_TEXT, "two\nlines", NULL, "two\nlines", NULL},
    {COLUMN_TEXT, X500, NULL, X500, NULL},
    {COLUMN_TEXT, X500 "x", NULL, NULL, "is longer than 500 bytes"},
    {COLUMN_CURRENCY, "USD", NULL, "USD", NULL},
    {COLUMN_CURRENCY, "usd", NULL, NULL, "is not a currency code of ISO 4217"},
    {COLUMN_CURRENCY, "ABC", NULL, NULL, "is not a currency code of ISO 4217"},
    {COLUMN_COUNTRY, "DE", NULL, "DE", NULL},
    {COLUMN_COUNTRY, "UK", NULL, NULL, "is not a country code of ISO 3166-1"},
    {COLUMN_REGION, "BY", NULL, "BY", NULL},
    {COLUMN_REGION, "09", NULL, "09", NULL},
    {COLUMN_REGION, "DE-BY", NULL, NULL, "is not a region: the part of ISO 3166-2 after the dash"},
    {COLUMN_CUSTOMER, "business", NULL, "business", NULL},
    {COLUMN_CUSTOMER, "firm", NULL, NULL, "is not one of any, consumer, business"},
    {COLUMN_ROUNDING, "document", NULL, "document", NULL},
    {COLUMN_ROUNDING, "up", NULL, NULL, "is not one of line, document"},
    {COLUMN_TABLE, "usage_events", NULL, "usage_events", NULL},
    {COLUMN_TABLE, "accounts", NULL, NULL,
     "is not one of billing_addresses, plan_changes, overage_settings, credit_grants, payments, adjustments, "
     "usage_events"},
    {COLUMN_POLICY, "proration", NULL, "proration", NULL},
    {COLUMN_POLICY, "kindness", NULL, NULL,
     "is not one of proration, first_month_allowance, headroom_percent, close_grace_hours, held_limit_percent"},
    {COLUMN_VALUE, "second", "proration", "second", NULL},
    {COLUMN_VALUE, "minute", "proration", NULL, "is not one of day_inclusive, day_exclusive, second"},
    {COLUMN_VALUE, "full", "first_month_allowance", "full", NULL},
    {COLUMN_VALUE, "second", "first_month_allowance", NULL, "is not one of full, prorated"},
    {COLUMN_VALUE, "100", "headroom_percent", "100", NULL},
    {COLUMN_VALUE, "101", "headroom_percent", NULL, "is not a whole number from 0 to 100, as headroom_percent is"},
    {COLUMN_VALUE, "010", "held_limit_percent", "10", NULL},
    {COLUMN_VALUE, "-0", "held_limit_percent", "0", NULL},
    {COLUMN_VALUE, "00", "held_limit_percent", "0", NULL},
    {COLUMN_VALUE, "2000", "close_grace_hours", "2000", NULL},
    {COLUMN_VALUE, "2001", "close_grace_hours", NULL,
     "is not a whole number from 0 to 2000, as close_grace_hours is"},
    {COLUMN_VALUE, "anything", "kindness", NULL, NULL},
    {COLUMN_ROLE, "tax_payable", NULL, "tax_payable", NULL},
    {COLUMN_ROLE, "bribes", NULL, NULL,
     "is not one of receivable, revenue_subscription, revenue_discount, revenue_overage, adjustment, tax_payable, cash"},
    {COLUMN_LEDGER_NAME, "assets:1200 Debtors", NULL, "assets:1200 Debtors", NULL},
    {COLUMN_LEDGER_NAME, X200, NULL, X200, NULL},
    {COLUMN_LEDGER_NAME, X200 "x", NULL, NULL, "is longer than 200 bytes"},
    {COLUMN_LEDGER_NAME, "assets:", NULL, NULL, NO_LEDGER_NAME},
    {COLUMN_LEDGER_NAME, "=cmd", NULL, NULL, NO_LEDGER_NAME},
    {COLUMN_LEDGER_NAME, "check in", NULL, NULL, NO_LEDGER_NAME},
    {COLUMN_LEDGER_NAME, "", NULL, NULL, "is empty"},
};

static bool read_one(enum column_type type, const char *text, int digits, const char *policy, struct value *value,
                     char reason[FIELD_REASON_MAX])
{
    struct column column = {.name = "column", .type = type, .signed_money = digits == -9};
    struct field_in in = {.column = &column,
                          .text = text,
                          .length = strlen(text),
                          .currency_digits = digits == -9 ? 2 : digits,
                          .policy = policy};

    return field_read(in, value, reason);
}

static void test_numbers(void **state)
{
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char reason[FIELD_REASON_MAX] = "";
        struct value value = {.kind = VALUE_TEXT, .integer = -7};
        bool fits = read_one(numbers[i].type, numbers[i].text, numbers[i].digits, NULL, &value, reason);
        bool right = numbers[i].reason == NULL
                         ? fits && value.kind == VALUE_INTEGER && value.integer == numbers[i].want
                         : !fits && value.integer == -7 && strcmp(reason, numbers[i].reason) == 0;
        if (!right) {
            print_error("type %d '%s': got %s %" PRId64 " '%s'\n", (int)numbers[i].type, numbers[i].text,
                        fits ? "a value" : "a reason", value.integer, reason);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static bool text_is(const struct value *value, const char *want)
{
    if (want == NULL) {
        return value->kind == VALUE_NULL;
    }
    return value->kind == VALUE_TEXT && value->length == strlen(want) && memcmp(value->text, want, value->length) == 0;
}

static void test_texts(void **state)
{
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char reason[FIELD_REASON_MAX] = "";
        struct value value = {.kind = VALUE_INTEGER};
        bool fits = read_one(texts[i].type, texts[i].text, 0, texts[i].policy, &value, reason);
        bool right = texts[i].reason == NULL ? fits && text_is(&value, texts[i].want)
                                             : !fits && strcmp(reason, texts[i].reason) == 0;
        if (!right) {
            print_error("type %d '%s': got %s '%s'\n", (int)texts[i].type, texts[i].text,
                        fits ? "a value" : "a reason", reason);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_optional_and_empty_is_null(void **state)
{
    (void)state;
    for (int type = COLUMN_ID; type <= COLUMN_LEDGER_NAME; type++) {
        struct column column = {.name = "column", .type = (enum column_type)type, .optional = true};
        struct field_in in = {.column = &column, .text = "", .policy = "proration"};
        struct value value = {.kind = VALUE_INTEGER};
        char reason[FIELD_REASON_MAX];
        assert_true(field_read(in, &value, reason));
        assert_true(value.kind == VALUE_NULL);
    }
}

static void test_money_of_an_unknown_currency_is_not_judged(void **state)
{
    struct value value = {.kind = VALUE_INTEGER};
    char reason[FIELD_REASON_MAX];

    (void)state;
    assert_true(read_one(COLUMN_MONEY, "6.67", -1, NULL, &value, reason));
    assert_true(value.kind == VALUE_NULL);
}

static void test_shown(void **state)
{
    static const struct {
        const char *text;
        const char *want;
    } rows[] = {
        {"", ""},
        {"plain", "plain"},
        {"a\tb\nc\rd", "a\\tb\\nc\\rd"},
        {"\x1b[0m", "\\x1b[0m"},
        {"\xff", "\\xff"},
        {"Zo\xC3\xAB", "Zo\xC3\xAB"},
        {"\xC2\x85", "\\xc2\\x85"},
        {X64, X64},
        {X64 "x", X64 "..."},
        {X16 X16 X16 "xxxxxxxxxxxxxxx\xC3\xAB", X16 X16 X16 "xxxxxxxxxxxxxxx..."}, /* no cut character */
    };
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char shown[FIELD_SHOWN_MAX];
        field_show(rows[i].text, strlen(rows[i].text), shown);
        if (strcmp(shown, rows[i].want) != 0) {
            print_error("row %zu: want '%s', got '%s'\n", i, rows[i].want, shown);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_shown_fits_whatever_the_bytes(void **state)
{
    char bytes[256];
    char shown[FIELD_SHOWN_MAX];

    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        memset(bytes, byte, sizeof bytes);
        field_show(bytes, sizeof bytes, shown);
        assert_true(strlen(shown) < sizeof shown);
        assert_non_null(strstr(shown, "..."));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_optional_and_empty_is_null),
        cmocka_unit_test(test_money_of_an_unknown_currency_is_not_judged),
        cmocka_unit_test(test_shown),
        cmocka_unit_test(test_shown_fits_whatever_the_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
