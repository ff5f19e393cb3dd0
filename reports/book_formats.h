/*
 * How the cells of a workbook look: fonts, colours, number formats.
 */
#ifndef MONTHEND_REPORTS_BOOK_FORMATS_H
#define MONTHEND_REPORTS_BOOK_FORMATS_H

#include "reports/book.h"

#define COLOR_INK 0x1F2937   /* text */
#define COLOR_BRAND 0x1F3864 /* headers and titles */
#define COLOR_RED 0xC00000
#define COLOR_AMBER 0x7F6000
#define COLOR_GREEN 0x548235
#define COLOR_GREY 0x7F7F7F
#define COLOR_LINK 0x0563C1
#define COLOR_FAINT 0xBFBFBF

/* Fill in book->formats; false: no memory. */
bool book_formats_make(struct book *book);

#endif
