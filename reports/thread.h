/*
 * A thread that does a part of a report. Signals stay the main thread's matter.
 */
#ifndef MONTHEND_REPORTS_THREAD_H
#define MONTHEND_REPORTS_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* False: it cannot be had; do the work without. Ended by pthread_join(). */
bool thread_begin(pthread_t *thread, void *(*run)(void *), void *context);

#endif
