/*
 * What a database says, as a program of someone else sees it.
 */
#ifndef MONTHEND_TESTS_FAULTS_DATABASE_H
#define MONTHEND_TESTS_FAULTS_DATABASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DATABASE_WHY_MAX 256

/*
 * All it says as one number: every row of every table, but for what may differ
 * when something was done in two attempts instead of one: runs that issued
 * nothing, numbers of runs, seals (they hold those), and the list of imports.
 * DIGEST_NONE where there is no file.
 *
 * The file is opened for writing, so that a log left behind is played into it.
 * false: it is not whole, by integrity_check or foreign_key_check; `why` says so.
 */
bool database_digest(const char *path, uint64_t *digest, char why[DATABASE_WHY_MAX]);

/* Adds to a table the rows that it has in the database `from`. false: it cannot; `why` says so. */
bool database_take(const char *path, const char *from, const char *table, char why[DATABASE_WHY_MAX]);

#endif
