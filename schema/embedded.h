/*
 * embedded.h - files that are part of the program: the migrations, the shipped
 * catalogue, the second way of billing and the tables of result files, read from
 * the source folder at build time.
 */
#ifndef MONTHEND_SCHEMA_EMBEDDED_H
#define MONTHEND_SCHEMA_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name; /* without its folder: "0001_codes.sql", "plans.csv" */
    const char *text; /* followed by a NUL, which is not of the file */
    size_t length;
};

#define MIGRATION_COUNT 19 /* the database's schema version: PRAGMA user_version */
extern const struct embedded_file MIGRATIONS[MIGRATION_COUNT];

#define CATALOGUE_FILE_COUNT 7
extern const struct embedded_file CATALOGUE_FILES[CATALOGUE_FILE_COUNT]; /* in the order to load them */

#define SECOND_WAY_FILE_COUNT 12
extern const struct embedded_file SECOND_WAY_FILES[SECOND_WAY_FILE_COUNT]; /* in the order to run them */

extern const struct embedded_file SHARD_RESULT_FILE; /* the tables of a shard's result file */

#endif
