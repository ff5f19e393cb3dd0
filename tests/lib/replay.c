/*
 * replay.c - the brute force: every question is answered from the rows anew,
 * in the words of the rule that asks it.
 */
#include "tests/lib/replay.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/replay_months.h"

#define LANDINGS_MAX 512
#define BOUND_CREDITS 1000000000000 /* data.md: 10^10 credits, in hundredths */
#define BOUND_MONEY 10000000000000  /* data.md: 10^13 minor units */

struct replaying {
    const struct world *world;
    struct replay *out;
    int64_t start, end;   /* S, E */
    int64_t days;         /* D */
    int64_t price_date;   /* R4 */
    bool first_paid_month; /* R10 */
    bool setting_counts[WORLD_FACTS_MAX]; /* R20 */
    int64_t free_landings[LANDINGS_MAX];  /* R20: when a downgrade to free landed */
    size_t free_landing_count;
    bool holds[HOLD_OUT_OF_BOUNDS + 1];
};

/* Rounded half up, for what is not below 0. */
static int64_t half_up(__int128 numerator, __int128 denominator)
{
    return (int64_t)((2 * numerator + denominator) / (2 * denominator));
}

/* R9: the plan held at `at` by the first `count` changes, with or without those at exactly `at`. */
static int plan_held_by(const struct world *world, size_t count, int64_t at, bool with_changes)
{
    int held = 0;
    int waiting = -1;
    int64_t lands = 0;

    for (size_t i = 0; i < count; i++) {
        const struct plan_change_fact *change = &world->changes[i];
        if (change->effective_at > at || (change->effective_at == at && !with_changes)) {
            break;
        }
        if (waiting >= 0 && lands <= change->effective_at) {
            held = waiting;
            waiting = -1;
        }
        if (change->plan < 0) {
            continue; /* R27: passed over */
        }
        if (world->plans[change->plan].rank >= world->plans[held].rank) {
            held = change->plan;
            waiting = -1;
        } else {
            waiting = change->plan;
            lands = month_after(change->effective_at);
        }
    }
    return waiting >= 0 && lands <= at ? waiting : held;
}

static int plan_held(const struct world *world, int64_t at, bool with_changes)
{
    return plan_held_by(world, world->facts.change_count, at, with_changes);
}

/* Is the change one to a higher rank than that of the plan held just before it? */
static bool is_upgrade(const struct world *world, size_t index)
{
    int plan = world->changes[index].plan;
    int before = plan_held_by(world, index, world->changes[index].effective_at, true);

    return plan >= 0 && world->plans[plan].rank > world->plans[before].rank;
}

/* R10 */
static void find_first_paid(struct replaying *in)
{
    const struct account_facts *facts = &in->world->facts;

    for (size_t i = 0; i < facts->change_count && !in->out->paid_ever; i++) {
        if (in->world->changes[i].plan > 0) {
            in->out->paid_ever = true;
            in->out->first_paid = in->world->changes[i].effective_at;
        }
    }
    if (facts->first_paid_at != INSTANT_NONE &&
        (!in->out->paid_ever || facts->first_paid_at < in->out->first_paid)) {
        in->out->paid_ever = true;
        in->out->first_paid = facts->first_paid_at;
    }
    in->first_paid_month =
        in->out->paid_ever && in->out->first_paid >= in->start && in->out->first_paid < in->end;
    in->price_date = in->first_paid_month ? in->out->first_paid : in->start;
}

/* R20: a setting counts on a paid plan, after the changes of its instant; a landing on free switches off. */
static void find_switches(struct replaying *in)
{
    const struct world *world = in->world;
    int64_t first = in->end;

    for (size_t i = 0; i < world->facts.setting_count; i++) {
        in->setting_counts[i] = plan_held(world, world->settings[i].effective_at, true) != 0;
    }
    if (world->facts.change_count > 0) {
        first = world->changes[0].effective_at;
    }
    for (int64_t at = month_after(first); at < in->end; at = month_after(at)) {
        if (plan_held(world, at - 1, true) != 0 && plan_held(world, at, false) == 0) {
            assert(in->free_landing_count < LANDINGS_MAX);
            in->free_landings[in->free_landing_count++] = at;
        }
    }
}

/* R20: the setting in force at `at`, or NULL: off. */
static const struct overage_setting_fact *setting_at(const struct replaying *in, int64_t at)
{
    const struct overage_setting_fact *found = NULL;

    for (size_t i = 0; i < in->world->facts.setting_count; i++) {
        if (in->setting_counts[i] && in->world->settings[i].effective_at <= at) {
            found = &in->world->settings[i];
        }
    }
    for (size_t i = 0; found != NULL && i < in->free_landing_count; i++) {
        if (in->free_landings[i] <= at && in->free_landings[i] > found->effective_at) {
            found = NULL; /* one at the landing's own instant counts only on a paid plan: it came after it */
        }
    }
    return found;
}

