/*
 * An explanation: sections of facts (label, value, rule) and of tables, as texts,
 * put together once and written as text, CSV, JSON or a workbook, which so all
 * say the same.
 *
 * Adding cannot fail: the first error is kept and told by explanation_end().
 */
#ifndef MONTHEND_REPORTS_EXPLANATION_H
#define MONTHEND_REPORTS_EXPLANATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/err.h"

enum explanation_column {
    EXPLAIN_LABEL, /* these three: a fact */
    EXPLAIN_VALUE,
    EXPLAIN_RULE,
    EXPLAIN_DAY, /* the others: tables */
    EXPLAIN_OCCURRED_AT,
    EXPLAIN_EVENT_ID,
    EXPLAIN_MODEL,
    EXPLAIN_EVENTS,
    EXPLAIN_QUANTITY,
    EXPLAIN_TOKENS,
    EXPLAIN_REQUESTS,
    EXPLAIN_MULTIPLIER,
    EXPLAIN_CREDITS,
    EXPLAIN_CREDITS_SHOWN,
    EXPLAIN_BONUS,
    EXPLAIN_INCLUDED,
    EXPLAIN_OVERAGE,
    EXPLAIN_UNBILLED,
    EXPLAIN_CONSUMED_FROM,
    EXPLANATION_COLUMNS
};

struct explanation_column_kind {
    const char *name; /* in CSV and JSON: "occurred_at" */
    bool number;      /* stands on the right */
};
const struct explanation_column_kind *explanation_column(enum explanation_column column);

#define EXPLANATION_SECTIONS_MAX 24

struct explanation_section {
    const char *key;   /* in CSV and JSON: "charges" */
    const char *title; /* for people: "Charges" */
    const enum explanation_column *columns;
    size_t column_count;
    size_t first; /* its first cell */
    size_t rows;
};

struct explanation { /* starts as {0} */
    char *title; /* "anemone, 2025-11" */
    struct explanation_section sections[EXPLANATION_SECTIONS_MAX];
    size_t section_count;
    char **cells; /* of all sections, row by row */
    size_t cell_count;
    size_t cell_max;
    bool no_memory;
};

/* What the explanation is about, in printf's form. */
__attribute__((format(printf, 2, 3))) void explanation_title(struct explanation *explanation, const char *format, ...);

/* A section of facts. */
void explanation_facts(struct explanation *explanation, const char *key, const char *title);

/* A section that is a table. `columns` stay the caller's. */
struct explanation_table {
    const char *key;
    const char *title;
    const enum explanation_column *columns;
    size_t column_count;
};
void explanation_table(struct explanation *explanation, struct explanation_table table);

/* A fact of the current section; the value in printf's form. `rule`: "R12", or "". */
__attribute__((format(printf, 4, 5))) void explanation_fact(struct explanation *explanation, const char *rule,
                                                            const char *label, const char *format, ...);

/* The next cell of the current table, in printf's form; a row is all of its columns. */
__attribute__((format(printf, 2, 3))) void explanation_cell(struct explanation *explanation, const char *format, ...);

/* ERR_INTERNAL: there was no memory for all of it. */
ERR_MUST_USE enum err_code explanation_end(struct explanation *explanation, struct err *err);
void explanation_release(struct explanation *explanation);

/* The cell of a section's row. */
const char *explanation_text(const struct explanation *explanation, const struct explanation_section *section, size_t row,
                             size_t column);

/* A text as it may be shown (lib/visible.h), to be freed; NULL: no memory. */
char *explanation_shown(const char *text);

/*
 * Write it to standard output.
 *
 *     text   for people: at most EXPLANATION_WIDTH characters a line where words allow it
 *     CSV    one header for all sections; a cell is empty where its section has no such column
 *     JSON   one object, numbers as texts
 *
 * Texts of customers never reach a terminal as they are: see lib/visible.h.
 * ERR_IO: it cannot be written.
 */
#define EXPLANATION_WIDTH 110
ERR_MUST_USE enum err_code explanation_write_text(const struct explanation *explanation, struct err *err);
ERR_MUST_USE enum err_code explanation_write_csv(const struct explanation *explanation, struct err *err);
ERR_MUST_USE enum err_code explanation_write_json(const struct explanation *explanation, struct err *err);

/* The text for people to any stream, which tells (ferror) what it did not take. */
void explanation_print(const struct explanation *explanation, FILE *out);

/*
 * Write it as a workbook: the facts on one sheet, each table on one of its own.
 * `created_ms`: the instant that the file says it was made at.
 * ERR_CREATE: something is at `path` already, or it cannot be created. ERR_IO.
 */
ERR_MUST_USE enum err_code explanation_write_book(const struct explanation *explanation, const char *path,
                                                  int64_t created_ms, struct err *err);

#endif
