/*
 * store_issued_sound.h - what was issued as it is read: what the checks of
 * 0011_runs.sql would have refused is damage, and is never counted with. For the files of schema/ alone.
 */
#ifndef MONTHEND_SCHEMA_STORE_ISSUED_SOUND_H
#define MONTHEND_SCHEMA_STORE_ISSUED_SOUND_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/calendar.h"
#include "lib/catalogue.h"
#include "lib/currency.h"

#define DOCUMENT_MINOR_MAX (2 * PRICE_MINOR_MAX) /* a note may take back all of one bill and charge all of another */
#define ISSUED_COUNT_MAX (INT64_C(1) << 61)      /* sums of a few still fit */
#define LINE_MINOR_MAX (1000 * PRICE_MINOR_MAX)  /* far beyond what R27 lets be issued, and sums of them still fit */

/* The sums of a document, in minor units of its currency. */
static inline bool issued_sum_sound(int64_t minor)
{
    return minor >= -DOCUMENT_MINOR_MAX && minor <= DOCUMENT_MINOR_MAX;
}

/* How many of something a run counted, or credits in hundredths, or a quantity in millionths. */
static inline bool issued_count_sound(int64_t count)
{
    return count >= 0 && count <= ISSUED_COUNT_MAX;
}

static inline bool issued_currency_sound(const char *currency, int64_t digits)
{
    return currency_digits(currency) >= 0 && digits >= 0 && digits <= CURRENCY_DIGITS_MAX;
}

static inline bool issued_period_sound(int64_t period_start, int64_t period_end)
{
    return instant_valid(period_start) && instant_valid(period_end) && period_start < period_end;
}

/* A line's amount, quantity or price: all can be turned about. */
static inline bool issued_number_sound(int64_t number)
{
    return number >= -LINE_MINOR_MAX && number <= LINE_MINOR_MAX;
}

#endif
