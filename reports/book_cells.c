/* Cells and formulas of a workbook: the only place where amounts become doubles. */
#include "reports/book.h"

#include <stdio.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/text.h"

#define EXCEL_EPOCH_DAYS 25569 /* from Excel's day 0 to 1970-01-01 */
#define LINK_TEXT_MAX 1024

static const double SCALES[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

static lxw_format *format_of(const struct sheet *sheet, enum cell_format format)
{
    return sheet->book->formats[format];
}

/* A cell was written, or not: count it, remember what it says and step to the next. */
static void cell_done(struct sheet *sheet, lxw_error failed, const char *content)
{
    struct book *book = sheet->book;
    struct page *page = &book->pages[sheet->page];

    if (failed != LXW_NO_ERROR && sheet->room->failed == LXW_NO_ERROR) {
        sheet->room->failed = failed;
    }
    page->cells++;
    page->content = book_content(page->content, content, strlen(content));
    sheet->row_begun = true;
    sheet->column++;
}

/* FNV-1a over eight bytes at a time; the high half is folded in, that no byte counts for less. */
uint64_t book_content(uint64_t content, const char *text, size_t length)
{
    const uint64_t prime = UINT64_C(0x100000001B3);
    uint64_t eight = 0;
    size_t at = 0;

    for (; at + sizeof eight <= length; at += sizeof eight) {
        memcpy(&eight, text + at, sizeof eight);
        content = (content ^ eight) * prime;
        content ^= content >> 32;
    }
    eight = 0;
    memcpy(&eight, text + at, length - at);
    content = (content ^ eight) * prime;
    content ^= content >> 32;
    return (content ^ length) * prime; /* where the text ends */
}

/* A number as the library writes it. */
static void number_content(double value, char out[BOOK_NUMBER_MAX])
{
    (void)snprintf(out, BOOK_NUMBER_MAX, "%.16G", value);
}

void book_number_text(int64_t value, int digits, char out[BOOK_NUMBER_MAX])
{
    number_content((double)value / SCALES[digits], out);
}

static lxw_worksheet *worksheet_of(const struct sheet *sheet)
{
    return sheet->book->pages[sheet->page].worksheet;
}

/* "_x0041_" in a text would be read as "A". */
static bool looks_escaped(const char *text)
{
    return text[0] == '_' && text[1] == 'x' && strspn(text + 2, "0123456789abcdefABCDEF") >= 4 && text[6] == '_';
}

/* U+FFFE and U+FFFF are UTF-8, but XML has no place for them. */
static bool is_noncharacter(const char *text)
{
    return (unsigned char)text[0] == 0xEF && (unsigned char)text[1] == 0xBF &&
           ((unsigned char)text[2] == 0xBE || (unsigned char)text[2] == 0xBF);
}

/* XML has no place for these either; the file format writes them so. */
static bool is_control(const char *text)
{
    return (unsigned char)*text < ' ' && *text != '\t' && *text != '\n';
}

static const char more[] = "...";

/* The first `used` bytes of the text and "...", not in the middle of a character. */
static const char *text_cut(char *text, size_t used)
{
    while (used > 0 && ((unsigned char)text[used - 1] & 0xC0) == 0x80) {
        used--;
    }
    used -= used > 0 && (unsigned char)text[used - 1] >= 0xC0;
    memcpy(text + used, more, sizeof more);
    return text;
}

/* Nearly every text: the file holds it as it is. */
static bool is_plain(const char *text, size_t length)
{
    if (length > BOOK_TEXT_MAX - 16 || text_plain_bytes(text, length) != length) {
        return false;
    }
    for (const char *at = strchr(text, '_'); at != NULL; at = strchr(at + 1, '_')) {
        if (looks_escaped(at)) {
            return false;
        }
    }
    return true;
}

/* The text as the file format can hold it, in the room where it is another. SQLite takes any bytes for a text. */
static const char *text_for_cell(struct cell_room *cell, const char *text)
{
    const size_t room = BOOK_TEXT_MAX - sizeof more;
    const char *end = text + strlen(text);
    const char *sound_end = text + text_utf8_bytes(text, (size_t)(end - text));
    size_t used = 0;

    if (is_plain(text, (size_t)(end - text))) {
        return text;
    }
    for (const char *at = text; at < end; at++) {
        if (used + 7 > room) {
            return text_cut(cell->text, used);
        }
        if (at == sound_end || is_noncharacter(at)) {
            memcpy(cell->text + used, TEXT_REPLACEMENT, TEXT_REPLACEMENT_BYTES);
            used += TEXT_REPLACEMENT_BYTES;
            if (at == sound_end) {
                sound_end = at + 1 + text_utf8_bytes(at + 1, (size_t)(end - at) - 1);
            } else {
                at += 2;
            }
            continue;
        }
        if (looks_escaped(at)) {
            memcpy(cell->text + used, "_x005F", 6);
            used += 6;
        } else if (is_control(at)) {
            used += (size_t)snprintf(cell->text + used, 8, "_x%04X_", (unsigned)(unsigned char)*at);
            continue;
        }
        cell->text[used++] = *at;
    }
    cell->text[used] = '\0';
    return cell->text;
}

void cell_text(struct sheet *sheet, const char *text, enum cell_format format)
{
    if (text[0] == '\0' && format == CELL_TEXT) {
        cell_skip(sheet);
        return;
    }
    const char *safe = text_for_cell(sheet->room, text);
    cell_done(sheet,
              worksheet_write_string(worksheet_of(sheet), sheet->row, sheet->column, safe, format_of(sheet, format)),
              safe);
}

static void cell_double(struct sheet *sheet, double value, const char *content, enum cell_format format)
{
    cell_done(sheet,
              worksheet_write_number(worksheet_of(sheet), sheet->row, sheet->column, value, format_of(sheet, format)),
              content);
}

/* What the library's 16 digits of a number say takes long to find out, and the numbers of a month are often the same. */
static const struct book_number *number_known(struct cell_room *room, int64_t value, int digits)
{
    uint64_t mixed = ((uint64_t)value * 8 + (uint64_t)digits) * UINT64_C(0x9E3779B97F4A7C15);
    struct book_number *known = &room->numbers[(mixed >> 32) % BOOK_NUMBERS];

    if (known->content[0] == '\0' || known->value != value || known->digits != digits) {
        known->value = value;
        known->digits = digits;
        known->number = (double)value / SCALES[digits];
        number_content(known->number, known->content);
    }
    return known;
}

/* The one place where an amount becomes a double. */
void cell_number(struct sheet *sheet, int64_t value, int digits, enum cell_format format)
{
    const struct book_number *known = number_known(sheet->room, value, digits);

    cell_double(sheet, known->number, known->content, format);
}

void cell_integer(struct sheet *sheet, int64_t value)
{
    cell_number(sheet, value, 0, CELL_INTEGER);
}

void cell_credits(struct sheet *sheet, int64_t hundredths)
{
    cell_number(sheet, hundredths, 2, CELL_CREDITS);
}

void cell_money(struct sheet *sheet, int64_t minor, int digits)
{
    cell_number(sheet, minor, digits, (enum cell_format)(CELL_MONEY + digits));
}

static void cell_date(struct sheet *sheet, int64_t instant_ms, enum cell_format format)
{
    char content[BOOK_NUMBER_MAX];
    double number = (double)instant_ms / (double)DAY_MS + EXCEL_EPOCH_DAYS;

    number_content(number, content);
    cell_double(sheet, number, content, format);
}

void cell_instant(struct sheet *sheet, int64_t instant_ms)
{
    if (instant_ms == INT64_MIN) {
        cell_skip(sheet);
    } else { /* without its milliseconds 23:59:59.999 would be shown as the next day */
        cell_date(sheet, instant_ms, instant_ms % SECOND_MS == 0 ? CELL_INSTANT : CELL_INSTANT_MS);
    }
}

void cell_month(struct sheet *sheet, int32_t month)
{
    cell_date(sheet, month_start_ms(month), CELL_MONTH);
}

void cell_day(struct sheet *sheet, int32_t day)
{
    cell_date(sheet, yyyymmdd_start_ms(day), CELL_DAY);
}

void cell_skip(struct sheet *sheet)
{
    sheet->column++;
}

void cell_input(struct sheet *sheet, enum cell_format format)
{
    cell_done(sheet, worksheet_write_blank(worksheet_of(sheet), sheet->row, sheet->column, format_of(sheet, format)), "");
}

void cell_formula(struct sheet *sheet, const char *formula, int64_t value, int digits, enum cell_format format)
{
    char content[BOOK_FORMULA_MAX + BOOK_NUMBER_MAX];
    double number = (double)value / SCALES[digits];

    if (formula[0] == '\0') {
        cell_number(sheet, value, digits, format);
        return;
    }
    int length = snprintf(content, BOOK_FORMULA_MAX, "%s", formula + 1); /* the file has no '=' */
    number_content(number, content + length);
    cell_done(sheet,
              worksheet_write_formula_num(worksheet_of(sheet), sheet->row, sheet->column, formula,
                                          format_of(sheet, format), number),
              content);
}

void cell_formula_text(struct sheet *sheet, const char *formula, const char *text, enum cell_format format)
{
    char content[2 * BOOK_FORMULA_MAX];

    (void)snprintf(content, sizeof content, "%s%s", formula + 1, text);
    cell_done(sheet,
              worksheet_write_formula_str(worksheet_of(sheet), sheet->row, sheet->column, formula,
                                          format_of(sheet, format), text),
              content);
}

/* A text within a formula: a quote is doubled. */
static void formula_text(const char *text, char out[LINK_TEXT_MAX])
{
    size_t used = 0;

    for (; *text != '\0' && used + 3 < LINK_TEXT_MAX; text++) {
        out[used++] = *text;
        if (*text == '"') {
            out[used++] = '"';
        }
    }
    out[used] = '\0';
}

void cell_link(struct sheet *sheet, const char *target, const char *text)
{
    char quoted[LINK_TEXT_MAX];
    char formula[2 * LINK_TEXT_MAX];
    const char *safe = text_for_cell(sheet->room, text);

    if (strcmp(safe, text) != 0) { /* within a formula nothing can be escaped */
        cell_text(sheet, text, CELL_TEXT);
        return;
    }
    formula_text(safe, quoted);
    (void)snprintf(formula, sizeof formula, "=HYPERLINK(\"%s\",\"%s\")", target, quoted);
    cell_formula_text(sheet, formula, safe, CELL_LINK);
}

struct formula { /* being built */
    char *text;
    size_t used;
    bool full;
};

static void append(struct formula *formula, const char *text, size_t length)
{
    if (formula->used + length + 1 > BOOK_FORMULA_MAX) {
        formula->full = true;
        return;
    }
    memcpy(formula->text + formula->used, text, length);
    formula->used += length;
    formula->text[formula->used] = '\0';
}

static void append_range(struct formula *formula, const struct page *page, uint16_t column)
{
    char range[128];
    int length = snprintf(range, sizeof range, "'%s'!$%c$%u:$%c$%u", page->name, 'A' + column,
                          (unsigned)page->data_first + 1, 'A' + column, (unsigned)(page->data_first + page->data_count));

    append(formula, range, (size_t)length);
}

static void append_term(struct formula *formula, const struct page *page, const char *term, const uint16_t columns[BOOK_RANGES])
{
    append(formula, formula->used == 0 ? "=" : "+", 1);
    for (const char *at = term; *at != '\0'; at++) {
        if (*at == '?' && at[1] >= '0' && at[1] < '0' + BOOK_RANGES) {
            append_range(formula, page, columns[at[1] - '0']);
            at++;
        } else {
            append(formula, at, 1);
        }
    }
}

void sheet_formula(const struct sheet *sheet, const char *term, const uint16_t columns[BOOK_RANGES],
                   char formula[BOOK_FORMULA_MAX])
{
    const struct book *book = sheet->book;
    struct formula built = {.text = formula};

    formula[0] = '\0';
    for (size_t i = 0; i < book->page_count; i++) {
        const struct page *page = &book->pages[i];
        if (page->sheet == sheet && page->data_count > 0) {
            append_term(&built, page, term, columns);
        }
    }
    if (built.full) {
        formula[0] = '\0';
    }
}
