/* A sheet of rows: what is shown, the totals above it, the pages. Cells: row_cells.c. */
#include "reports/row_sheet.h"

#include <stdio.h>
#include <string.h>

#include "reports/row_cells.h"

#define SHOWN_TITLE "Shown"
#define SHOWN_WIDTH 8
#define LINE_HEIGHT 14.0 /* points */
#define LINES_SHOWN 20 /* of a text; a row has an end */

/* Going through the rows that are shown, in their order. */
struct walk {
    const struct row_sheet *rows;
    struct csv_table *table;
    size_t place; /* the next one, where there is an order */
};

static enum err_code walk_begin(struct walk *walk, const struct row_sheet *rows, struct err *err)
{
    *walk = (struct walk){.rows = rows};
    return csv_table_open(rows->path, rows->layout->column_count, &walk->table, err);
}

static enum err_code walk_next(struct walk *walk, const struct csv_record **record, struct err *err)
{
    const struct row_order *order = &walk->rows->order;

    if (!walk->rows->ordered) {
        return csv_table_next(walk->table, record, err);
    }
    *record = NULL;
    if (walk->place == order->count) {
        return ERR_NONE;
    }
    enum err_code code = csv_table_seek(walk->table, order->places[walk->place++].offset, err);
    return code == ERR_NONE ? csv_table_next(walk->table, record, err) : code;
}

static void walk_end(struct walk *walk)
{
    csv_table_close(walk->table);
}

/* Every row of the file once: how many there are and, where they are to be ordered, how large each is. */
static enum err_code file_count(struct row_sheet *rows, bool order, struct err *err)
{
    struct csv_table *table = NULL;
    const struct csv_record *record = NULL;
    enum err_code code = csv_table_open(rows->path, rows->layout->column_count, &table, err);

    rows->file_rows = 0;
    while (code == ERR_NONE && (code = csv_table_next(table, &record, err)) == ERR_NONE && record != NULL) {
        rows->file_rows++;
        if (order) {
            code = row_order_add(&rows->order, (struct row_place){rows->layout->key(record), record->offset}, err);
        }
    }
    csv_table_close(table);
    row_order_end(&rows->order);
    return code;
}

static enum err_code rows_survey(struct row_sheet *rows, struct err *err)
{
    struct walk walk;
    const struct csv_record *record = NULL;
    int64_t row = 0;
    enum err_code code = walk_begin(&walk, rows, err);

    while (code == ERR_NONE && (code = walk_next(&walk, &record, err)) == ERR_NONE && record != NULL) {
        code = row_survey_add(&rows->survey, rows->layout, record, row++ / rows->page_rows, err);
    }
    walk_end(&walk);
    return code;
}

static uint32_t data_first(const struct row_sheet *rows)
{
    return (uint32_t)row_survey_lines(&rows->survey) + 1; /* the totals and the header */
}

/* The totals take room of a page: with them it holds fewer rows, and what was counted by page is counted again. */
static enum err_code pages_fit(struct row_sheet *rows, struct err *err)
{
    int64_t room = (int64_t)BOOK_ROWS_MAX + 1 - data_first(rows);

    if (rows->page_rows <= room) {
        return ERR_NONE;
    }
    rows->page_rows = room;
    if (rows->survey.rows <= room) {
        return ERR_NONE;
    }
    row_survey_release(&rows->survey);
    return rows_survey(rows, err);
}

static void columns_lay_out(struct row_sheet *rows)
{
    const struct row_layout *layout = rows->layout;

    for (size_t i = 0; i < layout->column_count; i++) {
        const struct row_column *column = &layout->columns[i];
        rows->columns[i] = (struct sheet_column){column->title, column->width, row_kind_is_number(column->kind)};
    }
    rows->columns[layout->column_count] = (struct sheet_column){SHOWN_TITLE, SHOWN_WIDTH, true};
}

enum err_code row_sheet_prepare(struct row_sheet *rows, struct row_sheet_in in, struct err *err)
{
    bool cut = in.limit != SIZE_MAX;

    *rows = (struct row_sheet){
        .layout = in.layout,
        .path = in.path,
        .page_rows = in.page_rows,
        .ordered = in.layout->sorted || cut,
        .order = {.limit = in.limit},
    };
    columns_lay_out(rows);
    if (rows->ordered && file_count(rows, true, err) != ERR_NONE) {
        return err->code;
    }
    rows->all = !rows->ordered || rows->order.count == (size_t)rows->file_rows;
    if (rows->all && !in.layout->sorted) { /* as in the file, after all */
        row_order_release(&rows->order);
        rows->ordered = false;
    }
    if (rows_survey(rows, err) != ERR_NONE || pages_fit(rows, err) != ERR_NONE) {
        return err->code;
    }
    rows->file_rows = rows->ordered ? rows->file_rows : rows->survey.rows;
    (void)snprintf(rows->name, sizeof rows->name, rows->all ? "%s" : "%s (largest)", in.layout->name);
    return ERR_NONE;
}

void row_sheet_release(struct row_sheet *rows)
{
    row_order_release(&rows->order);
    row_survey_release(&rows->survey);
}

