/* An explanation as JSON on standard output. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/text.h"
#include "lib/visible.h"
#include "reports/explanation.h"

/* UTF-16 code units, as JSON escapes have them. */
static void put_escape(uint32_t point)
{
    if (point >= 0x10000) {
        printf("\\u%04x\\u%04x", (unsigned)(0xD800 + ((point - 0x10000) >> 10)), (unsigned)(0xDC00 + (point & 0x3FF)));
    } else {
        printf("\\u%04x", (unsigned)point);
    }
}

/* A string: what is not UTF-8 becomes U+FFFD, what a terminal would not show an escape. */
static void put_string(const char *text)
{
    size_t length = strlen(text);

    putchar('"');
    for (size_t at = 0; at < length;) {
        struct text_character character = text_character(text + at, length - at);
        if (character.bytes == 0) {
            fputs(TEXT_REPLACEMENT, stdout);
            at++;
            continue;
        }
        if (text[at] == '"' || text[at] == '\\') {
            putchar('\\');
        }
        if (visible_as_is(character.point)) {
            fwrite(text + at, 1, character.bytes, stdout);
        } else {
            put_escape(character.point);
        }
        at += character.bytes;
    }
    putchar('"');
}

static void put_row(const struct explanation *explanation, const struct explanation_section *section, size_t row)
{
    putchar('{');
    for (size_t column = 0; column < section->column_count; column++) {
        printf("%s\"%s\": ", column == 0 ? "" : ", ", explanation_column(section->columns[column])->name);
        put_string(explanation_text(explanation, section, row, column));
    }
    putchar('}');
}

static void put_section(const struct explanation *explanation, const struct explanation_section *section)
{
    printf("    {\"section\": \"%s\", \"title\": ", section->key);
    put_string(section->title);
    fputs(", \"rows\": [", stdout);
    for (size_t row = 0; row < section->rows; row++) {
        fputs(row == 0 ? "\n      " : ",\n      ", stdout);
        put_row(explanation, section, row);
    }
    fputs("]}", stdout);
}

enum err_code explanation_write_json(const struct explanation *explanation, struct err *err)
{
    fputs("{\n  \"title\": ", stdout);
    put_string(explanation->title);
    fputs(",\n  \"sections\": [\n", stdout);
    for (size_t i = 0; i < explanation->section_count; i++) {
        put_section(explanation, &explanation->sections[i]);
        fputs(i + 1 < explanation->section_count ? ",\n" : "\n", stdout);
    }
    fputs("  ]\n}\n", stdout);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        return err_set(err, ERR_IO, "cannot write to standard output: %s", strerror(errno));
    }
    return ERR_NONE;
}
