/*
 * store_account_sound.h - the number of an account as it is read: by an index it may be
 * another than in account_ids, and then nothing is looked up with it. For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_ACCOUNT_SOUND_H
#define MONTHEND_SCHEMA_STORE_ACCOUNT_SOUND_H

#include <stddef.h>
#include <stdint.h>

#include "schema/store_sql.h"

/* The number in a column of the row; count: as accounts_count() has it. ERR_DATA: there is no such account. */
ERR_MUST_USE static inline enum err_code account_column(const struct store *store, sqlite3_stmt *row, int column, size_t count, int32_t *account,
                                                        struct err *err)
{
    int64_t number = sqlite3_column_int64(row, column);

    if (number < 0 || (uint64_t)number >= count) {
        return sql_damaged(store, "a row is of an account that there is not", err);
    }
    *account = (int32_t)number;
    return ERR_NONE;
}

#endif
