/* The Summary's charts, one below the other on the right of its blocks. */
#include "reports/summary.h"

#include <stdio.h>

#include "reports/book_formats.h"

#define CHART_COLUMN (SUMMARY_COLUMNS + 1)
#define CHART_WIDTH 620
#define CHART_HEIGHT 250
#define CHART_ROWS 13 /* from one chart to the next */
#define CHART_FIRST 1
#define MODELS_DRAWN 10
#define KIND_COLORS 6

static const lxw_color_t PALETTE[KIND_COLORS] = {0x1F3864, 0x2E75B6, 0x9DC3E6, 0x70AD47, 0xED7D31, 0x7F7F7F};

struct drawing {
    const struct workbook *workbook;
    uint32_t row; /* where the next chart goes */
    struct err *err;
};

static enum err_code no_chart(const struct drawing *drawing, struct err *err)
{
    return err_set(err, ERR_INTERNAL, "cannot draw the charts of '%s'", drawing->workbook->book.path);
}

/* Values are along y; along x where bars lie. */
static void axes_dress(lxw_chart *chart, bool lying)
{
    static char font[] = "Calibri"; /* the library wants it writable, and copies it */
    lxw_chart_font axis_font = {.name = font, .size = 9, .color = COLOR_INK};
    lxw_chart_line gridline = {.color = 0xD9D9D9, .width = 0.5};
    lxw_chart_line none = {.none = LXW_TRUE};
    lxw_chart_axis *values = lying ? chart->x_axis : chart->y_axis;

    chart_axis_set_num_font(chart->x_axis, &axis_font);
    chart_axis_set_num_font(chart->y_axis, &axis_font);
    chart_axis_set_line(values, &none);
    chart_axis_set_num_format(values, "#,##0");
    chart_axis_major_gridlines_set_visible(values, LXW_TRUE);
    chart_axis_major_gridlines_set_line(values, &gridline);
    if (lying) { /* the first on top, the values' axis below the last */
        chart_axis_major_gridlines_set_visible(chart->y_axis, LXW_FALSE);
        chart_axis_set_reverse(chart->y_axis);
        chart_axis_set_crossing_max(chart->y_axis);
    }
}

static void chart_dress(lxw_chart *chart, const char *title, bool legend)
{
    static char font[] = "Calibri";
    lxw_chart_font title_font = {.name = font, .size = 13, .bold = LXW_TRUE, .color = COLOR_BRAND};
    lxw_chart_line none = {.none = LXW_TRUE};

    chart_title_set_name(chart, title);
    chart_title_set_name_font(chart, &title_font);
    chart_chartarea_set_line(chart, &none);
    chart_legend_set_position(chart, legend ? LXW_CHART_LEGEND_BOTTOM : LXW_CHART_LEGEND_NONE);
}

/* A series over rows of the Summary: names in column A, values in `column`. */
static lxw_chart_series *series_add(lxw_chart *chart, struct chart_rows rows, uint16_t column, lxw_color_t color)
{
    lxw_chart_series *series = chart_add_series(chart, NULL, NULL);
    lxw_chart_fill fill = {.color = color};
    uint32_t last = rows.first + rows.count - 1;

    if (series != NULL) {
        chart_series_set_categories(series, "Summary", rows.first, 0, last, 0);
        chart_series_set_values(series, "Summary", rows.first, column, last, column);
        chart_series_set_fill(series, &fill);
    }
    return series;
}

static enum err_code chart_place(struct drawing *drawing, lxw_chart *chart)
{
    const struct workbook *workbook = drawing->workbook;
    lxw_worksheet *worksheet = workbook->book.pages[workbook->summary.page].worksheet;
    lxw_chart_options options = {.object_position = LXW_OBJECT_DONT_MOVE_DONT_SIZE};

    options.x_scale = (double)CHART_WIDTH / 480; /* the library's own size */
    options.y_scale = (double)CHART_HEIGHT / 288;
    if (worksheet_insert_chart_opt(worksheet, drawing->row, CHART_COLUMN, chart, &options) != LXW_NO_ERROR) {
        return no_chart(drawing, drawing->err);
    }
    drawing->row += CHART_ROWS;
    return ERR_NONE;
}

/* One series of columns or bars. */
struct simple {
    uint8_t type;
    const char *title;
    struct chart_rows rows;
    lxw_color_t color;
    const char *category_format; /* of dates, or NULL */
};

static enum err_code simple_draw(struct drawing *drawing, struct simple in)
{
    if (in.rows.count == 0) {
        return ERR_NONE;
    }
    lxw_chart *chart = workbook_add_chart(drawing->workbook->book.workbook, in.type);
    if (chart == NULL || series_add(chart, in.rows, 1, in.color) == NULL) {
        return no_chart(drawing, drawing->err);
    }
    chart_dress(chart, in.title, false);
    axes_dress(chart, in.type == LXW_CHART_BAR);
    if (in.category_format != NULL) {
        chart_axis_set_num_format(chart->x_axis, in.category_format);
    }
    return chart_place(drawing, chart);
}

static enum err_code revenue_draw(struct drawing *drawing, const struct summary_charts *charts)
{
    char title[64];

    if (charts->revenue.count == 0) {
        return ERR_NONE;
    }
    lxw_chart *chart = workbook_add_chart(drawing->workbook->book.workbook, LXW_CHART_COLUMN_STACKED);
    if (chart == NULL) {
        return no_chart(drawing, drawing->err);
    }
    for (uint16_t kind = 0; kind < charts->revenue_kinds; kind++) {
        if (!charts->revenue_kind[kind]) {
            continue;
        }
        lxw_chart_series *series = series_add(chart, charts->revenue, kind + 1, PALETTE[kind % KIND_COLORS]);
        if (series == NULL) {
            return no_chart(drawing, drawing->err);
        }
        chart_series_set_name_range(series, "Summary", charts->revenue.first - 1, kind + 1);
    }
    (void)snprintf(title, sizeof title, "Revenue by plan and kind, %s", charts->currency);
    chart_dress(chart, title, true);
    axes_dress(chart, false);
    return chart_place(drawing, chart);
}

enum err_code summary_charts_draw(const struct workbook *workbook, const struct summary_charts *charts, struct err *err)
{
    struct drawing drawing = {.workbook = workbook, .row = CHART_FIRST, .err = err};
    struct chart_rows models = charts->models;
    struct simple usage[] = {
        {LXW_CHART_BAR, "Credits by model", models, PALETTE[1], NULL},
        {LXW_CHART_COLUMN, "Usage by day: events", charts->days, PALETTE[0], "d"},
        {LXW_CHART_COLUMN, "Allowance used, %: accounts", charts->shares, PALETTE[3], NULL},
    };

    usage[0].rows.count = models.count > MODELS_DRAWN ? MODELS_DRAWN : models.count;
    if (models.count > MODELS_DRAWN) {
        usage[0].title = "Credits by model: the 10 with most";
    }
    enum err_code code = revenue_draw(&drawing, charts);
    for (size_t i = 0; i < sizeof usage / sizeof usage[0] && code == ERR_NONE; i++) {
        code = simple_draw(&drawing, usage[i]);
    }
    return code;
}
