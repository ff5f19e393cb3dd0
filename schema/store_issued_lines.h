/*
 * The lines issued for a month, as they read in invoice_lines.csv: what one run
 * is compared with another by.
 */
#ifndef MONTHEND_SCHEMA_STORE_ISSUED_LINES_H
#define MONTHEND_SCHEMA_STORE_ISSUED_LINES_H

#include "schema/store.h"

struct issued_text { /* texts live until the next call */
    const char *account_id;
    const char *kind;
    const char *description;
    const char *plan; /* "": none */
    const char *quantity;
    const char *unit;
    const char *unit_price;
    const char *amount;
    const char *currency;
};

struct issued_lines;

/*
 * The lines of all documents of the month from its first run up to the one of
 * this sequence: the month as it stood when that run had issued. In order of
 * account_id (bytes), document and line. Use it within one snapshot.
 */
ERR_MUST_USE enum err_code issued_lines_open(struct store *store, int32_t month, int32_t sequence,
                                             struct issued_lines **lines, struct err *err);

/* The next line, or false in *more at the end. ERR_DATA: the database is damaged. */
ERR_MUST_USE enum err_code issued_lines_next(struct issued_lines *lines, struct issued_text *line, bool *more,
                                             struct err *err);

void issued_lines_close(struct issued_lines *lines); /* NULL is harmless */

#endif
