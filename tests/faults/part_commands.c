/*
 * The commands beside those that make a month, on the small month that is closed and reprocessed: every allocation and
 * every call to the kernel fails. And a close and a verify on two threads, where it is a thread's call that fails.
 */
#include <stdio.h>
#include <string.h>

#include "tests/faults/database.h"
#include "tests/faults/files.h"
#include "tests/faults/harness.h"
#include "tests/faults/parts.h"

#define LARGE_CLOCK_S 1791504000 /* 2026-10-09T00:00:00Z */
#define THREADS_BUDGET 2000
#define CATALOGUE "catalogue"    /* of plans that cost more, in the folder */

enum from { FROM_IMPORTED, FROM_CLOSED, FROM_LEARNED, FROM_REPROCESSED, FROM_LARGE };

/* What is out of the ordinary, as in struct scene. */
#define TRAIT_ONCE 1U
#define TRAIT_LEAVES 2U
#define TRAIT_WRITES 4U
#define TRAIT_THREADS 8U
#define TRAIT_INDEXED 16U /* of a month whose events lie by account */

struct command {
    const char *name;
    enum from from;
    unsigned traits; /* TRAIT_... */
    const char *arguments[SCENE_ARGUMENTS_MAX];
};

static const struct command COMMANDS[] = {
    {"status", FROM_REPROCESSED, 0, {"status", SCENE_DATABASE}},
    {"explain", FROM_REPROCESSED, 0,
     {"explain", SCENE_DATABASE, "--account", "anemone", "--month", "2025-11", "--events"}},
    {"explain-book", FROM_REPROCESSED, TRAIT_ONCE | TRAIT_LEAVES,
     {"explain", SCENE_DATABASE, "--account", "birch", "--month", "2025-11", "--format", "xlsx", "--out", "birch.xlsx"}},
    {"quote", FROM_REPROCESSED, 0,
     {"quote", SCENE_DATABASE, "--account", "anemone", "--plan", "power", "--at", "2026-01-10T00:00:00Z"}},
    {"diff", FROM_REPROCESSED, TRAIT_LEAVES,
     {"diff", SCENE_DATABASE, "2025-11/1", "2025-11/2", "--out", "changes.csv"}},
    {"sample", FROM_REPROCESSED, TRAIT_ONCE,
     {"sample", SCENE_DATABASE, "--month", "2025-11", "--seed", "a throw of dice", "--n", "3"}},
    {"preview", FROM_REPROCESSED, 0,
     {"preview", SCENE_DATABASE, "--month", "2025-12", "--as-of", "2025-12-31T00:00:00Z", "--quiet", "--threads", "1", "--workbook", "none"}},
    {"simulate", FROM_REPROCESSED, 0,
     {"simulate", SCENE_DATABASE, "--from", "2025-11", "--to", "2025-12", "--as-of", "2025-12-31T00:00:00Z", "--catalogue", CATALOGUE,
      "--quiet", "--threads", "1", "--workbook", "full"}},
    {"report", FROM_CLOSED, TRAIT_ONCE, {"report", SCENE_DATABASE, "--month", "2025-11", "--quiet", "--threads", "1"}},
    {"index", FROM_REPROCESSED, TRAIT_WRITES, {"index", SCENE_DATABASE, "--quiet"}},
    {"verify-indexed", FROM_REPROCESSED, TRAIT_INDEXED,
     {"verify", SCENE_DATABASE, "--reports", SCENE_REPORTS, "--threads", "1"}},
    {"reprocess-indexed", FROM_LEARNED, TRAIT_WRITES | TRAIT_INDEXED,
     {"reprocess", SCENE_DATABASE, "--month", "2025-11", "--as-of", "2025-12-31T00:00:00Z", "--quiet", "--threads", "1",
      "--workbook", "none", "--accept-held"}},
    {"explain-indexed", FROM_REPROCESSED, TRAIT_INDEXED,
     {"explain", SCENE_DATABASE, "--account", "anemone", "--month", "2025-11", "--events"}},
    {"rejects", FROM_IMPORTED, TRAIT_WRITES,
     {"import", SCENE_DATABASE, "usage_events", SCENE_INPUT, "--rejects", SCENE_REJECTS, "--quiet"}},
    {"shard", FROM_IMPORTED, 0,
     {"close", SCENE_DATABASE, "--month", "2025-11", "--as-of", "2025-12-02T00:00:00Z", "--shard", "1/2", "--result", "1.result",
      "--quiet", "--threads", "1"}},
    {"merge", FROM_IMPORTED, TRAIT_WRITES,
     {"merge", SCENE_DATABASE, "1.result", "2.result", "--accept-held", "--quiet", "--threads", "1", "--workbook", "none"}},
    {"threads", FROM_LARGE, TRAIT_WRITES | TRAIT_THREADS,
     {"close", SCENE_DATABASE, "--month", "2026-09", "--as-of", "2026-10-05T00:00:00Z", "--accept-held", "--quiet", "--threads", "2",
      "--workbook", "none"}},
    {"verify-threads", FROM_REPROCESSED, TRAIT_THREADS, {"verify", SCENE_DATABASE, "--reports", SCENE_REPORTS, "--threads", "2"}},
};
#define COMMAND_COUNT (sizeof COMMANDS / sizeof COMMANDS[0])

