/*
 * Charts of the workbooks: one look, over rows of the sheet Summary.
 */
#ifndef MONTHEND_REPORTS_CHART_H
#define MONTHEND_REPORTS_CHART_H

#include <stdbool.h>

#include "reports/book.h"

#define CHART_COLORS 6
extern const lxw_color_t CHART_PALETTE[CHART_COLORS];

/* Rows of the Summary that a chart draws, from 0; `count` 0: none. */
struct chart_rows {
    uint32_t first;
    uint32_t count;
};

/* Charts of a sheet, one below the other on the right of its blocks. */
struct chart_stack {
    struct book *book;
    const struct sheet *sheet;
    uint16_t column;
    uint32_t row; /* where the next chart goes */
};

/* A new chart of a type of the library. NULL: no memory. */
lxw_chart *chart_new(struct chart_stack *stack, uint8_t type);

/* A series over rows of the Summary: names in column A, values in `column`, the series' name in `header`'s cell above
 * them or none (false). NULL: no memory. */
lxw_chart_series *chart_series(lxw_chart *chart, struct chart_rows rows, uint16_t column, lxw_color_t color, bool header);

/* Title, legend and axes. `lying`: bars, whose values are along x. */
void chart_dress(lxw_chart *chart, const char *title, bool legend, bool lying);

/* Put it on the sheet. ERR_INTERNAL: no memory. */
ERR_MUST_USE enum err_code chart_place(struct chart_stack *stack, lxw_chart *chart, struct err *err);

/* ERR_INTERNAL, in words: for the NULLs above. */
ERR_MUST_USE enum err_code chart_failed(const struct chart_stack *stack, struct err *err);

#endif
