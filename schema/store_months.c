/*
 * Owns the list of closed months and their runs.
 */
#include "schema/store_months.h"

#include "schema/store_sql.h"

static const char DOING[] = "read the months before";

int32_t closed_month_at(const struct closed_months *closed, size_t index)
{
    return ((const int32_t *)closed->months.items)[index];
}

const struct month_run *month_run_at(const struct closed_months *closed, size_t index)
{
    return (const struct month_run *)closed->runs.items + index;
}

size_t closed_months_before(const struct closed_months *closed, int32_t month)
{
    size_t low = 0;
    size_t high = closed->months.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (closed_month_at(closed, middle) < month) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

size_t closed_month_find(const struct closed_months *closed, int32_t month)
{
    size_t index = closed_months_before(closed, month);

    return index < closed->months.count && closed_month_at(closed, index) == month ? index : MONTH_OPEN;
}

static enum err_code run_take(struct closed_months *closed, sqlite3_stmt *row, struct err *err)
{
    int32_t month = sqlite3_column_int(row, 1);
    struct rows *months = &closed->months;
    void *item = NULL;

    if (months->count == 0 || closed_month_at(closed, months->count - 1) != month) {
        if (rows_add(months, sizeof(int32_t), &item, err) != ERR_NONE) {
            return err->code;
        }
        *(int32_t *)item = month;
    }
    if (rows_add(&closed->runs, sizeof(struct month_run), &item, err) != ERR_NONE) {
        return err->code;
    }
    *(struct month_run *)item = (struct month_run){
        .run = sqlite3_column_int(row, 0),
        .month = months->count - 1,
        .as_of = sqlite3_column_int64(row, 2),
    };
    return ERR_NONE;
}

enum err_code closed_months_read(struct store *store, int64_t as_of, struct closed_months *closed, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = true;
    enum err_code code =
        sql_prepare(store, "SELECT r.run, r.month, r.as_of " RUNS_BEFORE "ORDER BY r.month, e.sequence", DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, as_of);
    }
    while (code == ERR_NONE && row) {
        code = sql_step(store, query, DOING, &row, err);
        if (code == ERR_NONE && row) {
            code = run_take(closed, query, err);
        }
    }
    sqlite3_finalize(query);
    return code;
}

void closed_months_release(struct closed_months *closed)
{
    rows_release(&closed->months);
    rows_release(&closed->runs);
}
