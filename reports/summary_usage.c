/* The Summary's usage: credits and where they came from, models, days, allowances. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "reports/summary.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define CREDIT_DIGITS 2
#define QUANTITY_DIGITS 6

static void sum_row(struct pen *pen, const char *label, struct pen_sum sum)
{
    cell_text(pen->sheet, label, CELL_LABEL);
    pen_sum(pen, sum);
    pen_row_end(pen);
}

static void at_stake_rows(struct pen *pen, const struct totals *totals)
{
    for (int i = 0; i < totals->currency_count; i++) {
        const struct currency_totals *row = &totals->currencies[i];
        char label[64];
        if (row->at_stake_minor == 0) {
            continue;
        }
        (void)snprintf(label, sizeof label, "Unbilled usage, at stake in %s", row->currency);
        cell_text(pen->sheet, label, CELL_LABEL);
        cell_money(pen->sheet, row->at_stake_minor, row->digits);
        pen_row_end(pen);
    }
}

static void credits_block(struct pen *pen, const struct workbook *workbook)
{
    const struct totals *totals = workbook->in.totals;
    const struct {
        const char *label;
        uint16_t column;
        int64_t value;
    } rows[] = {
        {"Credits", STATEMENT_CREDITS, totals->credits},
        {"    from bonus grants", STATEMENT_BONUS, totals->used.bonus},
        {"    from the plans' allowances", STATEMENT_INCLUDED, totals->used.included},
        {"    billed as overage", STATEMENT_OVERAGE, totals->used.overage},
        {"    unbilled", STATEMENT_UNBILLED, totals->used.unbilled},
    };
    struct pen_sum sum = {.sheet = workbook_whole(workbook, ROWS_STATEMENT),
                          .term = "SUM(?0)",
                          .columns = {STATEMENT_EVENTS},
                          .value = totals->events,
                          .format = CELL_INTEGER};

    pen_section(pen, "Usage of accounts that are not held", 2);
    sum_row(pen, "Events", sum);
    sum.digits = CREDIT_DIGITS;
    sum.format = CELL_CREDITS;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        sum.columns[0] = rows[i].column;
        sum.value = rows[i].value;
        sum_row(pen, rows[i].label, sum);
    }
    at_stake_rows(pen, totals);
}

struct model { /* with credits */
    const char *name;
    int64_t credits;
};

static int compare_models(const void *left, const void *right)
{
    const struct model *a = left;
    const struct model *b = right;

    return a->credits == b->credits ? strcmp(a->name, b->name) : a->credits > b->credits ? -1 : 1;
}

static void models_block(struct pen *pen, const struct workbook *workbook, struct chart_rows *rows)
{
    const struct catalogue *catalogue = workbook->in.run->catalogue;
    const struct totals *totals = workbook->in.totals;
    struct model *models = calloc(catalogue->model_count + 1, sizeof *models);
    size_t count = 0;

    if (models == NULL) {
        pen->code = err_set(pen->err, ERR_INTERNAL, "no memory for %zu models", catalogue->model_count);
        return;
    }
    for (size_t i = 0; i < catalogue->model_count && totals->model_credits != NULL; i++) {
        if (totals->model_credits[i] > 0) {
            models[count++] = (struct model){catalogue->models[i], totals->model_credits[i]};
        }
    }
    qsort(models, count, sizeof *models, compare_models);
    pen_section(pen, "Credits by model", 2);
    pen_headers(pen, (const char *const[]){"Model", "Credits"}, 2);
    *rows = (struct chart_rows){pen->sheet->row, (uint32_t)count};
    for (size_t i = 0; i < count; i++) {
        cell_text(pen->sheet, models[i].name, CELL_LABEL);
        cell_credits(pen->sheet, models[i].credits);
        pen_row_end(pen);
    }
    free(models);
}

static void days_block(struct pen *pen, const struct workbook *workbook, struct chart_rows *rows)
{
    int32_t month = workbook->in.run->month;
    int32_t count = month_days(month);

    pen_section(pen, "Usage by day (UTC), held and orphan events included", 3);
    pen_headers(pen, (const char *const[]){"Day", "Events", "Metered quantity"}, 3);
    *rows = (struct chart_rows){pen->sheet->row, workbook->in.totals->events > 0 ? (uint32_t)count : 0};
    for (int32_t day = 0; day < count; day++) {
        const struct usage_day *usage = &workbook->in.end->days[day];
        cell_day(pen->sheet, month * 100 + day + 1);
        cell_integer(pen->sheet, usage->events);
        cell_number(pen->sheet, usage->quantity, QUANTITY_DIGITS, CELL_CREDITS);
        pen_row_end(pen);
    }
}

static void shares_block(struct pen *pen, const struct workbook *workbook, struct chart_rows *rows)
{
    static const char *const labels[TOTALS_SHARES] = {
        "0-10", "10-20", "20-30", "30-40", "40-50", "50-60", "60-70", "70-80", "80-90", "90-100", "100", "over",
    };

    pen_section(pen, "Allowance used, of accounts that are not held", 2);
    pen_headers(pen, (const char *const[]){"Share of the allowance, %", "Accounts"}, 2);
    *rows = (struct chart_rows){pen->sheet->row, TOTALS_SHARES};
    for (int i = 0; i < TOTALS_SHARES; i++) {
        cell_text(pen->sheet, labels[i], CELL_LABEL);
        cell_integer(pen->sheet, workbook->in.totals->allowance_used[i]);
        pen_row_end(pen);
    }
}

void summary_usage(struct pen *pen, const struct workbook *workbook, struct summary_charts *charts)
{
    credits_block(pen, workbook);
    models_block(pen, workbook, &charts->models);
    shares_block(pen, workbook, &charts->shares);
    days_block(pen, workbook, &charts->days);
}
