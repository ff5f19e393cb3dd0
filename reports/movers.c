/* The largest changes, kept in order: most accounts are smaller than the last of them. */
#include "reports/movers.h"

#include <string.h>

#include "lib/arith.h"

#define SIZE_DIGITS 4 /* the most that a currency has */

/* In the same unit for all currencies; what is too large to say is the largest. */
static int64_t size_of(const struct mover *mover)
{
    int64_t size = 0;

    if (!arith_sub(mover->now_minor, mover->before_minor, &size) || size == INT64_MIN) {
        return INT64_MAX;
    }
    size = size < 0 ? -size : size;
    for (int digits = mover->digits; digits < SIZE_DIGITS; digits++) {
        if (!arith_mul(size, 10, &size)) {
            return INT64_MAX;
        }
    }
    return size;
}

void movers_add(struct movers *movers, struct mover mover)
{
    size_t at = movers->count;

    mover.size = size_of(&mover);
    while (at > 0 && movers->list[at - 1].size < mover.size) {
        at--;
    }
    if (mover.size == 0 || at == MOVERS_MAX) {
        return;
    }
    if (movers->count == MOVERS_MAX) {
        movers->count--;
    }
    memmove(&movers->list[at + 1], &movers->list[at], (movers->count - at) * sizeof movers->list[0]);
    movers->list[at] = mover;
    movers->count++;
}
