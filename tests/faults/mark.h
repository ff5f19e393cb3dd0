/* The arguments of the system call that says: the loader is done, the program begins. */
#ifndef MONTHEND_TESTS_FAULTS_MARK_H
#define MONTHEND_TESTS_FAULTS_MARK_H

#define MARK_FIRST 0x6d6f6e7468656e64L /* "monthend" */
#define MARK_SECOND 0x6661756c74730000L /* "faults" */

#endif
