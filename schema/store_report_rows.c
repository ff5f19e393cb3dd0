/*
 * Owns the queries that give the rows of report files.
 */
#include "schema/store_report_rows.h"

#include <stdlib.h>
#include <string.h>

#include "schema/store_memory.h"
#include "schema/store_sql.h"

static const char DOING[] = "read the rows of a report";

#define DECIMAL(value, digits)                                                                                         \
    "iif(" value " < 0, '-', '') || iif(" digits " = 0, abs(" value "), substr(format('%0*d', " digits " + 1, abs(" value   \
    ")), 1, length(format('%0*d', " digits " + 1, abs(" value "))) - " digits ") || '.' || substr(format('%0*d', " digits    \
    " + 1, abs(" value ")), -" digits "))"

static const char *const QUERIES[REPORT_TABLES] = {
    [REPORT_INVOICES] = "SELECT * FROM invoices WHERE run = ?1 ORDER BY account_id",
    [REPORT_INVOICE_LINES] = "SELECT l.* FROM documents d CROSS JOIN invoice_lines l ON l.document = d.document "
                             "WHERE d.run = ?1 ORDER BY d.account_id, l.line",
    [REPORT_STATEMENT] = "SELECT * FROM statement WHERE run = ?1 ORDER BY account_id",
    [REPORT_USAGE_BY_MODEL] =
        "SELECT s.account_id, format('%d-%02d', r.month / 100, r.month % 100) AS month, m.name AS model, u.events, "
        "format('%d.%02d', u.credits / 100, u.credits % 100) AS credits FROM runs r JOIN statements s ON s.run = r.run "
        "AND s.status <> 'held' JOIN temp.bills b ON b.account_id = s.account_id AND b.status <> 'held' "
        "JOIN temp.month_usage u ON u.account = b.account JOIN model_ids m ON m.model = u.model "
        "WHERE r.run = ?1 ORDER BY s.account_id, m.name",
    [REPORT_CONTROLS] = "SELECT control, " DECIMAL("expected", "digits") " AS expected, " DECIMAL("actual", "digits")
                        " AS actual, " DECIMAL("(actual - expected)", "digits") " AS difference, expected = actual AS ok "
                        "FROM temp.controls WHERE ?1 > 0 ORDER BY control",
};

struct report_rows {
    struct store *store;
    sqlite3_stmt *query;
};

enum err_code report_rows_open(struct store *store, enum report_table table, int32_t run, struct report_rows **rows,
                               struct err *err)
{
    struct report_rows *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return no_memory(err);
    }
    opened->store = store;
    if (sql_prepare(store, QUERIES[table], DOING, &opened->query, err) != ERR_NONE) {
        free(opened);
        return err->code;
    }
    sql_bind_integer(opened->query, 1, run);
    *rows = opened;
    return ERR_NONE;
}

void report_rows_close(struct report_rows *rows)
{
    if (rows != NULL) {
        sqlite3_finalize(rows->query);
        free(rows);
    }
}

/* Numbers are read as texts, too, which needs memory: here it can be told that there is none. */
enum err_code report_rows_next(struct report_rows *rows, bool *row, struct err *err)
{
    enum err_code code = sql_step(rows->store, rows->query, DOING, row, err);

    for (int i = 0; code == ERR_NONE && *row && i < sqlite3_column_count(rows->query); i++) {
        if (sqlite3_column_type(rows->query, i) != SQLITE_NULL && sqlite3_column_text(rows->query, i) == NULL) {
            code = sql_error(rows->store, DOING, err);
        }
    }
    return code;
}

int report_rows_column(const struct report_rows *rows, const char *name)
{
    for (int i = 0; i < sqlite3_column_count(rows->query); i++) {
        if (strcmp(sqlite3_column_name(rows->query, i), name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *report_rows_cell(const struct report_rows *rows, int column)
{
    return sql_text(rows->query, column);
}
