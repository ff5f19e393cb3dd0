/*
 * Random histories for properties of reprocessing: many accounts over three
 * months, whose rows become known in steps, late, corrected and voided; and now
 * and then a row of the catalogue. Accounts do not know each other: each is a
 * history of its own.
 *
 * Every row is corrected or voided once at most, so that what is known in the
 * end does not depend on the order of the steps.
 */
#ifndef MONTHEND_TESTS_BATCH_RANDOM_HISTORY_H
#define MONTHEND_TESTS_BATCH_RANDOM_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#include "tests/schema/fresh.h"

#define HISTORY_STEPS 4          /* after the months were closed: steps 1 .. HISTORY_STEPS */
#define HISTORY_FIRST_MONTH 202510
#define HISTORY_LAST_MONTH 202512

struct random_history;

/* A history of a seed. */
struct random_history *history_make(uint64_t seed, int accounts);
void history_free(struct random_history *history);

/* The as-of of a step's runs; step 0: of the months' closes. */
int64_t history_as_of(int step);

/*
 * Upstream writes what is known at `step` and not before; of the next step some
 * rows are written, too, with their later recorded_at. order[1 .. HISTORY_STEPS]
 * says which of the steps' news each step brings; NULL: its own.
 */
void history_write(const struct random_history *history, struct fresh *fresh, int step, const int *order);

#endif
