/*
 * The Summary: the workbook's first sheet, what a controller reads first.
 */
#ifndef MONTHEND_REPORTS_SUMMARY_H
#define MONTHEND_REPORTS_SUMMARY_H

#include "reports/pen.h"
#include "reports/workbook.h"

#define SUMMARY_COLUMNS 8 /* of the blocks; the charts stand on their right */

/* Its page, before those of all other sheets. */
ERR_MUST_USE enum err_code summary_begin(struct workbook *workbook, struct err *err);

/* Fill it in: all other sheets have their rows by now. Where all rows are in the
 * workbook, its sums are formulas over them. */
ERR_MUST_USE enum err_code summary_write(struct workbook *workbook, struct err *err);

/* Rows of the Summary that a chart draws, from 0; `count` 0: none. */
struct chart_rows {
    uint32_t first;
    uint32_t count;
};

/* What the blocks of the Summary have for the charts. */
struct summary_charts {
    const char *currency;       /* of the revenue that is drawn; NULL: there is none */
    struct chart_rows revenue;  /* plans; columns B .. are kinds */
    uint16_t revenue_kinds;
    bool revenue_kind[SUMMARY_COLUMNS]; /* is there any of it? */
    struct chart_rows models;
    struct chart_rows days;
    struct chart_rows shares;
};

/* summary_revenue.c: revenue by plan and kind for each currency, and by country. */
void summary_revenue(struct pen *pen, const struct workbook *workbook, struct summary_charts *charts);

/* summary_receivables.c: what is open, by the age of the oldest open document. */
void summary_receivables(struct pen *pen, const struct workbook *workbook);

/* summary_usage.c: credits, models, days, how much of the allowance accounts used. */
void summary_usage(struct pen *pen, const struct workbook *workbook, struct summary_charts *charts);

/* summary_charts.c: the charts, beside the blocks. */
ERR_MUST_USE enum err_code summary_charts_draw(const struct workbook *workbook, const struct summary_charts *charts,
                                               struct err *err);

#endif
