/*
 * store_internal.h - what a connection is, for the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_INTERNAL_H
#define MONTHEND_SCHEMA_STORE_INTERNAL_H

#include <stdatomic.h>

#include <sqlite3.h>

#include "schema/store.h"

#define APPLICATION_ID 0x4d454e44 /* "MEND": PRAGMA application_id of our databases */

#define STORE_CACHE_SQL "PRAGMA cache_size = -262144" /* at most 256 MiB, for imports of many events */
#define STORE_CACHE_SMALL_SQL "PRAGMA cache_size = -16384" /* where pages are not used again: memory for them costs more than they */

struct issue; /* documents collected for a run: schema/store_issue.c */

struct store {
    sqlite3 *db;
    char *path;
    enum store_mode mode;
    int wait_seconds;
    const volatile int *stop; /* of store_watch() */
    atomic_bool objected; /* of store_objected(), asked from another thread, too */
    bool immutable;      /* on read-only media: opened without locks */
    struct issue *issue; /* NULL, or what issue_begin collects; store_close() calls issue_drop() */
    struct voided *voided; /* NULL, or what usage_voided() found last; store_close() calls usage_voided_drop() */
};

#endif
