/*
 * calendar.c - instants, days and months in UTC: the calendar's arithmetic.
 */
#include "lib/calendar.h"

#include <assert.h>

#define DAYS_TO_1970 719468 /* from 0000-03-01 */
#define DAYS_PER_ERA 146097 /* 400 years */

struct civil {
    int32_t year;
    int32_t month; /* 1 .. 12 */
    int32_t day;   /* 1 .. 31 */
};

/* Days since 1970-01-01 of a date, and back: eras of 400 years that begin in March. */
static int64_t days_from_civil(struct civil civil)
{
    int64_t year = civil.month <= 2 ? civil.year - 1 : civil.year;
    int64_t era = year / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (civil.month + (civil.month > 2 ? -3 : 9)) + 2) / 5 + civil.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

static struct civil civil_from_days(int64_t days)
{
    int64_t shifted = days + DAYS_TO_1970;
    int64_t era = shifted / DAYS_PER_ERA;
    int64_t day_of_era = shifted - era * DAYS_PER_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;

    return (struct civil){
        .year = (int32_t)(year_of_era + era * 400 + (month <= 2)),
        .month = (int32_t)month,
        .day = (int32_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

static struct civil civil_of(int64_t instant_ms)
{
    assert(instant_valid(instant_ms));
    return civil_from_days(instant_ms / DAY_MS);
}

static int32_t days_in(int32_t year, int32_t month)
{
    static const int32_t DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : DAYS[month - 1];
}

bool instant_valid(int64_t instant_ms)
{
    return instant_ms >= INSTANT_MIN_MS && instant_ms <= INSTANT_MAX_MS;
}

bool month_valid(int32_t month)
{
    return month >= MONTH_MIN && month <= MONTH_MAX && month % 100 >= 1 && month % 100 <= 12;
}

bool day_valid(int32_t day)
{
    return day >= DAY_MIN && day <= DAY_MAX && month_valid(day / 100) && day % 100 >= 1 &&
           day % 100 <= month_days(day / 100);
}

int64_t month_start_ms(int32_t month)
{
    assert(month_valid(month));
    return days_from_civil((struct civil){month / 100, month % 100, 1}) * DAY_MS;
}

int64_t month_end_ms(int32_t month)
{
    return month_start_ms(month) + month_days(month) * DAY_MS;
}

int32_t month_days(int32_t month)
{
    assert(month_valid(month));
    return days_in(month / 100, month % 100);
}

int32_t month_next(int32_t month)
{
    assert(month_valid(month) && month < MONTH_MAX);
    return month % 100 == 12 ? month + 89 : month + 1;
}

int32_t month_previous(int32_t month)
{
    assert(month_valid(month) && month > MONTH_MIN);
    return month % 100 == 1 ? month - 89 : month - 1;
}

int32_t month_index(int32_t month)
{
    assert(month_valid(month));
    return (month / 100 - 1970) * 12 + month % 100 - 1;
}

int32_t month_from_index(int32_t index)
{
    assert(index >= 0 && index <= MONTH_INDEX_MAX);
    return (1970 + index / 12) * 100 + index % 12 + 1;
}

int32_t month_of(int64_t instant_ms)
{
    struct civil civil = civil_of(instant_ms);

    return civil.year * 100 + civil.month;
}

int32_t day_of(int64_t instant_ms)
{
    return month_of(instant_ms) * 100 + day_of_month(instant_ms);
}

int32_t day_of_month(int64_t instant_ms)
{
    return civil_of(instant_ms).day;
}

int64_t day_start_ms(int64_t instant_ms)
{
    assert(instant_valid(instant_ms));
    return instant_ms - instant_ms % DAY_MS;
}

int64_t yyyymmdd_start_ms(int32_t day)
{
    assert(day_valid(day));
    return days_from_civil((struct civil){day / 10000, day / 100 % 100, day % 100}) * DAY_MS;
}
