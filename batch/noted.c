/*
 * A run at work.
 */
#include "batch/noted.h"

#include <string.h>

#include "batch/clock.h"
#include "batch/log.h"
#include "schema/store_runs.h"

enum err_code noted_begin(struct store *store, int32_t month, const char *kind, const struct options *options,
                          struct noted *noted, struct err *err)
{
    int32_t sequence = 0;

    *noted = (struct noted){.store = store};
    if (user_name(noted->user, err) != ERR_NONE) {
        return err->code;
    }
    struct run_note note = {
        .month = month,
        .kind = kind,
        .as_of = options->as_of,
        .noted_at = clock_now_ms(),
        .run_by = noted->user,
        .approved_by = options->approved_by,
        .program_version = MONTHEND_VERSION,
        .workbook = workbook_name(options->workbook),
    };
    if (run_note(store, &note, &noted->run, &sequence, err) != ERR_NONE) {
        return err->code;
    }
    past_name(sequence, kind, noted->name);
    log_run(month, noted->name);
    return issue_begin(store, noted->run, month, options->as_of, err);
}

enum err_code noted_issue(struct noted *noted, const struct run_result *result, struct err *err)
{
    struct run_totals totals = {
        .invoiced = result->totals.documents[SERIES_INVOICE],
        .no_charge = result->totals.issued[BILL_NO_CHARGE],
        .held = result->totals.issued[BILL_HELD] - result->totals.kept,
        .ended_at = clock_now_ms(),
    };

    memcpy(totals.digest, result->digest, sizeof totals.digest);
    memcpy(totals.reports_digest, result->sums_digest, sizeof totals.reports_digest);
    enum err_code code = issue_commit(noted->store, &totals, err);
    log_phase_over("committing");
    noted->issued = code == ERR_NONE;
    return code;
}

enum err_code noted_end(struct noted *noted, struct err *err)
{
    struct err late = {0};

    if (noted->run == 0) {
        return err->code;
    }
    issue_drop(noted->store);
    if (!noted->issued && run_abandon(noted->store, noted->run, clock_now_ms(), &late) != ERR_NONE &&
        err->code == ERR_NONE) {
        *err = late; /* otherwise the next run abandons it */
    }
    return err->code;
}
