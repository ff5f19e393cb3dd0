/*
 * One month computed from one snapshot of the database: read the catalogue,
 * lay out the accounts' segments, scan the usage, bill account by account.
 * Close, preview and the writing of a missing report directory all go through
 * here; they differ in what they do with each bill.
 */
#ifndef MONTHEND_BATCH_MONTH_H
#define MONTHEND_BATCH_MONTH_H

#include <stdbool.h>

#include "lib/bill.h"
#include "lib/err.h"
#include "lib/grants.h"
#include "lib/shard.h"
#include "schema/store.h"
#include "schema/store_grants_kept.h"
#include "schema/store_runs.h"
#include "schema/store_usage.h"

/* What a scan of the usage fills in, or whoever has the sums of one. */
struct month_usage {
    struct usage_table *table; /* laid out, its accounts by number */
    struct usage_counts *counts;
    struct policies policies;
    int32_t month_first;       /* the earliest month with usage that matters */
    int64_t *unseen;           /* by month from it on, as in struct usage_scan; the same for the next */
    struct fact_digest *seen;
};
typedef enum err_code (*month_usage_source)(void *context, struct month_usage usage, struct err *err);

struct month_in {
    struct store *store; /* with a snapshot begun */
    int32_t month;
    int64_t as_of;
    int threads;
    bool quiet; /* no progress */
    bool ahead; /* accounts are read ahead on another thread: visits do not use the store then */
    bool rescan; /* read the usage before the month that grants need, whatever runs kept of it */
    const struct catalogue *catalogue; /* what if: instead of the database's, with the same models; or NULL */
    struct policies policies;          /* with such a catalogue: instead of the database's */
    struct shard shard;                /* only the accounts of this one; {0, 0}: all */
    month_usage_source source;         /* fills in the usage of all accounts instead of a scan, or NULL */
    void *source_context;
};

/* One account of the month. What it points to lives until the visit returns. */
struct month_account {
    const struct account_facts *facts;
    bool listed;                           /* R2: created before the month's end; only then it has a bill */
    const struct bill *bill;               /* listed accounts */
    const struct timeline *timeline;
    struct usage_model_cell usage;         /* of the month, by the models' sums */
    const struct usage_model_cell *models; /* of each model of the catalogue */
    struct grants_in grants;               /* R19: as the bill used them up */
    const struct shown_account *shown;     /* what the customer was shown of the month's events; NULL: nothing */
    const struct shown_cell *shown_cells;  /* with it: of each of grants.cells */
};

/* Usage of an account that has no row in accounts, or none yet (R2). */
struct month_orphan {
    const char *account_id;
    int32_t account; /* its number */
    bool known; /* it has a row, but was created after the month */
    struct usage_model_cell usage;
};

struct month;

/* Read the catalogue and the policies. month_free(NULL) is harmless. */
enum err_code month_open(struct month_in in, struct month **month, struct err *err);
void month_free(struct month *month);

const struct catalogue *month_catalogue(const struct month *month);
struct policies month_policies(const struct month *month);

/* Only the accounts of these numbers, which stay the caller's; NULL: all. `sums`: what the month's events come to, whoever's,
 * where that is known without reading them all; or NULL. Before month_read_usage. */
ERR_MUST_USE enum err_code month_restrict(struct month *month, struct usage_few few, const struct usage_totals *sums,
                                          struct err *err);

/* Read the usage. Before month_bill. */
enum err_code month_read_usage(struct month *month, struct err *err);

/* Does usage count for the same in both months: rates and the plans' ranks are the same (R5, R19)? */
bool month_rates_alike(const struct month *month, const struct month *other);

/* Instead of month_read_usage: use what `other` has read, which month_rates_alike() and outlives this one. */
void month_share_usage(struct month *month, const struct month *other);

typedef enum err_code (*month_visit)(void *context, const struct month_account *account, struct err *err);
typedef enum err_code (*month_orphan_visit)(void *context, const struct month_orphan *orphan, struct err *err);

/* Every account known at the as-of, in order of account_id. */
enum err_code month_bill(struct month *month, month_visit visit, void *context, struct err *err);

/* Bill an account whose facts another month of the same database and as-of has read; *account is the month's and lives
 * until the next call. */
ERR_MUST_USE enum err_code month_bill_facts(struct month *month, const struct account_facts *facts,
                                            const struct month_account **account, struct err *err);

/* After month_bill of all accounts: has each account_id that was ever seen a row in accounts? */
bool month_knows_all(const struct month *month);

/* After month_bill of all accounts: usage that no listed account owns, in order of account_id. */
enum err_code month_orphans(struct month *month, month_orphan_visit visit, void *context, struct err *err);

/* An account's sums as the usage left them. The account is one of month_in's shard. */
struct month_sums {
    const struct usage_account *account;
    const struct usage_cell *cells; /* account->cell_count of them */
    const struct usage_model_cell *models; /* one for each of the catalogue's */
};
struct month_sums month_sums(const struct month *month, int32_t account);

/* After month_read_usage: how far it saw the usage of each month that it read, the last of which is the month. */
size_t month_seen_count(const struct month *month);
struct usage_seen month_seen(const struct month *month, size_t index);

const struct fact_digest *month_seen_digest(const struct month *month, size_t index); /* of its events */

/* Are its events a part of what the run saw? Not where what a closed month left of grants stands for them. */
bool month_seen_is_part(const struct month *month, size_t index);

/* What an earlier month left of grants; NULL: the usage was read again instead. */
const struct grants_kept *month_grants_kept(const struct month *month);

/* Of each account number, with their count; NULL: nobody was shown anything. */
const struct shown_account *month_shown(const struct month *month, size_t *count);

struct usage_counts month_usage_counts(const struct month *month);
const struct usage_day *month_usage_days(const struct month *month); /* USAGE_DAYS_MAX of them */
struct usage_edges month_usage_edges(const struct month *month);

#endif
