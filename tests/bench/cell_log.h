/*
 * The cells of a workbook as a file: timed.c writes it while the program makes
 * the workbook, workbook_alone.c has libxlsxwriter write the same cells again.
 */
#ifndef MONTHEND_TESTS_BENCH_CELL_LOG_H
#define MONTHEND_TESTS_BENCH_CELL_LOG_H

#include <stdint.h>

enum cell_kind { CELL_PAGE, CELL_STRING, CELL_DOUBLE, CELL_FORMULA_NUMBER, CELL_FORMULA_STRING, CELL_HEIGHT };

/* Followed by its texts, `length` and `second_length` bytes, each with its NUL. */
struct cell_entry {
    uint8_t kind;
    uint8_t format; /* enum cell_format; CELL_FORMATS: none */
    uint16_t page;
    uint16_t column;
    uint16_t length;        /* of a page's name, a text or a formula */
    uint16_t second_length; /* of the text that a formula gives */
    uint32_t row;
    double number;
};

#endif
