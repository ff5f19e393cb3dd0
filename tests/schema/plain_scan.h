/*
 * plain_scan.h - usage by the plainest way, the letter of R3, R7 and R8 as one query,
 * row by row on one thread: what usage_scan() is held against.
 */
#ifndef MONTHEND_TESTS_SCHEMA_PLAIN_SCAN_H
#define MONTHEND_TESTS_SCHEMA_PLAIN_SCAN_H

#include "schema/store_usage.h"

/* As usage_scan(), without progress or stop. */
ERR_MUST_USE enum err_code plain_scan(struct store *store, struct usage_scan scan, struct usage_table *table,
                                      struct usage_counts *counts, struct err *err);

#endif
