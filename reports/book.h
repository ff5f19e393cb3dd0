/*
 * A workbook of sheets that grow row by row: the thin layer over libxlsxwriter
 * that checks every result, knows every number format and keeps a digest of what
 * it wrote, so that book_check() can prove that all of it is there.
 *
 * Rows go to disk as they come (constant memory): a row cannot be touched again
 * once the next one of its sheet has begun. Rows of several sheets may alternate, also on
 * threads, a sheet to each, when the sheets have all of their pages from the beginning.
 */
#ifndef MONTHEND_REPORTS_BOOK_H
#define MONTHEND_REPORTS_BOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xlsxwriter.h>

#include "lib/err.h"

#define BOOK_ROWS_MAX 1048575 /* data rows of a sheet, below its header */
#define BOOK_PAGES_MAX 1000
#define BOOK_PATH_MAX 4096
#define BOOK_TEXT_MAX 32767 /* characters of a cell; a longer text is cut and ends with "..." */
#define BOOK_MONEY_DIGITS 5 /* formats for currencies of 0 .. 4 digits */

enum cell_format {
    CELL_TEXT,
    CELL_WRAPPED,
    CELL_HEADER,
    CELL_HEADER_RIGHT,
    CELL_HEADER_CENTER,
    CELL_COLUMN_RIGHT, /* a right header with room for the filter's arrow */
    CELL_INTEGER,
    CELL_CREDITS,
    CELL_UNIT_PRICE,
    CELL_PERCENT,
    CELL_SHARE, /* of a whole: 0.19 as 19.0 % */
    CELL_INSTANT,
    CELL_INSTANT_MS,
    CELL_MONTH,
    CELL_DAY,
    CELL_LINK,
    CELL_FLAG,  /* a number in the middle */
    CELL_FAINT, /* the same in grey */
    CELL_TITLE,
    CELL_SUBTITLE,
    CELL_SECTION,
    CELL_LABEL,
    CELL_STRONG,
    CELL_RIGHT,
    CELL_PASS,
    CELL_FAIL,
    CELL_BANNER_PASS,
    CELL_BANNER_FAIL,
    CELL_ERROR,
    CELL_WARNING,
    CELL_INFO,
    CELL_NOTE,
    CELL_INPUT, /* to be filled in by the reader: a text */
    CELL_INPUT_AMOUNT,
    CELL_INPUT_DAY,
    CELL_INTEGER_TOTAL,
    CELL_CREDITS_TOTAL,
    CELL_LABEL_TOTAL,
    CELL_SHARE_TOTAL,
    CELL_ABOVE, /* totals above a header */
    CELL_INTEGER_ABOVE,
    CELL_CREDITS_ABOVE,
    CELL_MONEY,                                          /* + the currency's digits */
    CELL_MONEY_TOTAL = CELL_MONEY + BOOK_MONEY_DIGITS,   /* + the currency's digits */
    CELL_MONEY_ABOVE = CELL_MONEY_TOTAL + BOOK_MONEY_DIGITS, /* + the currency's digits */
    CELL_FORMATS = CELL_MONEY_ABOVE + BOOK_MONEY_DIGITS
};

struct sheet_column {
    const char *title; /* of its header */
    double width;      /* in characters */
    bool right;        /* numbers: the title stands on the right, too */
};

struct page { /* one worksheet of the file */
    lxw_worksheet *worksheet;
    const struct sheet *sheet;
    char name[LXW_SHEETNAME_MAX + 1];
    uint32_t rows;       /* written */
    uint64_t cells;      /* written */
    uint64_t content;    /* digest of what they say, in order (book_content) */
    uint32_t data_first; /* row of the first data row, from 0 */
    uint32_t data_count; /* data rows */
};

#define BOOK_NUMBERS 1024
#define BOOK_NUMBER_MAX 40
struct book_number { /* that was shown: value / 10^digits */
    int64_t value;
    int digits;
    double number;
    char content[BOOK_NUMBER_MAX]; /* as the library writes it; "": none yet */
};

/* What the cells of a sheet are made in. Sheets that are written at the same time, on threads, have each their own. */
#define BOOK_ROOMS 4
struct cell_room {
    char *text;       /* room for one cell's text */
    lxw_error failed; /* the first */
    struct book_number numbers[BOOK_NUMBERS];
};

struct sheet { /* one sheet of the report; a full page is followed by "NAME (2)" */
    struct book *book;
    struct cell_room *room; /* of the book; the first of them if nobody chose */
    const char *name;
    const struct sheet_column *columns;
    uint16_t column_count;
    uint32_t color; /* of its tab */
    int pages;       /* that it has in the book */
    int pages_begun;
    size_t page;     /* the current one, in book->pages */
    uint32_t row;    /* on the page, from 0 */
    uint16_t column; /* the next cell */
    bool row_begun;
};

struct book {
    lxw_workbook *workbook; /* NULL: none, or closed */
    lxw_format *formats[CELL_FORMATS];
    struct page *pages;
    size_t page_count;
    struct cell_room *rooms; /* BOOK_ROOMS */
    char path[BOOK_PATH_MAX];
    char temporary[BOOK_PATH_MAX]; /* directory for the library's own files */
};

