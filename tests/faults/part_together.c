/*
 * Several programs on one database at once: two closes, a close and an import, a close and upstream writers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "tests/faults/database.h"
#include "tests/faults/files.h"
#include "tests/faults/harness.h"
#include "tests/faults/parts.h"

#define ROUNDS 20
#define ROUNDS_BRIEF 3
#define UPSTREAM_WAIT_MS 20000
#define MANY_EVENTS 80000 /* more than SQLite's 1000 pages, after which it would checkpoint by itself */

struct meeting { /* one round */
    const struct settings *settings;
    const struct scene *scene;
    struct judge *judge;
    char folder[PATH_MAX];
    char database[PATH_MAX];
    char said[2][PATH_MAX];
};

static void meet(struct meeting *meeting)
{
    harness_path(meeting->folder, "%s/together", meeting->settings->stage.folder);
    harness_path(meeting->database, "%s/" SCENE_DATABASE, meeting->folder);
    harness_path(meeting->said[0], "%s.said", meeting->folder);
    harness_path(meeting->said[1], "%s.also", meeting->folder);
    files_copy(meeting->scene->before, meeting->folder);
}

static bool is_done(const struct outcome *outcome)
{
    return !outcome->by_signal && outcome->status <= 1;
}

static bool is_busy(const struct outcome *outcome)
{
    return !outcome->by_signal && outcome->status == 75;
}

static bool told(char why[WHY_MAX], const struct outcome *outcome)
{
    snprintf(why, WHY_MAX, "%s %d: %.500s", outcome->by_signal ? "signal" : "exit status", outcome->status, outcome->said);
    return false;
}

/* Two closes: one issues; the other waits or exits 75. The month is issued once. */
static bool two_closes(struct meeting *meeting, char why[WHY_MAX])
{
    struct program program = scene_program(&meeting->settings->stage, meeting->scene, meeting->folder);
    pid_t one = trace_start(&program, meeting->scene->arguments, meeting->said[0]);
    pid_t other = trace_start(&program, meeting->scene->arguments, meeting->said[1]);
    struct outcome first = trace_end(one, meeting->said[0]);
    struct outcome second = trace_end(other, meeting->said[1]);

    if ((!is_done(&first) && !is_busy(&first)) || (!is_done(&second) && !is_busy(&second))) {
        return told(why, is_done(&first) || is_busy(&first) ? &second : &first);
    }
    if (!is_done(&first) && !is_done(&second)) {
        return told(why, &second);
    }
    return judge_folder(meeting->judge, meeting->scene, meeting->folder, true, true, why);
}

/* A close and an import of what was learned later: both succeed, in whatever order, and nothing is lost. */
static bool close_and_import(struct meeting *meeting, uint64_t wanted, char why[WHY_MAX])
{
    const char *const import[] = {"monthend", "import", SCENE_DATABASE, meeting->settings->stage.late, "--quiet", NULL};
    struct program program = scene_program(&meeting->settings->stage, meeting->scene, meeting->folder);
    struct program later = program;
    uint64_t digest = 0;

    later.clock_s = 1767225600; /* the rows are of then */
    pid_t one = trace_start(&program, meeting->scene->arguments, meeting->said[0]);
    pid_t other = trace_start(&later, import, meeting->said[1]);
    struct outcome first = trace_end(one, meeting->said[0]);
    struct outcome second = trace_end(other, meeting->said[1]);
    if (!is_done(&first) || !is_done(&second)) {
        return told(why, is_done(&first) ? &second : &first);
    }
    if (!database_digest(meeting->database, &digest, why)) {
        return false;
    }
    snprintf(why, WHY_MAX, "the database is not as after one and then the other");
    return digest == wanted;
}

static sqlite3 *upstream_open(const char *database)
{
    sqlite3 *db = NULL;

    if (sqlite3_open_v2(database, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
        sqlite3_busy_timeout(db, UPSTREAM_WAIT_MS) != SQLITE_OK) {
        harness_failed("upstream's connection");
    }
    return db;
}

static bool upstream_sql(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static long upstream_count(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *query = NULL;
    long count = -1;

    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) == SQLITE_OK && sqlite3_step(query) == SQLITE_ROW) {
        count = (long)sqlite3_column_int64(query, 0);
    }
    sqlite3_finalize(query);
    return count;
}

/* Events of the month that are known later, one a transaction, a checkpoint after each, until the close has ended. */
static long upstream_writes(sqlite3 *db, pid_t closing, int *status)
{
    long written = 0;

    upstream_sql(db, "PRAGMA wal_autocheckpoint = 1");
    while (waitpid(closing, status, WNOHANG) == 0) {
        char sql[256];
        snprintf(sql, sizeof sql, "INSERT INTO usage_events (event_id, account_id, occurred_at, model, quantity, recorded_at)"
                                  " VALUES ('up-%ld', 'siskin', 1764000000000, 'auto', 1000000, 1765000000000)", written);
        if (!upstream_sql(db, sql)) {
            return -1;
        }
        written++;
    }
    return written;
}

