/*
 * The facts of every account as known at an as-of (R3), one account at a time
 * in order of account_id, without holding more than one in memory.
 */
#ifndef MONTHEND_SCHEMA_STORE_FACTS_H
#define MONTHEND_SCHEMA_STORE_FACTS_H

#include "lib/catalogue.h"
#include "lib/facts.h"
#include "schema/store.h"

struct facts_stream;
struct grants_kept;

struct facts_query {
    const struct catalogue *catalogue;
    int32_t month;
    int64_t as_of;
    const char *account_id; /* only this account, or NULL: all */
    int32_t held_since_run; /* only the accounts that run held, or 0: all */
    bool with_breakpoints;  /* at least accounts with a grant or an overage setting: others consume in any order (R19) */
    int32_t stated_by_run;   /* only the accounts that run has a statement of, or 0: all */
    const int32_t *accounts; /* only the accounts of these numbers, or NULL: all */
    size_t account_count;
    struct grants_kept *kept; /* what an earlier month left of grants (store_grants_kept.h), or NULL: nobody asks */
};

/* Every account known at the as-of is in the stream, also one created after
 * the month (R2 decides what to do with it). */
ERR_MUST_USE enum err_code facts_open(struct store *store, struct facts_query query, struct facts_stream **stream,
                         struct err *err);

/* The next account, or NULL in *facts at the end. What it points to lives until the next call. */
ERR_MUST_USE enum err_code facts_next(struct facts_stream *stream, const struct account_facts **facts, struct err *err);
void facts_close(struct facts_stream *stream);

/* One number for each account_id ever seen, 0 .. count - 1 and also those without a row in accounts. */
ERR_MUST_USE enum err_code accounts_count(struct store *store, size_t *count, struct err *err);

/* Each of these numbers with its account_id. */
typedef enum err_code (*account_id_visit)(void *context, int32_t account, const char *account_id, struct err *err);
ERR_MUST_USE enum err_code account_ids(struct store *store, account_id_visit visit, void *context, struct err *err);

/* The number of an account_id, or 0: it was never seen. For many, one after the other, in any order. */
struct account_numbers;
ERR_MUST_USE enum err_code account_numbers_open(struct store *store, struct account_numbers **numbers, struct err *err);
ERR_MUST_USE enum err_code account_number(struct account_numbers *numbers, const char *account_id, int32_t *account,
                                          struct err *err);
void account_numbers_close(struct account_numbers *numbers); /* NULL is harmless */

/* A row that no account owns (data.md: orphans). */
struct orphan_row {
    const char *table;
    const char *id;
    const char *account_id;
    int64_t at; /* effective_at, starts_at or collected_at; INSTANT_NONE for adjustments */
};
typedef enum err_code (*orphan_row_visit)(void *context, const struct orphan_row *row, struct err *err);

/* The rows, usage aside, known at the as-of whose account is not in accounts,
 * those that take effect before the month's end; by account_id, table, id. */
ERR_MUST_USE enum err_code orphan_rows(struct store *store, int32_t month, int64_t as_of, orphan_row_visit visit, void *context,
                          struct err *err);

/* Adjustments in a month up to this one and before the one in which their account
 * was created (R2); accounts created before the month are passed over: theirs were
 * told then. By account_id, id. */
ERR_MUST_USE enum err_code early_adjustments(struct store *store, int32_t month, int64_t as_of, orphan_row_visit visit,
                                             void *context, struct err *err);

/* account_id of a number (for orphan usage), copied into id[ID_BYTES_MAX + 1]. */
ERR_MUST_USE enum err_code account_id_of(struct store *store, int32_t account, char *id, struct err *err);

/* The earliest created_at of an account known at the as-of, or INSTANT_NONE. */
ERR_MUST_USE enum err_code first_account_created(struct store *store, int64_t as_of, int64_t *created_at, struct err *err);

/* source_totals of the month known at the as-of. */
struct source_total {
    int32_t day; /* yyyymmdd */
    int64_t events;
    int64_t quantity; /* millionths */
};
#define SOURCE_TOTALS_MAX 31
ERR_MUST_USE enum err_code source_totals(struct store *store, int32_t month, int64_t as_of,
                            struct source_total totals[SOURCE_TOTALS_MAX], size_t *count, struct err *err);

#endif
