/*
 * store_issue_internal.h - documents on their way into the database, as the two
 * files that handle them see it: store_issue.c collects them aside,
 * store_issue_move.c moves them in. For those two alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_ISSUE_INTERNAL_H
#define MONTHEND_SCHEMA_STORE_ISSUE_INTERNAL_H

#include <sqlite3.h>

#include "schema/store_internal.h"
#include "schema/store_runs.h"

/* The tables that are collected, in the order in which they move. */
enum spool_table {
    SPOOL_DOCUMENTS,
    SPOOL_LINES,
    SPOOL_CORRECTIONS,
    SPOOL_REASONS,
    SPOOL_LINKS,
    SPOOL_HELD,
    SPOOL_STATEMENTS,
    SPOOL_USAGE,
    SPOOL_DIGESTS,
    SPOOL_EVENTS,
    SPOOL_DAYS,
    SPOOL_GRANTS,
    SPOOL_TABLES
};

struct spool_columns {
    const char *table;
    const char *columns; /* those of the real table, in their order */
    bool of_document;    /* the first is the document, numbered anew when it moves */
};

extern const struct spool_columns SPOOL[SPOOL_TABLES];

/* Prepare the INSERT of a whole row, ?1 .. in the order of the columns. */
ERR_MUST_USE enum err_code spool_insert(struct store *store, enum spool_table table, const char *doing,
                                        sqlite3_stmt **insert, struct err *err);

struct issue {
    struct store spool;
    char spool_name[20];
    int32_t run;
    int32_t month;
    int64_t as_of;
    int64_t documents;
    bool linked;                  /* the documents have their links: no more can come */
    char newest[DIGEST_TEXT_MAX]; /* link, then */
    sqlite3_stmt *inserts[SPOOL_TABLES];
};

extern const char SPOOL_COLLECT[]; /* what is being done, for messages */

#endif
