/*
 * The bill of one account-month: charges in the order in which they arise,
 * usage, adjustments, tax, sums; and the reason where it must be held (R27).
 */
#include "lib/bill.h"

#include <assert.h>

#include "lib/arith.h"
#include "lib/calendar.h"
#include "lib/currency.h"
#include "lib/overage.h"
#include "lib/payments.h"
#include "lib/proration.h"
#include "lib/tax.h"

static_assert((__int128)PRICE_MINOR_MAX * BILL_LINES_MAX < INT64_MAX / 2, "a document's sum fits before it is checked");
static_assert((__int128)2 * PRICE_MINOR_MAX <= INT64_MAX, "what is due fits before it is checked");

/* A bill in the making. */
struct billing {
    const struct bill_in *in;
    struct bill_room *room;
    struct timeline_in period;
    const struct timeline *timeline;
    struct bill *bill;
    struct hold holds[HOLD_OUT_OF_BOUNDS + 1]; /* the first of each reason, by time */
    struct remaining remaining;                /* R12, in the first paid month */
    struct tax_book taxes;
};

static void hold(struct billing *billing, struct hold hold)
{
    if (billing->holds[hold.reason].reason == HOLD_NONE) {
        billing->holds[hold.reason] = hold;
    }
}

static void hold_out_of_bounds(struct billing *billing, const char *subject)
{
    hold(billing, (struct hold){HOLD_OUT_OF_BOUNDS, subject, "", INSTANT_NONE});
}

static struct bill_line *line_add(struct billing *billing, struct bill_line line)
{
    struct bill *bill = billing->bill;

    if (bill->line_count == BILL_LINES_MAX) {
        hold_out_of_bounds(billing, "lines");
        return NULL;
    }
    bill->lines[bill->line_count] = line;
    return &bill->lines[bill->line_count++];
}

/* R24: a line is taxed for the address in force at `at`; R27: it needs one. `reference`: the row behind the line. */
static void tax(struct billing *billing, int64_t amount_minor, int64_t at, const char *reference)
{
    const struct address_fact *address = facts_address(billing->in->facts, at);

    if (address == NULL) {
        hold(billing, (struct hold){HOLD_NO_ADDRESS, "", reference, at});
        return;
    }
    if (!tax_line(&billing->taxes, (struct tax_in){billing->in->catalogue, address, at, amount_minor})) {
        hold_out_of_bounds(billing, "tax lines");
    }
}

/* R16: a purchase needs a billing address in an eligible country. */
static void check_purchase(struct billing *billing, const struct plan_change_fact *change)
{
    const struct address_fact *address = facts_address(billing->in->facts, change->effective_at);

    if (address == NULL) {
        hold(billing, (struct hold){HOLD_NO_ADDRESS, "", change->change_id, change->effective_at});
    } else if (!catalogue_eligible(billing->in->catalogue, address->country, change->effective_at)) {
        hold(billing, (struct hold){HOLD_INELIGIBLE_COUNTRY, address->country, change->change_id, change->effective_at});
    }
}

/* R4: the plan's price row, or NULL after noting the hold. `reference`: the change that asked for the plan. */
static const struct plan_price *price_of(struct billing *billing, int plan, const char *reference)
{
    const struct catalogue *catalogue = billing->in->catalogue;
    const struct plan_price *price = catalogue_price(catalogue, plan, billing->in->facts->currency,
                                                     billing->bill->price_date, billing->period.month_end);

    if (price == NULL && plan != PLAN_FREE) {
        hold(billing, (struct hold){HOLD_NO_PRICE, catalogue->plans[plan].code, reference, billing->bill->price_date});
    }
    return price;
}

static struct bill_line plan_line(const struct billing *billing, enum line_kind kind, int plan, int64_t charged_at)
{
    return (struct bill_line){
        .kind = kind,
        .plan = plan,
        .period_start = billing->period.month_start,
        .period_end = billing->period.month_end,
        .unit = UNIT_MONTH,
        .quantity = 1,
        .charged_at = charged_at,
        .reference = "",
        .reason = "",
        .detail = "",
    };
}

/* R11: month 2 and later begin with the full price of the plan held at S. */
static void charge_base(struct billing *billing)
{
    const struct timeline *timeline = billing->timeline;

    if (timeline->plan_at_start == PLAN_FREE) {
        return;
    }
    assert(timeline->last_upgrade_before != SIZE_MAX && timeline->first_paid < billing->period.month_start);
    const struct plan_change_fact *bought = &billing->in->facts->changes[timeline->last_upgrade_before];
    check_purchase(billing, bought);
    tax(billing, 0, billing->period.month_start, bought->change_id); /* the line needs an address, priced or not */
    const struct plan_price *price = price_of(billing, timeline->plan_at_start, bought->change_id);
    if (price == NULL) {
        return;
    }
    struct bill_line line = plan_line(billing, LINE_PLAN, timeline->plan_at_start, billing->period.month_start);
    line.unit_price = line.amount_minor = price->monthly_minor;
    (void)line_add(billing, line);
}

