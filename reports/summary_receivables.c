/* The Summary's receivables: what is open, by the age of each account's oldest open document. */
#include <stdio.h>
#include <string.h>

#include "lib/arith.h"
#include "lib/calendar.h"
#include "reports/summary.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define AGES 4 /* of this month, of the last, of the one before, older */
#define AGE_NONE AGES /* nothing is open: paid, or paid too much */
#define AGE_ROWS (AGES + 1)

struct ageing { /* of one currency */
    const struct currency_totals *currency;
    int64_t accounts[AGE_ROWS];
    int64_t open_minor[AGE_ROWS];
};

/* How many months ago the oldest open document's month was. */
static int age_of(const char *oldest, int32_t month)
{
    int32_t oldest_month = 0;

    if (month_parse(oldest, strlen(oldest), &oldest_month) != CALENDAR_OK) {
        return AGE_NONE;
    }
    int32_t months = month_index(month) - month_index(oldest_month);
    return months <= 0 ? 0 : months < AGES ? (int)months : AGES - 1;
}

static bool row_add(struct ageing *ageing, const struct csv_record *record, int32_t month)
{
    int age = age_of(record->fields[RECEIVABLES_OLDEST], month);
    struct row_number closing = {0};

    ageing->accounts[age]++;
    return row_number_read(record->fields[RECEIVABLES_CLOSING], &closing) &&
           arith_add(ageing->open_minor[age], closing.value, &ageing->open_minor[age]);
}

/* The file's rows of one currency. */
static enum err_code ageing_read(const struct row_sheet *rows, int32_t month, struct ageing *ageing, struct err *err)
{
    struct csv_table *table = NULL;
    const struct csv_record *record = NULL;
    enum err_code code = csv_table_open(rows->path, rows->layout->column_count, &table, err);

    while (code == ERR_NONE && (code = csv_table_next(table, &record, err)) == ERR_NONE && record != NULL) {
        bool here = strcmp(record->fields[RECEIVABLES_CURRENCY], ageing->currency->currency) == 0;
        if (here && !row_add(ageing, record, month)) {
            code = err_set(err, ERR_DATA, "what is open in %s is too much to report", ageing->currency->currency);
        }
    }
    csv_table_close(table);
    return code;
}

/* Which rows an age stands for, as a formula's criterion on the month; false: those without one. */
static bool age_criterion(int age, int32_t month, char criterion[64])
{
    int32_t index = month_index(month) - age;

    if (age == AGE_NONE || index < 0) {
        return false;
    }
    int32_t then = month_from_index(index);
    bool oldest = age == AGES - 1;
    (void)snprintf(criterion, 64, "%sDATE(%d,%d,1)", oldest ? "\"<=\"&" : age == 0 ? "\">=\"&" : "", (int)(then / 100),
                   (int)(then % 100));
    return true;
}

static void age_row(struct pen *pen, const struct workbook *workbook, const struct ageing *ageing, int age)
{
    static const char *const labels[AGE_ROWS] = {"this month", "one month ago", "two months ago",
                                                 "three months ago or more", "nothing open, or paid too much"};
    const struct currency_totals *currency = ageing->currency;
    char criterion[64] = "";
    char count[128];
    char amount[128];
    bool dated = age_criterion(age, workbook->in.run->month, criterion);
    struct pen_sum sum = {
        .sheet = dated ? workbook_whole(workbook, ROWS_RECEIVABLES) : NULL,
        .term = count,
        .columns = {RECEIVABLES_CLOSING, RECEIVABLES_CURRENCY, RECEIVABLES_OLDEST},
        .value = ageing->accounts[age],
        .format = CELL_INTEGER,
    };

    (void)snprintf(count, sizeof count, "COUNTIFS(?1,\"%s\",?2,%s)", currency->currency, criterion);
    (void)snprintf(amount, sizeof amount, "SUMIFS(?0,?1,\"%s\",?2,%s)", currency->currency, criterion);
    cell_text(pen->sheet, labels[age], CELL_LABEL);
    pen_sum(pen, sum);
    sum.term = amount;
    sum.value = ageing->open_minor[age];
    sum.digits = currency->digits;
    sum.format = (enum cell_format)(CELL_MONEY + currency->digits);
    pen_sum(pen, sum);
    pen_row_end(pen);
}

void summary_receivables(struct pen *pen, const struct workbook *workbook)
{
    static const char *const titles[] = {"Oldest open document is of", "Accounts", "Open now"};
    const struct totals *totals = workbook->in.totals;

    for (int i = 0; i < totals->currency_count && pen->code == ERR_NONE; i++) {
        struct ageing ageing = {.currency = &totals->currencies[i]};
        char title[64];
        pen->code = ageing_read(&workbook->rows[ROWS_RECEIVABLES], workbook->in.run->month, &ageing, pen->err);
        (void)snprintf(title, sizeof title, "Receivables by age, %s", ageing.currency->currency);
        pen_section(pen, title, COUNT_OF(titles));
        pen_headers(pen, titles, COUNT_OF(titles));
        for (int age = 0; age < AGE_ROWS; age++) {
            age_row(pen, workbook, &ageing, age);
        }
    }
}
