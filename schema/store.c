/*
 * Owns connections: opening, creating, transactions.
 */
#include "schema/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/embedded.h"
#include "schema/store_internal.h"
#include "schema/store_runs.h"
#include "schema/store_sql.h"
#include "schema/store_temporary.h"
#include "schema/store_usage_voided.h"

/* Never a checkpoint beside other connections: SQLite before 3.51.3 can lose commits where one connection checkpoints while
 * another starts the log anew (the WAL-reset bug). The last connection to close brings the log into the file, alone. */
#define CONNECTION_SQL                                                                                                 \
    "PRAGMA foreign_keys = ON;"                                                                                        \
    "PRAGMA synchronous = FULL;"                                                                                       \
    "PRAGMA wal_autocheckpoint = 0;"                                                                                   \
    STORE_CACHE_SQL

#define ANOTHER_CACHE_BYTES ((size_t)2 << 20) /* it reads from one end to the other */
#define STEPS_PER_LOOK 100000 /* of SQLite's virtual machine, between two looks at `stop` */
#define NOT_OURS "%s: not a database of monthend; give the one that 'monthend init' created"
#define IDENTITY_SQL "PRAGMA application_id = 1296387652; PRAGMA user_version = "

/* A connection is handed from thread to thread, never used by two at once, and nobody asks how much memory SQLite uses:
 * its mutexes around every call and every allocation would only cost. Refused once SQLite is at work: it goes on with
 * them. */
static void sqlite_configure(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static struct store *store_new(const char *path, enum store_mode mode, int wait_seconds)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct store *store = calloc(1, sizeof *store);

    (void)pthread_once(&once, sqlite_configure);
    if (store == NULL) {
        return NULL;
    }
    *store = (struct store){.path = strdup(path), .mode = mode, .wait_seconds = wait_seconds};
    if (store->path == NULL) {
        free(store);
        return NULL;
    }
    return store;
}

void store_close(struct store *store)
{
    if (store == NULL) {
        return;
    }
    issue_drop(store);
    usage_voided_drop(store);
    store_rollback(store);
    sqlite3_close_v2(store->db);
    free(store->path);
    free(store);
}

/* The path as a URI, so that SQLite takes no part of it for an option. To be freed. */
static char *uri_of(const char *path, bool immutable)
{
    static const char TAIL[] = "?immutable=1";
    char *uri = malloc(strlen("file:./") + 3 * strlen(path) + sizeof TAIL);

    if (uri == NULL) {
        return NULL;
    }
    char *end = uri + sprintf(uri, path[0] == '/' ? "file://" : "file:./");
    for (const char *next = path; *next != '\0'; next++) {
        if (strchr("?#%", *next) != NULL) {
            end += sprintf(end, "%%%02X", (unsigned)(unsigned char)*next);
        } else {
            *end++ = *next;
        }
    }
    strcpy(end, immutable ? TAIL : "");
    return uri;
}

/* Connect store->db; nothing of the file is read yet. */
static enum err_code connect_to(struct store *store, struct err *err)
{
    int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX |
                (store->mode == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    temporary_choose(store->path);
    char *uri = uri_of(store->path, store->immutable);
    enum err_code code = ERR_NONE;

    if (uri == NULL) {
        return err_set(err, ERR_INTERNAL, "%s: cannot open the database: out of memory", store->path);
    }
    if (sqlite3_open_v2(uri, &store->db, flags, NULL) != SQLITE_OK) {
        code = sql_error(store, "open the database", err);
    } else {
        sqlite3_busy_timeout(store->db, store->wait_seconds * 1000);
        code = sql_exec(store, CONNECTION_SQL, "open the database", err);
    }
    free(uri);
    return code;
}

/* Is it a database of ours, and of this program's schema? The first look into the file. */
static enum err_code identity_check(struct store *store, struct err *err)
{
    int64_t application = 0;
    int64_t version = 0;
    enum err_code code = sql_integer(store, "PRAGMA application_id", "read the database", &application, err);

