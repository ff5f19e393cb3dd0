/*
 * What a closed month left of grants (0026_kept.sql), for a run of a later month:
 * an account's earlier usage is read again only where something was learned since.
 *
 * The last month before that some run with an as-of before the run's own has
 * closed is asked (so that the same as-of always sees the same past, R3). What it left of an account's grants counts where the account
 * was billed there, every grant that was part of that month is noted, and between
 * the two as-ofs nothing became known that can change it: no version or void of a
 * grant that had begun, no event of a month until then, no void of one. A rate
 * that became known and reaches those months takes all of it back. So it is always
 * what reading the earlier usage would find (tests/batch/test_grants_kept.c).
 */
#ifndef MONTHEND_SCHEMA_STORE_GRANTS_KEPT_H
#define MONTHEND_SCHEMA_STORE_GRANTS_KEPT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/facts.h"
#include "schema/store.h"
#include "schema/store_runs.h"

struct grants_kept;

/* For a run of `month` at `as_of`. Use it within one snapshot. grants_kept_close(NULL) is harmless. */
ERR_MUST_USE enum err_code grants_kept_open(struct store *store, int32_t month, int64_t as_of, struct grants_kept **kept,
                                            struct err *err);
void grants_kept_close(struct grants_kept *kept);

/* Where it counts: *left_at and `left` of the account's grants that had begun by then; else *left_at is 0. */
ERR_MUST_USE enum err_code grants_kept_find(struct grants_kept *kept, const struct account_facts *facts,
                                            struct credit_grant_fact *grants, int64_t *left_at, struct err *err);

/* How far the usage of the months until the one asked has been looked through for it. */
size_t grants_kept_seen_count(const struct grants_kept *kept);
struct usage_seen grants_kept_seen(const struct grants_kept *kept, size_t index);

#endif
