/*
 * csv_read.h - rows of a CSV file (RFC 4180, read with libcsv), one at a time
 * in fixed memory, each with the line on which it begins.
 */
#ifndef MONTHEND_BATCH_CSV_READ_H
#define MONTHEND_BATCH_CSV_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch/source.h"
#include "lib/err.h"

#define CSV_FIELDS_MAX 64       /* fields of a row that are kept; those after them are only counted */
#define CSV_ROW_BYTES_MAX 65536 /* of a row in the file, line ends within quotes included */

struct csv_field {
    const char *text; /* ends with NUL */
    size_t length;
};

enum csv_fault {
    CSV_FAULT_NONE,
    CSV_FAULT_NUL, /* a field has a NUL byte */
    CSV_FAULT_UTF8 /* a field is not well-formed UTF-8 */
};

struct csv_row {
    int64_t line;       /* from 1 */
    size_t field_count; /* all of them */
    struct csv_field fields[CSV_FIELDS_MAX];
    enum csv_fault fault;
    size_t fault_field; /* the first faulty field */
};

struct csv_reader;

/*
 * Read the rows of `source`, which stays the caller's and outlives the reader.
 * Lines end with LF or CRLF; a byte-order mark is skipped, blank lines are
 * ignored; blanks around a field are part of it.
 *
 *     bytes                       rows
 *     a,b\n1, x\n                 [a][b]  [1][ x]
 *     a\r\n\r\n"1\n""2"""\r\n     [a]     [1\n"2"]   the second begins on line 3
 *     a\n1                        error: the last line has no line end (or a row, with allow_unterminated)
 */
ERR_MUST_USE enum err_code csv_reader_open(struct source *source, bool allow_unterminated,
                                           struct csv_reader **reader, struct err *err);

/*
 * The next row, or NULL in *row at the end; it lives until the next call.
 *
 * ERR_DATA: the file is not whole or not CSV from here on: a first line that
 * is no text, a quote out of place or never closed, a row longer than
 * CSV_ROW_BYTES_MAX, a carriage return without a line feed, a last line without
 * a line end, a gzip file cut short.
 * The message names file and line. Nothing can be read after an error.
 */
ERR_MUST_USE enum err_code csv_reader_next(struct csv_reader *reader, const struct csv_row **row,
                                           struct err *err);

void csv_reader_close(struct csv_reader *reader); /* NULL is harmless */

#endif
