/*
 * Writing CSV: RFC 4180 quoting, LF, through large buffers, with the SHA-256 of
 * every byte taken as it goes, on a thread beside the rows (reports/drain.h).
 *
 * A row is its cells in order and csv_row_end(). Cells cannot fail: the first
 * failed write is kept and returned by csv_row_end() and csv_close(), with the
 * file's path; a row that failed on that thread is told with a later one. A full disk
 * is ERR_IO, too.
 */
#ifndef MONTHEND_REPORTS_CSV_WRITE_H
#define MONTHEND_REPORTS_CSV_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "reports/digest.h"
#include "reports/drain.h"

#define CSV_BUFFER_BYTES DRAIN_BYTES
#define CSV_PATH_MAX 4096

struct csv {
    int file; /* -1: closed */
    int failed_errno; /* of the first failed write; 0: none */
    bool row_begun;
    size_t used;
    char *buffer; /* CSV_BUFFER_BYTES */
    struct drain drain;
    char path[CSV_PATH_MAX]; /* for messages */
};

/* Begin on an open file, which belongs to the csv from here on, also on error.
 * ERR_INTERNAL: no memory. */
ERR_MUST_USE enum err_code csv_begin(struct csv *csv, int file, const char *path, struct err *err);

/* From here on no other thread takes part: said before the first cell. */
void csv_alone(struct csv *csv);

/*
 * A cell of text that people outside wrote: quoted where it must be, and never
 * taken for a formula by a spreadsheet.
 *
 *     text          ->  cell
 *     Zoe Ltd           Zoe Ltd
 *     Smith, John       "Smith, John"
 *     6" nails          "6"" nails"
 *     =1+1              '=1+1
 *     -5,0              "'-5,0"
 *
 * A leading ' goes before = + - @ tab CR. A byte that is not UTF-8 becomes U+FFFD.
 */
void csv_text(struct csv *csv, const char *text);

/* A cell of the program's own words or numbers: quoted where it must be. */
void csv_word(struct csv *csv, const char *word);

void csv_empty(struct csv *csv);
void csv_integer(struct csv *csv, int64_t value);
void csv_decimal(struct csv *csv, int64_t value, int digits); /* 667, 2 -> 6.67 */
void csv_instant(struct csv *csv, int64_t instant_ms);        /* INT64_MIN: an empty cell */
void csv_month(struct csv *csv, int32_t month);               /* 202511 -> 2025-11 */

ERR_MUST_USE enum err_code csv_row_end(struct csv *csv, struct err *err);

/* A row of words, for headers: "a,b,c" as it stands. */
ERR_MUST_USE enum err_code csv_header(struct csv *csv, const char *names, struct err *err);

/* Flush to the disk and close. `hex`: the SHA-256 of the file's bytes. */
ERR_MUST_USE enum err_code csv_close(struct csv *csv, char hex[DIGEST_HEX_MAX], struct err *err);

/* Close without a care for what was written; harmless when closed. */
void csv_release(struct csv *csv);

#endif
