/*
 * Owns the reading of a result file. It comes from elsewhere: nothing of it is
 * believed before all of it was held against its digest.
 */
#include "schema/store_shard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/calendar.h"
#include "schema/store_shard_internal.h"
#include "schema/store_sql.h"

static const char DOING[] = "read the result file";

static const char *const QUERIES[SHARD_STATEMENTS] = {
    [SHARD_ACCOUNT] = "SELECT account, account_id, bill, unknown_model, unknown_at, unknown_events FROM accounts "
                      "ORDER BY account",
    [SHARD_MODEL] = "SELECT account, model, credits, events FROM models ORDER BY account, model",
    [SHARD_CELL] = "SELECT account, start, credits, events FROM cells ORDER BY account, start",
    [SHARD_MONTH] = "SELECT month, events, seen, known, lane_0, lane_1, lane_2, lane_3 FROM months ORDER BY month",
    [SHARD_SAMPLE] = "SELECT month, event_id, account_id, at, model, quantity, tokens, recorded_at, number FROM samples "
                     "ORDER BY month, event_id",
};

static enum err_code not_one(const struct shard_file *file, struct err *err)
{
    return err_set(err, ERR_DATA, "%s: not a result file of 'monthend close --shard'", file->path);
}

static enum err_code damaged(const struct shard_file *file, struct err *err)
{
    *err = (struct err){0};
    return err_set(err, ERR_DATA, "%s: the result file is damaged or cut short; copy it again, or compute the shard again",
                   file->path);
}

static enum err_code place_check(const struct shard_file *file, struct err *err)
{
    struct stat status;

    if (stat(file->path, &status) != 0) {
        return err_set(err, ERR_NO_INPUT, "%s: cannot open the result file: %s", file->path, strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return not_one(file, err);
    }
    if (access(file->path, R_OK) != 0) {
        return err_set(err, ERR_IO, "%s: cannot open the result file: %s; check its permissions", file->path,
                       strerror(errno));
    }
    return ERR_NONE;
}

static enum err_code identity_check(struct shard_file *file, struct err *err)
{
    int64_t application = 0;
    int64_t version = 0;
    enum err_code code = sql_integer(&file->store, "PRAGMA application_id", DOING, &application, err);

    if (code == ERR_NONE) {
        code = sql_integer(&file->store, "PRAGMA user_version", DOING, &version, err);
    }
    if (code == ERR_DATA && (sqlite3_errcode(file->store.db) & 0xff) == SQLITE_NOTADB) {
        *err = (struct err){0};
        return not_one(file, err);
    }
    if (code != ERR_NONE) {
        return code == ERR_DATA ? damaged(file, err) : code;
    }
    if (application != SHARD_APPLICATION_ID) {
        return not_one(file, err);
    }
    if (version != SHARD_VERSION) {
        return err_set(err, ERR_DATA, "%s: a result file of version %lld, and this monthend knows version %d; compute the "
                       "shard again", file->path, (long long)version, SHARD_VERSION);
    }
    return ERR_NONE;
}

static enum err_code seal_read(struct shard_file *file, char digest[DIGEST_TEXT_MAX], struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool row = false;
    enum err_code code = sql_prepare(&file->store, "SELECT digest FROM seal", DOING, &query, err);

    if (code == ERR_NONE) {
        code = sql_step(&file->store, query, DOING, &row, err);
    }
    if (code == ERR_NONE) {
        snprintf(digest, DIGEST_TEXT_MAX, "%s", row ? sql_text(query, 0) : "");
    }
    sqlite3_finalize(query);
    return code;
}

/* Is it the disk's fault, or that of memory or a signal? A file that ends too early is its own. */
static bool is_of_surroundings(struct shard_file *file, enum err_code code)
{
    switch (code) {
    case ERR_IO:
        return sqlite3_extended_errcode(file->store.db) != SQLITE_IOERR_SHORT_READ;
    case ERR_INTERNAL:
        return !store_objected(&file->store);
    default:
        return code != ERR_NONE && code != ERR_DATA;
    }
}

/* All rows against the digest. What SQLite itself finds wrong is damage, too. */
static enum err_code seal_check(struct shard_file *file, char digest[DIGEST_TEXT_MAX], struct err *err)
{
    char taken[DIGEST_TEXT_MAX] = "";
    enum err_code code = shard_file_digest(file, taken, err);

    if (code == ERR_NONE) {
        code = seal_read(file, digest, err);
    }
    if (is_of_surroundings(file, code)) {
        return code;
    }
    return code == ERR_NONE && strcmp(taken, digest) == 0 ? ERR_NONE : damaged(file, err);
}

static void head_take(sqlite3_stmt *row, struct shard_head *head)
{
    head->shard = (struct shard){sqlite3_column_int(row, 0), sqlite3_column_int(row, 1)};
    head->month = sqlite3_column_int(row, 2);
    head->as_of = sqlite3_column_int64(row, 3);
    sql_copy_text(head->program_version, sizeof head->program_version, row, 4);
    sql_copy_text(head->rules_version, sizeof head->rules_version, row, 5);
    sql_copy_text(head->catalogue, sizeof head->catalogue, row, 6);
    head->runs = sqlite3_column_int64(row, 7);
    head->first_month = sqlite3_column_int(row, 8);
    head->counts.read = sqlite3_column_int64(row, 9);
    head->counts.voided = sqlite3_column_int64(row, 10);
    head->edges.first_minute = sqlite3_column_int64(row, 11);
    head->edges.last_minute = sqlite3_column_int64(row, 12);
    head->voided.events = sqlite3_column_int64(row, 13);
    head->voided.sum = (uint64_t)sqlite3_column_int64(row, 14);
    head->accounts = sqlite3_column_int64(row, 15);
}

static enum err_code day_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct shard_head *head = context;

