/*
 * The digest of a month's result.
 */
#include "batch/digest.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "lib/correction.h"
#include "lib/decimal.h"

static void flush(struct digest *digest)
{
    sha256_update(&digest->context, digest->used, (const uint8_t *)digest->buffer);
    digest->used = 0;
}

static void take_bytes(struct digest *digest, const char *bytes, size_t length)
{
    if (length > sizeof digest->buffer - digest->used) {
        flush(digest);
    }
    if (length > sizeof digest->buffer) {
        sha256_update(&digest->context, length, (const uint8_t *)bytes);
        return;
    }
    memcpy(digest->buffer + digest->used, bytes, length);
    digest->used += length;
}

static void take(struct digest *digest, const char *text)
{
    take_bytes(digest, text, strlen(text));
}

static void take_number(struct digest *digest, int64_t number)
{
    if (sizeof digest->buffer - digest->used < DECIMAL_TEXT_MAX) {
        flush(digest);
    }
    digest->used += decimal_format(number, 0, digest->buffer + digest->used);
}

void digest_begin(struct digest *digest, int32_t month)
{
    sha256_init(&digest->context);
    digest->used = 0;
    take(digest, "monthend result 2\t");
    take_number(digest, month);
    take(digest, "\n");
}

/* With its length, so that no text can pass for two. */
static void take_text(struct digest *digest, const char *text)
{
    size_t length = strlen(text);

    take_number(digest, (int64_t)length);
    take_bytes(digest, ":", 1);
    take_bytes(digest, text, length);
}

static void take_numbers(struct digest *digest, const int64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        take_bytes(digest, "\t", 1);
        take_number(digest, numbers[i]);
    }
    take_bytes(digest, "\n", 1);
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

    flush(digest);
    sha256_digest(&digest->context, sizeof bytes, bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        snprintf(out + 2 * i, 3, "%02x", bytes[i]);
    }
}
