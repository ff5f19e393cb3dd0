/*
 * Every allocation of memory fails: it alone, and it with all after it. Or one of each way that leads to one (ways.h);
 * of a run with threads these are the ways of the threads beside the main one, which always do as much.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/faults/files.h"
#include "tests/faults/harness.h"
#include "tests/faults/parts.h"
#include "tests/faults/ways.h"

/* Two faults an allocation: once, and from then on; in an order by which two processes that take turns do both kinds. */
static void memory_fault(const struct play *play, long number, struct fault *fault)
{
    const struct ways_noted *ways = play->context;
    bool on = number % 4 == 1 || number % 4 == 2;
    uint64_t allocation = ways == NULL ? (uint64_t)(number / 2 + 1) : ways->allocations[number / 2];

    snprintf(fault->name, sizeof fault->name, "allocation %llu %s", (unsigned long long)allocation, on ? "and all after it" : "alone");
    fault->plan = (struct plan){.untraced = true, .memory_at = allocation, .memory_on = on,
                                .memory_aside = ways != NULL && play->scene->has_threads};
    fault->fits = FITS_MEMORY;
}

static long count_allocations(const struct settings *settings, const struct scene *scene, bool aside)
{
    char folder[PATH_MAX];
    struct plan plan = {.untraced = true, .memory_aside = aside};

    harness_path(folder, "%s/count", settings->stage.folder);
    files_copy(scene->before, folder);
    struct program program = scene_program(&settings->stage, scene, folder);
    return (long)trace_run(&program, scene->arguments, &plan).allocations;
}

static const struct ways_noted *find_ways(const struct settings *settings, const struct scene *scene)
{
    static struct ways_noted noted;
    char path[PATH_MAX];

    memset(&noted, 0, sizeof noted);
    harness_path(path, "%s/ways", settings->stage.folder);
    files_write(path, (const char *)&noted, sizeof noted);
    setenv(WAYS_FILE, path, 1);
    (void)count_allocations(settings, scene, scene->has_threads);
    unsetenv(WAYS_FILE);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || read(file, &noted, sizeof noted) != (ssize_t)sizeof noted) {
        harness_failed(path);
    }
    close(file);
    return &noted;
}

/* One of each way, with SQLite's small pieces allocated, too. */
static bool play_ways(const struct settings *settings, const struct scene *scene)
{
    struct play play = {.part = "ways to memory", .scene = scene, .fault = memory_fault, .by_copies = !scene->has_threads};

    setenv(WAYS_SMALL, "1", 1);
    const struct ways_noted *ways = find_ways(settings, scene);
    play.context = ways;
    play.count = 2 * (long)ways->count;
    play.every = 1;
    bool right = play_all(settings, &play);
    unsetenv(WAYS_SMALL);
    return right;
}

bool play_memory(const struct settings *settings, const struct scene *scene)
{
    struct play play = {.part = "memory", .scene = scene, .fault = memory_fault, .by_copies = !scene->has_threads};

    if (settings->ways) {
        return play_ways(settings, scene);
    }
    play.count = 2 * play_sure(scene, count_allocations(settings, scene, false));
    play.every = play_every(settings, play.count);
    if (!settings->brief && settings->every > 1) {
        play.every = settings->every;
    }
    play.every |= play.every > 1; /* odd: both kinds */
    return play_all(settings, &play);
}

int part_memory(const struct settings *settings, const struct scenes *scenes)
{
    const struct scene *all[] = {&scenes->init, &scenes->import, &scenes->close, &scenes->reprocess, &scenes->verify};
    int failed = 0;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        failed += !play_memory(settings, all[i]);
        if (!settings->brief && !settings->ways) { /* those of SQLite's small pieces besides */
            failed += !play_ways(settings, all[i]);
        }
    }
    return failed;
}
