/* Fields of a CSV file as the cells of a sheet. */
#include "reports/row_cells.h"

#include <string.h>

#include "lib/calendar.h"
#include "lib/decimal.h"

#define CREDIT_DIGITS 2
#define INVOICE_ACCOUNT 2 /* columns of invoices.csv */
#define INVOICE_LINES 6
#define STATEMENT_ACCOUNT 0 /* column of statement.csv */

bool row_kind_is_number(enum row_kind kind)
{
    return kind == ROW_FLAG || kind == ROW_NUMBER || kind == ROW_INTEGER || kind == ROW_CREDITS || kind == ROW_MONEY;
}

enum err_code row_linker_begin(struct row_linker *linker, struct err *err)
{
    const struct row_sheet *statement = linker->links.statement;

    return statement == NULL
               ? ERR_NONE
               : csv_table_open(statement->path, statement->layout->column_count, &linker->statement, err);
}

enum err_code row_linker_next(struct row_linker *linker, const struct csv_record *invoice, struct err *err)
{
    const struct csv_record *statement = NULL;
    struct row_number lines = {0};

    if (linker->statement == NULL) {
        return ERR_NONE;
    }
    linker->line_row = linker->line_next;
    if (!row_number_read(invoice->fields[INVOICE_LINES], &lines)) {
        return err_set(err, ERR_INTERNAL, "invoice '%s' has no count of lines", invoice->fields[0]);
    }
    linker->line_next += lines.value;
    do {
        if (csv_table_next(linker->statement, &statement, err) != ERR_NONE) {
            return err->code;
        }
        linker->statement_row++;
    } while (statement != NULL && strcmp(statement->fields[STATEMENT_ACCOUNT], invoice->fields[INVOICE_ACCOUNT]) != 0);
    return statement == NULL ? err_set(err, ERR_INTERNAL, "invoice '%s' has no row in the statement", invoice->fields[0])
                             : ERR_NONE;
}

void row_linker_end(struct row_linker *linker)
{
    csv_table_close(linker->statement);
}

/* A number by its column's kind. False: the field is none. */
static bool number_cell(struct sheet *sheet, enum row_kind kind, const char *field)
{
    struct row_number number = {0};

    if (!row_number_read(field, &number)) {
        return false;
    }
    if (kind == ROW_FLAG) {
        cell_number(sheet, number.value, number.digits, CELL_FLAG);
    } else if (kind == ROW_MONEY) {
        cell_number(sheet, number.value, number.digits, (enum cell_format)(CELL_MONEY + number.digits));
    } else if (number.digits == 0) {
        cell_integer(sheet, number.value);
    } else if (number.digits == CREDIT_DIGITS) {
        cell_credits(sheet, number.value);
    } else {
        cell_number(sheet, number.value, number.digits, CELL_UNIT_PRICE);
    }
    return true;
}

static bool date_cell(struct sheet *sheet, enum row_kind kind, const char *field)
{
    int64_t instant = 0;
    int32_t month = 0;

    if (kind == ROW_MONTH) {
        bool read = month_parse(field, strlen(field), &month) == CALENDAR_OK;
        if (read) {
            cell_month(sheet, month);
        }
        return read;
    }
    bool read = instant_parse(field, strlen(field), &instant) == CALENDAR_OK;
    if (read) {
        cell_instant(sheet, instant);
    }
    return read;
}

/* A word with a colour of its own where it has one. */
static void word_cell(struct sheet *sheet, const char *field)
{
    static const struct {
        const char *word;
        enum cell_format format;
    } words[] = {{"error", CELL_ERROR}, {"held", CELL_ERROR}, {"warning", CELL_WARNING}, {"info", CELL_INFO}};
    enum cell_format format = CELL_TEXT;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        format = strcmp(words[i].word, field) == 0 ? words[i].format : format;
    }
    cell_text(sheet, field, format);
}

static void link_cell(struct sheet *sheet, const struct row_sheet *to, int64_t row, const char *field)
{
    char target[ROW_TARGET_MAX];

    if (to == NULL) {
        cell_text(sheet, field, CELL_TEXT);
        return;
    }
    row_sheet_target(to, row, target);
    cell_link(sheet, target, field);
}

enum err_code row_cell(struct sheet *sheet, enum row_kind kind, const char *field, const struct row_linker *linker,
                       struct err *err)
{
    bool read = true;

    if (field[0] == '\0') {
        cell_skip(sheet);
        return ERR_NONE;
    }
    switch (kind) {
    case ROW_TEXT:
    case ROW_WRAPPED:
        cell_text(sheet, field, kind == ROW_TEXT && strchr(field, '\n') == NULL ? CELL_TEXT : CELL_WRAPPED);
        break;
    case ROW_WORD:
        word_cell(sheet, field);
        break;
    case ROW_LINES_LINK:
        link_cell(sheet, linker->links.lines, linker->line_row, field);
        break;
    case ROW_STATEMENT_LINK:
        link_cell(sheet, linker->links.statement, linker->statement_row - 1, field);
        break;
    case ROW_MONTH:
    case ROW_INSTANT:
        read = date_cell(sheet, kind, field);
        break;
    case ROW_FLAG:
    case ROW_NUMBER:
    case ROW_INTEGER:
    case ROW_CREDITS:
    case ROW_MONEY:
        read = number_cell(sheet, kind, field);
        break;
    }
    return read ? ERR_NONE : err_set(err, ERR_IO, "sheet %s: '%s' reads back as something else", sheet->name, field);
}
