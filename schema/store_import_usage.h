/*
 * store_import_usage.h - row_write() for usage_events: straight into usage_ids
 * and usage_rows, without the view's trigger, because there are many of them.
 */
#ifndef MONTHEND_SCHEMA_STORE_IMPORT_USAGE_H
#define MONTHEND_SCHEMA_STORE_IMPORT_USAGE_H

#include "schema/store_import.h"

struct usage_writer;

/* From open to close the connection's triggers are off: nothing else is written with it meanwhile. */
ERR_MUST_USE enum err_code usage_writer_open(struct store *store, struct usage_writer **writer, struct err *err);
void usage_writer_close(struct usage_writer *writer); /* NULL is harmless */

/* One event, its recorded_at decided by the caller (after the horizon). result->stamped is left alone. */
ERR_MUST_USE enum err_code usage_write(struct usage_writer *writer, const struct value *values, int64_t recorded_at,
                                       struct row_result *result, struct err *err);

#endif
