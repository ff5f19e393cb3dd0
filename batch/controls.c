/*
 * The controls: what must add up before anything is issued.
 */
#include <stdio.h>
#include <string.h>

#include "batch/totals.h"
#include "lib/arith.h"
#include "lib/calendar.h"
#include "lib/decimal.h"

#define CREDIT_DIGITS 2
#define QUANTITY_DIGITS 6

static void control_add(struct controls *controls, const char *name, int64_t expected, int64_t actual, int digits)
{
    struct control *row = &controls->rows[controls->count++];

    *row = (struct control){.ok = expected == actual};
    snprintf(row->name, sizeof row->name, "%s", name);
    decimal_format(expected, digits, row->expected);
    decimal_format(actual, digits, row->actual);
    decimal_format((int64_t)((uint64_t)actual - (uint64_t)expected), digits, row->difference);
}

/* A side of the control is more than can be told. */
static void control_out_of_range(struct controls *controls, const char *name)
{
    struct control *row = &controls->rows[controls->count++];

    *row = (struct control){.expected = "a sum within range", .actual = "one out of range"};
    snprintf(row->name, sizeof row->name, "%s", name);
}

/* R19: what the grants should have left, by what came and went, against what the bills left of them. */
static void control_grants(struct controls *controls, const struct totals *totals)
{
    static const char NAME[] = "grants: opening + granted - used - expired = closing";
    const struct grant_sums *grants = &totals->grants;
    int64_t expected = 0;

    if (arith_add(grants->opening, grants->granted, &expected) && arith_sub(expected, totals->used.bonus, &expected) &&
        arith_sub(expected, grants->expired, &expected)) {
        control_add(controls, NAME, expected, grants->closing, CREDIT_DIGITS);
    } else {
        control_out_of_range(controls, NAME);
    }
}

static void name_in(char named[CONTROL_NAME_MAX], const char *name, const struct currency_totals *sums)
{
    snprintf(named, CONTROL_NAME_MAX, "%s (%s)", name, sums->currency);
}

static void control_money(struct controls *controls, const char *name, const struct currency_totals *sums,
                          int64_t expected, int64_t actual)
{
    char named[CONTROL_NAME_MAX];

    name_in(named, name, sums);
    control_add(controls, named, expected, actual, sums->digits);
}

/* The journal against the invoices, and its two sides against each other. */
static void control_journal(struct controls *controls, const struct currency_totals *sums)
{
    static const char NAME[] = "journal = invoices";
    char named[CONTROL_NAME_MAX];
    int64_t billed = 0;

    if (ledger_sums_billed(&sums->journal, &billed)) {
        control_money(controls, NAME, sums, sums->total_minor, billed);
    } else {
        name_in(named, NAME, sums);
        control_out_of_range(controls, named);
    }
    control_money(controls, "debit = credit", sums, sums->journal.debit_minor, sums->journal.credit_minor);
}

/* What upstream counted on a day against what was read (data.md, source_totals). */
static void control_source(struct controls *controls, const struct controls_in *in, const struct source_total *source)
{
    char day[DAY_TEXT_MAX];
    char named[CONTROL_NAME_MAX];
    const struct usage_day *read = &in->days[source->day % 100 - 1];

    day_format(source->day, day);
    snprintf(named, sizeof named, "source events = events read, %s", day);
    control_add(controls, named, source->events, read->events, 0);
    controls->rows[controls->count - 1].of_a_day = true;
    snprintf(named, sizeof named, "source quantity = quantity read, %s", day);
    control_add(controls, named, source->quantity, read->quantity, QUANTITY_DIGITS);
    controls->rows[controls->count - 1].of_a_day = true;
}

void controls_build(struct controls_in in, struct controls *controls)
{
    const struct totals *totals = in.totals;

    controls->count = 0;
    control_add(controls, "events read = rated + voided + orphan + held", in.counts.read,
                totals->rated_events + in.counts.voided + totals->orphan_events + totals->held_events, 0);
    control_add(controls, "credits = bonus + included + overage + unbilled", totals->credits,
                totals->used.bonus + totals->used.included + totals->used.overage + totals->used.unbilled,
                CREDIT_DIGITS);
    control_add(controls, "highest plan alone = plan lines, accounts (R15)", totals->regret_checked,
                totals->regret_held, 0);
    control_grants(controls, totals);
    control_add(controls, "invoice numbers without a gap (R26)", in.numbers.before + totals->issued[BILL_INVOICED],
                in.numbers.last, 0);
    control_add(controls, "sums within range, failures", 0, totals->overflow, 0);
    for (size_t i = 0; i < totals->currency_count; i++) {
        const struct currency_totals *sums = &totals->currencies[i];
        control_money(controls, "lines = invoices", sums, sums->lines_minor, sums->total_minor);
        control_money(controls, "subtotal + tax = invoices", sums, sums->subtotal_minor + sums->tax_minor,
                      sums->total_minor);
        control_money(controls, "invoices = statement", sums, sums->total_minor, sums->statement_minor);
        control_journal(controls, sums);
    }
    for (size_t i = 0; i < in.source_total_count; i++) {
        control_source(controls, &in, &in.source_totals[i]);
    }
}

enum err_code controls_check(const struct controls *controls, struct err *err)
{
    for (size_t i = 0; i < controls->count; i++) {
        const struct control *row = &controls->rows[i];
        if (!row->ok) {
            return err_set(err, ERR_INTERNAL,
                           "control '%s' failed: expected %s, actual %s; nothing was issued, see what the source and "
                           "the database say of it and close again",
                           row->name, row->expected, row->actual);
        }
    }
    return ERR_NONE;
}
