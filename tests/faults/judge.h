/*
 * After a fault: is everything as it must be?
 *
 * - The exit status is one that fits, and standard error is one line that says so.
 * - The database is whole and says what it said before the run, or what an undisturbed run makes of it.
 * - Each report directory is the undisturbed run's, or not there; a run that ended by itself leaves nothing lying about.
 * - A run that says it is done has done it, and has printed what an undisturbed run prints.
 * - The same command once more, undisturbed, gives what the undisturbed run gave, byte for byte, and `verify` proves it.
 */
#ifndef MONTHEND_TESTS_FAULTS_JUDGE_H
#define MONTHEND_TESTS_FAULTS_JUDGE_H

#include <stdbool.h>

#include "tests/faults/scene.h"
#include "tests/faults/trace.h"

#define WHY_MAX 2048

/* Exit statuses that fit a fault, as bits of a set. Done (0 or 1) always fits where all is done. */
#define FITS_MEMORY 1U      /* 70; 74 where the library of workbooks kept to itself why one is not whole, and the line asks for memory, too */
#define FITS_FILES 2U       /* 73, 74 */
#define FITS_INTERRUPTED 4U /* 130, or ended by SIGINT before the program looks after it */
#define FITS_TERMINATED 8U  /* 143, the same of SIGTERM */
#define FITS_KILLED 16U
#define FITS_BUSY 32U       /* 75 */
#define FITS_UNTIDY 64U     /* not a status: what the run could not remove may lie about, until it is run again */

struct judge; /* what it has judged already: a folder with the same content is not run again */

struct judge *judge_new(const struct stage *stage);
void judge_free(struct judge *judge);
long judge_states(const struct judge *judge); /* different contents of the folder so far */

/* false: `why` says what is wrong. The folder is not as it was afterwards. */
bool judge_fault(struct judge *judge, const struct scene *scene, unsigned fits, const struct outcome *outcome,
                 const char *folder, char why[WHY_MAX]);

/* The folder alone, without how a run ended. `done`: it must be as after the run. `tidy`: nothing may lie about. */
bool judge_folder(struct judge *judge, const struct scene *scene, const char *folder, bool done, bool tidy, char why[WHY_MAX]);

#endif
