/*
 * The workbook's row sheets: which file each shows, and how.
 */
#ifndef MONTHEND_REPORTS_ROW_LAYOUTS_H
#define MONTHEND_REPORTS_ROW_LAYOUTS_H

#include "reports/row_survey.h"

enum row_sheet_id { /* in the order of the sheets */
    ROWS_TO_DO,
    ROWS_DIFFERENCES, /* only of a reprocessing (R28) */
    ROWS_INVOICES,
    ROWS_LINES,
    ROWS_STATEMENT,
    ROWS_MODELS,
    ROWS_BREAKEVEN,
    ROWS_PLAN_FIT,
    ROWS_RECEIVABLES,
    ROWS_SHOWN, /* only where something was shown */
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
enum { BREAKEVEN_SAVING = 11 };
enum { PLAN_FIT_DIFFERENCE = 7 };
enum { SHOWN_DIFFERENCE = 5, SHOWN_CHANGED = 8 };
enum {
    RECEIVABLES_CURRENCY = 1,
    RECEIVABLES_OPENING,
    RECEIVABLES_BILLED,
    RECEIVABLES_COLLECTED,
    RECEIVABLES_CLOSING,
    RECEIVABLES_OLDEST,
};

#endif
