/*
 * What became known of the account-month since the last run that had a word of
 * it: rows that are new, changed or gone, and events that came or were voided.
 */
#include <string.h>

#include "batch/explain.h"
#include "batch/explain_rows.h"

#define EVENTS_LISTED 20

static const struct explain_row *row_find(const struct explain_rows *rows, const struct explain_row *like)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (strcmp(rows->rows[i].table, like->table) == 0 && strcmp(rows->rows[i].id, like->id) == 0) {
            return &rows->rows[i];
        }
    }
    return NULL;
}

static size_t say_rows(struct explain *in, const struct explain_rows *then, const struct explain_rows *now)
{
    size_t said = 0;

    for (size_t i = 0; i < now->count; i++) {
        const struct explain_row *row = &now->rows[i];
        const struct explain_row *before = row_find(then, row);
        if (before == NULL) {
            explanation_fact(in->out, "R3", row->table, "new: %s, %s", row->id, row->words);
        } else if (strcmp(before->words, row->words) != 0) {
            explanation_fact(in->out, "R3", row->table, "changed: %s, %s; it was %s", row->id, row->words, before->words);
        }
        said += before == NULL || strcmp(before->words, row->words) != 0;
    }
    for (size_t i = 0; i < then->count; i++) {
        if (row_find(now, &then->rows[i]) == NULL) {
            explanation_fact(in->out, "R3", then->rows[i].table, "gone: %s, it was %s", then->rows[i].id,
                             then->rows[i].words);
            said++;
        }
    }
    return said;
}

static size_t say_events(struct explain *in)
{
    size_t said = 0;

    for (size_t i = 0; i < in->event_count; i++) {
        const struct account_event *event = &in->events[i];
        bool before = account_month_counts(in->then, event);
        bool after = account_month_counts(in->now, event);
        if (before == after || ++said > EVENTS_LISTED) {
            continue;
        }
        explanation_fact(in->out, after ? "R3" : "R8", "usage_events", "%s: %s of %s, %s %s", after ? "new" : "voided",
                         explain_event_id(in, event).text, explain_instant(event->event.at).text, after ? "recorded" : "at",
                         explain_instant(after ? event->recorded_at : event->voided_at).text);
    }
    if (said > EVENTS_LISTED) {
        explanation_fact(in->out, "R3", "usage_events", "and %zu more", said - EVENTS_LISTED);
    }
    return said;
}

void explain_learned(struct explain *in)
{
    struct explain_rows then = {0}, now = {0};

    if (in->then == NULL || explain_as_issued(in, in->now)) {
        return;
    }
    explanation_facts(in->out, "learned", "What became known since the last run");
    if (!explain_rows_collect(&then, in->then, in->now->facts) ||
        !explain_rows_collect(&now, in->now, in->then->facts)) {
        in->out->no_memory = true;
    } else if (say_rows(in, &then, &now) + say_events(in) == 0) {
        explanation_fact(in->out, "R3", "nothing", "no row of the account, of its catalogue or of its usage has changed");
    }
    explain_rows_release(&then);
    explain_rows_release(&now);
}
