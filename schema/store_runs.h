/*
 * Runs and the documents they issued. Append-only: the database refuses to
 * change or delete what is here (R26).
 */
#ifndef MONTHEND_SCHEMA_STORE_RUNS_H
#define MONTHEND_SCHEMA_STORE_RUNS_H

#include "lib/bill.h"
#include "schema/store.h"
#include "schema/store_usage.h"

#define DIGEST_TEXT_MAX 65 /* SHA-256 as 64 hexadecimal digits and a NUL */
#define NAME_BYTES_MAX 500

struct run_note {
    int32_t month;
    const char *kind; /* "close" */
    int64_t as_of;
    int64_t noted_at;
    const char *run_by;
    const char *approved_by; /* "": nobody */
    const char *program_version;
    const char *workbook; /* "full", "summary", "none" */
};

/* What the end of a run adds to its note. */
struct run_totals {
    int64_t invoiced;
    int64_t no_charge;
    int64_t held;
    char digest[DIGEST_TEXT_MAX];         /* of the result */
    char reports_digest[DIGEST_TEXT_MAX]; /* of SHA256SUMS */
    int64_t ended_at;
};

struct run { /* one issued run as stored */
    int32_t run;      /* its number in the database */
    int32_t sequence; /* within the month, from 1: the report directory is SEQUENCE-KIND */
    int32_t month;
    char kind[16];
    int64_t as_of;
    char run_by[NAME_BYTES_MAX + 1];
    char approved_by[NAME_BYTES_MAX + 1];
    char program_version[32];
    char workbook[16];
    struct run_totals totals;
};

/* Note a run and its as-of, in a transaction of its own: from here on the
 * database refuses rows recorded at or before it. Runs noted before and never
 * ended (a crash) are marked as abandoned: the caller holds the close lock. */
ERR_MUST_USE enum err_code run_note(struct store *store, const struct run_note *note, int32_t *run, int32_t *sequence,
                       struct err *err);

/* The run ended without issuing anything: its as-of no longer counts. */
ERR_MUST_USE enum err_code run_abandon(struct store *store, int32_t run, int64_t ended_at, struct err *err);

/* A document on its way into the database. */
struct document {
    const char *series; /* "INV", "CN", "DN" */
    int64_t number;     /* within month and series, from 1 without a gap */
    int32_t account;
    const char *account_id;
    const char *account_name;
    const char *currency;
    int digits; /* the currency's minor digits */
    const struct bill *bill; /* or a note as lib/correction.h makes it */
    int64_t corrects;   /* a note: the invoice that it corrects, by its number in the database; 0: it is an invoice */
    const char *reason; /* of a reprocessing: why it is issued (R28); "": none */
};

/*
 * Documents are collected aside (upstream can go on writing) and moved into
 * the database all at once.
 */
ERR_MUST_USE enum err_code issue_begin(struct store *store, int32_t run, int32_t month, int64_t as_of, struct err *err);
ERR_MUST_USE enum err_code issue_document(struct store *store, const struct document *document,
                                          const struct catalogue *catalogue, struct err *err);
ERR_MUST_USE enum err_code issue_held(struct store *store, int32_t account, const char *account_id, const char *reason,
                         struct err *err);

/* What the run found of an account, for those that look back (schema/store_history.h). */
struct statement {
    const char *account_id;
    const char *country; /* of the billing address at the month's last instant; "": none */
    const char *currency;
    const struct bill *bill; /* invoiced, without a charge or held; of the whole month, also where a note is issued */
};

/* One for every account of the run, each once, in any order; ascending account_ids are the fastest. */
ERR_MUST_USE enum err_code issue_statement(struct store *store, const struct statement *statement,
                                           const struct catalogue *catalogue, struct err *err);
/* How far the run saw a month's usage: what it did not see lies at this key or above. */
struct usage_seen {
    int32_t month; /* yyyymm */
    int64_t key;   /* of usage_rows */
};
ERR_MUST_USE enum err_code issue_usage_seen(struct store *store, struct usage_seen seen, struct err *err);

/* What the run saw of its month's events, whoever's; days: USAGE_DAYS_MAX of them (lib/usage.h). Once, of a run that knows. */
ERR_MUST_USE enum err_code issue_events(struct store *store, struct usage_counts counts, const struct usage_day *days,
                                        struct err *err);

/* R19: what the month left of a grant, hundredths. */
ERR_MUST_USE enum err_code issue_grant_left(struct store *store, const char *account_id, const char *grant_id,
                                            int64_t credits, struct err *err);

/* The newest link of the documents with those collected so far, or LINK_NONE where there is no document at all. The
 * caller holds the close lock from issue_begin on: no other document comes between. */
void issue_newest_link(const struct store *store, char link[DIGEST_TEXT_MAX]);

/*
 * All that was collected into one transaction, which stays open: issue_commit ends it, issue_drop forgets it. No
 * snapshot is open then, and the store is used by nobody else meanwhile, so that this may run on another thread.
 * ERR_INTERRUPTED: *watch.stop.
 */
struct issue_watch {
    const volatile int *stop; /* not 0: stop; may be NULL */
    void (*progress)(void *context, int64_t rows_done); /* now and then, on the thread at hand; may be NULL */
    void *progress_context;
};
ERR_MUST_USE enum err_code issue_move(struct store *store, struct issue_watch watch, struct err *err);

/* How many rows were collected. */
int64_t issue_rows(const struct store *store);

/* The run's end and its seal to what was moved, which is done now unless issue_move() did it: everything is in the
 * database at once. */
ERR_MUST_USE enum err_code issue_commit(struct store *store, const struct run_totals *totals, struct err *err);
void issue_drop(struct store *store); /* forget what was collected; harmless when nothing was */

/* How many documents of a series the month has. */
ERR_MUST_USE enum err_code documents_count(struct store *store, int32_t month, const char *series, int64_t *count, struct err *err);

/* Runs that issued, of a month (0: all), by month and sequence. *runs is freed with free(). */
ERR_MUST_USE enum err_code runs_list(struct store *store, int32_t month, struct run **runs, size_t *count, struct err *err);

/* Is a run noted and not yet ended? (status) */
ERR_MUST_USE enum err_code runs_open(struct store *store, int64_t *count, struct err *err);

/* Accounts held by a run, by account_id, with the reason. */
typedef enum err_code (*held_visit)(void *context, const char *account_id, const char *reason, struct err *err);
ERR_MUST_USE enum err_code run_held(struct store *store, int32_t run, held_visit visit, void *context, struct err *err);

/* Accounts that were billed for the month and that its last reprocessing would have held (R28): what was issued stands.
 * By account_id; the reason is "". */
ERR_MUST_USE enum err_code month_kept(struct store *store, int32_t month, held_visit visit, void *context, struct err *err);

/* How many documents a run issued. */
struct run_documents {
    int64_t invoices;
    int64_t credit_notes;
    int64_t debit_notes;
};
ERR_MUST_USE enum err_code run_documents(struct store *store, int32_t run, struct run_documents *documents, struct err *err);

/* Sums of a run's documents by currency. */
struct run_sum {
    char currency[4];
    int64_t documents;
    int64_t subtotal_minor;
    int64_t tax_minor;
    int64_t total_minor;
};
ERR_MUST_USE enum err_code run_sums(struct store *store, int32_t run, struct run_sum **sums, size_t *count, struct err *err);

#endif
