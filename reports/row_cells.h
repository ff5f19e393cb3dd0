/*
 * The cells of a row sheet: a field's text as the number, date, word or link
 * that it is. For row_sheet.c.
 */
#ifndef MONTHEND_REPORTS_ROW_CELLS_H
#define MONTHEND_REPORTS_ROW_CELLS_H

#include "reports/row_sheet.h"

/* Does the column stand on the right? */
bool row_kind_is_number(enum row_kind kind);

/* Finds where the rows of Invoices lead: to their first line and to their account's statement.
 * Invoices and the statement are in the order of account_id, lines in that of their invoices. */
struct row_linker { /* starts with its links alone */
    struct row_links links;
    struct csv_table *statement;
    int64_t statement_row; /* rows read so far; the account's is the last of them */
    int64_t line_row;      /* the invoice's first */
    int64_t line_next;     /* the next invoice's first */
};

ERR_MUST_USE enum err_code row_linker_begin(struct row_linker *linker, struct err *err);
ERR_MUST_USE enum err_code row_linker_next(struct row_linker *linker, const struct csv_record *invoice,
                                           struct err *err);
void row_linker_end(struct row_linker *linker);

/* The field as the sheet's next cell. ERR_IO: it is not what its column holds. */
ERR_MUST_USE enum err_code row_cell(struct sheet *sheet, enum row_kind kind, const char *field,
                                    const struct row_linker *linker, struct err *err);

#endif
