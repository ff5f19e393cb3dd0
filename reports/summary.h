/*
 * The Summary: the workbook's first sheet, what a controller reads first.
 */
#ifndef MONTHEND_REPORTS_SUMMARY_H
#define MONTHEND_REPORTS_SUMMARY_H

#include "reports/workbook.h"

ERR_MUST_USE enum err_code summary_begin(struct sheet *sheet, struct book *book, uint32_t color, struct err *err);

/* Fill it in; all other sheets have their rows by now. Where the row sheets are
 * in the workbook, its sums are formulas over them. */
ERR_MUST_USE enum err_code summary_write(struct workbook *workbook, struct workbook_end end, struct err *err);

#endif