    (void)err;
    head->days[sqlite3_column_int(row, 0) - 1] =
        (struct usage_day){sqlite3_column_int64(row, 1), sqlite3_column_int64(row, 2)};
    return ERR_NONE;
}

/* A file whose digest is right may still not be made by us: nothing is indexed with what is not checked. */
static bool is_sound(const struct shard_head *head)
{
    return head->shard.index >= 1 && head->shard.index <= head->shard.count && head->shard.count <= SHARDS_MAX &&
           month_valid(head->month) && month_valid(head->first_month) && head->first_month <= head->month;
}

static enum err_code head_read(struct shard_file *file, struct shard_head *head, struct err *err)
{
    sqlite3_stmt *query = NULL;
    sqlite3_stmt *days = NULL;
    bool row = false;

    *head = (struct shard_head){0};
    if (sql_prepare(&file->store,
                    "SELECT shard, shards, month, as_of, program_version, rules_version, catalogue, runs, first_month, "
                    "events_read, events_voided, first_minute, last_minute, voids, voids_sum, accounts "
                    "FROM result", DOING, &query, err) == ERR_NONE &&
        sql_step(&file->store, query, DOING, &row, err) == ERR_NONE && row &&
        sql_prepare(&file->store, "SELECT day, events, quantity FROM days WHERE day BETWEEN 1 AND 31", DOING, &days,
                    err) == ERR_NONE) {
        head_take(query, head);
        (void)!sql_each(&file->store, days, DOING, day_take, head, err); /* the error is in *err */
    }
    sqlite3_finalize(query);
    sqlite3_finalize(days);
    return err->code == ERR_NONE && !(row && is_sound(head)) ? damaged(file, err) : err->code;
}

/* Connected, and a file of ours. */
static enum err_code open_file(const char *path, struct shard_file **file, struct err *err)
{
    struct shard_file *opened = NULL;

    if (shard_file_new(path, &opened, err) != ERR_NONE) {
        return err->code;
    }
    if (place_check(opened, err) != ERR_NONE ||
        shard_file_connect(opened, opened->path, SQLITE_OPEN_READONLY, err) != ERR_NONE ||
        identity_check(opened, err) != ERR_NONE) {
        shard_file_end(opened);
        return err->code;
    }
    *file = opened;
    return ERR_NONE;
}

static enum err_code queries_open(struct shard_file *file, struct err *err)
{
    for (int i = 0; i < SHARD_STATEMENTS && err->code == ERR_NONE; i++) {
        (void)!sql_prepare(&file->store, QUERIES[i], DOING, &file->statements[i], err); /* the error is in *err */
    }
    for (int i = SHARD_ACCOUNT; i <= SHARD_CELL && err->code == ERR_NONE; i++) {
        (void)!sql_step(&file->store, file->statements[i], DOING, &file->row[i], err); /* the same */
    }
    return err->code;
}

enum err_code shard_file_open(const char *path, struct shard_file **file, struct shard_head *head, struct err *err)
{
    char digest[DIGEST_TEXT_MAX] = "";
    struct shard_file *opened = NULL;

    if (open_file(path, &opened, err) != ERR_NONE) {
        return err->code;
    }
    if (seal_check(opened, digest, err) != ERR_NONE || head_read(opened, head, err) != ERR_NONE ||
        queries_open(opened, err) != ERR_NONE) {
        shard_file_end(opened);
        return err->code;
    }
    memcpy(head->digest, digest, sizeof digest);
    *file = opened;
    return ERR_NONE;
}

enum err_code shard_file_open_again(const char *path, const struct shard_head *head, struct shard_file **file,
                                    struct err *err)
{
    char digest[DIGEST_TEXT_MAX] = "";
    struct shard_file *opened = NULL;

    if (open_file(path, &opened, err) != ERR_NONE) {
        return err->code;
    }
    if (seal_read(opened, digest, err) == ERR_NONE && strcmp(digest, head->digest) != 0) {
        (void)!err_set(err, ERR_DATA, "%s: changed while it was merged; merge again", path);
    }
    if (err->code != ERR_NONE || queries_open(opened, err) != ERR_NONE) {
        shard_file_end(opened);
        return err->code;
    }
    *file = opened;
    return ERR_NONE;
}

/* Does the query of a kind stand on a row of the account at hand? */
static bool is_of_account(const struct shard_file *file, enum shard_statement kind)
{
    return file->row[kind] && sqlite3_column_int64(file->statements[kind], 0) == file->accounts;
}

