/*
 * Linked around the program (the linker's --wrap), so that one part of it can be
 * timed while the whole of it runs, and nothing in it knows.
 *
 *     BENCH_PART=scan       reading the accounts' breakpoints and the usage
 *     BENCH_PART=workbook   making the workbook, without reading it back
 *
 * The seconds of the part go into the file $BENCH_SECONDS. BENCH_CELLS=FILE: the
 * cells of the workbook go there, for workbook_alone.c; such a run is not timed.
 * BENCH_CPU=1: processor time instead of the clock's, for a busy machine.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "batch/month.h"
#include "reports/book_check.h"
#include "reports/workbook.h"
#include "tests/bench/cell_log.h"

static double check_seconds;
static const struct book *recorded; /* the book whose cells are kept, or NULL */
static FILE *log_file;
static size_t pages_logged;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

static double now_seconds(void)
{
    struct timespec now;

    clock_gettime(getenv("BENCH_CPU") == NULL ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void part_tell(const char *part, double seconds)
{
    const char *wanted = getenv("BENCH_PART");
    const char *path = getenv("BENCH_SECONDS");

    if (wanted == NULL || path == NULL || strcmp(wanted, part) != 0) {
        return;
    }
    FILE *file = fopen(path, "we");
    if (file == NULL || fprintf(file, "%.6f\n", seconds) < 0 || fclose(file) != 0) {
        perror(path);
        abort();
    }
}

enum err_code __real_month_read_usage(struct month *month, struct err *err);
enum err_code __wrap_month_read_usage(struct month *month, struct err *err);
enum err_code __wrap_month_read_usage(struct month *month, struct err *err)
{
    double begun = now_seconds();
    enum err_code code = __real_month_read_usage(month, err);

    part_tell("scan", now_seconds() - begun);
    return code;
}

enum err_code __real_book_check(const struct book *book, struct err *err);
enum err_code __wrap_book_check(const struct book *book, struct err *err);
enum err_code __wrap_book_check(const struct book *book, struct err *err)
{
    double begun = now_seconds();
    enum err_code code = __real_book_check(book, err);

    check_seconds += now_seconds() - begun;
    return code;
}

enum err_code __real_workbook_write(const struct workbook_in *in, struct err *err);
enum err_code __wrap_workbook_write(const struct workbook_in *in, struct err *err);
enum err_code __wrap_workbook_write(const struct workbook_in *in, struct err *err)
{
    double begun = now_seconds();
    enum err_code code = __real_workbook_write(in, err);

    part_tell("workbook", now_seconds() - begun - check_seconds);
    if (log_file != NULL && fclose(log_file) != 0) {
        perror("the log of cells");
        abort();
    }
    log_file = NULL;
    return code;
}

enum err_code __real_book_begin(struct book *book, struct book_in in, struct err *err);
enum err_code __wrap_book_begin(struct book *book, struct book_in in, struct err *err);
enum err_code __wrap_book_begin(struct book *book, struct book_in in, struct err *err)
{
    const char *path = getenv("BENCH_CELLS");

    if (path != NULL) {
        log_file = fopen(path, "we");
        recorded = book;
        if (log_file == NULL) {
            perror(path);
            abort();
        }
    }
    return __real_book_begin(book, in, err);
}

static uint16_t page_of(const lxw_worksheet *worksheet)
{
    size_t page = recorded->page_count;

    while (page > 0 && recorded->pages[page - 1].worksheet != worksheet) {
        page--;
    }
    return (uint16_t)(page - 1);
}

static uint8_t format_of(const lxw_format *format)
{
    uint8_t i = 0;

    while (i < CELL_FORMATS && recorded->formats[i] != format) {
        i++;
    }
    return i;
}

static void entry_put(struct cell_entry entry, const char *text, const char *second)
{
    entry.length = (uint16_t)strlen(text);
    entry.second_length = (uint16_t)strlen(second);
    (void)fwrite(&entry, sizeof entry, 1, log_file);
    (void)fwrite(text, 1, (size_t)entry.length + 1, log_file);
    (void)fwrite(second, 1, (size_t)entry.second_length + 1, log_file);
}

/* The cell, and before it the pages that were added since the last one. */
static void cell_put(lxw_worksheet *worksheet, struct cell_entry entry, const char *text, const char *second)
{
    if (log_file == NULL) {
        return;
    }
    pthread_mutex_lock(&log_lock);
    while (pages_logged < recorded->page_count) {
        entry_put((struct cell_entry){.kind = CELL_PAGE}, recorded->pages[pages_logged].name, "");
        pages_logged++;
    }
    entry.page = page_of(worksheet);
    entry_put(entry, text, second);
    pthread_mutex_unlock(&log_lock);
}

lxw_error __real_worksheet_write_string(lxw_worksheet *, lxw_row_t, lxw_col_t, const char *, lxw_format *);
lxw_error __wrap_worksheet_write_string(lxw_worksheet *, lxw_row_t, lxw_col_t, const char *, lxw_format *);
lxw_error __wrap_worksheet_write_string(lxw_worksheet *worksheet, lxw_row_t row, lxw_col_t column, const char *text,
                                        lxw_format *format)
{
    if (log_file != NULL) {
        cell_put(worksheet, (struct cell_entry){CELL_STRING, format_of(format), .row = row, .column = column}, text, "");
    }
    return __real_worksheet_write_string(worksheet, row, column, text, format);
}

lxw_error __real_worksheet_write_number(lxw_worksheet *, lxw_row_t, lxw_col_t, double, lxw_format *);
lxw_error __wrap_worksheet_write_number(lxw_worksheet *, lxw_row_t, lxw_col_t, double, lxw_format *);
lxw_error __wrap_worksheet_write_number(lxw_worksheet *worksheet, lxw_row_t row, lxw_col_t column, double number,
                                        lxw_format *format)
{
    if (log_file != NULL) {
        struct cell_entry entry = {CELL_DOUBLE, format_of(format), .row = row, .column = column, .number = number};
        cell_put(worksheet, entry, "", "");
    }
    return __real_worksheet_write_number(worksheet, row, column, number, format);
}

lxw_error __real_worksheet_write_formula_num(lxw_worksheet *, lxw_row_t, lxw_col_t, const char *, lxw_format *, double);
lxw_error __wrap_worksheet_write_formula_num(lxw_worksheet *, lxw_row_t, lxw_col_t, const char *, lxw_format *, double);
lxw_error __wrap_worksheet_write_formula_num(lxw_worksheet *worksheet, lxw_row_t row, lxw_col_t column,
                                             const char *formula, lxw_format *format, double number)
{
    if (log_file != NULL) {
        struct cell_entry entry = {CELL_FORMULA_NUMBER, format_of(format), .row = row, .column = column, .number = number};
        cell_put(worksheet, entry, formula, "");
    }
    return __real_worksheet_write_formula_num(worksheet, row, column, formula, format, number);
}

lxw_error __real_worksheet_write_formula_str(lxw_worksheet *, lxw_row_t, lxw_col_t, const char *, lxw_format *,
                                             const char *);
lxw_error __wrap_worksheet_write_formula_str(lxw_worksheet *, lxw_row_t, lxw_col_t, const char *, lxw_format *,
                                             const char *);
lxw_error __wrap_worksheet_write_formula_str(lxw_worksheet *worksheet, lxw_row_t row, lxw_col_t column,
                                             const char *formula, lxw_format *format, const char *text)
{
    if (log_file != NULL) {
        struct cell_entry entry = {CELL_FORMULA_STRING, format_of(format), .row = row, .column = column};
        cell_put(worksheet, entry, formula, text);
    }
    return __real_worksheet_write_formula_str(worksheet, row, column, formula, format, text);
}

lxw_error __real_worksheet_set_row(lxw_worksheet *, lxw_row_t, double, lxw_format *);
lxw_error __wrap_worksheet_set_row(lxw_worksheet *, lxw_row_t, double, lxw_format *);
lxw_error __wrap_worksheet_set_row(lxw_worksheet *worksheet, lxw_row_t row, double height, lxw_format *format)
{
    if (log_file != NULL) {
        cell_put(worksheet, (struct cell_entry){.kind = CELL_HEIGHT, .row = row, .number = height}, "", "");
    }
    return __real_worksheet_set_row(worksheet, row, height, format);
}
