/*
 * Numbers, instants and names as an explanation says them.
 */
#include <stdio.h>

#include "batch/explain.h"
#include "lib/calendar.h"
#include "lib/decimal.h"

#define CREDIT_DIGITS 2
#define MILLIONTHS_DIGITS 6
#define PERCENT_DIGITS 4

struct explain_text explain_money(const struct explain *in, int64_t amount_minor)
{
    struct explain_text out;

    decimal_format(amount_minor, in->digits, out.text);
    return out;
}

struct explain_text explain_credits(int64_t hundredths)
{
    struct explain_text out;

    decimal_format(hundredths, CREDIT_DIGITS, out.text);
    return out;
}

struct explain_text explain_unit_price(const struct explain *in, int64_t millionths)
{
    struct explain_text out;

    decimal_format_trimmed(millionths, MILLIONTHS_DIGITS, in->digits, out.text);
    return out;
}

struct explain_text explain_millionths(int64_t millionths)
{
    struct explain_text out;

    decimal_format_trimmed(millionths, MILLIONTHS_DIGITS, 0, out.text);
    return out;
}

struct explain_text explain_percent(int64_t percent)
{
    struct explain_text out;

    decimal_format_trimmed(percent, PERCENT_DIGITS, 0, out.text);
    return out;
}

struct explain_text explain_instant(int64_t at)
{
    struct explain_text out;

    instant_format(at, out.text);
    return out;
}

const char *explain_plan_name(const struct account_month *account, int plan)
{
    return plan == PLAN_UNKNOWN ? "no plan" : account->catalogue.plans[plan].name;
}

struct explain_text explain_policies(struct policies policies)
{
    static const char *const PRORATIONS[] = {
        [PRORATE_DAY_INCLUSIVE] = "day_inclusive",
        [PRORATE_DAY_EXCLUSIVE] = "day_exclusive",
        [PRORATE_SECOND] = "second",
    };
    struct explain_text out;

    snprintf(out.text, sizeof out.text, "proration %s, first_month_allowance %s", PRORATIONS[policies.proration],
             policies.first_allowance == FIRST_ALLOWANCE_PRORATED ? "prorated" : "full");
    return out;
}
