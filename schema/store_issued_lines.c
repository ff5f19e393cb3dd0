/*
 * Owns the reading of issued lines: documents in order of account, then the
 * lines of each.
 */
#include "schema/store_issued_lines.h"

#include <stdlib.h>

#include "schema/store_memory.h"
#include "schema/store_sql.h"

static const char DOING[] = "read what was issued";
static const char DOCUMENTS_SQL[] =
    "SELECT d.document, d.account_id FROM run_ends e CROSS JOIN documents d ON d.run = e.run "
    "WHERE e.month = ?1 AND e.outcome = 'issued' AND e.sequence <= ?2 ORDER BY d.account_id, d.document";
static const char LINES_SQL[] =
    "SELECT kind, description, coalesce(plan, ''), quantity, unit, unit_price, amount, currency "
    "FROM invoice_lines WHERE document = ?1 ORDER BY line";

struct issued_lines {
    struct store *store;
    sqlite3_stmt *documents;
    sqlite3_stmt *lines; /* of the document at hand */
    bool in_document;
};

enum err_code issued_lines_open(struct store *store, int32_t month, int32_t sequence, struct issued_lines **lines,
                                struct err *err)
{
    struct issued_lines *opened = calloc(1, sizeof *opened);

    if (opened == NULL) {
        return no_memory(err);
    }
    opened->store = store;
    enum err_code code = sql_prepare(store, DOCUMENTS_SQL, DOING, &opened->documents, err);
    if (code == ERR_NONE) {
        sql_bind_integer(opened->documents, 1, month);
        sql_bind_integer(opened->documents, 2, sequence);
        code = sql_prepare(store, LINES_SQL, DOING, &opened->lines, err);
    }
    if (code != ERR_NONE) {
        issued_lines_close(opened);
        return code;
    }
    *lines = opened;
    return ERR_NONE;
}

/* On to the next document; false in *more at the end. */
static enum err_code document_next(struct issued_lines *lines, bool *more, struct err *err)
{
    enum err_code code = sql_step(lines->store, lines->documents, DOING, more, err);

    if (code == ERR_NONE && *more) {
        sqlite3_reset(lines->lines);
        sql_bind_integer(lines->lines, 1, sqlite3_column_int64(lines->documents, 0));
        lines->in_document = true;
    }
    return code;
}

enum err_code issued_lines_next(struct issued_lines *lines, struct issued_text *line, bool *more, struct err *err)
{
    enum err_code code = ERR_NONE;
    bool row = false;

    *more = true;
    while (code == ERR_NONE && *more && !row) {
        if (!lines->in_document) {
            code = document_next(lines, more, err);
            continue;
        }
        code = sql_step(lines->store, lines->lines, DOING, &row, err);
        lines->in_document = row;
    }
    if (code == ERR_NONE && *more) {
        *line = (struct issued_text){
            .account_id = sql_text(lines->documents, 1),
            .kind = sql_text(lines->lines, 0),
            .description = sql_text(lines->lines, 1),
            .plan = sql_text(lines->lines, 2),
            .quantity = sql_text(lines->lines, 3),
            .unit = sql_text(lines->lines, 4),
            .unit_price = sql_text(lines->lines, 5),
            .amount = sql_text(lines->lines, 6),
            .currency = sql_text(lines->lines, 7),
        };
    }
    return code;
}

void issued_lines_close(struct issued_lines *lines)
{
    if (lines == NULL) {
        return;
    }
    sqlite3_finalize(lines->documents);
    sqlite3_finalize(lines->lines);
    free(lines);
}
