/* The workbook's formats. */
#include "reports/book_formats.h"

#define FONT "Calibri"
#define FONT_SIZE 10
#define FILL_GREEN 0xE2EFDA
#define FILL_RED 0xFCE4E4
#define FILL_AMBER 0xFFF2CC
#define FILL_BLUE 0xDDEBF7
#define FILL_GREY 0xEDF1F7
#define FILL_INPUT 0xFFFBE6

struct look {
    const char *number; /* number format; NULL: general */
    double size;        /* 0: FONT_SIZE */
    lxw_color_t color;  /* 0: COLOR_INK */
    lxw_color_t fill;   /* 0: none */
    uint8_t align;      /* 0: by type */
    uint8_t indent;
    bool bold;
    bool italic;
    bool wrap;
    bool underline;
    uint8_t top;    /* borders */
    uint8_t bottom;
};

static const struct look LOOKS[CELL_MONEY] = {
    [CELL_TEXT] = {.align = LXW_ALIGN_LEFT, .indent = 1},
    [CELL_WRAPPED] = {.align = LXW_ALIGN_LEFT, .indent = 1, .wrap = true},
    [CELL_HEADER] = {.bold = true, .color = LXW_COLOR_WHITE, .fill = COLOR_BRAND, .align = LXW_ALIGN_LEFT, .indent = 1},
    [CELL_HEADER_RIGHT] = {.bold = true, .color = LXW_COLOR_WHITE, .fill = COLOR_BRAND, .align = LXW_ALIGN_RIGHT,
                           .indent = 1},
    [CELL_HEADER_CENTER] = {.bold = true, .color = LXW_COLOR_WHITE, .fill = COLOR_BRAND, .align = LXW_ALIGN_CENTER},
    [CELL_COLUMN_RIGHT] = {.bold = true, .color = LXW_COLOR_WHITE, .fill = COLOR_BRAND, .align = LXW_ALIGN_RIGHT,
                           .indent = 2},
    [CELL_INTEGER] = {.number = "#,##0;[Red]-#,##0", .align = LXW_ALIGN_RIGHT, .indent = 1},
    [CELL_CREDITS] = {.number = "#,##0.00;[Red]-#,##0.00", .align = LXW_ALIGN_RIGHT, .indent = 1},
    [CELL_UNIT_PRICE] = {.number = "#,##0.00####;[Red]-#,##0.00####", .align = LXW_ALIGN_RIGHT, .indent = 1},
    [CELL_PERCENT] = {.number = "0.00##", .align = LXW_ALIGN_RIGHT, .indent = 1},
    [CELL_SHARE] = {.number = "0.0 %;[Red]-0.0 %", .align = LXW_ALIGN_RIGHT, .indent = 1},
    [CELL_INSTANT] = {.number = "yyyy-mm-dd hh:mm:ss", .align = LXW_ALIGN_LEFT, .indent = 1},
    [CELL_INSTANT_MS] = {.number = "yyyy-mm-dd hh:mm:ss.000", .align = LXW_ALIGN_LEFT, .indent = 1},
    [CELL_MONTH] = {.number = "yyyy-mm", .align = LXW_ALIGN_LEFT, .indent = 1},
    [CELL_DAY] = {.number = "yyyy-mm-dd", .align = LXW_ALIGN_LEFT, .indent = 1},
    [CELL_LINK] = {.color = COLOR_LINK, .align = LXW_ALIGN_LEFT, .indent = 1, .underline = true},
    [CELL_FLAG] = {.number = "0", .align = LXW_ALIGN_CENTER},
    [CELL_FAINT] = {.number = "0", .align = LXW_ALIGN_CENTER, .color = COLOR_FAINT},
    [CELL_TITLE] = {.bold = true, .size = 18, .color = COLOR_BRAND},
    [CELL_SUBTITLE] = {.color = COLOR_GREY},
    [CELL_SECTION] = {.bold = true, .size = 12, .color = COLOR_BRAND, .bottom = LXW_BORDER_MEDIUM},
    [CELL_LABEL] = {.align = LXW_ALIGN_LEFT, .indent = 1},
    [CELL_STRONG] = {.bold = true, .align = LXW_ALIGN_LEFT, .indent = 1},
    [CELL_RIGHT] = {.align = LXW_ALIGN_RIGHT, .indent = 1},
    [CELL_PASS] = {.bold = true, .color = COLOR_GREEN, .fill = FILL_GREEN, .align = LXW_ALIGN_CENTER},
    [CELL_FAIL] = {.bold = true, .color = COLOR_RED, .fill = FILL_RED, .align = LXW_ALIGN_CENTER},
    [CELL_BANNER_PASS] = {.bold = true, .size = 12, .color = COLOR_GREEN, .fill = FILL_GREEN},
    [CELL_BANNER_FAIL] = {.bold = true, .size = 12, .color = COLOR_RED, .fill = FILL_RED},
    [CELL_ERROR] = {.bold = true, .color = COLOR_RED, .fill = FILL_RED, .align = LXW_ALIGN_LEFT, .indent = 1},
    [CELL_WARNING] = {.color = COLOR_AMBER, .fill = FILL_AMBER, .align = LXW_ALIGN_LEFT, .indent = 1},
    [CELL_INFO] = {.fill = FILL_BLUE, .align = LXW_ALIGN_LEFT, .indent = 1},
    [CELL_NOTE] = {.italic = true, .color = COLOR_GREY, .align = LXW_ALIGN_LEFT, .indent = 1},
    [CELL_INPUT] = {.fill = FILL_INPUT, .align = LXW_ALIGN_LEFT, .indent = 1, .bottom = LXW_BORDER_HAIR, .wrap = true},
    [CELL_INPUT_AMOUNT] = {.number = "#,##0.00##;[Red]-#,##0.00##", .fill = FILL_INPUT, .align = LXW_ALIGN_RIGHT, .indent = 1,
                           .bottom = LXW_BORDER_HAIR},
    [CELL_INPUT_DAY] = {.number = "yyyy-mm-dd", .fill = FILL_INPUT, .align = LXW_ALIGN_LEFT, .indent = 1,
                        .bottom = LXW_BORDER_HAIR},
    [CELL_INTEGER_TOTAL] = {.number = "#,##0;[Red]-#,##0", .bold = true, .top = LXW_BORDER_THIN,
                            .align = LXW_ALIGN_RIGHT, .indent = 1},
    [CELL_CREDITS_TOTAL] = {.number = "#,##0.00;[Red]-#,##0.00", .bold = true, .top = LXW_BORDER_THIN,
                            .align = LXW_ALIGN_RIGHT, .indent = 1},
    [CELL_SHARE_TOTAL] = {.number = "0.0 %;[Red]-0.0 %", .bold = true, .top = LXW_BORDER_THIN,
                            .align = LXW_ALIGN_RIGHT, .indent = 1},
    [CELL_ABOVE] = {.bold = true, .align = LXW_ALIGN_LEFT, .indent = 1, .fill = FILL_GREY},
    [CELL_INTEGER_ABOVE] = {.number = "#,##0;[Red]-#,##0", .bold = true, .fill = FILL_GREY, .align = LXW_ALIGN_RIGHT,
                            .indent = 1},
    [CELL_CREDITS_ABOVE] = {.number = "#,##0.00;[Red]-#,##0.00", .bold = true, .fill = FILL_GREY,
                            .align = LXW_ALIGN_RIGHT, .indent = 1},
    [CELL_LABEL_TOTAL] = {.bold = true, .align = LXW_ALIGN_LEFT, .indent = 1, .top = LXW_BORDER_THIN},
};

