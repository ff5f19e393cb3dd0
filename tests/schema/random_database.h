/*
 * random_database.h - a database of random accounts with everything in play:
 * the facts of random_world, and around them earlier and later versions, voided
 * rows, rows that are known only later, and usage of nobody's.
 */
#ifndef MONTHEND_TESTS_SCHEMA_RANDOM_DATABASE_H
#define MONTHEND_TESTS_SCHEMA_RANDOM_DATABASE_H

#include <stdint.h>

#include "tests/lib/world.h"
#include "tests/schema/fresh.h"

struct random_database {
    uint64_t seed;
    int32_t month;
    int accounts;
    int64_t first_as_of; /* some rows become known only after it, and before the second */
    int64_t last_as_of;  /* some only after it */
    bool extreme;        /* amounts, quantities and multipliers up to the bounds of the facts */
};

/* Fill an empty database; `world` is room to work in. */
void random_database_fill(struct fresh *fresh, struct world *world, struct random_database in);

#endif
