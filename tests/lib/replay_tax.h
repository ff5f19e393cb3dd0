/*
 * A second way to a bill's taxes, by the letter of R24, from the replay's
 * lines. A discounted charge and its discount are both left out: their taxes
 * must net to zero.
 */
#ifndef TESTS_LIB_REPLAY_TAX_H
#define TESTS_LIB_REPLAY_TAX_H

#include "tests/lib/replay.h"

#define REPLAY_TAXES_MAX 64

struct replay_tax {
    const char *country;
    const char *name;
    int64_t percent;
    int64_t taxed_minor;
    int64_t amount_minor;
};

struct replay_taxes {
    struct replay_tax taxes[REPLAY_TAXES_MAX]; /* those that a discounted charge alone had are not here: they are 0 */
    size_t count;
};

struct replay_taxes replay_taxes(const struct world *world, const struct replay *replay);

#endif