static void write_text(const struct scene *scene, const char *name, const char *text)
{
    char path[PATH_MAX];

    harness_path(path, "%s/%s", scene->before, name);
    files_write(path, text, strlen(text));
}

/* What the command needs beside the database. */
static void add_catalogue(const struct scene *scene)
{
    char folder[PATH_MAX];

    harness_path(folder, "%s/" CATALOGUE, scene->before);
    files_make(folder);
    write_text(scene, CATALOGUE "/plan_prices.csv", "plan,currency,effective_from,monthly_price,overage_price\n"
                                                    "free,USD,2025-10-01T00:00:00Z,0,\n"
                                                    "pro,USD,2025-10-01T00:00:00Z,25,0.05\n"
                                                    "proplus,USD,2025-10-01T00:00:00Z,50,0.05\n"
                                                    "power,USD,2025-10-01T00:00:00Z,250,0.05\n");
}

static void add_events(const struct scene *scene)
{
    write_text(scene, SCENE_INPUT, "event_id,account_id,occurred_at,model,quantity\n"
                                   "good,anemone,2025-11-20T10:00:00Z,haiku-4.5,1\n"
                                   "bad,anemone,yesterday,haiku-4.5,1\n"
                                   ",anemone,2025-11-20T10:00:00Z,haiku-4.5,-1\n");
}

static void add_shards(const struct settings *settings, const struct scene *scene)
{
    static const char *const SHARDS[][2] = {{"1/2", "1.result"}, {"2/2", "2.result"}};
    struct program program = scene_program(&settings->stage, scene, scene->before);
    struct plan plan = {.untraced = true};

    for (size_t i = 0; i < 2; i++) {
        const char *arguments[] = {"monthend", "close", SCENE_DATABASE, "--month", "2025-11", "--as-of", "2025-12-02T00:00:00Z",
                                   "--shard", SHARDS[i][0], "--result", SHARDS[i][1], "--quiet", NULL};
        (void)trace_run(&program, arguments, &plan); /* without its result the merge says so */
    }
}

static void add_index(const struct settings *settings, const struct scene *scene)
{
    static const char *const ARGUMENTS[] = {"monthend", "index", SCENE_DATABASE, "--quiet", NULL};
    struct program program = scene_program(&settings->stage, scene, scene->before);
    struct plan plan = {.untraced = true};
    struct outcome outcome = trace_run(&program, ARGUMENTS, &plan);

    if (outcome.by_signal || outcome.status != 0) {
        harness_failed("index");
    }
}

