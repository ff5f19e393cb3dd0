/*
 * The report files of a run, read back: are they those that the run wrote, and
 * do they say what the database says?
 */
#ifndef MONTHEND_BATCH_VERIFY_REPORTS_H
#define MONTHEND_BATCH_VERIFY_REPORTS_H

#include "lib/err.h"
#include "schema/store_proof.h"
#include "schema/store_runs.h"

/* ERR_NO_INPUT: there is no such directory. */
enum err_code verify_reports_place(const char *reports, struct err *err);

/* After second_way_run() for the run, on the same store: the usage by model and the controls are its. */
enum err_code verify_reports(struct store *store, const struct run *run, const char *reports, struct proof *proof,
                             struct err *err);

/* Is there a run's report directory that is of none of the runs? `month`: only there, or MONTH_NONE: everywhere. */
enum err_code verify_strangers(const struct run *runs, size_t run_count, const char *reports, int32_t month,
                               struct proof *proof, struct err *err);

#endif
