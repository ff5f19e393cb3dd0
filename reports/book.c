/* The workbook file: its life, its sheets and their pages. Cells: book_cells.c. */
#include "reports/book.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "reports/book_check.h"
#include "reports/book_formats.h"
#include "reports/disk.h"

#define TEXT_ROOM (BOOK_TEXT_MAX + 1)
#define PAPER_A4 9
#define HEADER_HEIGHT 20
#define HINT_MAX 256
#define CHOICES_MAX 8
#define CHOICE_TEXT_MAX 32
#define NUMBER_INPUT_MAX 1e14
#define WHOLE_SHEET "A1:XFD1048576"

static enum err_code book_failed(const struct book *book, lxw_error failed, struct err *err)
{
    bool memory = failed == LXW_ERROR_MEMORY_MALLOC_FAILED;

    return err_set(err, memory ? ERR_INTERNAL : ERR_IO, "cannot write '%s': %s", book->path, lxw_strerror(failed));
}

/*
 * The library copies texts, and says nothing where it has no memory for one. malloc() does, in errno: it is 0 before such
 * calls, and nothing else is called between.
 */
static lxw_error copies_made(lxw_error failed)
{
    return failed == LXW_NO_ERROR && errno == ENOMEM ? LXW_ERROR_MEMORY_MALLOC_FAILED : failed;
}

static lxw_error properties_set(struct book *book, const struct book_in *in)
{
    char title[256];
    char subject[256];
    lxw_doc_properties properties = {.title = title, .subject = subject};

    (void)snprintf(title, sizeof title, "%s", in->title);
    (void)snprintf(subject, sizeof subject, "%s", in->subject);
    properties.created = (time_t)(in->created_ms / SECOND_MS);
    if (properties.created == 0) {
        properties.created = 1; /* 0 would mean the clock */
    }
    errno = 0;
    return copies_made(workbook_set_properties(book->workbook, &properties));
}

static bool rooms_make(struct book *book)
{
    book->rooms = calloc(BOOK_ROOMS, sizeof *book->rooms);
    for (size_t i = 0; book->rooms != NULL && i < BOOK_ROOMS; i++) {
        book->rooms[i].text = malloc(TEXT_ROOM);
        if (book->rooms[i].text == NULL) {
            return false;
        }
    }
    return book->rooms != NULL;
}

enum err_code book_begin(struct book *book, struct book_in in, struct err *err)
{
    memset(book, 0, sizeof *book);
    (void)snprintf(book->path, sizeof book->path, "%s", in.path);
    (void)snprintf(book->temporary, sizeof book->temporary, "%s", in.temporary);
    bool roomy = rooms_make(book);
    book->pages = calloc(BOOK_PAGES_MAX, sizeof *book->pages);

    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = book->temporary};
    book->workbook = workbook_new_opt(book->path, &options);
    if (!roomy || book->pages == NULL || book->workbook == NULL || !book_formats_make(book)) {
        book_release(book);
        return err_set(err, ERR_INTERNAL, "no memory to write '%s'", in.path);
    }
    lxw_error failed = properties_set(book, &in);
    return failed == LXW_NO_ERROR ? ERR_NONE : book_failed(book, failed, err);
}

static void page_layout(struct page *page, const struct sheet *sheet)
{
    lxw_worksheet *worksheet = page->worksheet;

    worksheet_set_tab_color(worksheet, sheet->color);
    worksheet_set_landscape(worksheet);
    worksheet_set_paper(worksheet, PAPER_A4);
    worksheet_fit_to_pages(worksheet, 1, 0);
    worksheet_set_margins(worksheet, 0.4, 0.4, 0.5, 0.6);
}

static lxw_error page_settings(const struct sheet *sheet, const struct page *page)
{
    lxw_worksheet *worksheet = page->worksheet;

    errno = 0;
    lxw_error failed = worksheet_set_footer(worksheet, "&L&A&RPage &P of &N");

    for (uint16_t i = 0; i < sheet->column_count && failed == LXW_NO_ERROR; i++) {
        failed = worksheet_set_column(worksheet, i, i, sheet->columns[i].width, NULL);
    }
    if (failed == LXW_NO_ERROR) { /* an id of digits is a text; no green corners about it */
        failed = worksheet_ignore_errors(worksheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, WHOLE_SHEET);
    }
    return copies_made(failed);
}

