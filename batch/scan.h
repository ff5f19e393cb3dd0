/*
 * The scan of a month's usage (schema/store_usage.h) as a person sees it: with
 * progress, and stopped by a signal.
 */
#ifndef MONTHEND_BATCH_SCAN_H
#define MONTHEND_BATCH_SCAN_H

#include <stdbool.h>

#include "schema/store_usage.h"

/* `scan` without progress and stop, which are added. */
ERR_MUST_USE enum err_code scan_usage(struct store *store, struct usage_scan scan, bool quiet, struct usage_table *table,
                                      struct usage_counts *counts, struct err *err);

#endif
