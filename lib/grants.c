/*
 * Credit grants from a month's start to its end (R19), grant by grant.
 */
#include "lib/grants.h"

#include "lib/arith.h"

struct grant_left { /* of one grant, hundredths */
    int64_t at_start; /* of the month */
    int64_t at_last;  /* when it expires or the month ends */
};

/*
 * Use up the grant. Grants come in their order of consumption (R19): of every
 * cell, each takes what those before it have left.
 */
static struct grant_left use(const struct grants_in *in, size_t index)
{
    const struct credit_grant_fact *grant = &in->month.facts->grants[index];
    int64_t credits = facts_grant_credits(in->month.facts, index);
    struct grant_left left = {credits, credits};

    for (size_t i = 0; i < in->cell_count; i++) {
        int64_t from = in->cells[i].from;
        if (from < grant->starts_at || from >= grant->expires_at) {
            continue;
        }
        int64_t taken = in->cells_left[i] < left.at_last ? in->cells_left[i] : left.at_last;
        in->cells_left[i] -= taken;
        left.at_last -= taken;
        if (from < in->month.month_start) {
            left.at_start = left.at_last;
        }
    }
    return left;
}

static bool grant_add(struct grant_sums *sums, const struct grants_in *in, size_t index)
{
    const struct credit_grant_fact *grant = &in->month.facts->grants[index];
    struct grant_left left = use(in, index);
    bool begun_before = grant->starts_at < in->month.month_start;
    bool expired = grant->expires_at <= in->month.month_end;
    int64_t *came = begun_before ? &sums->opening : &sums->granted;
    int64_t *went = expired ? &sums->expired : &sums->closing;

    if (grant->expires_at <= in->month.month_start || grant->starts_at >= in->month.month_end) {
        return true;
    }
    return arith_add(*came, begun_before ? left.at_start : grant->credits, came) &&
           arith_add(*went, expired ? left.at_last : in->balances[index], went);
}

bool grant_sums_add(struct grant_sums *sums, struct grants_in in)
{
    for (size_t i = 0; i < in.cell_count; i++) {
        in.cells_left[i] = in.cells[i].credits;
    }
    for (size_t i = 0; i < in.month.facts->grant_count; i++) {
        if (!grant_add(sums, &in, i)) {
            return false;
        }
    }
    return true;
}
