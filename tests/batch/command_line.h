/*
 * command_line.h - the program's commands as a test runs them, and databases
 * that are closed with their reports.
 */
#ifndef MONTHEND_TESTS_BATCH_COMMAND_LINE_H
#define MONTHEND_TESTS_BATCH_COMMAND_LINE_H

#include "tests/schema/fresh.h"

/* A database of its own, and its removal with all that lies beside it. */
struct fresh *database_make(void);
void database_remove(struct fresh *fresh);

/* Run a command on the database, its words parted by blanks; its standard output goes nowhere. Returns its exit status. */
__attribute__((format(printf, 3, 4)))
int command(struct fresh *fresh, int (*run)(int, char **), const char *format, ...);

#endif
