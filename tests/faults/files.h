/*
 * Directories of small files: copied, removed, and told apart by one number.
 */
#ifndef MONTHEND_TESTS_FAULTS_FILES_H
#define MONTHEND_TESTS_FAULTS_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIGEST_NONE 0 /* of what is not there */

/* All of `from`, to `to`, which is removed first. With modes, without times. */
void files_copy(const char *from, const char *to);
void files_fill(const char *from, const char *to); /* the same into a folder that is there */
void files_remove(const char *path); /* what is not there is harmless */
void files_make(const char *folder);

/*
 * Names, modes and contents of everything in a folder as one number, DIGEST_NONE
 * where there is no folder. Process numbers in names, and the files -shm and
 * .lock beside a database, which say nothing, are left out.
 */
uint64_t files_digest(const char *folder);

/* Calls `visit` with the path of each file and folder below `folder` (with `folder/` before), in order of name. */
void files_each(const char *folder, void (*visit)(void *context, const char *path, bool is_folder), void *context);

uint64_t digest_bytes(uint64_t digest, const void *bytes, size_t length);

bool files_there(const char *path);
char *files_read(const char *path, size_t *length); /* to be freed; NULL where it cannot be read */
void files_write(const char *path, const void *bytes, size_t length);

/* Two files that are there and have the same content. */
bool files_same(const char *left, const char *right);

#endif
