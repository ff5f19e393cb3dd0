/*
 * Every call to the kernel that opens, reads, writes, flushes, renames, maps or locks fails.
 */
#include <errno.h>
#include <stdio.h>

#include "tests/faults/files.h"
#include "tests/faults/harness.h"
#include "tests/faults/parts.h"

struct way {
    const char *name;
    enum act act;
    unsigned calls;
    int error;
    bool on;
};

static const struct way WAYS[] = {
    {"open: too many open files", ACT_FAIL, CALLS_OPEN, EMFILE, false},
    {"open: too many open files from then on", ACT_FAIL, CALLS_OPEN, EMFILE, true},
    {"open: disk error", ACT_FAIL, CALLS_OPEN, EIO, false},
    {"open: disk full", ACT_FAIL, CALLS_OPEN, ENOSPC, false},
    {"read: disk error", ACT_FAIL, CALLS_READ, EIO, false},
    {"read: disk error from then on", ACT_FAIL, CALLS_READ, EIO, true},
    {"read: half of it", ACT_SHORT, CALLS_READ, EIO, false},
    {"write: disk error", ACT_FAIL, CALLS_WRITE, EIO, false},
    {"write: disk error from then on", ACT_FAIL, CALLS_WRITE, EIO, true},
    {"write: disk full", ACT_FAIL, CALLS_WRITE, ENOSPC, false},
    {"write: disk full from then on", ACT_FAIL, CALLS_WRITE, ENOSPC, true},
    {"write: half of it, then disk full", ACT_SHORT, CALLS_WRITE, ENOSPC, false},
    {"flush: disk error", ACT_FAIL, CALLS_SYNC, EIO, false},
    {"flush: disk error from then on", ACT_FAIL, CALLS_SYNC, EIO, true},
    {"flush: disk full", ACT_FAIL, CALLS_SYNC, ENOSPC, false},
    {"name: disk error", ACT_FAIL, CALLS_NAME, EIO, false},
    {"name: disk error from then on", ACT_FAIL, CALLS_NAME, EIO, true},
    {"name: disk full", ACT_FAIL, CALLS_NAME, ENOSPC, false},
    {"map: no memory", ACT_FAIL, CALLS_MAP, ENOMEM, false},
    {"lock: disk error", ACT_FAIL, CALLS_LOCK, EIO, false},
    {"all but locks: disk error from then on", ACT_FAIL, CALLS_IO & ~CALLS_LOCK, EIO, true},
};
#define WAY_COUNT (sizeof WAYS / sizeof WAYS[0])

struct ways {
    long calls[WAY_COUNT]; /* how many calls of its kind the scene makes */
};

static void call_fault(const struct play *play, long number, struct fault *fault)
{
    const struct ways *ways = play->context;
    size_t way = 0;

    while (number >= ways->calls[way]) {
        number -= ways->calls[way++];
    }
    snprintf(fault->name, sizeof fault->name, "call %ld, %s", number + 1, WAYS[way].name);
    fault->plan = (struct plan){.act = WAYS[way].act, .calls = WAYS[way].calls, .at = (uint64_t)number + 1,
                                .on = WAYS[way].on, .halves = WAYS[way].act == ACT_SHORT, .error = WAYS[way].error};
    fault->fits = FITS_FILES | (WAYS[way].error == ENOMEM ? FITS_MEMORY : 0) | ((WAYS[way].calls & CALLS_LOCK) != 0 ? FITS_BUSY : 0) |
                  ((WAYS[way].calls & (CALLS_NAME | CALLS_LOCK)) != 0 || (WAYS[way].on && (WAYS[way].calls & CALLS_READ) != 0) ? FITS_UNTIDY : 0);
}

static long count_calls(const struct settings *settings, const struct scene *scene, const struct way *way)
{
    char folder[PATH_MAX];
    struct plan plan = {.calls = way->calls, .halves = way->act == ACT_SHORT};

    harness_path(folder, "%s/count", settings->stage.folder);
    files_copy(scene->before, folder);
    struct program program = scene_program(&settings->stage, scene, folder);
    return (long)trace_run(&program, scene->arguments, &plan).calls;
}

bool play_calls(const struct settings *settings, const struct scene *scene)
{
    struct ways ways;
    struct play play = {.part = "calls", .scene = scene, .fault = call_fault, .context = &ways};

    for (size_t way = 0; way < WAY_COUNT; way++) {
        ways.calls[way] = play_sure(scene, count_calls(settings, scene, &WAYS[way]));
        play.count += ways.calls[way];
    }
    play.every = play_every(settings, play.count);
    return play_all(settings, &play);
}

int part_calls(const struct settings *settings, const struct scenes *scenes)
{
    const struct scene *all[] = {&scenes->init, &scenes->import, &scenes->close, &scenes->reprocess, &scenes->verify};
    int failed = 0;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        failed += !play_calls(settings, all[i]);
    }
    return failed;
}
