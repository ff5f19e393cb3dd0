/*
 * Proration in the first paid month (R12).
 */
#include "lib/proration.h"

#include <assert.h>

#include "lib/arith.h"
#include "lib/calendar.h"

struct remaining proration_remaining(enum proration policy, int32_t month, int64_t first_paid)
{
    int64_t start = month_start_ms(month);
    int64_t end = month_end_ms(month);
    assert(first_paid >= start && first_paid < end);

    if (policy == PRORATE_SECOND) {
        return (struct remaining){.remaining = (end - first_paid) / SECOND_MS, .whole = (end - start) / SECOND_MS};
    }
    int64_t days = month_days(month);
    int64_t after = days - day_of_month(first_paid); /* the day of purchase not counted */
    return (struct remaining){.remaining = policy == PRORATE_DAY_INCLUSIVE ? after + 1 : after, .whole = days};
}

int64_t prorate(int64_t amount, struct remaining remaining)
{
    int64_t part = 0;
    bool fits = arith_mul_div_half_up(amount, remaining.remaining, remaining.whole, &part);

    assert(fits);
    (void)fits;
    return part;
}