static enum err_code models_gather(struct shard_file *file, struct err *err)
{
    sqlite3_stmt *row = file->statements[SHARD_MODEL];
    void *item = NULL;
    enum err_code code = ERR_NONE;

    file->models.count = 0;
    while (code == ERR_NONE && is_of_account(file, SHARD_MODEL)) {
        const char *name = arena_text(&file->texts, sql_text(row, 1));

        code = name == NULL ? no_memory(err) : rows_add(&file->models, sizeof(struct shard_model), &item, err);
        if (code == ERR_NONE) {
            *(struct shard_model *)item =
                (struct shard_model){name, {sqlite3_column_int64(row, 2), sqlite3_column_int64(row, 3)}};
            code = sql_step(&file->store, row, DOING, &file->row[SHARD_MODEL], err);
        }
    }
    return code;
}

static enum err_code cells_gather(struct shard_file *file, struct err *err)
{
    sqlite3_stmt *row = file->statements[SHARD_CELL];
    void *item = NULL;
    enum err_code code = ERR_NONE;

    file->cells.count = 0;
    while (code == ERR_NONE && is_of_account(file, SHARD_CELL)) {
        code = rows_add(&file->cells, sizeof(struct usage_cell), &item, err);
        if (code == ERR_NONE) {
            *(struct usage_cell *)item =
                (struct usage_cell){sqlite3_column_int64(row, 1), sqlite3_column_int64(row, 2), sqlite3_column_int64(row, 3)};
            code = sql_step(&file->store, row, DOING, &file->row[SHARD_CELL], err);
        }
    }
    return code;
}

static enum err_code account_gather(struct shard_file *file, struct err *err)
{
    sqlite3_stmt *row = file->statements[SHARD_ACCOUNT];

    arena_reset(&file->texts);
    file->accounts = sqlite3_column_int64(row, 0);
    file->account = (struct shard_account){
        .account_id = arena_text(&file->texts, sql_text(row, 1)),
        .bill = arena_text(&file->texts, sql_text(row, 2)),
        .unknown_model = arena_text(&file->texts, sql_text(row, 3)),
        .unknown_at = sqlite3_column_int64(row, 4),
        .unknown_events = sqlite3_column_int64(row, 5),
    };
    if (file->account.account_id == NULL || file->account.bill == NULL || file->account.unknown_model == NULL) {
        return no_memory(err);
    }
    if (models_gather(file, err) != ERR_NONE || cells_gather(file, err) != ERR_NONE) {
        return err->code;
    }
    file->account.models = file->models.items;
    file->account.model_count = file->models.count;
    file->account.cells = file->cells.items;
    file->account.cell_count = file->cells.count;
    return sql_step(&file->store, row, DOING, &file->row[SHARD_ACCOUNT], err);
}

enum err_code shard_file_next(struct shard_file *file, const struct shard_account **account, struct err *err)
{
    if (!file->row[SHARD_ACCOUNT]) {
        *account = NULL;
        return ERR_NONE;
    }
    *account = &file->account;
    return account_gather(file, err);
}

static struct shard_month month_of_row(sqlite3_stmt *row)
{
    struct shard_month month = {
        .month = sqlite3_column_int(row, 0),
        .events = sqlite3_column_int64(row, 1),
        .seen = sqlite3_column_int64(row, 2),
        .known = {.rows = sqlite3_column_int64(row, 3)},
    };

    for (int lane = 0; lane < FACT_LANES; lane++) {
        month.known.lanes[lane] = (uint64_t)sqlite3_column_int64(row, 4 + lane);
    }
    return month;
}

enum err_code shard_file_months(struct shard_file *file, shard_month_visit visit, void *context, struct err *err)
{
    sqlite3_stmt *row = file->statements[SHARD_MONTH];
    bool there = true;
    enum err_code code = ERR_NONE;

    sqlite3_reset(row);
    while (code == ERR_NONE && there) {
        code = sql_step(&file->store, row, DOING, &there, err);
        if (code == ERR_NONE && there) {
            struct shard_month month = month_of_row(row);

            code = visit(context, &month, err);
        }
    }
    return code;
}

enum err_code shard_file_samples(struct shard_file *file, usage_sample_visit visit, void *context, struct err *err)
{
    sqlite3_stmt *row = file->statements[SHARD_SAMPLE];
    bool there = true;
    enum err_code code = ERR_NONE;

    sqlite3_reset(row);
    while (code == ERR_NONE && there) {
        code = sql_step(&file->store, row, DOING, &there, err);
        if (code == ERR_NONE && there) {
            struct usage_sample sample = {
                .month = sqlite3_column_int(row, 0),
                .event_id = sql_text(row, 1),
                .account_id = sql_text(row, 2),
                .at = sqlite3_column_int64(row, 3),
                .model = sql_text(row, 4),
                .quantity = sqlite3_column_int64(row, 5),
                .tokens = sqlite3_column_int64(row, 6),
                .recorded_at = sqlite3_column_int64(row, 7),
                .number = sqlite3_column_int64(row, 8),
            };
            code = visit(context, &sample, err);
        }
    }
    return code;
}
