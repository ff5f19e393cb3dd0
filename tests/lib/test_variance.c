/* Why a bill differs from last month's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/variance.h"

#define OCTOBER INT64_C(1759276800000)  /* 2025-10-01T00:00:00Z */
#define NOVEMBER INT64_C(1761955200000) /* 2025-11-01T00:00:00Z */

enum { FREE, PRO, PRO_PLUS };

static struct plan plans[] = {{"free", "Free", 0}, {"pro", "Pro", 10}, {"pro_plus", "Pro+", 20}};
static struct plan_price prices[] = {
    {PRO, "EUR", 0, 2000, NO_OVERAGE_PRICE},
    {PRO, "EUR", NOVEMBER, 2500, NO_OVERAGE_PRICE}, /* in euros it rises */
    {PRO, "GBP", NOVEMBER, 2000, NO_OVERAGE_PRICE}, /* in pounds it is new */
    {PRO, "USD", 0, 2000, NO_OVERAGE_PRICE},
};
static const struct catalogue catalogue = {.plans = plans, .plan_count = 3, .prices = prices, .price_count = 4};

#define BEFORE(status_, plan_, total_, overage_) \
    {.there = true, .status = (status_), .plan_at_end = plan_, .total_minor = (total_), .overage_minor = (overage_)}

static const struct {
    const char *name;
    struct account_before before;
    enum bill_status status;
    int plan;
    bool first_paid;
    int64_t plan_minor, overage_minor, adjustment_minor;
    const char *currency;
    enum variance_reason want;
} rows[] = {
    /* rule                      last month                              status         plan   first   plan overage adjusted */
    {"bought this month",        {.there = false},                       BILL_INVOICED, PRO, true, 667, 0, 0, "USD", VARIANCE_NEW},
    {"was on free before",       BEFORE(BILL_NO_CHARGE, "free", 0, 0),   BILL_INVOICED, PRO, true, 667, 0, 0, "USD", VARIANCE_NEW},
    {"paid long ago",            BEFORE(BILL_NO_CHARGE, "free", 0, 0),   BILL_INVOICED, PRO, false, 2000, 0, 0, "USD", VARIANCE_RETURNED},
    {"cancelled",                BEFORE(BILL_INVOICED, "pro", 2000, 0),  BILL_NO_CHARGE, FREE, false, 0, 0, 0, "USD", VARIANCE_LEFT},
    {"held now",                 BEFORE(BILL_INVOICED, "pro", 2000, 0),  BILL_HELD, PRO, false, 0, 0, 0, "USD", VARIANCE_HELD},
    {"held before",              BEFORE(BILL_HELD, "pro", 0, 0),         BILL_INVOICED, PRO, false, 2000, 0, 0, "USD", VARIANCE_WAS_HELD},
    {"to a higher plan",         BEFORE(BILL_INVOICED, "pro", 2000, 0),  BILL_INVOICED, PRO_PLUS, false, 4000, 0, 0, "USD", VARIANCE_UPGRADE},
    {"to a lower plan",          BEFORE(BILL_INVOICED, "pro_plus", 4000, 0), BILL_INVOICED, PRO, false, 2000, 0, 0, "USD", VARIANCE_DOWNGRADE},
    {"uses more",                BEFORE(BILL_INVOICED, "pro", 2100, 100), BILL_INVOICED, PRO, false, 2000, 500, 0, "USD", VARIANCE_MORE_OVERAGE},
    {"uses less",                BEFORE(BILL_INVOICED, "pro", 2500, 500), BILL_INVOICED, PRO, false, 2000, 100, 0, "USD", VARIANCE_LESS_OVERAGE},
    {"uses the least more",      BEFORE(BILL_INVOICED, "pro", 2000, 0),  BILL_INVOICED, PRO, false, 2000, 1, 0, "USD", VARIANCE_MORE_OVERAGE},
    {"the least goodwill",       BEFORE(BILL_INVOICED, "pro", 2000, 0),  BILL_INVOICED, PRO, false, 2000, 0, 1, "USD", VARIANCE_ADJUSTMENT},
    {"neither overage nor goodwill", BEFORE(BILL_INVOICED, "pro", 1998, 0), BILL_INVOICED, PRO, false, 2000, 0, 0, "USD", VARIANCE_OTHER},
    {"goodwill",                 BEFORE(BILL_INVOICED, "pro", 2000, 0),  BILL_INVOICED, PRO, false, 2000, 0, -500, "USD", VARIANCE_ADJUSTMENT},
    {"goodwill beats overage",   BEFORE(BILL_INVOICED, "pro", 2000, 0),  BILL_INVOICED, PRO, false, 2000, 400, -500, "USD", VARIANCE_ADJUSTMENT},
    {"price rose",               BEFORE(BILL_INVOICED, "pro", 2000, 0),  BILL_INVOICED, PRO, false, 2500, 0, 0, "EUR", VARIANCE_PRICE_CHANGE},
    {"uses more, among more",     BEFORE(BILL_INVOICED, "pro", 1000, 0),  BILL_INVOICED, PRO, false, 2000, 100, 0, "USD", VARIANCE_OTHER},
    {"goodwill, among more",     BEFORE(BILL_INVOICED, "pro", 1000, 0),  BILL_INVOICED, PRO, false, 2000, 0, -100, "USD", VARIANCE_OTHER},
    {"half of it overage",       BEFORE(BILL_INVOICED, "pro", 1900, 0),  BILL_INVOICED, PRO, false, 2000, 100, 0, "USD", VARIANCE_MORE_OVERAGE},
    {"half of it goodwill",      BEFORE(BILL_INVOICED, "pro", 1900, 0),  BILL_INVOICED, PRO, false, 2000, 0, 100, "USD", VARIANCE_ADJUSTMENT},
    {"as much overage as goodwill", BEFORE(BILL_INVOICED, "pro", 2000, 0), BILL_INVOICED, PRO, false, 2000, 100, -100, "USD", VARIANCE_MORE_OVERAGE},
    {"a plan no longer known",   BEFORE(BILL_INVOICED, "gone", 1900, 0), BILL_INVOICED, PRO, false, 2000, 0, 0, "USD", VARIANCE_OTHER},
    {"no price before",          BEFORE(BILL_INVOICED, "pro", 1900, 0),  BILL_INVOICED, PRO, false, 2000, 0, 0, "GBP", VARIANCE_OTHER},
    {"no price at all",          BEFORE(BILL_INVOICED, "pro", 1900, 0),  BILL_INVOICED, PRO, false, 2000, 0, 0, "CHF", VARIANCE_OTHER},
    {"price rose, not this one", BEFORE(BILL_INVOICED, "pro", 1900, 0),  BILL_INVOICED, PRO, false, 2000, 0, 0, "USD", VARIANCE_OTHER},
};

