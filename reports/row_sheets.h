/*
 * The workbook's row sheets, all of them: surveyed and written on threads, a sheet
 * at a time. The workbook is the same, byte for byte, however many there are.
 */
#ifndef MONTHEND_REPORTS_ROW_SHEETS_H
#define MONTHEND_REPORTS_ROW_SHEETS_H

#include "reports/workbook.h"

/* row_sheet_prepare() for each; before the book begins. */
ERR_MUST_USE enum err_code row_sheets_prepare(struct workbook *workbook, struct err *err);

/* The sheets, behind those that are there, with their rows. */
ERR_MUST_USE enum err_code row_sheets_write(struct workbook *workbook, struct err *err);

#endif
