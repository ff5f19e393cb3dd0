/*
 * Where the columns stand that the Summary's formulas add up.
 */
#ifndef MONTHEND_REPORTS_WORKBOOK_COLUMNS_H
#define MONTHEND_REPORTS_WORKBOOK_COLUMNS_H

enum { /* Invoices */
    INVOICES_CURRENCY = 5,
    INVOICES_SUBTOTAL = 7,
    INVOICES_TAX,
    INVOICES_TOTAL,
    INVOICES_COLLECTED,
    INVOICES_DUE,
};

enum { /* Lines */
    LINES_KIND = 4,
    LINES_AMOUNT = 12,
    LINES_CURRENCY = 13,
};

enum { /* Statement */
    STATEMENT_STATUS = 2,
    STATEMENT_EVENTS = 6,
    STATEMENT_CREDITS,
    STATEMENT_BONUS,
    STATEMENT_INCLUDED,
    STATEMENT_OVERAGE,
    STATEMENT_UNBILLED,
};

#endif
