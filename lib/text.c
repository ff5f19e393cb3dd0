/*
 * text.c - strict UTF-8, the texts and ids that the input knows, a noun's plural, and bytes as digits.
 */
#include "lib/text.h"

#include <string.h>

void text_hex(const uint8_t *bytes, size_t length, char *hex)
{
    static const char DIGITS[] = "0123456789abcdef";

    for (size_t i = 0; i < length; i++) {
        hex[2 * i] = DIGITS[bytes[i] >> 4];
        hex[2 * i + 1] = DIGITS[bytes[i] & 15];
    }
    hex[2 * length] = '\0';
}

/* How many bytes follow this first one; 4 stands for "none can start here". */
static size_t bytes_following(unsigned char first)
{
    if (first < 0x80) {
        return 0;
    }
    if (first < 0xC2 || first > 0xF4) { /* continuation, overlong, too great */
        return 4;
    }
    return first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
}

struct text_character text_character(const char *bytes, size_t length)
{
    static const uint32_t point_min[] = {0, 0x80, 0x800, 0x10000};
    static const uint32_t first_bits[] = {0x7F, 0x1F, 0x0F, 0x07};
    const struct text_character none = {0, 0};
    unsigned char first = (unsigned char)bytes[0];
    size_t following = bytes_following(first);

    if (following > 3 || following >= length) {
        return none;
    }
    uint32_t point = first & first_bits[following];

    for (size_t i = 1; i <= following; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if ((byte & 0xC0U) != 0x80U) {
            return none;
        }
        point = point << 6 | (byte & 0x3FU);
    }
    if (point < point_min[following] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
        return none;
    }
    return (struct text_character){point, following + 1};
}

#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Of eight bytes, is any below ' ' or above '~'? Each byte of the sums and differences has its answer in its high bit. */
static bool is_any_odd(uint64_t eight)
{
    uint64_t below = (eight - EIGHT(' ')) & ~eight;
    uint64_t above = (eight + EIGHT(1)) | eight;

    return ((below | above) & EIGHT(0x80)) != 0;
}

size_t text_plain_bytes(const char *bytes, size_t length)
{
    uint64_t eight = 0;
    size_t at = 0;

    for (; at + sizeof eight <= length; at += sizeof eight) {
        memcpy(&eight, bytes + at, sizeof eight);
        if (is_any_odd(eight)) {
            break;
        }
    }
    while (at < length && bytes[at] >= ' ' && bytes[at] <= '~') {
        at++;
    }
    return at;
}

size_t text_utf8_bytes(const char *bytes, size_t length)
{
    size_t at = text_plain_bytes(bytes, length);

    while (at < length) {
        struct text_character character = text_character(bytes + at, length - at);
        if (character.bytes == 0) {
            break;
        }
        at += character.bytes;
    }
    return at;
}

bool text_is_utf8(const char *bytes, size_t length)
{
    return text_utf8_bytes(bytes, length) == length;
}

bool text_is_id(const char *bytes, size_t length)
{
    if (length < 1 || length > ID_BYTES_MAX) {
        return false;
    }
    for (size_t at = text_plain_bytes(bytes, length); at < length;) {
        struct text_character character = text_character(bytes + at, length - at);
        uint32_t point = character.point;
        if (character.bytes == 0 || point < 0x20 || (point >= 0x7F && point <= 0x9F)) {
            return false;
        }
        at += character.bytes;
    }
    return true;
}

bool text_is_note(const char *bytes, size_t length)
{
    return length <= TEXT_BYTES_MAX &&
           (length == 0 || memchr(bytes, '\0', length) == NULL) &&
           text_is_utf8(bytes, length);
}

const char *text_plural(int64_t count)
{
    return count == 1 ? "" : "s";
}
