/*
 * replay_months.h - the brute force's own calendar, which shares no code with
 * lib/calendar.c: months counted up from January 1970 day by day.
 */
#ifndef MONTHEND_TESTS_LIB_REPLAY_MONTHS_H
#define MONTHEND_TESTS_LIB_REPLAY_MONTHS_H

#include <stdint.h>

#define DAY INT64_C(86400000)

/* First instant of the month that contains `at`, before 2120; its days through `days`. */
int64_t month_begin(int64_t at, int *days);

/* First instant of the month after it. */
int64_t month_after(int64_t at);

#endif