/* One more page of the sheet in the book, behind all that are there. */
static enum err_code page_add(struct sheet *sheet, struct err *err)
{
    struct book *book = sheet->book;

    if (book->page_count == BOOK_PAGES_MAX) {
        return err_set(err, ERR_IO, "cannot write '%s': sheet %s goes on over more than %d sheets; ask for a summary",
                       book->path, sheet->name, BOOK_PAGES_MAX);
    }
    struct page *page = &book->pages[book->page_count];
    sheet->pages++;
    page->sheet = sheet;
    (void)snprintf(page->name, sizeof page->name, sheet->pages == 1 ? "%s" : "%s (%d)", sheet->name, sheet->pages);
    errno = 0;
    page->worksheet = workbook_add_worksheet(book->workbook, page->name);
    if (page->worksheet == NULL) { /* the library wants a temporary file for each */
        return disk_write_failed(book->path, errno == 0 ? EIO : errno, err);
    }
    book->page_count++;
    page_layout(page, sheet);
    lxw_error failed = page->worksheet->name == NULL || page->worksheet->quoted_name == NULL ? LXW_ERROR_MEMORY_MALLOC_FAILED
                                                                                            : page_settings(sheet, page);
    return failed == LXW_NO_ERROR ? ERR_NONE : book_failed(book, failed, err);
}

enum err_code sheet_page_next(struct sheet *sheet, struct err *err)
{
    bool there = sheet->pages_begun < sheet->pages;

    if (!there && page_add(sheet, err) != ERR_NONE) {
        return err->code;
    }
    sheet->page = there ? sheet->page + 1 : sheet->book->page_count - 1;
    sheet->pages_begun++;
    sheet->row = 0;
    return ERR_NONE;
}

enum err_code sheet_begin(struct sheet *sheet, struct book *book, struct sheet_in in, struct err *err)
{
    memset(sheet, 0, sizeof *sheet);
    sheet->book = book;
    sheet->room = &book->rooms[0];
    sheet->name = in.name;
    sheet->columns = in.columns;
    sheet->column_count = (uint16_t)in.column_count;
    sheet->color = in.color;
    sheet->page = book->page_count;
    for (size_t i = 0; i < in.page_count || i == 0; i++) {
        if (page_add(sheet, err) != ERR_NONE) {
            return err->code;
        }
    }
    sheet->pages_begun = 1;
    return ERR_NONE;
}

/* Keep the first failure of a call whose row goes on. */
static void keep_failed(const struct sheet *sheet, lxw_error failed)
{
    if (failed != LXW_NO_ERROR && sheet->room->failed == LXW_NO_ERROR) {
        sheet->room->failed = failed;
    }
}

void sheet_row_height(struct sheet *sheet, double height)
{
    struct book *book = sheet->book;

    keep_failed(sheet, worksheet_set_row(book->pages[sheet->page].worksheet, sheet->row, height, NULL));
}

void sheet_flag_not_zero(struct sheet *sheet, struct cell_range range)
{
    struct book *book = sheet->book;
    lxw_conditional_format condition = {
        .type = LXW_CONDITIONAL_TYPE_CELL,
        .criteria = LXW_CONDITIONAL_CRITERIA_NOT_EQUAL_TO,
        .value = 0,
        .format = book->formats[CELL_FAIL],
    };

    errno = 0;
    keep_failed(sheet, copies_made(worksheet_conditional_format_range(book->pages[sheet->page].worksheet, range.row_first, range.column,
                                                                     range.row_last, range.column, &condition)));
}

/* The library copies what it is given, but wants it writable. */
static void input_check(struct sheet *sheet, struct cell_range range, lxw_data_validation *check, const char *hint)
{
    struct book *book = sheet->book;
    char title[] = "Not possible here";
    char message[HINT_MAX];

    (void)snprintf(message, sizeof message, "%s", hint);
    check->error_title = title;
    check->error_message = message;
    errno = 0;
    keep_failed(sheet, copies_made(worksheet_data_validation_range(book->pages[sheet->page].worksheet, range.row_first, range.column,
                                                                  range.row_last, range.column, check)));
}

