/*
 * Overage in money: the one formula of R21, and its line in a bill.
 */
#include "lib/overage.h"

#include <assert.h>

#include "lib/currency.h"

#define HUNDREDTHS_TIMES_MILLIONTHS 100000000

static const int POWERS_OF_TEN[CURRENCY_DIGITS_MAX + 1] = {1, 10, 100, 1000, 10000};

bool overage_amount(int64_t credits, int64_t price_millionths, int digits, int64_t *amount_minor)
{
    assert(digits >= 0 && digits <= CURRENCY_DIGITS_MAX);
    assert(credits >= 0 && price_millionths >= 0);

    return arith_mul_div_half_up(credits, price_millionths, HUNDREDTHS_TIMES_MILLIONTHS / POWERS_OF_TEN[digits],
                                 amount_minor);
}

int64_t overage_charged(const struct bill *bill)
{
    for (size_t i = bill->line_count; i-- > 0;) {
        if (bill->lines[i].kind == LINE_OVERAGE) {
            return bill->lines[i].amount_minor; /* there is one at most */
        }
    }
    return 0;
}
