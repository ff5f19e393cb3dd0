/* Sums of a file's columns, by page and currency. */
#include "reports/row_survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arith.h"
#include "lib/decimal.h"

#define ROOM_FIRST 16
#define DIGITS_MAX 6

bool row_number_read(const char *text, struct row_number *number)
{
    const char *point = strchr(text, '.');
    int digits = point == NULL ? 0 : (int)strlen(point + 1);

    if (digits > DIGITS_MAX ||
        decimal_parse(text, strlen(text), digits, INT64_MIN, INT64_MAX, &number->value) != DECIMAL_OK) {
        return false;
    }
    number->digits = digits;
    return true;
}

const struct row_sums *row_survey_sums(const struct row_survey *survey, int64_t page, const char *currency)
{
    for (size_t i = survey->count; i-- > 0 && survey->sums[i].page >= page;) {
        if (survey->sums[i].page == page && strcmp(survey->sums[i].currency, currency) == 0) {
            return &survey->sums[i];
        }
    }
    return NULL;
}

/* The sums, made where they are missing: NULL: no memory. Those of the last page are at the end. */
static struct row_sums *sums_of(struct row_survey *survey, int64_t page, const char *currency)
{
    for (size_t i = survey->count; i-- > 0 && survey->sums[i].page == page;) {
        if (strcmp(survey->sums[i].currency, currency) == 0) {
            return &survey->sums[i];
        }
    }
    if (survey->count == survey->room) {
        size_t room = survey->room == 0 ? ROOM_FIRST : 2 * survey->room;
        struct row_sums *sums = realloc(survey->sums, room * sizeof *sums);
        if (sums == NULL) {
            return NULL;
        }
        survey->sums = sums;
        survey->room = room;
    }
    struct row_sums *made = &survey->sums[survey->count++];
    *made = (struct row_sums){.page = page};
    (void)snprintf(made->currency, sizeof made->currency, "%s", currency);
    return made;
}

/* Keep the list of the first currencies by code, and count all. */
static void currency_note(struct row_survey *survey, const char *currency)
{
    size_t known = survey->currency_count < ROW_CURRENCIES_MAX ? survey->currency_count : ROW_CURRENCIES_MAX;
    size_t at = 0;

    while (at < known && strcmp(survey->currencies[at], currency) < 0) {
        at++;
    }
    if (at < known && strcmp(survey->currencies[at], currency) == 0) {
        return;
    }
    if (survey->currency_count++ >= ROW_CURRENCIES_MAX) {
        return; /* there are no lines by currency any more */
    }
    memmove(survey->currencies[at + 1], survey->currencies[at], (known - at) * sizeof survey->currencies[0]);
    (void)snprintf(survey->currencies[at], sizeof survey->currencies[at], "%s", currency);
}

/* One cell into the sums it belongs to. */
static bool cell_add(struct row_sums *all, struct row_sums *money, const struct row_layout *layout, size_t column,
                     const char *text)
{
    struct row_number number = {0};
    struct row_sums *sums = layout->columns[column].kind == ROW_MONEY ? money : all;

    if (!layout->columns[column].total || text[0] == '\0') {
        return true;
    }
    if (!row_number_read(text, &number) || !arith_add(sums->sums[column], number.value, &sums->sums[column])) {
        return false;
    }
    if (layout->columns[column].kind == ROW_MONEY) {
        sums->digits = number.digits;
    }
    return true;
}

enum err_code row_survey_add(struct row_survey *survey, const struct row_layout *layout,
                             const struct csv_record *record, int64_t page, struct err *err)
{
    const char *currency = layout->currency == ROW_NO_COLUMN ? "" : record->fields[layout->currency];

    /* made first: making one can move the other */
    if (sums_of(survey, page, "") == NULL || sums_of(survey, page, currency) == NULL) {
        return err_set(err, ERR_INTERNAL, "no memory for the sums of sheet %s", layout->name);
    }
    struct row_sums *all = sums_of(survey, page, "");
    struct row_sums *money = sums_of(survey, page, currency);
    if (currency[0] != '\0') {
        currency_note(survey, currency);
    }
    survey->rows++;
    all->rows++;
    money->rows += money != all;
    for (size_t i = 0; i < layout->column_count; i++) {
        if (!cell_add(all, money, layout, i, record->fields[i])) {
            return err_set(err, ERR_DATA, "the sums of sheet %s are too large to show", layout->name);
        }
    }
    return ERR_NONE;
}

bool row_survey_by_currency(const struct row_survey *survey)
{
    return survey->currency_count > 1 && survey->currency_count <= ROW_CURRENCIES_MAX;
}

size_t row_survey_lines(const struct row_survey *survey)
{
    return row_survey_by_currency(survey) ? 1 + survey->currency_count : 1;
}

void row_survey_release(struct row_survey *survey)
{
    free(survey->sums);
    memset(survey, 0, sizeof *survey);
}
