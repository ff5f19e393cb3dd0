/*
 * trial.h - a database of its own for each test, in a temporary folder.
 */
#ifndef MONTHEND_TESTS_SCHEMA_TRIAL_H
#define MONTHEND_TESTS_SCHEMA_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#include "schema/store.h"

struct trial {
    char folder[64];
    char path[96];       /* of the database */
    struct store *store; /* open for writing */
    sqlite3 *upstream;   /* a connection of someone else, with SQLite's defaults */
};

/* cmocka's setup and teardown; *state is a struct trial. */
int trial_setup(void **state);
int trial_teardown(void **state);

/* The first column of a query's one row. */
int64_t trial_integer(struct trial *trial, const char *sql);

/* What upstream gets when it runs `sql`: NULL and *changes, or SQLite's words (they live until the next call). */
const char *trial_run(struct trial *trial, const char *sql, int *changes);

/* As trial_run, and fails the test unless it works. */
void trial_must(struct trial *trial, const char *sql);

/* Note a run as of this instant, so that it is the horizon. */
void trial_horizon(struct trial *trial, int64_t as_of);

#endif
