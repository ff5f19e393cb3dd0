/*
 * Texts of strangers on a terminal: what would move the cursor, colour the
 * screen, hide or turn around other text is shown as an escape instead.
 */
#ifndef MONTHEND_LIB_VISIBLE_H
#define MONTHEND_LIB_VISIBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VISIBLE_MAX 12 /* bytes of one character shown, its closing NUL included */

/*
 * Does a terminal show the character as it is? Not control characters (U+0000 ..
 * U+001F, U+007F .. U+009F), line and paragraph separators, characters of no
 * width, and those that change the direction of text.
 */
bool visible_as_is(uint32_t point);

/*
 * The first character of a text (not empty) as it may be shown. Returns how many
 * bytes of the text it was.
 *
 *     text          ->  out      bytes
 *     "Zo\xC3\xAB"      Z            1
 *     "\x1b[31m"        \x1B         1
 *     "\n"              \n           1
 *     "\xE2\x80\xAE"    \u202E       3
 *     "\xFF"            U+FFFD       1   what is not UTF-8
 */
size_t visible_next(const char *text, char out[VISIBLE_MAX]);

/*
 * A whole text as it may be shown, in `size` bytes with its closing NUL; one that does not fit is cut at a character
 * and ends with "...". `size` is at least 4.
 *
 *     text                 size  ->  out
 *     "Zo\xC3\xAB\x1b[31m"   64      Zoë\x1B[31m
 *     "abcdefgh"            6      ab...
 */
void visible_text(const char *text, char *out, size_t size);

#endif
