/*
 * The rows of a run's report files as the database has them, cell by cell in the
 * text of commands.md, to be laid beside the files.
 */
#ifndef MONTHEND_SCHEMA_STORE_REPORT_ROWS_H
#define MONTHEND_SCHEMA_STORE_REPORT_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/store.h"

enum report_table { /* in the order of their files' rows */
    REPORT_INVOICES,
    REPORT_INVOICE_LINES,
    REPORT_STATEMENT,
    REPORT_USAGE_BY_MODEL, /* after second_way_run() for the run, on the same store: what it counted */
    REPORT_CONTROLS,       /* the same: control, expected, actual, difference, ok; in any order */
    REPORT_TABLES
};

struct report_rows;

ERR_MUST_USE enum err_code report_rows_open(struct store *store, enum report_table table, int32_t run,
                                            struct report_rows **rows, struct err *err);
void report_rows_close(struct report_rows *rows); /* NULL is harmless */

/* To the next row: *row tells whether there is one. */
ERR_MUST_USE enum err_code report_rows_next(struct report_rows *rows, bool *row, struct err *err);

/* The place of a column by its name in the file's header, or -1: the database does not have it. */
int report_rows_column(const struct report_rows *rows, const char *name);

/* The cell of the row at hand, "" where it is empty; lives until the next row. */
const char *report_rows_cell(const struct report_rows *rows, int column);

#endif
