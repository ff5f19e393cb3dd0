/*
 * Mixes rows of facts and adds them up, in any order.
 */
#include "lib/fact_digest.h"

#include <assert.h>
#include <string.h>

enum value_tag { TAG_INTEGER = 1, TAG_TEXT, TAG_NULL };

#define TOKENS_TAG (UINT64_C(1) << 60)
#define SHOWN_TAG (UINT64_C(1) << 61)
static_assert(COUNT_MAX < TOKENS_TAG && CREDITS_MAX < TOKENS_TAG, "a tag is above what it marks");

/* The first 64 bits of the SHA-256 of "monthend lane seed 0" .. 3 and of "monthend lane factor 0" .. 3, made odd. */
static const uint64_t LANE_SEED[FACT_LANES] = {UINT64_C(0x797a1cb4b06fbcdd), UINT64_C(0x2cd7cb35679d2524),
                                               UINT64_C(0x6deacf36c85d0333), UINT64_C(0x442b9c4166c645c5)};
static const uint64_t LANE_FACTOR[FACT_LANES] = {UINT64_C(0x9a1bf651a4bbd803), UINT64_C(0xd9a0ad5974c7ef89),
                                                 UINT64_C(0xa9dcef9613a33fa1), UINT64_C(0xf00c6ba6d1445935)};

static inline void word_take(struct fact_row *row, uint64_t word)
{
#pragma GCC unroll 4
    for (int i = 0; i < FACT_LANES; i++) {
        unsigned __int128 product = (unsigned __int128)(row->lanes[i] ^ word) * LANE_FACTOR[i];

        row->lanes[i] = (uint64_t)product ^ (uint64_t)(product >> 64);
    }
}

void fact_row_begin(struct fact_row *row)
{
    memcpy(row->lanes, LANE_SEED, sizeof row->lanes);
}

void fact_row_integer(struct fact_row *row, int64_t value)
{
    word_take(row, TAG_INTEGER);
    word_take(row, (uint64_t)value);
}

void fact_row_text(struct fact_row *row, const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;

    word_take(row, TAG_TEXT);
    word_take(row, length);
    for (size_t i = 0; i < length; i += sizeof(uint64_t)) {
        uint64_t word = 0;

        for (size_t j = 0; j < sizeof word && i + j < length; j++) {
            word |= (uint64_t)bytes[i + j] << (8 * j);
        }
        word_take(row, word);
    }
}

void fact_row_null(struct fact_row *row)
{
    word_take(row, TAG_NULL);
}

void fact_digest_add(struct fact_digest *digest, const struct fact_row *row)
{
#pragma GCC unroll 4
    for (int i = 0; i < FACT_LANES; i++) {
        digest->lanes[i] += row->lanes[i];
    }
    digest->rows++;
}

static inline struct fact_row event_row(const struct seen_event *seen)
{
    struct fact_row row;

    fact_row_begin(&row);
    word_take(&row, (uint64_t)seen->event.account << 32 | (uint64_t)seen->event.model << 1 | (uint64_t)seen->voided);
    word_take(&row, (uint64_t)seen->recorded_at);
    word_take(&row, (uint64_t)seen->event.at);
    word_take(&row, (uint64_t)seen->event.quantity);
    if (seen->event.tokens != TOKENS_NONE) {
        word_take(&row, TOKENS_TAG + (uint64_t)seen->event.tokens);
    }
    if (seen->shown != SHOWN_NONE) {
        word_take(&row, SHOWN_TAG + (uint64_t)seen->shown);
    }
    return row;
}

void fact_digest_event(struct fact_digest *digest, const struct seen_event *event)
{
    struct fact_row row = event_row(event);

    fact_digest_add(digest, &row);
}

void fact_digest_take_back_event(struct fact_digest *digest, const struct seen_event *event)
{
    struct fact_row row = event_row(event);

    for (int i = 0; i < FACT_LANES; i++) {
        digest->lanes[i] -= row.lanes[i];
    }
    digest->rows--;
}

static void text_take(struct fact_row *row, const char *text)
{
    fact_row_text(row, text, strlen(text));
}

static void addresses_take(struct fact_row *row, const struct account_facts *facts)
{
    fact_row_integer(row, (int64_t)facts->address_count);
    for (size_t i = 0; i < facts->address_count; i++) {
        const struct address_fact *address = &facts->addresses[i];

        text_take(row, address->address_id);
        fact_row_integer(row, address->effective_at);
        text_take(row, address->country);
        text_take(row, address->region);
        text_take(row, address->tax_number);
    }
}

