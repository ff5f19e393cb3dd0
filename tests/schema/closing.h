/*
 * closing.h - the real close of a test's database, and its runs computed a second
 * way.
 */
#ifndef MONTHEND_TESTS_SCHEMA_CLOSING_H
#define MONTHEND_TESTS_SCHEMA_CLOSING_H

#include "schema/store_proof.h"
#include "schema/store_second_way.h"
#include "tests/schema/fresh.h"

/* `monthend close`, its words thrown away, its reports in the test's folder; held accounts are accepted. */
void closing_close(struct fresh *fresh, int32_t month, int64_t as_of);

/* Compute the run a second way, and its controls; the test fails where it cannot be. */
struct second_way_counts closing_verify(struct fresh *fresh, int32_t run, difference_visit visit, void *context,
                                        struct proof *controls);

/* Remove the reports and the lock, so that fresh_teardown can remove the folder. */
void closing_tidy(struct fresh *fresh);

#endif