/* A close sees the month as of its as-of, whatever upstream writes meanwhile; upstream loses nothing. */
static bool close_and_upstream(struct meeting *meeting, char why[WHY_MAX])
{
    struct program program = scene_program(&meeting->settings->stage, meeting->scene, meeting->folder);
    char reports[PATH_MAX];
    uint64_t digest = 0;
    int status = 0;
    sqlite3 *db = upstream_open(meeting->database);
    pid_t closing = trace_start(&program, meeting->scene->arguments, meeting->said[0]);
    long written = upstream_writes(db, closing, &status);
    long kept = upstream_count(db, "SELECT count(*) FROM usage_events WHERE event_id LIKE 'up-%'");

    sqlite3_close(db);
    harness_path(reports, "%s/" SCENE_REPORTS, meeting->folder);
    if (!database_digest(meeting->database, &digest, why)) {
        return false;
    }
    snprintf(why, WHY_MAX, "the close ended with %d, upstream wrote %ld events and %ld are there; the reports are%s those of an undisturbed run",
             status, written, kept, files_digest(reports) == meeting->scene->reports_after ? "" : " not");
    return WIFEXITED(status) && WEXITSTATUS(status) <= 1 && written > 0 && kept == written &&
           files_digest(reports) == meeting->scene->reports_after;
}

static void write_many_events(const char *path)
{
    FILE *file = fopen(path, "w");

    if (file == NULL) {
        harness_failed(path);
    }
    fprintf(file, "event_id,account_id,occurred_at,model,quantity\n");
    for (int i = 0; i < MANY_EVENTS; i++) {
        fprintf(file, "many-%06d,siskin,2025-11-05T00:00:00Z,auto,1\n", i);
    }
    fclose(file);
}

/*
 * SQLite before 3.51.3: a checkpoint beside a commit that begins the log anew can lose commits (the WAL-reset bug). So the
 * program makes none while others are connected: the file is untouched, and all is in the log, where others read it.
 */
static bool no_checkpoint(struct meeting *meeting, char why[WHY_MAX])
{
    const char *arguments[] = {"monthend", "import", SCENE_DATABASE, "usage_events", "many.csv", "--quiet", NULL};
    struct program program = scene_program(&meeting->settings->stage, meeting->scene, meeting->folder);
    struct plan plan = {.untraced = true};
    char path[PATH_MAX];
    struct stat before, after, log = {0};
    sqlite3 *db = upstream_open(meeting->database);

    harness_path(path, "%s/many.csv", meeting->folder);
    write_many_events(path);
    long had = upstream_count(db, "SELECT count(*) FROM usage_events");
    (void)stat(meeting->database, &before);
    struct outcome outcome = trace_run(&program, arguments, &plan);
    (void)stat(meeting->database, &after);
    harness_path(path, "%s-wal", meeting->database);
    (void)stat(path, &log);
    long has = upstream_count(db, "SELECT count(*) FROM usage_events");
    sqlite3_close(db);
    snprintf(why, WHY_MAX, "exit status %d, the file has changed: %d, the log has %lld bytes, upstream sees %ld new events", outcome.status,
             before.st_size != after.st_size || before.st_mtim.tv_nsec != after.st_mtim.tv_nsec, (long long)log.st_size, has - had);
    return is_done(&outcome) && before.st_size == after.st_size && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec &&
           log.st_size > (off_t)1000 * 4096 && has - had == MANY_EVENTS;
}

enum round { ROUND_CLOSES, ROUND_IMPORT, ROUND_UPSTREAM, ROUND_CHECKPOINT, ROUND_KINDS };

static const char *const NAMES[ROUND_KINDS] = {"two closes", "a close and an import", "a close and an upstream writer",
                                               "no checkpoint beside others"};

static bool play_rounds(const struct settings *settings, const struct scenes *scenes, enum round kind)
{
    struct meeting meeting = {.settings = settings, .scene = &scenes->close, .judge = judge_new(&settings->stage)};
    struct tally tally = {0};
    int rounds = kind == ROUND_CHECKPOINT ? 1 : settings->brief ? ROUNDS_BRIEF : ROUNDS;

    for (int i = 0; i < rounds; i++) {
        char why[WHY_MAX] = "";
        meet(&meeting);
        bool right = kind == ROUND_CLOSES     ? two_closes(&meeting, why)
                     : kind == ROUND_IMPORT   ? close_and_import(&meeting, scenes->reprocess.steps[0], why)
                     : kind == ROUND_UPSTREAM ? close_and_upstream(&meeting, why)
                                              : no_checkpoint(&meeting, why);
        tally.injected++;
        tally.survived += right;
        tally.failed += !right;
        if (!right) {
            printf("  together/%s: %s\n", NAMES[kind], why);
        }
    }
    judge_free(meeting.judge);
    return tally_print("together", NAMES[kind], &tally);
}

int part_together(const struct settings *settings, const struct scenes *scenes)
{
    int failed = 0;

    for (enum round kind = 0; kind < ROUND_KINDS; kind++) {
        failed += !play_rounds(settings, scenes, kind);
    }
    return failed;
}
