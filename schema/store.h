/*
 * The database: open it, create it, and a transaction's beginning and end.
 * Only files in schema/ know that it is SQLite.
 */
#ifndef MONTHEND_SCHEMA_STORE_H
#define MONTHEND_SCHEMA_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include <stddef.h>

#include "lib/err.h"

#define RULES_VERSION "2025-10"

struct store; /* one connection */

enum store_mode {
    STORE_READ,  /* never writes; works on read-only media */
    STORE_WRITE,
};

/*
 * Create the database at `path` with all migrations applied, empty.
 * ERR_CREATE: something is there already, or it cannot be created.
 */
enum err_code store_create(const char *path, struct store **store, struct err *err);

/* Remove the files of a database that was never put to use, as far as they are there. */
void store_discard(const char *path);

/* How long every command has patience with another writer's transaction, upstream's above all. */
#define STORE_WAIT_SECONDS 30

/*
 * Open an existing database.
 * ERR_NO_INPUT: there is none. ERR_DATA: not a database, not one of monthend,
 * or of another schema version. ERR_BUSY: locked for longer than wait_seconds.
 */
enum err_code store_open(const char *path, enum store_mode mode, int wait_seconds, struct store **store,
                         struct err *err);
void store_close(struct store *store); /* NULL is harmless */

/* A write transaction: everything in it or nothing. store_rollback is harmless outside one. */
enum err_code store_begin(struct store *store, struct err *err);
enum err_code store_commit(struct store *store, struct err *err);
void store_rollback(struct store *store);

/* Bring all that was committed from the log into the file: from here on the file alone is the database. */
enum err_code store_settle(struct store *store, struct err *err);

/* A read transaction: all reads until store_snapshot_end see one state. */
enum err_code store_snapshot_begin(struct store *store, struct err *err);
void store_snapshot_end(struct store *store);

/* From here on the connection's statements end with ERR_INTERRUPTED when *stop is not 0; *stop outlives the store. */
void store_watch(struct store *store, const volatile int *stop);

/* Did SQLite ever object to what the database holds, or to what it was asked (ERR_INTERNAL)? No memory is no such error. */
bool store_objected(struct store *store);

const char *store_path(const struct store *store);

/* Keep at most so many bytes of the database's pages in memory, from now on. */
ERR_MUST_USE enum err_code store_cache(struct store *store, size_t bytes, struct err *err);

/* Another read-only connection to the same database, opened in the same way, for another thread; closed with
 * store_close(). */
ERR_MUST_USE enum err_code store_open_again(const struct store *store, struct store **another, struct err *err);

#endif
