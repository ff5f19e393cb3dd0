/*
 * Signals: SIGKILL at every system call and at random instants, SIGINT and SIGTERM at every system call.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/faults/files.h"
#include "tests/faults/harness.h"
#include "tests/faults/parts.h"

#define INSTANTS 200
#define SEED 20251130

struct instants {
    int64_t last_us; /* how long an undisturbed run takes */
};

static void kill_fault(const struct play *play, long number, struct fault *fault)
{
    (void)play;
    snprintf(fault->name, sizeof fault->name, "SIGKILL at call %ld", number + 1);
    fault->plan = (struct plan){.act = ACT_SIGNAL, .calls = CALLS_ALL, .at = (uint64_t)number + 1, .signal = SIGKILL};
    fault->fits = FITS_KILLED;
}

/* Even numbers: SIGINT; odd ones: SIGTERM. */
static void stop_fault(const struct play *play, long number, struct fault *fault)
{
    bool terminate = number % 2 == 1;

    (void)play;
    snprintf(fault->name, sizeof fault->name, "%s at call %ld", terminate ? "SIGTERM" : "SIGINT", number / 2 + 1);
    fault->plan = (struct plan){.act = ACT_SIGNAL, .calls = CALLS_ALL, .at = (uint64_t)(number / 2 + 1),
                                .signal = terminate ? SIGTERM : SIGINT};
    fault->fits = terminate ? FITS_TERMINATED : FITS_INTERRUPTED;
}

static void instant_fault(const struct play *play, long number, struct fault *fault)
{
    const struct instants *instants = play->context;
    unsigned short state[3] = {0, (unsigned short)number, SEED & 0xffff};
    int64_t after_us = 1 + (int64_t)(erand48(state) * (double)instants->last_us);

    snprintf(fault->name, sizeof fault->name, "SIGKILL after %lld us", (long long)after_us);
    fault->plan = (struct plan){.untraced = true, .kill_after_us = after_us};
    fault->fits = FITS_KILLED;
}

static long count_calls(const struct settings *settings, const struct scene *scene)
{
    char folder[PATH_MAX];
    struct plan plan = {.calls = CALLS_ALL};

    harness_path(folder, "%s/count", settings->stage.folder);
    files_copy(scene->before, folder);
    struct program program = scene_program(&settings->stage, scene, folder);
    return (long)trace_run(&program, scene->arguments, &plan).calls;
}

static int64_t measure_us(const struct settings *settings, const struct scene *scene)
{
    char folder[PATH_MAX];
    struct plan plan = {.untraced = true};
    struct timespec from, until;

    harness_path(folder, "%s/count", settings->stage.folder);
    files_copy(scene->before, folder);
    struct program program = scene_program(&settings->stage, scene, folder);
    clock_gettime(CLOCK_MONOTONIC, &from);
    (void)trace_run(&program, scene->arguments, &plan);
    clock_gettime(CLOCK_MONOTONIC, &until);
    return (until.tv_sec - from.tv_sec) * 1000000 + (until.tv_nsec - from.tv_nsec) / 1000;
}

/* A close of a larger month, killed at random instants. */
static bool kill_at_instants(const struct settings *settings, const struct scenes *scenes)
{
    struct instants instants = {.last_us = measure_us(settings, &scenes->large)};
    struct play play = {.part = "kills at random instants", .scene = &scenes->large, .count = INSTANTS, .fault = instant_fault,
                        .context = &instants};

    play.every = 2 * play_every(settings, play.count) - 1; /* each is longer than those of the small world */
    return play_all(settings, &play);
}

int part_kills(const struct settings *settings, const struct scenes *scenes)
{
    const struct scene *all[] = {&scenes->init, &scenes->import, &scenes->close, &scenes->reprocess};
    int failed = 0;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct play play = {.part = "kills", .scene = all[i], .fault = kill_fault, .count = count_calls(settings, all[i])};
        play.every = play_every(settings, play.count);
        failed += !play_all(settings, &play);
    }
    return failed + !kill_at_instants(settings, scenes);
}

int part_signals(const struct settings *settings, const struct scenes *scenes)
{
    const struct scene *all[] = {&scenes->init, &scenes->import, &scenes->close, &scenes->reprocess, &scenes->verify};
    int failed = 0;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct play play = {.part = "signals", .scene = all[i], .fault = stop_fault, .count = 2 * count_calls(settings, all[i])};
        play.every = play_every(settings, play.count);
        play.every |= play.every > 1; /* odd: both signals */
        failed += !play_all(settings, &play);
    }
    return failed;
}
