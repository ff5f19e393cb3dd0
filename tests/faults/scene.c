/*
 * The scenes: init, import, close, reprocess and verify of a small world, each on what the one before left.
 */
#include "tests/faults/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/faults/database.h"
#include "tests/faults/files.h"
#include "tests/faults/harness.h"

#define CLOCK_S 1764720000       /* 2025-12-03T00:00:00Z */
#define CLOCK_LARGE_S 1791504000 /* 2026-10-09T00:00:00Z */

struct program scene_program(const struct stage *stage, const struct scene *scene, const char *folder)
{
    return (struct program){.path = stage->program, .preload = stage->preload, .folder = folder, .clock_s = scene->clock_s};
}

static uint64_t database_of(const char *folder)
{
    char path[PATH_MAX];
    char why[DATABASE_WHY_MAX];
    uint64_t digest = 0;

    harness_path(path, "%s/" SCENE_DATABASE, folder);
    if (!database_digest(path, &digest, why)) {
        fprintf(stderr, "faults: undisturbed, and yet: %s: %s\n", path, why);
        exit(1);
    }
    return digest;
}

static uint64_t reports_of(const char *folder)
{
    char path[PATH_MAX];

    harness_path(path, "%s/" SCENE_REPORTS, folder);
    return files_digest(path);
}

uint64_t scene_database_after(const struct scene *scene)
{
    return scene->steps[scene->step_count - 1];
}

static int run_undisturbed(const struct stage *stage, const struct scene *scene, const char *const arguments[], const char *folder)
{
    struct program program = scene_program(stage, scene, folder);
    struct plan plan = {.untraced = true};
    struct outcome outcome = trace_run(&program, arguments, &plan);

    if (outcome.by_signal || outcome.status > 1) {
        fprintf(stderr, "faults: undisturbed, %s %s ended with %d: %s", scene->name, arguments[1], outcome.status, outcome.said);
        exit(1);
    }
    return outcome.status;
}

void scene_add_step(struct scene *scene, const char *folder)
{
    uint64_t digest = database_of(folder);

    if (scene->step_count == 0 || scene->steps[scene->step_count - 1] != digest) {
        scene->steps[scene->step_count++] = digest;
    }
}

void scene_make(const struct stage *stage, struct scene *scene)
{
    files_copy(scene->before, scene->after);
    scene_add_step(scene, scene->after);
    scene->reports_before = reports_of(scene->after);
    scene->status = run_undisturbed(stage, scene, scene->arguments, scene->after);
    if (scene->step_count == 0 || !scene->looks_only) {
        scene_add_step(scene, scene->after);
    }
    scene->reports_after = reports_of(scene->after);
}

void scene_begin(const struct stage *stage, struct scene *scene, const char *name, const char *const arguments[])
{
    memset(scene, 0, sizeof *scene);
    scene->name = name;
    scene->clock_s = CLOCK_S;
    scene->arguments[0] = "monthend";
    for (int i = 0; arguments[i] != NULL; i++) {
        scene->arguments[i + 1] = arguments[i];
    }
    harness_path(scene->before, "%s/%s.before", stage->folder, name);
    harness_path(scene->after, "%s/%s.after", stage->folder, name);
}

/* An import is one transaction a file: the states between two files are right as well, in the order in which it takes them. */
static void import_steps(const struct stage *stage, struct scene *scene)
{
    char said[PATH_MAX];
    char folder[PATH_MAX];
    char line[1024];

    harness_path(said, "%s.out", scene->after);
    harness_path(folder, "%s/steps", stage->folder);
    files_copy(scene->before, folder);
    scene->step_count = 0;
    scene_add_step(scene, folder);
    FILE *list = fopen(said, "r");
    if (list == NULL) {
        harness_failed(said);
    }
    while (fgets(line, sizeof line, list) != NULL) {
        char file[PATH_MAX];
        line[strcspn(line, ".")] = '\0';
        harness_path(file, "%s/%s.csv", stage->facts, line);
        const char *arguments[] = {scene->arguments[0], scene->arguments[1], scene->arguments[2], line, file, NULL};
        run_undisturbed(stage, scene, arguments, folder);
        scene_add_step(scene, folder);
    }
    fclose(list);
}

static void make_reprocess(const struct stage *stage, struct scene *scene, const char *closed)
{
    static const char *const ARGUMENTS[] = {"reprocess", SCENE_DATABASE, "--month", "2025-11", "--as-of", "2025-12-31T00:00:00Z",
                                            "--quiet", "--threads", "1", "--workbook", "full", "--accept-held", NULL};

    scene_begin(stage, scene, "reprocess", ARGUMENTS);
    files_copy(closed, scene->before);
    scene->clock_s = SCENE_CLOCK_LATER_S;
    const char *import[] = {scene->arguments[0], "import", SCENE_DATABASE, stage->late, "--quiet", NULL};
    run_undisturbed(stage, scene, import, scene->before);
    scene_make(stage, scene);
}

static void make_closed(const struct stage *stage, struct scene *scene, const char *name, const char *folder)
{
    static const char *const ARGUMENTS[] = {"close", SCENE_DATABASE, "--month", "2026-09", "--as-of", "2026-10-05T00:00:00Z",
                                            "--quiet", "--accept-held", NULL};

    scene_begin(stage, scene, name, ARGUMENTS);
    files_copy(folder, scene->before);
    scene->clock_s = CLOCK_LARGE_S;
    scene_make(stage, scene);
}

static void make_proof(const struct stage *stage, struct scene *scene)
{
    static const char *const ARGUMENTS[] = {"verify", SCENE_DATABASE, "--reports", SCENE_REPORTS, "--quiet", "--threads", "1",
                                            NULL};
    static struct scene huge;

    make_closed(stage, &huge, "huge", stage->huge);
    scene_begin(stage, scene, "proof", ARGUMENTS);
    files_copy(huge.after, scene->before);
    scene->clock_s = CLOCK_LARGE_S;
    scene->looks_only = true;
    scene_make(stage, scene);
}

void scenes_make(const struct stage *stage, struct scenes *scenes)
{
    const char *const init[] = {"init", SCENE_DATABASE, NULL};
    const char *const import[] = {"import", SCENE_DATABASE, stage->facts, "--quiet", NULL};
    const char *const close[] = {"close", SCENE_DATABASE, "--month", "2025-11", "--as-of", "2025-12-02T00:00:00Z",
                                 "--quiet", "--threads", "1", "--workbook", "full", "--accept-held", NULL};
    const char *const verify[] = {"verify", SCENE_DATABASE, "--reports", SCENE_REPORTS, "--threads", "1", NULL};

    scene_begin(stage, &scenes->init, "init", init);
    files_make(scenes->init.before);
    scene_make(stage, &scenes->init);

    scene_begin(stage, &scenes->import, "import", import);
    files_copy(scenes->init.after, scenes->import.before);
    scene_make(stage, &scenes->import);
    import_steps(stage, &scenes->import);

    scene_begin(stage, &scenes->close, "close", close);
    files_copy(scenes->import.after, scenes->close.before);
    scene_make(stage, &scenes->close);

    make_reprocess(stage, &scenes->reprocess, scenes->close.after);

    scene_begin(stage, &scenes->verify, "verify", verify);
    scenes->verify.looks_only = true;
    scenes->verify.clock_s = SCENE_CLOCK_LATER_S;
    files_copy(scenes->reprocess.after, scenes->verify.before);
    scene_make(stage, &scenes->verify);
    make_closed(stage, &scenes->large, "large", stage->large);
    make_proof(stage, &scenes->proof);
}
