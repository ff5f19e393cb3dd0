/*
 * CSV rows, read with libcsv. The reader gives libcsv one line of the file at a
 * time, so that it always knows where a row begins and never holds more than one row.
 */
#include "batch/csv_read.h"

#include <assert.h>
#include <csv.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

#define BUFFER_BYTES (1 << 20)
#define NOT_ASCII UINT64_C(0x8080808080808080)
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

static_assert(BUFFER_BYTES > 2 * CSV_ROW_BYTES_MAX, "a row fits the buffer wherever it begins");

struct csv_reader {
    struct source *source;
    bool allow_unterminated;
    struct csv_parser parser;
    struct csv_row row;
    int64_t line;     /* of the next line to be given to libcsv, from 1 */
    size_t row_bytes; /* of the row under way, 0: none is */
    size_t text_used; /* of text[] */
    bool row_ended;
    bool after_end;   /* something came after the row's end, on the same line */
    bool suspect;     /* the row has a NUL or bytes above ASCII */
    bool at_end;      /* of the source */
    size_t start;     /* of what is left in the buffer */
    size_t end;
    char text[CSV_ROW_BYTES_MAX + CSV_FIELDS_MAX]; /* the row's fields, each with its NUL */
    char buffer[BUFFER_BYTES];
};

/* Blanks belong to the field: without this libcsv cuts them off. */
static int no_space(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void take_field(void *bytes, size_t length, void *context)
{
    struct csv_reader *reader = context;
    struct csv_row *row = &reader->row;

    if (reader->row_ended) {
        reader->after_end = true;
        return;
    }
    if (row->field_count < CSV_FIELDS_MAX) {
        char *text = reader->text + reader->text_used;
        assert(reader->text_used + length < sizeof reader->text);
        if (length > 0) {
            memcpy(text, bytes, length);
        }
        text[length] = '\0';
        row->fields[row->field_count] = (struct csv_field){text, length};
        reader->text_used += length + 1;
    }
    row->field_count++;
}

static void take_row(int end, void *context)
{
    struct csv_reader *reader = context;

    (void)end;
    reader->row_ended = true;
}

enum err_code csv_reader_open(struct source *source, bool allow_unterminated, struct csv_reader **reader,
                              struct err *err)
{
    struct csv_reader *made = malloc(sizeof *made);

    if (made == NULL || csv_init(&made->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0) {
        free(made);
        return err_set(err, ERR_INTERNAL, "%s: no memory left to read it", source_name(source));
    }
    csv_set_space_func(&made->parser, no_space);
    made->source = source;
    made->allow_unterminated = allow_unterminated;
    made->line = 1;
    made->row_bytes = 0;
    made->at_end = false;
    made->start = 0;
    made->end = 0;
    *reader = made;
    return ERR_NONE;
}

/* Read on until a whole line, more than a row may have, or the end is in the buffer. */
static enum err_code fill(struct csv_reader *reader, struct err *err)
{
    size_t got;

    if (reader->start > 0) {
        memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
        reader->end -= reader->start;
        reader->start = 0;
    }
    if (source_read(reader->source, reader->buffer + reader->end, BUFFER_BYTES - reader->end, &got, err) !=
        ERR_NONE) {
        return err->code;
    }
    reader->end += got;
    reader->at_end = got == 0;
    return ERR_NONE;
}

/* The length of the next line, its line end included: at the end of the source it may lack one, or be 0. */
static enum err_code next_line(struct csv_reader *reader, size_t *length, struct err *err)
{
    size_t looked = 0; /* bytes known to have no line end */

    for (;;) {
        const char *start = reader->buffer + reader->start;
        size_t left = reader->end - reader->start;
        const char *found = left > looked ? memchr(start + looked, '\n', left - looked) : NULL;
        if (found != NULL) {
            *length = (size_t)(found - start) + 1;
            return ERR_NONE;
        }
        if (reader->at_end || left > CSV_ROW_BYTES_MAX) {
            *length = left;
            return ERR_NONE;
        }
        looked = left;
        if (fill(reader, err) != ERR_NONE) {
            return err->code;
        }
    }
}

static bool is_plain(const char *bytes, size_t length)
{
    uint64_t seen = 0;
    size_t at = 0;

    for (; at + sizeof seen <= length; at += sizeof seen) {
        uint64_t eight;
        memcpy(&eight, bytes + at, sizeof eight);
        seen |= eight;
    }
    for (; at < length; at++) {
        seen |= (unsigned char)bytes[at];
    }
    return (seen & NOT_ASCII) == 0 && memchr(bytes, '\0', length) == NULL;
}

static bool is_blank(const char *line, size_t length)
{
    return (length == 1 && line[0] == '\n') || (length == 2 && line[0] == '\r' && line[1] == '\n');
}

static void row_start(struct csv_reader *reader)
{
    reader->row.line = reader->line;
    reader->row.field_count = 0;
    reader->row.fault = CSV_FAULT_NONE;
    reader->row.fault_field = 0;
    reader->text_used = 0;
    reader->row_ended = false;
    reader->after_end = false;
    reader->suspect = false;
}

/* Which field is it that has a NUL or broken UTF-8? */
static void row_judge(struct csv_row *row)
{
    for (size_t i = 0; i < row->field_count && i < CSV_FIELDS_MAX; i++) {
        struct csv_field field = row->fields[i];
        bool has_nul = memchr(field.text, '\0', field.length) != NULL;
        if (has_nul || !text_is_utf8(field.text, field.length)) {
            row->fault = has_nul ? CSV_FAULT_NUL : CSV_FAULT_UTF8;
            row->fault_field = i;
            return;
        }
    }
}

static enum err_code parse_error(struct csv_reader *reader, struct err *err)
{
    if (csv_error(&reader->parser) != CSV_EPARSE) {
        return err_set(err, ERR_INTERNAL, "%s:%" PRId64 ": %s", source_name(reader->source), reader->line,
                       csv_strerror(csv_error(&reader->parser)));
    }
    return err_set(err, ERR_DATA,
                   "%s:%" PRId64 ": a quote out of place: a field with quotes in it is quoted, its quotes doubled",
                   source_name(reader->source), reader->line);
}

/* Give libcsv one line, already in the buffer. */
static enum err_code take_line(struct csv_reader *reader, size_t length, struct err *err)
{
    const char *line = reader->buffer + reader->start;

    if (reader->row_bytes == 0) {
        row_start(reader);
    }
    reader->row_bytes += length;
    if (reader->row_bytes > CSV_ROW_BYTES_MAX) {
        return err_set(err, ERR_DATA, "%s:%" PRId64 ": the row that begins here is longer than %d bytes: "
                       "a quote that is never closed, or not a CSV file",
                       source_name(reader->source), reader->row.line, CSV_ROW_BYTES_MAX);
    }
    reader->suspect = reader->suspect || !is_plain(line, length);
    if (csv_parse(&reader->parser, line, length, take_field, take_row, reader) != length) {
        return parse_error(reader, err);
    }
    if (reader->row_ended && csv_fini(&reader->parser, take_field, take_row, reader) != 0) {
        reader->after_end = true; /* a quote opens there */
    }
    if (reader->after_end) {
        return err_set(err, ERR_DATA,
                       "%s:%" PRId64 ": a carriage return without a line feed: lines end with LF or CRLF",
                       source_name(reader->source), reader->line);
    }
    reader->start += length;
    reader->line++;
    return ERR_NONE;
}

/* The source ended within a line or within quotes. */
static enum err_code take_end(struct csv_reader *reader, struct err *err)
{
    if (csv_fini(&reader->parser, take_field, take_row, reader) != 0) {
        return err_set(err, ERR_DATA, "%s:%" PRId64 ": the quote that opens in this row is never closed",
                       source_name(reader->source), reader->row.line);
    }
    reader->row_bytes = 0;
    return ERR_NONE;
}

static enum err_code refuse_cut(const struct csv_reader *reader, struct err *err)
{
    return err_set(err, ERR_DATA, "%s:%" PRId64 ": the last line has no line end, the file may be cut short; "
                   "an import accepts it with --allow-unterminated", source_name(reader->source), reader->line);
}

/* The first line tells a text from anything else; what is wrong later on is a row's matter. */
static enum err_code refuse_other(const struct csv_reader *reader, size_t length, struct err *err)
{
    const char *line = reader->buffer + reader->start;
    const char *name = source_name(reader->source);

    if (length >= 2 && memcmp(line, "\x1f\x8b", 2) == 0) {
        return err_set(err, ERR_DATA, "%s: is packed by gzip; a packed file's name ends with .gz", name);
    }
    if (!is_plain(line, length) && (memchr(line, '\0', length) != NULL || !text_is_utf8(line, length))) {
        return err_set(err, ERR_DATA, "%s: is not a CSV file in UTF-8: its first line is not text", name);
    }
    return ERR_NONE;
}

static void skip_mark(struct csv_reader *reader)
{
    size_t mark = strlen(BYTE_ORDER_MARK);

    if (reader->end - reader->start >= mark &&
        memcmp(reader->buffer + reader->start, BYTE_ORDER_MARK, mark) == 0) {
        reader->start += mark;
    }
}

/* Lines until a row has ended, or the source. */
static enum err_code read_row(struct csv_reader *reader, struct err *err)
{
    size_t length;

    while (!reader->row_ended) {
        if (next_line(reader, &length, err) != ERR_NONE) {
            return err->code;
        }
        const char *line = reader->buffer + reader->start;
        bool whole = length > 0 && line[length - 1] == '\n';
        if (length == 0) {
            return reader->row_bytes > 0 ? take_end(reader, err) : ERR_NONE;
        }
        if (!whole && length <= CSV_ROW_BYTES_MAX && !reader->allow_unterminated) {
            return refuse_cut(reader, err);
        }
        if (reader->row_bytes == 0 && is_blank(line, length)) {
            reader->start += length;
            reader->line++;
        } else if (take_line(reader, length, err) != ERR_NONE) {
            return err->code;
        }
    }
    reader->row_bytes = 0;
    return ERR_NONE;
}

enum err_code csv_reader_next(struct csv_reader *reader, const struct csv_row **row, struct err *err)
{
    if (reader->line == 1 && reader->end == 0) {
        size_t length;
        if (next_line(reader, &length, err) != ERR_NONE || refuse_other(reader, length, err) != ERR_NONE) {
            return err->code;
        }
        skip_mark(reader);
    }
    row_start(reader);
    if (read_row(reader, err) != ERR_NONE) {
        return err->code;
    }
    if (!reader->row_ended) {
        *row = NULL;
        return ERR_NONE;
    }
    if (reader->suspect) {
        row_judge(&reader->row);
    }
    *row = &reader->row;
    return ERR_NONE;
}

void csv_reader_close(struct csv_reader *reader)
{
    if (reader != NULL) {
        csv_free(&reader->parser);
        free(reader);
    }
}
