/*
 * What a person should look at.
 */
#include "batch/findings.h"

#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/text.h"

#define MESSAGE_MAX 2048

static enum err_code found(struct findings *findings, struct exception_row row, struct err *err)
{
    findings->errors += row.severity == SEVERITY_ERROR;
    findings->warnings += row.severity == SEVERITY_WARNING;
    return findings->report(findings->context, &row, err);
}

static void hold_words(const struct hold *hold, const struct account_facts *facts, char *out, size_t size)
{
    char at[INSTANT_TEXT_MAX] = "";

    if (hold->at != INSTANT_NONE) {
        instant_format(hold->at, at);
    }
    switch (hold->reason) {
    case HOLD_UNKNOWN_PLAN:
        snprintf(out, size, "A change of %s names the plan '%s', which is not in plans: add the plan or void the change, "
                 "then close again", at, hold->subject);
        break;
    case HOLD_NO_ADDRESS:
        snprintf(out, size, "No billing address at %s: add one that takes effect by then, then close again", at);
        break;
    case HOLD_INELIGIBLE_COUNTRY:
        snprintf(out, size, "Purchase at %s with a billing address in %s, where no plan can be bought then: correct the "
                 "address or the country, then close again", at, hold->subject);
        break;
    case HOLD_NO_PRICE:
        snprintf(out, size, "Plan '%s' has no price in %s at %s: add one to plan_prices, then close again",
                 hold->subject, facts->currency, at);
        break;
    case HOLD_NO_ALLOWANCE:
        snprintf(out, size, "Plan '%s' has no allowance at %s: add one to plan_allowances, then close again",
                 hold->subject, at);
        break;
    case HOLD_UNKNOWN_MODEL:
        snprintf(out, size, "Model '%s' has no rate at %s: add one to model_rates, then close again", hold->subject, at);
        break;
    default:
        snprintf(out, size, "The sum of %s is beyond what can be billed: find the row that is wrong and correct or void "
                 "it, then close again", hold->subject);
        break;
    }
}

static enum err_code found_hold(struct findings *findings, const struct month_account *account, struct err *err)
{
    const struct hold *hold = &account->bill->hold;
    char message[MESSAGE_MAX];

    hold_words(hold, account->facts, message, sizeof message);
    return found(findings,
                 (struct exception_row){
                     .severity = SEVERITY_ERROR,
                     .code = hold_reason_name(hold->reason),
                     .account_id = account->facts->account_id,
                     .reference = hold->reference,
                     .occurred_at = hold->at,
                     .credits = AMOUNT_NONE,
                     .amount_minor = AMOUNT_NONE,
                     .currency = account->facts->currency,
                     .message = message,
                 },
                 err);
}

static enum err_code found_unbilled(struct findings *findings, const struct month_account *account, struct err *err)
{
    return found(findings,
                 (struct exception_row){
                     .severity = SEVERITY_WARNING,
                     .code = "unbilled_usage",
                     .account_id = account->facts->account_id,
                     .reference = "",
                     .occurred_at = INSTANT_NONE,
                     .credits = account->bill->used.unbilled,
                     .amount_minor = account->bill->at_stake_minor,
                     .currency = account->facts->currency,
                     .message = "Usage past the limit that should have paused; it costs nothing: find out why it did not "
                                "pause, or bill it by an adjustment",
                 },
                 err);
}

/* R20: those of the month that were made on `free`. */
static enum err_code found_settings(struct findings *findings, const struct month_account *account, struct err *err)
{
    const struct timeline *timeline = account->timeline;

    for (size_t i = timeline->month_first; i < timeline->step_count && err->code == ERR_NONE; i++) {
        const struct timeline_step *step = &timeline->steps[i];
        if (step->kind != STEP_SETTING_IGNORED) {
            continue;
        }
        (void)found(findings, /* an error is in *err */
                    (struct exception_row){
                        .severity = SEVERITY_WARNING,
                        .code = "setting_ignored",
                        .account_id = account->facts->account_id,
                        .reference = account->facts->settings[step->index].setting_id,
                        .occurred_at = step->at,
                        .credits = AMOUNT_NONE,
                        .amount_minor = AMOUNT_NONE,
                        .currency = "",
                        .message = "Overage setting made on Free: it does not count, also not after an upgrade; the "
                                   "customer has to set it again on a paid plan",
                    },
                    err);
    }
    return err->code;
}

