/*
 * A CSV file read back: lines without quotes by themselves, the others with libcsv.
 * The library is given one line at a time, so that it is known where each record
 * begins: one that goes on over several lines is not complete before its last.
 */
#include "reports/csv_table.h"

#include <csv.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READ_BYTES 65536
#define FIELDS_MAX 64

struct csv_table {
    FILE *file;
    struct csv_parser parser;
    bool parser_ready;
    const char *path;
    char *bytes; /* READ_BYTES: what was read and is not yet parsed */
    size_t from;
    size_t until;
    int64_t offset;  /* of bytes[from] in the file */
    char *texts;     /* the record's fields, one after the other, each with its NUL */
    size_t texts_used;
    size_t texts_max;
    size_t starts[FIELDS_MAX]; /* of the fields in texts */
    const char *fields[FIELDS_MAX];
    size_t column_count;
    bool complete; /* a record has ended */
    bool failed;   /* no memory, or too many fields */
    struct csv_record record;
};

/* Blanks are part of a field here. */
static int no_space(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void take_field(void *text, size_t length, void *user)
{
    struct csv_table *table = user;
    size_t needed = table->texts_used + length + 1;

    if (table->record.count == FIELDS_MAX) {
        table->failed = true;
        return;
    }
    if (needed > table->texts_max) {
        char *grown = realloc(table->texts, 2 * needed);
        if (grown == NULL) {
            table->failed = true;
            return;
        }
        table->texts = grown;
        table->texts_max = 2 * needed;
    }
    memcpy(table->texts + table->texts_used, text, length);
    table->texts[needed - 1] = '\0';
    table->starts[table->record.count++] = table->texts_used;
    table->texts_used = needed;
}

static void take_end(int byte, void *user)
{
    struct csv_table *table = user;

    (void)byte;
    table->complete = true;
}

static enum err_code cannot_read(const struct csv_table *table, const char *why, struct err *err)
{
    return err_set(err, ERR_IO, "cannot read back '%s': %s", table->path, why);
}

/* A whole line at hand, where the buffer has room for it; nothing at the end of the file. */
static enum err_code fill(struct csv_table *table, struct err *err)
{
    size_t left = table->until - table->from;

    if (left == READ_BYTES || memchr(table->bytes + table->from, '\n', left) != NULL) {
        return ERR_NONE;
    }
    memmove(table->bytes, table->bytes + table->from, left);
    table->from = 0;
    table->until = left + fread(table->bytes + left, 1, READ_BYTES - left, table->file);
    return ferror(table->file) ? cannot_read(table, strerror(errno), err) : ERR_NONE;
}

/* A line without quotes is its fields as they stand, and is cut up where it lies. False: it is a matter for libcsv. */
static bool line_cut(struct csv_table *table)
{
    char *at = table->bytes + table->from;
    char *end = memchr(at, '\n', table->until - table->from);
    size_t count = 0;

    if (end == NULL || end == at || memchr(at, '"', (size_t)(end - at)) != NULL || memchr(at, '\r', (size_t)(end - at)) != NULL) {
        return false;
    }
    size_t length = (size_t)(end - at) + 1;
    for (char *comma = at; comma != NULL && count < table->column_count; at = comma + 1) {
        comma = memchr(at, ',', (size_t)(end - at));
        *(comma == NULL ? end : comma) = '\0';
        table->fields[count++] = at;
        if (comma == NULL) {
            at = end;
            break;
        }
    }
    table->record.count = count + (at < end); /* fields too many: one is enough to tell */
    table->from += length;
    table->offset += (int64_t)length;
    return true;
}

/* Parse on to the end of a line, or of what was read. */
static enum err_code parse_line(struct csv_table *table, struct err *err)
{
    const char *start = table->bytes + table->from;
    size_t left = table->until - table->from;
    const char *end = memchr(start, '\n', left);
    size_t length = end == NULL ? left : (size_t)(end - start) + 1;

    if (csv_parse(&table->parser, start, length, take_field, take_end, table) != length || table->failed) {
        return cannot_read(table, table->failed ? "too long a record" : csv_strerror(csv_error(&table->parser)), err);
    }
    table->from += length;
    table->offset += (int64_t)length;
    return ERR_NONE;
}

/* A record by libcsv, over as many lines as it has; none at the end of the file. */
static enum err_code parse_record(struct csv_table *table, bool *end, struct err *err)
{
    table->texts_used = 0;
    table->complete = false;
    *end = false;
    do {
        if (fill(table, err) != ERR_NONE) {
            return err->code;
        }
        if (table->from == table->until) { /* the end of the file */
            *end = true;
            return table->record.offset == table->offset ? ERR_NONE : cannot_read(table, "it is cut short", err);
        }
        if (parse_line(table, err) != ERR_NONE) {
            return err->code;
        }
    } while (!table->complete);
    for (size_t i = 0; i < table->record.count; i++) {
        table->fields[i] = table->texts + table->starts[i];
    }
    return ERR_NONE;
}

enum err_code csv_table_next(struct csv_table *table, const struct csv_record **record, struct err *err)
{
    bool end = false;

    table->record = (struct csv_record){.fields = table->fields, .offset = table->offset};
    if (fill(table, err) != ERR_NONE || (!line_cut(table) && parse_record(table, &end, err) != ERR_NONE)) {
        return err->code;
    }
    if (!end && table->record.count != table->column_count) {
        return cannot_read(table, "a record has not as many fields as the header", err);
    }
    *record = end ? NULL : &table->record;
    return ERR_NONE;
}

enum err_code csv_table_seek(struct csv_table *table, int64_t offset, struct err *err)
{
    if (fseeko(table->file, (off_t)offset, SEEK_SET) != 0) {
        return cannot_read(table, strerror(errno), err);
    }
    table->from = table->until = 0;
    table->offset = offset;
    return ERR_NONE;
}

static enum err_code header_read(struct csv_table *table, struct err *err)
{
    const struct csv_record *header = NULL;

    if (csv_table_next(table, &header, err) != ERR_NONE) {
        return err->code;
    }
    return header == NULL ? cannot_read(table, "it is empty", err) : ERR_NONE;
}

enum err_code csv_table_open(const char *path, size_t column_count, struct csv_table **table, struct err *err)
{
    struct csv_table *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory to read back '%s'", path);
    }
    opened->path = path;
    opened->column_count = column_count;
    opened->bytes = malloc(READ_BYTES);
    opened->parser_ready = csv_init(&opened->parser, CSV_STRICT | CSV_STRICT_FINI) == 0;
    opened->file = fopen(path, "re");
    enum err_code code = ERR_NONE;
    if (opened->bytes == NULL || !opened->parser_ready) {
        code = err_set(err, ERR_INTERNAL, "no memory to read back '%s'", path);
    } else if (opened->file == NULL) {
        code = cannot_read(opened, strerror(errno), err);
    } else {
        csv_set_space_func(&opened->parser, no_space);
        code = header_read(opened, err);
    }
    if (code != ERR_NONE) {
        csv_table_close(opened);
        return code;
    }
    *table = opened;
    return ERR_NONE;
}

void csv_table_close(struct csv_table *table)
{
    if (table == NULL) {
        return;
    }
    if (table->parser_ready) {
        csv_free(&table->parser);
    }
    if (table->file != NULL) {
        (void)fclose(table->file); /* only read from */
    }
    free(table->bytes);
    free(table->texts);
    free(table);
}
