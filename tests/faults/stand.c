/*
 * A run that stands still: the harness's side.
 */
#define _GNU_SOURCE
#include "tests/faults/stand.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/faults/files.h"
#include "tests/faults/harness.h"

struct stand {
    struct program program;
    char aside[PATH_MAX];  /* the folder while a copy has its name */
    char said_to[PATH_MAX];
    pid_t process;
    int talk;
    uint64_t at;    /* where it stands */
    bool is_aside;
};

static void ask(struct stand *stand, enum stand_what what, uint64_t at)
{
    struct stand_ask question = {.what = what, .at = at};

    if (send(stand->talk, &question, sizeof question, MSG_NOSIGNAL) != sizeof question) {
        harness_failed("to ask the program that stands still");
    }
}

/* false: it is at its end. */
static bool hear(struct stand *stand, struct stand_answer *answer)
{
    ssize_t got = recv(stand->talk, answer, sizeof *answer, 0);

    if (got != sizeof *answer && got != 0) {
        harness_failed("to hear the program that stands still");
    }
    return got != 0;
}

struct stand *stand_begin(const struct program *program, const char *const arguments[])
{
    struct stand *stand = calloc(1, sizeof *stand);
    char number[16];
    int ends[2];

    if (stand == NULL || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        harness_failed("a program that stands still");
    }
    *stand = (struct stand){.program = *program, .talk = ends[0]};
    harness_path(stand->aside, "%s" STAND_ASIDE, program->folder);
    harness_path(stand->said_to, "%s" STAND_ASIDE ".err", program->folder);
    files_remove(stand->aside);
    snprintf(number, sizeof number, "%d", ends[1]);
    if (fcntl(ends[1], F_SETFD, 0) != 0 || setenv(STAND_TALK, number, 1) != 0 || setenv(STAND_FOLDER, program->folder, 1) != 0) {
        harness_failed("a program that stands still");
    }
    stand->process = trace_start(program, arguments, stand->said_to);
    close(ends[1]);
    unsetenv(STAND_TALK);
    unsetenv(STAND_FOLDER);
    return stand;
}

/* The folder has its name again. */
static void come_back(struct stand *stand)
{
    if (stand->is_aside) {
        files_remove(stand->program.folder);
        if (rename(stand->aside, stand->program.folder) != 0) {
            harness_failed(stand->aside);
        }
        stand->is_aside = false;
    }
}

bool stand_go(struct stand *stand, uint64_t allocation)
{
    struct stand_answer answer;

    if (allocation == stand->at) {
        return true;
    }
    come_back(stand);
    ask(stand, STAND_GO, allocation);
    if (!hear(stand, &answer)) {
        return false;
    }
    stand->at = answer.at;
    return true;
}

struct outcome stand_copy(struct stand *stand, bool on)
{
    struct stand_answer answer;
    char said_to[PATH_MAX];

    if (!stand->is_aside && rename(stand->program.folder, stand->aside) != 0) {
        harness_failed(stand->program.folder);
    }
    stand->is_aside = true;
    files_copy(stand->aside, stand->program.folder);
    ask(stand, on ? STAND_COPY_ON : STAND_COPY_ONCE, stand->at);
    if (!hear(stand, &answer) || answer.copy <= 0) {
        errno = EPIPE;
        harness_failed("a copy of the program");
    }
    harness_path(said_to, "%s.err", stand->program.folder);
    struct outcome outcome = trace_end(answer.copy, said_to);
    outcome.fired = 1;
    return outcome;
}

void stand_end(struct stand *stand)
{
    come_back(stand);
    close(stand->talk);
    struct outcome outcome = trace_end(stand->process, stand->said_to);
    if (outcome.by_signal || outcome.status > 1) {
        fprintf(stderr, "faults: a run of which copies were made ended with %d: %s", outcome.status, outcome.said);
        _Exit(70);
    }
    free(stand);
}
