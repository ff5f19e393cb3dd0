/*
 * A workbook of sheets that grow row by row: the thin layer over libxlsxwriter
 * that checks every result, knows every number format and counts what it wrote,
 * so that book_check() can prove that it is all there.
 *
 * Rows go to disk as they come (constant memory): a row cannot be touched again
 * once the next one of its sheet has begun. Rows of several sheets may alternate.
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
    CELL_COLUMN_RIGHT, /* a right header with room for the filter's arrow */
    CELL_INTEGER,
    CELL_CREDITS,
    CELL_UNIT_PRICE,
    CELL_PERCENT,
    CELL_INSTANT,
    CELL_INSTANT_MS,
    CELL_MONTH,
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
    CELL_INTEGER_TOTAL,
    CELL_LABEL_TOTAL,
    CELL_MONEY,                                          /* + the currency's digits */
    CELL_MONEY_TOTAL = CELL_MONEY + BOOK_MONEY_DIGITS,   /* + the currency's digits */
    CELL_FORMATS = CELL_MONEY_TOTAL + BOOK_MONEY_DIGITS
};

struct sheet_column {
    const char *title; /* NULL: the sheet has no header row */
    double width;      /* in characters */
    bool right;        /* numbers: the title stands on the right, too */
};

struct page { /* one worksheet of the file */
    lxw_worksheet *worksheet;
    const struct sheet *sheet;
    char name[LXW_SHEETNAME_MAX + 1];
    uint32_t rows;  /* written, the header among them */
    uint64_t cells; /* written */
};

struct sheet { /* one sheet of the report; continues on "NAME (2)" when a page is full */
    struct book *book;
    const char *name;
    const struct sheet_column *columns;
    uint16_t column_count;
    uint32_t color; /* of its tab and header */
    int pages;
    size_t page;      /* the current one, in book->pages */
    uint32_t row;     /* on the page, from 0 */
    uint16_t column;  /* the next cell */
    bool row_begun;
    int64_t rows;     /* data rows on all pages */
};

struct book {
    lxw_workbook *workbook; /* NULL: none, or closed */
    lxw_format *formats[CELL_FORMATS];
    struct page *pages;
    size_t page_count;
    uint32_t rows_max; /* data rows of a page */
    lxw_error failed;  /* the first */
    char path[BOOK_PATH_MAX];
    char temporary[BOOK_PATH_MAX]; /* directory for the library's own files */
    char *text;                    /* room for one cell's text */
};

struct book_in {
    const char *path;
    const char *temporary;
    uint32_t rows_max;     /* BOOK_ROWS_MAX; less in tests */
    const char *title;
    const char *subject;
    int64_t created_ms;    /* instant that the file says it was made at */
};

/* ERR_INTERNAL: no memory. The file itself appears with book_close(). */
ERR_MUST_USE enum err_code book_begin(struct book *book, struct book_in in, struct err *err);

/* A new sheet behind those that are there; its header row, if it has one, is written and frozen. */
ERR_MUST_USE enum err_code sheet_begin(struct sheet *sheet, struct book *book, const char *name,
                                       const struct sheet_column *columns, size_t column_count, uint32_t color,
                                       struct err *err);

/* The next row; on a new page where this one is full. */
ERR_MUST_USE enum err_code sheet_row_begin(struct sheet *sheet, struct err *err);

/* Cells of the row, from left to right. They cannot fail: sheet_row_end() tells. */
void cell_text(struct sheet *sheet, const char *text, enum cell_format format);
void cell_number(struct sheet *sheet, int64_t value, int digits, enum cell_format format); /* value / 10^digits */
void cell_integer(struct sheet *sheet, int64_t value);
void cell_credits(struct sheet *sheet, int64_t hundredths);
void cell_money(struct sheet *sheet, int64_t minor, int digits);
void cell_instant(struct sheet *sheet, int64_t instant_ms); /* INT64_MIN: empty */
void cell_month(struct sheet *sheet, int32_t month);
void cell_skip(struct sheet *sheet); /* an empty cell */

/* A formula with the value it has; "" as formula: the value alone. */
void cell_formula(struct sheet *sheet, const char *formula, int64_t value, int digits, enum cell_format format);

/* A link to another sheet of the file, shown as `text`. */
void cell_link(struct sheet *sheet, const char *page_name, const char *text);

ERR_MUST_USE enum err_code sheet_row_end(struct sheet *sheet, struct err *err);

/* Filters over what was written on each page; call it when all rows are. */
ERR_MUST_USE enum err_code sheet_end(struct sheet *sheet, struct err *err);

/*
 * A formula over the data rows of a sheet's column, as text for cell_formula():
 * one term a page, added up. ?0, ?1, ?2 in `term` become the ranges of the columns
 * given; "" where there are no rows or too many pages.
 *
 *     "SUMIF(?0,\"USD\",?1)"  ->  =SUMIF('Lines'!$N$2:$N$90,"USD",'Lines'!$M$2:$M$90)
 */
#define BOOK_FORMULA_MAX 4096
void sheet_formula(const struct sheet *sheet, const char *term, const uint16_t columns[3],
                   char formula[BOOK_FORMULA_MAX]);

/* Write the file and read it back. ERR_IO: it cannot be written, or is not what was written. */
ERR_MUST_USE enum err_code book_close(struct book *book, struct err *err);

/* Forget the file; harmless when it was closed or never begun ({0}). */
void book_release(struct book *book);

#endif
