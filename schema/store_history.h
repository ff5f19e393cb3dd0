/*
 * Looking back: what the months before say of an account, and what they earned.
 *
 * A month is closed when a run of it has issued. A run of `month` at `as_of`
 * looks only at months before its own and only at what was issued by runs with
 * an as-of before its own; of payments it sees what is recorded until its own.
 * So the same as-of always sees the same past (R3), whatever came later.
 */
#ifndef MONTHEND_SCHEMA_STORE_HISTORY_H
#define MONTHEND_SCHEMA_STORE_HISTORY_H

#include "lib/err.h"
#include "lib/history.h"
#include "schema/store.h"

struct history;

/*
 * The accounts with a past, in order of account_id and one at a time. Use it
 * within one snapshot (store_snapshot_begin).
 *
 * history_next: the next account with a statement in the last HISTORY_MONTHS
 *     closed months or a document or payment of any closed month; NULL at the end.
 * history_find: this account, or NULL where it has no past. account_ids are asked
 *     for in ascending order, each once (asserted); those passed over do not come back.
 * What *found points to lives until the next call.
 *
 * ERR_DATA: the payments of an account add up to more than fits.
 *
 * Cost: the statements of the last HISTORY_MONTHS closed months and the documents
 * and payments of all months are read once, in the order of an index, without a
 * sort; statements before those only of accounts that were held since (R30).
 */
ERR_MUST_USE enum err_code history_open(struct store *store, int32_t month, int64_t as_of, struct history **history,
                                        struct err *err);
ERR_MUST_USE enum err_code history_next(struct history *history, const struct account_history **found,
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
