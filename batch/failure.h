/*
 * How a command that failed says so.
 */
#ifndef MONTHEND_BATCH_FAILURE_H
#define MONTHEND_BATCH_FAILURE_H

#include "lib/err.h"

/* Tell the error in its one line; returns the exit status. */
int failure_tell(const struct err *err);

/*
 * The same of a command that runs where nobody looks: the command of --on-failure
 * is called, by the shell, with the line on its standard input and in
 * MONTHEND_MESSAGE, the exit status in MONTHEND_STATUS. It has a minute; what
 * becomes of it changes nothing but a warning.
 */
int failure_alert(const struct err *err);

#endif
