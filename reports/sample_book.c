/* The sheet to tick off, and the workbook around it. */
#include "reports/sample_book.h"

#include <stdio.h>
#include <string.h>

#include "lib/decimal.h"
#include "reports/pen.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define TAB_SAMPLE 0x1F4E79
#define FORMULA_MAX 256

enum { /* columns of the sheet, as its formulas name them: A, B, ... */
    NUMBER, DOCUMENT, KIND, ACCOUNT, NAME, ISSUED, CURRENCY, TOTAL, WHY, EXPLANATION, AGAIN, AUDITED, DIFFERENCE, STANDS_FOR,
    RESULT, INITIALS, DATE, REMARKS
};

static const struct sheet_column COLUMNS[] = {
    [NUMBER] = {"#", 8, true},           [DOCUMENT] = {"Document", 24, false},
    [KIND] = {"Kind", 13, false},        [ACCOUNT] = {"Account", 22, false},
    [NAME] = {"Name", 30, false},        [ISSUED] = {"Issued at", 20, false},
    [CURRENCY] = {"Currency", 12, false}, [TOTAL] = {"Total", 15, true},
    [WHY] = {"Why picked", 30, false},   [EXPLANATION] = {"Explanation", 26, false},
    [AGAIN] = {"Computed again", 17, false}, [AUDITED] = {"Audited total", 17, true},
    [DIFFERENCE] = {"Difference", 15, true}, [STANDS_FOR] = {"Stands for", 15, true},
    [RESULT] = {"Result", 14, false},    [INITIALS] = {"Initials", 11, false},
    [DATE] = {"Date", 13, false},        [REMARKS] = {"Remarks", 50, false},
};

static const char *const RESULTS[] = {"agrees", "differs", "open", NULL};

struct ticking { /* the sheet being written */
    const struct sample_book_in *in;
    struct sheet *sheet;
    unsigned first; /* its data rows, as a spreadsheet counts */
    unsigned last;
};

/* "=SUMIF(G6:G17,"USD",H6:H17)" over the data rows. */
static void sum_write(const struct ticking *ticking, const struct sample_population *population, int column, int64_t minor)
{
    char formula[FORMULA_MAX];

    (void)snprintf(formula, sizeof formula, "=SUMIF(%c%u:%c%u,\"%s\",%c%u:%c%u)", 'A' + CURRENCY, ticking->first,
                   'A' + CURRENCY, ticking->last, population->currency, 'A' + column, ticking->first, 'A' + column,
                   ticking->last);
    cell_formula(ticking->sheet, formula, minor, population->digits,
                 (enum cell_format)(CELL_MONEY_ABOVE + population->digits));
}

static int64_t picked_net(const struct ticking *ticking, const struct sample_population *population)
{
    int64_t net_minor = 0;

    for (size_t i = 0; i < ticking->in->pick_count; i++) {
        net_minor += ticking->in->picks[i].population == population ? ticking->in->picks[i].total_minor : 0;
    }
    return net_minor; /* at most 10,000 documents: it fits */
}

/* What was picked of a currency, and what of it has been audited. */
static void totals_write(struct pen *pen, const struct ticking *ticking, const struct sample_population *population)
{
    for (int column = NUMBER; column <= REMARKS; column++) {
        switch (column) {
        case CURRENCY:
            cell_text(pen->sheet, population->currency, CELL_ABOVE);
            break;
        case TOTAL:
            sum_write(ticking, population, column, picked_net(ticking, population));
            break;
        case AUDITED:
        case DIFFERENCE:
        case STANDS_FOR:
            sum_write(ticking, population, column, 0);
            break;
        default:
            cell_text(pen->sheet, "", CELL_ABOVE);
        }
    }
    pen_row_end(pen);
}

static void head_write(struct pen *pen, const struct ticking *ticking)
{
    const struct sample_book_in *in = ticking->in;
    char formula[FORMULA_MAX];
    char text[32];

    pen_title(pen, "Sample to tick off");
    pen_note(pen, "Fill in the yellow cells: what the document should have come to, the result, who looked and when. A difference "
                  "is the document's total less the audited one; the sheet Method says what it stands for.");
    (void)snprintf(formula, sizeof formula, "=COUNTA(%c%u:%c%u)&\" of %zu\"", 'A' + RESULT, ticking->first, 'A' + RESULT,
                   ticking->last, in->pick_count);
    (void)snprintf(text, sizeof text, "0 of %zu", in->pick_count);
    cell_skip(pen->sheet);
    cell_text(pen->sheet, "Ticked off", CELL_STRONG);
    cell_formula_text(pen->sheet, formula, text, CELL_STRONG);
    pen_row_end(pen);
    for (size_t i = 0; i < in->population_count; i++) {
        if (in->populations[i].picked > 0) {
            totals_write(pen, ticking, &in->populations[i]);
        }
    }
}

static void why_write(const struct ticking *ticking, const struct sample_pick *pick)
{
    char unit[DECIMAL_TEXT_MAX];
    char text[64];

    if (ticking->in->run->method == SAMPLE_SIMPLE) {
        (void)snprintf(text, sizeof text, "drawn: %016llx", (unsigned long long)pick->item->draw);
    } else if (pick->item->part == SAMPLE_CERTAIN) {
        (void)snprintf(text, sizeof text, "certain: at least the interval");
    } else {
        decimal_format(pick->item->hit + 1, pick->population->digits, unit);
        (void)snprintf(text, sizeof text, "hit: %.24s of the running total", unit);
    }
    cell_text(ticking->sheet, text, CELL_TEXT);
}

