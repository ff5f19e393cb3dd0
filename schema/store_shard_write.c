/*
 * Owns the writing of a result file: under a temporary name, in one
 * transaction, and under its own name only when it is whole and on the disk.
 */
#define _GNU_SOURCE /* renameat2 */
#include "schema/store_shard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/embedded.h"
#include "schema/store_shard_internal.h"
#include "schema/store_sql.h"

static const char DOING[] = "write the result file";

/* Not durable on the way: a file that is not whole is thrown away. Nothing else opens it. */
static const char BEGIN_SQL[] = "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
                                "PRAGMA cache_size = -65536; BEGIN";

static const char *const INSERTS[SHARD_STATEMENTS] = {
    [SHARD_ACCOUNT] = "INSERT INTO accounts (account, account_id, bill, unknown_model, unknown_at, unknown_events) "
                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [SHARD_MODEL] = "INSERT INTO models (account, model, credits, events) VALUES (?1, ?2, ?3, ?4)",
    [SHARD_CELL] = "INSERT INTO cells (account, start, credits, events) VALUES (?1, ?2, ?3, ?4)",
    [SHARD_MONTH] = "INSERT INTO months (month, events, seen, known, lane_0, lane_1, lane_2, lane_3) "
                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [SHARD_SAMPLE] = "INSERT INTO samples (month, event_id, account_id, at, model, quantity, tokens, recorded_at, number) "
                     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
};

static enum err_code exists(const struct shard_file *file, struct err *err)
{
    return err_set(err, ERR_CREATE, "%s: exists already and is left alone; move it away or choose another name",
                   file->path);
}

/* The temporary file is this process's: one that was killed has left it, or another is at work. */
static enum err_code part_take(struct shard_file *file, struct err *err)
{
    struct stat status;

    if (lstat(file->path, &status) == 0) {
        return exists(file, err);
    }
    snprintf(file->part, sizeof file->part, "%.*s.part", (int)sizeof file->part - 8, file->path);
    file->lock = open(file->part, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file->lock < 0) {
        int failed = errno;
        bool no_folder = failed == ENOENT || failed == ENOTDIR;
        file->part[0] = '\0';
        return err_set(err, ERR_CREATE, "%s: cannot create the result file: %s; %s", file->path,
                       no_folder ? "its folder is not there" : strerror(failed),
                       no_folder ? "create the folder first" : "check its folder");
    }
    if (flock(file->lock, LOCK_EX | LOCK_NB) != 0) { /* not ours to remove */
        int failed = errno;
        file->part[0] = '\0';
        return failed == EWOULDBLOCK ? err_set(err, ERR_BUSY, "%s: another process writes this result file; wait for it or choose "
                                               "another name", file->path)
                                     : err_set(err, ERR_IO, "%s: cannot be locked: %s; choose another folder for the result",
                                               file->path, strerror(failed));
    }
    if (lstat(file->path, &status) == 0) { /* the other one has just finished it */
        return exists(file, err);
    }
    if (ftruncate(file->lock, 0) != 0) {
        return err_set(err, ERR_IO, "%s: cannot write: %s", file->part, strerror(errno));
    }
    return ERR_NONE;
}

enum err_code shard_file_create(const char *path, struct shard_file **file, struct err *err)
{
    struct shard_file *made = NULL;
    char identity[96];

    if (shard_file_new(path, &made, err) != ERR_NONE) {
        return err->code;
    }
    snprintf(identity, sizeof identity, "PRAGMA application_id = %d; PRAGMA user_version = %d", SHARD_APPLICATION_ID,
             SHARD_VERSION);
    enum err_code code = part_take(made, err);
    if (code == ERR_NONE && shard_file_connect(made, made->part, SQLITE_OPEN_READWRITE, err) == ERR_NONE &&
        sql_exec(&made->store, BEGIN_SQL, DOING, err) == ERR_NONE &&
        sql_exec(&made->store, SHARD_RESULT_FILE.text, DOING, err) == ERR_NONE) {
        code = sql_exec(&made->store, identity, DOING, err);
    }
    for (int i = 0; i < SHARD_STATEMENTS && err->code == ERR_NONE; i++) {
        code = sql_prepare(&made->store, INSERTS[i], DOING, &made->statements[i], err);
    }
    if (err->code != ERR_NONE) {
        shard_file_end(made);
        return err->code;
    }
    *file = made;
    return code;
}

