/*
 * What must be true of every billed world: for random ones (test_properties.c), and for those that a fuzzer makes up.
 */
#ifndef TESTS_LIB_PROPERTIES_H
#define TESTS_LIB_PROPERTIES_H

#include "tests/lib/replay.h"
#include "tests/lib/replay_tax.h"
#include "tests/lib/world.h"

struct properties {
    struct world *world; /* after world_bill() */
    uint64_t seed;             /* for messages */
    void (*differs)(const struct properties *in, const char *what, int64_t want, int64_t got); /* called where they do */
};

/* What lib/ finds by segments, the replay finds event by event (R9, R10, R11 to R14, R19 to R22, R27). Returns what it found. */
struct replay properties_of_replay(const struct properties *in);

/* Sums of parts are the whole; R13, R15, R25's order. Of worlds that are not held. */
void properties_of_bill(const struct properties *in);

/* R24: every tax line, by its own way; returns how many are not there by it, and come to 0: a discounted charge's. Of worlds that are not held. */
int properties_of_taxes(const struct properties *in, const struct replay *replay);

/* The events in another order, which `state` draws, and in three parts whose sums are merged: the same usage. */
void properties_of_usage(const struct properties *in, uint64_t *state);

#endif
