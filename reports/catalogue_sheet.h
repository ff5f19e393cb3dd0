/*
 * The sheet Catalogue: prices, limits, multipliers, taxes, countries and
 * policies in force in the month (R1, R4): what the month's first instant finds
 * and what began inside it.
 */
#ifndef MONTHEND_REPORTS_CATALOGUE_SHEET_H
#define MONTHEND_REPORTS_CATALOGUE_SHEET_H

#include "reports/workbook.h"

ERR_MUST_USE enum err_code catalogue_sheet_write(struct workbook *workbook, struct err *err);

#endif
