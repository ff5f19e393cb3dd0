/*
 * The CSV files of a simulation: their names, columns and rows.
 */
#ifndef MONTHEND_REPORTS_SIMULATION_TABLES_H
#define MONTHEND_REPORTS_SIMULATION_TABLES_H

#include "reports/csv_write.h"
#include "reports/simulation_sums.h"

enum simulation_table {
    SIMULATION_SUMMARY,  /* by month and currency */
    SIMULATION_REVENUE,  /* by month, currency, kind and plan */
    SIMULATION_ACCOUNTS, /* who pays more or less, or is held by one side only */
    SIMULATION_LARGEST,  /* the largest changes of each currency */
    SIMULATION_CHOICE,   /* plans held by the plan that would have cost least (R29) */
    SIMULATION_TABLES
};

const char *simulation_file(enum simulation_table table);   /* "simulate_summary.csv" */
const char *simulation_header(enum simulation_table table); /* "month,currency,..." */

/* An account whose total differs, or that one side holds. */
ERR_MUST_USE enum err_code simulation_table_account(struct csv *csv, const struct simulation_account *account,
                                                    enum simulated outcome, int64_t difference_minor, struct err *err);

/* All rows of the sums. ERR_DATA: a difference does not fit. */
ERR_MUST_USE enum err_code simulation_table_summary(struct csv *csv, const struct simulation_sums *sums, struct err *err);
ERR_MUST_USE enum err_code simulation_table_revenue(struct csv *csv, const struct simulation_sums *sums, struct err *err);
ERR_MUST_USE enum err_code simulation_table_largest(struct csv *csv, const struct simulation_sums *sums, struct err *err);
ERR_MUST_USE enum err_code simulation_table_choice(struct csv *csv, const struct simulation_sums *sums, struct err *err);

#endif
