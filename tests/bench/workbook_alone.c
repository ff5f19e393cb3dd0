/*
 * workbook_alone - the cells of a log (cell_log.h) through libxlsxwriter alone,
 * in constant memory, with the same formats: the yardstick of the workbook.
 * The log is read into memory first; that is not counted.
 * usage: BENCH_SECONDS=FILE workbook_alone CELLS WORKBOOK
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reports/book.h"
#include "tests/bench/cell_log.h"

static double now_seconds(void)
{
    struct timespec now;

    clock_gettime(getenv("BENCH_CPU") == NULL ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(bool done, const char *what)
{
    if (!done) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

static char *file_read(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rbe");

    must(file != NULL && fseek(file, 0, SEEK_END) == 0, path);
    *length = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*length);
    must(bytes != NULL && fread(bytes, 1, *length, file) == *length && fclose(file) == 0, path);
    return bytes;
}

static void cell_write(struct book *book, const struct cell_entry *cell, const char *text, const char *second)
{
    lxw_worksheet *sheet = cell->kind == CELL_PAGE ? NULL : book->pages[cell->page].worksheet;
    lxw_format *format = cell->format == CELL_FORMATS ? NULL : book->formats[cell->format];
    lxw_error failed = LXW_NO_ERROR;

    switch ((enum cell_kind)cell->kind) {
    case CELL_PAGE:
        sheet = book->pages[book->page_count++].worksheet = workbook_add_worksheet(book->workbook, text);
        failed = sheet == NULL ? LXW_ERROR_MEMORY_MALLOC_FAILED : LXW_NO_ERROR;
        break;
    case CELL_STRING:
        failed = worksheet_write_string(sheet, cell->row, cell->column, text, format);
        break;
    case CELL_DOUBLE:
        failed = worksheet_write_number(sheet, cell->row, cell->column, cell->number, format);
        break;
    case CELL_FORMULA_NUMBER:
        failed = worksheet_write_formula_num(sheet, cell->row, cell->column, text, format, cell->number);
        break;
    case CELL_FORMULA_STRING:
        failed = worksheet_write_formula_str(sheet, cell->row, cell->column, text, format, second);
        break;
    case CELL_HEIGHT:
        failed = worksheet_set_row(sheet, cell->row, cell->number, NULL);
        break;
    }
    must(failed == LXW_NO_ERROR, "a cell");
}

static void cells_write(struct book *book, const char *bytes, size_t length)
{
    struct cell_entry cell;

    for (const char *at = bytes; at < bytes + length;) {
        memcpy(&cell, at, sizeof cell);
        const char *text = at + sizeof cell;
        const char *second = text + cell.length + 1;
        cell_write(book, &cell, text, second);
        at = second + cell.second_length + 1;
    }
}

int main(int argc, char **argv)
{
    struct err err = {0};
    struct book book;
    size_t length = 0;

    must(argc == 3 && getenv("BENCH_SECONDS") != NULL, "usage: BENCH_SECONDS=FILE workbook_alone CELLS WORKBOOK");
    char *bytes = file_read(argv[1], &length);
    double begun = now_seconds();
    struct book_in in = {.path = argv[2], .temporary = getenv("TMPDIR"), .title = "bench", .subject = "bench", .created_ms = 1000};
    must(book_begin(&book, in, &err) == ERR_NONE, err.text);
    cells_write(&book, bytes, length);
    must(workbook_close(book.workbook) == LXW_NO_ERROR, argv[2]);
    double seconds = now_seconds() - begun;
    book.workbook = NULL;
    book_release(&book);
    FILE *file = fopen(getenv("BENCH_SECONDS"), "we");
    must(file != NULL && fprintf(file, "%.6f\n", seconds) > 0 && fclose(file) == 0, "BENCH_SECONDS");
    free(bytes);
    return EXIT_SUCCESS;
}
