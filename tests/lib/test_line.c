/*
 * How the lines of an invoice read (commands.md): description, quantity, unit,
 * unit price and amount.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "lib/correction.h"
#include "lib/currency.h"
#include "lib/line.h"
#include "tests/lib/script.h"

static struct world world;

#define US "address 2025-01-01 US; "
#define PRO "change 2025-10-10 pro; "
#define YEN "currency JPY; price pro JPY 2025-10-01 3000 6; "
#define DINAR "currency BHD; price pro BHD 2025-10-01 7.5 0.0155; "

static const struct {
    const char *name;
    const char *script;
    size_t line;
    const char *want; /* description | quantity | unit | unit price | amount */
} rows[] = {
    {"R11 plan", US PRO, 0, "Pro, month|1|month|20.00|20.00"},
    {"R12 plan_prorated", US "change 2025-11-21 pro", 0, "Pro 20.00 x 10 / 30 days|10|days of 30|20.00|6.67"},
    {"R12 by the second", US "policy proration second; change 2025-11-15T12:00:00Z pro", 0,
     "Pro 20.00 x 1339200 / 2592000 seconds|1339200|seconds of 2592000|20.00|10.33"},
    {"R13 plan_discount: unit price and amount below 0", US "change 2025-11-21 pro; change 2025-11-22 proplus", 1,
     "Pro already charged 6.67, credited|10|days of 30|-20.00|-6.67"},
    {"R14 plan_upgrade", US PRO "change 2025-11-22 proplus", 1,
     "Pro+ 40.00 less 20.00 already charged|1|month|20.00|20.00"},
    {"R14 from free", US "change 2025-08-10 pro; change 2025-08-11 free; change 2025-11-22 proplus", 0,
     "Pro+ 40.00 less 0.00 already charged|1|month|40.00|40.00"},
    {"R21 overage", US PRO "overage 2025-10-11 on; use 2025-11-10 auto 1100", 1,
     "100.00 credits over the allowance of Pro|100.00|credit|0.04|4.00"},
    {"R21 a price of six decimals", US PRO "clear prices; price pro USD 2025-10-01 20 0.040001; overage 2025-10-11 on;"
     "use 2025-11-10 auto 1100", 1, "100.00 credits over the allowance of Pro|100.00|credit|0.040001|4.00"},
    {"R21 a price of 0", US PRO "clear prices; price pro USD 2025-10-01 20 0; overage 2025-10-11 on;"
     "use 2025-11-10 auto 1100", 1, "100.00 credits over the allowance of Pro|100.00|credit|0.00|0.00"},
    {"R23 adjustment", US "adjust -5", 0, "goodwill (approved by controller)|1|month|-5.00|-5.00"},
    {"R24 tax", "address 2025-01-01 CA QC;" PRO, 2, "QST (CA)|9.975|%|20.00|2.00"},
    {"R24 tax of several lines: the taxed amount",
     "address 2025-01-01 DE; change 2025-11-21 pro; change 2025-11-22 proplus", 3, "VAT (DE)|19|%|13.33|2.53"},
    {"no digits", US PRO YEN, 0, "Pro, month|1|month|3000|3000"},
    {"no digits, prorated", US YEN "change 2025-11-21 pro", 0, "Pro 3000 x 10 / 30 days|10|days of 30|3000|1000"},
    {"no digits, overage", US PRO YEN "overage 2025-10-11 on; use 2025-11-10 auto 1000.25", 1,
     "0.25 credits over the allowance of Pro|0.25|credit|6|2"},
    {"three digits", US PRO DINAR, 0, "Pro, month|1|month|7.500|7.500"},
    {"three digits, overage", US PRO DINAR "overage 2025-10-11 on; use 2025-11-10 auto 1002", 1,
     "2.00 credits over the allowance of Pro|2.00|credit|0.0155|0.031"},
};

static void test_lines(void **state)
{
    (void)state;
    int failed = 0;
    struct line_text text;
    char got[4096];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        script_bill(&world, rows[i].script);
        got[0] = '\0';
        if (rows[i].line < world.bill.line_count) {
            line_text(&world.lines[rows[i].line], &world.catalogue, currency_digits(world.facts.currency), &text);
            (void)snprintf(got, sizeof got, "%s|%s|%s|%s|%s", text.description, text.quantity, text.unit,
                           text.unit_price, text.amount);
        }
        if (strcmp(got, rows[i].want) != 0) {
            print_error("%s: want \"%s\", got \"%s\"\n", rows[i].name, rows[i].want, got);
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

/* A line's longest texts fit. */
static void test_longest_texts(void **state)
{
    (void)state;
    static char reason[TEXT_BYTES_MAX + 1];
    struct line_text text;

    memset(reason, 'x', TEXT_BYTES_MAX);
    struct bill_line line = {.kind = LINE_ADJUSTMENT, .plan = PLAN_UNKNOWN, .unit = UNIT_MONTH, .quantity = 1,
                             .unit_price = -PRICE_MINOR_MAX, .amount_minor = -PRICE_MINOR_MAX, .reason = reason,
                             .detail = reason, .reference = ""};
    line_text(&line, &world.catalogue, 2, &text);
    assert_int_equal(strlen(text.description), 2 * TEXT_BYTES_MAX + strlen(" (approved by )"));
    assert_string_equal(text.amount, "-100000000000.00");
}

/* R28: a reversal says what it takes back, as that was told; its quantity and amount are minus those. */
static void test_reversal(void **state)
{
    (void)state;
    struct issued_line issued = {.document_number = "DN-2025-11-00000007", .number = 3,
                                 .description = "100.00 credits over the allowance of Pro"};
    struct bill_line line = {.kind = LINE_OVERAGE, .plan = 1, .unit = UNIT_CREDIT, .quantity = -10000,
                             .unit_price = 40000, .amount_minor = -400, .reversal = true, .issued = &issued,
                             .reference = "", .reason = "", .detail = ""};
    struct line_text text;

    line_text(&line, &world.catalogue, 2, &text);
    assert_string_equal(text.description,
                        "Reversal of DN-2025-11-00000007 line 3: 100.00 credits over the allowance of Pro");
    assert_string_equal(text.quantity, "-100.00");
    assert_string_equal(text.unit_price, "0.04");
    assert_string_equal(text.amount, "-4.00");
    assert_string_equal(line_rule(&line), "R28");
    line.reversal = false;
    assert_string_equal(line_rule(&line), "R21");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_lines), cmocka_unit_test(test_longest_texts),
                                       cmocka_unit_test(test_reversal)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
