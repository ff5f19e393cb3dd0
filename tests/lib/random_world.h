/*
 * Random account-months for properties: everything in play, most of it
 * crowded around the instants where a rule turns (a month's first and last
 * instant, a grant's edges, the settings, other rows' own instants).
 */
#ifndef TESTS_LIB_RANDOM_WORLD_H
#define TESTS_LIB_RANDOM_WORLD_H

#include <stddef.h>
#include <stdint.h>

#include "tests/lib/world.h"

/* splitmix64: the same numbers everywhere, from any seed. */
uint64_t random_next(uint64_t *state);

/* 0 .. most */
int64_t random_up_to(uint64_t *state, int64_t most);

/* From here on random_up_to() takes its numbers from these bytes, whatever the state, until they are used up; they stay the caller's. */
void random_from_bytes(const uint8_t *bytes, size_t count);

/* The account-month of a seed, in USD; sorted by world_sort or world_bill. */
void random_world(struct world *world, uint64_t seed);

/* Only its catalogue and policies, for a month of one's choice; then as many accounts of it as one likes. */
void random_catalogue(struct world *world, uint64_t seed, int32_t month);
void random_account(struct world *world, uint64_t seed);

#endif
