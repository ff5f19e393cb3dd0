/*
 * The ways that lead to an allocation of memory.
 *
 * A way is where the program's own functions stand when they, or a library for them, allocate. Whatever fails within a
 * library fails the same for the program; so of each way one allocation stands for many. The 1st, 2nd, 4th, 16th, 64th
 * ... of a way are noted: what is done first, again, and late.
 */
#ifndef MONTHEND_TESTS_FAULTS_WAYS_H
#define MONTHEND_TESTS_FAULTS_WAYS_H

#include <stdint.h>

#define WAYS_NOTED_MAX 65536

/* What the program finds in its surroundings. */
#define WAYS_FILE "FAULTS_WAYS_FILE" /* a file of sizeof(struct ways_noted), to be filled */
#define WAYS_SMALL "FAULTS_SMALL"    /* =1: SQLite keeps no store of small pieces, and allocates each */

struct ways_noted {
    uint64_t count;
    uint64_t allocations[WAYS_NOTED_MAX]; /* their numbers, from 1, rising */
};

#endif
