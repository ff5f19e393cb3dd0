/*
 * Places that are full, read-only, limited, or go away.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/faults/files.h"
#include "tests/faults/harness.h"
#include "tests/faults/parts.h"
#include "tests/faults/place.h"

#define PAGE_BYTES 4096
#define ROOMY_BYTES ((int64_t)256 << 20)
#define SIZES 20
#define SIZES_BRIEF 3

enum kind { KIND_DATABASE, KIND_REPORTS, KIND_TEMPORARY, KIND_LIMIT };

static const char *const KINDS[] = {"disk of the database full", "disk of the reports full", "disk of temporary files full",
                                    "file size limited"};

struct trial {
    const struct settings *settings;
    const struct scene *scene;
    enum kind kind;
    char folder[PATH_MAX]; /* where the scene is played */
    char small[PATH_MAX];  /* the small file system */
};

/* Where the disk of the database is the small one, the reports are on another. */
static bool has_roomy_reports(const struct trial *trial)
{
    return trial->kind == KIND_DATABASE && trial->scene->reports_after != DIGEST_NONE;
}

static void trial_begin(struct trial *trial, int64_t bytes)
{
    bool reports = trial->kind == KIND_REPORTS;

    harness_path(trial->folder, "%s/place", trial->settings->stage.folder);
    files_remove(trial->folder);
    files_make(trial->folder);
    if (trial->kind == KIND_TEMPORARY) {
        harness_path(trial->small, "%s/temporary", trial->settings->stage.folder);
    } else {
        harness_path(trial->small, reports ? "%s/" SCENE_REPORTS : "%s", trial->folder);
    }
    files_make(trial->small);
    if (trial->kind != KIND_LIMIT) {
        place_mount(trial->small, bytes);
    }
    if (has_roomy_reports(trial)) {
        char roomy[PATH_MAX];
        harness_path(roomy, "%s/" SCENE_REPORTS, trial->folder);
        files_make(roomy);
        place_mount(roomy, ROOMY_BYTES);
    }
    files_fill(trial->scene->before, trial->folder);
}

static void trial_end(struct trial *trial)
{
    if (has_roomy_reports(trial)) {
        char roomy[PATH_MAX];
        harness_path(roomy, "%s/" SCENE_REPORTS, trial->folder);
        place_unmount(roomy);
    }
    if (trial->kind != KIND_LIMIT) {
        place_unmount(trial->small);
    }
}

static struct outcome trial_run(struct trial *trial, int64_t bytes)
{
    struct plan plan = {.untraced = true, .file_bytes_max = trial->kind == KIND_LIMIT ? bytes : 0,
                        .temporary = trial->kind == KIND_TEMPORARY ? trial->small : NULL};
    struct program program = scene_program(&trial->settings->stage, trial->scene, trial->folder);

    return trace_run(&program, trial->scene->arguments, &plan);
}

