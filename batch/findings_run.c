/*
 * What a person should look at that concerns the run as a whole: what was
 * changed since the last run of the month, and rates that nobody has reviewed.
 */
#include <stdio.h>

#include "batch/finding.h"
#include "lib/calendar.h"
#include "lib/text.h"
#include "schema/store_changes.h"
#include "schema/store_shipped.h"

static void report_change(struct findings *findings, enum exception_code code, const char *table, int64_t rows,
                          int64_t last_as_of, struct err *err)
{
    struct finding finding = finding_of_run(code);
    char detail[DETAIL_MAX], at[INSTANT_TEXT_MAX];

    if (err->code != ERR_NONE || rows == 0) {
        return;
    }
    instant_format(last_as_of, at);
    snprintf(detail, sizeof detail, "%lld row%s of %s after %s", (long long)rows, text_plural(rows), table,
             at);
    finding.reference = table;
    finding.detail = detail;
    (void)finding_report(findings, finding, err); /* the error is in *err */
}

/* Only at runs with an earlier as-of: the same as-of gives the same bytes (R3). */
void find_changes(struct findings *findings, struct err *err)
{
    struct table_changes changes[CHANGES_MAX];
    size_t count = 0;
    int64_t last = INSTANT_NONE;

    if (changes_last_run(findings->store, findings->month, findings->as_of, &last, err) != ERR_NONE ||
        last == INSTANT_NONE || changes_read(findings->store, last, findings->as_of, changes, &count, err) != ERR_NONE) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        report_change(findings, EXCEPTION_CORRECTIONS, changes[i].table, changes[i].corrections, last, err);
        report_change(findings, EXCEPTION_VOIDS, changes[i].table, changes[i].voids, last, err);
        report_change(findings, EXCEPTION_RESTAMPED_ROWS, changes[i].table, changes[i].restamped, last, err);
    }
}

/* R24: only where they matter, and once. */
void find_tax_rates(struct findings *findings, struct err *err)
{
    bool unreviewed = false;

    if (err->code == ERR_NONE && findings->taxable &&
        tax_rates_unreviewed(findings->store, findings->as_of, &unreviewed, err) == ERR_NONE && unreviewed) {
        struct finding finding = finding_of_run(EXCEPTION_TAX_RATES_NOT_REVIEWED);
        finding.reference = "tax_rates";
        (void)finding_report(findings, finding, err); /* the error is in *err */
    }
}
