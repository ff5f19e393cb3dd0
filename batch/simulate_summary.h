/*
 * What a simulation says on standard output.
 */
#ifndef MONTHEND_BATCH_SIMULATE_SUMMARY_H
#define MONTHEND_BATCH_SIMULATE_SUMMARY_H

#include <stdbool.h>

#include "lib/err.h"
#include "reports/simulation_sums.h"

/* Sums and accounts of each month and currency, and of several months together.
 * ERR_DATA: months that cannot be added up. */
ERR_MUST_USE enum err_code simulate_summary_print(const struct simulation_sums *sums, struct err *err);

/* Would the other catalogue hold an account that is billed really (exit status 1)? */
bool simulate_summary_needs_look(const struct simulation_sums *sums);

#endif
