/*
 * The digest of a month's result.
 */
#include "batch/digest.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/correction.h"

static void take(struct digest *digest, const char *text)
{
    sha256_update(&digest->context, strlen(text), (const uint8_t *)text);
}

void digest_begin(struct digest *digest, int32_t month)
{
    char text[64];

    sha256_init(&digest->context);
    snprintf(text, sizeof text, "monthend result 2\t%d\n", (int)month);
    take(digest, text);
}

/* With its length, so that no text can pass for two. */
static void take_text(struct digest *digest, const char *text)
{
    char length[32];

    snprintf(length, sizeof length, "%zu:", strlen(text));
    take(digest, length);
    take(digest, text);
}

static void take_numbers(struct digest *digest, const int64_t *numbers, size_t count)
{
    char text[32];

    for (size_t i = 0; i < count; i++) {
        snprintf(text, sizeof text, "\t%lld", (long long)numbers[i]);
        take(digest, text);
    }
    take(digest, "\n");
}

/* A plan as the reports tell of it: its code and, in descriptions, its name. */
static void take_plan(struct digest *digest, const struct catalogue *catalogue, int plan)
{
    take_text(digest, plan == PLAN_UNKNOWN ? "" : catalogue->plans[plan].code);
    take_text(digest, plan == PLAN_UNKNOWN ? "" : catalogue->plans[plan].name);
}

static void take_line(struct digest *digest, const struct bill_line *line, const struct catalogue *catalogue)
{
    const int64_t numbers[] = {
        line->period_start, line->period_end, line->unit,       line->quantity,    line->whole,
        line->unit_price,   line->amount_minor, line->charged_at, line->price_minor, line->charged_minor,
    };

    take(digest, "line\t");
    take_text(digest, line_kind_name(line->kind));
    take_text(digest, line_rule(line));
    take_plan(digest, catalogue, line->plan);
    take_text(digest, line->reference);
    take_text(digest, line->reason);
    take_text(digest, line->detail);
    take_numbers(digest, numbers, sizeof numbers / sizeof numbers[0]);
}

void digest_account(struct digest *digest, const struct account_facts *facts, const struct bill *bill,
                    const struct catalogue *catalogue)
{
    bool held = bill->status == BILL_HELD; /* its usage is not reported */
    const int64_t numbers[] = {
        bill->first_paid_month, bill->collected_minor, (int64_t)bill->line_count,
        held ? 0 : bill->events, held ? 0 : bill->credits, held ? 0 : bill->allowance,
        held ? 0 : bill->used.bonus, held ? 0 : bill->used.included, held ? 0 : bill->used.overage,
        held ? 0 : bill->used.unbilled, held ? 0 : bill->at_stake_minor,
    };

    take(digest, "account\t");
    take_text(digest, facts->account_id);
    take_text(digest, facts->name);
    take_text(digest, facts->currency);
    take_text(digest, bill_status_name(bill->status));
    take_text(digest, held ? hold_reason_name(bill->hold.reason) : "");
    take_plan(digest, catalogue, bill->plan_at_start);
    take_plan(digest, catalogue, bill->plan_at_end);
    take_numbers(digest, numbers, sizeof numbers / sizeof numbers[0]);
    for (size_t i = 0; i < bill->line_count; i++) {
        take_line(digest, &bill->lines[i], catalogue);
    }
}

void digest_note(struct digest *digest, const char *corrects_number, const struct bill *note,
                 const struct catalogue *catalogue)
{
    take(digest, "note\t");
    take_text(digest, corrects_number);
    take_numbers(digest, &note->collected_minor, 1);
    for (size_t i = 0; i < note->line_count; i++) {
        const struct issued_line *issued = note->lines[i].issued;
        const int64_t place[] = {note->lines[i].reversal, issued == NULL ? 0 : issued->number};

        take_line(digest, &note->lines[i], catalogue);
        take_text(digest, issued == NULL ? "" : issued->document_number);
        take_numbers(digest, place, sizeof place / sizeof place[0]);
    }
}

void digest_end(struct digest *digest, char out[DIGEST_HEX_MAX])
{
    uint8_t bytes[SHA256_DIGEST_SIZE];

    sha256_digest(&digest->context, sizeof bytes, bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    }
}
