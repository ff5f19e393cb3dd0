/*
 * Judging what a fault left.
 */
#include "tests/faults/judge.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/faults/database.h"
#include "tests/faults/files.h"
#include "tests/faults/harness.h"

#define SEEN_MAX (1 << 20) /* a power of two, many more than there are faults */

struct judge {
    const struct stage *stage;
    uint64_t *seen; /* folders that were found right: their digest with the scene; open addressing */
    long states;
};

struct judge *judge_new(const struct stage *stage)
{
    struct judge *judge = calloc(1, sizeof *judge);
    uint64_t *seen = calloc(SEEN_MAX, sizeof *seen);

    if (judge == NULL || seen == NULL) {
        harness_failed("memory");
    }
    *judge = (struct judge){.stage = stage, .seen = seen};
    return judge;
}

void judge_free(struct judge *judge)
{
    free(judge->seen);
    free(judge);
}

long judge_states(const struct judge *judge)
{
    return judge->states;
}

static uint64_t *seen_place(struct judge *judge, uint64_t key)
{
    uint64_t at = key & (SEEN_MAX - 1);

    while (judge->seen[at] != 0 && judge->seen[at] != key) {
        at = (at + 1) & (SEEN_MAX - 1);
    }
    return &judge->seen[at];
}

__attribute__((format(printf, 2, 3))) static bool wrong(char why[WHY_MAX], const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(why, WHY_MAX, format, arguments);
    va_end(arguments);
    return false;
}

/* One line, by the program; an import of bad rows has told them before. */
static bool is_one_line(const char *said)
{
    while (strncmp(said, SCENE_INPUT ":", strlen(SCENE_INPUT ":")) == 0 && strchr(said, '\n') != NULL) {
        said = strchr(said, '\n') + 1;
    }
    const char *end = strchr(said, '\n');

    return strncmp(said, "monthend: ", strlen("monthend: ")) == 0 && end != NULL && end[1] == '\0' && end - said > 20;
}

static bool status_fits(unsigned fits, const struct outcome *outcome)
{
    int status = outcome->status;

    if (outcome->by_signal) {
        return ((fits & FITS_KILLED) != 0 && status == SIGKILL) || ((fits & FITS_INTERRUPTED) != 0 && status == SIGINT) ||
               ((fits & FITS_TERMINATED) != 0 && status == SIGTERM);
    }
    bool asks_for_memory = status == 70 || (status == 74 && strstr(outcome->said, "or memory short?") != NULL);

    return status <= 1 || ((fits & FITS_MEMORY) != 0 && asks_for_memory) ||
           ((fits & FITS_FILES) != 0 && (status == 73 || status == 74)) || ((fits & FITS_INTERRUPTED) != 0 && status == 130) ||
           ((fits & FITS_TERMINATED) != 0 && status == 143) || ((fits & FITS_BUSY) != 0 && status == 75);
}

static bool judge_end(const struct scene *scene, unsigned fits, const struct outcome *outcome, char why[WHY_MAX])
{
    if (outcome->hung) {
        return wrong(why, "it did not end");
    }
    if (!status_fits(fits, outcome)) {
        return wrong(why, "%s %d: %s", outcome->by_signal ? "ended by signal" : "exit status", outcome->status, outcome->said);
    }
    if (outcome->by_signal) {
        return true;
    }
    if (outcome->status <= 1) {
        return outcome->status <= scene->status ? true
                                               : wrong(why, "exit status %d instead of %d: %s", outcome->status, scene->status, outcome->said);
    }
    if ((fits & FITS_MEMORY) != 0 && strstr(outcome->said, " not hold: ") != NULL) {
        return wrong(why, "no memory is no reason for a claim not to hold: %s", outcome->said);
    }
    return is_one_line(outcome->said) ? true : wrong(why, "exit status %d without one clear line: '%s'", outcome->status, outcome->said);
}

struct looking {
    const struct scene *scene;
    const char *folder;
    bool done;
    bool tidy;
    bool right;
    char *why;
};

static bool is_left_lying(const char *name)
{
    return strstr(name, "tmp-") != NULL || strncmp(name, "tmp.", 4) == 0 || strstr(name, ".part") != NULL ||
           strstr(name, ".init-") != NULL;
}

/* What a command is told to make, and no part of the database; a catalogue's folder (depth 1) is given to it. */
static bool is_made(const char *below, int depth)
{
    return depth == 0 && strncmp(below, SCENE_DATABASE, strlen(SCENE_DATABASE)) != 0;
}

/* The bad rows of an import go where the user says as they are met; only one that comes to its end has told them all. */
static bool is_whole(const struct looking *looking, const char *below)
{
    char wanted[PATH_MAX];
    char path[PATH_MAX];

    harness_path(wanted, "%s/%s", looking->scene->after, below);
    harness_path(path, "%s/%s", looking->folder, below);
    return files_same(wanted, path) || (!looking->done && strcmp(below, SCENE_REJECTS) == 0);
}

/* A report directory or a file at hand. Report directories lie three deep: reports-out/2025-11/1-close. */
static void look_at(void *context, const char *path, bool is_folder)
{
    struct looking *looking = context;
    const char *below = path + strlen(looking->folder) + 1;
    const char *name = strrchr(path, '/') + 1;
    char wanted[PATH_MAX];
    int depth = 0;

    for (const char *at = below; *at != '\0'; at++) {
        depth += *at == '/';
    }
    if (is_left_lying(name)) {
        if (looking->tidy && looking->right) {
            looking->right = wrong(looking->why, "left lying about: %s", below);
        }
    } else if (((is_folder && depth == 2) || (!is_folder && is_made(below, depth))) && looking->right) {
        harness_path(wanted, "%s/%s", looking->scene->after, below);
        if (is_folder ? files_digest(wanted) != files_digest(path) : !is_whole(looking, below)) {
            looking->right = wrong(looking->why, "%s is there, and not as an undisturbed run writes it", below);
        }
    }
}