/* R4 */
static const struct plan_price *price_at(const struct replaying *in, int plan)
{
    const struct plan_price *in_force = NULL;
    const struct plan_price *next = NULL;

    for (size_t i = 0; i < in->world->catalogue.price_count; i++) {
        const struct plan_price *row = &in->world->prices[i];
        if (row->plan != plan || strcmp(row->currency, in->world->facts.currency) != 0) {
            continue;
        }
        if (row->effective_from <= in->price_date &&
            (in_force == NULL || row->effective_from > in_force->effective_from)) {
            in_force = row;
        }
        if (row->effective_from > in->price_date && row->effective_from < in->end &&
            (next == NULL || row->effective_from < next->effective_from)) {
            next = row;
        }
    }
    return in_force != NULL ? in_force : next;
}

static const struct plan_allowance *allowance_at(const struct replaying *in, int plan)
{
    const struct plan_allowance *in_force = NULL;
    const struct plan_allowance *next = NULL;

    for (size_t i = 0; i < in->world->catalogue.allowance_count; i++) {
        const struct plan_allowance *row = &in->world->allowances[i];
        if (row->plan != plan) {
            continue;
        }
        if (row->effective_from <= in->price_date &&
            (in_force == NULL || row->effective_from > in_force->effective_from)) {
            in_force = row;
        }
        if (row->effective_from > in->price_date && row->effective_from < in->end &&
            (next == NULL || row->effective_from < next->effective_from)) {
            next = row;
        }
    }
    return in_force != NULL ? in_force : next;
}

/* R12: amount x remaining / whole, counted from F. */
static int64_t prorated(const struct replaying *in, int64_t amount)
{
    int64_t from_first = in->out->first_paid - in->start;
    int64_t day = from_first / DAY + 1;

    switch (in->world->policies.proration) {
    case PRORATE_DAY_INCLUSIVE:
        return half_up((__int128)amount * (in->days - day + 1), in->days);
    case PRORATE_DAY_EXCLUSIVE:
        return half_up((__int128)amount * (in->days - day), in->days);
    case PRORATE_SECOND:
        return half_up((__int128)amount * ((in->end - in->out->first_paid) / 1000), (in->end - in->start) / 1000);
    }
    return -1;
}

static const struct address_fact *address_at(const struct world *world, int64_t at)
{
    const struct address_fact *found = NULL;

    for (size_t i = 0; i < world->facts.address_count; i++) {
        if (world->addresses[i].effective_at <= at) {
            found = &world->addresses[i];
        }
    }
    return found;
}

static void add_line(struct replaying *in, enum line_kind kind, int plan, int64_t at, int64_t amount)
{
    assert(in->out->line_count < REPLAY_LINES_MAX);
    in->out->lines[in->out->line_count++] =
        (struct replay_line){.kind = kind, .plan = plan, .charged_at = at, .amount_minor = amount};
    if (address_at(in->world, at) == NULL) {
        in->holds[HOLD_NO_ADDRESS] = true;
    }
}

/* R16 */
static void ask_purchase(struct replaying *in, int64_t at)
{
    const struct address_fact *address = address_at(in->world, at);
    const struct country_rule *rule = NULL;

    if (address == NULL) {
        in->holds[HOLD_NO_ADDRESS] = true;
        return;
    }
    for (size_t i = 0; i < in->world->catalogue.country_count; i++) {
        const struct country_rule *row = &in->world->countries[i];
        if (strcmp(row->country, address->country) == 0 && row->effective_from <= at &&
            (rule == NULL || row->effective_from > rule->effective_from)) {
            rule = row;
        }
    }
    if (rule == NULL || !rule->eligible) {
        in->holds[HOLD_INELIGIBLE_COUNTRY] = true;
    }
}

/* R11 */
static void charge_base(struct replaying *in)
{
    int plan = in->out->plan_at_start;
    size_t last = SIZE_MAX;

    if (plan == 0 || in->out->first_paid >= in->start) {
        return;
    }
    for (size_t i = 0; i < in->world->facts.change_count; i++) {
        if (in->world->changes[i].effective_at < in->start && is_upgrade(in->world, i)) {
            last = i;
        }
    }
    assert(last != SIZE_MAX);
    ask_purchase(in, in->world->changes[last].effective_at);
    const struct plan_price *price = price_at(in, plan);
    if (price == NULL) {
        in->holds[HOLD_NO_PRICE] = true;
    }
    add_line(in, LINE_PLAN, plan, in->start, price == NULL ? 0 : price->monthly_minor);
}

