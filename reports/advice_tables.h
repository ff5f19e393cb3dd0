/*
 * The rows of breakeven.csv (R29), plan_fit.csv (R30) and receivables.csv: of
 * one account, where it has anything to tell there. Columns as the command
 * reference has them.
 */
#ifndef MONTHEND_REPORTS_ADVICE_TABLES_H
#define MONTHEND_REPORTS_ADVICE_TABLES_H

#include "reports/csv_write.h"
#include "reports/reports.h"

/* Accounts with overage that are not held. Without a next plan its two cells are empty, without a cheapest plan its
 * three; `credits` is the usage less bonus, `overage` what it was charged. */
ERR_MUST_USE enum err_code table_breakeven(struct csv *csv, const struct report_run *run,
                                           const struct report_account *account, struct err *err);

/* Accounts that are not held, from the third such month on. Where no plan covers the usage the last two cells are empty. */
ERR_MUST_USE enum err_code table_plan_fit(struct csv *csv, const struct report_run *run,
                                          const struct report_account *account, struct err *err);

/* Accounts with an amount other than 0, held ones among them; none whose payments add up to more than fits. */
ERR_MUST_USE enum err_code table_receivable(struct csv *csv, const struct report_run *run,
                                            const struct report_account *account, struct err *err);

#endif
