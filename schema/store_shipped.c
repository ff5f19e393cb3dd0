/*
 * Owns the question whether the shipped tax rates were reviewed.
 */
#include "schema/store_shipped.h"

#include "schema/store_sql.h"

static const char DOING[] = "read the imports of tax rates";

/* The first import of the table is that of `init`, which notes a shipped file by its bare name and
 * one of a directory by its path. Rows are never deleted: more of them than it brought were added. */
static const char UNREVIEWED_SQL[] =
    "SELECT EXISTS (SELECT 1 FROM imports s WHERE s.import = (SELECT min(import) FROM imports "
    "WHERE table_name = 'tax_rates') AND s.file_name = 'tax_rates.csv' "
    "AND NOT EXISTS (SELECT 1 FROM imports i WHERE i.table_name = 'tax_rates' AND i.import > s.import "
    "AND i.imported_at <= ?1 AND i.inserted + i.corrected + i.duplicates > 0) "
    "AND (SELECT count(*) FROM tax_rates WHERE recorded_at <= ?1) <= s.inserted)";

enum err_code tax_rates_unreviewed(struct store *store, int64_t as_of, bool *unreviewed, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(store, UNREVIEWED_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, as_of);
        code = sql_step(store, query, DOING, &row, err);
    }
    if (code == ERR_NONE) {
        *unreviewed = sqlite3_column_int(query, 0) != 0;
    }
    sqlite3_finalize(query);
    return code;
}
