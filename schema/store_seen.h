/*
 * What a run saw, as digests (lib/fact_digest.h) by part; schema/0019_run_digests.sql
 * keeps them.
 *
 *     part                  kind       rows
 *     usage_events YYYY-MM  facts      of the month: every event known at the as-of, voided ones marked; and of months before
 *                                      that grants reach back to, where no run had closed one of them: otherwise what that
 *                                      run left of the grants stands for them (0026_kept.sql), which is under its seal
 *     accounts              facts      of each account that the run has a statement of: all that bill_month() was told of
 *                                      it, which is the versions that count, without what is voided or begins later
 *     voids                 facts      every row known at the as-of
 *     source_totals         facts      of the month's days, every row known at the as-of
 *     plans, plan_prices, plan_allowances, model_rates (with the models' numbers), countries, tax_rates, policies,
 *     ledger_accounts       catalogue  every row known at the as-of, with all columns
 *
 * Not in it, since no amount of the run depends on it: ids of events, which the scan
 * does not read (of voided ones they are in voids); tokens where no model has a limit
 * (R6); earlier versions of customers' rows and when they became known; rows of
 * accounts that do not exist; and of accounts that the run has no statement of.
 *
 * A digest does not depend on threads, and is the same in a preview and in a close
 * with the same as-of. A reprocessing of some accounts does not read the usage
 * through: what it stands on is what the last run saw that covered everyone, and
 * what was learned since, and so is its digest. A month before, which that run did
 * not read, is then no part. Its accounts are those that it computed again.
 */
#ifndef MONTHEND_SCHEMA_STORE_SEEN_H
#define MONTHEND_SCHEMA_STORE_SEEN_H

#include "lib/fact_digest.h"
#include "schema/store.h"
#include "schema/store_proof.h"
#include "schema/store_runs.h"

enum seen_kind { SEEN_FACTS, SEEN_CATALOGUE };

#define SEEN_NAME_MAX 41
#define SEEN_ROWS_MAX (INT64_C(1) << 48) /* of one part: more than a month has keys, and sums still fit */
struct seen_part {
    char name[SEEN_NAME_MAX];
    enum seen_kind kind;
    int64_t rows;
    char digest[FACT_DIGEST_TEXT_MAX];
};

struct seen { /* starts as {0} */
    struct seen_part *parts; /* by name */
    size_t count;
    size_t capacity;
};

void seen_release(struct seen *seen);

/* ERR_INTERNAL: no memory. */
ERR_MUST_USE enum err_code seen_add_usage(struct seen *seen, int32_t month, const struct fact_digest *digest,
                                          struct err *err);
ERR_MUST_USE enum err_code seen_add_accounts(struct seen *seen, const struct fact_digest *digest, struct err *err);

/* The digest of a month's events as noted; false, and a digest of no rows, where it is no part. */
bool seen_usage(const struct seen *seen, int32_t month, struct fact_digest *digest);

/* A reprocessing: what was learned since a run of the month. */
struct seen_learned {
    int32_t run;   /* the last one that covered everyone */
    int32_t month; /* the month of both */
    int64_t since; /* its as-of */
    int64_t until; /* the as-of of now */
    bool tokens;   /* they matter (R6), as they did to it: otherwise the catalogue has changed, and everyone is computed again */
};

/* Add the usage that the run saw, with what came and went since. Nothing where it noted none. */
ERR_MUST_USE enum err_code seen_add_learned(struct store *store, struct seen_learned in, struct seen *seen, struct err *err);

/* Read and add the other parts. */
ERR_MUST_USE enum err_code seen_add_tables(struct store *store, int32_t month, int64_t as_of, struct seen *seen,
                                           struct err *err);

/* All parts of a kind as one digest: SHA-256 of the lines of canonical_digests. */
ERR_MUST_USE enum err_code seen_digest(const struct seen *seen, enum seen_kind kind, char digest[DIGEST_TEXT_MAX],
                                       struct err *err);

/* Collect it with the documents of the run at work (schema/store_runs.h). */
ERR_MUST_USE enum err_code issue_seen(struct store *store, const struct seen *seen, struct err *err);

/* The parts that a run noted. The caller releases *seen. */
ERR_MUST_USE enum err_code seen_read(struct store *store, int32_t run, struct seen *seen, struct err *err);

/* The claim that what the run saw is still what is there: every part that it noted, taken again from the database as of
 * the run. An error is of reading alone. */
enum err_code proof_seen(struct store *store, const struct run *run, struct proof *proof, struct err *err);

#endif
