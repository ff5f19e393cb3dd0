/*
 * Rows on their way into the database: one at a time, with what became of it.
 * The versions, corrections, duplicates, conflicts and the no-backdating rule
 * of data.md are decided here and in the tables' own triggers.
 */
#ifndef MONTHEND_SCHEMA_STORE_IMPORT_H
#define MONTHEND_SCHEMA_STORE_IMPORT_H

#include <stddef.h>

#include "schema/store.h"

enum column_type {
    COLUMN_ID,
    COLUMN_TEXT,
    COLUMN_INSTANT,
    COLUMN_DAY,
    COLUMN_MONTH,
    COLUMN_MONEY, /* digits of the row's currency column, which stands before or after it */
    COLUMN_UNIT_PRICE,
    COLUMN_CREDITS,
    COLUMN_QUANTITY,
    COLUMN_SOURCE_QUANTITY, /* up to 10^12 credits, 6 decimals */
    COLUMN_MULTIPLIER,
    COLUMN_PERCENT,
    COLUMN_COUNT,
    COLUMN_LIMIT, /* a count from 1 */
    COLUMN_FLAG,
    COLUMN_CURRENCY,
    COLUMN_COUNTRY,
    COLUMN_REGION,
    COLUMN_CUSTOMER, /* any, consumer, business */
    COLUMN_ROUNDING, /* line, document */
    COLUMN_TABLE,    /* voids.table_name */
    COLUMN_POLICY,   /* a known policy */
    COLUMN_VALUE,    /* its value */
    COLUMN_ROLE,     /* of an account of the ledger */
    COLUMN_LEDGER_NAME,
};

struct column {
    const char *name;
    enum column_type type;
    bool optional; /* marked ? in data.md */
    bool key;
    bool signed_money; /* payments and adjustments */
};

#define COLUMNS_MAX 12

struct table {
    const char *name;
    struct column columns[COLUMNS_MAX]; /* recorded_at is the last */
    int column_count;
};

#define TABLES_MAX 18
extern const struct table TABLES[]; /* catalogue, customers, usage, voids, the ledger: the order in which a directory is loaded */
extern const int TABLE_COUNT;
const struct table *table_find(const char *name); /* or NULL */

struct value { /* one parsed field */
    enum { VALUE_NULL, VALUE_INTEGER, VALUE_TEXT } kind;
    int64_t integer;
    const char *text;
    size_t length;
};

enum row_outcome { ROW_INSERTED, ROW_CORRECTED, ROW_DUPLICATE, ROW_CONFLICT };

struct row_result {
    enum row_outcome outcome;
    bool stamped;     /* its recorded_at was at or before a run's as-of: stamped with the import's instant */
    char reason[512]; /* ROW_CONFLICT: why, for people */
};

struct row_writer;

/* Inside store_begin .. store_commit. `stamp` is the import's instant: used where recorded_at is
 * missing (VALUE_NULL) or at or before the horizon. Until row_writer_close() the connection
 * writes nothing else. */
enum err_code row_writer_open(struct store *store, const struct table *table, int64_t stamp,
                              struct row_writer **writer, struct err *err);
/* `values` in the order of table->columns. A conflict is a result, not an error. */
enum err_code row_write(struct row_writer *writer, const struct value *values, struct row_result *result,
                        struct err *err);
void row_writer_close(struct row_writer *writer);

/*
 * Rows of usage_events many at once, which is faster the more there are: what became of
 * each is what row_write() one after the other would have said.
 */
#define ROWS_AT_ONCE_MAX 32768
struct row_fate {
    enum row_outcome outcome;
    bool stamped;
    const char *reason; /* ROW_CONFLICT: why, for people */
};
bool rows_at_once(const struct row_writer *writer); /* does its table take them? */
enum err_code rows_write(struct row_writer *writer, const struct value (*rows)[COLUMNS_MAX], size_t count,
                         struct row_fate *fates, struct err *err);

/* Remember an import. */
struct import_note {
    const char *file_name;
    const char *sha256; /* hexadecimal, of the bytes read */
    const char *table;
    int64_t inserted, corrected, duplicates, rejected, stamped;
    int64_t imported_at;
    const char *imported_by;
};
enum err_code import_note(struct store *store, const struct import_note *note, struct err *err);

/* The greatest as-of of a run that issued or is running (no backdating), or INT64_MIN. */
enum err_code store_horizon(struct store *store, int64_t *as_of, struct err *err);

#endif
