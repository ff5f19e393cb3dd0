/*
 * A run's workbook beside the database: its totals read back.
 */
#ifndef MONTHEND_BATCH_VERIFY_WORKBOOK_H
#define MONTHEND_BATCH_VERIFY_WORKBOOK_H

#include "schema/store_proof.h"
#include "schema/store_runs.h"

#define VERIFY_NO_WORKBOOK (-1)

/*
 * Every sum of lines and invoices on the sheet Tie-out of the workbook in the report directory
 * `folder` is that of the run's documents, and every currency is there; what is not is told to
 * the proof. *totals: how many were compared, or VERIFY_NO_WORKBOOK where there is no such file.
 */
ERR_MUST_USE enum err_code verify_workbook(struct store *store, const struct run *run, const char *folder,
                                           struct proof *proof, int64_t *totals, struct err *err);

#endif
