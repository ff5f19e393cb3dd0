/*
 * divided.h - a database divided into databases that each hold one shard: its
 * accounts, with numbers of their own, and all of the catalogue.
 */
#ifndef MONTHEND_TESTS_BATCH_DIVIDED_H
#define MONTHEND_TESTS_BATCH_DIVIDED_H

#include "lib/shard.h"
#include "tests/schema/fresh.h"

/* The shard's rows of `all`, as they were recorded, in an order that is not the one of `all`. */
struct fresh *divided_make(struct fresh *all, struct shard shard);

#endif