/* R13: the earlier charge of the first paid month is taken back, with its tax. */
static void charge_discount(struct billing *billing, const struct plan_change_fact *change)
{
    struct bill *bill = billing->bill;

    if (bill->line_count == 0) {
        return;
    }
    struct bill_line line = bill->lines[bill->line_count - 1];
    assert(line.kind == LINE_PLAN_PRORATED);
    line.kind = LINE_PLAN_DISCOUNT;
    line.unit_price = -line.unit_price;
    line.amount_minor = -line.amount_minor;
    line.charged_at = change->effective_at;
    line.reference = change->change_id;
    (void)line_add(billing, line);
}

/* R12: price x remaining / whole, counted from F. */
static void charge_prorated(struct billing *billing, const struct plan_change_fact *change, int64_t price_minor)
{
    charge_discount(billing, change);
    struct bill_line line = plan_line(billing, LINE_PLAN_PRORATED, change->plan, change->effective_at);
    line.period_start = day_start_ms(billing->timeline->first_paid);
    line.unit = billing->in->policies.proration == PRORATE_SECOND ? UNIT_SECONDS : UNIT_DAYS;
    line.quantity = billing->remaining.remaining;
    line.whole = billing->remaining.whole;
    line.unit_price = price_minor;
    line.amount_minor = prorate(price_minor, billing->remaining);
    line.reference = change->change_id;
    (void)line_add(billing, line);
}

/* R14: the full difference to what the month's plan lines already charged. */
static void charge_upgrade(struct billing *billing, const struct plan_change_fact *change, int64_t price_minor)
{
    struct bill_line line = plan_line(billing, LINE_PLAN_UPGRADE, change->plan, change->effective_at);

    for (size_t i = 0; i < billing->bill->line_count; i++) {
        line.charged_minor += billing->bill->lines[i].amount_minor;
    }
    line.price_minor = price_minor;
    line.unit_price = line.amount_minor = price_minor - line.charged_minor;
    line.reference = change->change_id;
    (void)line_add(billing, line);
}

static void charge_change(struct billing *billing, const struct plan_change_fact *change)
{
    check_purchase(billing, change);
    const struct plan_price *price = price_of(billing, change->plan, change->change_id);
    if (price == NULL) {
        return;
    }
    if (billing->bill->first_paid_month) {
        charge_prorated(billing, change, price->monthly_minor);
    } else {
        charge_upgrade(billing, change, price->monthly_minor);
    }
}

/* Every plan line of the month, in the order in which they arise (R11-R14). */
static void charge_plans(struct billing *billing)
{
    const struct timeline *timeline = billing->timeline;

    charge_base(billing);
    for (size_t i = timeline->month_first; i < timeline->step_count; i++) {
        if (timeline->steps[i].kind == STEP_UPGRADED) {
            charge_change(billing, &billing->in->facts->changes[timeline->steps[i].index]);
        }
    }
}

/* R24: plan lines are taxed where they were charged; a discount like the charge before it. */
static void tax_plans(struct billing *billing)
{
    const struct bill *bill = billing->bill;

    for (size_t i = 0; i < bill->line_count; i++) {
        size_t taxed = bill->lines[i].kind == LINE_PLAN_DISCOUNT ? i - 1 : i;
        tax(billing, bill->lines[i].amount_minor, bill->lines[taxed].charged_at, bill->lines[i].reference);
    }
}

/* R15: what the highest plan alone would have cost, bought at the price date. */
static void note_no_regret(struct billing *billing)
{
    struct bill *bill = billing->bill;
    int highest = PLAN_FREE;

    for (size_t i = 0; i < bill->line_count; i++) {
        bill->plan_lines_minor += bill->lines[i].amount_minor;
        highest = bill->lines[i].plan > highest ? bill->lines[i].plan : highest;
    }
    if (highest == PLAN_FREE) {
        return;
    }
    const struct plan_price *price = price_of(billing, highest, "");
    assert(price != NULL); /* its line has it */
    bill->highest_alone_minor =
        bill->first_paid_month ? prorate(price->monthly_minor, billing->remaining) : price->monthly_minor;
}