/* R12, R13, R14: one upgrade of the month. */
static void charge_upgrade(struct replaying *in, const struct plan_change_fact *change)
{
    struct replay *out = in->out;
    const struct plan_price *price = price_at(in, change->plan);
    int64_t charged = 0;

    ask_purchase(in, change->effective_at);
    if (price == NULL) {
        in->holds[HOLD_NO_PRICE] = true;
        return;
    }
    if (!in->first_paid_month) {
        for (size_t i = 0; i < out->line_count; i++) {
            charged += out->lines[i].amount_minor; /* plan and plan_upgrade lines alone, so far */
        }
        add_line(in, LINE_PLAN_UPGRADE, change->plan, change->effective_at, price->monthly_minor - charged);
        return;
    }
    for (size_t i = out->line_count; i-- > 0;) {
        if (out->lines[i].kind == LINE_PLAN_PRORATED) {
            add_line(in, LINE_PLAN_DISCOUNT, out->lines[i].plan, change->effective_at, -out->lines[i].amount_minor);
            break;
        }
    }
    add_line(in, LINE_PLAN_PRORATED, change->plan, change->effective_at, prorated(in, price->monthly_minor));
}

static void charge_plans(struct replaying *in)
{
    int highest = in->out->plan_at_start;

    charge_base(in);
    for (size_t i = 0; i < in->world->facts.change_count; i++) {
        const struct plan_change_fact *change = &in->world->changes[i];
        if (change->effective_at >= in->start && is_upgrade(in->world, i)) {
            charge_upgrade(in, change);
            highest = change->plan > highest ? change->plan : highest;
        }
    }
    const struct plan_price *price = highest == 0 ? NULL : price_at(in, highest);
    if (price != NULL) {
        in->out->plan_minor = in->first_paid_month ? prorated(in, price->monthly_minor) : price->monthly_minor;
    }
}

/* R5, R6: hundredths, or -1: no rate in force. */
static int64_t credits_of(const struct world *world, const struct usage_event *event)
{
    const struct model_rate *rate = NULL;

    for (size_t i = 0; i < world->catalogue.rate_count; i++) {
        const struct model_rate *row = &world->rates[i];
        if (row->model == event->model && row->effective_from <= event->at &&
            (rate == NULL || row->effective_from > rate->effective_from)) {
            rate = row;
        }
    }
    if (rate == NULL) {
        return -1;
    }
    __int128 quantity = event->quantity;
    if (rate->request_token_limit > 0 && event->tokens > rate->request_token_limit) {
        int64_t requests = event->tokens / rate->request_token_limit;
        quantity *= requests + (event->tokens % rate->request_token_limit > 0);
    }
    int64_t credits = half_up(quantity * rate->multiplier, INT64_C(10000000000));
    return credits == 0 && event->quantity > 0 ? 1 : credits;
}

/* R19.1: from the grants active at `at`, earliest expiry first, then the smallest id. Returns what is left. */
static int64_t take_bonus(struct replaying *in, int64_t at, int64_t credits)
{
    const struct world *world = in->world;

    while (credits > 0) {
        size_t best = SIZE_MAX;
        for (size_t i = 0; i < world->facts.grant_count; i++) {
            const struct credit_grant_fact *grant = &world->grants[i];
            if (at < grant->starts_at || at >= grant->expires_at || in->out->balances[i] == 0) {
                continue;
            }
            if (best == SIZE_MAX || grant->expires_at < world->grants[best].expires_at ||
                (grant->expires_at == world->grants[best].expires_at &&
                 strcmp(grant->grant_id, world->grants[best].grant_id) < 0)) {
                best = i;
            }
        }
        if (best == SIZE_MAX) {
            break;
        }
        int64_t taken = credits < in->out->balances[best] ? credits : in->out->balances[best];
        in->out->balances[best] -= taken;
        credits -= taken;
    }
    return credits;
}

/* R19.2 to 4, for the month's own events. */
static void take_rest(struct replaying *in, int64_t at, int64_t credits, int64_t *allowance, bool overage_priced)
{
    struct replay *out = in->out;
    const struct overage_setting_fact *setting = setting_at(in, at);

    for (; credits > 0; credits--) { /* a hundredth of a credit at a time */
        if (*allowance > 0) {
            (*allowance)--;
            out->included++;
        } else if (setting != NULL && setting->enabled && overage_priced &&
                   (setting->cap_credits == CAP_NONE || out->overage < setting->cap_credits)) {
            out->overage++;
        } else {
            out->unbilled++;
        }
    }
}

