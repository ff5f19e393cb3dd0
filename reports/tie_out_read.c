/* The sheet Tie-out, read back. */
#include "reports/tie_out_read.h"

#include <stdio.h>
#include <string.h>

#include "lib/currency.h"
#include "reports/book_read.h"
#include "reports/tie_out.h"

#define RESULT_COLUMN 5

static const struct {
    const char *words;
    enum tie_out_what what;
} SUMS[] = {
    {TIE_OUT_LINES, TIE_OUT_IS_TOTAL},         {TIE_OUT_TOTAL, TIE_OUT_IS_TOTAL},
    {TIE_OUT_LINES_REST, TIE_OUT_IS_SUBTOTAL}, {TIE_OUT_SUBTOTAL, TIE_OUT_IS_SUBTOTAL},
    {TIE_OUT_LINES_TAX, TIE_OUT_IS_TAX},       {TIE_OUT_TAX, TIE_OUT_IS_TAX},
};
#define SUM_COUNT (sizeof SUMS / sizeof SUMS[0])

struct reading {
    tie_out_visit visit;
    void *context;
    char currency[4]; /* of the steps at hand; "": none */
    int row;          /* whose cell named a sum, and which: */
    int column;
    size_t sum;
    int64_t differing;
};

/* The words of a sum: its amount is in the next cell. */
static void words_take(struct reading *reading, const struct book_cell *cell)
{
    for (size_t i = 0; i < SUM_COUNT; i++) {
        if (strcmp(cell->text, SUMS[i].words) == 0) {
            reading->row = cell->row;
            reading->column = cell->column;
            reading->sum = i;
        }
    }
}

static void amount_take(const struct reading *reading, const struct book_cell *cell)
{
    struct tie_out_sum sum = {.what = SUMS[reading->sum].what, .words = SUMS[reading->sum].words, .text = cell->text};

    memcpy(sum.currency, reading->currency, sizeof sum.currency);
    reading->visit(reading->context, &sum);
}

bool tie_out_is(const struct tie_out_sum *sum, int64_t minor)
{
    char text[BOOK_NUMBER_MAX];
    int digits = currency_digits(sum->currency);

    if (digits < 0) {
        return false;
    }
    book_number_text(minor, digits, text);
    return strcmp(sum->text, text) == 0;
}

static void cell_take(void *context, const struct book_cell *cell)
{
    struct reading *reading = context;

    if (strncmp(cell->text, TIE_OUT_MONEY, strlen(TIE_OUT_MONEY)) == 0 && cell->column == 0) {
        (void)snprintf(reading->currency, sizeof reading->currency, "%.3s", cell->text + strlen(TIE_OUT_MONEY));
    } else if (reading->currency[0] != '\0' && cell->row == reading->row && cell->column == reading->column + 1) {
        amount_take(reading, cell);
    } else if (cell->column == RESULT_COLUMN) {
        reading->differing += strcmp(cell->text, TIE_OUT_DIFFERS) == 0;
    } else {
        words_take(reading, cell);
    }
}

enum err_code tie_out_read(const char *path, tie_out_visit visit, void *context, int64_t *differing, struct err *err)
{
    struct reading reading = {.visit = visit, .context = context, .row = -1};

    if (book_read(path, TIE_OUT_SHEET, cell_take, &reading, err) == ERR_NONE) {
        *differing = reading.differing;
    }
    return err->code;
}