/* The change that brought the plan held at the month's last instant; "": none ever did. */
static const char *change_to_last_plan(const struct billing *billing)
{
    const struct timeline *timeline = billing->timeline;

    for (size_t i = timeline->step_count; i > 0; i--) {
        const struct timeline_step *step = &timeline->steps[i - 1];
        if (step->kind == STEP_UPGRADED || step->kind == STEP_LANDED) {
            return billing->in->facts->changes[step->index].change_id;
        }
    }
    return "";
}

/* R18: the allowance of R17's plan. */
static void grant_allowance(struct billing *billing)
{
    struct bill *bill = billing->bill;
    const struct catalogue *catalogue = billing->in->catalogue;
    const struct plan_allowance *row =
        catalogue_allowance(catalogue, bill->plan_at_end, bill->price_date, billing->period.month_end);

    if (row == NULL) {
        hold(billing, (struct hold){HOLD_NO_ALLOWANCE, catalogue->plans[bill->plan_at_end].code,
                                    change_to_last_plan(billing), bill->price_date});
        return;
    }
    bill->allowance = row->credits;
    if (bill->first_paid_month && bill->plan_at_end != PLAN_FREE &&
        billing->in->policies.first_allowance == FIRST_ALLOWANCE_PRORATED) {
        bill->allowance = prorate(row->credits, billing->remaining);
    }
}

/* R21, R22. `most`: more than that cannot be billed. */
static int64_t amount_of(struct billing *billing, int64_t credits, int64_t most)
{
    int64_t amount = 0;

    if (billing->bill->overage_price == NO_OVERAGE_PRICE) {
        return 0;
    }
    if (!overage_amount(credits, billing->bill->overage_price, currency_digits(billing->in->facts->currency), &amount) ||
        amount > most) {
        hold_out_of_bounds(billing, "overage");
        return 0;
    }
    return amount;
}

static void check_usage(struct billing *billing)
{
    const struct bill_in *in = billing->in;
    struct bill *bill = billing->bill;

    if (in->unknown_model >= 0) {
        const char *model = in->catalogue->models[in->unknown_model];
        hold(billing, (struct hold){HOLD_UNKNOWN_MODEL, model, model, in->unknown_at});
    }
    for (size_t i = 0; i < in->cell_count; i++) {
        if (in->cells[i].from >= billing->period.month_start) {
            bill->credits += in->cells[i].credits;
        }
        if (in->cells[i].credits > CREDITS_MAX || bill->credits > CREDITS_MAX) {
            hold_out_of_bounds(billing, "credits");
            bill->credits = 0;
            return;
        }
    }
}

/* R17-R22: the whole month under the plan held at its last instant. */
static void charge_usage(struct billing *billing)
{
    const struct bill_in *in = billing->in;
    struct bill *bill = billing->bill;
    const struct plan_price *price = price_of(billing, bill->plan_at_end, change_to_last_plan(billing));

    bill->overage_price = price == NULL ? NO_OVERAGE_PRICE : price->overage_millionths;
    bill->used = consume((struct consumption_in){
        .month = billing->period,
        .timeline = billing->timeline,
        .cells = in->cells,
        .cell_count = in->cell_count,
        .allowance = bill->allowance,
        .overage_price = bill->overage_price != NO_OVERAGE_PRICE,
        .balances = billing->room->balances,
        .used_in_month = billing->room->used_in_month,
    });
    bill->at_stake_minor = amount_of(billing, bill->used.unbilled, INT64_MAX); /* it is not charged: no bound but its type */
    if (bill->used.overage == 0) {
        return;
    }
    struct bill_line line = plan_line(billing, LINE_OVERAGE, bill->plan_at_end, billing->period.month_end - 1);
    line.unit = UNIT_CREDIT;
    line.quantity = bill->used.overage;
    line.unit_price = bill->overage_price;
    line.amount_minor = amount_of(billing, bill->used.overage, PRICE_MINOR_MAX);
    tax(billing, line.amount_minor, line.charged_at, "");
    (void)line_add(billing, line);
}

/* R23: adjustments, by id. */
static void charge_adjustments(struct billing *billing)
{
    const struct account_facts *facts = billing->in->facts;

    for (size_t i = 0; i < facts->adjustment_count; i++) {
        const struct adjustment_fact *fact = &facts->adjustments[i];
        struct bill_line line = plan_line(billing, LINE_ADJUSTMENT, PLAN_UNKNOWN, billing->period.month_end - 1);
        line.unit_price = line.amount_minor = fact->amount_minor;
        line.reference = fact->adjustment_id;
        line.reason = fact->reason;
        line.detail = fact->approved_by;
        tax(billing, line.amount_minor, line.charged_at, line.reference);
        (void)line_add(billing, line);
    }
}

