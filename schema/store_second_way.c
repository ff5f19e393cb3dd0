/*
 * Owns the way through the files of schema/verify/: one after the other, then
 * the table of differences.
 */
#include "schema/store_second_way.h"

#include <inttypes.h>
#include <stdio.h>

#include "lib/decimal.h"
#include "schema/embedded.h"
#include "schema/store_internal.h"
#include "schema/store_sql.h"

/* Temporary space of an event, where its account has grants, and of an account; measured, with room to spare. */
#define EVENT_BYTES 150
#define ACCOUNT_BYTES 4000

static const char DOING[] = "compute the run a second way";
static const char CACHE_SQL[] = "PRAGMA temp.cache_size = -32768"; /* a sum for each account and model stays in memory */
static const char DIFFERENCES_SQL[] = "SELECT account_id, place, what, expected, stored, digits FROM temp.differences "
                                      "ORDER BY account_id, place, what";

/* The file being run names itself: a mistake in it would be ours. */
static enum err_code file_run(struct store *store, const struct embedded_file *file, struct err *err)
{
    char doing[128];

    snprintf(doing, sizeof doing, "%s (%s)", DOING, file->name);
    return sql_exec(store, file->text, doing, err);
}

static enum err_code files_run(struct store *store, int32_t run, struct err *err)
{
    char asked[128];

    snprintf(asked, sizeof asked, "DROP TABLE IF EXISTS temp.asked_run; CREATE TEMP TABLE asked_run AS SELECT %d AS run",
             (int)run);
    enum err_code code = sql_exec(store, CACHE_SQL, DOING, err);
    if (code == ERR_NONE) {
        code = sql_exec(store, asked, DOING, err);
    }
    for (size_t i = 0; i < SECOND_WAY_FILE_COUNT && code == ERR_NONE; i++) {
        code = file_run(store, &SECOND_WAY_FILES[i], err);
    }
    return code;
}

/* An amount of so many digits; anything else as it stands. */
static void value_text(sqlite3_stmt *row, int column, char out[DIFFERENCE_VALUE_MAX])
{
    bool is_amount = sqlite3_column_type(row, 5) != SQLITE_NULL && sqlite3_column_type(row, column) == SQLITE_INTEGER;

    if (sqlite3_column_type(row, column) == SQLITE_NULL) {
        snprintf(out, DIFFERENCE_VALUE_MAX, "nothing");
    } else if (is_amount) {
        char text[DECIMAL_TEXT_MAX];

        decimal_format(sqlite3_column_int64(row, column), sqlite3_column_int(row, 5), text);
        snprintf(out, DIFFERENCE_VALUE_MAX, "%s", text);
    } else {
        snprintf(out, DIFFERENCE_VALUE_MAX, "%s", sql_text(row, column));
    }
}

struct difference_asking {
    difference_visit visit;
    void *context;
    int64_t count;
};

static enum err_code difference_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct difference_asking *asking = context;
    char account_id[256];
    char place[1024];
    char what[64];
    struct difference difference = {.account_id = account_id, .place = place, .what = what};

    asking->count++;
    snprintf(account_id, sizeof account_id, "%s", sql_text(row, 0));
    snprintf(place, sizeof place, "%s", sql_text(row, 1));
    snprintf(what, sizeof what, "%s", sql_text(row, 2));
    value_text(row, 3, difference.expected);
    value_text(row, 4, difference.stored);
    return asking->visit(asking->context, &difference, err);
}

static enum err_code differences_visit(struct store *store, struct difference_asking *asking, struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(store, DIFFERENCES_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        code = sql_each(store, query, DOING, difference_take, asking, err);
    }
    sqlite3_finalize(query);
    return code;
}

static enum err_code counts_read(struct store *store, struct second_way_counts *counts, struct err *err)
{
    enum err_code code = sql_integer(store, "SELECT count(*) FROM temp.bills", DOING, &counts->accounts, err);

    if (code == ERR_NONE) {
        code = sql_integer(store, "SELECT count(*) FROM temp.issued", DOING, &counts->documents, err);
    }
    return code == ERR_NONE ? sql_integer(store, "SELECT count(*) FROM temp.numbered_lines", DOING, &counts->lines, err)
                            : code;
}

enum err_code second_way_space(struct store *store, int32_t month, int64_t *bytes, struct err *err)
{
    static const char SQL[] =
        "WITH RECURSIVE last_month (month_index) AS (SELECT (month / 100 - 1970) * 12 + month % 100 - 1 FROM "
        "(SELECT iif(?1 = 0, max(month), ?1) AS month FROM runs)), "
        "last_keys (key) AS ("
        "SELECT (SELECT max(u.key) FROM usage_rows u WHERE u.key < (l.month_index + 1) << 36) FROM last_month l UNION ALL "
        "SELECT (SELECT max(u.key) FROM usage_rows u WHERE u.key < k.key >> 36 << 36) FROM last_keys k WHERE k.key IS NOT NULL "
        "LIMIT 96361) " /* all months there are: keys of a damaged table may lead around for ever */
        "SELECT ?2 * coalesce(sum((key & 68719476735) + 1), 0) + ?3 * (SELECT count(*) FROM account_ids) FROM last_keys";
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(store, SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, month);
        sql_bind_integer(query, 2, EVENT_BYTES);
        sql_bind_integer(query, 3, ACCOUNT_BYTES);
        code = sql_step(store, query, DOING, &row, err);
    }
    if (code == ERR_NONE) {
        *bytes = sqlite3_column_int64(query, 0);
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code second_way_run(struct store *store, int32_t run, difference_visit visit, void *context,
                             struct second_way_counts *counts, struct err *err)
{
    struct difference_asking asking = {visit, context, 0};
    struct second_way_counts found = {0};
    enum err_code code = files_run(store, run, err);

    if (code == ERR_NONE) {
        code = counts_read(store, &found, err);
    }
    if (code == ERR_NONE) {
        code = differences_visit(store, &asking, err);
    }
    if (code == ERR_NONE) {
        found.differences = asking.count;
        *counts = found;
    }
    return code;
}