static bool look_about(const struct scene *scene, const char *folder, bool done, bool tidy, char why[WHY_MAX])
{
    struct looking looking = {.scene = scene, .folder = folder, .done = done, .tidy = tidy, .right = true, .why = why};

    files_each(folder, look_at, &looking);
    return looking.right;
}

/* Of a copy: looking plays a log that was left behind into the database. */
static bool judge_database(const struct judge *judge, const struct scene *scene, const char *folder, bool done, char why[WHY_MAX])
{
    char copy[PATH_MAX];
    char path[PATH_MAX];
    char reason[DATABASE_WHY_MAX];
    uint64_t digest = 0;

    (void)judge;
    harness_path(copy, "%s.copy", folder);
    files_copy(folder, copy);
    harness_path(path, "%s/" SCENE_DATABASE, copy);
    if (!database_digest(path, &digest, reason)) {
        return wrong(why, "the database is not whole: %s", reason);
    }
    for (int i = done ? scene->step_count - 1 : 0; i < scene->step_count; i++) {
        if (scene->steps[i] == digest) {
            return true;
        }
    }
    return wrong(why, done ? "the run says that it is done, and the database does not say what it must"
                           : "the database says neither what it said before nor what it must say after");
}

static bool judge_done(const struct scene *scene, const char *folder, char why[WHY_MAX])
{
    char path[PATH_MAX];
    char reason[DATABASE_WHY_MAX];
    uint64_t digest = 0;

    harness_path(path, "%s/" SCENE_REPORTS, folder);
    if (files_digest(path) != scene->reports_after) {
        return wrong(why, "the reports are not those of an undisturbed run");
    }
    harness_path(path, "%s/" SCENE_DATABASE, folder);
    if (!database_digest(path, &digest, reason)) {
        return wrong(why, "the database is not whole: %s", reason);
    }
    return digest == scene_database_after(scene) ? true : wrong(why, "the database does not say what it must");
}

static bool verify(struct judge *judge, const struct scene *scene, const char *folder, char why[WHY_MAX])
{
    struct program program = scene_program(judge->stage, scene, folder);
    struct plan plan = {.untraced = true};
    const char *arguments[] = {"monthend", "verify", SCENE_DATABASE, "--reports", SCENE_REPORTS, NULL};

    if (scene->reports_after == DIGEST_NONE) {
        arguments[3] = NULL;
    }
    struct outcome outcome = trace_run(&program, arguments, &plan);
    return !outcome.by_signal && outcome.status == 0 ? true : wrong(why, "verify: exit status %d: %s", outcome.status, outcome.said);
}

/* The same command once more. */
static bool run_again(struct judge *judge, const struct scene *scene, const char *folder, char why[WHY_MAX])
{
    struct program program = scene_program(judge->stage, scene, folder);
    struct plan plan = {.untraced = true};
    char inner[WHY_MAX];
    bool once = scene->once || strcmp(scene->name, "init") == 0; /* one that came through is not done again */
    struct outcome outcome = trace_run(&program, scene->arguments, &plan);

    if (outcome.by_signal || (outcome.status > 1 && !(once && outcome.status == 73))) {
        return wrong(why, "run again: %s %d: %s", outcome.by_signal ? "signal" : "exit status", outcome.status, outcome.said);
    }
    if (!judge_done(scene, folder, inner) || !look_about(scene, folder, true, !scene->leaves, inner)) {
        return wrong(why, "run again: %s", inner);
    }
    return verify(judge, scene, folder, why);
}

bool judge_folder(struct judge *judge, const struct scene *scene, const char *folder, bool done, bool tidy, char why[WHY_MAX])
{
    uint64_t key = digest_bytes(files_digest(folder), scene->name, strlen(scene->name));
    uint64_t *place = seen_place(judge, digest_bytes(key, done ? "done" : tidy ? "tidy" : "", 1));
    char path[PATH_MAX];

    if (*place != 0) {
        return true;
    }
    judge->states++;
    if (!look_about(scene, folder, done, tidy, why) || !judge_database(judge, scene, folder, done, why)) {
        return false;
    }
    harness_path(path, "%s/" SCENE_REPORTS, folder);
    if (done && files_digest(path) != scene->reports_after) {
        return wrong(why, "the run says that it is done, and its reports are not those of an undisturbed run");
    }
    if (!run_again(judge, scene, folder, why)) {
        return false;
    }
    *place = digest_bytes(key, done ? "done" : tidy ? "tidy" : "", 1);
    return true;
}

/* A run that says that it is done has printed all. */
static bool judge_printed(const struct scene *scene, const struct outcome *outcome, const char *folder, char why[WHY_MAX])
{
    char printed[PATH_MAX];
    char wanted[PATH_MAX];

    harness_path(printed, "%s.out", folder);
    harness_path(wanted, "%s.out", scene->after);
    return !outcome->printed || outcome->by_signal || outcome->status > 1 || files_same(printed, wanted)
               ? true
               : wrong(why, "the run says that it is done, and did not print what an undisturbed run prints");
}

bool judge_fault(struct judge *judge, const struct scene *scene, unsigned fits, const struct outcome *outcome,
                 const char *folder, char why[WHY_MAX])
{
    return judge_end(scene, fits, outcome, why) && judge_printed(scene, outcome, folder, why) &&
           judge_folder(judge, scene, folder, !outcome->by_signal && outcome->status <= 1,
                        !outcome->by_signal && (fits & FITS_UNTIDY) == 0, why);
}
