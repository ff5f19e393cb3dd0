/*
 * What a person should look at: what is asked of whom and when. Each topic has
 * a file of its own.
 */
#include "batch/findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/finding.h"
#include "lib/calendar.h"
#include "schema/store_payments.h"

enum err_code findings_begin(struct findings *findings, const struct catalogue *catalogue, struct err *err)
{
    findings->catalogue = catalogue;
    return payments_any(findings->store, findings->month, findings->as_of, &findings->payments_known, err);
}

void findings_release(struct findings *findings)
{
    free(findings->keys);
    findings->keys = NULL;
    findings->keys_max = 0;
}

/* R24: is the account taxed, or would it be as another kind of customer? */
static bool is_taxable(const struct findings *findings, const struct month_account *account)
{
    const struct bill *bill = account->bill;
    const struct catalogue *catalogue = findings->catalogue;
    const struct address_fact *address = facts_address(account->facts, month_end_ms(findings->month) - 1);

    if (bill->status != BILL_INVOICED) {
        return false;
    }
    if (bill->lines[bill->line_count - 1].kind == LINE_TAX) { /* tax stands last (R25) */
        return true;
    }
    for (size_t i = 0; address != NULL && i < catalogue->tax_count; i++) {
        if (strcmp(catalogue->taxes[i].country, address->country) == 0) {
            return true;
        }
    }
    return false;
}

enum err_code findings_account(struct findings *findings, const struct month_account *account, struct err *err)
{
    find_early_lines(findings, account, err);
    find_payments(findings, account, err);
    if (!account->listed) {
        return err->code;
    }
    find_hold(findings, account, err);
    find_plans(findings, account, err);
    if (account->bill->status != BILL_HELD) {
        find_usage(findings, account, err);
    }
    findings->taxable = findings->taxable || is_taxable(findings, account);
    return err->code;
}

enum err_code findings_orphan_row(struct findings *findings, const struct orphan_row *row, struct err *err)
{
    struct finding finding = finding_of_run(EXCEPTION_ORPHAN_ROW);
    char reference[DETAIL_MAX];

    snprintf(reference, sizeof reference, "%s:%s", row->table, row->id);
    finding.account_id = row->account_id;
    finding.reference = reference;
    finding.occurred_at = row->at;
    return finding_report(findings, finding, err);
}

enum err_code findings_across(struct findings *findings, struct usage_edges edges, struct err *err)
{
    find_shared_references(findings, err);
    find_edges(findings, edges, err);
    return err->code;
}

enum err_code findings_end(struct findings *findings, struct err *err)
{
    find_changes(findings, err);
    find_tax_rates(findings, err);
    return err->code;
}