static enum err_code account_add(struct shard_file *file, const struct shard_account *account, struct err *err)
{
    sqlite3_stmt *insert = file->statements[SHARD_ACCOUNT];

    sql_bind_integer(insert, 1, file->accounts);
    sql_bind_text(insert, 2, account->account_id);
    sql_bind_text(insert, 3, account->bill);
    sql_bind_text(insert, 4, account->unknown_model);
    sql_bind_integer(insert, 5, account->unknown_model[0] == '\0' ? 0 : account->unknown_at);
    sql_bind_integer(insert, 6, account->unknown_events);
    return sql_run(&file->store, insert, DOING, err);
}

enum err_code shard_file_add(struct shard_file *file, const struct shard_account *account, struct err *err)
{
    sqlite3_stmt *model = file->statements[SHARD_MODEL];
    sqlite3_stmt *cell = file->statements[SHARD_CELL];

    file->accounts++;
    enum err_code code = account_add(file, account, err);
    for (size_t i = 0; i < account->model_count && code == ERR_NONE; i++) {
        sql_bind_integer(model, 1, file->accounts);
        sql_bind_text(model, 2, account->models[i].model);
        sql_bind_integer(model, 3, account->models[i].sums.credits);
        sql_bind_integer(model, 4, account->models[i].sums.events);
        code = sql_run(&file->store, model, DOING, err);
    }
    for (size_t i = 0; i < account->cell_count && code == ERR_NONE; i++) {
        sql_bind_integer(cell, 1, file->accounts);
        sql_bind_integer(cell, 2, account->cells[i].from);
        sql_bind_integer(cell, 3, account->cells[i].credits);
        sql_bind_integer(cell, 4, account->cells[i].events);
        code = sql_run(&file->store, cell, DOING, err);
    }
    return code;
}

enum err_code shard_file_add_month(struct shard_file *file, const struct shard_month *month, struct err *err)
{
    sqlite3_stmt *insert = file->statements[SHARD_MONTH];

    sql_bind_integer(insert, 1, month->month);
    sql_bind_integer(insert, 2, month->events);
    sql_bind_integer(insert, 3, month->seen);
    sql_bind_integer(insert, 4, month->known.rows);
    for (int lane = 0; lane < FACT_LANES; lane++) {
        sql_bind_integer(insert, 5 + lane, (int64_t)month->known.lanes[lane]);
    }
    return sql_run(&file->store, insert, DOING, err);
}

enum err_code shard_file_add_sample(struct shard_file *file, const struct usage_sample *sample, struct err *err)
{
    sqlite3_stmt *insert = file->statements[SHARD_SAMPLE];

    sql_bind_integer(insert, 1, sample->month);
    sql_bind_text(insert, 2, sample->event_id);
    sql_bind_text(insert, 3, sample->account_id);
    sql_bind_integer(insert, 4, sample->at);
    sql_bind_text(insert, 5, sample->model);
    sql_bind_integer(insert, 6, sample->quantity);
    sql_bind_integer(insert, 7, sample->tokens);
    sql_bind_integer(insert, 8, sample->recorded_at);
    sql_bind_integer(insert, 9, sample->number);
    return sql_run(&file->store, insert, DOING, err);
}

