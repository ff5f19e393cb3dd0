/*
 * A workbook of ours read back later: what the cells of one of its sheets say, by
 * their stored values.
 */
#ifndef MONTHEND_REPORTS_BOOK_READ_H
#define MONTHEND_REPORTS_BOOK_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"

struct book_cell {
    int row;    /* from 0 */
    int column; /* from 0 */
    const char *text; /* as stored: a text, or a number or a formula's value in decimal */
};
typedef void (*book_cell_visit)(void *context, const struct book_cell *cell);

/*
 * The cells that say something, row by row; a text is cut after BOOK_READ_TEXT_MAX - 1 bytes.
 * ERR_DATA: the file is no whole workbook, or has no such sheet.
 */
#define BOOK_READ_TEXT_MAX 256
ERR_MUST_USE enum err_code book_read(const char *path, const char *sheet, book_cell_visit visit, void *context,
                                     struct err *err);

#endif
