/*
 * issued.h - two months that were closed and reprocessed; the commands that are
 * run on one after something was done to its database, and what must hold of each then.
 */
#ifndef MONTHEND_TESTS_FUZZ_ISSUED_H
#define MONTHEND_TESTS_FUZZ_ISSUED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/fuzz/place.h"

/* The months: place_database(true), and place_database_full(). */
enum issued_month { ISSUED_SMALL, ISSUED_FULL, ISSUED_MONTHS };

/* The command that a letter stands for, from 'a' on to be run on the small month, from 'A' on on the full one; NULL: it stands for none. */
const char *issued_command(uint8_t letter, enum issued_month *month);

/* The database as it was issued, as bytes, made by the first call, on which every command does what it should. */
const struct bytes *issued_database(enum issued_month month);

/* The folder as every input finds it, with the database as it was issued. */
void issued_place(enum issued_month month);

/*
 * Run the command on PLACE_DATABASE, whatever became of it. Claims: it ends with a status of spec/commands.md, a failure in words, and
 * none for a wrong usage, unless what is stored says that it is too early; `verify` does not call documents proven that are not,
 * byte for byte, the ones that were issued.
 */
void issued_run(enum issued_month month, const char *command);

#endif
