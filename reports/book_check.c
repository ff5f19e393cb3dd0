/* A workbook read back with libzip and expat. */
#include "reports/book_check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/book_part.h"

#define CELL_BYTES_MAX (4 * BOOK_TEXT_MAX + BOOK_FORMULA_MAX)
#define NOT_WHOLE "the workbook '%s' was not written whole (is the disk full, or memory short?): "
#define NO_MEMORY "no memory to read back '%s'; give the program more and run it again"

struct part { /* what one part of the archive holds */
    const struct book *book;
    uint32_t rows;
    uint64_t cells;
    uint64_t content; /* digest of what the cells say */
    char *text;       /* of the cell at hand */
    size_t text_bytes;
    int panes;        /* what says that its head stays where it is: the pane, and where the cursor is in it */
    bool in_text;     /* between the tags of a cell's value, formula or text */
    bool text_lost;   /* no cell may say that much */
    size_t sheets;
    bool names_differ; /* from the book's pages */
};

/* v: a value, f: a formula, t: a text. */
static bool is_value(const char *name)
{
    return (name[0] == 'v' || name[0] == 'f' || name[0] == 't') && name[1] == '\0';
}

static void element(void *user, const XML_Char *name, const XML_Char **attributes)
{
    struct part *part = user;

    if (strcmp(name, "row") == 0) {
        part->rows++;
    } else if (strcmp(name, "c") == 0) {
        part->cells++;
        part->text_bytes = 0;
    } else if (is_value(name)) {
        part->in_text = true;
    } else if (strcmp(name, "pane") == 0 || strcmp(name, "selection") == 0) {
        part->panes++;
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

static void element_end(void *user, const XML_Char *name)
{
    struct part *part = user;

    if (is_value(name)) {
        part->in_text = false;
    } else if (strcmp(name, "c") == 0) {
        part->content = book_content(part->content, part->text, part->text_bytes);
    }
}

static void characters(void *user, const XML_Char *text, int length)
{
    struct part *part = user;

    if (!part->in_text) {
        return;
    }
    if (part->text_bytes + (size_t)length > CELL_BYTES_MAX) {
        part->text_lost = true;
        return;
    }
    memcpy(part->text + part->text_bytes, text, (size_t)length);
    part->text_bytes += (size_t)length;
}

static bool is_worksheet(const char *name)
{
    return strncmp(name, "xl/worksheets/sheet", strlen("xl/worksheets/sheet")) == 0;
}

/* A worksheet against the page it should be. */
static enum err_code sheet_check(const struct book *book, const char *name, const struct part *part, struct err *err)
{
    unsigned number = 0;
    int matched = sscanf(name, "xl/worksheets/sheet%u.xml", &number);
    const struct page *page = matched == 1 && number >= 1 && number <= book->page_count ? &book->pages[number - 1] : NULL;

    if (page == NULL) {
        return err_set(err, ERR_IO, NOT_WHOLE "it has a sheet too many, %s", book->path, name);
    }
    if (part->rows != page->rows || part->cells != page->cells) {
        return err_set(err, ERR_IO,
                       NOT_WHOLE "sheet %s has %" PRIu32 " rows and %" PRIu64 " cells, not %" PRIu32 " and %" PRIu64,
                       book->path, page->name, part->rows, part->cells, page->rows, page->cells);
    }
    if (part->panes != (page->data_first > 0 ? 2 : 0)) {
        return err_set(err, ERR_IO, NOT_WHOLE "the head of sheet %s does not stay in view", book->path, page->name);
    }
    if (part->text_lost || part->content != page->content) {
        return err_set(err, ERR_IO, NOT_WHOLE "the cells of sheet %s do not say what was written", book->path,
                       page->name);
    }
    return ERR_NONE;
}

/* One part, whatever it is; sheets and the list of sheets are compared with the pages. */
static enum err_code part_check(struct part *part, zip_t *archive, zip_uint64_t index, struct err *err)
{
    const struct book *book = part->book;
    char reason[BOOK_REASON_MAX] = "";
    const char *name = zip_get_name(archive, index, 0);

    const struct book_part_reader reader = {part, element, element_end, characters};
    *part = (struct part){.book = book, .text = part->text};
    if (name == NULL || !book_part_read(archive, index, reader, reason)) {
        if (strcmp(reason, BOOK_NO_MEMORY) == 0) {
            return err_set(err, ERR_INTERNAL, NO_MEMORY, book->path);
        }
        return err_set(err, ERR_IO, NOT_WHOLE "its part %s: %s", book->path, name == NULL ? "without a name" : name,
                       reason);
    }
    if (strcmp(name, "xl/workbook.xml") == 0 && (part->names_differ || part->sheets != book->page_count)) {
        return err_set(err, ERR_IO, NOT_WHOLE "it lists %zu sheets, not %zu", book->path, part->sheets,
                       book->page_count);
    }
    return is_worksheet(name) ? sheet_check(book, name, part, err) : ERR_NONE;
}

static enum err_code parts_check(const struct book *book, zip_t *archive, struct err *err)
{
    zip_int64_t count = zip_get_num_entries(archive, 0);
    struct part part = {.book = book, .text = malloc(CELL_BYTES_MAX)};
    enum err_code code = ERR_NONE;
    size_t sheets = 0;

    if (part.text == NULL) {
        return err_set(err, ERR_INTERNAL, NO_MEMORY, book->path);
    }
    for (zip_int64_t i = 0; i < count && code == ERR_NONE; i++) {
        code = part_check(&part, archive, (zip_uint64_t)i, err);
        sheets += code == ERR_NONE && is_worksheet(zip_get_name(archive, (zip_uint64_t)i, 0));
    }
    free(part.text);
    if (code == ERR_NONE && sheets != book->page_count) {
        return err_set(err, ERR_IO, NOT_WHOLE "it has %zu sheets, not %zu", book->path, sheets, book->page_count);
    }
    return code;
}

enum err_code book_check(const struct book *book, struct err *err)
{
    int failed = 0;
    zip_t *archive = book_part_open(book->path, &failed);

    if (archive == NULL) {
        zip_error_t error;
        if (failed == ZIP_ER_MEMORY) {
            return err_set(err, ERR_INTERNAL, NO_MEMORY, book->path);
        }
        zip_error_init_with_code(&error, failed);
        enum err_code code = err_set(err, ERR_IO, NOT_WHOLE "%s", book->path,
                                     zip_error_strerror(&error));
        zip_error_fini(&error);
        return code;
    }
    enum err_code code = parts_check(book, archive, err);
    zip_discard(archive);
    return code;
}
