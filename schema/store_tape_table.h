/*
 * store_tape_table.h - a tape as a table that SQL can read once from its start
 * to its end: INSERT INTO ... SELECT from it is one statement for all rows
 * instead of one for each. For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_TAPE_TABLE_H
#define MONTHEND_SCHEMA_STORE_TAPE_TABLE_H

#include "schema/store_runs.h"
#include "schema/store_tape.h"

struct tape_source {
    struct tape *tape;         /* or NULL: no rows */
    struct issue_watch watch;
    int64_t rows;              /* read so far, of whatever tapes */
    struct err err;            /* of reading the tape, or of having been stopped */
};

/* The connection gets a table `tape` with the columns c0, c1, ...: the rows of source->tape, whichever that is by
 * then. The source outlives the connection's use of it; tape_table_drop() ends it. */
ERR_MUST_USE enum err_code tape_table_make(struct store *store, struct tape_source *source, const char *doing,
                                           struct err *err);
void tape_table_drop(struct store *store);

#endif
