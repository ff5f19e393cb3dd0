/*
 * A clean stop on SIGINT and SIGTERM: the work looks at a flag, drops what is
 * half done and the program exits with 130 or 143.
 */
#ifndef MONTHEND_BATCH_STOP_H
#define MONTHEND_BATCH_STOP_H

#include "lib/err.h"

void stop_watch(void);                  /* from here on signals set the flag */
const volatile int *stop_flag(void);    /* 0, or the exit status */
enum err_code stop_check(struct err *err); /* ERR_NONE, or ERR_INTERRUPTED / ERR_TERMINATED with a message */

#endif
