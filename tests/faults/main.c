/*
 * The faults: runs the program of commands with everything that can fail made to fail.
 *
 * usage: faults [--brief] [--budget N] [--every N] [--ways] [--anew] [--jobs N] PROGRAM PRELOAD FOLDER FACTS LATE LARGE HUGE [PART...]
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/faults/files.h"
#include "tests/faults/parts.h"

#define BUDGET 24         /* faults of a scene in the short form */
#define BUDGET_COMMANDS 6 /* the same, of one of the many in part_commands */

static const struct {
    const char *name;
    int (*play)(const struct settings *settings, const struct scenes *scenes);
} PARTS[] = {
    {"memory", part_memory}, {"calls", part_calls},   {"kills", part_kills},       {"signals", part_signals},
    {"power", part_power},   {"places", part_places}, {"together", part_together},
    {"commands", part_commands},
};

static int usage(void)
{
    fprintf(stderr, "usage: faults [--brief] [--budget N] [--every N] [--ways] [--anew] [--jobs N] PROGRAM PRELOAD FOLDER FACTS LATE LARGE HUGE [PART...]\n");
    return 64;
}

static bool is_wanted(const char *name, int count, char *const names[])
{
    bool wanted = count == 0;

    for (int i = 0; i < count; i++) {
        wanted = wanted || strcmp(names[i], name) == 0;
    }
    return wanted;
}

static bool read_options(int argc, char **argv, struct settings *settings)
{
    static const struct option OPTIONS[] = {
        {"brief", no_argument, NULL, 'b'},       {"budget", required_argument, NULL, 'u'},
        {"every", required_argument, NULL, 'e'}, {"ways", no_argument, NULL, 'w'},
        {"anew", no_argument, NULL, 'a'},        {"jobs", required_argument, NULL, 'j'},
        {NULL, 0, NULL, 0}};

    for (int option; (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1;) {
        if (option == 'b') {
            settings->brief = true;
        } else if (option == 'u') {
            settings->brief = true;
            settings->budget = settings->budget_commands = atol(optarg);
        } else if (option == 'w') {
            settings->ways = true;
        } else if (option == 'a') {
            settings->anew = true;
        } else if (option == 'e') {
            settings->every = atol(optarg);
        } else if (option == 'j') {
            settings->jobs = atoi(optarg);
        } else {
            return false;
        }
    }
    return argc - optind >= 7 && settings->every >= 1 && settings->budget >= 1 && settings->jobs >= 1;
}

int main(int argc, char **argv)
{
    static struct scenes scenes;
    struct settings settings = {.every = 1, .jobs = 2, .budget = BUDGET, .budget_commands = BUDGET_COMMANDS};
    int failed = 0;

    if (!read_options(argc, argv, &settings)) {
        return usage();
    }
    argv += optind;
    settings.stage = (struct stage){.program = argv[0], .preload = argv[1], .folder = argv[2], .facts = argv[3], .late = argv[4], .large = argv[5], .huge = argv[6]};
    files_make(settings.stage.folder);
    scenes_make(&settings.stage, &scenes);
    for (size_t i = 0; i < sizeof PARTS / sizeof PARTS[0]; i++) {
        if (is_wanted(PARTS[i].name, argc - optind - 7, argv + 7)) {
            failed += PARTS[i].play(&settings, &scenes);
        }
    }
    return failed == 0 ? 0 : 1;
}
