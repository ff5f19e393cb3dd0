/*
 * target.h - what every fuzz target has: the function that takes an input, and
 * the claims it makes. libFuzzer calls it, or driver.c where there is none.
 */
#ifndef MONTHEND_TESTS_FUZZ_TARGET_H
#define MONTHEND_TESTS_FUZZ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INPUT_TAKEN 0
#define INPUT_PASSED_OVER (-1) /* it means nothing to the target: not worth keeping */

/* Once, before the first input; target.c has it for all. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* One input. Returns INPUT_TAKEN or INPUT_PASSED_OVER; a claim that does not hold ends the process. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* From the first input on: what the program says goes nowhere; on standard error since the last target_quiet_start(), it
 * is target_said(), which ends with NUL and is cut where it is very long. */
void target_quiet_start(void);
const char *target_said(void);

/* What must hold; otherwise the words, and the process ends by abort(). */
__attribute__((format(printf, 2, 3))) void claim(bool holds, const char *format, ...);

/* The same of numbers that must be equal. */
void claim_same(const char *what, int64_t want, int64_t got);

#endif
