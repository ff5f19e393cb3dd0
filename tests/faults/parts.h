/*
 * The parts of the faults. Each prints how many were injected and survived, and returns how many of its lines are not ok.
 */
#ifndef MONTHEND_TESTS_FAULTS_PARTS_H
#define MONTHEND_TESTS_FAULTS_PARTS_H

#include "tests/faults/play.h"
#include "tests/faults/scene.h"

int part_memory(const struct settings *settings, const struct scenes *scenes);   /* every allocation fails */
int part_calls(const struct settings *settings, const struct scenes *scenes);    /* every call to the kernel fails */
int part_kills(const struct settings *settings, const struct scenes *scenes);    /* SIGKILL at every call, and at random instants */
int part_signals(const struct settings *settings, const struct scenes *scenes);  /* SIGINT and SIGTERM at every call */
int part_power(const struct settings *settings, const struct scenes *scenes);    /* what was not flushed is lost */
int part_places(const struct settings *settings, const struct scenes *scenes);   /* full, read-only and vanishing places */
int part_together(const struct settings *settings, const struct scenes *scenes); /* several programs at once */
int part_commands(const struct settings *settings, const struct scenes *scenes); /* memory and calls of all other commands */

/* Of one scene. false: something failed. */
bool play_memory(const struct settings *settings, const struct scene *scene);
bool play_calls(const struct settings *settings, const struct scene *scene);

#endif
