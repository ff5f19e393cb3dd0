/*
 * issued.h - a small month that was closed and reprocessed; the commands that
 * are run on it after something was done to its database, and what must hold of each then.
 */
#ifndef MONTHEND_TESTS_FUZZ_ISSUED_H
#define MONTHEND_TESTS_FUZZ_ISSUED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/fuzz/place.h"

/* The database as it was issued: as bytes, made by the first call, on which every command does what it should. */
const struct bytes *issued_database(void);

/* The command that a letter from 'a' on stands for; NULL: it stands for none. */
const char *issued_command(uint8_t letter);

/* The folder as every input finds it, with the database as it was issued. */
void issued_place(void);

/*
 * Run the command on PLACE_DATABASE, whatever became of it. Claims: it ends with a status of spec/commands.md, a failure in words, and
 * none for a wrong usage, unless what is stored says that it is too early; `verify` does not call documents proven that are not,
 * byte for byte, the ones that were issued.
 */
void issued_run(const char *command);

#endif
