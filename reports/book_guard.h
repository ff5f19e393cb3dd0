/*
 * Writing a workbook where memory may run out.
 *
 * libxlsxwriter (1.1) looks at some of its allocations and not at others: where
 * memory is short it leaves out what it could not store, prints to the standard
 * error, or dereferences NULL. Here each of these becomes one error of the run.
 */
#ifndef MONTHEND_REPORTS_BOOK_GUARD_H
#define MONTHEND_REPORTS_BOOK_GUARD_H

#include "lib/err.h"

/* Writes a workbook from `in`. */
typedef enum err_code book_writer(const void *in, struct err *err);

/*
 * Call write(in, err). ERR_INTERNAL "no memory ...": the library ran out of it, whatever it made of that; ERR_IO: it
 * broke down where the system refused it a file; what it held is lost with the process, which must
 * end soon. Otherwise what `write` returns. For one workbook at a time.
 */
ERR_MUST_USE enum err_code book_guarded(book_writer *write, const void *in, struct err *err);

/* A part of that on another thread, of those that `write` begins and waits for: ERR_INTERNAL where the library broke down. */
ERR_MUST_USE enum err_code book_guard_work(book_writer *write, const void *in, struct err *err);

#endif
