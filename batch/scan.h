/*
 * The scan of usage as people see it: with progress, and stopped by a signal.
 */
#ifndef MONTHEND_BATCH_SCAN_H
#define MONTHEND_BATCH_SCAN_H

#include <stdbool.h>

#include "schema/store_usage.h"

/* usage_scan() with its progress (not where `quiet`) and stop filled in. */
ERR_MUST_USE enum err_code scan_usage(struct store *store, struct usage_scan scan, bool quiet, struct usage_table *table,
                                      struct usage_counts *counts, struct err *err);

#endif
