/*
 * Facts that no import and no upstream can have written: each field in turn, at its bounds and beyond.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/calendar.h"
#include "lib/catalogue.h"
#include "schema/store_facts_check.h"

struct whole { /* an account with a row of each kind, every field at one of its bounds */
    struct account_facts facts;
    struct address_fact address;
    struct plan_change_fact change;
    struct overage_setting_fact setting;
    struct credit_grant_fact grant;
    struct payment_fact payment;
    struct adjustment_fact adjustment;
};

static void whole_make(struct whole *whole)
{
    *whole = (struct whole){
        .facts = {.account_id = "a", .name = "", .currency = "USD", .created_at = INSTANT_MAX_MS, .first_paid_at = INSTANT_NONE,
                  .addresses = &whole->address, .address_count = 1, .changes = &whole->change, .change_count = 1,
                  .settings = &whole->setting, .setting_count = 1, .grants = &whole->grant, .grant_count = 1,
                  .payments = &whole->payment, .payment_count = 1, .adjustments = &whole->adjustment, .adjustment_count = 1},
        .address = {"d", INSTANT_MIN_MS, "DE", "", ""},
        .change = {"c", INSTANT_MAX_MS, "pro", PLAN_UNKNOWN},
        .setting = {"s", 5, true, CAP_NONE},
        .grant = {"g", CREDITS_MAX, 5, 6, "trial", 0},
        .payment = {"p", 5, -PRICE_MINOR_MAX, "USD", ""},
        .adjustment = {"j", PRICE_MINOR_MAX, "USD", "goodwill", "ann"},
    };
}

/* One claim a line: what is changed of a whole account, and whose row is said to be wrong. */
#define WRONG(change, words)                                                                                           \
    do {                                                                                                               \
        struct whole whole;                                                                                            \
        whole_make(&whole);                                                                                            \
        change;                                                                                                        \
        const char *said = facts_wrong(&whole.facts);                                                                  \
        if (said == NULL || strcmp(said, words) != 0) {                                                                \
            print_error("%s: '%s' is said\n", #change, said == NULL ? "nothing" : said);                               \
            failed++;                                                                                                  \
        }                                                                                                              \
    } while (0)

static void test_what_can_be(void **state)
{
    struct whole whole;
    (void)state;

    whole_make(&whole);
    assert_null(facts_wrong(&whole.facts));
    whole.facts.account_id = "0123456789012345678901234567890123456789012345678901234567890\xFF\n3";
    whole.facts.first_paid_at = INSTANT_MIN_MS;
    whole.setting.cap_credits = CREDITS_MAX;
    whole.grant.credits = 0;
    assert_null(facts_wrong(&whole.facts));
}

static void test_accounts(void **state)
{
    static const char none[] = "accounts";
    int failed = 0;
    (void)state;

    WRONG(whole.facts.account_id = "", none);
    WRONG(whole.facts.account_id = "0123456789012345678901234567890123456789012345678901234567890123+", none);
    WRONG(whole.facts.currency = "ZZZ", none);
    WRONG(whole.facts.created_at = -1, none);
    WRONG(whole.facts.created_at = INSTANT_MAX_MS + 1, none);
    WRONG(whole.facts.first_paid_at = -1, none);
    assert_int_equal(failed, 0);
}

static void test_rows(void **state)
{
    int failed = 0;
    (void)state;

    WRONG(whole.address.effective_at = -1, "billing_addresses");
    WRONG(whole.address.country = "XX", "billing_addresses");
    WRONG(whole.change.effective_at = INSTANT_MAX_MS + 1, "plan_changes");
    WRONG(whole.setting.effective_at = -1, "overage_settings");
    WRONG(whole.setting.cap_credits = CAP_NONE - 1, "overage_settings");
    WRONG(whole.setting.cap_credits = CREDITS_MAX + 1, "overage_settings");
    WRONG(whole.grant.starts_at = -1, "credit_grants");
    WRONG(whole.grant.expires_at = INSTANT_MAX_MS + 1, "credit_grants");
    WRONG(whole.grant.expires_at = whole.grant.starts_at, "credit_grants");
    WRONG(whole.grant.credits = -1, "credit_grants");
    WRONG(whole.grant.credits = CREDITS_MAX + 1, "credit_grants");
    WRONG(whole.payment.collected_at = -1, "payments");
    WRONG(whole.payment.amount_minor = PRICE_MINOR_MAX + 1, "payments");
    WRONG(whole.payment.currency = "", "payments");
    WRONG(whole.adjustment.amount_minor = -PRICE_MINOR_MAX - 1, "adjustments");
    WRONG(whole.adjustment.currency = "usd", "adjustments");
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_can_be),
        cmocka_unit_test(test_accounts),
        cmocka_unit_test(test_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
