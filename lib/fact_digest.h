/*
 * A digest of facts, whatever their order: each row is mixed into 256 bits, and
 * the rows' bits are added up. So it can be taken while rows are read anyway, in
 * parts that are merged, and rows that come and go can be added and taken back.
 *
 * A row is a sequence of words of 64 bits, each mixed into four lanes, one after
 * the other:
 *
 *     lane = LANE_SEED[i]                                       for a new row
 *     lane = low ^ high of (lane ^ word) x LANE_FACTOR[i]       for each word; the product has 128 bits
 *
 *     an integer    1, then the integer
 *     a text        2, then its length in bytes, then its bytes, 8 a word, the first the lowest; the last padded by 0
 *     NULL          3
 *
 * The digest is the number of rows and the sum of each lane modulo 2^64.
 *
 * What it proves: rows that were changed, removed or added, by accident or by
 * someone who does not set out to deceive this very digest, do not go unnoticed.
 * What it does not: it has no secret, and whoever computes rows for that purpose
 * and may write enough of them can bring a sum back to what it was. It is no
 * commitment against a determined forger; a copy of the database kept elsewhere is.
 */
#ifndef MONTHEND_LIB_FACT_DIGEST_H
#define MONTHEND_LIB_FACT_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/facts.h"
#include "lib/usage.h"

#define FACT_LANES 4
#define FACT_DIGEST_TEXT_MAX 65 /* 64 hexadecimal digits and a NUL */
#define SHOWN_NONE (-1)         /* the customer was shown nothing */

struct fact_digest { /* starts as {0}: no rows */
    int64_t rows;
    uint64_t lanes[FACT_LANES];
};

/* A row on its way: begin, its values in order, then add. */
struct fact_row {
    uint64_t lanes[FACT_LANES];
};

void fact_row_begin(struct fact_row *row);
void fact_row_integer(struct fact_row *row, int64_t value);
void fact_row_text(struct fact_row *row, const char *text, size_t length);
void fact_row_null(struct fact_row *row);
void fact_digest_add(struct fact_digest *digest, const struct fact_row *row);

/* An event as a run sees it. */
struct seen_event {
    struct usage_event event; /* tokens: TOKENS_NONE where no model has a limit (R6), since they do not count then */
    int64_t recorded_at;
    int64_t shown; /* hundredths, or SHOWN_NONE */
    bool voided;
};

/*
 * An event's row, the scan's inner loop. Its words, without the tags of above:
 * account x 2^32 + model x 2 + (1 where it is voided); recorded_at; the instant at
 * which it occurred; quantity; where there are tokens 2^60 + tokens; where there
 * are credits shown 2^61 + credits shown.
 */
void fact_digest_event(struct fact_digest *digest, const struct seen_event *event);

/* The event is not there any more. */
void fact_digest_take_back_event(struct fact_digest *digest, const struct seen_event *event);

/* What bill_month() is told of an account, as one row: every member of `facts`, but a plan by its code alone. */
void fact_digest_account(struct fact_digest *digest, const struct account_facts *facts);

/* Add what `part` holds. */
void fact_digest_merge(struct fact_digest *digest, const struct fact_digest *part);

bool fact_digest_same(const struct fact_digest *a, const struct fact_digest *b);

/* The lanes as hexadecimal digits, the first lane and its highest digit first. */
void fact_digest_text(const struct fact_digest *digest, char out[FACT_DIGEST_TEXT_MAX]);

/* What fact_digest_text() wrote, of so many rows; false, *digest untouched, where it is something else. */
bool fact_digest_read(const char *text, int64_t rows, struct fact_digest *digest);

#endif
