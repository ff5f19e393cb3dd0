/*
 * The lines of a run, account by account.
 */
#include "batch/side.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "batch/csv_read.h"
#include "batch/field.h"
#include "lib/currency.h"
#include "lib/decimal.h"
#include "lib/text.h"
#include "schema/store_issued_lines.h"

#define LINES_FILE "invoice_lines.csv"
#define PLACE_MAX (PATH_MAX + 32)

enum { ACCOUNT, KIND, DESCRIPTION, PLAN, QUANTITY, UNIT, UNIT_PRICE, AMOUNT, CURRENCY, COLUMNS };

static const char *const COLUMN_NAMES[COLUMNS] = {
    "account_id", "kind", "description", "plan", "quantity", "unit", "unit_price", "amount", "currency",
};

struct side {
    struct store *store;         /* of a run */
    struct issued_lines *issued; /* of a run; NULL: of a directory */
    struct source *source;
    struct csv_reader *reader;
    char path[PATH_MAX];
    int64_t file_line;
    size_t field_count;
    size_t fields[COLUMNS]; /* where the file has them */
    struct issued_text next; /* the line after the account at hand, once one is read */
    bool has_next;
    bool begun;
    char account_id[ID_BYTES_MAX + 2]; /* of the account at hand; a ' may stand before it in a file */
    struct compared_line *lines;
    char **texts; /* of each line: one block for all of its texts */
    size_t line_count;
    size_t lines_max;
    struct side_account account;
};

static enum err_code side_new(struct side **side, struct err *err)
{
    *side = calloc(1, sizeof **side);
    return *side == NULL ? err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again") : ERR_NONE;
}

static void lines_forget(struct side *side)
{
    for (size_t i = 0; i < side->line_count; i++) {
        free(side->texts[i]);
    }
    side->line_count = 0;
}

void side_close(struct side *side)
{
    if (side == NULL) {
        return;
    }
    lines_forget(side);
    free(side->lines);
    free(side->texts);
    issued_lines_close(side->issued);
    csv_reader_close(side->reader);
    source_close(side->source);
    free(side);
}

enum err_code side_open_run(struct store *store, int32_t month, int32_t sequence, struct side **side, struct err *err)
{
    struct side *opened = NULL;

    if (side_new(&opened, err) != ERR_NONE) {
        return err->code;
    }
    opened->store = store;
    if (issued_lines_open(store, month, sequence, &opened->issued, err) != ERR_NONE) {
        side_close(opened);
        return err->code;
    }
    *side = opened;
    return ERR_NONE;
}

/* Where in its source the line at hand is, for messages. */
static void place(const struct side *side, char out[PLACE_MAX])
{
    if (side->issued != NULL) {
        snprintf(out, PLACE_MAX, "%s", store_path(side->store));
    } else {
        snprintf(out, PLACE_MAX, "%s:%" PRId64, side->path, side->file_line);
    }
}

static enum err_code bad_line(const struct side *side, const char *column, const char *text, const char *why,
                              struct err *err)
{
    char where[PLACE_MAX];
    char shown[FIELD_SHOWN_MAX];

    place(side, where);
    field_show(text, strlen(text), shown);
    return err_set(err, ERR_DATA, "%s: %s '%s' %s", where, column, shown, why);
}

static enum err_code row_check(const struct side *side, const struct csv_row *row, struct err *err)
{
    if (row->fault != CSV_FAULT_NONE) {
        return err_set(err, ERR_DATA, "%s:%" PRId64 ": a field has bytes that are not UTF-8", side->path, row->line);
    }
    if (side->field_count != 0 && row->field_count != side->field_count) {
        return err_set(err, ERR_DATA, "%s:%" PRId64 ": the row has %zu field%s, the header %zu", side->path, row->line,
                       row->field_count, text_plural((int64_t)row->field_count), side->field_count);
    }
    return ERR_NONE;
}

static enum err_code header_read(struct side *side, struct err *err)
{
    const struct csv_row *row = NULL;

    if (csv_reader_next(side->reader, &row, err) != ERR_NONE) {
        return err->code;
    }
    if (row == NULL) {
        return err_set(err, ERR_DATA, "%s: is empty: not even a header with the columns' names", side->path);
    }
    if (row_check(side, row, err) != ERR_NONE) {
        return err->code;
    }
    side->field_count = row->field_count;
    for (int i = 0; i < COLUMNS; i++) {
        size_t field = 0;
        while (field < row->field_count && field < CSV_FIELDS_MAX &&
               strcmp(row->fields[field].text, COLUMN_NAMES[i]) != 0) {
            field++;
        }
        if (field == row->field_count || field == CSV_FIELDS_MAX) {
            return err_set(err, ERR_DATA, "%s:%" PRId64 ": column '%s' is missing: not the " LINES_FILE " of a run",
                           side->path, row->line, COLUMN_NAMES[i]);
        }
        side->fields[i] = field;
    }
    return ERR_NONE;
}

enum err_code side_open_directory(const char *directory, struct side **side, struct err *err)
{
    struct side *opened = NULL;
    struct stat about;

    if (stat(directory, &about) != 0 || !S_ISDIR(about.st_mode)) {
        return err_set(err, ERR_NO_INPUT, "%s: is not a report directory", directory);
    }
    if (side_new(&opened, err) != ERR_NONE) {
        return err->code;
    }
    if (snprintf(opened->path, sizeof opened->path, "%s/" LINES_FILE, directory) >= (int)sizeof opened->path) {
        (void)!err_set(err, ERR_NO_INPUT, "%.200s...: the path is too long", directory);
    } else if (source_open(opened->path, opened->path, &opened->source, err) == ERR_NONE &&
               csv_reader_open(opened->source, false, &opened->reader, err) == ERR_NONE) {
        (void)!header_read(opened, err); /* the error is in *err */
    }
    if (err->code != ERR_NONE) {
        side_close(opened);
        return err->code;
    }
    *side = opened;
    return ERR_NONE;
}

