/*
 * The sheet Variance: this month beside the last closed one before, by plan,
 * kind and country, and the accounts that changed most, each with its reason.
 */
#ifndef MONTHEND_REPORTS_VARIANCE_SHEET_H
#define MONTHEND_REPORTS_VARIANCE_SHEET_H

#include "reports/workbook.h"

ERR_MUST_USE enum err_code variance_sheet_write(struct workbook *workbook, struct err *err);

#endif
