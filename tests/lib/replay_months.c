/*
 * replay_months.c - the brute force's own calendar.
 */
#include "tests/lib/replay_months.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#define MONTHS_MAX 1800 /* 1970 to 2119 */

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

int64_t month_begin(int64_t at, int *days)
{
    static int64_t begins[MONTHS_MAX]; /* filled at first use */
    static int lengths[MONTHS_MAX];
    int64_t begin = 0;
    size_t month = (size_t)(at / (31 * DAY)); /* not too late */

    for (size_t i = 0; lengths[0] == 0 || (i > 0 && i < MONTHS_MAX); i++) {
        begins[i] = begin;
        lengths[i] = days_in(1970 + (int)i / 12, (int)i % 12 + 1);
        begin += lengths[i] * DAY;
    }
    for (; at >= begins[month] + lengths[month] * DAY; month++) {
        assert(month + 1 < MONTHS_MAX);
    }
    *days = lengths[month];
    return begins[month];
}

int64_t month_after(int64_t at)
{
    int days;
    int64_t begin = month_begin(at, &days);

    return begin + days * DAY;
}
