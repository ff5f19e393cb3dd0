/*
 * user.h - who runs the program, for the notes that the database keeps.
 */
#ifndef MONTHEND_BATCH_USER_H
#define MONTHEND_BATCH_USER_H

#include "lib/err.h"

#define USER_NAME_MAX 257 /* bytes, the closing NUL included */

/* The name of the effective user, or "uid 1000" where the system knows none. ERR_IO, ERR_INTERNAL: it cannot look. */
ERR_MUST_USE enum err_code user_name(char out[USER_NAME_MAX], struct err *err);

#endif
