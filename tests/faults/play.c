/*
 * Plays a scene many times.
 */
#include "tests/faults/play.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/faults/files.h"
#include "tests/faults/harness.h"
#include "tests/faults/stand.h"

#define TOLD_MAX 10  /* failures that a process prints */
#define SURE_PART 10 /* of what threads do, this part may be done otherwise the next time */

long play_every(const struct settings *settings, long count)
{
    return settings->brief && count > settings->budget ? (count + settings->budget - 1) / settings->budget : 1;
}

long play_sure(const struct scene *scene, long count)
{
    return scene->has_threads ? count - count / SURE_PART : count;
}

bool tally_print(const char *part, const char *scene, const struct tally *tally)
{
    bool right = tally->failed == 0 && tally->injected > 0;

    printf("%s %s/%s: %ld fault%s injected, %ld survived", right ? "ok" : "NOT OK", part, scene, tally->injected,
           tally->injected == 1 ? "" : "s", tally->survived);
    if (tally->states > 0) {
        printf("; %ld different state%s run again", tally->states, tally->states == 1 ? "" : "s");
    }
    printf("%s\n", tally->injected == 0 ? "; no fault ever happened" : "");
    fflush(stdout);
    return right;
}

static struct outcome play_fault(const struct program *program, const struct scene *scene, struct fault *fault)
{
    struct outcome outcome;

    do {
        files_copy(scene->before, program->folder);
        outcome = trace_run(program, scene->arguments, &fault->plan);
        fault->plan.kill_after_us /= 2; /* where the run was faster than the kill: once more, sooner */
    } while (outcome.fired == 0 && fault->plan.kill_after_us > 0);
    return outcome;
}

/* What a process needs for its share. */
struct share {
    const struct play *play;
    struct program program;
    struct judge *judge;
    struct stand *stand; /* by copies, else NULL */
};

static struct outcome copy_fault(struct stand *stand, const struct fault *fault)
{
    return stand_go(stand, fault->plan.memory_at) ? stand_copy(stand, fault->plan.memory_on) : (struct outcome){0};
}

/* One fault: play, then judge. */
static void play_one(const struct share *share, long number, struct tally *tally)
{
    const struct play *play = share->play;
    const char *folder = share->program.folder;
    struct fault fault = {0};
    char why[WHY_MAX] = "the fault never happened";
    long fired = 0;
    bool right = false;

    if (play->image != NULL) {
        fired = play->image(play, number, folder, &fault);
        if (fired == 0) {
            return; /* everything was flushed: no fault */
        }
        right = judge_folder(share->judge, play->scene, folder, fault.done, false, why);
    } else {
        play->fault(play, number, &fault);
        struct outcome outcome = share->stand != NULL ? copy_fault(share->stand, &fault)
                                                      : play_fault(&share->program, play->scene, &fault);
        fired = (long)outcome.fired;
        right = fired > 0 && judge_fault(share->judge, play->scene, fault.fits, &outcome, folder, why);
    }
    tally->injected += fired > 0;
    if (right) {
        tally->survived++;
        return;
    }
    if (tally->failed++ < TOLD_MAX) {
        why[strcspn(why, "\n")] = '\0';
        printf("  %s/%s, %s: %s\n", play->part, play->scene->name, fault.name, why);
        fflush(stdout);
    }
}

/* A process's share: each jobs-th fault. */
static struct tally play_share(const struct settings *settings, const struct play *play, int job)
{
    struct share share = {.play = play, .judge = judge_new(&settings->stage)};
    struct tally tally = {0};
    char folder[PATH_MAX];

    harness_path(folder, "%s/job-%d", settings->stage.folder, job);
    share.program = scene_program(&settings->stage, play->scene, folder);
    if (play->by_copies && !settings->anew) {
        files_copy(play->scene->before, folder);
        share.stand = stand_begin(&share.program, play->scene->arguments);
    }
    for (long i = job; i * play->every < play->count; i += settings->jobs) {
        play_one(&share, i * play->every, &tally);
    }
    if (share.stand != NULL) {
        stand_end(share.stand);
    }
    tally.states = judge_states(share.judge);
    judge_free(share.judge);
    return tally;
}

bool play_all(const struct settings *settings, const struct play *play)
{
    struct tally all = {0};
    int ends[2];

    fflush(stdout);
    if (pipe(ends) != 0) {
        harness_failed("pipe");
    }
    for (int job = 0; job < settings->jobs; job++) {
        pid_t process = fork();
        if (process == 0) {
            struct tally tally = play_share(settings, play, job);
            _exit(write(ends[1], &tally, sizeof tally) == sizeof tally ? 0 : 70);
        }
        if (process < 0) {
            harness_failed("fork");
        }
    }
    close(ends[1]);
    for (int job = 0; job < settings->jobs; job++) {
        struct tally tally;
        if (read(ends[0], &tally, sizeof tally) != sizeof tally) {
            errno = EPIPE;
            harness_failed("a process of its own");
        }
        all.injected += tally.injected;
        all.survived += tally.survived;
        all.states += tally.states;
        all.failed += tally.failed;
    }
    close(ends[0]);
    while (wait(NULL) > 0) {
    }
    return tally_print(play->part, play->scene->name, &all);
}