struct book_in {
    const char *path;
    const char *temporary;
    const char *title;
    const char *subject;
    int64_t created_ms;    /* instant that the file says it was made at */
};

/* ERR_INTERNAL: no memory. The file itself appears with book_close(). */
ERR_MUST_USE enum err_code book_begin(struct book *book, struct book_in in, struct err *err);

/* A new sheet behind those that are there. `name` and `columns` stay the caller's. */
struct sheet_in {
    const char *name;
    const struct sheet_column *columns;
    size_t column_count;
    uint32_t color;
    size_t page_count; /* pages that it has from the beginning; 0 is 1 */
};
ERR_MUST_USE enum err_code sheet_begin(struct sheet *sheet, struct book *book, struct sheet_in in, struct err *err);

/* The sheet's next page: "NAME (2)". One that it has not had from the beginning comes behind all sheets that are there. */
ERR_MUST_USE enum err_code sheet_page_next(struct sheet *sheet, struct err *err);

/* The columns' titles as the current row, frozen and repeated in print; the data rows begin below. */
ERR_MUST_USE enum err_code sheet_header(struct sheet *sheet, struct err *err);

/* The rows since the header are the page's data: filters over them. */
ERR_MUST_USE enum err_code sheet_data_end(struct sheet *sheet, struct err *err);

/* Height of the current row, in points; before its cells. */
void sheet_row_height(struct sheet *sheet, double height);

/* Cells of the page that stand out while they are not 0; the others look fine. From row and column 0. */
struct cell_range {
    uint32_t row_first;
    uint32_t row_last;
    uint16_t column;
};
void sheet_flag_not_zero(struct sheet *sheet, struct cell_range range);

/* What a reader may fill in there: one of the words (NULL ends them; at most 8 of 31 bytes), a day from 1970 on, a number; anything else is refused
 * with `hint`, at most 255 characters. */
void sheet_choice(struct sheet *sheet, struct cell_range range, const char *const *words, const char *hint);
void sheet_days(struct sheet *sheet, struct cell_range range, const char *hint);
void sheet_numbers(struct sheet *sheet, struct cell_range range, const char *hint);

/* Cells of the row, from left to right. They cannot fail: sheet_row_end() tells. */
void cell_text(struct sheet *sheet, const char *text, enum cell_format format);
void cell_number(struct sheet *sheet, int64_t value, int digits, enum cell_format format); /* value / 10^digits */
void cell_integer(struct sheet *sheet, int64_t value);
void cell_credits(struct sheet *sheet, int64_t hundredths);
void cell_money(struct sheet *sheet, int64_t minor, int digits);
void cell_instant(struct sheet *sheet, int64_t instant_ms); /* INT64_MIN: empty */
void cell_month(struct sheet *sheet, int32_t month);
void cell_day(struct sheet *sheet, int32_t day);
void cell_skip(struct sheet *sheet); /* an empty cell */
void cell_input(struct sheet *sheet, enum cell_format format); /* an empty cell for the reader: CELL_INPUT... */

/* How the file has a number: value / 10^digits as a double of 16 digits. */
void book_number_text(int64_t value, int digits, char out[BOOK_NUMBER_MAX]);

/* A formula with the value it has; "" as formula: the value alone. */
void cell_formula(struct sheet *sheet, const char *formula, int64_t value, int digits, enum cell_format format);

/* A formula whose value is a text. */
void cell_formula_text(struct sheet *sheet, const char *formula, const char *text, enum cell_format format);

/* A link to a cell of the file, given as "#'Lines'!A5", or a file beside it as its name; shown as `text`. It is a
 * formula: there may be any number. A text that the file can hold only escaped is shown without a link. */
void cell_link(struct sheet *sheet, const char *target, const char *text);

ERR_MUST_USE enum err_code sheet_row_end(struct sheet *sheet, struct err *err);

/*
 * A formula over the data rows of a sheet's columns, as text for cell_formula():
 * one term a page, added up. ?0 .. ?3 in `term` become the ranges of the columns
 * given; "" where there are no rows or too many pages.
 *
 *     "SUMIF(?0,\"USD\",?1)"  ->  =SUMIF('Lines'!$N$2:$N$90,"USD",'Lines'!$M$2:$M$90)
 */
#define BOOK_FORMULA_MAX 4096
#define BOOK_RANGES 4
void sheet_formula(const struct sheet *sheet, const char *term, const uint16_t columns[BOOK_RANGES],
                   char formula[BOOK_FORMULA_MAX]);

/* Go on with a digest of cells' contents: each is its text, number or formula and value, as the file has them. */
uint64_t book_content(uint64_t content, const char *text, size_t length);

/* Write the file and read it back. ERR_IO: it cannot be written, or is not what was written. */
ERR_MUST_USE enum err_code book_close(struct book *book, struct err *err);

/* Forget the file; harmless when it was closed or never begun ({0}). */
void book_release(struct book *book);

#endif
