/*
 * A run that stands still at its allocations of memory, and copies of it that go on from there.
 *
 * A fault that comes late would repeat all that was before it. So the program runs once; where an allocation is to fail
 * it stands still, its folder steps aside (FOLDER.stands), and a copy of the process goes on in a copy of the folder
 * under its name: with files of its own, opened anew, mapped anew, at the same places (preload_stand.c). What becomes of
 * the copy is what would have become of a run whose allocation of that number fails; the program itself never knows.
 */
#ifndef MONTHEND_TESTS_FAULTS_STAND_H
#define MONTHEND_TESTS_FAULTS_STAND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tests/faults/trace.h"

/* What the program finds in its surroundings. */
#define STAND_TALK "FAULTS_STAND_TALK"     /* the socket to the harness */
#define STAND_FOLDER "FAULTS_STAND_FOLDER" /* where it runs */
#define STAND_ASIDE ".stands"

enum stand_what {
    STAND_GO,        /* on to allocation `at` */
    STAND_COPY_ONCE, /* a copy goes on, and this allocation fails */
    STAND_COPY_ON,   /* the same, and all after it */
};

struct stand_ask { /* to the program */
    enum stand_what what;
    uint64_t at;
};

struct stand_answer { /* from it: it stands at this allocation; the copy it made, or 0 */
    uint64_t at;
    pid_t copy;
};

struct stand;

/* Start `arguments`; it stands before its first allocation. The folder is there. */
struct stand *stand_begin(const struct program *program, const char *const arguments[]);

/* The program goes on to an allocation; false: it came to its end before. Numbers do not fall. */
bool stand_go(struct stand *stand, uint64_t allocation);

/* A copy goes on from where it stands, to its end. What it left is in the program's folder. */
struct outcome stand_copy(struct stand *stand, bool on);

/* The program goes on to its own end, which must be one without a fault. */
void stand_end(struct stand *stand);

#endif