static const char *const MONEY[BOOK_MONEY_DIGITS] = { /* by the currency's digits */
    "#,##0;[Red]-#,##0",
    "#,##0.0;[Red]-#,##0.0",
    "#,##0.00;[Red]-#,##0.00",
    "#,##0.000;[Red]-#,##0.000",
    "#,##0.0000;[Red]-#,##0.0000",
};

static lxw_format *format_make(lxw_workbook *workbook, const struct look *look)
{
    lxw_format *format = workbook_add_format(workbook);

    if (format == NULL) {
        return NULL;
    }
    format_set_font_name(format, FONT);
    format_set_font_size(format, look->size > 0 ? look->size : FONT_SIZE);
    format_set_font_color(format, look->color != 0 ? look->color : COLOR_INK);
    format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
    if (look->number != NULL) {
        format_set_num_format(format, look->number);
    }
    if (look->fill != 0) {
        format_set_bg_color(format, look->fill);
        format_set_pattern(format, LXW_PATTERN_SOLID);
    }
    if (look->align != 0) {
        format_set_align(format, look->align);
    }
    if (look->indent != 0) {
        format_set_indent(format, look->indent);
    }
    if (look->bold) {
        format_set_bold(format);
    }
    if (look->italic) {
        format_set_italic(format);
    }
    if (look->underline) {
        format_set_underline(format, LXW_UNDERLINE_SINGLE);
    }
    if (look->wrap) {
        format_set_text_wrap(format);
    }
    format_set_top(format, look->top);
    format_set_bottom(format, look->bottom);
    format_set_bottom_color(format, COLOR_BRAND);
    return format;
}

bool book_formats_make(struct book *book)
{
    for (int i = 0; i < CELL_FORMATS; i++) {
        struct look look = {.align = LXW_ALIGN_RIGHT, .indent = 1};
        if (i < CELL_MONEY) {
            look = LOOKS[i];
        } else if (i < CELL_MONEY_TOTAL) {
            look.number = MONEY[i - CELL_MONEY];
        } else if (i < CELL_MONEY_ABOVE) {
            look.number = MONEY[i - CELL_MONEY_TOTAL];
            look.bold = true;
            look.top = LXW_BORDER_THIN;
        } else {
            look.number = MONEY[i - CELL_MONEY_ABOVE];
            look.bold = true;
            look.fill = FILL_GREY;
        }
        book->formats[i] = format_make(book->workbook, &look);
        if (book->formats[i] == NULL) {
            return false;
        }
        (void)lxw_format_get_xf_index(book->formats[i]); /* now, not at its first cell: that may be on any thread */
    }
    return true;
}
