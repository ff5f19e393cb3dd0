/*
 * The CSV files of a report directory: their names, their columns and their
 * rows, exactly as the command reference has them.
 */
#ifndef MONTHEND_REPORTS_TABLES_H
#define MONTHEND_REPORTS_TABLES_H

#include <stddef.h>

#include "lib/line.h"
#include "reports/csv_write.h"
#include "reports/reports.h"

enum table {
    TABLE_INVOICES,
    TABLE_INVOICE_LINES,
    TABLE_STATEMENT,
    TABLE_USAGE_BY_MODEL,
    TABLE_EXCEPTIONS,
    TABLE_BREAKEVEN,
    TABLE_PLAN_FIT,
    TABLE_RECEIVABLES,
    TABLE_SHOWN, /* its rows: reports/shown_table.h */
    TABLE_CONTROLS,
    TABLE_JOURNAL, /* its rows: reports/journal.h */
    TABLE_DIFFERENCES, /* only of a reprocessing */
    TABLE_COUNT
};

const char *table_file(enum table table);   /* "invoices.csv" */
const char *table_header(enum table table); /* "invoice_number,kind,..." */

/* An invoice or a note (report_document), without its lines. */
ERR_MUST_USE enum err_code table_invoice(struct csv *csv, const struct report_run *run,
                                         const struct report_account *account, struct err *err);

/* Line `index` of that; `text` is how it reads. */
ERR_MUST_USE enum err_code table_line(struct csv *csv, const struct report_run *run,
                                      const struct report_account *account, size_t index,
                                      const struct line_text *text, struct err *err);

ERR_MUST_USE enum err_code table_statement(struct csv *csv, const struct report_run *run,
                                           const struct report_account *account, struct err *err);

/* The account's models with events; `order` are the numbers of the catalogue's
 * models by name. Nothing for a held account. */
ERR_MUST_USE enum err_code table_models(struct csv *csv, const struct report_run *run,
                                        const struct report_account *account, const int32_t *order,
                                        struct err *err);

ERR_MUST_USE enum err_code table_exception(struct csv *csv, const struct exception_row *row, struct err *err);

ERR_MUST_USE enum err_code table_control(struct csv *csv, const struct control *control, struct err *err);

ERR_MUST_USE enum err_code table_difference(struct csv *csv, const struct report_run *run,
                                            const struct difference_row *row, struct err *err);

/* "invoice", "credit_note", "debit_note" */
const char *document_kind(const struct report_account *account);

/* The code of a plan; "" for none. */
const char *plan_code(const struct catalogue *catalogue, int plan);

#endif