/* R24: one line per (country, name, percent), also when it comes to 0. */
static void charge_taxes(struct billing *billing)
{
    tax_sort(&billing->taxes);
    for (size_t i = 0; i < billing->taxes.group_count; i++) {
        const struct tax_group *group = &billing->taxes.groups[i];
        struct bill_line line = plan_line(billing, LINE_TAX, PLAN_UNKNOWN, billing->period.month_end - 1);
        line.unit = UNIT_PERCENT;
        line.quantity = group->percent;
        line.unit_price = group->taxed_minor;
        line.amount_minor = tax_amount(group);
        line.reason = group->name;
        line.detail = group->country;
        (void)line_add(billing, line);
    }
}

static bool within_bounds(int64_t amount_minor)
{
    return amount_minor >= -PRICE_MINOR_MAX && amount_minor <= PRICE_MINOR_MAX;
}

/* R25: payments recorded for the account and month. */
static void sum_payments(struct billing *billing)
{
    if (!payments_sum(billing->in->facts, &billing->bill->collected_minor)) {
        billing->bill->payments_over = true;
        hold_out_of_bounds(billing, "payments");
    }
}

static void sum_up(struct billing *billing)
{
    struct bill *bill = billing->bill;

    for (size_t i = 0; i < bill->line_count; i++) {
        const struct bill_line *line = &bill->lines[i];
        *(line->kind == LINE_TAX ? &bill->tax_minor : &bill->subtotal_minor) += line->amount_minor;
    }
    sum_payments(billing);
    bill->total_minor = bill->subtotal_minor + bill->tax_minor;
    bool fits = within_bounds(bill->subtotal_minor) && within_bounds(bill->tax_minor) &&
                within_bounds(bill->total_minor) && within_bounds(bill->collected_minor);
    if (fits) {
        bill->due_minor = bill->total_minor - bill->collected_minor;
    }
    if (!fits || !within_bounds(bill->due_minor)) {
        hold_out_of_bounds(billing, "total");
    }
}

/* R27: the first reason that applies. */
static void decide(struct billing *billing)
{
    struct bill *bill = billing->bill;

    for (int reason = HOLD_UNKNOWN_PLAN; reason <= HOLD_OUT_OF_BOUNDS; reason++) {
        if (billing->holds[reason].reason != HOLD_NONE) {
            bill->status = BILL_HELD;
            bill->hold = billing->holds[reason];
            bill->line_count = 0;
            return;
        }
    }
    bill->status = bill->line_count > 0 ? BILL_INVOICED : BILL_NO_CHARGE;
}

/* Plan timeline, first paid month and price date (R4, R9, R10). */
static void begin(struct billing *billing, struct timeline *timeline)
{
    const struct bill_in *in = billing->in;
    struct bill *bill = billing->bill;

    *timeline = timeline_build(billing->period, billing->room->steps);
    bill->plan_at_start = timeline->plan_at_start;
    bill->plan_at_end = timeline->plan_at_end;
    bill->price_date = billing->period.month_start;
    if (timeline_first_paid_in(timeline, billing->period.month_start, billing->period.month_end)) {
        bill->first_paid_month = true;
        bill->price_date = timeline->first_paid;
        billing->remaining = proration_remaining(in->policies.proration, in->month, timeline->first_paid);
    }
    if (timeline->unknown_plan) {
        const struct plan_change_fact *change = &in->facts->changes[timeline->unknown_change];
        hold(billing,
             (struct hold){HOLD_UNKNOWN_PLAN, change->plan_code, change->change_id, change->effective_at});
    }
}

struct bill bill_month(struct bill_in in, struct bill_room *room, struct timeline *timeline)
{
    struct bill bill = {.lines = room->lines, .events = in.month_events, .hold = {HOLD_NONE, "", "", INSTANT_NONE}};
    struct billing billing = {
        .in = &in,
        .room = room,
        .period = {in.facts, in.catalogue, month_start_ms(in.month), month_end_ms(in.month)},
        .timeline = timeline,
        .bill = &bill,
    };

    begin(&billing, timeline);
    charge_plans(&billing);
    tax_plans(&billing);
    note_no_regret(&billing);
    grant_allowance(&billing);
    check_usage(&billing);
    charge_usage(&billing);
    charge_adjustments(&billing);
    charge_taxes(&billing);
    sum_up(&billing);
    decide(&billing);
    return bill;
}
