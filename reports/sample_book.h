/*
 * sample.xlsx: the sheet on which an auditor ticks the documents off, and one
 * that says how they were picked and what a difference stands for.
 */
#ifndef MONTHEND_REPORTS_SAMPLE_BOOK_H
#define MONTHEND_REPORTS_SAMPLE_BOOK_H

#include "reports/book.h"
#include "reports/sample.h"

struct sample_book_in {
    const struct sample_run *run;
    const char *directory; /* where it goes, and the library's temporary files */
    const struct sample_pick *picks;
    size_t pick_count;
    const struct sample_population *populations;
    size_t population_count;
};

/* Write DIRECTORY/sample.xlsx and read it back. ERR_IO: it cannot be written, or is not what was written. */
ERR_MUST_USE enum err_code sample_book_write(const struct sample_book_in *in, struct err *err);

/* sample_method_sheet.c: how the documents were picked; `sheet` lives as long as the book. */
ERR_MUST_USE enum err_code sample_method_sheet_write(struct book *book, const struct sample_book_in *in, struct sheet *sheet,
                                                     struct err *err);

#endif