void sheet_choice(struct sheet *sheet, struct cell_range range, const char *const *words, const char *hint)
{
    char texts[CHOICES_MAX][CHOICE_TEXT_MAX];
    char *list[CHOICES_MAX + 1] = {NULL};

    for (size_t i = 0; words[i] != NULL; i++) {
        assert(i < CHOICES_MAX);
        (void)snprintf(texts[i], sizeof texts[i], "%s", words[i]);
        list[i] = texts[i];
    }
    input_check(sheet, range, &(lxw_data_validation){.validate = LXW_VALIDATION_TYPE_LIST, .value_list = list}, hint);
}

void sheet_days(struct sheet *sheet, struct cell_range range, const char *hint)
{
    lxw_data_validation check = {
        .validate = LXW_VALIDATION_TYPE_DATE,
        .criteria = LXW_VALIDATION_CRITERIA_GREATER_THAN_OR_EQUAL_TO,
        .value_datetime = {.year = 1970, .month = 1, .day = 1},
    };

    input_check(sheet, range, &check, hint);
}

void sheet_numbers(struct sheet *sheet, struct cell_range range, const char *hint)
{
    lxw_data_validation check = {
        .validate = LXW_VALIDATION_TYPE_DECIMAL,
        .criteria = LXW_VALIDATION_CRITERIA_BETWEEN,
        .minimum_number = -NUMBER_INPUT_MAX,
        .maximum_number = NUMBER_INPUT_MAX,
    };

    input_check(sheet, range, &check, hint);
}

enum err_code sheet_header(struct sheet *sheet, struct err *err)
{
    struct book *book = sheet->book;
    struct page *page = &book->pages[sheet->page];

    sheet_row_height(sheet, HEADER_HEIGHT);
    for (uint16_t i = 0; i < sheet->column_count; i++) {
        cell_text(sheet, sheet->columns[i].title, sheet->columns[i].right ? CELL_COLUMN_RIGHT : CELL_HEADER);
    }
    page->data_first = sheet->row + 1;
    worksheet_freeze_panes(page->worksheet, page->data_first, 0);
    keep_failed(sheet, worksheet_repeat_rows(page->worksheet, 0, sheet->row));
    return sheet_row_end(sheet, err);
}

enum err_code sheet_row_end(struct sheet *sheet, struct err *err)
{
    struct book *book = sheet->book;
    struct page *page = &book->pages[sheet->page];

    if (sheet->room->failed != LXW_NO_ERROR) {
        return book_failed(book, sheet->room->failed, err);
    }
    if (sheet->row_begun) {
        page->rows++;
    }
    sheet->row_begun = false;
    sheet->column = 0;
    sheet->row++;
    return ERR_NONE;
}

enum err_code sheet_data_end(struct sheet *sheet, struct err *err)
{
    struct book *book = sheet->book;
    struct page *page = &book->pages[sheet->page];

    page->data_count = sheet->row - page->data_first;
    lxw_error failed = worksheet_autofilter(page->worksheet, page->data_first - 1, 0, sheet->row - 1,
                                            (lxw_col_t)(sheet->column_count - 1));
    return failed == LXW_NO_ERROR ? ERR_NONE : book_failed(book, failed, err);
}

enum err_code book_close(struct book *book, struct err *err)
{
    lxw_workbook *workbook = book->workbook;

    book->workbook = NULL;
    errno = 0;
    lxw_error failed = workbook_close(workbook); /* frees it, also on error */
    if (failed != LXW_NO_ERROR) {
        return disk_class(errno, ERR_NONE) != ERR_NONE ? disk_write_failed(book->path, errno, err)
                                                       : book_failed(book, failed, err);
    }
    return book_check(book, err);
}

void book_release(struct book *book)
{
    if (book->workbook != NULL) {
        for (size_t i = 0; i < book->page_count; i++) { /* the library frees, but does not close them */
            (void)fclose(book->pages[i].worksheet->optimize_tmpfile);
        }
        lxw_workbook_free(book->workbook);
    }
    free(book->pages);
    for (size_t i = 0; book->rooms != NULL && i < BOOK_ROOMS; i++) {
        free(book->rooms[i].text);
    }
    free(book->rooms);
    memset(book, 0, sizeof *book);
}
