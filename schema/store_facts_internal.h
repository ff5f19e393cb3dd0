/*
 * store_facts_internal.h - the stream of facts as its two files see it:
 * store_facts.c brings the tables together, store_facts_tables.c knows each of
 * them. For those two alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_FACTS_INTERNAL_H
#define MONTHEND_SCHEMA_STORE_FACTS_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "schema/store_facts.h"
#include "schema/store_memory.h"

enum { ADDRESSES, CHANGES, SETTINGS, GRANTS, PAYMENTS, ADJUSTMENTS, FACT_TABLES };

struct cursor {
    sqlite3_stmt *query; /* its first column is account_id */
    bool started;
    bool row; /* the query stands on a row */
};

struct facts_stream {
    struct store *store;
    size_t account_count; /* of numbers */
    const struct catalogue *catalogue;
    struct grants_kept *kept;
    int64_t month_end;
    struct cursor accounts;
    struct cursor numbers; /* of accounts, in the same order */
    struct cursor wanted;  /* those of the accounts that are asked for, likewise; without a query: all */
    struct cursor cursors[FACT_TABLES];
    struct rows rows[FACT_TABLES]; /* of the account at hand */
    struct arena texts;
    char *these; /* the numbers of the accounts asked for, as a JSON array, or NULL */
    bool no_memory; /* a text could not be kept */
    struct account_facts facts;
};

/* A text of the row, kept for the account at hand. */
const char *facts_keep(struct facts_stream *stream, sqlite3_stmt *row, int column);

/* The id of a row of whatever table. */
const char *fact_id(const void *fact);

/* How a table is read. */
struct facts_table {
    const char *table;
    const char *select; /* with account_id and the id as the first columns; what is voided, the filter and the order follow */
    const char *not_voided; /* asked only where the table has voids at all */
    const char *order;
    bool breaks; /* may give an account breakpoints (R19) */
    void (*take)(struct facts_stream *stream, sqlite3_stmt *row, void *item);
    int64_t (*start)(const void *fact); /* what begins at the month's end or later is left out; NULL: nothing is */
    int (*compare)(const void *left, const void *right); /* NULL: the rows come in order */
    size_t item_bytes;
};

extern const struct facts_table FACTS_TABLES[FACT_TABLES];

#endif
