/* Charts, dressed and placed. */
#include "reports/chart.h"

#include <errno.h>

#include "reports/book_formats.h"

#define CHART_WIDTH 620
#define CHART_HEIGHT 250
#define CHART_ROWS 13 /* from one chart to the next */

const lxw_color_t CHART_PALETTE[CHART_COLORS] = {0x1F3864, 0x2E75B6, 0x9DC3E6, 0x70AD47, 0xED7D31, 0x7F7F7F};

enum err_code chart_failed(const struct chart_stack *stack, struct err *err)
{
    return err_set(err, ERR_INTERNAL, "cannot draw the charts of '%s'", stack->book->path);
}

lxw_chart *chart_new(struct chart_stack *stack, uint8_t type)
{
    errno = 0; /* for chart_place() */
    return workbook_add_chart(stack->book->workbook, type);
}

lxw_chart_series *chart_series(lxw_chart *chart, struct chart_rows rows, uint16_t column, lxw_color_t color, bool header)
{
    lxw_chart_series *series = chart_add_series(chart, NULL, NULL);
    lxw_chart_fill fill = {.color = color};
    uint32_t last = rows.first + rows.count - 1;

    if (series != NULL) {
        chart_series_set_categories(series, "Summary", rows.first, 0, last, 0);
        chart_series_set_values(series, "Summary", rows.first, column, last, column);
        chart_series_set_fill(series, &fill);
        if (header) {
            chart_series_set_name_range(series, "Summary", rows.first - 1, column);
        }
    }
    return series;
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

void chart_dress(lxw_chart *chart, const char *title, bool legend, bool lying)
{
    static char font[] = "Calibri";
    lxw_chart_font title_font = {.name = font, .size = 13, .bold = LXW_TRUE, .color = COLOR_BRAND};
    lxw_chart_line none = {.none = LXW_TRUE};

    chart_title_set_name(chart, title);
    chart_title_set_name_font(chart, &title_font);
    chart_chartarea_set_line(chart, &none);
    chart_legend_set_position(chart, legend ? LXW_CHART_LEGEND_BOTTOM : LXW_CHART_LEGEND_NONE);
    axes_dress(chart, lying);
}

enum err_code chart_place(struct chart_stack *stack, lxw_chart *chart, struct err *err)
{
    lxw_worksheet *worksheet = stack->book->pages[stack->sheet->page].worksheet;
    lxw_chart_options options = {.object_position = LXW_OBJECT_DONT_MOVE_DONT_SIZE};

    if (errno == ENOMEM) { /* the library copied names and fonts, and did not say that it had no memory for one */
        return chart_failed(stack, err);
    }
    options.x_scale = (double)CHART_WIDTH / 480; /* the library's own size */
    options.y_scale = (double)CHART_HEIGHT / 288;
    if (worksheet_insert_chart_opt(worksheet, stack->row, stack->column, chart, &options) != LXW_NO_ERROR) {
        return chart_failed(stack, err);
    }
    stack->row += CHART_ROWS;
    return ERR_NONE;
}
