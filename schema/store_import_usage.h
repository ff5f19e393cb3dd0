/*
 * store_import_usage.h - rows_write() for usage_events: straight into usage_ids
 * and usage_rows, without the view's trigger and many at once.
 */
#ifndef MONTHEND_SCHEMA_STORE_IMPORT_USAGE_H
#define MONTHEND_SCHEMA_STORE_IMPORT_USAGE_H

#include "schema/store_import.h"

struct usage_writer;

/* From open to close the connection's triggers and checks are off: nothing else is written with it meanwhile. */
ERR_MUST_USE enum err_code usage_writer_open(struct store *store, struct usage_writer **writer, struct err *err);
void usage_writer_close(struct usage_writer *writer); /* NULL is harmless */

struct usage_given {
    const struct value *values; /* as in TABLES, within the bounds of data.md (asserted) */
    int64_t recorded_at;        /* decided by the caller, after the horizon */
};

/* Events, in the order in which they came; fates[i].stamped is left alone. After an error the transaction is rolled back. */
ERR_MUST_USE enum err_code usage_write(struct usage_writer *writer, const struct usage_given *given, size_t count,
                                       struct row_fate *fates, struct err *err);

#endif
