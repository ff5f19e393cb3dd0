/*
 * store_tape.h - a tape: rows of values, written one after the other and read
 * back in the same order. Beyond a buffer of fixed size it lies in a temporary
 * file that has no name, so that memory does not grow with the rows. For the
 * files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_TAPE_H
#define MONTHEND_SCHEMA_STORE_TAPE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"

#define TAPE_VALUES_MAX 20 /* of a row */

enum tape_kind { TAPE_NULL, TAPE_INTEGER, TAPE_TEXT };

struct tape_value {
    enum tape_kind kind;
    int64_t integer;
    const char *text;
    size_t length; /* of text, without the NUL after it */
};

struct tape_value tape_null(void);
struct tape_value tape_integer(int64_t value);
struct tape_value tape_text(const char *text); /* which lives until the row is written */

struct tape; /* starts as NULL: nothing is written */

/* Write a row. ERR_IO: the temporary file cannot be made or written. */
ERR_MUST_USE enum err_code tape_write(struct tape **tape, const struct tape_value *values, size_t count, struct err *err);

/* Read from the first row on; nothing can be written any more. As often as one likes. */
ERR_MUST_USE enum err_code tape_rewind(struct tape *tape, struct err *err);

/* The next row: its values, which live until the next call, or a count of 0 at the end. */
ERR_MUST_USE enum err_code tape_read(struct tape *tape, const struct tape_value **values, size_t *count, struct err *err);

void tape_free(struct tape *tape); /* NULL is harmless */

#endif