/* R2: on a paid plan in a month before the account was created. */
static enum err_code found_early_lines(struct findings *findings, const struct month_account *account, struct err *err)
{
    const struct timeline *timeline = account->timeline;
    int64_t listed_from = month_start_ms(month_of(account->facts->created_at));

    if (account->facts->created_at < month_start_ms(findings->month)) {
        return ERR_NONE; /* told in the month in which it was created */
    }
    for (size_t i = 0; i < timeline->step_count; i++) {
        const struct timeline_step *step = &timeline->steps[i];
        if (step->kind == STEP_UPGRADED && step->at < listed_from) {
            return found(findings,
                         (struct exception_row){
                             .severity = SEVERITY_WARNING,
                             .code = "lines_before_created",
                             .account_id = account->facts->account_id,
                             .reference = account->facts->changes[step->index].change_id,
                             .occurred_at = step->at,
                             .credits = AMOUNT_NONE,
                             .amount_minor = AMOUNT_NONE,
                             .currency = "",
                             .message = "On a paid plan in a month before the account was created, which was not billed: "
                                        "correct created_at or the change",
                         },
                         err);
        }
    }
    return ERR_NONE;
}

enum err_code findings_account(struct findings *findings, const struct month_account *account, struct err *err)
{
    if (found_early_lines(findings, account, err) != ERR_NONE || !account->listed) {
        return err->code;
    }
    if (account->bill->status == BILL_HELD && found_hold(findings, account, err) != ERR_NONE) {
        return err->code;
    }
    if (account->bill->status != BILL_HELD && account->bill->used.unbilled > 0 &&
        found_unbilled(findings, account, err) != ERR_NONE) {
        return err->code;
    }
    return found_settings(findings, account, err);
}

enum err_code findings_orphan(struct findings *findings, const struct month_orphan *orphan, struct err *err)
{
    char message[MESSAGE_MAX];

    snprintf(message, sizeof message,
             orphan->known ? "%lld event%s of an account that was created after the month: correct created_at or void what is wrong"
                           : "%lld event%s of an account that is not in accounts: add the account or void what is wrong",
             (long long)orphan->usage.events, text_plural(orphan->usage.events));
    return found(findings,
                 (struct exception_row){
                     .severity = SEVERITY_WARNING,
                     .code = orphan->known ? "usage_before_created" : "orphan_usage",
                     .account_id = orphan->account_id,
                     .reference = "",
                     .occurred_at = INSTANT_NONE,
                     .credits = orphan->usage.credits,
                     .amount_minor = AMOUNT_NONE,
                     .currency = "",
                     .message = message,
                 },
                 err);
}

enum err_code findings_orphan_row(struct findings *findings, const struct orphan_row *row, struct err *err)
{
    char reference[MESSAGE_MAX];

    snprintf(reference, sizeof reference, "%s:%s", row->table, row->id);
    return found(findings,
                 (struct exception_row){
                     .severity = SEVERITY_WARNING,
                     .code = "orphan_row",
                     .account_id = row->account_id,
                     .reference = reference,
                     .occurred_at = row->at,
                     .credits = AMOUNT_NONE,
                     .amount_minor = AMOUNT_NONE,
                     .currency = "",
                     .message = "A row of an account that is not in accounts: add the account or void the row",
                 },
                 err);
}

enum err_code findings_early_adjustment(struct findings *findings, const struct orphan_row *row, struct err *err)
{
    return found(findings,
                 (struct exception_row){
                     .severity = SEVERITY_WARNING,
                     .code = "lines_before_created",
                     .account_id = row->account_id,
                     .reference = row->id,
                     .occurred_at = INSTANT_NONE,
                     .credits = AMOUNT_NONE,
                     .amount_minor = AMOUNT_NONE,
                     .currency = "",
                     .message = "An adjustment in a month before the account was created, which was not billed: correct "
                                "created_at or the adjustment's month",
                 },
                 err);
}

enum err_code findings_kept(struct findings *findings, const struct month_account *account,
                            const struct issued_account *issued, struct err *err)
{
    return found(findings,
                 (struct exception_row){
                     .severity = SEVERITY_WARNING,
                     .code = "kept_as_issued",
                     .account_id = account->facts->account_id,
                     .reference = issued->invoice_number,
                     .occurred_at = INSTANT_NONE,
                     .credits = AMOUNT_NONE,
                     .amount_minor = issued->total_minor,
                     .currency = account->facts->currency,
                     .message = "Billed before, and would be held now: what was issued stands; mend the data, then reprocess "
                                "the month",
                 },
                 err);
}