/* What the row's difference stands for: itself, its share of one interval, or one of so many documents. */
static void stands_for(const struct ticking *ticking, const struct sample_pick *pick, unsigned row, char formula[FORMULA_MAX])
{
    const struct sample_population *population = pick->population;
    char factor[128] = "";
    int64_t scale = 1;

    for (int i = 0; i < population->digits; i++) {
        scale *= 10;
    }
    if (ticking->in->run->method == SAMPLE_SIMPLE) {
        (void)snprintf(factor, sizeof factor, "*%zu/%zu", population->documents, population->picked);
    } else if (pick->item->part == SAMPLE_REST) {
        (void)snprintf(factor, sizeof factor, "/ABS(%c%u)*%lld/%zu/%lld", 'A' + TOTAL, row,
                       (long long)population->units.rest_units, population->units.hits, (long long)scale);
    }
    (void)snprintf(formula, FORMULA_MAX, "=IF(%c%u=\"\",\"\",%c%u%s)", 'A' + AUDITED, row, 'A' + DIFFERENCE, row, factor);
}

static void audit_write(const struct ticking *ticking, const struct sample_pick *pick, unsigned row)
{
    struct sheet *sheet = ticking->sheet;
    enum cell_format money = (enum cell_format)(CELL_MONEY + pick->population->digits);
    char formula[FORMULA_MAX];

    cell_input(sheet, CELL_INPUT_AMOUNT);
    (void)snprintf(formula, sizeof formula, "=IF(%c%u=\"\",\"\",%c%u-%c%u)", 'A' + AUDITED, row, 'A' + TOTAL, row,
                   'A' + AUDITED, row);
    cell_formula_text(sheet, formula, "", money);
    stands_for(ticking, pick, row, formula);
    cell_formula_text(sheet, formula, "", money);
    cell_input(sheet, CELL_INPUT);
    cell_input(sheet, CELL_INPUT);
    cell_input(sheet, CELL_INPUT_DAY);
    cell_input(sheet, CELL_INPUT);
}

static void row_write(struct pen *pen, const struct ticking *ticking, size_t index)
{
    const struct sample_pick *pick = &ticking->in->picks[index];
    struct sheet *sheet = pen->sheet;
    char file[SAMPLE_FILE_MAX];

    sample_file(pick->document, file);
    cell_integer(sheet, (int64_t)index + 1);
    cell_text(sheet, pick->document, CELL_TEXT);
    cell_text(sheet, pick->kind, CELL_TEXT);
    cell_text(sheet, pick->account_id, CELL_TEXT);
    cell_text(sheet, pick->account_name, CELL_TEXT);
    cell_instant(sheet, pick->issued_at);
    cell_text(sheet, pick->population->currency, CELL_TEXT);
    cell_money(sheet, pick->total_minor, pick->population->digits);
    why_write(ticking, pick);
    cell_link(sheet, file, file);
    cell_text(sheet, pick->agrees ? "agrees" : "DIFFERS", pick->agrees ? CELL_TEXT : CELL_FAIL);
    audit_write(ticking, pick, pen_line(pen));
    pen_row_end(pen);
}

static void checks_write(const struct ticking *ticking)
{
    struct cell_range range = {.row_first = ticking->first - 1, .row_last = ticking->last - 1};

    range.column = AUDITED;
    sheet_numbers(ticking->sheet, range, "What the document should have come to: a number; below 0 for a credit note.");
    range.column = RESULT;
    sheet_choice(ticking->sheet, range, RESULTS, "One of: agrees, differs, open.");
    range.column = DATE;
    sheet_days(ticking->sheet, range, "The day on which it was looked at, as 2026-01-31.");
}

static enum err_code sheet_write(struct book *book, const struct sample_book_in *in, struct sheet *sheet, struct err *err)
{
    struct sheet_in sheet_in = {"Sample", COLUMNS, COUNT_OF(COLUMNS), TAB_SAMPLE, 0};
    struct ticking ticking = {.in = in, .sheet = sheet, .first = 5}; /* title, note, ticked off, header */
    struct pen pen = {.sheet = sheet, .code = sheet_begin(sheet, book, sheet_in, err), .err = err};

    if (pen.code != ERR_NONE) {
        return pen.code;
    }
    for (size_t i = 0; i < in->population_count; i++) {
        ticking.first += in->populations[i].picked > 0;
    }
    ticking.last = ticking.first + (unsigned)in->pick_count - 1;
    checks_write(&ticking);
    head_write(&pen, &ticking);
    if (pen.code != ERR_NONE || sheet_header(sheet, err) != ERR_NONE) {
        return err->code;
    }
    for (size_t i = 0; i < in->pick_count; i++) {
        row_write(&pen, &ticking, i);
    }
    return pen.code == ERR_NONE ? sheet_data_end(sheet, err) : pen.code;
}

enum err_code sample_book_write(const struct sample_book_in *in, struct err *err)
{
    struct book book = {0};
    struct sheet sheet = {0}, method = {0};
    char path[BOOK_PATH_MAX];

    (void)snprintf(path, sizeof path, "%s/" SAMPLE_BOOK_FILE, in->directory);
    struct book_in book_in = {
        .path = path,
        .temporary = in->directory,
        .title = "Sample to tick off",
        .subject = in->run->seed,
        .created_ms = in->run->as_of,
    };
    if (book_begin(&book, book_in, err) == ERR_NONE && sheet_write(&book, in, &sheet, err) == ERR_NONE &&
        sample_method_sheet_write(&book, in, &method, err) == ERR_NONE) {
        (void)!book_close(&book, err); /* the error is in *err */
    }
    book_release(&book);
    return err->code;
}
