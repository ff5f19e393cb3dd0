/*
 * The sheet Tie-out: every total of the month tied to the rows that it comes
 * from, step by step: each difference is a formula and is 0.
 */
#ifndef MONTHEND_REPORTS_TIE_OUT_H
#define MONTHEND_REPORTS_TIE_OUT_H

#include "reports/workbook.h"

/* What a reader of the file finds there: its name, the heading of a currency's steps, what they name, and their result.
 * A step's cells are: this, what it comes to, and this, what that comes to, the difference, the result. */
#define TIE_OUT_SHEET "Tie-out"
#define TIE_OUT_MONEY "Money in " /* and the currency */
#define TIE_OUT_LINES "All amounts of Lines"
#define TIE_OUT_LINES_REST "Lines before tax"
#define TIE_OUT_LINES_TAX "Tax lines"
#define TIE_OUT_TOTAL "Total of Invoices"
#define TIE_OUT_SUBTOTAL "Subtotal of Invoices"
#define TIE_OUT_TAX "Tax of Invoices"
#define TIE_OUT_AGREES "agrees"
#define TIE_OUT_DIFFERS "DIFFERS"

ERR_MUST_USE enum err_code tie_out_write(struct workbook *workbook, struct err *err);

#endif
