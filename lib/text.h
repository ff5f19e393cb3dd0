/*
 * text.h - which bytes are a text, an id or a note (the types of the input),
 * what words a count takes, and bytes as hexadecimal digits.
 */
#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ID_BYTES_MAX 64    /* an id or a code, without a closing NUL */
#define TEXT_BYTES_MAX 500 /* a text, without a closing NUL */

/* A character's code point and its bytes; 0 bytes: not well-formed here. */
struct text_character {
    uint32_t point;
    size_t bytes;
};

/* The bytes as hexadecimal digits, two lower-case ones each, and a NUL: 2 * length + 1 characters. */
void text_hex(const uint8_t *bytes, size_t length, char *hex);

/* The character at the start of `length` bytes, at least one. */
struct text_character text_character(const char *bytes, size_t length);

/*
 * Is it well-formed UTF-8? Strict as Unicode defines it: no overlong forms, no
 * surrogates, nothing above U+10FFFF, no cut character. NUL is a character like
 * any other here, and the empty text is well-formed.
 */
bool text_is_utf8(const char *bytes, size_t length);

/* What stands for a byte that is not well-formed UTF-8: U+FFFD. */
#define TEXT_REPLACEMENT "\xEF\xBF\xBD"
#define TEXT_REPLACEMENT_BYTES 3

/*
 * How many bytes are well-formed UTF-8 (as above) before the first one that is not:
 * `length` when all are.
 */
size_t text_utf8_bytes(const char *bytes, size_t length);

/*
 * How many bytes are printable ASCII (' ' .. '~') before the first one that is not: most
 * texts are nothing else, and eight bytes at a time are soon looked at.
 */
size_t text_plain_bytes(const char *bytes, size_t length);

/*
 * Is it an id or a code: 1 .. ID_BYTES_MAX bytes of UTF-8 without control
 * characters (U+0000 .. U+001F, U+007F .. U+009F)?
 *
 *     bytes          ->  id
 *     "acc-1"            true
 *     "Zo\xC3\xAB"       true
 *     ""                 false   too short
 *     "a\tb"             false   control character
 *     "a\xC2\x85"        false   U+0085 is one, too
 */
bool text_is_id(const char *bytes, size_t length);

/*
 * Is it a text: up to TEXT_BYTES_MAX bytes of UTF-8 without NUL? Line ends and
 * tabs are allowed, and so is the empty text.
 */
bool text_is_note(const char *bytes, size_t length);

/* What makes a noun fit its count: "" for 1, "s" for any other ("1 row", "0 rows"). */
const char *text_plural(int64_t count);

#endif
