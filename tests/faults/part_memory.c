/*
 * Every allocation of memory fails: it alone, and it with all after it.
 */
#include <stdio.h>

#include "tests/faults/files.h"
#include "tests/faults/harness.h"
#include "tests/faults/parts.h"

/* Two faults an allocation: once, and from then on; in an order by which two processes that take turns do both kinds. */
static void memory_fault(const struct play *play, long number, struct fault *fault)
{
    bool on = number % 4 == 1 || number % 4 == 2;

    (void)play;
    snprintf(fault->name, sizeof fault->name, "allocation %ld %s", number / 2 + 1, on ? "and all after it" : "alone");
    fault->plan = (struct plan){.untraced = true, .memory_at = (uint64_t)(number / 2 + 1), .memory_on = on};
    fault->fits = FITS_MEMORY;
}

static long count_allocations(const struct settings *settings, const struct scene *scene)
{
    char folder[PATH_MAX];
    struct plan plan = {.untraced = true};

    harness_path(folder, "%s/count", settings->stage.folder);
    files_copy(scene->before, folder);
    struct program program = scene_program(&settings->stage, scene, folder);
    return (long)trace_run(&program, scene->arguments, &plan).allocations;
}

bool play_memory(const struct settings *settings, const struct scene *scene)
{
    struct play play = {.part = "memory", .scene = scene, .fault = memory_fault, .by_copies = !scene->has_threads};

    play.count = 2 * play_sure(scene, count_allocations(settings, scene));
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
    }
    return failed;
}