/* An id as it was before the ' that keeps spreadsheets from taking it for a formula. */
static const char *id_of(const char *text)
{
    return text[0] == '\'' && text[1] != '\0' && strchr("=+-@", text[1]) != NULL ? text + 1 : text;
}

/* The next line of the file. Its texts live until the next one is read. */
static enum err_code file_next(struct side *side, struct err *err)
{
    const struct csv_row *row = NULL;

    if (csv_reader_next(side->reader, &row, err) != ERR_NONE || row == NULL) {
        side->has_next = false;
        return err->code;
    }
    if (row_check(side, row, err) != ERR_NONE) {
        return err->code;
    }
    side->file_line = row->line;
    side->has_next = true;
    side->next = (struct issued_text){
        .account_id = id_of(row->fields[side->fields[ACCOUNT]].text),
        .kind = row->fields[side->fields[KIND]].text,
        .description = row->fields[side->fields[DESCRIPTION]].text,
        .plan = row->fields[side->fields[PLAN]].text,
        .quantity = row->fields[side->fields[QUANTITY]].text,
        .unit = row->fields[side->fields[UNIT]].text,
        .unit_price = row->fields[side->fields[UNIT_PRICE]].text,
        .amount = row->fields[side->fields[AMOUNT]].text,
        .currency = row->fields[side->fields[CURRENCY]].text,
    };
    return ERR_NONE;
}

static enum err_code read_next(struct side *side, struct err *err)
{
    side->begun = true;
    if (side->issued != NULL) {
        return issued_lines_next(side->issued, &side->next, &side->has_next, err);
    }
    return file_next(side, err);
}

static enum err_code amount_read(const struct side *side, int64_t *amount_minor, struct err *err)
{
    const struct issued_text *text = &side->next;
    int digits = currency_digits(text->currency);

    if (digits < 0) {
        return bad_line(side, "currency", text->currency, "is not a code of ISO 4217", err);
    }
    if (decimal_parse(text->amount, strlen(text->amount), digits, INT64_MIN, INT64_MAX, amount_minor) != DECIMAL_OK) {
        return bad_line(side, "amount", text->amount, "is not an amount of its currency", err);
    }
    return ERR_NONE;
}

static enum err_code room_for_line(struct side *side, struct err *err)
{
    if (side->line_count < side->lines_max) {
        return ERR_NONE;
    }
    size_t max = 2 * side->lines_max + 16;
    struct compared_line *lines = realloc(side->lines, max * sizeof *lines);
    side->lines = lines == NULL ? side->lines : lines;
    char **texts = realloc(side->texts, max * sizeof *texts);
    side->texts = texts == NULL ? side->texts : texts;
    if (lines == NULL || texts == NULL) {
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    side->lines_max = max;
    return ERR_NONE;
}

/* A copy of the text at *at; *at moves behind it. */
static const char *text_keep(char **at, const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *kept = *at;

    memcpy(kept, text, bytes);
    *at += bytes;
    return kept;
}

/* The line read last becomes one of the account at hand. */
static enum err_code line_take(struct side *side, struct err *err)
{
    const struct issued_text *text = &side->next;
    struct compared_line line = {.amount_minor = 0};

    if (amount_read(side, &line.amount_minor, err) != ERR_NONE || room_for_line(side, err) != ERR_NONE) {
        return err->code;
    }
    size_t bytes = strlen(text->kind) + strlen(text->description) + strlen(text->plan) + strlen(text->quantity) +
                   strlen(text->unit) + strlen(text->unit_price) + strlen(text->currency) + 7;
    char *at = malloc(bytes);
    if (at == NULL) {
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    side->texts[side->line_count] = at;
    line.kind = text_keep(&at, text->kind);
    line.plan = text_keep(&at, text->plan);
    line.description = text_keep(&at, text->description);
    line.quantity = text_keep(&at, text->quantity);
    line.unit = text_keep(&at, text->unit);
    line.unit_price = text_keep(&at, text->unit_price);
    line.currency = text_keep(&at, text->currency);
    side->lines[side->line_count++] = line;
    return ERR_NONE;
}

/* The account of the line read last becomes the one at hand: after the one before it. */
static enum err_code account_begin(struct side *side, bool first, struct err *err)
{
    const char *account_id = side->next.account_id;

    if (strlen(account_id) >= sizeof side->account_id) {
        return bad_line(side, "account_id", account_id, "is too long", err);
    }
    if (!first && strcmp(account_id, side->account_id) <= 0) {
        return bad_line(side, "account_id", account_id, "is not in order: not as a run writes it", err);
    }
    strcpy(side->account_id, account_id);
    return ERR_NONE;
}

enum err_code side_next(struct side *side, const struct side_account **account, struct err *err)
{
    bool first = !side->begun;

    lines_forget(side);
    if (first && read_next(side, err) != ERR_NONE) {
        return err->code;
    }
    if (!side->has_next) {
        *account = NULL;
        return ERR_NONE;
    }
    if (account_begin(side, first, err) != ERR_NONE) {
        return err->code;
    }
    do {
        if (line_take(side, err) != ERR_NONE || read_next(side, err) != ERR_NONE) {
            return err->code;
        }
    } while (side->has_next && strcmp(side->next.account_id, side->account_id) == 0);
    side->account = (struct side_account){side->account_id, side->lines, side->line_count};
    *account = &side->account;
    return ERR_NONE;
}
