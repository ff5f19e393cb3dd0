/*
 * rejects.h - the file of --rejects: the rows that were not imported, as they
 * stood, each with its line and the reason. Mended and without the first two
 * columns it can be imported again.
 */
#ifndef MONTHEND_BATCH_REJECTS_H
#define MONTHEND_BATCH_REJECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "batch/csv_read.h"
#include "lib/err.h"

struct rejects;

/*
 * Open `path` for writing; what is in it stays until rejects_clear.
 * ERR_CREATE: it cannot be created.
 */
ERR_MUST_USE enum err_code rejects_open(const char *path, struct rejects **rejects, struct err *err);

/* Is it the file at `path`, under whatever name? Nothing may be read from it, then. */
bool rejects_is(const struct rejects *rejects, const char *path);

/* Empty the file. */
ERR_MUST_USE enum err_code rejects_clear(struct rejects *rejects, struct err *err);

/*
 * Bad rows of another input follow: they get a header of their own, before the
 * first of them. `name` is NULL for the only input; of several it stands before
 * each line's number.
 *
 *     line,reason,event_id,...                         17,quantity 'abc' is ...,r17,...
 *     line,reason,event_id,...    (name "june.csv")    june.csv:17,quantity 'abc' is ...,r17,...
 */
void rejects_begin(struct rejects *rejects, const char *name);

/* One bad row; `columns` are the names in the input's header. Failures come out in rejects_end. */
void rejects_row(struct rejects *rejects, const char *const *columns, size_t column_count,
                 const struct csv_row *row, const char *reason);

/* All rows since rejects_begin are in the file. ERR_IO: they are not. */
ERR_MUST_USE enum err_code rejects_end(struct rejects *rejects, struct err *err);

/* Take the rows since rejects_begin out again: their input was not imported. */
void rejects_undo(struct rejects *rejects);

void rejects_close(struct rejects *rejects); /* NULL is harmless */

#endif
