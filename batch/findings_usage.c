/*
 * What a person should look at in usage and grants.
 */
#include <stdio.h>

#include "batch/finding.h"
#include "lib/calendar.h"
#include "lib/decimal.h"
#include "lib/text.h"

/* R22 */
static void find_unbilled(struct findings *findings, const struct month_account *account, struct err *err)
{
    const struct bill *bill = account->bill;
    char detail[DETAIL_MAX], credits[MONEY_TEXT_MAX], at_stake[MONEY_TEXT_MAX];

    if (err->code != ERR_NONE || bill->used.unbilled == 0) {
        return;
    }
    struct finding finding = finding_of(EXCEPTION_UNBILLED_USAGE, account->facts);
    finding.credits = bill->used.unbilled;
    finding.amount_minor = bill->at_stake_minor;
    finding.currency = account->facts->currency;
    snprintf(detail, sizeof detail, "%s, %s at stake", credits_text(finding.credits, credits),
             money_text(finding.amount_minor, finding.currency, at_stake));
    finding.detail = detail;
    (void)finding_report(findings, finding, err); /* the error is in *err */
}

/* R19: grants that expired with something left; one that expires at the month's end expires in it. */
static void find_expired_grants(struct findings *findings, const struct month_account *account, struct err *err)
{
    int64_t month_start = month_start_ms(findings->month);
    int64_t month_end = month_end_ms(findings->month);
    char detail[DETAIL_MAX], left[DECIMAL_TEXT_MAX], granted[MONEY_TEXT_MAX];

    for (size_t i = 0; i < account->facts->grant_count && err->code == ERR_NONE; i++) {
        const struct credit_grant_fact *grant = &account->facts->grants[i];
        if (grant->expires_at <= month_start || grant->expires_at > month_end || account->grants.balances[i] == 0) {
            continue;
        }
        struct finding finding = finding_of(EXCEPTION_GRANT_EXPIRED_UNUSED, account->facts);
        finding.reference = grant->grant_id;
        finding.occurred_at = grant->expires_at;
        finding.credits = account->grants.balances[i];
        decimal_format(finding.credits, CREDIT_DIGITS, left);
        snprintf(detail, sizeof detail, "%s of %s", left, credits_text(grant->credits, granted));
        finding.detail = detail;
        (void)finding_report(findings, finding, err); /* the error is in *err */
    }
}

void find_usage(struct findings *findings, const struct month_account *account, struct err *err)
{
    find_unbilled(findings, account, err);
    find_expired_grants(findings, account, err);
}

enum err_code findings_orphan(struct findings *findings, const struct month_orphan *orphan, struct err *err)
{
    struct finding finding = finding_of_run(orphan->known ? EXCEPTION_USAGE_BEFORE_CREATED : EXCEPTION_ORPHAN_USAGE);
    char detail[DETAIL_MAX];

    snprintf(detail, sizeof detail, "%lld event%s", (long long)orphan->usage.events, text_plural(orphan->usage.events));
    finding.account_id = orphan->account_id;
    finding.credits = orphan->usage.credits;
    finding.detail = detail;
    return finding_report(findings, finding, err);
}

static void find_edge(struct findings *findings, int64_t edge, int64_t events, const char *minute, struct err *err)
{
    struct finding finding = finding_of_run(EXCEPTION_EDGE_OF_MONTH);
    char detail[DETAIL_MAX];

    if (err->code != ERR_NONE || events == 0) {
        return;
    }
    snprintf(detail, sizeof detail, "%lld in the %s minute", (long long)events, minute);
    finding.occurred_at = edge;
    finding.detail = detail;
    (void)finding_report(findings, finding, err); /* the error is in *err */
}

/* R7: in total and not by account: a cut-off test draws its sample from them. */
void find_edges(struct findings *findings, struct usage_edges edges, struct err *err)
{
    find_edge(findings, month_start_ms(findings->month), edges.first_minute, "first", err);
    find_edge(findings, month_end_ms(findings->month) - 1, edges.last_minute, "last", err);
}
