/*
 * Payments of an account and month: their sum, and which of them look as if
 * one were there twice.
 */
#include "lib/payments.h"

#include <stdlib.h>

#include "lib/calendar.h"

bool payments_sum(const struct account_facts *facts, int64_t *sum_minor)
{
    int64_t sum = 0;

    for (size_t i = 0; i < facts->payment_count; i++) {
        if (!arith_add(sum, facts->payments[i].amount_minor, &sum)) {
            return false;
        }
    }
    *sum_minor = sum;
    return true;
}

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int order_keys(const void *left, const void *right)
{
    const struct payment_key *a = left, *b = right;
    int by_amount = order(a->amount_minor, b->amount_minor);
    int by_day = order(a->day_start, b->day_start);

    if (by_amount != 0) {
        return by_amount;
    }
    return by_day != 0 ? by_day : (a->index > b->index) - (a->index < b->index); /* they stand by payment_id */
}

void payments_order(const struct account_facts *facts, struct payment_key *keys)
{
    for (size_t i = 0; i < facts->payment_count; i++) {
        const struct payment_fact *payment = &facts->payments[i];
        keys[i] = (struct payment_key){payment->amount_minor, day_start_ms(payment->collected_at), i};
    }
    if (facts->payment_count > 1) {
        qsort(keys, facts->payment_count, sizeof *keys, order_keys);
    }
}

bool payment_repeats(const struct payment_key *keys, size_t at)
{
    return at > 0 && keys[at].amount_minor != 0 && keys[at].amount_minor == keys[at - 1].amount_minor &&
           keys[at].day_start == keys[at - 1].day_start;
}
