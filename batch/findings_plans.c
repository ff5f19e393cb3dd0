/*
 * What a person should look at in plans and settings: what does not count,
 * what was not billed, and what may not be what the customer wants.
 */
#include <stdio.h>

#include "batch/finding.h"
#include "lib/calendar.h"

#define LATE_MS (2 * DAY_MS) /* before the month's end */

/* R20: those of the month that were made on `free`. */
static void find_settings(struct findings *findings, const struct month_account *account, struct err *err)
{
    const struct timeline *timeline = account->timeline;

    for (size_t i = timeline->month_first; i < timeline->step_count && err->code == ERR_NONE; i++) {
        const struct timeline_step *step = &timeline->steps[i];
        if (step->kind != STEP_SETTING_IGNORED) {
            continue;
        }
        const struct overage_setting_fact *setting = &account->facts->settings[step->index];
        struct finding finding = finding_of(EXCEPTION_SETTING_IGNORED, account->facts);
        finding.reference = setting->setting_id;
        finding.occurred_at = step->at;
        finding.detail = setting->enabled ? "switched on" : "switched off";
        (void)finding_report(findings, finding, err); /* the error is in *err */
    }
}

/* R11: the customer pays for a month and does not come. */
static void find_renewal(struct findings *findings, const struct month_account *account, struct err *err)
{
    const struct bill *bill = account->bill;
    char detail[DETAIL_MAX], price[MONEY_TEXT_MAX];

    if (err->code != ERR_NONE || bill->events > 0 || bill->line_count == 0 || bill->lines[0].kind != LINE_PLAN) {
        return; /* the base charge is the first line (R25) */
    }
    struct finding finding = finding_of(EXCEPTION_RENEWAL_WITHOUT_USAGE, account->facts);
    finding.amount_minor = bill->lines[0].amount_minor;
    finding.currency = account->facts->currency;
    snprintf(detail, sizeof detail, "%s for %s", findings->catalogue->plans[bill->lines[0].plan].name,
             money_text(finding.amount_minor, finding.currency, price));
    finding.detail = detail;
    (void)finding_report(findings, finding, err); /* the error is in *err */
}

/* R12, R14: each charge of an upgrade near the month's end. */
static void find_late_upgrades(struct findings *findings, const struct month_account *account, struct err *err)
{
    const struct bill *bill = account->bill;
    int64_t late_from = month_end_ms(findings->month) - LATE_MS;
    char detail[DETAIL_MAX], charge[MONEY_TEXT_MAX];

    for (size_t i = 0; i < bill->line_count && err->code == ERR_NONE; i++) {
        const struct bill_line *line = &bill->lines[i];
        if ((line->kind != LINE_PLAN_PRORATED && line->kind != LINE_PLAN_UPGRADE) || line->charged_at < late_from) {
            continue;
        }
        struct finding finding = finding_of(EXCEPTION_LATE_UPGRADE, account->facts);
        finding.reference = line->reference;
        finding.occurred_at = line->charged_at;
        finding.amount_minor = line->amount_minor;
        finding.currency = account->facts->currency;
        snprintf(detail, sizeof detail, "to %s, charged %s", findings->catalogue->plans[line->plan].name,
                 money_text(finding.amount_minor, finding.currency, charge));
        finding.detail = detail;
        (void)finding_report(findings, finding, err); /* the error is in *err */
    }
}

void find_plans(struct findings *findings, const struct month_account *account, struct err *err)
{
    find_settings(findings, account, err);
    find_renewal(findings, account, err);
    find_late_upgrades(findings, account, err);
}

void find_early_lines(struct findings *findings, const struct month_account *account, struct err *err)
{
    const struct timeline *timeline = account->timeline;
    int64_t listed_from = month_start_ms(month_of(account->facts->created_at));

    if (account->facts->created_at < month_start_ms(findings->month)) {
        return; /* told in the month in which it was created */
    }
    for (size_t i = 0; i < timeline->step_count && err->code == ERR_NONE; i++) {
        const struct timeline_step *step = &timeline->steps[i];
        if (step->kind != STEP_UPGRADED || step->at >= listed_from) {
            continue;
        }
        struct finding finding = finding_of(EXCEPTION_LINES_BEFORE_CREATED, account->facts);
        finding.reference = account->facts->changes[step->index].change_id;
        finding.occurred_at = step->at;
        finding.detail = "a change to a paid plan";
        (void)finding_report(findings, finding, err); /* the error is in *err */
        return; /* the first says it */
    }
}

enum err_code findings_early_adjustment(struct findings *findings, const struct orphan_row *row, struct err *err)
{
    struct finding finding = finding_of_run(EXCEPTION_LINES_BEFORE_CREATED);

    finding.account_id = row->account_id;
    finding.reference = row->id;
    finding.detail = "an adjustment";
    return finding_report(findings, finding, err);
}
