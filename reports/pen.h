/*
 * Writing a sheet of blocks from the top: titles, sections, headers, facts.
 * The first error stops everything behind it: look at `code` at the end.
 */
#ifndef MONTHEND_REPORTS_PEN_H
#define MONTHEND_REPORTS_PEN_H

#include <stddef.h>
#include <stdint.h>

#include "reports/book.h"

struct pen {
    struct sheet *sheet;
    enum err_code code;
    struct err *err;
};

void pen_row_end(struct pen *pen);
void pen_blank(struct pen *pen); /* an empty row */
void pen_title(struct pen *pen, const char *title);
void pen_note(struct pen *pen, const char *note);

/* A heading over a block, underlined across its columns; an empty row before it. */
void pen_section(struct pen *pen, const char *title, size_t columns);

/* A row of headers: the first on the left, the others on the right. */
void pen_headers(struct pen *pen, const char *const *titles, size_t count);

/* "Month      2025-11" */
void pen_fact(struct pen *pen, const char *label, const char *text);

/* A coloured row across `columns`. */
void pen_banner(struct pen *pen, const char *text, enum cell_format format, size_t columns);

/* The current row as a spreadsheet counts, from 1. */
unsigned pen_line(const struct pen *pen);

/*
 * A sum over a sheet's rows: a formula where all of them are in the workbook,
 * otherwise the value alone.
 */
struct pen_sum {
    const struct sheet *sheet; /* NULL: the value alone */
    const char *term;          /* see sheet_formula() */
    uint16_t columns[BOOK_RANGES];
    int64_t value;
    int digits;
    enum cell_format format;
};
void pen_sum(struct pen *pen, struct pen_sum sum);

/*
 * Two amounts of the row, in its columns B and C, compared: their difference and
 * what share it is of the first, as formulas, in the next two cells.
 *
 *     first  second  ->  cells
 *     20.00   25.00      5.00  25.0 %
 *      0.00   25.00     25.00            of nothing there is no share
 */
void pen_difference(struct pen *pen, int64_t first, int64_t second, int digits, bool total);

#endif