static void plans_take(struct fact_row *row, const struct account_facts *facts)
{
    fact_row_integer(row, (int64_t)facts->change_count);
    for (size_t i = 0; i < facts->change_count; i++) {
        text_take(row, facts->changes[i].change_id);
        fact_row_integer(row, facts->changes[i].effective_at);
        text_take(row, facts->changes[i].plan_code);
    }
    fact_row_integer(row, (int64_t)facts->setting_count);
    for (size_t i = 0; i < facts->setting_count; i++) {
        text_take(row, facts->settings[i].setting_id);
        fact_row_integer(row, facts->settings[i].effective_at);
        fact_row_integer(row, facts->settings[i].enabled);
        fact_row_integer(row, facts->settings[i].cap_credits);
    }
}

static void grants_take(struct fact_row *row, const struct account_facts *facts)
{
    fact_row_integer(row, (int64_t)facts->grant_count);
    for (size_t i = 0; i < facts->grant_count; i++) {
        const struct credit_grant_fact *grant = &facts->grants[i];

        text_take(row, grant->grant_id);
        fact_row_integer(row, grant->credits);
        fact_row_integer(row, grant->starts_at);
        fact_row_integer(row, grant->expires_at);
        text_take(row, grant->reason);
    }
}

static void money_take(struct fact_row *row, const struct account_facts *facts)
{
    fact_row_integer(row, (int64_t)facts->payment_count);
    for (size_t i = 0; i < facts->payment_count; i++) {
        const struct payment_fact *payment = &facts->payments[i];

        text_take(row, payment->payment_id);
        fact_row_integer(row, payment->collected_at);
        fact_row_integer(row, payment->amount_minor);
        text_take(row, payment->currency);
        text_take(row, payment->reference);
    }
    fact_row_integer(row, (int64_t)facts->adjustment_count);
    for (size_t i = 0; i < facts->adjustment_count; i++) {
        const struct adjustment_fact *adjustment = &facts->adjustments[i];

        text_take(row, adjustment->adjustment_id);
        fact_row_integer(row, adjustment->amount_minor);
        text_take(row, adjustment->currency);
        text_take(row, adjustment->reason);
        text_take(row, adjustment->approved_by);
    }
}

void fact_digest_account(struct fact_digest *digest, const struct account_facts *facts)
{
    struct fact_row row;

    fact_row_begin(&row);
    fact_row_integer(&row, facts->account);
    text_take(&row, facts->account_id);
    text_take(&row, facts->name);
    text_take(&row, facts->currency);
    fact_row_integer(&row, facts->created_at);
    fact_row_integer(&row, facts->first_paid_at);
    addresses_take(&row, facts);
    plans_take(&row, facts);
    grants_take(&row, facts);
    money_take(&row, facts);
    fact_digest_add(digest, &row);
}

void fact_digest_merge(struct fact_digest *digest, const struct fact_digest *part)
{
    for (int i = 0; i < FACT_LANES; i++) {
        digest->lanes[i] += part->lanes[i];
    }
    digest->rows += part->rows;
}

bool fact_digest_same(const struct fact_digest *a, const struct fact_digest *b)
{
    return a->rows == b->rows && memcmp(a->lanes, b->lanes, sizeof a->lanes) == 0;
}

static const char DIGITS[] = "0123456789abcdef";

void fact_digest_text(const struct fact_digest *digest, char out[FACT_DIGEST_TEXT_MAX])
{
    for (int i = 0; i < FACT_DIGEST_TEXT_MAX - 1; i++) {
        out[i] = DIGITS[digest->lanes[i / 16] >> (60 - 4 * (i % 16)) & 15];
    }
    out[FACT_DIGEST_TEXT_MAX - 1] = '\0';
}

bool fact_digest_read(const char *text, int64_t rows, struct fact_digest *digest)
{
    struct fact_digest read = {.rows = rows};

    for (int i = 0; i < FACT_DIGEST_TEXT_MAX - 1; i++) {
        const char *digit = text[i] == '\0' ? NULL : strchr(DIGITS, text[i]);

        if (digit == NULL) {
            return false;
        }
        read.lanes[i / 16] = read.lanes[i / 16] << 4 | (uint64_t)(digit - DIGITS);
    }
    if (text[FACT_DIGEST_TEXT_MAX - 1] != '\0') {
        return false;
    }
    *digest = read;
    return true;
}
