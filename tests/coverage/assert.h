/*
 * assert.h - in place of C's while lib/ is measured: an assertion is no branch that a test must take both ways.
 */
#ifndef TESTS_COVERAGE_ASSERT_H
#define TESTS_COVERAGE_ASSERT_H

#define assert(holds) ((void)0)
#define static_assert _Static_assert

#endif
