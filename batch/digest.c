/*
 * The digest of a month's result.
 */
#include "batch/digest.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LINE_BYTES_MAX 4096 /* more than the fields' limits add up to */

static void take(struct digest *digest, const char *text)
{
    sha256_update(&digest->context, strlen(text), (const uint8_t *)text);
}

void digest_begin(struct digest *digest, int32_t month)
{
    char text[64];

    sha256_init(&digest->context);
    snprintf(text, sizeof text, "monthend result 1\t%d\n", (int)month);
    take(digest, text);
}

static void take_line(struct digest *digest, const struct bill_line *line, const struct catalogue *catalogue)
{
    char text[LINE_BYTES_MAX];

    snprintf(text, sizeof text, "line\t%s\t%s\t%lld\t%lld\t%lld\t%lld\t%lld\t%lld\t%lld\t%s\t%s\n",
             line_kind_name(line->kind), line->plan == PLAN_UNKNOWN ? "-" : catalogue->plans[line->plan].code,
             (long long)line->period_start, (long long)line->period_end, (long long)line->quantity,
             (long long)line->whole, (long long)line->unit_price, (long long)line->amount_minor,
             (long long)line->charged_at, line->kind == LINE_TAX ? line->reason : line->reference, line->detail);
    take(digest, text);
}

void digest_account(struct digest *digest, const struct account_facts *facts, const struct bill *bill,
                    const struct catalogue *catalogue)
{
    char text[LINE_BYTES_MAX];

    snprintf(text, sizeof text, "account\t%s\t%s\t%s\t%s\t%lld\n", facts->account_id, bill_status_name(bill->status),
             bill->status == BILL_HELD ? hold_reason_name(bill->hold.reason) : "-", facts->currency,
             (long long)bill->collected_minor);
    take(digest, text);
    for (size_t i = 0; i < bill->line_count; i++) {
        take_line(digest, &bill->lines[i], catalogue);
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