void row_sheet_target(const struct row_sheet *rows, int64_t row, char target[ROW_TARGET_MAX])
{
    int64_t page = row / rows->page_rows;
    unsigned line = data_first(rows) + (unsigned)(row % rows->page_rows) + 1;

    if (page == 0) {
        (void)snprintf(target, ROW_TARGET_MAX, "#'%s'!A%u", rows->name, line);
    } else {
        (void)snprintf(target, ROW_TARGET_MAX, "#'%s (%d)'!A%u", rows->name, (int)page + 1, line);
    }
}

/* One total: over all rows that are shown, or over those of one currency. */
struct total {
    const struct row_sheet *rows;
    const char *currency; /* "": all */
    uint32_t last;        /* the last data row of the page, counted from 1 */
};

static void total_formula(const struct total *total, size_t column, char formula[BOOK_FORMULA_MAX])
{
    const struct row_layout *layout = total->rows->layout;
    unsigned first = data_first(total->rows) + 1;
    unsigned last = total->last < first ? first : total->last;
    char letter = (char)('A' + (int)column);

    if (total->currency[0] == '\0') {
        (void)snprintf(formula, BOOK_FORMULA_MAX, "=SUBTOTAL(109,%c%u:%c%u)", letter, first, letter, last);
        return;
    }
    char currency = (char)('A' + layout->currency);
    char shown = (char)('A' + (int)layout->column_count);
    (void)snprintf(formula, BOOK_FORMULA_MAX, "=SUMIFS(%c%u:%c%u,%c%u:%c%u,\"%s\",%c%u:%c%u,1)", letter, first, letter,
                   last, currency, first, currency, last, total->currency, shown, first, shown, last);
}

static void total_cell(struct row_sheet *rows, const struct total *total, size_t column, const struct row_sums *sums)
{
    const struct row_column *shown = &rows->layout->columns[column];
    enum cell_format format = CELL_INTEGER_ABOVE;
    char formula[BOOK_FORMULA_MAX];
    int digits = 0;

    if (shown->kind == ROW_MONEY) {
        digits = sums == NULL ? 0 : sums->digits;
        format = (enum cell_format)(CELL_MONEY_ABOVE + digits);
    } else if (shown->kind == ROW_CREDITS) {
        digits = 2;
        format = CELL_CREDITS_ABOVE;
    }
    total_formula(total, column, formula);
    cell_formula(&rows->sheet, formula, sums == NULL ? 0 : sums->sums[column], digits, format);
}

/* The label runs on over the cells before the first total: only what stands behind one is filled. */
static void above_blank(struct row_sheet *rows, size_t column)
{
    const struct row_layout *layout = rows->layout;
    bool behind = false;

    for (size_t i = 1; i < column; i++) {
        behind = behind || layout->columns[i].total;
    }
    if (behind) {
        cell_text(&rows->sheet, "", CELL_ABOVE);
    } else {
        cell_skip(&rows->sheet);
    }
}

/* A line of totals. `money`: the sums of its money columns, or NULL: it has none. */
static enum err_code totals_line(struct row_sheet *rows, const char *label, const struct total *total,
                                 const struct row_sums *all, const struct row_sums *money, struct err *err)
{
    const struct row_layout *layout = rows->layout;

    cell_text(&rows->sheet, label, CELL_ABOVE);
    for (size_t i = 1; i < layout->column_count; i++) {
        const struct row_column *column = &layout->columns[i];
        const struct row_sums *sums = column->kind == ROW_MONEY ? money : all;
        if (column->total && sums != NULL) {
            total_cell(rows, total, i, sums);
        } else {
            above_blank(rows, i);
        }
    }
    if (row_survey_by_currency(&rows->survey)) {
        cell_text(&rows->sheet, "", CELL_ABOVE);
    }
    return sheet_row_end(&rows->sheet, err);
}

/* All rows; with their money where it is all of one currency. */
static enum err_code totals_all(struct row_sheet *rows, int64_t page, struct err *err)
{
    const struct row_survey *survey = &rows->survey;
    static const struct row_sums none = {0};
    const struct row_sums *all = row_survey_sums(survey, page, "");
    const struct row_sums *money = NULL;
    char label[96] = "Total of the rows shown";

    all = all == NULL ? &none : all;
    if (survey->rows == 0) {
        (void)snprintf(label, sizeof label, "%s", rows->layout->empty);
    } else if (survey->currency_count == 1) {
        money = row_survey_sums(survey, page, survey->currencies[0]);
        (void)snprintf(label, sizeof label, "Total of the rows shown, %s", survey->currencies[0]);
    } else if (survey->currency_count > ROW_CURRENCIES_MAX) {
        (void)snprintf(label, sizeof label, "Total of the rows shown; money by currency: see the Summary");
    }
    struct total total = {rows, "", data_first(rows) + (uint32_t)all->rows};
    return totals_line(rows, label, &total, all, money, err);
}

static enum err_code totals_write(struct row_sheet *rows, int64_t page, struct err *err)
{
    const struct row_survey *survey = &rows->survey;
    const struct row_sums *all = row_survey_sums(survey, page, "");
    enum err_code code = totals_all(rows, page, err);

