/* The CSV writer: cells into a buffer; where it goes when it is full: drain.c. */
#include "reports/csv_write.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/calendar.h"
#include "lib/decimal.h"
#include "lib/text.h"
#include "reports/disk.h"

enum err_code csv_begin(struct csv *csv, int file, const char *path, struct err *err)
{
    memset(csv, 0, sizeof *csv);
    csv->file = file;
    (void)snprintf(csv->path, sizeof csv->path, "%s", path);
    csv->buffer = malloc(CSV_BUFFER_BYTES);
    enum err_code code = csv->buffer != NULL ? drain_init(&csv->drain, file, path, err)
                                             : err_set(err, ERR_INTERNAL, "no memory to write '%s'", path);
    if (code != ERR_NONE) {
        csv_release(csv); /* closes the file */
    }
    return code;
}

void csv_alone(struct csv *csv)
{
    assert(csv->used == 0 && !csv->drain.threaded);
    csv->drain.alone = true;
}

static void flush(struct csv *csv)
{
    csv->failed_errno = drain_give(&csv->drain, &csv->buffer, csv->used);
    csv->used = 0;
}

/* What the buffer has no room for as a whole. */
static void put_in_parts(struct csv *csv, const char *bytes, size_t length)
{
    while (length > CSV_BUFFER_BYTES - csv->used) {
        size_t part = CSV_BUFFER_BYTES - csv->used;
        memcpy(csv->buffer + csv->used, bytes, part);
        csv->used += part;
        bytes += part;
        length -= part;
        flush(csv);
    }
    memcpy(csv->buffer + csv->used, bytes, length);
    csv->used += length;
}

static void put(struct csv *csv, const char *bytes, size_t length)
{
    assert(csv->file >= 0);
    if (length > CSV_BUFFER_BYTES - csv->used) {
        put_in_parts(csv, bytes, length);
        return;
    }
    memcpy(csv->buffer + csv->used, bytes, length);
    csv->used += length;
}

static void put_byte(struct csv *csv, char byte)
{
    if (csv->used == CSV_BUFFER_BYTES) {
        flush(csv);
    }
    csv->buffer[csv->used++] = byte;
}

static void cell_begin(struct csv *csv)
{
    if (csv->row_begun) {
        put_byte(csv, ',');
    }
    csv->row_begun = true;
}

/* Every quote doubled: only a quoted cell has any. */
static void put_doubling(struct csv *csv, const char *text, size_t length)
{
    const char *end = text + length;

    for (const char *quote = memchr(text, '"', length); quote != NULL;
         quote = memchr(text, '"', (size_t)(end - text))) {
        put(csv, text, (size_t)(quote - text) + 1);
        put(csv, "\"", 1);
        text = quote + 1;
    }
    put(csv, text, (size_t)(end - text));
}

/* SQLite takes any bytes for a text, a file in UTF-8 does not. */
static void put_text(struct csv *csv, const char *text)
{
    size_t length = strlen(text);

    for (;;) {
        size_t sound = text_utf8_bytes(text, length);
        put_doubling(csv, text, sound);
        if (sound == length) {
            return;
        }
        put(csv, TEXT_REPLACEMENT, TEXT_REPLACEMENT_BYTES);
        text += sound + 1;
        length -= sound + 1;
    }
}

#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Of eight bytes, is any equal to this one? Maybe so where the high bit of a byte is set. */
static uint64_t equals(uint64_t eight, unsigned char byte)
{
    uint64_t difference = eight ^ EIGHT(byte);

    return (difference - EIGHT(1)) & ~difference;
}

/* Of eight bytes, has any to be looked at: a comma, a quote, a control character, one beyond ASCII? */
static bool is_any_odd(uint64_t eight)
{
    uint64_t control = (eight - EIGHT(' ')) & ~eight;

    return ((eight | control | equals(eight, ',') | equals(eight, '"')) & EIGHT(0x80)) != 0;
}

/* Nearly every cell: it stands in the file as it is. Eight bytes at a time, the last ones with some of those before. */
static bool is_plain(const char *text, size_t length)
{
    uint64_t eight = EIGHT(' ');

    if (length < sizeof eight) {
        memcpy(&eight, text, length);
        return !is_any_odd(eight);
    }
    for (size_t at = 0; at + sizeof eight < length; at += sizeof eight) {
        memcpy(&eight, text + at, sizeof eight);
        if (is_any_odd(eight)) {
            return false;
        }
    }
    memcpy(&eight, text + length - sizeof eight, sizeof eight);
    return !is_any_odd(eight);
}