    if (code == ERR_NONE) {
        code = sql_integer(store, "PRAGMA user_version", "read the database", &version, err);
    }
    if (code != ERR_NONE) {
        return code;
    }
    if (application != APPLICATION_ID) {
        return err_set(err, ERR_DATA, NOT_OURS, store->path);
    }
    if (version != MIGRATION_COUNT) {
        return err_set(err, ERR_DATA, "%s: a database of schema version %lld, and this monthend knows version %d; %s",
                       store->path, (long long)version, MIGRATION_COUNT,
                       version > MIGRATION_COUNT ? "use a newer monthend" : "use the monthend that created it");
    }
    return ERR_NONE;
}

#define INSTANT(column) column " BETWEEN 0 AND 253402300799999"
#define NOT_SOUND(table, check) "SELECT 'a row of " table " cannot be' FROM " table " WHERE (" check ") IS NOT TRUE"

/*
 * What everything is computed from and what is small: rows that break their tables' own checks are damage, and nobody after
 * this need ask whether a run's month is one. SQLite's own quick_check knows no CHECK on a connection that only reads. Of the
 * large tables each row is looked at when it is read.
 */
static const char DAMAGED_SQL[] =
    NOT_SOUND("runs", "run BETWEEN 1 AND 2147483647 AND month BETWEEN 197001 AND 999912 AND month % 100 BETWEEN 1 AND 12 "
                      "AND kind IN ('close', 'reprocess') AND " INSTANT("as_of") " AND " INSTANT("noted_at") " AND as_of <= noted_at "
                      "AND workbook IN ('auto', 'full', 'summary', 'none')") " UNION ALL "
    NOT_SOUND("run_ends", "outcome IN ('issued', 'abandoned') AND coalesce(sequence, 1) BETWEEN 1 AND 2147483647 AND invoiced >= 0 AND no_charge >= 0 AND held >= 0 "
                          "AND " INSTANT("ended_at")) " UNION ALL "
    NOT_SOUND("usage_parts", "part BETWEEN 1 AND 4194303 AND first_key BETWEEN 0 AND (96360 << 36) - 1 AND end_key > first_key "
                             "AND end_key - first_key <= 8388608 AND first_key >> 36 = (end_key - 1) >> 36") " UNION ALL "
    NOT_SOUND("plans", "rank BETWEEN 0 AND 1000000000") " UNION ALL "
    NOT_SOUND("plan_prices", "monthly_price BETWEEN 0 AND 10000000000000 AND coalesce(overage_price, 0) BETWEEN 0 AND 1000000000000 "
                             "AND " INSTANT("effective_from")) " UNION ALL "
    NOT_SOUND("plan_allowances", "monthly_credits BETWEEN 0 AND 1000000000000 AND " INSTANT("effective_from")) " UNION ALL "
    NOT_SOUND("model_rates", "multiplier BETWEEN 1 AND 100000000 AND coalesce(request_token_limit, 1) BETWEEN 1 AND 1000000000 "
                             "AND " INSTANT("effective_from")) " UNION ALL "
    NOT_SOUND("countries", "eligible BETWEEN 0 AND 1 AND " INSTANT("effective_from")) " UNION ALL "
    NOT_SOUND("tax_rates", "percent BETWEEN 0 AND 1000000 AND " INSTANT("effective_from"));

static enum err_code damage_check(struct store *store, struct err *err)
{
    sqlite3_stmt *query = NULL;
    bool wrong = false;
    enum err_code code = sql_prepare(store, DAMAGED_SQL, "read the database", &query, err);

    if (code == ERR_NONE) {
        code = sql_step(store, query, "read the database", &wrong, err);
    }
    if (wrong) {
        code = sql_damaged(store, sql_text(query, 0), err);
    }
    sqlite3_finalize(query);
    return code;
}

/* Is there a regular file at the path? */
static enum err_code file_check(const char *path, struct err *err)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return err_set(err, ERR_NO_INPUT, "%s: no such database; create it with 'monthend init'", path);
        }
        return err_set(err, ERR_NO_INPUT, "%s: cannot open the database: %s", path, strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return err_set(err, ERR_DATA, NOT_OURS, path);
    }
    if (access(path, R_OK) != 0) {
        return err_set(err, ERR_IO, "%s: cannot open the database: %s; check its permissions", path, strerror(errno));
    }
    return ERR_NONE;
}

