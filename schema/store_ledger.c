/*
 * Owns the reading of the ledger's names.
 */
#include "schema/store_ledger.h"

#include <stdio.h>

#include "schema/store_known.h"
#include "schema/store_sql.h"

static const char DOING[] = "read the ledger's accounts";
static const char NAMES_SQL[] = "SELECT role, name FROM ledger_accounts t WHERE " KNOWN("ledger_accounts", "role");

/* The table takes known roles and valid names; bytes that are no UTF-8 could still have slipped in. */
static enum err_code name_take(struct store *store, sqlite3_stmt *row, struct ledger_names *names, struct err *err)
{
    enum ledger_role role = ledger_role_of(sql_text(row, 0));
    const char *name = sql_text(row, 1);

    if (role == LEDGER_ROLES || !ledger_name_valid(name)) {
        return err_set(err, ERR_DATA,
                       "%s: ledger_accounts: '%s' cannot be the name of '%s': a ledger would not take it; add a row with "
                       "another",
                       store_path(store), name, sql_text(row, 0));
    }
    snprintf(names->names[role], sizeof names->names[role], "%s", name);
    return ERR_NONE;
}

enum err_code ledger_names_read(struct store *store, int64_t as_of, struct ledger_names *names, struct err *err)
{
    struct ledger_names found = LEDGER_NAMES_DEFAULT;
    sqlite3_stmt *query = NULL;
    bool row = true;
    enum err_code code = sql_prepare(store, NAMES_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, as_of);
    }
    while (code == ERR_NONE && row) {
        code = sql_step(store, query, DOING, &row, err);
        if (code == ERR_NONE && row) {
            code = name_take(store, query, &found, err);
        }
    }
    sqlite3_finalize(query);
    if (code == ERR_NONE) {
        *names = found;
    }
    return code;
}
