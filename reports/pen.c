/* A sheet of blocks, row by row. */
#include "reports/pen.h"

#include <stdio.h>

#include "lib/arith.h"

#define TITLE_HEIGHT 28
#define SECTION_HEIGHT 22
#define SHARE_DIGITS 4 /* 0.1234 is 12.34 % */
#define SHARE_SCALE 10000

void pen_row_end(struct pen *pen)
{
    if (pen->code == ERR_NONE) {
        pen->code = sheet_row_end(pen->sheet, pen->err);
    }
}

void pen_blank(struct pen *pen)
{
    pen_row_end(pen);
}

void pen_title(struct pen *pen, const char *title)
{
    sheet_row_height(pen->sheet, TITLE_HEIGHT);
    cell_text(pen->sheet, title, CELL_TITLE);
    pen_row_end(pen);
}

void pen_note(struct pen *pen, const char *note)
{
    cell_text(pen->sheet, note, CELL_NOTE);
    pen_row_end(pen);
}

void pen_section(struct pen *pen, const char *title, size_t columns)
{
    pen_blank(pen);
    sheet_row_height(pen->sheet, SECTION_HEIGHT);
    cell_text(pen->sheet, title, CELL_SECTION);
    for (size_t i = 1; i < columns; i++) {
        cell_text(pen->sheet, "", CELL_SECTION);
    }
    pen_row_end(pen);
}

void pen_headers(struct pen *pen, const char *const *titles, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cell_text(pen->sheet, titles[i], i == 0 ? CELL_HEADER : CELL_HEADER_RIGHT);
    }
    pen_row_end(pen);
}

void pen_fact(struct pen *pen, const char *label, const char *text)
{
    cell_text(pen->sheet, label, CELL_LABEL);
    cell_text(pen->sheet, text, CELL_STRONG);
    pen_row_end(pen);
}

void pen_banner(struct pen *pen, const char *text, enum cell_format format, size_t columns)
{
    sheet_row_height(pen->sheet, SECTION_HEIGHT);
    cell_text(pen->sheet, text, format);
    for (size_t i = 1; i < columns; i++) {
        cell_text(pen->sheet, "", format);
    }
    pen_row_end(pen);
}

unsigned pen_line(const struct pen *pen)
{
    return (unsigned)pen->sheet->row + 1;
}

void pen_sum(struct pen *pen, struct pen_sum sum)
{
    char formula[BOOK_FORMULA_MAX] = "";

    if (sum.sheet != NULL) {
        sheet_formula(sum.sheet, sum.term, sum.columns, formula);
    }
    cell_formula(pen->sheet, formula, sum.value, sum.digits, sum.format);
}

/* A difference as a share of what was there, half away from zero; false: of nothing, or less, there is none. */
static bool share_of(int64_t difference, int64_t first, int64_t *share)
{
    return first > 0 && arith_mul_div_half_away(difference, SHARE_SCALE, first, share);
}

void pen_difference(struct pen *pen, int64_t first, int64_t second, int digits, bool total)
{
    unsigned line = pen_line(pen);
    int64_t difference = second - first; /* of sums of invoices, which fit */
    int64_t share = 0;
    char formula[64];

    (void)snprintf(formula, sizeof formula, "=C%u-B%u", line, line);
    cell_formula(pen->sheet, formula, difference, digits,
                 (enum cell_format)((total ? CELL_MONEY_TOTAL : CELL_MONEY) + digits));
    if (share_of(difference, first, &share)) {
        (void)snprintf(formula, sizeof formula, "=ROUND(D%u/B%u,%d)", line, line, SHARE_DIGITS);
        cell_formula(pen->sheet, formula, share, SHARE_DIGITS, total ? CELL_SHARE_TOTAL : CELL_SHARE);
    } else {
        cell_text(pen->sheet, "", total ? CELL_SHARE_TOTAL : CELL_SHARE);
    }
}