/* A cell that stands as it is: its comma and its bytes, mostly into a buffer with room for both. */
static void put_plain(struct csv *csv, const char *text, size_t length)
{
    assert(csv->file >= 0);
    if (CSV_BUFFER_BYTES - csv->used <= length) {
        cell_begin(csv);
        put(csv, text, length);
        return;
    }
    char *at = csv->buffer + csv->used;
    *at = ',';
    at += csv->row_begun;
    memcpy(at, text, length);
    csv->used = (size_t)(at - csv->buffer) + length;
    csv->row_begun = true;
}

static void put_cell(struct csv *csv, const char *guard, const char *text)
{
    size_t length = strlen(text);

    if (guard[0] == '\0' && is_plain(text, length)) {
        put_plain(csv, text, length);
        return;
    }
    bool quoted = text[strcspn(text, ",\"\r\n")] != '\0';
    cell_begin(csv);
    if (quoted) {
        put(csv, "\"", 1);
    }
    put(csv, guard, strlen(guard));
    put_text(csv, text);
    if (quoted) {
        put(csv, "\"", 1);
    }
}

/* What a spreadsheet takes for the beginning of a formula. */
static bool is_formula(const char *text)
{
    switch (text[0]) {
    case '=':
    case '+':
    case '-':
    case '@':
    case '\t':
    case '\r':
        return true;
    default:
        return false;
    }
}

void csv_text(struct csv *csv, const char *text)
{
    put_cell(csv, is_formula(text) ? "'" : "", text);
}

void csv_word(struct csv *csv, const char *word)
{
    put_cell(csv, "", word);
}

void csv_empty(struct csv *csv)
{
    cell_begin(csv);
}

void csv_integer(struct csv *csv, int64_t value)
{
    csv_decimal(csv, value, 0);
}

/* A cell of up to `length` bytes, which are written where this points to; csv->used is to be moved on by them. */
static char *cell_room(struct csv *csv, size_t length)
{
    assert(csv->file >= 0);
    cell_begin(csv);
    if (length > CSV_BUFFER_BYTES - csv->used) {
        flush(csv);
    }
    return csv->buffer + csv->used;
}

void csv_decimal(struct csv *csv, int64_t value, int digits)
{
    char *room = cell_room(csv, DECIMAL_TEXT_MAX);

    csv->used += decimal_format(value, digits, room);
}

void csv_instant(struct csv *csv, int64_t instant_ms)
{
    char *room = cell_room(csv, INSTANT_TEXT_MAX);

    csv->used += instant_ms == INT64_MIN ? 0 : instant_format(instant_ms, room);
}

void csv_month(struct csv *csv, int32_t month)
{
    char *room = cell_room(csv, MONTH_TEXT_MAX);

    csv->used += month_format(month, room);
}

enum err_code csv_row_end(struct csv *csv, struct err *err)
{
    put(csv, "\n", 1);
    csv->row_begun = false;
    return csv->failed_errno == 0 ? ERR_NONE : disk_write_failed(csv->path, csv->failed_errno, err);
}

enum err_code csv_header(struct csv *csv, const char *names, struct err *err)
{
    put(csv, names, strlen(names));
    return csv_row_end(csv, err);
}

enum err_code csv_close(struct csv *csv, char hex[DIGEST_HEX_MAX], struct err *err)
{
    csv->failed_errno = drain_end(&csv->drain, csv->buffer, csv->used);
    if (csv->failed_errno == 0 && fsync(csv->file) != 0 && errno != EINVAL) { /* a pipe or a terminal has no disk */
        csv->failed_errno = errno;
    }
    if (close(csv->file) != 0 && csv->failed_errno == 0) {
        csv->failed_errno = errno;
    }
    csv->file = -1;
    enum err_code code = csv->failed_errno == 0 ? ERR_NONE : disk_write_failed(csv->path, csv->failed_errno, err);
    if (code == ERR_NONE) {
        digest_hex(&csv->drain.context, hex);
    }
    csv_release(csv);
    return code;
}

void csv_release(struct csv *csv)
{
    drain_release(&csv->drain); /* before its file is closed */
    if (csv->file >= 0) {
        (void)close(csv->file); /* given up: nobody will read it */
    }
    csv->file = -1;
    free(csv->buffer);
    csv->buffer = NULL;
}
