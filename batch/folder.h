/*
 * folder.h - a directory of CSV files: which of them are tables.
 */
#ifndef MONTHEND_BATCH_FOLDER_H
#define MONTHEND_BATCH_FOLDER_H

#include "lib/err.h"
#include "schema/store_import.h"

#define FOLDER_NAME_MAX 64 /* TABLE.csv.gz and a NUL */

struct folder {
    struct {
        const struct table *table;
        char name[FOLDER_NAME_MAX]; /* of the file, without the directory */
    } files[TABLES_MAX];
    int count;
};

/*
 * The tables' files in a directory, in the order in which tables are loaded:
 * TABLE.csv, or TABLE.csv.gz when only that is there. Hidden files and those
 * that are no CSV files are passed over.
 *
 * ERR_NO_INPUT: there is no such directory, or no table in it.
 * ERR_DATA: a CSV file in it is no table.
 */
ERR_MUST_USE enum err_code folder_read(const char *directory, struct folder *folder, struct err *err);

#define TABLES_LIST_MAX 600
/* The names of all tables, in one line. */
void tables_list(char out[TABLES_LIST_MAX]);

#endif
