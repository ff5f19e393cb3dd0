/* The Summary's charts, one below the other on the right of its blocks. */
#include "reports/summary.h"

#include <stdio.h>

#define CHART_FIRST 1
#define MODELS_DRAWN 10

/* One series of columns or bars. */
struct simple {
    uint8_t type;
    const char *title;
    struct chart_rows rows;
    lxw_color_t color;
    const char *category_format; /* of dates, or NULL */
};

static enum err_code simple_draw(struct chart_stack *stack, struct simple in, struct err *err)
{
    if (in.rows.count == 0) {
        return ERR_NONE;
    }
    lxw_chart *chart = chart_new(stack, in.type);
    if (chart == NULL || chart_series(chart, in.rows, 1, in.color, false) == NULL) {
        return chart_failed(stack, err);
    }
    chart_dress(chart, in.title, false, in.type == LXW_CHART_BAR);
    if (in.category_format != NULL) {
        chart_axis_set_num_format(chart->x_axis, in.category_format);
    }
    return chart_place(stack, chart, err);
}

static enum err_code revenue_draw(struct chart_stack *stack, const struct summary_charts *charts, struct err *err)
{
    char title[64];

    if (charts->revenue.count == 0) {
        return ERR_NONE;
    }
    lxw_chart *chart = chart_new(stack, LXW_CHART_COLUMN_STACKED);
    if (chart == NULL) {
        return chart_failed(stack, err);
    }
    for (uint16_t kind = 0; kind < charts->revenue_kinds; kind++) {
        if (charts->revenue_kind[kind] &&
            chart_series(chart, charts->revenue, kind + 1, CHART_PALETTE[kind % CHART_COLORS], true) == NULL) {
            return chart_failed(stack, err);
        }
    }
    (void)snprintf(title, sizeof title, "Revenue by plan and kind, %s", charts->currency);
    chart_dress(chart, title, true, false);
    return chart_place(stack, chart, err);
}

enum err_code summary_charts_draw(struct workbook *workbook, const struct summary_charts *charts, struct err *err)
{
    struct chart_stack stack = {&workbook->book, &workbook->summary, SUMMARY_COLUMNS + 1, CHART_FIRST};
    struct chart_rows models = charts->models;
    struct simple usage[] = {
        {LXW_CHART_BAR, "Credits by model", models, CHART_PALETTE[1], NULL},
        {LXW_CHART_COLUMN, "Usage by day: events", charts->days, CHART_PALETTE[0], "d"},
        {LXW_CHART_COLUMN, "Allowance used, %: accounts", charts->shares, CHART_PALETTE[3], NULL},
    };

    usage[0].rows.count = models.count > MODELS_DRAWN ? MODELS_DRAWN : models.count;
    if (models.count > MODELS_DRAWN) {
        usage[0].title = "Credits by model: the 10 with most";
    }
    enum err_code code = revenue_draw(&stack, charts, err);
    for (size_t i = 0; i < sizeof usage / sizeof usage[0] && code == ERR_NONE; i++) {
        code = simple_draw(&stack, usage[i], err);
    }
    return code;
}
