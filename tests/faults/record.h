/*
 * Records what a traced program does to the files of a folder, as operations of a disk.
 */
#ifndef MONTHEND_TESTS_FAULTS_RECORD_H
#define MONTHEND_TESTS_FAULTS_RECORD_H

#include "tests/faults/disk.h"
#include "tests/faults/trace.h"

/* Run `arguments` in the program's folder and record it on the disk, which was made of that folder. */
struct outcome record_run(const struct program *program, const char *const arguments[], struct disk *disk);

#endif
