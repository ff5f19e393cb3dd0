/*
 * What --help and --version print: one text for the program and one a command.
 */
#ifndef MONTHEND_BATCH_HELP_H
#define MONTHEND_BATCH_HELP_H

/* Each prints to standard output and returns the exit status (74 when that fails). */
int help_program(void);
int help_version(void);
int help_command(const char *command);

#endif
