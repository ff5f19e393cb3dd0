/*
 * Texts on their way out, and the settings' file on its way in.
 *
 * Input: a letter, then bytes. `c`: a cell of a CSV file, `j`: a JSON string, both as whoever reads them finds them; `s`: monthend.conf.
 * Claims: a cell that is written is read again as the same text, apart from bytes that are not UTF-8 and the ' before what a
 * spreadsheet would take for a formula; a JSON string likewise, and in ASCII escapes what acts on a terminal; settings are taken
 * or refused in one line, and those that count are what they may be.
 *
 * make test: 3000 inputs
 */
#define _GNU_SOURCE /* open_memstream, memfd_create */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "batch/csv_read.h"
#include "batch/settings.h"
#include "lib/text.h"
#include "lib/visible.h"
#include "reports/csv_write.h"
#include "reports/json.h"
#include "tests/fuzz/place.h"
#include "tests/fuzz/target.h"

#define BYTES_MAX 4096
#define WANT_MAX (3 * BYTES_MAX + 2)

/* The text with U+FFFD for what is not UTF-8, one for each byte. */
static void mended(const char *text, char want[WANT_MAX])
{
    size_t length = strlen(text), used = 0;

    for (size_t at = 0; at < length;) {
        size_t bytes = text_character(text + at, length - at).bytes;
        const char *from = bytes == 0 ? TEXT_REPLACEMENT : text + at;
        size_t count = bytes == 0 ? TEXT_REPLACEMENT_BYTES : bytes;
        memcpy(want + used, from, count);
        used += count;
        at += bytes == 0 ? 1 : bytes;
    }
    want[used] = '\0';
}

static struct bytes csv_written(const char *text)
{
    static struct csv csv;
    struct err err = {0};
    char hex[DIGEST_HEX_MAX];
    int file = memfd_create("csv", MFD_CLOEXEC);
    int again = dup(file);

    claim(file >= 0 && again >= 0 && csv_begin(&csv, file, "cell.csv", &err) == ERR_NONE, "%s", err.text);
    csv_alone(&csv);
    csv_word(&csv, "a");
    csv_text(&csv, text);
    claim(csv_row_end(&csv, &err) == ERR_NONE && csv_close(&csv, hex, &err) == ERR_NONE, "%s", err.text);
    off_t size = lseek(again, 0, SEEK_END);
    struct bytes bytes = {malloc((size_t)size + 1), (size_t)size};
    claim(bytes.start != NULL && pread(again, bytes.start, bytes.size, 0) == size, "the CSV file is not there");
    (void)close(again);
    return bytes;
}

static void try_csv(const char *text)
{
    char want[WANT_MAX + 1] = "'";
    struct bytes bytes = csv_written(text);
    struct source *source = NULL;
    struct csv_reader *reader = NULL;
    const struct csv_row *row = NULL;
    struct err err = {0};
    bool formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;

    mended(text, want + 1);
    claim(source_open_memory((const char *)bytes.start, bytes.size, "cell.csv", &source, &err) == ERR_NONE &&
              csv_reader_open(source, false, &reader, &err) == ERR_NONE && csv_reader_next(reader, &row, &err) == ERR_NONE,
          "what was written cannot be read: %s", err.text);
    claim(row != NULL && row->field_count == 2 && row->fault == CSV_FAULT_NONE, "what was written is no row of two fields");
    claim(strcmp(row->fields[1].text, formula ? want : want + 1) == 0, "'%s' is read as '%s'", want + 1, row->fields[1].text);
    claim(csv_reader_next(reader, &row, &err) == ERR_NONE && row == NULL, "a cell goes on in another row");
    csv_reader_close(reader);
    source_close(source);
    free(bytes.start);
}

/* A code point as UTF-8 at the end of a text. */
static size_t put_point(char *out, unsigned point)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xC0 | point >> 6);
        out[1] = (char)(0x80 | (point & 63));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xE0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 63));
        out[2] = (char)(0x80 | (point & 63));
        return 3;
    }
    out[0] = (char)(0xF0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 63));
    out[2] = (char)(0x80 | (point >> 6 & 63));
    out[3] = (char)(0x80 | (point & 63));
    return 4;
}

