/*
 * close.xlsx, the workbook for people. It is made when the CSV files are whole,
 * and shows what is in them: Summary, To do, Invoices, Lines, Statement, Models,
 * the advice, Variance, Tie-out and Catalogue, in this order.
 */
#ifndef MONTHEND_REPORTS_WORKBOOK_H
#define MONTHEND_REPORTS_WORKBOOK_H

#include "reports/book.h"
#include "reports/exceptions.h"
#include "reports/journal.h"
#include "reports/reports.h"
#include "reports/row_layouts.h"
#include "reports/row_sheet.h"
#include "reports/totals.h"

#define WORKBOOK_FILE "close.xlsx"
#define WORKBOOK_LINES_FULL 200000 /* WORKBOOK_AUTO: up to so many lines all rows are in the workbook */

struct workbook_in {
    const struct report_run *run; /* workbook is not WORKBOOK_NONE */
    const char *directory;        /* where the CSV files are, and the library's temporary files go */
    int64_t page_rows;            /* data rows of a page: BOOK_ROWS_MAX; less in tests */
    const struct totals *totals;
    const struct exceptions *exceptions;
    const struct journal *journal;
    const struct report_end *end;
    bool shown; /* shown_vs_billed.csv has rows */
};

/* The workbook while it is being written, as its sheets see it. */
struct workbook {
    struct workbook_in in;
    struct book book;
    struct sheet summary;
    struct sheet variance;
    struct sheet tie_out;
    struct sheet catalogue;
    struct row_sheet rows[ROW_SHEETS];
    char paths[ROW_SHEETS][BOOK_PATH_MAX]; /* of the CSV files */
};

/* Has the workbook this sheet? */
bool workbook_has(const struct workbook_in *in, int id);

/* Write DIRECTORY/close.xlsx and read it back. ERR_IO: it cannot be written, or is not what was written. */
ERR_MUST_USE enum err_code workbook_write(const struct workbook_in *in, struct err *err);

/* Does a workbook of this mode hold all rows of a month with so many invoice lines? Not WORKBOOK_NONE. */
bool workbook_holds_all(enum workbook_mode mode, int64_t lines);

/* The sheet whose rows formulas may add up, or NULL: not all of them are in the workbook. */
const struct sheet *workbook_whole(const struct workbook *workbook, enum row_sheet_id id);

#endif
