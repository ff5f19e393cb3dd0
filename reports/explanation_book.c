/* An explanation as a workbook: its facts on one sheet, each table on one of its own. */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/decimal.h"
#include "reports/book.h"
#include "reports/disk.h"
#include "reports/explanation.h"

#define TAB_FACTS 0x1F4E79
#define TAB_TABLE 0x548235
#define NUMBER_DIGITS 6 /* no column has more decimals */

static const struct sheet_column FACT_COLUMNS[] = {
    {"Section", 24, false}, {"Label", 26, false}, {"Value", 110, false}, {"Rule", 8, false}};
#define FACT_COLUMN_COUNT (sizeof FACT_COLUMNS / sizeof FACT_COLUMNS[0])

static bool is_facts(const struct explanation_section *section)
{
    return section->columns[0] == EXPLAIN_LABEL;
}

static enum err_code facts_write(struct book *book, struct sheet *sheet, const struct explanation *explanation,
                                 struct err *err)
{
    struct sheet_in in = {"Explanation", FACT_COLUMNS, FACT_COLUMN_COUNT, TAB_FACTS, 0};
    enum err_code code = sheet_begin(sheet, book, in, err);

    if (code == ERR_NONE) {
        code = sheet_header(sheet, err);
    }
    for (size_t i = 0; i < explanation->section_count; i++) {
        const struct explanation_section *section = &explanation->sections[i];
        for (size_t row = 0; is_facts(section) && row < section->rows && code == ERR_NONE; row++) {
            cell_text(sheet, section->title, CELL_WRAPPED);
            cell_text(sheet, explanation_text(explanation, section, row, EXPLAIN_LABEL), CELL_WRAPPED);
            cell_text(sheet, explanation_text(explanation, section, row, EXPLAIN_VALUE), CELL_WRAPPED);
            cell_text(sheet, explanation_text(explanation, section, row, EXPLAIN_RULE), CELL_TEXT);
            code = sheet_row_end(sheet, err);
        }
    }
    return code == ERR_NONE ? sheet_data_end(sheet, err) : code;
}

static enum cell_format format_of(enum explanation_column column)
{
    switch (column) {
    case EXPLAIN_EVENTS:
    case EXPLAIN_TOKENS:
    case EXPLAIN_REQUESTS:
        return CELL_INTEGER;
    case EXPLAIN_QUANTITY:
    case EXPLAIN_MULTIPLIER:
        return CELL_UNIT_PRICE;
    default:
        return CELL_CREDITS;
    }
}

/* A number as one; what is none ("no rate") as the text that it is. */
static void put_cell(struct sheet *sheet, enum explanation_column column, const char *text)
{
    int64_t value = 0;
    bool number = explanation_column(column)->number;

    if (text[0] == '\0') {
        cell_skip(sheet);
    } else if (number && decimal_parse(text, strlen(text), NUMBER_DIGITS, INT64_MIN, INT64_MAX, &value) == DECIMAL_OK) {
        cell_number(sheet, value, NUMBER_DIGITS, format_of(column));
    } else {
        cell_text(sheet, text, CELL_TEXT);
    }
}

static enum err_code rows_write(struct sheet *sheet, const struct explanation *explanation,
                                const struct explanation_section *section, struct err *err)
{
    enum err_code code = sheet_header(sheet, err);

    for (size_t row = 0; row < section->rows && code == ERR_NONE; row++) {
        if (row > 0 && row % BOOK_ROWS_MAX == 0 && (code = sheet_data_end(sheet, err)) == ERR_NONE &&
            (code = sheet_page_next(sheet, err)) == ERR_NONE) {
            code = sheet_header(sheet, err);
        }
        for (size_t column = 0; column < section->column_count && code == ERR_NONE; column++) {
            put_cell(sheet, section->columns[column], explanation_text(explanation, section, row, column));
        }
        code = code == ERR_NONE ? sheet_row_end(sheet, err) : code;
    }
    return code == ERR_NONE ? sheet_data_end(sheet, err) : code;
}

