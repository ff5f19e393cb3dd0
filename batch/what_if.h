/*
 * Another catalogue than the database's: a directory of CSV files, read with
 * the import's own parser and checks into memory. Nothing of it goes near the
 * database.
 *
 * A table that the directory has replaces the database's, whole; the others
 * stay as the database knows them. All rows of a file count, whenever they
 * became known: of a key's rows the one with the latest recorded_at.
 */
#ifndef MONTHEND_BATCH_WHAT_IF_H
#define MONTHEND_BATCH_WHAT_IF_H

#include "batch/kept_rows.h"
#include "lib/catalogue.h"
#include "lib/err.h"
#include "schema/store.h"

enum what_if_table {
    WHAT_IF_PLANS,
    WHAT_IF_PRICES,
    WHAT_IF_ALLOWANCES,
    WHAT_IF_RATES,
    WHAT_IF_COUNTRIES,
    WHAT_IF_TAXES,
    WHAT_IF_POLICIES,
    WHAT_IF_TABLES
};

struct what_if {
    bool given[WHAT_IF_TABLES]; /* the directory has it */
    struct kept_rows rows[WHAT_IF_TABLES];
};

/*
 * Read a directory. Bad rows of all its files are reported to standard error as
 * an import does.
 *
 * ERR_NO_INPUT: it cannot be read, or has no table. ERR_DATA: a file that is no
 * table of the catalogue, or has bad rows. On error there is nothing to release.
 */
ERR_MUST_USE enum err_code what_if_read(const char *directory, struct what_if *what_if, struct err *err);
void what_if_release(struct what_if *what_if); /* {0} is harmless */

/* "plan_prices, plan_allowances": the tables that it has. */
#define WHAT_IF_NAMES_MAX 128
void what_if_names(const struct what_if *what_if, char out[WHAT_IF_NAMES_MAX]);

/*
 * The catalogue that results with the database's other tables, as known at the
 * as-of; with the models' numbers of the database. Ends with
 * catalogue_release() (schema/store_catalogue.h).
 * ERR_DATA: too many plans.
 */
ERR_MUST_USE enum err_code what_if_catalogue(const struct what_if *what_if, struct store *store, int64_t as_of,
                                             struct catalogue *catalogue, struct err *err);

/* The month's policies. */
ERR_MUST_USE enum err_code what_if_policies(const struct what_if *what_if, struct store *store, int32_t month,
                                            int64_t as_of, struct policies *policies, struct err *err);

#endif
