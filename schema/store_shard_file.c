/*
 * Owns what writers and readers of result files share: the connection and the
 * digest.
 */
#include "schema/store_shard_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nettle/sha2.h>

#include "schema/store_sql.h"

static const char DOING[] = "take the digest of the result";

enum err_code shard_file_new(const char *path, struct shard_file **file, struct err *err)
{
    struct shard_file *made = calloc(1, sizeof *made);

    if (made == NULL) {
        return no_memory(err);
    }
    made->lock = -1;
    if (snprintf(made->path, sizeof made->path, "%s", path) >= (int)sizeof made->path - 8) {
        free(made);
        return err_set(err, ERR_USAGE, "the name of the result file is too long");
    }
    made->store.path = made->path;
    *file = made;
    return ERR_NONE;
}

enum err_code shard_file_connect(struct shard_file *file, const char *name, int flags, struct err *err)
{
    char plain[PATH_MAX + 2]; /* a name that SQLite takes for nothing else: ":memory:", "" */

    snprintf(plain, sizeof plain, "%s%s", name[0] == '/' ? "" : "./", name);
    if (sqlite3_open_v2(plain, &file->store.db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        return sql_error(&file->store, "open the result file", err);
    }
    return ERR_NONE;
}

void shard_file_end(struct shard_file *file)
{
    if (file == NULL) {
        return;
    }
    for (int i = 0; i < SHARD_STATEMENTS; i++) {
        sqlite3_finalize(file->statements[i]);
    }
    sqlite3_close(file->store.db);
    if (file->part[0] != '\0') {
        unlink(file->part);
    }
    if (file->lock >= 0) {
        close(file->lock);
    }
    rows_release(&file->models);
    rows_release(&file->cells);
    arena_release(&file->texts);
    free(file);
}

/* Each value as its length and its text, so that no two rows can pass for one another. */
static void value_take(struct sha256_ctx *context, sqlite3_stmt *row, int column)
{
    const uint8_t *text = sqlite3_column_text(row, column);
    char length[24];
    int bytes = sqlite3_column_bytes(row, column);

    sha256_update(context, (size_t)snprintf(length, sizeof length, "%d:", bytes), (const uint8_t *)length);
    if (text != NULL) {
        sha256_update(context, (size_t)bytes, text);
    }
}

static enum err_code table_take(struct shard_file *file, const char *sql, struct sha256_ctx *context, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = true;
    enum err_code code = sql_prepare(&file->store, sql, DOING, &query, err);

    while (code == ERR_NONE && row) {
        code = sql_step(&file->store, query, DOING, &row, err);
        for (int i = 0; code == ERR_NONE && row && i < sqlite3_column_count(query); i++) {
            value_take(context, query, i);
        }
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code shard_file_digest(struct shard_file *file, char digest[DIGEST_TEXT_MAX], struct err *err)
{
    static const char *const TABLES[] = {
        "SELECT * FROM result ORDER BY shard",          "SELECT * FROM accounts ORDER BY account",
        "SELECT * FROM models ORDER BY account, model", "SELECT * FROM cells ORDER BY account, start",
        "SELECT * FROM days ORDER BY day",              "SELECT * FROM months ORDER BY month",
        "SELECT * FROM samples ORDER BY month, event_id",
    };
    struct sha256_ctx context;
    uint8_t bytes[SHA256_DIGEST_SIZE];
    enum err_code code = ERR_NONE;

    sha256_init(&context);
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0] && code == ERR_NONE; i++) {
        code = table_take(file, TABLES[i], &context, err);
    }
    sha256_digest(&context, sizeof bytes, bytes);
    for (size_t i = 0; i < sizeof bytes && code == ERR_NONE; i++) {
        snprintf(digest + 2 * i, 3, "%02x", bytes[i]);
    }
    return code;
}
