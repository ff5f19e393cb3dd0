/*
 * Looking back: what the runs before say of an account, and what the months
 * before earned.
 *
 * A month is closed when a run of it has issued. A run of `month` at `as_of`
 * looks only at what was issued by runs with an as-of before its own, and of
 * payments it sees what is recorded until its own. So the same as-of always sees
 * the same past (R3), whatever came later. The advice and the variance look only
 * at months before `month`; what is open is open of every month that is closed.
 */
#ifndef MONTHEND_SCHEMA_STORE_HISTORY_H
#define MONTHEND_SCHEMA_STORE_HISTORY_H

#include <stdbool.h>

#include "lib/err.h"
#include "lib/history.h"
#include "schema/store.h"

struct history;

struct history_in {
    int32_t month;
    int64_t as_of;
    bool few; /* only a few accounts will be asked for: each is looked up by itself, and nothing else is read */
};

/*
 * The accounts' past, one account at a time in order of account_id. Use it
 * within one snapshot (store_snapshot_begin).
 *
 * history_find: this account, or NULL where it has no past: no statement, and no
 *     document or payment of a closed month. account_ids are asked for in ascending
 *     order, each once (asserted); those passed over do not come back.
 * What *found points to lives until the next call.
 *
 * Payments that add up to more than fits are no error: `too_much` says so.
 *
 * Cost: the statements of the last HISTORY_MONTHS closed months before and the
 * documents and payments of all months are read once, in the order of an index,
 * without a sort and without holding them. Other statements are looked up one by
 * one: those further back only of accounts that were held since (R30); those of
 * the month itself or of later ones where such a run has the latest as-of (a
 * second close of held accounts, a month closed late).
 */
ERR_MUST_USE enum err_code history_open(struct store *store, struct history_in in, struct history **history,
                                        struct err *err);
ERR_MUST_USE enum err_code history_find(struct history *history, const char *account_id,
                                        const struct account_history **found, struct err *err);
void history_close(struct history *history); /* NULL is harmless */

/* The last closed month before, or 0: that of struct account_before. */
int32_t history_month(const struct history *history);

/*
 * The lines of a closed month's documents, notes included, as issued by runs
 * with an as-of before `as_of`, added up; in order of kind, plan, country,
 * currency. The country is that of the statement of the run that issued them.
 * *sums is freed with free(). Reads every line of the month.
 */
ERR_MUST_USE enum err_code history_sums(struct store *store, int32_t month, int64_t as_of, struct revenue_sum **sums,
                                        size_t *count, struct err *err);

#endif
