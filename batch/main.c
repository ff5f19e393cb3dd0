/*
 * monthend: the program. Finds the command and leaves the rest to it.
 */
#include <stdio.h>
#include <string.h>

#include "batch/command.h"
#include "batch/help.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} COMMANDS[] = {
    {"init", init_command},       {"import", import_command}, {"close", close_command},
    {"preview", preview_command}, {"reprocess", reprocess_command}, {"report", report_command},
    {"diff", diff_command},       {"simulate", simulate_command}, {"explain", explain_command},
    {"status", status_command},   {"verify", verify_command},
    {"sample", sample_command},   {"merge", merge_command}, {"index", index_command},
};

static int wrong_command(const char *name)
{
    fprintf(stderr, "monthend: there is no command '%.64s'; see 'monthend --help'\n", name);
    return ERR_USAGE;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "monthend: no command given; see 'monthend --help'\n");
        return ERR_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        return help_program();
    }
    if (strcmp(argv[1], "--version") == 0) {
        return help_version();
    }
    for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++) {
        if (strcmp(argv[1], COMMANDS[i].name) == 0) {
            return COMMANDS[i].run(argc - 1, argv + 1);
        }
    }
    return wrong_command(argv[1]);
}
