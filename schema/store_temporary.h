/*
 * store_temporary.h - where SQLite's temporary files lie: what a sort or a
 * temporary table does not find room for in memory is a customer's data, too.
 */
#ifndef MONTHEND_SCHEMA_STORE_TEMPORARY_H
#define MONTHEND_SCHEMA_STORE_TEMPORARY_H

/*
 * Choose the folder, once for the process, before the first connection; again where it is gone.
 *
 *     SQLITE_TMPDIR is set                ->  there: whoever runs the program has decided
 *     the database's folder is writable       there, beside its log
 *     else (read-only media)                  a new folder in TMPDIR, /var/tmp or /tmp that nobody else
 *                                             may enter, gone when the program ends
 *
 * Never in a folder that is shared. SQLite removes the names of its files as soon as they are open.
 */
void temporary_choose(const char *database);

/* The folder chosen, for a temporary file of our own; "/tmp" where there was none to have. */
const char *temporary_folder(void);

#endif
