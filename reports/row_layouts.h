/*
 * The workbook's row sheets: which file each shows, and how.
 */
#ifndef MONTHEND_REPORTS_ROW_LAYOUTS_H
#define MONTHEND_REPORTS_ROW_LAYOUTS_H

#include "reports/row_survey.h"

enum row_sheet_id { /* in the order of the sheets */
    ROWS_TO_DO,
    ROWS_INVOICES,
    ROWS_LINES,
    ROWS_STATEMENT,
    ROWS_MODELS,
    ROW_SHEETS
};

extern const struct row_layout ROW_LAYOUTS[ROW_SHEETS];

/* Columns that formulas elsewhere add up. */
enum { TO_DO_SEVERITY = 0 };
enum { INVOICES_CURRENCY = 5, INVOICES_SUBTOTAL = 7, INVOICES_TAX, INVOICES_TOTAL, INVOICES_COLLECTED, INVOICES_DUE };
enum { LINES_KIND = 4, LINES_AMOUNT = 12, LINES_CURRENCY = 13 };
enum {
    STATEMENT_STATUS = 2,
    STATEMENT_EVENTS = 6,
    STATEMENT_CREDITS,
    STATEMENT_BONUS,
    STATEMENT_INCLUDED,
    STATEMENT_OVERAGE,
    STATEMENT_UNBILLED,
    STATEMENT_CURRENCY = 13,
    STATEMENT_TOTAL,
};
enum { MODELS_MODEL = 2, MODELS_EVENTS, MODELS_CREDITS };

#endif
