/*
 * The CSV file of a comparison of two runs: one row for each line that is not
 * the same in both. It gets a temporary name beside its place and is renamed
 * when it is whole; a file that was there is replaced.
 */
#ifndef MONTHEND_REPORTS_COMPARISON_FILE_H
#define MONTHEND_REPORTS_COMPARISON_FILE_H

#include <stdbool.h>

#include "lib/comparison.h"
#include "reports/csv_write.h"

struct comparison_file {
    struct csv csv;
    const char *path;
    char temporary[CSV_PATH_MAX];
    bool begun; /* the temporary file is there */
};

/* `path` stays the caller's. ERR_CREATE, ERR_IO. */
ERR_MUST_USE enum err_code comparison_file_begin(struct comparison_file *file, const char *path, struct err *err);

/* A line that changed or is in one run only (asserted). */
ERR_MUST_USE enum err_code comparison_file_add(struct comparison_file *file, const char *account_id,
                                               const struct compared_pair *pair, struct err *err);

/* Flush it to the disk and rename it into place. */
ERR_MUST_USE enum err_code comparison_file_publish(struct comparison_file *file, struct err *err);

/* Remove what was not published; harmless when nothing was begun ({0}). */
void comparison_file_end(struct comparison_file *file);

#endif
