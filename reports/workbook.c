/* The workbook, sheet by sheet. */
#include "reports/workbook.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/calendar.h"
#include "reports/catalogue_sheet.h"
#include "reports/row_sheets.h"
#include "reports/summary.h"
#include "reports/tie_out.h"
#include "reports/variance_sheet.h"

const struct sheet *workbook_whole(const struct workbook *workbook, enum row_sheet_id id)
{
    return workbook->rows[id].all ? &workbook->rows[id].sheet : NULL;
}

bool workbook_has(const struct workbook_in *in, int id)
{
    return id == ROWS_DIFFERENCES ? in->run->reprocess : id != ROWS_SHOWN || in->shown;
}

bool workbook_holds_all(enum workbook_mode mode, int64_t lines)
{
    return mode == WORKBOOK_FULL || (mode == WORKBOOK_AUTO && lines <= WORKBOOK_LINES_FULL);
}

static enum err_code book_open(struct workbook *workbook, struct err *err)
{
    const struct workbook_in *in = &workbook->in;
    char month[MONTH_TEXT_MAX];
    char title[64];
    char path[BOOK_PATH_MAX];

    month_format(in->run->month, month);
    (void)snprintf(title, sizeof title, in->run->reprocess ? "Corrections of %s" : "Month-end close %s", month);
    (void)snprintf(path, sizeof path, "%s/" WORKBOOK_FILE, in->directory);
    struct book_in book_in = {
        .path = path,
        .temporary = in->directory,
        .title = title,
        .subject = in->run->name,
        .created_ms = in->run->as_of,
    };
    return book_begin(&workbook->book, book_in, err);
}

static enum err_code sheets_write(struct workbook *workbook, struct err *err)
{
    enum err_code code = summary_begin(workbook, err);

    if (code == ERR_NONE) {
        code = row_sheets_write(workbook, err);
    }
    if (code == ERR_NONE) {
        code = variance_sheet_write(workbook, err);
    }
    if (code == ERR_NONE) {
        code = tie_out_write(workbook, err);
    }
    if (code == ERR_NONE) {
        code = catalogue_sheet_write(workbook, err);
    }
    return code == ERR_NONE ? summary_write(workbook, err) : code;
}

enum err_code workbook_write(const struct workbook_in *in, struct err *err)
{
    struct workbook *workbook = calloc(1, sizeof *workbook);

    if (workbook == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory for a workbook");
    }
    workbook->in = *in;
    enum err_code code = row_sheets_prepare(workbook, err);
    if (code == ERR_NONE) {
        code = book_open(workbook, err);
    }
    if (code == ERR_NONE) {
        code = sheets_write(workbook, err);
    }
    if (code == ERR_NONE) {
        code = book_close(&workbook->book, err);
    }
    book_release(&workbook->book);
    for (int i = 0; i < ROW_SHEETS; i++) {
        row_sheet_release(&workbook->rows[i]);
    }
    free(workbook);
    return code;
}