/* Does the write-ahead log hold changes that are not in the database file yet? */
static bool log_has_content(const char *path)
{
    struct stat status;
    char name[PATH_MAX];

    if (snprintf(name, sizeof name, "%s-wal", path) >= (int)sizeof name) {
        return true; /* nobody opens such a path; play safe */
    }
    return stat(name, &status) == 0 && status.st_size > 0;
}

/* SQLite wants to create a file beside the database, and cannot. */
static bool is_read_only_place(const struct store *store)
{
    int primary = sqlite3_errcode(store->db) & 0xff;

    return store->mode == STORE_READ && !store->immutable &&
           (primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY || primary == SQLITE_PERM) &&
           !log_has_content(store->path);
}

static enum err_code connect_and_check(struct store *store, struct err *err)
{
    struct err first = {0};
    enum err_code code = connect_to(store, &first);

    if (code == ERR_NONE) {
        code = identity_check(store, &first);
    }
    if (code == ERR_IO && is_read_only_place(store)) {
        sqlite3_close_v2(store->db);
        store->db = NULL;
        store->immutable = true;
        code = connect_to(store, err);
        return code == ERR_NONE ? identity_check(store, err) : code;
    }
    if (code == ERR_DATA && (sqlite3_errcode(store->db) & 0xff) == SQLITE_NOTADB) {
        return err_set(err, ERR_DATA, NOT_OURS, store->path);
    }
    if (code != ERR_NONE) {
        return err_set(err, code, "%s", first.text);
    }
    if (store->mode == STORE_WRITE && sqlite3_db_readonly(store->db, "main") == 1) {
        return err_set(err, ERR_IO, "%s: cannot write to the database: it is read-only; check its permissions",
                       store->path);
    }
    return ERR_NONE;
}

enum err_code store_open(const char *path, enum store_mode mode, int wait_seconds, struct store **store,
                         struct err *err)
{
    enum err_code code = file_check(path, err);
    struct store *opened = NULL;

    if (code != ERR_NONE) {
        return code;
    }
    opened = store_new(path, mode, wait_seconds);
    if (opened == NULL) {
        return err_set(err, ERR_INTERNAL, "%s: cannot open the database: out of memory", path);
    }
    code = connect_and_check(opened, err);
    if (code == ERR_NONE) {
        code = damage_check(opened, err);
    }
    if (code != ERR_NONE) {
        store_close(opened);
        return code;
    }
    *store = opened;
    return ERR_NONE;
}

enum err_code store_open_again(const struct store *store, struct store **another, struct err *err)
{
    enum err_code code = store_open(store->path, STORE_READ, store->wait_seconds, another, err);

    return code == ERR_NONE ? store_cache(*another, ANOTHER_CACHE_BYTES, err) : code;
}

enum err_code store_cache(struct store *store, size_t bytes, struct err *err)
{
    char sql[64];

    snprintf(sql, sizeof sql, "PRAGMA cache_size = -%zu", bytes / 1024 + 1);
    return sql_exec(store, sql, "open the database", err);
}

/* A log left over from another database of this name would be played into the new one. */
static enum err_code leftovers_check(const char *path, struct err *err)
{
    if (log_has_content(path)) {
        return err_set(err, ERR_CREATE, "%s: cannot create the database: %s-wal is left over from another; remove it",
                       path, path);
    }
    return ERR_NONE;
}

static enum err_code file_create(const char *path, struct err *err)
{
    enum err_code code = leftovers_check(path, err);

    if (code != ERR_NONE) {
        return code;
    }
    int file = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0 && errno == EEXIST) {
        return err_set(err, ERR_CREATE, "%s: exists already and is left alone; choose another name", path);
    }
    if (file < 0) {
        bool no_folder = errno == ENOENT || errno == ENOTDIR;
        return err_set(err, ERR_CREATE, "%s: cannot create the database: %s; %s", path,
                       no_folder ? "its folder is not there" : strerror(errno),
                       no_folder ? "create the folder first" : "check its folder");
    }
    close(file);
    return ERR_NONE;
}

