/* A workbook read back with libzip and expat. */
#include "reports/book_check.h"

#include <expat.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zip.h>

#define PART_NAME_MAX 64
#define READ_BYTES 65536
#define REASON_MAX 256
#define NOT_WHOLE "the workbook '%s' was not written whole (is the disk full?): "

struct part { /* what one part of the archive holds */
    const struct book *book;
    uint32_t rows;
    uint64_t cells;
    size_t sheets;
    bool names_differ; /* from the book's pages */
};

static void element(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct part *part = user;

    if (strcmp(name, "row") == 0) {
        part->rows++;
    } else if (strcmp(name, "c") == 0) {
        part->cells++;
    } else if (strcmp(name, "sheet") == 0) {
        const char *found = "";
        for (size_t i = 0; attributes[i] != NULL; i += 2) {
            found = strcmp(attributes[i], "name") == 0 ? attributes[i + 1] : found;
        }
        part->names_differ = part->names_differ || part->sheets >= part->book->page_count ||
                             strcmp(found, part->book->pages[part->sheets].name) != 0;
        part->sheets++;
    }
}

/* false: `reason` says why the part cannot be read. */
static bool part_parse(zip_file_t *file, XML_Parser parser, char reason[REASON_MAX])
{
    for (;;) {
        void *bytes = XML_GetBuffer(parser, READ_BYTES);
        if (bytes == NULL) {
            (void)snprintf(reason, REASON_MAX, "no memory");
            return false;
        }
        zip_int64_t got = zip_fread(file, bytes, READ_BYTES);
        if (got < 0) {
            (void)snprintf(reason, REASON_MAX, "%s", zip_file_strerror(file));
            return false;
        }
        if (XML_ParseBuffer(parser, (int)got, got == 0) != XML_STATUS_OK) {
            (void)snprintf(reason, REASON_MAX, "%s", XML_ErrorString(XML_GetErrorCode(parser)));
            return false;
        }
        if (got == 0) {
            return true;
        }
    }
}

static bool part_read(zip_t *archive, zip_uint64_t index, struct part *part, char reason[REASON_MAX])
{
    zip_file_t *file = zip_fopen_index(archive, index, 0);
    XML_Parser parser = XML_ParserCreate(NULL);
    bool whole = false;

    if (file == NULL) {
        (void)snprintf(reason, REASON_MAX, "%s", zip_strerror(archive));
    } else if (parser == NULL) {
        (void)snprintf(reason, REASON_MAX, "no memory");
    } else {
        XML_SetUserData(parser, part);
        XML_SetStartElementHandler(parser, element);
        whole = part_parse(file, parser, reason);
    }
    if (parser != NULL) {
        XML_ParserFree(parser);
    }
    if (file != NULL && zip_fclose(file) != 0 && whole) {
        (void)snprintf(reason, REASON_MAX, "it does not match its checksum");
        whole = false;
    }
    return whole;
}

/* Every part, whatever it is; sheets and the list of sheets are compared with the pages. */
static enum err_code parts_check(const struct book *book, zip_t *archive, size_t *sheets, struct err *err)
{
    zip_int64_t count = zip_get_num_entries(archive, 0);
    char reason[REASON_MAX] = "";

    for (zip_int64_t i = 0; i < count; i++) {
        struct part part = {.book = book};
        unsigned number = 0;
        const char *name = zip_get_name(archive, (zip_uint64_t)i, 0);
        if (name == NULL || !part_read(archive, (zip_uint64_t)i, &part, reason)) {
            return err_set(err, ERR_IO, NOT_WHOLE "its part %s: %s", book->path,
                           name == NULL ? "without a name" : name, reason);
        }
        if (strcmp(name, "xl/workbook.xml") == 0 && (part.names_differ || part.sheets != book->page_count)) {
            return err_set(err, ERR_IO, NOT_WHOLE "it lists %zu sheets, not %zu",
                           book->path, part.sheets, book->page_count);
        }
        if (sscanf(name, "xl/worksheets/sheet%u.xml", &number) != 1) {
            continue;
        }
        const struct page *page = number >= 1 && number <= book->page_count ? &book->pages[number - 1] : NULL;
        if (page == NULL || part.rows != page->rows || part.cells != page->cells) {
            return err_set(err, ERR_IO,
                           NOT_WHOLE "sheet %s has %" PRIu32 " rows and %" PRIu64
                           " cells, not %" PRIu32 " and %" PRIu64,
                           book->path, page == NULL ? name : page->name, part.rows, part.cells,
                           page == NULL ? 0 : page->rows, page == NULL ? 0 : page->cells);
        }
        (*sheets)++;
    }
    return ERR_NONE;
}

enum err_code book_check(const struct book *book, struct err *err)
{
    int failed = 0;
    zip_t *archive = zip_open(book->path, ZIP_RDONLY | ZIP_CHECKCONS, &failed);
    size_t sheets = 0;

    if (archive == NULL) {
        zip_error_t error;
        zip_error_init_with_code(&error, failed);
        enum err_code code = err_set(err, ERR_IO, NOT_WHOLE "%s", book->path,
                                     zip_error_strerror(&error));
        zip_error_fini(&error);
        return code;
    }
    enum err_code code = parts_check(book, archive, &sheets, err);
    zip_discard(archive);
    if (code == ERR_NONE && sheets != book->page_count) {
        return err_set(err, ERR_IO, NOT_WHOLE "it has %zu sheets, not %zu", book->path,
                       sheets, book->page_count);
    }
    return code;
}
