/*
 * Characters as a terminal may show them.
 */
#include "lib/visible.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"

static const struct {
    uint32_t first, last;
} HIDDEN[] = {
    {0x0000, 0x001F},   {0x007F, 0x009F}, {0x00AD, 0x00AD}, {0x061C, 0x061C}, {0x180E, 0x180E},
    {0x200B, 0x200F},   {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB},
    {0xE0000, 0xE007F},
};

bool visible_as_is(uint32_t point)
{
    for (size_t i = 0; i < sizeof HIDDEN / sizeof HIDDEN[0]; i++) {
        if (point >= HIDDEN[i].first && point <= HIDDEN[i].last) {
            return false;
        }
    }
    return true;
}

static void escape(uint32_t point, char out[VISIBLE_MAX])
{
    const char *letter = point == '\n' ? "\\n" : point == '\r' ? "\\r" : point == '\t' ? "\\t" : NULL;

    if (letter != NULL) {
        snprintf(out, VISIBLE_MAX, "%s", letter);
    } else {
        snprintf(out, VISIBLE_MAX, point <= 0xFF ? "\\x%02X" : "\\u%04X", (unsigned)point);
    }
}

size_t visible_next(const char *text, char out[VISIBLE_MAX])
{
    size_t length = strnlen(text, 4); /* a character's most bytes */
    assert(length > 0);
    struct text_character character = text_character(text, length);

    if (character.bytes == 0) {
        snprintf(out, VISIBLE_MAX, "%s", TEXT_REPLACEMENT);
        return 1;
    }
    if (!visible_as_is(character.point)) {
        escape(character.point, out);
        return character.bytes;
    }
    snprintf(out, VISIBLE_MAX, "%.*s", (int)character.bytes, text);
    return character.bytes;
}

static const char CUT_MARK[] = "...";

void visible_text(const char *text, char *out, size_t size)
{
    char shown[VISIBLE_MAX];
    size_t used = 0;
    size_t room = 0; /* the most that leaves room for the mark, at a character */

    assert(size >= sizeof CUT_MARK);
    while (*text != '\0') {
        text += visible_next(text, shown);
        size_t length = strlen(shown);
        if (used + length >= size) {
            memcpy(out + room, CUT_MARK, sizeof CUT_MARK);
            return;
        }
        memcpy(out + used, shown, length);
        used += length;
        room = used + sizeof CUT_MARK <= size ? used : room;
    }
    out[used] = '\0';
}
