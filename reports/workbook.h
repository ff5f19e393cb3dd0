/*
 * close.xlsx, the workbook for people: Summary first, then Invoices, Lines,
 * Statement (only WORKBOOK_FULL) and Exceptions.
 *
 * Accounts are written as they come, in order of account_id; the Summary is
 * filled at the end, when everything is known.
 */
#ifndef MONTHEND_REPORTS_WORKBOOK_H
#define MONTHEND_REPORTS_WORKBOOK_H

#include "lib/line.h"
#include "reports/book.h"
#include "reports/exceptions.h"
#include "reports/reports.h"
#include "reports/totals.h"

#define WORKBOOK_FILE "close.xlsx"

struct workbook {
    struct book book;
    bool full; /* WORKBOOK_FULL: the row sheets are there */
    const struct report_run *run;
    struct sheet summary;
    struct sheet invoices;
    struct sheet lines;
    struct sheet statement;
    struct sheet exceptions;
};

struct workbook_in {
    const struct report_run *run; /* stays the caller's; workbook is not WORKBOOK_NONE */
    const char *path;
    const char *temporary; /* directory for temporary files */
    uint32_t rows_max;     /* BOOK_ROWS_MAX; less in tests */
};

/* What the Summary says. */
struct workbook_end {
    const struct totals *totals;
    const struct exceptions *exceptions; /* sorted */
    const struct control *controls;
    size_t control_count;
};

ERR_MUST_USE enum err_code workbook_begin(struct workbook *workbook, struct workbook_in in, struct err *err);

/* An account's rows but for its lines. Nothing without the row sheets. */
ERR_MUST_USE enum err_code workbook_account(struct workbook *workbook, const struct report_account *account,
                                            struct err *err);

/* Line `index` of the account's bill. Nothing without the row sheets. */
ERR_MUST_USE enum err_code workbook_line(struct workbook *workbook, const struct report_account *account,
                                         size_t index, const struct line_text *text, struct err *err);

/* The Exceptions and the Summary; then the file is written and read back (ERR_IO). */
ERR_MUST_USE enum err_code workbook_finish(struct workbook *workbook, struct workbook_end end, struct err *err);

/* Harmless when nothing was begun ({0}) or all is done. */
void workbook_release(struct workbook *workbook);

#endif
