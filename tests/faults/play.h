/*
 * Plays a scene many times, each time with another fault, on some processes at once.
 */
#ifndef MONTHEND_TESTS_FAULTS_PLAY_H
#define MONTHEND_TESTS_FAULTS_PLAY_H

#include <stdbool.h>

#include "tests/faults/judge.h"
#include "tests/faults/scene.h"
#include "tests/faults/trace.h"

#define FAULT_NAME_MAX 128

struct settings {
    struct stage stage;
    bool brief;  /* of each kind of fault only some, evenly spread */
    long every;  /* of many allocations each how-manieth fails; 1: all */
    long budget; /* brief: faults of a scene */
    long budget_commands; /* of one in part_commands, where there are many */
    bool ways;   /* of the allocations one of each way that leads to one */
    bool anew;   /* no copies of a run that stands still: each fault in a run of its own, as who counts branches must have it */
    int jobs;
};

struct fault {
    char name[FAULT_NAME_MAX];
    struct plan plan;
    unsigned fits; /* FITS_... */
    bool done;     /* of an image: the run had said that it was done */
};

struct play {
    const char *part;
    const struct scene *scene;
    long count;                 /* faults that could be injected */
    long every;                 /* and each how-manieth is */
    void (*fault)(const struct play *play, long number, struct fault *fault); /* number: 0 .. count - 1 */
    /* instead of `fault`: write what is left of the folder, return how many things were lost; 0: nothing to judge */
    long (*image)(const struct play *play, long number, const char *folder, struct fault *fault);
    bool by_copies; /* of one run that stands still where memory is to fail (stand.h); numbers in order of allocations */
    const void *context;
};

struct tally {
    long injected; /* the fault happened */
    long survived; /* and all was as it must be */
    long states;   /* different contents of the folder after a fault, each run again */
    long failed;   /* not survived, or the fault never happened */
};

/* Play all, print what failed and one line of counts. false: something failed. */
bool play_all(const struct settings *settings, const struct play *play);

/* A line of counts: ok, or NOT OK. false: something failed, or nothing was injected. */
bool tally_print(const char *part, const char *scene, const struct tally *tally);

/* Each how-manieth of `count` faults a short form injects. */
long play_every(const struct settings *settings, long count);

/* How many of the calls or allocations of an undisturbed run another will make for sure: all, or most where threads share them. */
long play_sure(const struct scene *scene, long count);

#endif
