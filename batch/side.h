/*
 * One side of a comparison: the lines of a run, account by account. Either what
 * the database has issued for a month up to a run, or the invoice_lines.csv of
 * a report directory.
 */
#ifndef MONTHEND_BATCH_SIDE_H
#define MONTHEND_BATCH_SIDE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/comparison.h"
#include "lib/err.h"
#include "schema/store.h"

struct side;

struct side_account {
    const char *account_id;
    const struct compared_line *lines; /* at least one */
    size_t line_count;
};

/* The month as it stood when its run of this sequence had issued; within one snapshot. */
ERR_MUST_USE enum err_code side_open_run(struct store *store, int32_t month, int32_t sequence, struct side **side,
                                         struct err *err);

/*
 * What one run issued, by its report directory.
 * ERR_NO_INPUT: no such directory, or no invoice_lines.csv in it. ERR_DATA: it is not as a run writes it.
 */
ERR_MUST_USE enum err_code side_open_directory(const char *directory, struct side **side, struct err *err);

/* The next account with lines, in order of account_id (bytes), or NULL at the
 * end; it lives until the next call. ERR_DATA: file, line and what is wrong. */
ERR_MUST_USE enum err_code side_next(struct side *side, const struct side_account **account, struct err *err);

void side_close(struct side *side); /* NULL is harmless */

#endif