static void test_each_reason(void **state)
{
    int failed = 0;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct bill_line lines[] = {
            {.kind = LINE_OVERAGE, .amount_minor = rows[i].overage_minor},
            {.kind = LINE_PLAN, .amount_minor = rows[i].plan_minor},
            {.kind = LINE_ADJUSTMENT, .amount_minor = rows[i].adjustment_minor},
        };
        struct bill bill = {
            .status = rows[i].status,
            .plan_at_end = rows[i].plan,
            .first_paid_month = rows[i].first_paid,
            .price_date = NOVEMBER,
            .lines = lines,
            .line_count = rows[i].status == BILL_INVOICED ? 3 : 0,
            .total_minor = rows[i].plan_minor + rows[i].overage_minor + rows[i].adjustment_minor,
        };
        enum variance_reason got =
            variance_reason((struct variance_in){&rows[i].before, &bill, &catalogue, rows[i].currency, 202510});
        if (got != rows[i].want) {
            print_error("%s: want '%s', got '%s'\n", rows[i].name, variance_reason_name(rows[i].want),
                        variance_reason_name(got));
            failed++;
        }
    }
    assert_int_equal(failed, 0);
}

static void test_full_month_after_a_part(void **state)
{
    struct account_before before = BEFORE(BILL_INVOICED, "pro", 667, 0);
    struct bill_line line = {.kind = LINE_PLAN, .amount_minor = 2000};
    struct bill bill = {.status = BILL_INVOICED, .plan_at_end = PRO, .price_date = NOVEMBER, .lines = &line,
                        .line_count = 1, .total_minor = 2000};

    (void)state;
    assert_int_equal(month_start_ms(202510), OCTOBER);
    before.first_paid_month = true;
    assert_int_equal(variance_reason((struct variance_in){&before, &bill, &catalogue, "USD", 202510}),
                     VARIANCE_FULL_MONTH);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(variance_reason_name(VARIANCE_NEW), "new");
    assert_string_equal(variance_reason_name(VARIANCE_MORE_OVERAGE), "more overage");
    assert_string_equal(variance_reason_name(VARIANCE_OTHER), "tax or last month's extras");
    for (int reason = VARIANCE_NEW; reason <= VARIANCE_OTHER; reason++) {
        assert_true(variance_reason_name((enum variance_reason)reason)[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_reason),
        cmocka_unit_test(test_full_month_after_a_part),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