static void head_bind(const struct shard_file *file, const struct shard_head *head, sqlite3_stmt *insert)
{
    const int64_t numbers[] = {
        head->runs, head->first_month, head->counts.read, head->counts.voided, head->edges.first_minute,
        head->edges.last_minute, head->voided.events, (int64_t)head->voided.sum, file->accounts,
    };

    sql_bind_integer(insert, 1, head->shard.index);
    sql_bind_integer(insert, 2, head->shard.count);
    sql_bind_integer(insert, 3, head->month);
    sql_bind_integer(insert, 4, head->as_of);
    sql_bind_text(insert, 5, head->program_version);
    sql_bind_text(insert, 6, head->rules_version);
    sql_bind_text(insert, 7, head->catalogue);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        sql_bind_integer(insert, 8 + (int)i, numbers[i]);
    }
}

static enum err_code head_write(struct shard_file *file, const struct shard_head *head, struct err *err)
{
    sqlite3_stmt *insert = NULL;
    enum err_code code = sql_prepare(&file->store,
                                     "INSERT INTO result (shard, shards, month, as_of, program_version, rules_version, "
                                     "catalogue, runs, first_month, events_read, events_voided, first_minute, "
                                     "last_minute, voids, voids_sum, accounts) "
                                     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
                                     DOING, &insert, err);

    if (code == ERR_NONE) {
        head_bind(file, head, insert);
        code = sql_run(&file->store, insert, DOING, err);
    }
    sqlite3_finalize(insert);
    return code;
}

static enum err_code days_write(struct shard_file *file, const struct usage_day *days, struct err *err)
{
    sqlite3_stmt *insert = NULL;
    enum err_code code = sql_prepare(&file->store, "INSERT INTO days (day, events, quantity) VALUES (?1, ?2, ?3)", DOING,
                                     &insert, err);

    for (int i = 0; i < USAGE_DAYS_MAX && code == ERR_NONE; i++) {
        sql_bind_integer(insert, 1, i + 1);
        sql_bind_integer(insert, 2, days[i].events);
        sql_bind_integer(insert, 3, days[i].quantity);
        code = sql_run(&file->store, insert, DOING, err);
    }
    sqlite3_finalize(insert);
    return code;
}

static enum err_code seal_write(struct shard_file *file, struct err *err)
{
    char digest[DIGEST_TEXT_MAX];
    sqlite3_stmt *insert = NULL;
    enum err_code code = shard_file_digest(file, digest, err);

    if (code == ERR_NONE) {
        code = sql_prepare(&file->store, "INSERT INTO seal (digest) VALUES (?1)", DOING, &insert, err);
    }
    if (code == ERR_NONE) {
        sql_bind_text(insert, 1, digest);
        code = sql_run(&file->store, insert, DOING, err);
    }
    sqlite3_finalize(insert);
    return code == ERR_NONE ? sql_exec(&file->store, "COMMIT", DOING, err) : code;
}

/* To the disk, under its name, and that to the disk, too; a file that came to its place meanwhile stays. */
static enum err_code part_rename(struct shard_file *file, struct err *err)
{
    char folder[PATH_MAX];

    if (fsync(file->lock) != 0) {
        return err_set(err, ERR_IO, "%s: cannot write: %s", file->part, strerror(errno));
    }
    if (renameat2(AT_FDCWD, file->part, AT_FDCWD, file->path, RENAME_NOREPLACE) != 0) {
        return errno == EEXIST ? exists(file, err)
                               : err_set(err, ERR_IO, "%s: cannot be renamed to its name: %s", file->part, strerror(errno));
    }
    file->part[0] = '\0';
    snprintf(folder, sizeof folder, "%s", file->path);
    char *slash = strrchr(folder, '/');
    snprintf(slash == NULL ? folder : slash + 1, 2, ".");
    int place = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (place >= 0) {
        (void)fsync(place); /* a folder one may not flush is no reason to stop */
        close(place);
    }
    return ERR_NONE;
}

enum err_code shard_file_publish(struct shard_file *file, const struct shard_head *head, struct err *err)
{
    if (head_write(file, head, err) != ERR_NONE || days_write(file, head->days, err) != ERR_NONE ||
        seal_write(file, err) != ERR_NONE) {
        return err->code;
    }
    return part_rename(file, err);
}