/* What lives as long as the book: a sheet and its columns. */
struct table_sheet {
    struct sheet sheet;
    struct sheet_column columns[EXPLANATION_COLUMNS];
};

static enum err_code table_write(struct book *book, struct table_sheet *table, const struct explanation *explanation,
                                 const struct explanation_section *section, struct err *err)
{
    assert(section->column_count <= EXPLANATION_COLUMNS);
    for (size_t i = 0; i < section->column_count; i++) {
        const struct explanation_column_kind *kind = explanation_column(section->columns[i]);
        bool words = section->columns[i] == EXPLAIN_CONSUMED_FROM;
        table->columns[i] = (struct sheet_column){kind->name, words ? 60 : kind->number ? 14 : 26, kind->number};
    }
    struct sheet_in in = {section->title, table->columns, section->column_count, TAB_TABLE, 0};
    enum err_code code = sheet_begin(&table->sheet, book, in, err);

    return code == ERR_NONE ? rows_write(&table->sheet, explanation, section, err) : code;
}

static enum err_code sheets_write(struct book *book, struct table_sheet *tables, const struct explanation *explanation,
                                  struct err *err)
{
    enum err_code code = facts_write(book, &tables[0].sheet, explanation, err);

    for (size_t i = 0; i < explanation->section_count && code == ERR_NONE; i++) {
        if (!is_facts(&explanation->sections[i])) {
            code = table_write(book, &tables[i + 1], explanation, &explanation->sections[i], err);
        }
    }
    return code;
}

static enum err_code book_write(const struct explanation *explanation, struct book_in in, struct err *err)
{
    struct table_sheet *tables = calloc(EXPLANATION_SECTIONS_MAX + 1, sizeof *tables);
    struct book book = {0};

    if (tables == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory for a workbook");
    }
    enum err_code code = book_begin(&book, in, err);
    if (code == ERR_NONE) {
        code = sheets_write(&book, tables, explanation, err);
    }
    if (code == ERR_NONE) {
        code = book_close(&book, err);
    }
    book_release(&book);
    free(tables);
    return code;
}

/* The directory that a path is in. */
static void directory_of(const char *path, char out[PATH_MAX])
{
    const char *slash = strrchr(path, '/');

    (void)snprintf(out, PATH_MAX, "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1, slash == NULL ? "." : path);
}

/* The file takes its name, if that is still free. */
static enum err_code publish(const char *temporary, const char *path, struct err *err)
{
    if (link(temporary, path) == 0) {
        return ERR_NONE;
    }
    if (errno == EEXIST) {
        return err_set(err, ERR_CREATE, "'%s' is there already; give another --out", path);
    }
    return disk_create_failed(path, errno, err);
}

enum err_code explanation_write_book(const struct explanation *explanation, const char *path, int64_t created_ms,
                                     struct err *err)
{
    char temporary[PATH_MAX];
    char directory[PATH_MAX];
    struct stat status;

    if (lstat(path, &status) == 0) {
        return err_set(err, ERR_CREATE, "'%s' is there already; give another --out", path);
    }
    if (snprintf(temporary, sizeof temporary, "%s.tmp-%ld", path, (long)getpid()) >= (int)sizeof temporary) {
        return err_set(err, ERR_CREATE, "cannot create '%.200s...': the name is too long", path);
    }
    directory_of(path, directory);
    if (access(directory, W_OK | X_OK) != 0) {
        return disk_create_failed(path, errno, err);
    }
    char *title = explanation_shown(explanation->title); /* a file's properties know no escapes */
    if (title == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory for a workbook");
    }
    struct book_in in = {temporary, directory, title, "explanation", created_ms};
    enum err_code code = book_write(explanation, in, err);
    free(title);
    if (code == ERR_NONE) {
        code = publish(temporary, path, err);
    }
    (void)unlink(temporary); /* it has its name now, or nobody wants it */
    return code;
}
