/*
 * store_shard_internal.h - an open result file, for the files of schema/ that
 * write and read it. For those alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_SHARD_INTERNAL_H
#define MONTHEND_SCHEMA_STORE_SHARD_INTERNAL_H

#include <limits.h>

#include <sqlite3.h>

#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_shard.h"

#define SHARD_APPLICATION_ID 0x4d455348 /* "MESH": PRAGMA application_id of result files */
#define SHARD_VERSION 1                 /* of their tables: PRAGMA user_version */

enum shard_statement { SHARD_ACCOUNT, SHARD_MODEL, SHARD_CELL, SHARD_MONTH, SHARD_SAMPLE, SHARD_STATEMENTS };

struct shard_file {
    struct store store;      /* the connection; its path is the name to tell of */
    char path[PATH_MAX];
    char part[PATH_MAX];     /* while it is written: its temporary name; "": it is read, or published */
    int lock;                /* on the temporary name; -1: none */
    int64_t accounts;        /* written, or read, so far */
    sqlite3_stmt *statements[SHARD_STATEMENTS]; /* written: inserts; read: queries in order of account */
    bool row[SHARD_STATEMENTS]; /* read: the query stands on a row */
    struct rows models;      /* of the account at hand: struct shard_model */
    struct rows cells;       /* struct usage_cell */
    struct arena texts;
    struct shard_account account;
};

/* A file that was opened or created: nothing of it is read yet. */
ERR_MUST_USE enum err_code shard_file_new(const char *path, struct shard_file **file, struct err *err);

/* Connect to the file of this name. */
ERR_MUST_USE enum err_code shard_file_connect(struct shard_file *file, const char *name, int flags, struct err *err);

/* SHA-256 of its rows, as result.sql says. */
ERR_MUST_USE enum err_code shard_file_digest(struct shard_file *file, char digest[DIGEST_TEXT_MAX], struct err *err);

#endif
