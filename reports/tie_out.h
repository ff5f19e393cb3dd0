/*
 * The sheet Tie-out: every total of the month tied to the rows that it comes
 * from, step by step: each difference is a formula and is 0.
 */
#ifndef MONTHEND_REPORTS_TIE_OUT_H
#define MONTHEND_REPORTS_TIE_OUT_H

#include "reports/workbook.h"

ERR_MUST_USE enum err_code tie_out_write(struct workbook *workbook, struct err *err);

#endif
