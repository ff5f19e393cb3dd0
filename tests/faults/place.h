/*
 * File systems of the harness's own: small, read-only, gone with it.
 */
#ifndef MONTHEND_TESTS_FAULTS_PLACE_H
#define MONTHEND_TESTS_FAULTS_PLACE_H

#include <stdbool.h>
#include <stdint.h>

/* From here on this process's mounts are its own. The harness fails where that is not allowed: nothing would be tested. */
void places_begin(void);

void place_mount(const char *folder, int64_t bytes); /* a file system in memory of that size, on a folder that is there */
void place_resize(const char *folder, int64_t bytes);
void place_read_only(const char *folder, bool read_only);
void place_unmount(const char *folder);

#endif
