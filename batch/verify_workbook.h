/*
 * A run's workbook beside the database: its totals read back.
 */
#ifndef MONTHEND_BATCH_VERIFY_WORKBOOK_H
#define MONTHEND_BATCH_VERIFY_WORKBOOK_H

#include "schema/store_proof.h"
#include "schema/store_runs.h"

#define VERIFY_WORKBOOK "close.xlsx"

/*
 * Every sum of lines and invoices on the sheet Tie-out of the workbook at `path` is that
 * of the run's documents, and every currency is there; what is not is told to the proof.
 * *totals: how many were compared.
 */
ERR_MUST_USE enum err_code verify_workbook(struct store *store, const struct run *run, const char *path,
                                           struct proof *proof, int64_t *totals, struct err *err);

#endif