static int by_order_of_consumption(const void *a, const void *b)
{
    const struct world_event *left = a;
    const struct world_event *right = b;

    if (left->event.at != right->event.at) {
        return left->event.at < right->event.at ? -1 : 1;
    }
    return strcmp(left->id, right->id);
}

static int64_t earliest_grant(const struct world *world)
{
    int64_t earliest = INT64_MAX;

    for (size_t i = 0; i < world->facts.grant_count; i++) {
        earliest = world->grants[i].starts_at < earliest ? world->grants[i].starts_at : earliest;
    }
    return earliest;
}

static void consume_all(struct replaying *in, int64_t allowance, bool overage_priced)
{
    static struct world_event events[WORLD_EVENTS_MAX];
    const struct world *world = in->world;
    int64_t total = 0;

    memcpy(events, world->events, world->event_count * sizeof events[0]);
    qsort(events, world->event_count, sizeof events[0], by_order_of_consumption);
    for (size_t i = 0; i < world->event_count; i++) {
        int64_t at = events[i].event.at;
        bool in_month = at >= in->start && at < in->end;
        int64_t credits = credits_of(world, &events[i].event);
        in->out->events += in_month;
        if (credits < 0) {
            in->holds[HOLD_UNKNOWN_MODEL] |= in_month || (at < in->start && at >= earliest_grant(world));
            continue;
        }
        int64_t left = take_bonus(in, at, credits);
        if (in_month) {
            total += credits;
            in->out->bonus += credits - left;
            take_rest(in, at, left, &allowance, overage_priced);
        }
    }
    in->holds[HOLD_OUT_OF_BOUNDS] |= total > BOUND_CREDITS;
}

/* R17, R18, R21, R22 */
static void charge_usage(struct replaying *in)
{
    struct replay *out = in->out;
    const struct plan_price *price = price_at(in, out->plan_at_end);
    const struct plan_allowance *row = allowance_at(in, out->plan_at_end);
    int64_t allowance = row == NULL ? 0 : row->credits;
    int64_t overage_price = price == NULL ? NO_OVERAGE_PRICE : price->overage_millionths;

    in->holds[HOLD_NO_ALLOWANCE] = row == NULL;
    if (in->first_paid_month && out->plan_at_end != 0 &&
        in->world->policies.first_allowance == FIRST_ALLOWANCE_PRORATED) {
        allowance = prorated(in, allowance);
    }
    consume_all(in, allowance, overage_price != NO_OVERAGE_PRICE);
    if (overage_price == NO_OVERAGE_PRICE) {
        return;
    }
    out->at_stake_minor = half_up((__int128)out->unbilled * overage_price, 1000000); /* two digits */
    if (out->overage > 0) {
        add_line(in, LINE_OVERAGE, out->plan_at_end, in->end - 1,
                 half_up((__int128)out->overage * overage_price, 1000000));
    }
}

/* R23 */
static void charge_adjustments(struct replaying *in)
{
    for (size_t i = 0; i < in->world->facts.adjustment_count; i++) {
        add_line(in, LINE_ADJUSTMENT, PLAN_UNKNOWN, in->end - 1, in->world->adjustments[i].amount_minor);
    }
}

struct replay replay_run(const struct world *world)
{
    struct replay out = {.hold = HOLD_NONE};
    struct replaying in = {.world = world, .out = &out};
    int days;

    in.start = month_begin(0, &days);
    for (int year = 1970, month = 1; year * 100 + month < world->month; year += month == 12, month = month % 12 + 1) {
        in.start = month_after(in.start);
    }
    (void)month_begin(in.start, &days);
    in.days = days;
    in.end = month_after(in.start);
    for (size_t i = 0; i < world->facts.grant_count; i++) {
        out.balances[i] = world->grants[i].credits;
    }
    for (size_t i = 0; i < world->facts.change_count; i++) {
        in.holds[HOLD_UNKNOWN_PLAN] |= world->changes[i].plan < 0;
    }
    out.plan_at_start = plan_held(world, in.start, false);
    out.plan_at_end = plan_held(world, in.end - 1, true);
    find_first_paid(&in);
    find_switches(&in);
    charge_plans(&in);
    charge_usage(&in);
    charge_adjustments(&in);
    for (size_t i = 0; i < out.line_count; i++) {
        in.holds[HOLD_OUT_OF_BOUNDS] |= out.lines[i].amount_minor > BOUND_MONEY;
    }
    for (int reason = HOLD_OUT_OF_BOUNDS; reason > HOLD_NONE; reason--) {
        out.hold = in.holds[reason] ? (enum hold_reason)reason : out.hold;
    }
    return out;
}
