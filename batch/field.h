/*
 * field.h - one CSV field: its text read as its column's type (the types of
 * the input tables), or the reason why it does not fit.
 */
#ifndef MONTHEND_BATCH_FIELD_H
#define MONTHEND_BATCH_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "schema/store_import.h"

#define FIELD_REASON_MAX 256 /* bytes of a reason, its closing NUL included */
#define FIELD_SHOWN_BYTES 64 /* of a value, in a message */
#define FIELD_SHOWN_MAX (4 * FIELD_SHOWN_BYTES + 4) /* every byte as \x00, "..." and a NUL */

struct field_in {
    const struct column *column;
    const char *text; /* well-formed UTF-8 without NUL inside, ends with NUL */
    size_t length;
    int currency_digits; /* COLUMN_MONEY: minor digits of the row's currency; -1: unknown */
    const char *policy;  /* COLUMN_VALUE: the row's policy; otherwise NULL */
};

/*
 * Read a field. A text's value points into the field.
 *
 *     type      text                      ->  value            or reason
 *     COUNT     "12"                          12
 *     COUNT     "abc"                                          is not a whole number
 *     CREDITS   "812.4"                       81240
 *     MONEY     "6.67"  (2 digits)            667
 *     MONEY     "6.67"  (0 digits)                             has decimals, its currency has none
 *     INSTANT   "2026-02-30T00:00:00Z"                         is not a possible date and time
 *     any       ""      (optional)            NULL
 *     TEXT      ""      (not optional)        ""
 *     any other ""      (not optional)                         is empty
 *
 * The reason follows the column's name and the quoted value in a message.
 * MONEY of an unknown currency and VALUE of an unknown policy are not judged
 * and read as NULL: the currency's or the policy's own field is the bad one.
 * Returns false, *value untouched, when the text does not fit.
 */
bool field_read(struct field_in in, struct value *value, char reason[FIELD_REASON_MAX]);

/*
 * A value as messages show it: at most FIELD_SHOWN_BYTES of it and "...",
 * control characters and broken UTF-8 escaped.
 *
 *     "a\tb"   ->  a\tb
 *     "\x1b[0m"    \x1b[0m
 *     "\xff"       \xff
 */
void field_show(const char *text, size_t length, char out[FIELD_SHOWN_MAX]);

#endif
