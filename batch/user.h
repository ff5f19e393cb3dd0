/*
 * user.h - who runs the program, for the notes that the database keeps.
 */
#ifndef MONTHEND_BATCH_USER_H
#define MONTHEND_BATCH_USER_H

#define USER_NAME_MAX 257 /* bytes, the closing NUL included */

/* The name of the effective user, or "uid 1000" where the system knows none. */
void user_name(char out[USER_NAME_MAX]);

#endif