/* Four hexadecimal digits behind \u. */
static unsigned json_unit(const char *json)
{
    char digits[5] = {json[0], json[0] == '\0' ? '\0' : json[1], '\0', '\0', '\0'};
    char *end = NULL;

    claim(strlen(json) >= 4, "a JSON escape is cut short");
    memcpy(digits, json, 4);
    unsigned unit = (unsigned)strtoul(digits, &end, 16);
    claim(end == digits + 4, "a JSON escape has the digits '%s'", digits);
    return unit;
}

/* One escape, behind its backslash, as RFC 8259 has it. Returns how many bytes it has. */
static size_t json_escape(const char *json, char *out, size_t *used)
{
    static const char letters[] = "\"\"\\\\//b\bf\fn\nr\rt\t";

    for (size_t i = 0; letters[i] != '\0'; i += 2) {
        if (json[0] == letters[i]) {
            out[(*used)++] = letters[i + 1];
            return 1;
        }
    }
    claim(json[0] == 'u', "JSON knows no escape '%c'", json[0]);
    unsigned point = json_unit(json + 1);
    if (point < 0xD800 || point > 0xDBFF) {
        *used += put_point(out + *used, point);
        return 5;
    }
    claim(json[5] == '\\' && json[6] == 'u', "half of a pair stands alone");
    unsigned low = json_unit(json + 7);
    claim(low >= 0xDC00 && low <= 0xDFFF, "a pair has no second half");
    *used += put_point(out + *used, 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00));
    return 11;
}

static void json_read(const char *json, char out[WANT_MAX])
{
    size_t length = strlen(json), used = 0;

    claim(length >= 2 && json[0] == '"' && json[length - 1] == '"' && text_is_utf8(json, length), "no JSON string: %s", json);
    for (size_t at = 1; at < length - 1;) {
        struct text_character character = text_character(json + at, length - at);
        claim(visible_as_is(character.point) && character.point != '"', "a JSON string has the character U+%04X as it is",
              (unsigned)character.point);
        if (json[at] == '\\') {
            at += 1 + json_escape(json + at + 1, out, &used);
        } else {
            memcpy(out + used, json + at, character.bytes);
            used += character.bytes;
            at += character.bytes;
        }
        claim(at <= length - 1, "a JSON string ends in an escape");
    }
    out[used] = '\0';
}

static void try_json(const char *text)
{
    char want[WANT_MAX], got[WANT_MAX];
    char *json = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&json, &length);

    claim(file != NULL, "no memory for a JSON string");
    json_string(file, text);
    (void)fclose(file);
    mended(text, want);
    json_read(json, got);
    claim(strcmp(want, got) == 0, "'%s' is read as '%s'", want, got);
    free(json);
}

static void setting_claims(enum setting setting)
{
    const char *name = setting_name(setting), *value = setting_value(setting);

    if (value == NULL) {
        return;
    }
    claim(value[0] != '\0' && strchr(value, '\n') == NULL, "%s is '%s'", name, value);
    claim(setting != SETTING_LOG || strcmp(value, "text") == 0 || strcmp(value, "json") == 0, "log is '%s'", value);
    claim(strncmp(setting_origin(setting), "monthend.conf:", 14) == 0, "%s is from %s", name, setting_origin(setting));
}

static void try_settings(const char *bytes, size_t size)
{
    struct err err = {0};

    place_write("monthend.conf", bytes, size);
    enum err_code code = settings_read(&err);
    claim(code == ERR_NONE || code == ERR_DATA, "status %d: %s", (int)code, err.text);
    claim((code == ERR_NONE) == (err.text[0] == '\0') && strchr(err.text, '\n') == NULL, "an error of no line or of several");
    for (int i = 0; i < SETTINGS_COUNT; i++) {
        setting_claims((enum setting)i);
    }
    claim(code == ERR_NONE || strncmp(err.text, "monthend.conf:", 14) == 0, "an error without its place: %s", err.text);
    claim(code != ERR_NONE || memchr(bytes, '\0', size) == NULL, "a NUL byte is taken for the end of a line");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char text[BYTES_MAX + 1];

    if (size < 1 || size > BYTES_MAX) {
        return INPUT_PASSED_OVER;
    }
    place_make();
    target_quiet_start();
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    switch (data[0]) {
    case 'c':
        try_csv(text);
        return INPUT_TAKEN;
    case 'j':
        try_json(text);
        return INPUT_TAKEN;
    case 's':
        try_settings(text, size - 1);
        return INPUT_TAKEN;
    default:
        return INPUT_PASSED_OVER;
    }
}
