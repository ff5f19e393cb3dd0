/*
 * The scan of usage as people see it.
 */
#include "batch/scan.h"

#include "batch/progress.h"
#include "batch/stop.h"

static void show(void *context, int64_t rows_done)
{
    progress_show(context, rows_done);
}

enum err_code scan_usage(struct store *store, struct usage_scan scan, bool quiet, struct usage_table *table,
                         struct usage_counts *counts, struct err *err)
{
    struct progress progress;
    int64_t rows = 0;

    if (usage_rows_estimate(store, scan.month_first, scan.month, &rows, err) != ERR_NONE) {
        return err->code;
    }
    progress_begin(&progress, quiet, "reading usage", "events", rows);
    scan.progress = show;
    scan.progress_context = &progress;
    scan.stop = stop_flag();
    enum err_code code = usage_scan(store, scan, table, counts, err);
    progress_end(&progress);
    if (code == ERR_INTERRUPTED) { /* the scan knows that it was stopped, not by what */
        *err = (struct err){0};
        code = stop_check(err);
    }
    return code;
}
