/*
 * One finding on its way into exceptions.csv.
 */
#include "batch/finding.h"

#include <stdio.h>

#include "lib/currency.h"
#include "lib/decimal.h"

#define MESSAGE_MAX (DETAIL_MAX + 512)

struct finding finding_of_run(enum exception_code code)
{
    return (struct finding){
        .code = code,
        .account_id = "",
        .reference = "",
        .occurred_at = INSTANT_NONE,
        .credits = AMOUNT_NONE,
        .amount_minor = AMOUNT_NONE,
        .currency = "",
        .detail = "",
    };
}

struct finding finding_of(enum exception_code code, const struct account_facts *facts)
{
    struct finding finding = finding_of_run(code);

    finding.account_id = facts->account_id;
    return finding;
}

enum err_code finding_report(struct findings *findings, struct finding finding, struct err *err)
{
    const struct exception_kind *kind = exception_kind(finding.code);
    char message[MESSAGE_MAX];

    snprintf(message, sizeof message, "%s%s%s; %s", kind->meaning, finding.detail[0] == '\0' ? "" : ": ",
             finding.detail, kind->remedy);
    findings->errors += kind->severity == SEVERITY_ERROR;
    findings->warnings += kind->severity == SEVERITY_WARNING;
    return findings->report(findings->context,
                            &(struct exception_row){
                                .severity = kind->severity,
                                .code = kind->code,
                                .account_id = finding.account_id,
                                .reference = finding.reference,
                                .occurred_at = finding.occurred_at,
                                .credits = finding.credits,
                                .amount_minor = finding.amount_minor,
                                .currency = finding.currency,
                                .message = message,
                            },
                            err);
}

const char *money_text(int64_t amount_minor, const char *currency, char out[MONEY_TEXT_MAX])
{
    char amount[DECIMAL_TEXT_MAX];
    int digits = currency_digits(currency);

    decimal_format(amount_minor, digits < 0 ? 0 : digits, amount);
    snprintf(out, MONEY_TEXT_MAX, "%s %s", amount, currency);
    return out;
}

const char *credits_text(int64_t credits, char out[MONEY_TEXT_MAX])
{
    char amount[DECIMAL_TEXT_MAX];

    decimal_format(credits, CREDIT_DIGITS, amount);
    snprintf(out, MONEY_TEXT_MAX, "%s credits", amount);
    return out;
}
