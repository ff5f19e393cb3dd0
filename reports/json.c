/* Texts as JSON strings. */
#include "reports/json.h"

#include <stdint.h>
#include <string.h>

#include "lib/text.h"
#include "lib/visible.h"

/* UTF-16 code units, as JSON escapes have them. */
static void put_escape(FILE *file, uint32_t point)
{
    if (point >= 0x10000) {
        fprintf(file, "\\u%04x\\u%04x", (unsigned)(0xD800 + ((point - 0x10000) >> 10)), (unsigned)(0xDC00 + (point & 0x3FF)));
    } else {
        fprintf(file, "\\u%04x", (unsigned)point);
    }
}

void json_string(FILE *file, const char *text)
{
    size_t length = strlen(text);

    fputc('"', file);
    for (size_t at = 0; at < length;) {
        struct text_character character = text_character(text + at, length - at);
        if (character.bytes == 0) {
            fputs(TEXT_REPLACEMENT, file);
            at++;
            continue;
        }
        if (text[at] == '"' || text[at] == '\\') {
            fputc('\\', file);
        }
        if (visible_as_is(character.point)) {
            fwrite(text + at, 1, character.bytes, file);
        } else {
            put_escape(file, character.point);
        }
        at += character.bytes;
    }
    fputc('"', file);
}
