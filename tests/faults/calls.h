/* Which system calls are of which kind. */
#ifndef MONTHEND_TESTS_FAULTS_CALLS_H
#define MONTHEND_TESTS_FAULTS_CALLS_H

#include "tests/faults/trace.h"

/* One of CALLS_..., by its number and arguments. */
unsigned calls_kind(const struct call *call);

/* Is its third argument how many bytes it reads or writes, and more than 1? */
bool calls_can_halve(const struct call *call);

/* From here on this process, and what it executes, stops for its tracer at the calls of these kinds. */
void calls_filter(unsigned kinds);

#endif
