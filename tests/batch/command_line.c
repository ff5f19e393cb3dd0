/*
 * Owns the running of commands within a test.
 */
#include "tests/batch/command_line.h"

#include <fcntl.h>
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/reports/hand_bill.h"

struct fresh *database_make(void)
{
    void *state = NULL;

    assert_int_equal(fresh_setup(&state), 0);
    return state;
}

void database_remove(struct fresh *fresh)
{
    char folder[sizeof fresh->folder];
    void *state = fresh;

    memcpy(folder, fresh->folder, sizeof folder);
    fresh_teardown(&state);
    hand_remove(folder); /* the reports */
}

int command(struct fresh *fresh, int (*run)(int, char **), const char *format, ...)
{
    static char *argv[32];
    char text[4096];
    char *rest = NULL;
    int argc = 0;
    va_list arguments;

    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert_in_range(length, 1, sizeof text - 1);
    for (char *word = strtok_r(text, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest)) {
        argv[argc++] = word;
        if (argc == 1) {
            argv[argc++] = fresh->path;
        }
    }
    argv[argc] = NULL;
    fflush(stdout);
    int kept = dup(STDOUT_FILENO);
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nowhere, STDOUT_FILENO);
    optind = 0; /* getopt begins anew */
    int status = run(argc, argv);
    fflush(stdout);
    dup2(kept, STDOUT_FILENO);
    close(nowhere);
    close(kept);
    return status;
}
