/*
 * What was learned of a closed month since it was computed (R28): which
 * accounts a reprocessing has to compute again, and what usage came or went.
 *
 * "Since" is the as-of of the month's last run that covered everyone: the first
 * close, or the last reprocessing; for an account that a later close billed or
 * tried to bill, that of this close. An account counts when a row that can
 * change its month became known in (since, until]: its own row, addresses,
 * changes, settings, grants, adjustments, usage of the month or, where a grant
 * reaches back, of months before, and their voids; a plan that was missing.
 * Payments change no line and count only where they are beyond all bounds. A row
 * that takes effect at the month's end or later changes nothing. It is better to
 * count an account too many than to miss one.
 */
#ifndef MONTHEND_SCHEMA_STORE_LEARNED_H
#define MONTHEND_SCHEMA_STORE_LEARNED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/catalogue.h"
#include "schema/store.h"
#include "schema/store_runs.h"
#include "schema/store_usage.h"

struct learned_query {
    int32_t month;  /* closed: it has a run below `before` */
    int32_t before; /* what runs of the month with a sequence below this found; SEQUENCE_ANY: all */
    int64_t until;  /* the as-of of now */
    const struct catalogue *catalogue; /* as known at `until` */
};

/* Usage of one account that came or went; credits in hundredths as rated now, 0 where the model has no rate, at most
 * CREDITS_OVER (lib/usage.h). */
struct learned_usage {
    int32_t account;
    int64_t late_events;   /* of the month */
    int64_t late_credits;
    int64_t voided_events; /* of the month, counted before */
    int64_t voided_credits;
    int64_t earlier_events; /* of months before, late or voided, where they can matter */
    int64_t earlier_credits;
};

struct learned;

/* Use it within one snapshot. ERR_INTERNAL: no memory, or the month is not closed. */
ERR_MUST_USE enum err_code learned_read(struct store *store, struct learned_query query, struct learned **learned,
                                        struct err *err);
void learned_free(struct learned *learned); /* NULL is harmless */

/* The last run that covered everyone, its as-of, and that of the last one that covered the account. */
int32_t learned_base(const struct learned *learned);
int64_t learned_since(const struct learned *learned);
int64_t learned_since_of(const struct learned *learned, int32_t account);

/* Did the catalogue change in a way that can reach the month? Then everyone is to be computed again. */
bool learned_catalogue(const struct learned *learned);

/* Of how many accounts something was learned, the catalogue aside. */
size_t learned_count(const struct learned *learned);
bool learned_anything(const struct learned *learned); /* of an account or of the catalogue */

/* The numbers of the accounts to be computed again, ascending; NULL: everyone. */
const int32_t *learned_accounts(const struct learned *learned, size_t *count);

/* What usage of the account came or went; all 0 where none did. */
struct learned_usage learned_usage_of(const struct learned *learned, int32_t account);

/* What the month's events come to now: as the last run that covered everyone noted it, with what came and went since. NULL:
 * it noted nothing of it. */
const struct usage_totals *learned_sums(const struct learned *learned);

/* How far the usage of each month that the month's runs read has been looked through now. */
size_t learned_seen_count(const struct learned *learned);
struct usage_seen learned_seen(const struct learned *learned, size_t index);

#endif
