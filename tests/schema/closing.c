/*
 * Owns the close of a test's database.
 */
#include "tests/schema/closing.h"

#include <fcntl.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "batch/command.h"
#include "lib/calendar.h"

#define ARGUMENTS_MAX 16

void closing_close(struct fresh *fresh, int32_t month, int64_t as_of)
{
    char line[512], month_text[MONTH_TEXT_MAX], as_of_text[INSTANT_TEXT_MAX];
    char *argv[ARGUMENTS_MAX] = {NULL};
    int argc = 0;

    month_format(month, month_text);
    instant_format(as_of, as_of_text);
    snprintf(line, sizeof line, "close %s --month %s --as-of %s --out %s/out --workbook none --accept-held --quiet",
             fresh->path, month_text, as_of_text, fresh->folder);
    for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " ")) {
        argv[argc++] = word;
    }
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    close(nowhere);
    optind = 0;
    int status = close_command(argc, argv);
    dup2(kept, STDOUT_FILENO);
    close(kept);
    assert_in_range(status, STATUS_DONE, STATUS_LOOK);
}

struct second_way_counts closing_verify(struct fresh *fresh, int32_t run, difference_visit visit, void *context,
                                        struct proof *controls)
{
    struct store *store = NULL;
    struct second_way_counts counts = {0};
    struct err err = {0};

    if (store_open(fresh->path, STORE_READ, 0, &store, &err) != ERR_NONE ||
        second_way_run(store, run, visit, context, &counts, &err) != ERR_NONE ||
        proof_controls(store, controls, &err) != ERR_NONE) {
        fail_msg("run %d: %s", (int)run, err.text);
    }
    store_close(store);
    return counts;
}

void closing_tidy(struct fresh *fresh)
{
    char command[256];

    snprintf(command, sizeof command, "rm -rf '%s/out' '%s'.*", fresh->folder, fresh->path);
    assert_int_equal(system(command), 0);
}
