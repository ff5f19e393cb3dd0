/*
 * A run's report directory: written under a temporary name, verified, then
 * renamed into place; complete or absent (commands.md, "Report directory").
 */
#ifndef MONTHEND_REPORTS_REPORTS_H
#define MONTHEND_REPORTS_REPORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/bill.h"
#include "lib/err.h"
#include "lib/history.h"
#include "lib/ledger.h"
#include "reports/exception.h"

/* Which rows the workbook holds: all, the largest, or there is none; WORKBOOK_AUTO: all up to a size. */
enum workbook_mode { WORKBOOK_AUTO, WORKBOOK_FULL, WORKBOOK_SUMMARY, WORKBOOK_NONE };

/* What the reports say of the run itself; nothing of the clock: the same as-of gives the same bytes. */
struct report_run {
    int32_t month;
    int64_t as_of;
    const char *name;            /* "1-close", "preview" */
    const char *program_version;
    const char *rules_version;
    const struct catalogue *catalogue;
    const struct ledger_names *ledger_names; /* of the journal's accounts */
    struct policies policies;
    enum workbook_mode workbook;
    int threads;                 /* for the files; 1 or 0: only the caller's */
    const char *run_by;          /* "": a preview, nobody issues it */
    const char *approved_by;     /* "": nobody was asked */
    bool partial;                /* it bills only some of the accounts: that had been held, or that are corrected */
    bool compared;               /* made to be compared with the directory that is there, and never published */
    bool reprocess;              /* it corrects what was issued (R28): there are differences */
    int32_t month_before;        /* the last closed month before, or 0 */
    const struct revenue_sum *revenue_before; /* its lines' sums; NULL: none */
    size_t revenue_before_count;
};

/* What the customer was shown of the month's events that carry credits_shown; hundredths of a credit, each at most
 * CREDITS_OVER (lib/usage.h). */
struct report_shown {
    int64_t events;
    int64_t shown;
    int64_t billed;
    const char *largest_event;  /* the one that differs most; "": none differs */
    int64_t largest_difference; /* billed less shown */
    bool amount_changed;        /* another amount, had they counted as shown? */
    bool billable;              /* and could it be billed? */
    int64_t total_minor;        /* what would be */
};

struct report_account {
    const char *account_id;
    const char *name;
    const char *currency;
    int digits;                 /* the currency's */
    const char *country;        /* of the billing address at the month's last instant; "": none */
    const char *invoice_number; /* "": no invoice */
    const struct bill *bill;
    const struct usage_model_cell *models; /* catalogue->model_count of them */
    const struct account_history *history; /* NULL: nothing is known from the months before */
    const struct bill *note;    /* R28: what is issued instead of `bill`, as lib/correction.h makes it; NULL: no note */
    const char *corrects;       /* of a note: the number of its invoice */
    const struct report_shown *shown; /* NULL: nothing was shown */
};

/* R28: an account of which a reprocessing issues something, or that it would hold now. */
struct difference_row {
    const char *account_id;
    const char *currency;
    int digits;
    bool held;           /* now; `is` and the difference are not known then */
    int64_t was_minor;   /* all that was issued before */
    int64_t is_minor;    /* what the data now says */
    const char *document; /* its number; "": none */
    const char *reason;  /* in words */
};

#define CONTROL_NAME_MAX 96

struct control {
    char name[CONTROL_NAME_MAX];
    char expected[64];
    char actual[64];
    char difference[64];
    bool ok;
    bool of_a_day; /* one of the month's days against the source: there are many */
};

/* What is known when all accounts have passed. */
struct report_end {
    const struct control *controls;
    size_t control_count;
    const struct usage_day *days; /* of the month, each */
    int64_t events_read;
    int64_t events_voided;
    const char *facts_digest; /* of the facts and of the catalogue that the run saw; NULL: not told */
    const char *catalogue_digest;
};

struct report;

/* Begin OUT/YYYY-MM/.NAME.tmp-PID; OUT and the month's folder are made where they are missing.
 * ERR_CREATE, ERR_IO with the path; ERR_CREATE also where a run's directory is there already and it is not `compared`. A temporary directory that a crash left of this run is removed.
 * What `run` points to stays the caller's, until report_end(). */
ERR_MUST_USE enum err_code report_begin(const char *out, const struct report_run *run, struct report **report,
                                        struct err *err);

/* Accounts in order of account_id (bytes), each once: asserted. */
ERR_MUST_USE enum err_code report_account_add(struct report *report, const struct report_account *account,
                                              struct err *err);

/* What is issued for the account: its bill, a note, or nothing (NULL). */
const struct bill *report_document(const struct report_account *account);

/* Only of a reprocessing. In order of account_id. */
ERR_MUST_USE enum err_code report_difference_add(struct report *report, const struct difference_row *row,
                                                 struct err *err);

/* In any order; copied; sorted by account_id, severity, code, reference when written. */
ERR_MUST_USE enum err_code report_exception_add(struct report *report, const struct exception_row *row,
                                                struct err *err);

/* The newest link of the chain of documents, with those of this run: SHA256SUMS begins with it, as a comment. */
void report_newest_link(struct report *report, const char *link);

/* What the journal has in a currency so far, by the postings as they were written; all 0: nothing. False: some sum
 * of the journal no longer fits, so that the reports must not be finished. */
__attribute__((warn_unused_result)) bool report_journal_sums(const struct report *report, const char *currency,
                                                             struct ledger_sums *sums);

/* Write what is left (exceptions, controls, the ledger's journal, workbook, SHA256SUMS), flush it to disk and read it back.
 * *sums_digest: SHA-256 of SHA256SUMS in hexadecimal (65 bytes). */
enum err_code report_finish(struct report *report, const struct report_end *end, char *sums_digest,
                                         struct err *err);

/* Rename into place; an existing preview is replaced, an existing directory of a run is an error. */
ERR_MUST_USE enum err_code report_publish(struct report *report, struct err *err);

/* Free; what was not published is removed from disk. NULL is harmless. */
void report_end(struct report *report);

/* OUT/YYYY-MM/NAME into path; is it there? */
void report_path(const char *out, int32_t month, const char *name, char *path, size_t size);
bool report_exists(const char *out, int32_t month, const char *name);

struct report_wanted {
    const char *sums_digest; /* SHA-256 of its SHA256SUMS, in hexadecimal */
    bool bytes;              /* and every file is what SHA256SUMS says: reads them all */
};

/* *is: the directory is there, as wanted, and no file of it is missing. ERR_INTERNAL: no memory to look. */
ERR_MUST_USE enum err_code report_is(const char *out, int32_t month, const char *name, struct report_wanted wanted, bool *is,
                                     struct err *err);

/* ERR_CREATE: the directory that is there is another, or a part of one; move it away. */
ERR_MUST_USE enum err_code report_other(const char *out, int32_t month, const char *name, struct err *err);

#endif
