/*
 * Reading back a CSV file that csv_write.h wrote, record by record, with the
 * place of each: the workbook shows what is in the files, and nothing else.
 */
#ifndef MONTHEND_REPORTS_CSV_TABLE_H
#define MONTHEND_REPORTS_CSV_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"

struct csv_table;

/* One record. The fields end with NUL and live until the next call. */
struct csv_record {
    const char *const *fields;
    size_t count;
    int64_t offset; /* of its first byte in the file */
};

/* Open a file at `path`; its header is read and must have `column_count` names.
 * ERR_IO: it cannot be read, or is not such a file. */
ERR_MUST_USE enum err_code csv_table_open(const char *path, size_t column_count, struct csv_table **table,
                                          struct err *err);

/* The next record; *record is NULL at the end. ERR_IO: the file cannot be read,
 * or a record has not as many fields as the header. */
ERR_MUST_USE enum err_code csv_table_next(struct csv_table *table, const struct csv_record **record, struct err *err);

/* Go to a record's offset: the next one read is that. ERR_IO. */
ERR_MUST_USE enum err_code csv_table_seek(struct csv_table *table, int64_t offset, struct err *err);

void csv_table_close(struct csv_table *table); /* NULL is harmless */

#endif