void store_discard(const char *path)
{
    static const char *const SUFFIXES[] = {"", "-wal", "-shm", "-journal"};
    char name[PATH_MAX]; /* there may be no memory: that may be why it is to go */

    for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
        if (snprintf(name, sizeof name, "%s%s", path, SUFFIXES[i]) < (int)sizeof name) {
            (void)unlink(name);
        }
    }
}

static enum err_code migrate(struct store *store, struct err *err)
{
    char identity[sizeof IDENTITY_SQL + 12];
    enum err_code code = sql_exec(store, "PRAGMA page_size = 4096; BEGIN IMMEDIATE", "create the database", err);

    for (size_t i = 0; code == ERR_NONE && i < MIGRATION_COUNT; i++) {
        code = sql_exec(store, MIGRATIONS[i].text, "create its tables", err);
    }
    if (code == ERR_NONE) {
        snprintf(identity, sizeof identity, IDENTITY_SQL "%d", MIGRATION_COUNT);
        code = sql_exec(store, identity, "create the database", err);
    }
    if (code == ERR_NONE) {
        code = sql_exec(store, "COMMIT; PRAGMA journal_mode = WAL", "create the database", err);
    }
    return code;
}

enum err_code store_create(const char *path, struct store **store, struct err *err)
{
    struct store *created = store_new(path, STORE_WRITE, 0);
    enum err_code code = ERR_NONE;

    static_assert(APPLICATION_ID == 1296387652, "IDENTITY_SQL has it in decimal");
    if (created == NULL) {
        return err_set(err, ERR_INTERNAL, "%s: cannot create the database: out of memory", path);
    }
    code = file_create(path, err);
    if (code != ERR_NONE) {
        store_close(created);
        return code;
    }
    code = connect_to(created, err);
    if (code == ERR_NONE) {
        code = migrate(created, err);
    }
    if (code != ERR_NONE) {
        store_close(created);
        store_discard(path);
        return code;
    }
    *store = created;
    return ERR_NONE;
}

bool store_objected(struct store *store)
{
    return atomic_load(&store->objected);
}

enum err_code store_begin(struct store *store, struct err *err)
{
    return sql_exec(store, "BEGIN IMMEDIATE", "begin writing", err);
}

enum err_code store_commit(struct store *store, struct err *err)
{
    enum err_code code = sql_exec(store, "COMMIT", "commit", err);

    if (code != ERR_NONE) {
        store_rollback(store);
    }
    return code;
}

enum err_code store_settle(struct store *store, struct err *err)
{
    int64_t busy = 0;
    enum err_code code = sql_integer(store, "PRAGMA wal_checkpoint(TRUNCATE)", "write the database", &busy, err);

    if (code == ERR_NONE && busy != 0) {
        return err_set(err, ERR_BUSY, "%s: cannot write the database: busy, another program is at work on it; try again",
                       store->path);
    }
    return code;
}

void store_rollback(struct store *store)
{
    if (store->db != NULL && !sqlite3_get_autocommit(store->db)) {
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    }
}

enum err_code store_snapshot_begin(struct store *store, struct err *err)
{
    int64_t ignored = 0;
    enum err_code code = sql_exec(store, "BEGIN", "begin reading", err);

    if (code != ERR_NONE) {
        return code;
    }
    code = sql_integer(store, "SELECT count(*) FROM sqlite_schema", "begin reading", &ignored, err);
    if (code != ERR_NONE) {
        store_rollback(store);
    }
    return code;
}

void store_snapshot_end(struct store *store)
{
    store_rollback(store);
}

static int is_stopped(void *context)
{
    const struct store *store = context;

    return *store->stop != 0;
}

void store_watch(struct store *store, const volatile int *stop)
{
    store->stop = stop;
    sqlite3_progress_handler(store->db, STEPS_PER_LOOK, is_stopped, store);
}

const char *store_path(const struct store *store)
{
    return store->path;
}
