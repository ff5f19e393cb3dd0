/*
 * What is in the rows of a CSV file before they are shown: how many rows a page
 * has, which currencies there are, and what each column comes to.
 */
#ifndef MONTHEND_REPORTS_ROW_SURVEY_H
#define MONTHEND_REPORTS_ROW_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "reports/csv_table.h"
#include "reports/tables.h"

#define ROW_COLUMNS_MAX 20
#define ROW_CURRENCIES_MAX 6 /* with a line of totals of their own; with more of them there is none for money */
#define ROW_NO_COLUMN (-1)

enum row_kind { /* how a column's text is read and shown */
    ROW_TEXT,
    ROW_WRAPPED,
    ROW_WORD, /* one of a few; some have a colour of their own */
    ROW_MONTH,
    ROW_INSTANT,
    ROW_FLAG,
    ROW_NUMBER, /* by its own decimals */
    ROW_INTEGER,
    ROW_CREDITS,
    ROW_MONEY, /* its decimals are the currency's */
    ROW_LINES_LINK,
    ROW_STATEMENT_LINK,
};

struct row_column {
    const char *title;
    double width; /* in characters */
    enum row_kind kind;
    bool total;   /* there is a total above it: ROW_INTEGER, ROW_CREDITS, ROW_MONEY */
};

/* What a sheet shows of a file: its columns are the file's. */
struct row_layout {
    const char *name;
    enum table table;
    const struct row_column *columns;
    size_t column_count;
    int currency;   /* its column, or ROW_NO_COLUMN */
    uint32_t color; /* of the tab */
    const char *empty; /* what is said where there are no rows */
    size_t largest; /* how many are shown where not all are */
    bool sorted;    /* the largest key first; otherwise as in the file */
    int64_t (*key)(const struct csv_record *record); /* how large a row is */
};

struct row_sums { /* of the rows of one page in one currency; of all rows where it is "" */
    int64_t page;
    char currency[4];
    int digits;
    int64_t rows;
    int64_t sums[ROW_COLUMNS_MAX]; /* money in the sums of its currency, all else in those of all rows */
};

struct row_survey { /* starts as {0} */
    int64_t rows;
    struct row_sums *sums; /* by page, then currency */
    size_t count;
    size_t room;
    char currencies[ROW_CURRENCIES_MAX][4]; /* by code; the first few */
    size_t currency_count;                  /* all of them */
};

/* Add a row of page `page`; pages ascend. ERR_INTERNAL: no memory; ERR_DATA: a sum does not fit. */
ERR_MUST_USE enum err_code row_survey_add(struct row_survey *survey, const struct row_layout *layout,
                                          const struct csv_record *record, int64_t page, struct err *err);

/* The sums of a page, "": of all its rows. NULL: it has none. */
const struct row_sums *row_survey_sums(const struct row_survey *survey, int64_t page, const char *currency);

/* Are there totals by currency, each on a line of its own? */
bool row_survey_by_currency(const struct row_survey *survey);

/* Lines of totals above the header. */
size_t row_survey_lines(const struct row_survey *survey);

void row_survey_release(struct row_survey *survey);

/* A decimal as its file has it: 6.67 is 667 with 2 digits. False: it is none. */
struct row_number {
    int64_t value;
    int digits;
};
bool row_number_read(const char *text, struct row_number *number);

#endif
