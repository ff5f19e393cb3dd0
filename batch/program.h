/*
 * The program as a function of its arguments.
 */
#ifndef MONTHEND_BATCH_PROGRAM_H
#define MONTHEND_BATCH_PROGRAM_H

/* Run the command that argv[1] names, as the shell would: argv[0] is the program, argv[argc] NULL. Returns the exit status. */
int program_run(int argc, char **argv);

#endif
