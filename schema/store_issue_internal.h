/*
 * store_issue_internal.h - documents on their way into the database, as the
 * files that handle them see it: store_issue.c collects them aside and
 * store_seen.c what the run saw, store_issue_move.c moves them in. For those
 * alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_ISSUE_INTERNAL_H
#define MONTHEND_SCHEMA_STORE_ISSUE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/text.h"
#include "schema/store_internal.h"
#include "schema/store_runs.h"
#include "schema/store_tape.h"

/* The tables that are collected, in the order in which they move. */
enum issued_table {
    ISSUED_DOCUMENTS,
    ISSUED_LINES,
    ISSUED_CORRECTIONS,
    ISSUED_REASONS,
    ISSUED_LINKS,
    ISSUED_HELD,
    ISSUED_STATEMENTS,
    ISSUED_USAGE,
    ISSUED_DIGESTS,
    ISSUED_EVENTS,
    ISSUED_DAYS,
    ISSUED_GRANTS,
    ISSUED_TABLES
};

struct issued_columns {
    const char *table;
    const char *columns; /* those of the real table, in their order */
    bool of_document;    /* the first is the document, numbered anew when it moves */
};

extern const struct issued_columns ISSUED[ISSUED_TABLES];

/* What was collected of one series (R26). */
struct issued_numbers {
    char series[4];
    int64_t first;
    int64_t last;
    bool gap; /* they did not come one by one */
};

#define ISSUED_SERIES_MAX 3 /* invoices, credit notes, debit notes */

struct issue {
    int32_t run;
    int32_t month;
    int64_t as_of;
    int64_t rows;       /* of all tables */
    int64_t documents;
    int64_t statements;
    struct issued_numbers numbers[ISSUED_SERIES_MAX];
    size_t series_count;
    char newest[DIGEST_TEXT_MAX];        /* link */
    bool in_order;                       /* the statements came by account_id */
    char last_account[ID_BYTES_MAX + 1]; /* of them */
    bool moved;                          /* into the transaction at hand */
    struct tape *tapes[ISSUED_TABLES];
};

/* A row of the table (an array of tape_value), in the order of its columns. */
#define ISSUE_COLLECT(issue, table, row, err)                                                                          \
    ((issue)->rows++, tape_write(&(issue)->tapes[table], row, sizeof(row) / sizeof((row)[0]), err))

#endif
