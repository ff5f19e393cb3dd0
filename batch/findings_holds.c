/*
 * Why an account is held (R27).
 */
#include <assert.h>
#include <stdio.h>

#include "batch/finding.h"
#include "lib/calendar.h"

static_assert((int)EXCEPTION_OUT_OF_BOUNDS - (int)EXCEPTION_UNKNOWN_PLAN ==
                  (int)HOLD_OUT_OF_BOUNDS - (int)HOLD_UNKNOWN_PLAN,
              "each reason has its code, in the same order");

static enum exception_code code_of(enum hold_reason reason)
{
    return (enum exception_code)((int)EXCEPTION_UNKNOWN_PLAN + (int)reason - (int)HOLD_UNKNOWN_PLAN);
}

static void hold_words(const struct hold *hold, const struct account_facts *facts, char *out, size_t size)
{
    char at[INSTANT_TEXT_MAX] = "";

    if (hold->at != INSTANT_NONE) {
        instant_format(hold->at, at);
    }
    switch (hold->reason) {
    case HOLD_UNKNOWN_PLAN:
        snprintf(out, size, "'%s' at %s", hold->subject, at);
        break;
    case HOLD_NO_ADDRESS:
        snprintf(out, size, "at %s", at);
        break;
    case HOLD_INELIGIBLE_COUNTRY:
        snprintf(out, size, "%s at %s", hold->subject, at);
        break;
    case HOLD_NO_PRICE:
        snprintf(out, size, "'%s' in %s at %s", hold->subject, facts->currency, at);
        break;
    case HOLD_NO_ALLOWANCE:
    case HOLD_UNKNOWN_MODEL:
        snprintf(out, size, "'%s' at %s", hold->subject, at);
        break;
    default:
        snprintf(out, size, "the %s", hold->subject);
        break;
    }
}

void find_hold(struct findings *findings, const struct month_account *account, struct err *err)
{
    const struct hold *hold = &account->bill->hold;
    char detail[DETAIL_MAX];

    if (err->code != ERR_NONE || account->bill->status != BILL_HELD) {
        return;
    }
    hold_words(hold, account->facts, detail, sizeof detail);
    struct finding finding = finding_of(code_of(hold->reason), account->facts);
    finding.reference = hold->reference;
    finding.occurred_at = hold->at;
    finding.currency = account->facts->currency;
    finding.detail = detail;
    (void)finding_report(findings, finding, err); /* the error is in *err */
}
