/* The program's side of a run that stands still (stand.h), for preload.c. Allocates nothing. */
#ifndef MONTHEND_TESTS_FAULTS_PRELOAD_STAND_H
#define MONTHEND_TESTS_FAULTS_PRELOAD_STAND_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/faults/stand.h"

/* Before main: is there a harness that talks? It says at which allocation to stand. */
void stand_listen(void);

/* Is it this allocation at which to stand? */
bool stand_is_here(uint64_t allocation);

/*
 * Stand here for as long as the harness wishes. STAND_GO: the program goes on, and knows nothing. Otherwise this is a
 * copy of it, with a folder of its own, whose allocation fails as the harness said.
 */
enum stand_what stand_still(uint64_t allocation);

#endif
