/*
 * How an invoice line reads: its description, quantity, unit and unit price as
 * the text of a report (commands.md). All writers use these, so that CSV,
 * workbook and stored document say the same.
 */
#ifndef MONTHEND_LIB_LINE_H
#define MONTHEND_LIB_LINE_H

#include "lib/bill.h"

#define LINE_DESCRIPTION_MAX 2048
#define LINE_FIELD_MAX 64

struct line_text {
    char description[LINE_DESCRIPTION_MAX];
    char quantity[LINE_FIELD_MAX];
    char unit[LINE_FIELD_MAX];       /* "month", "days of 30", "seconds of 2592000", "credit", "%" */
    char unit_price[LINE_FIELD_MAX];
    char amount[LINE_FIELD_MAX];
};

/* `digits`: the currency's minor digits. */
void line_text(const struct bill_line *line, const struct catalogue *catalogue, int digits, struct line_text *out);

#endif
