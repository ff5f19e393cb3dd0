/*
 * A scene: a folder with a database as it was before a command, the command,
 * and the folder as it is after a run that nothing disturbed.
 */
#ifndef MONTHEND_TESTS_FAULTS_SCENE_H
#define MONTHEND_TESTS_FAULTS_SCENE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "tests/faults/trace.h"

#define SCENE_DATABASE "m.db"
#define SCENE_REPORTS "reports-out"
#define SCENE_INPUT "usage.csv" /* of which rows are bad, and go to */
#define SCENE_REJECTS "rejects.csv"
#define SCENE_ARGUMENTS_MAX 20
#define SCENE_STEPS_MAX 32
#define SCENE_CLOCK_LATER_S 1767225600 /* 2026-01-01T00:00:00Z, after reprocess */

struct scene {
    const char *name;
    const char *arguments[SCENE_ARGUMENTS_MAX]; /* of the program, its name first, NULL last */
    char before[PATH_MAX];                /* folders */
    char after[PATH_MAX];
    int64_t clock_s;
    int status;      /* of the undisturbed run */
    bool looks_only;  /* writes nothing to the database */
    bool once;        /* what is there it leaves alone, and says so: 73 */
    bool leaves;      /* another run's unfinished file, too: it lies beside files of the user's */
    bool has_threads; /* no two runs do the same in the same order */
    uint64_t steps[SCENE_STEPS_MAX]; /* what the database may say: before, between two transactions, after */
    int step_count;
    uint64_t reports_before; /* digests of SCENE_REPORTS */
    uint64_t reports_after;
};

struct scenes {
    struct scene init, import, close, reprocess, verify;
    struct scene large; /* a close of a larger month */
    struct scene proof; /* verify of a month that needs temporary files */
};

struct stage { /* where scenes are made and played */
    const char *program;
    const char *preload;
    const char *folder; /* the harness's own, absolute */
    const char *facts;  /* folders of CSV files */
    const char *late;   /* known after the close */
    const char *large; /* folders with databases of larger months, 2026-09: for faults that come at any time, */
    const char *huge;  /* and such that verify needs temporary files */
};

/* Make all scenes by running each command undisturbed. */
void scenes_make(const struct stage *stage, struct scenes *scenes);

/* A scene of a command of its own kind, for other worlds: runs `arguments` on the folder `before`. */
void scene_make(const struct stage *stage, struct scene *scene);

/* An empty scene of that name and command, its folders named and not there. */
void scene_begin(const struct stage *stage, struct scene *scene, const char *name, const char *const arguments[]);

/* Of a scene that is made, one more state that is right: the database in `folder`. Those before are kept; the last is that after. */
void scene_add_step(struct scene *scene, const char *folder);

/* What the database after the scene says. */
uint64_t scene_database_after(const struct scene *scene);

struct program scene_program(const struct stage *stage, const struct scene *scene, const char *folder);

#endif