/* An index is several transactions, each of one or two tables. */
static void index_steps(const struct stage *stage, struct scene *scene)
{
    static const char *const TABLES[][2] = {{"usage_parts", "usage_places"}, {"usage_anchors"}, {"usage_id_places"}};
    uint64_t after = scene_database_after(scene);
    char folder[PATH_MAX];
    char path[PATH_MAX];
    char from[PATH_MAX];
    char why[DATABASE_WHY_MAX];

    harness_path(folder, "%s/steps", stage->folder);
    harness_path(path, "%s/" SCENE_DATABASE, folder);
    harness_path(from, "%s/" SCENE_DATABASE, scene->after);
    files_copy(scene->before, folder);
    scene->step_count = 1;
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        for (size_t table = 0; table < 2 && TABLES[i][table] != NULL; table++) {
            if (!database_take(path, from, TABLES[i][table], why)) {
                harness_failed(why);
            }
        }
        scene_add_step(scene, folder);
    }
    if (scene_database_after(scene) != after) {
        harness_failed("an index writes to other tables than these");
    }
}

static void make_scene(const struct settings *settings, const struct scenes *scenes, const struct command *command, struct scene *scene)
{
    const char *const from[] = {[FROM_IMPORTED] = scenes->import.after, [FROM_CLOSED] = scenes->close.after,
                                [FROM_LEARNED] = scenes->reprocess.before, [FROM_REPROCESSED] = scenes->reprocess.after, [FROM_LARGE] = scenes->large.before};
    char reports[PATH_MAX];

    scene_begin(&settings->stage, scene, command->name, command->arguments);
    files_copy(from[command->from], scene->before);
    scene->clock_s = command->from == FROM_LARGE ? LARGE_CLOCK_S : SCENE_CLOCK_LATER_S;
    scene->once = (command->traits & TRAIT_ONCE) != 0;
    scene->leaves = (command->traits & TRAIT_LEAVES) != 0;
    scene->looks_only = (command->traits & TRAIT_WRITES) == 0;
    scene->has_threads = (command->traits & TRAIT_THREADS) != 0;
    if ((command->traits & TRAIT_INDEXED) != 0) {
        add_index(settings, scene);
    }
    if (strcmp(command->name, "simulate") == 0) {
        add_catalogue(scene);
    } else if (strcmp(command->name, "rejects") == 0) {
        add_events(scene);
    } else if (strcmp(command->name, "merge") == 0) {
        add_shards(settings, scene);
    } else if (strcmp(command->name, "report") == 0) {
        harness_path(reports, "%s/" SCENE_REPORTS, scene->before);
        files_remove(reports);
    }
    scene_make(&settings->stage, scene);
    if (strcmp(command->name, "index") == 0) {
        index_steps(&settings->stage, scene);
    }
}

/* Of a run with threads those of its threads by their ways, and some of all, whoever makes them. */
static bool play_memory_of(const struct settings *settings, const struct scene *scene)
{
    struct settings some = *settings;
    bool right = play_memory(settings, scene);

    some.ways = false;
    return settings->ways && scene->has_threads ? play_memory(&some, scene) && right : right;
}

/* Of allocations one of each way; where each fault is a run of its own, since there are threads, some of all. */
static struct settings settings_for(const struct settings *settings, const struct scene *scene)
{
    struct settings ours = *settings;

    ours.budget = settings->budget_commands;
    if (!settings->brief) {
        ours.ways = true;
        ours.brief = scene->has_threads;
        ours.budget = THREADS_BUDGET;
    }
    return ours;
}

int part_commands(const struct settings *settings, const struct scenes *scenes)
{
    int failed = 0;

    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        static struct scene scene;
        make_scene(settings, scenes, &COMMANDS[i], &scene);
        struct settings ours = settings_for(settings, &scene);
        failed += !play_memory_of(&ours, &scene);
        failed += !play_calls(&ours, &scene);
    }
    return failed;
}
