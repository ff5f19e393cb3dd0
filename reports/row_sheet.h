/*
 * A sheet that shows the rows of one CSV file: numbers as numbers, dates as
 * dates, filters, a frozen header and, above it, totals that follow the filter.
 *
 * Money of several currencies is never added up: there is a line of totals for
 * each, over the rows that a filter leaves (the column "Shown" knows which).
 */
#ifndef MONTHEND_REPORTS_ROW_SHEET_H
#define MONTHEND_REPORTS_ROW_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reports/book.h"
#include "reports/csv_table.h"
#include "reports/row_order.h"
#include "reports/row_survey.h"
#include "reports/tables.h"

struct row_sheet {
    const struct row_layout *layout;
    const char *path;      /* of the CSV file */
    int64_t page_rows;     /* data rows of a page at most: BOOK_ROWS_MAX; less in tests */
    int64_t file_rows;     /* in the file; row_sheet_prepare() */
    bool all;              /* all of them are shown */
    struct row_order order; /* where the layout has a key, or not all are shown */
    bool ordered;
    struct row_survey survey;
    struct sheet sheet;    /* row_sheet_write() */
    char name[LXW_SHEETNAME_MAX + 1]; /* "NAME (largest)" where not all rows are shown */
    struct sheet_column columns[ROW_COLUMNS_MAX + 1];
};

struct row_sheet_in {
    const struct row_layout *layout;
    const char *path;
    size_t limit;      /* rows that are shown at most, the largest of them; SIZE_MAX: all */
    int64_t page_rows; /* 1 .. BOOK_ROWS_MAX */
};

/* Read the file once or twice: which rows are shown, in which order, what they come to.
 * ERR_IO: it cannot be read back. row_sheet_release() frees, also after an error. */
ERR_MUST_USE enum err_code row_sheet_prepare(struct row_sheet *rows, struct row_sheet_in in, struct err *err);

/* Where the links of a sheet's rows lead (ROW_LINES_LINK, ROW_STATEMENT_LINK). Only prepared sheets of whole
 * files; NULL: no links. */
struct row_links {
    const struct row_sheet *lines;
    const struct row_sheet *statement;
};

/* The sheet with all of its pages, behind those that are there; then its rows. row_sheet_fill() may run on a thread,
 * for each sheet its own. */
ERR_MUST_USE enum err_code row_sheet_begin(struct row_sheet *rows, struct book *book, struct err *err);
ERR_MUST_USE enum err_code row_sheet_fill(struct row_sheet *rows, struct row_links links, struct err *err);

/* Both. */
ERR_MUST_USE enum err_code row_sheet_write(struct row_sheet *rows, struct book *book, struct row_links links,
                                           struct err *err);

void row_sheet_release(struct row_sheet *rows);

/* "#'Lines (2)'!A7": the place of data row `row` (from 0) of a sheet, as a link. */
#define ROW_TARGET_MAX 64
void row_sheet_target(const struct row_sheet *rows, int64_t row, char target[ROW_TARGET_MAX]);

#endif
