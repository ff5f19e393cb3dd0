/*
 * A plan change priced before it is made.
 */
#include "lib/quote.h"

#include <assert.h>
#include <string.h>

#include "lib/calendar.h"
#include "lib/tax.h"

/* Where the change stands among the others: after all up to its instant. */
static size_t place_of(const struct account_facts *facts, int64_t at)
{
    size_t place = 0;

    while (place < facts->change_count && facts->changes[place].effective_at <= at) {
        place++;
    }
    return place;
}

struct account_facts quote_facts(const struct account_facts *facts, struct plan_change_fact change,
                                 struct plan_change_fact *changes)
{
    struct account_facts with = *facts;
    size_t place = place_of(facts, change.effective_at);

    for (size_t i = 0; i < facts->change_count; i++) {
        changes[i < place ? i : i + 1] = facts->changes[i];
    }
    changes[place] = change;
    with.changes = changes;
    with.change_count = facts->change_count + 1;
    return with;
}

/* What the change did, and what it found. */
static void note_effect(struct quote *quote, size_t change)
{
    const struct timeline_step *steps = quote->timeline.steps;

    quote->pending_before = PLAN_UNKNOWN;
    for (size_t i = 0;; i++) {
        assert(i < quote->timeline.step_count); /* every change before the month's end is a step */
        const struct timeline_step *step = &steps[i];
        bool asked = step->kind < STEP_SETTING && step->kind != STEP_LANDED && step->index == change;
        if (asked) {
            quote->plan_before = step->plan_before;
            quote->effect = step->kind == STEP_UPGRADED  ? QUOTE_UPGRADED
                            : step->kind == STEP_PENDING ? QUOTE_PENDING
                                                         : QUOTE_KEPT;
            quote->lands_at = month_end_ms(month_of(step->at));
            return;
        }
        if (step->kind == STEP_PENDING) {
            quote->pending_before = quote->facts.changes[step->index].plan;
        } else if (step->kind <= STEP_KEPT) {
            quote->pending_before = PLAN_UNKNOWN;
        }
    }
}

/* R24: the tax that a line is collected with, rounded by itself; a discount's as its charge's. */
static int64_t tax_alone(const struct quote *quote, const struct catalogue *catalogue, const struct bill_line *line)
{
    const struct bill_line *taxed = line->kind == LINE_PLAN_DISCOUNT ? line - 1 : line;
    const struct address_fact *address = facts_address(&quote->facts, taxed->charged_at);
    struct tax_book book = {.group_count = 0};
    int64_t sum = 0;

    assert(address != NULL); /* R27: it would be held */
    bool fits = tax_line(&book, (struct tax_in){catalogue, address, taxed->charged_at, line->amount_minor});
    assert(fits);
    (void)fits;
    for (size_t i = 0; i < book.group_count; i++) {
        sum += tax_amount(&book.groups[i]);
    }
    return sum;
}

/* The plan lines that the change made: those that refer to this very text, whatever other rows are called. */
static void note_lines(struct quote *quote, const struct catalogue *catalogue, const char *change_id)
{
    for (size_t i = 0; i < quote->with.line_count; i++) {
        const struct bill_line *line = &quote->with.lines[i];
        if (line->reference != change_id) {
            continue;
        }
        assert(line->kind <= LINE_PLAN_UPGRADE && quote->line_count < QUOTE_LINES_MAX);
        if (quote->line_count == 0) {
            quote->first_line = i;
        }
        quote->taxes_minor[quote->line_count] = tax_alone(quote, catalogue, line);
        quote->charge_minor += line->amount_minor;
        quote->tax_minor += quote->taxes_minor[quote->line_count++];
    }
}

static struct bill bill_of(struct quote_in in, const struct account_facts *facts, struct quote_usage usage,
                           struct bill_room *room, struct timeline *timeline)
{
    return bill_month(
        (struct bill_in){
            .facts = facts,
            .catalogue = in.catalogue,
            .policies = in.policies,
            .month = month_of(in.change.effective_at),
            .cells = usage.cells,
            .cell_count = usage.cell_count,
            .month_events = usage.month_events,
            .unknown_model = usage.unknown_model,
            .unknown_at = usage.unknown_at,
        },
        room, timeline);
}

struct quote quote_change(struct quote_in in, struct quote_usage usage, struct quote_room *room)
{
    struct quote quote = {.change_id = room->change_id};
    struct timeline without;
    size_t place = place_of(in.facts, in.change.effective_at);
    assert(in.change.plan >= 0 && strlen(in.change.change_id) <= ID_BYTES_MAX);

    strcpy(room->change_id, in.change.change_id);
    in.change.change_id = room->change_id;
    quote.facts = quote_facts(in.facts, in.change, room->changes);
    quote.without = bill_of(in, in.facts, usage, &room->without, &without);
    quote.with = bill_of(in, &quote.facts, usage, &room->with, &quote.timeline);
    note_effect(&quote, place);
    note_lines(&quote, in.catalogue, in.change.change_id);
    return quote;
}
