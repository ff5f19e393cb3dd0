/*
 * fresh.h - a new database in a folder of its own for each test, and an
 * upstream system that writes it with plain SQL.
 */
#ifndef MONTHEND_TESTS_SCHEMA_FRESH_H
#define MONTHEND_TESTS_SCHEMA_FRESH_H

#include <stdint.h>

#include <sqlite3.h>

#include "schema/store.h"

struct fresh {
    char folder[64];
    char path[96];
    struct store *store; /* opened for writing */
    sqlite3 *upstream;   /* another connection */
};

/* For cmocka_unit_test_setup_teardown: *state is a struct fresh. */
int fresh_setup(void **state);
int fresh_teardown(void **state);

/* Upstream runs these statements; the test fails when SQLite refuses one. */
void fresh_sql(struct fresh *fresh, const char *sql);

/* Upstream tries; the test fails unless SQLite refuses with these words in its message. */
void fresh_refused(struct fresh *fresh, const char *sql, const char *words);

/* A query's rows as text: columns parted by '|', each row with a line end. Lives until the next call. */
const char *fresh_query(struct fresh *fresh, const char *sql);

/* "2025-11-21T00:00:00Z" as an instant. */
int64_t fresh_instant(const char *text);

#endif
