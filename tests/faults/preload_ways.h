/* The program's side of the ways to an allocation (ways.h), for preload.c. Allocates nothing once it has begun. */
#ifndef MONTHEND_TESTS_FAULTS_PRELOAD_WAYS_H
#define MONTHEND_TESTS_FAULTS_PRELOAD_WAYS_H

#include <stdint.h>

/* Before main, whose address lies within the program: is there a file to note them in? */
void ways_begin(const void *within);

/* At an allocation, by one thread: note it where its way asks for that. */
void ways_note(uint64_t allocation);

#endif
