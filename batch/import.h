/*
 * import.h - CSV files into the database, for the commands import and init.
 */
#ifndef MONTHEND_BATCH_IMPORT_H
#define MONTHEND_BATCH_IMPORT_H

#include <stdint.h>

#include "lib/err.h"
#include "schema/store.h"

/*
 * Load the catalogue into a database, in the write transaction that the caller
 * has begun and ends: the files of `directory`, or the shipped ones when it is
 * NULL. `stamp` is the instant of rows without recorded_at. Bad rows are
 * reported to standard error; any of them is an error.
 *
 * ERR_NO_INPUT: the directory or one of the catalogue's files is missing;
 * files of other tables in it are left alone. ERR_DATA: bad rows, a CSV file that is no table.
 */
ERR_MUST_USE enum err_code import_catalogue(struct store *store, const char *directory, int64_t stamp,
                                            struct err *err);

#endif
