/*
 * The rows of shown_vs_billed.csv: what the product showed a customer beside what
 * is billed, of the month's events that carry credits_shown. The file is always
 * there; where nobody was shown anything it has only its header.
 *
 *     account_id, month
 *     events              of the month that carry credits_shown
 *     shown, billed       credits of these events: as shown, and as rated (R5, R6)
 *     difference          billed less shown: above 0, more is billed than was shown
 *     largest_event       the event that differs most, by absolute difference; of equal ones the earliest; empty: none differs
 *     largest_difference  its billed less shown; empty likewise
 *     amount_changed      flag: would another amount be billed, had these events counted as they were shown?
 *     currency, total     what is billed for the month
 *     total_as_shown      what would be; empty: it could not be billed
 *
 * Held accounts are left out, as in usage_by_model.csv: their month is not rated yet.
 */
#ifndef MONTHEND_REPORTS_SHOWN_TABLE_H
#define MONTHEND_REPORTS_SHOWN_TABLE_H

#include "reports/csv_write.h"
#include "reports/reports.h"

/* The account's row, where it has one. */
ERR_MUST_USE enum err_code table_shown(struct csv *csv, const struct report_run *run, const struct report_account *account,
                                       struct err *err);

#endif
