/* The cells of a sheet, read back. */
#include "reports/book_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/book_part.h"
#include "reports/disk.h"

struct sheet_reader {
    const char *sheet; /* its name */
    book_cell_visit visit;
    void *context;
    int sheets; /* listed so far */
    int number; /* of the sheet, from 1; 0: not listed */
    struct book_cell cell;
    bool in_text; /* between the tags of a cell's value or text */
    size_t text_bytes;
    char text[BOOK_READ_TEXT_MAX];
};

static const char *attribute(const XML_Char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i] != NULL; i += 2) {
        if (strcmp(attributes[i], name) == 0) {
            return attributes[i + 1];
        }
    }
    return "";
}

/* The list of sheets. */
static void list_begin(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct sheet_reader *reader = user;

    if (strcmp(name, "sheet") == 0) {
        reader->sheets++;
        if (strcmp(attribute(attributes, "name"), reader->sheet) == 0) {
            reader->number = reader->sheets;
        }
    }
}

/* "AB12": column 27, row 11. */
static void place_read(const char *place, struct book_cell *cell)
{
    int column = 0;

    for (; *place >= 'A' && *place <= 'Z' && column < 100000; place++) {
        column = 26 * column + (*place - 'A' + 1);
    }
    cell->column = column - 1;
    cell->row = (int)strtol(place, NULL, 10) - 1;
}

static void cell_begin(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct sheet_reader *reader = user;

    if (strcmp(name, "c") == 0) {
        place_read(attribute(attributes, "r"), &reader->cell);
        reader->text_bytes = 0;
    } else if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0) {
        reader->in_text = true;
    }
}

static void cell_end(void *user, const XML_Char *name)
{
    struct sheet_reader *reader = user;

    reader->in_text = reader->in_text && strcmp(name, "v") != 0 && strcmp(name, "t") != 0;
    if (strcmp(name, "c") == 0 && reader->text_bytes > 0) {
        reader->text[reader->text_bytes] = '\0';
        reader->cell.text = reader->text;
        reader->visit(reader->context, &reader->cell);
    }
}

static void cell_text_read(void *user, const XML_Char *text, int length)
{
    struct sheet_reader *reader = user;
    size_t room = sizeof reader->text - 1 - reader->text_bytes;
    size_t bytes = (size_t)length < room ? (size_t)length : room;

    if (reader->in_text) {
        memcpy(reader->text + reader->text_bytes, text, bytes);
        reader->text_bytes += bytes;
    }
}

static bool part_read(zip_t *archive, const char *name, struct book_part_reader reader, char reason[BOOK_REASON_MAX])
{
    zip_int64_t index = zip_name_locate(archive, name, 0);

    if (index < 0) {
        (void)snprintf(reason, BOOK_REASON_MAX, "%s is not in it", name);
        return false;
    }
    return book_part_read(archive, (zip_uint64_t)index, reader, reason);
}

static bool sheet_read(zip_t *archive, struct sheet_reader *reader, char reason[BOOK_REASON_MAX])
{
    char name[64];

    if (!part_read(archive, "xl/workbook.xml", (struct book_part_reader){reader, list_begin, NULL, NULL}, reason)) {
        return false;
    }
    if (reader->number == 0) {
        (void)snprintf(reason, BOOK_REASON_MAX, "there is no sheet %s", reader->sheet);
        return false;
    }
    (void)snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", reader->number);
    return part_read(archive, name, (struct book_part_reader){reader, cell_begin, cell_end, cell_text_read}, reason);
}

enum err_code book_read(const char *path, const char *sheet, book_cell_visit visit, void *context, struct err *err)
{
    struct sheet_reader reader = {.sheet = sheet, .visit = visit, .context = context};
    char reason[BOOK_REASON_MAX] = "it is no workbook";
    int failed = 0;
    zip_t *archive = book_part_open(path, &failed);
    int refused = errno;
    bool read = archive != NULL && sheet_read(archive, &reader, reason);

    if (archive != NULL) {
        zip_discard(archive);
    }
    if (!read && (failed == ZIP_ER_MEMORY || strcmp(reason, BOOK_NO_MEMORY) == 0)) {
        return err_set(err, ERR_INTERNAL, "no memory to read '%s'; give the program more and run it again", path);
    }
    if (archive == NULL && (failed == ZIP_ER_OPEN || failed == ZIP_ER_READ) && disk_class(refused, ERR_NONE) != ERR_NONE) {
        return disk_read_failed(path, refused, err);
    }
    return read ? ERR_NONE : err_set(err, ERR_DATA, "'%s' cannot be read back: %s", path, reason);
}
