/*
 * The sheet Tie-out of a workbook read back: what it says that lines and invoices
 * come to, currency by currency.
 */
#ifndef MONTHEND_REPORTS_TIE_OUT_READ_H
#define MONTHEND_REPORTS_TIE_OUT_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"

enum tie_out_what { TIE_OUT_IS_TOTAL, TIE_OUT_IS_SUBTOTAL, TIE_OUT_IS_TAX };

struct tie_out_sum {
    char currency[4];
    enum tie_out_what what;
    const char *words; /* "Total of Invoices" */
    const char *text;  /* the amount as the file has it */
};
typedef void (*tie_out_visit)(void *context, const struct tie_out_sum *sum);

/* Every sum of lines and of invoices on the sheet, in its order. *differing: how many steps say that they differ.
 * ERR_DATA: it is no workbook of ours. */
ERR_MUST_USE enum err_code tie_out_read(const char *path, tie_out_visit visit, void *context, int64_t *differing,
                                        struct err *err);

/* Is it this amount, in minor units of its currency, as the workbook writes it? */
bool tie_out_is(const struct tie_out_sum *sum, int64_t minor);

#endif
