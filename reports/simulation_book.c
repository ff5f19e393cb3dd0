/* The simulation's workbook, sheet by sheet. */
#include "reports/simulation_book.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/arith.h"
#include "lib/calendar.h"
#include "reports/simulation_tables.h"
#include "reports/workbook.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define TAB_ROWS 0x2E75B6
#define TAB_ADVICE 0xBF9000
#define LARGEST 1000 /* accounts where not all are shown */
#define ACCOUNTS_DIFFERENCE 10
#define KEY_DIGITS 4 /* the most that a currency has */

static const struct row_column REVENUE[] = {
    {"Month", 10, ROW_MONTH, false},           {"Currency", 11, ROW_TEXT, false},
    {"Kind", 16, ROW_TEXT, false},             {"Plan", 16, ROW_TEXT, false},
    {"Real lines", 13, ROW_INTEGER, true},     {"Simulated lines", 18, ROW_INTEGER, true},
    {"Real amount", 17, ROW_MONEY, true},      {"Simulated amount", 19, ROW_MONEY, true},
    {"Difference", 16, ROW_MONEY, true},
};

static const struct row_column LARGEST_CHANGES[] = {
    {"Currency", 11, ROW_TEXT, false},       {"Rank", 9, ROW_INTEGER, false},
    {"Month", 10, ROW_MONTH, false},         {"Account", 24, ROW_TEXT, false},
    {"Name", 34, ROW_TEXT, false},           {"Real plan", 14, ROW_TEXT, false},
    {"Simulated plan", 17, ROW_TEXT, false}, {"Real total", 16, ROW_MONEY, true},
    {"Simulated total", 18, ROW_MONEY, true}, {"Difference", 16, ROW_MONEY, true},
};

static const struct row_column ACCOUNTS[] = {
    {"Month", 10, ROW_MONTH, false},              {"Account", 24, ROW_TEXT, false},
    {"Currency", 11, ROW_TEXT, false},            {"Change", 17, ROW_WORD, false},
    {"Real plan", 14, ROW_TEXT, false},           {"Simulated plan", 17, ROW_TEXT, false},
    {"Real subtotal", 16, ROW_MONEY, true},       {"Simulated subtotal", 20, ROW_MONEY, true},
    {"Real total", 16, ROW_MONEY, true},          {"Simulated total", 18, ROW_MONEY, true},
    {"Difference", 16, ROW_MONEY, true},
};

static const struct row_column CHOICE[] = {
    {"Month", 10, ROW_MONTH, false},         {"Currency", 11, ROW_TEXT, false}, {"Catalogue", 13, ROW_TEXT, false},
    {"Plan held", 16, ROW_TEXT, false},      {"Cheapest plan", 16, ROW_TEXT, false},
    {"Accounts", 12, ROW_INTEGER, false},    {"Actual cost", 17, ROW_MONEY, false},
    {"Cheapest cost", 17, ROW_MONEY, false}, {"Saving", 16, ROW_MONEY, false},
};

/* The largest difference, in the same unit for all currencies; an account that one side holds has none and comes first. */
static int64_t accounts_key(const struct csv_record *record)
{
    struct row_number number = {0};

    if (!row_number_read(record->fields[ACCOUNTS_DIFFERENCE], &number)) {
        return INT64_MAX;
    }
    int64_t size = number.value < 0 ? -number.value : number.value; /* within twice the largest bill */
    for (int digits = number.digits; digits < KEY_DIGITS; digits++) {
        if (!arith_mul(size, 10, &size)) {
            return INT64_MAX;
        }
    }
    return size;
}

/* These three files are short: all of them is shown, whatever the key. */
static int64_t no_key(const struct csv_record *record)
{
    (void)record;
    return 0;
}

static const struct {
    enum simulation_table file;
    struct row_layout layout;
} SHEETS[SIMULATION_ROW_SHEETS] = {
    [SIMULATION_ROWS_REVENUE] = {SIMULATION_REVENUE, {"Revenue", TABLE_COUNT, REVENUE, COUNT_OF(REVENUE), 1, TAB_ROWS,
                                                      "No lines on either side", LARGEST, false, no_key}},
    [SIMULATION_ROWS_LARGEST] = {SIMULATION_LARGEST, {"Largest changes", TABLE_COUNT, LARGEST_CHANGES,
                                                      COUNT_OF(LARGEST_CHANGES), 0, TAB_ROWS,
                                                      "Nobody pays more or less", LARGEST, false, no_key}},
    [SIMULATION_ROWS_ACCOUNTS] = {SIMULATION_ACCOUNTS, {"Accounts", TABLE_COUNT, ACCOUNTS, COUNT_OF(ACCOUNTS), 2, TAB_ROWS,
                                                        "Nobody pays more or less, or is held by one side only", LARGEST,
                                                        false, accounts_key}},
    [SIMULATION_ROWS_CHOICE] = {SIMULATION_CHOICE, {"Cheapest plan", TABLE_COUNT, CHOICE, COUNT_OF(CHOICE), 1, TAB_ADVICE,
                                                    "No account is billed on either side", LARGEST, false, no_key}},
};

static enum err_code rows_prepare(struct simulation_book *book, struct err *err)
{
    bool full = workbook_holds_all(book->in.run->workbook, book->in.account_rows);

    for (int i = 0; i < SIMULATION_ROW_SHEETS; i++) {
        (void)snprintf(book->paths[i], sizeof book->paths[i], "%s/%s", book->in.directory, simulation_file(SHEETS[i].file));
        struct row_sheet_in rows_in = {
            .layout = &SHEETS[i].layout,
            .path = book->paths[i],
            .limit = full || i != SIMULATION_ROWS_ACCOUNTS ? SIZE_MAX : SHEETS[i].layout.largest,
            .page_rows = BOOK_ROWS_MAX,
        };
        if (row_sheet_prepare(&book->rows[i], rows_in, err) != ERR_NONE) {
            return err->code;
        }
    }
    return ERR_NONE;
}

static enum err_code book_open(struct simulation_book *book, struct err *err)
{
    char path[BOOK_PATH_MAX];

    (void)snprintf(path, sizeof path, "%s/" SIMULATION_BOOK_FILE, book->in.directory);
    struct book_in book_in = {
        .path = path,
        .temporary = book->in.directory,
        .title = "What if",
        .subject = book->in.run->name,
        .created_ms = book->in.run->as_of,
    };
    return book_begin(&book->book, book_in, err);
}

static enum err_code sheets_write(struct simulation_book *book, struct err *err)
{
    if (simulation_summary_begin(book, err) != ERR_NONE) {
        return err->code;
    }
    for (int i = 0; i < SIMULATION_ROW_SHEETS; i++) {
        if (row_sheet_write(&book->rows[i], &book->book, (struct row_links){0}, err) != ERR_NONE) {
            return err->code;
        }
    }
    return simulation_summary_write(book, err);
}

enum err_code simulation_book_write(const struct simulation_book_in *in, struct err *err)
{
    struct simulation_book *book = calloc(1, sizeof *book);

    if (book == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory for a workbook");
    }
    book->in = *in;
    if (rows_prepare(book, err) == ERR_NONE && book_open(book, err) == ERR_NONE && sheets_write(book, err) == ERR_NONE) {
        (void)!book_close(&book->book, err); /* the error is in *err */
    }
    book_release(&book->book);
    for (int i = 0; i < SIMULATION_ROW_SHEETS; i++) {
        row_sheet_release(&book->rows[i]);
    }
    free(book);
    return err->code;
}