static void add_pages(void *context, const char *path, bool is_folder)
{
    int64_t *bytes = context;
    struct stat status;

    if (!is_folder && stat(path, &status) == 0) {
        *bytes += (status.st_size + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    }
}

/* How many bytes what is there before takes, so that it can be put there at all. */
static int64_t least_bytes(const struct trial *trial)
{
    int64_t bytes = PAGE_BYTES;
    char path[PATH_MAX];

    if (trial->kind == KIND_DATABASE) {
        harness_path(path, "%s/" SCENE_DATABASE, trial->scene->before);
        add_pages(&bytes, path, false);
    } else if (trial->kind == KIND_REPORTS) {
        harness_path(path, "%s/" SCENE_REPORTS, trial->scene->before);
        files_each(path, add_pages, &bytes);
    }
    return bytes;
}

static bool is_enough(struct trial *trial, int64_t bytes)
{
    trial_begin(trial, bytes);
    struct outcome outcome = trial_run(trial, bytes);
    trial_end(trial);
    return !outcome.by_signal && outcome.status <= 1;
}

/* The largest size, to a page, at which the run fails; 0: it never does. */
static int64_t failing_bytes(struct trial *trial)
{
    int64_t fails = least_bytes(trial);
    int64_t enough = ROOMY_BYTES;

    if (is_enough(trial, fails)) {
        return 0;
    }
    while (enough - fails > PAGE_BYTES) {
        int64_t middle = fails + (enough - fails) / 2 / PAGE_BYTES * PAGE_BYTES;
        if (is_enough(trial, middle)) {
            enough = middle;
        } else {
            fails = middle;
        }
    }
    return fails;
}

/* One size: the run fails as it must, and with room it succeeds. */
static void try_size(struct trial *trial, struct judge *judge, int64_t bytes, struct tally *tally)
{
    char why[WHY_MAX] = "it did not fail";

    trial_begin(trial, bytes);
    struct outcome outcome = trial_run(trial, bytes);
    bool failed = outcome.by_signal || outcome.status > 1;
    tally->injected += failed;
    if (failed && trial->kind != KIND_LIMIT) {
        place_resize(trial->small, ROOMY_BYTES);
    }
    if (failed && judge_fault(judge, trial->scene, FITS_FILES, &outcome, trial->folder, why)) {
        tally->survived++;
    } else {
        tally->failed++;
        why[strcspn(why, "\n")] = '\0';
        printf("  places/%s, %s at %lld bytes: %s\n", trial->scene->name, KINDS[trial->kind], (long long)bytes, why);
    }
    trial_end(trial);
}

static bool try_sizes(const struct settings *settings, const struct scene *scene, enum kind kind)
{
    struct trial trial = {.settings = settings, .scene = scene, .kind = kind};
    struct judge *judge = judge_new(&settings->stage);
    struct tally tally = {0};
    int sizes = settings->brief ? SIZES_BRIEF : SIZES;
    int64_t least = least_bytes(&trial);
    int64_t most = failing_bytes(&trial);

    for (int i = 0; most > 0 && i < sizes; i++) {
        try_size(&trial, judge, least + (most - least) * i / (sizes - 1) / PAGE_BYTES * PAGE_BYTES, &tally);
    }
    tally.states = judge_states(judge);
    judge_free(judge);
    return tally_print(KINDS[kind], scene->name, &tally);
}

/* A place that cannot be written to, and then can. */
static bool try_read_only(const struct settings *settings, const struct scene *scene, enum kind kind, const char *name)
{
    struct trial trial = {.settings = settings, .scene = scene, .kind = kind};
    struct judge *judge = judge_new(&settings->stage);
    struct tally tally = {.injected = 1};
    char why[WHY_MAX] = "it did not fail";

    trial_begin(&trial, ROOMY_BYTES);
    place_read_only(trial.small, true);
    struct outcome outcome = trial_run(&trial, 0);
    place_read_only(trial.small, false);
    bool fails = !scene->looks_only;
    if (fails == (outcome.by_signal || outcome.status > 1) &&
        judge_fault(judge, scene, FITS_FILES, &outcome, trial.folder, why)) {
        tally.survived++;
    } else {
        tally.failed++;
        printf("  places/%s, %s: exit status %d, %s\n", scene->name, name, outcome.status, why);
    }
    trial_end(&trial);
    judge_free(judge);
    return tally_print(name, scene->name, &tally);
}

/* The reports' folder is removed by someone at a system call. */
static void remove_reports(void *context)
{
    files_remove(context);
}

static bool try_vanishing(const struct settings *settings, const struct scene *scene)
{
    struct trial trial = {.settings = settings, .scene = scene, .kind = KIND_LIMIT};
    struct judge *judge = judge_new(&settings->stage);
    struct program program;
    struct tally tally = {0};
    char reports[PATH_MAX];
    int instants = settings->brief ? SIZES_BRIEF : SIZES;

    trial_begin(&trial, 0);
    harness_path(reports, "%s/" SCENE_REPORTS, trial.folder);
    program = scene_program(&settings->stage, scene, trial.folder);
    struct plan count = {.calls = CALLS_IO};
    uint64_t calls = trace_run(&program, scene->arguments, &count).calls;
    for (int i = 0; i < instants; i++) {
        char why[WHY_MAX] = "";
        struct plan plan = {.act = ACT_CALL, .calls = CALLS_IO, .at = calls * (uint64_t)(i + 1) / (uint64_t)(instants + 1),
                            .call = remove_reports, .context = reports};
        trial_begin(&trial, 0);
        struct outcome outcome = trace_run(&program, scene->arguments, &plan);
        bool done = outcome.status <= 1;
        tally.injected += outcome.fired > 0;
        if (outcome.fired > 0 && (done ? judge_folder(judge, scene, trial.folder, false, false, why)
                                       : judge_fault(judge, scene, FITS_FILES, &outcome, trial.folder, why))) {
            tally.survived++;
        } else {
            tally.failed++;
            why[strcspn(why, "\n")] = '\0';
            printf("  places/%s, the reports vanish at call %llu: %s\n", scene->name, (unsigned long long)plan.at, why);
        }
    }
    tally.states = judge_states(judge);
    judge_free(judge);
    return tally_print("a folder that vanishes", scene->name, &tally);
}

static int play_places(const struct settings *settings, const struct scenes *scenes)
{
    const struct scene *writing[] = {&scenes->import, &scenes->close, &scenes->reprocess};
    int failed = 0;

    places_begin();
    for (size_t i = 0; i < sizeof writing / sizeof writing[0]; i++) {
        failed += !try_sizes(settings, writing[i], KIND_DATABASE);
        failed += !try_sizes(settings, writing[i], KIND_LIMIT);
        failed += !try_read_only(settings, writing[i], KIND_DATABASE, "read-only database");
    }
    for (size_t i = 1; i < sizeof writing / sizeof writing[0]; i++) {
        failed += !try_sizes(settings, writing[i], KIND_REPORTS);
        failed += !try_read_only(settings, writing[i], KIND_REPORTS, "read-only folder");
        failed += !try_vanishing(settings, writing[i]);
    }
    failed += !try_read_only(settings, &scenes->verify, KIND_DATABASE, "read-only database");
    return failed + !try_sizes(settings, &scenes->proof, KIND_TEMPORARY);
}

/* In a process of its own: its mounts are gone with it. */
int part_places(const struct settings *settings, const struct scenes *scenes)
{
    int status = 0;

    fflush(stdout);
    pid_t process = fork();
    if (process == 0) {
        int failed = play_places(settings, scenes);
        fflush(stdout);
        _exit(failed);
    }
    if (process < 0 || waitpid(process, &status, 0) != process || !WIFEXITED(status)) {
        harness_failed("a process of its own");
    }
    return WEXITSTATUS(status);
}
