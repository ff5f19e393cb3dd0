/* A file of the harness, as memory that both sides see. Allocates nothing. */
#ifndef MONTHEND_TESTS_FAULTS_PRELOAD_SHARED_H
#define MONTHEND_TESTS_FAULTS_PRELOAD_SHARED_H

#include <stddef.h>

/* The first `bytes` bytes of the file at `path`, for as long as the program runs; NULL: no path, or no such file. */
void *shared_open(const char *path, size_t bytes);

#endif
