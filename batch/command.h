/*
 * The commands of the program. Each takes its own arguments (argv[0] is its
 * name), prints one clear line to standard error when it fails, and returns
 * the exit status (spec: commands.md).
 */
#ifndef MONTHEND_BATCH_COMMAND_H
#define MONTHEND_BATCH_COMMAND_H

#include "lib/err.h"

#define STATUS_DONE 0
#define STATUS_LOOK 1 /* done, with held accounts or warnings that need a look */

int init_command(int argc, char **argv);
int import_command(int argc, char **argv);
int close_command(int argc, char **argv);
int merge_command(int argc, char **argv);
int preview_command(int argc, char **argv);
int diff_command(int argc, char **argv);
int index_command(int argc, char **argv);
int report_command(int argc, char **argv);
int reprocess_command(int argc, char **argv);
int simulate_command(int argc, char **argv);
int explain_command(int argc, char **argv);
int status_command(int argc, char **argv);
int verify_command(int argc, char **argv);
int sample_command(int argc, char **argv);

#endif
