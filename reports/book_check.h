/*
 * Reading a workbook back. The library that wrote it can report success for a
 * file that was cut short; this is the proof that it was not.
 */
#ifndef MONTHEND_REPORTS_BOOK_CHECK_H
#define MONTHEND_REPORTS_BOOK_CHECK_H

#include "reports/book.h"

/* The file at book->path: its archive is consistent, every part of it is whole
 * (its checksum) and well-formed, and its sheets are book->pages with exactly
 * their rows and cells, which say what was written (their digest). ERR_IO, with what is wrong. */
ERR_MUST_USE enum err_code book_check(const struct book *book, struct err *err);

#endif
