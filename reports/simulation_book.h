/*
 * simulate.xlsx, the simulation's workbook for people: Summary with charts, then
 * the rows of its CSV files. It is made when those are whole.
 */
#ifndef MONTHEND_REPORTS_SIMULATION_BOOK_H
#define MONTHEND_REPORTS_SIMULATION_BOOK_H

#include "reports/book.h"
#include "reports/row_sheet.h"
#include "reports/simulation.h"

#define SIMULATION_BOOK_FILE "simulate.xlsx"

enum simulation_rows { /* in the order of the sheets */
    SIMULATION_ROWS_REVENUE,
    SIMULATION_ROWS_LARGEST,
    SIMULATION_ROWS_ACCOUNTS,
    SIMULATION_ROWS_CHOICE,
    SIMULATION_ROW_SHEETS
};

struct simulation_book_in {
    const struct simulation_run *run; /* workbook is not WORKBOOK_NONE */
    const char *directory;            /* where the CSV files are, and the library's temporary files go */
    const struct simulation_sums *sums;
    int64_t account_rows; /* of simulate_accounts.csv */
};

/* The workbook while it is being written, as its sheets see it. */
struct simulation_book {
    struct simulation_book_in in;
    struct book book;
    struct sheet summary;
    struct row_sheet rows[SIMULATION_ROW_SHEETS];
    char paths[SIMULATION_ROW_SHEETS][BOOK_PATH_MAX];
};

/* Columns of the row sheets that the Summary's formulas add up. */
enum { REVENUE_MONTH, REVENUE_CURRENCY, REVENUE_KIND, REVENUE_PLAN, REVENUE_REAL = 6, REVENUE_SIMULATED };
enum { CHOICE_CURRENCY = 1, CHOICE_SIDE, CHOICE_PLAN, CHOICE_CHEAPEST, CHOICE_ACCOUNTS };

/* Write DIRECTORY/simulate.xlsx and read it back. ERR_IO: it cannot be written, or is not what was written. */
ERR_MUST_USE enum err_code simulation_book_write(const struct simulation_book_in *in, struct err *err);

/* simulation_summary.c: the Summary's page, and when the row sheets are there, what is on it. */
ERR_MUST_USE enum err_code simulation_summary_begin(struct simulation_book *book, struct err *err);
ERR_MUST_USE enum err_code simulation_summary_write(struct simulation_book *book, struct err *err);

#endif
