/*
 * One close at a time on a database: a lock on a file beside it, gone when its
 * holder is, however that ended. Upstream writers do not take it.
 */
#ifndef MONTHEND_BATCH_LOCK_H
#define MONTHEND_BATCH_LOCK_H

#include "lib/err.h"

#define LOCK_NONE (-1)

/* ERR_BUSY: another run holds it for longer than wait_seconds. ERR_CREATE: the file cannot be made. */
enum err_code lock_take(const char *database, int wait_seconds, int *lock, struct err *err);
void lock_release(int lock); /* LOCK_NONE is harmless */

#endif
