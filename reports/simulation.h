/*
 * The report directory of a simulation: months billed by two catalogues, laid
 * beside each other. Written under a temporary name and renamed when it is
 * whole; one that is there is replaced.
 */
#ifndef MONTHEND_REPORTS_SIMULATION_H
#define MONTHEND_REPORTS_SIMULATION_H

#include "reports/reports.h"
#include "reports/simulation_sums.h"

/* Nothing of the clock and of places: the same facts and catalogues give the same bytes. */
struct simulation_run {
    int32_t month_first;
    int32_t month_last;
    int64_t as_of;
    const char *name;   /* of the directory, in the last month's folder: "simulate" */
    const char *tables; /* what the other catalogue replaces: "plan_prices, plan_allowances" */
    const char *program_version;
    const char *rules_version;
    enum workbook_mode workbook;
    int threads; /* for the files; 1 or 0: only the caller's */
};

struct simulation;

/* Begin OUT/YYYY-MM/.NAME.tmp-PID. What `run` points to stays the caller's, until simulation_end(). ERR_CREATE, ERR_IO. */
ERR_MUST_USE enum err_code simulation_begin(const char *out, const struct simulation_run *run,
                                            struct simulation **simulation, struct err *err);

/* Accounts by month, and within a month in order of account_id. */
ERR_MUST_USE enum err_code simulation_account_add(struct simulation *simulation, const struct simulation_account *account,
                                                  struct err *err);

/* All accounts of the month have passed. */
ERR_MUST_USE enum err_code simulation_month_end(struct simulation *simulation, int32_t month, struct err *err);

/* Write what is left, SHA256SUMS last, and rename into place. */
ERR_MUST_USE enum err_code simulation_publish(struct simulation *simulation, struct err *err);

const struct simulation_sums *simulation_sums(const struct simulation *simulation);

/* Free; what was not published is removed from disk. NULL is harmless. */
void simulation_end(struct simulation *simulation);

#endif