    for (size_t i = 0; row_survey_by_currency(survey) && i < survey->currency_count && code == ERR_NONE; i++) {
        static const struct row_sums none = {0};
        const struct row_sums *money = row_survey_sums(survey, page, survey->currencies[i]);
        struct total total = {rows, survey->currencies[i], data_first(rows) + (uint32_t)all->rows};
        char label[64];
        (void)snprintf(label, sizeof label, "    of that in %s", survey->currencies[i]);
        code = totals_line(rows, label, &total, NULL, money == NULL ? &none : money, err);
    }
    return code == ERR_NONE ? sheet_header(&rows->sheet, err) : code;
}

/* Is the row there under the filter? 1, counted by a formula. */
static void shown_cell(struct row_sheet *rows)
{
    char formula[64];

    (void)snprintf(formula, sizeof formula, "=_xlfn.AGGREGATE(3,5,A%u)", (unsigned)rows->sheet.row + 1);
    cell_formula(&rows->sheet, formula, 1, 0, CELL_FAINT);
}

/* Lines that a text needs: of its own, and where it is wrapped. */
static size_t lines_of(const struct row_column *column, const char *text)
{
    size_t lines = 1;

    for (const char *at = strchr(text, '\n'); at != NULL; at = strchr(at + 1, '\n')) {
        lines++;
    }
    size_t wrapped = strlen(text) * 10 / ((size_t)column->width * 12) + 1; /* letters are narrower than digits */
    return column->kind == ROW_WRAPPED && wrapped > lines ? wrapped : lines;
}

/* Nobody makes a row higher in a file that is written once: it has the height that its texts need. */
static void row_height(struct row_sheet *rows, const struct csv_record *record)
{
    const struct row_layout *layout = rows->layout;
    size_t most = 1;

    for (size_t i = 0; i < layout->column_count; i++) {
        size_t lines = lines_of(&layout->columns[i], record->fields[i]);
        most = lines > most ? lines : most;
    }
    if (most > 1) {
        sheet_row_height(&rows->sheet, LINE_HEIGHT * (double)(most < LINES_SHOWN ? most : LINES_SHOWN));
    }
}

static enum err_code row_write(struct row_sheet *rows, const struct csv_record *record, struct row_linker *linker,
                               struct err *err)
{
    const struct row_layout *layout = rows->layout;

    row_height(rows, record);
    for (size_t i = 0; i < layout->column_count; i++) {
        if (row_cell(&rows->sheet, layout->columns[i].kind, record->fields[i], linker, err) != ERR_NONE) {
            return err->code;
        }
    }
    if (row_survey_by_currency(&rows->survey)) {
        shown_cell(rows);
    }
    return sheet_row_end(&rows->sheet, err);
}

/* The rows of all pages. */
static enum err_code pages_write(struct row_sheet *rows, struct walk *walk, struct row_linker *linker, struct err *err)
{
    const struct csv_record *record = NULL;
    int64_t row = 0;
    enum err_code code = totals_write(rows, 0, err);

    while (code == ERR_NONE && (code = walk_next(walk, &record, err)) == ERR_NONE && record != NULL) {
        if (row > 0 && row % rows->page_rows == 0) {
            code = sheet_data_end(&rows->sheet, err);
            code = code == ERR_NONE ? sheet_page_next(&rows->sheet, err) : code;
            code = code == ERR_NONE ? totals_write(rows, row / rows->page_rows, err) : code;
        }
        row++;
        code = code == ERR_NONE ? row_linker_next(linker, record, err) : code;
        code = code == ERR_NONE ? row_write(rows, record, linker, err) : code;
    }
    return code == ERR_NONE ? sheet_data_end(&rows->sheet, err) : code;
}

enum err_code row_sheet_begin(struct row_sheet *rows, struct book *book, struct err *err)
{
    int64_t shown = rows->survey.rows;
    struct sheet_in in = {
        .name = rows->name,
        .columns = rows->columns,
        .column_count = rows->layout->column_count + (row_survey_by_currency(&rows->survey) ? 1 : 0),
        .color = rows->layout->color,
        .page_count = (size_t)((shown + rows->page_rows - 1) / rows->page_rows),
    };

    return sheet_begin(&rows->sheet, book, in, err);
}

enum err_code row_sheet_fill(struct row_sheet *rows, struct row_links links, struct err *err)
{
    struct walk walk = {0};
    struct row_linker linker = {.links = links};
    enum err_code code = walk_begin(&walk, rows, err);

    if (code == ERR_NONE) {
        code = row_linker_begin(&linker, err);
    }
    if (code == ERR_NONE) {
        code = pages_write(rows, &walk, &linker, err);
    }
    row_linker_end(&linker);
    walk_end(&walk);
    return code;
}

enum err_code row_sheet_write(struct row_sheet *rows, struct book *book, struct row_links links, struct err *err)
{
    enum err_code code = row_sheet_begin(rows, book, err);

    return code == ERR_NONE ? row_sheet_fill(rows, links, err) : code;
}
