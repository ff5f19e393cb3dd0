/*
 * calendar.h - instants, days and months, all in UTC, without the C library's
 * clock or time zone.
 *
 *     instant  int64_t  Unix milliseconds    1763683200000 is 2025-11-21T00:00:00Z
 *     day      int32_t  yyyymmdd             20251121
 *     month    int32_t  yyyymm               202511
 *
 * A month is [S, E): S = month_start_ms(month), E = month_end_ms(month); its
 * last instant is E - 1. Arguments outside the ranges below are a caller's bug
 * and asserted; whoever reads input asks the *_valid functions first.
 */
#ifndef LIB_CALENDAR_H
#define LIB_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

#define INSTANT_MIN_MS INT64_C(0)               /* 1970-01-01T00:00:00Z */
#define INSTANT_MAX_MS INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

#define DAY_MIN 19700101
#define DAY_MAX 99991231

#define MONTH_MIN 197001
#define MONTH_MAX 999912
#define MONTH_INDEX_MAX 96359 /* month_index(MONTH_MAX) */

/* Bytes of a text, its closing NUL included. */
#define INSTANT_TEXT_MAX 25 /* 2025-11-21T00:00:00.000Z */
#define DAY_TEXT_MAX 11     /* 2025-11-21 */
#define MONTH_TEXT_MAX 8    /* 2025-11 */

/* When several apply, the first of this order is the answer. */
enum calendar_status {
    CALENDAR_OK,
    CALENDAR_MALFORMED,    /* not of the form at all, or finer than a millisecond */
    CALENDAR_IMPOSSIBLE,   /* 30 February, month 13, hour 24, second 60, offset +24:00 */
    CALENDAR_OUT_OF_BOUNDS /* once in UTC, not in the years 1970 .. 9999 */
};

/* Is the value one that this header speaks of? For values from outside. */
bool instant_valid(int64_t instant_ms);
bool day_valid(int32_t day);     /* 20250230 is not */
bool month_valid(int32_t month); /* 202513 is not */

/*
 * A month's bounds and neighbours; month is MONTH_MIN .. MONTH_MAX.
 *
 *      month  ->  month_start_ms        month_end_ms          days    next  previous
 *     202402      2024-02-01T00:00:00Z  2024-03-01T00:00:00Z    29  202403    202401
 *     202512      2025-12-01T00:00:00Z  2026-01-01T00:00:00Z    31  202601    202511
 *
 * month_end_ms(MONTH_MAX) is INSTANT_MAX_MS + 1. month_next takes no MONTH_MAX
 * and month_previous no MONTH_MIN (asserted).
 */
int64_t month_start_ms(int32_t month);
int64_t month_end_ms(int32_t month);
int32_t month_days(int32_t month);
int32_t month_next(int32_t month);
int32_t month_previous(int32_t month);

/* Months since January 1970, which is 0; 0 .. MONTH_INDEX_MAX, and back. */
int32_t month_index(int32_t month);
int32_t month_from_index(int32_t index);

/*
 * The month (R7) and the day that contain an instant.
 *
 *     instant                   ->  month_of  day_of    day_of_month  day_start_ms
 *     2025-11-30T23:59:59.999Z      202511    20251130            30  2025-11-30T00:00:00Z
 *     2025-12-01T00:00:00Z          202512    20251201             1  2025-12-01T00:00:00Z
 *
 * instant_ms is INSTANT_MIN_MS .. INSTANT_MAX_MS (asserted). day_start_ms takes
 * an instant; for a day as a number see yyyymmdd_start_ms.
 */
int32_t month_of(int64_t instant_ms);
int32_t day_of(int64_t instant_ms);
int32_t day_of_month(int64_t instant_ms);
int64_t day_start_ms(int64_t instant_ms);

/* 00:00 UTC of a day given as yyyymmdd; a valid day (asserted). */
int64_t yyyymmdd_start_ms(int32_t day);

/*
 * Read an instant in RFC 3339: any offset up to 23:59, up to milliseconds.
 *
 *     text                         ->  instant, or status
 *     "2025-11-21T00:00:00Z"           1763683200000
 *     "2025-11-15T18:30:00-08:00"      2025-11-16T02:30:00Z
 *     "2025-11-21t00:00:00.25z"        1763683200250
 *     "2025-11-21 00:00:00Z"           CALENDAR_MALFORMED      a blank is not a T
 *     "2025-11-21T00:00:00"            CALENDAR_MALFORMED      no offset
 *     "2025-11-21T00:00:00.0000Z"      CALENDAR_MALFORMED      finer than milliseconds
 *     "2025-11-21T23:59:60Z"           CALENDAR_IMPOSSIBLE     second 60
 *     "2025-02-30T00:00:00Z"           CALENDAR_IMPOSSIBLE
 *     "1970-01-01T00:00:00+01:00"      CALENDAR_OUT_OF_BOUNDS  1969 in UTC
 *
 * text need not end with NUL. The output is untouched on error.
 */
__attribute__((warn_unused_result))
enum calendar_status instant_parse(const char *text, size_t length, int64_t *instant_ms);

/* Read "2026-06-21" as 20260621 and "2026-06" as 202606; else as above. */
__attribute__((warn_unused_result))
enum calendar_status day_parse(const char *text, size_t length, int32_t *day);
__attribute__((warn_unused_result))
enum calendar_status month_parse(const char *text, size_t length, int32_t *month);

/*
 * Write what the three functions above read, in UTC, with a closing NUL.
 * Milliseconds appear, as three digits, only when they are not 0:
 * "2025-11-21T00:00:00Z", "2025-11-21T00:00:00.250Z".
 * Each returns the length without the NUL. Valid values only (asserted).
 */
size_t instant_format(int64_t instant_ms, char out[INSTANT_TEXT_MAX]);
size_t instant_format_short(int64_t instant_ms, char out[INSTANT_TEXT_MAX]); /* "2025-11-21" where it is the day's first instant */
size_t day_format(int32_t day, char out[DAY_TEXT_MAX]);
size_t month_format(int32_t month, char out[MONTH_TEXT_MAX]);

#endif
