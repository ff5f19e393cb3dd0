/*
 * Plan fit: the median of the last months, and the smallest plan above it (R30).
 */
#include "lib/plan_fit.h"

#include <assert.h>

static_assert((__int128)2 * CREDITS_MAX * (100 + POLICY_PERCENT_MAX) <= INT64_MAX, "headroom is compared exactly");

/* This month and those before, ascending; returns how many. */
static size_t months_sort(const struct plan_fit_in *in, int64_t months[HISTORY_MONTHS])
{
    size_t before = in->history == NULL ? 0 : in->history->month_count;
    size_t count = 1 + (before < HISTORY_MONTHS - 1 ? before : HISTORY_MONTHS - 1);

    for (size_t i = 0; i < count; i++) {
        int64_t credits = i == 0 ? in->credits : in->history->credits[i - 1]; /* the newest come first */
        size_t place = i;

        assert(credits >= 0 && credits <= CREDITS_MAX);
        for (; place > 0 && months[place - 1] > credits; place--) {
            months[place] = months[place - 1];
        }
        months[place] = credits;
    }
    return count;
}

/* The lowest rank with allowance >= median x (100 + headroom) / 100, compared without a rounding. */
static void find_fitting(const struct plan_fit_in *in, int64_t median_twice, struct plan_fit *fit)
{
    struct terms terms;

    for (int plan = PLAN_FREE; plan < (int)in->month.catalogue->plan_count; plan++) {
        if (terms_read(in->month, plan, &terms) &&
            terms.allowance * 2 * 100 >= median_twice * (100 + in->headroom_percent)) {
            int64_t held_minor = 0;
            bool priced = terms_price(in->month, in->plan, &held_minor);

            assert(priced); /* otherwise the month is held (R27) */
            fit->fitting_plan = plan;
            fit->difference_minor = terms.price_minor - held_minor;
            return;
        }
    }
}

bool plan_fit(struct plan_fit_in in, struct plan_fit *fit)
{
    int64_t months[HISTORY_MONTHS];
    size_t count = months_sort(&in, months);

    assert(in.headroom_percent >= 0 && in.headroom_percent <= POLICY_PERCENT_MAX);
    if (count < PLAN_FIT_MONTHS_MIN) {
        return false;
    }
    int64_t median_twice = months[(count - 1) / 2] + months[count / 2]; /* of an odd number the middle one twice */
    *fit = (struct plan_fit){
        .months = count,
        .typical = (median_twice + 1) / 2,
        .fitting_plan = PLAN_UNKNOWN,
    };
    find_fitting(&in, median_twice, fit);
    return true;
}
