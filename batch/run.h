/*
 * One run of a month: computed, controlled and written to a report directory
 * under a temporary name; when it issues, its documents are collected for the
 * database. The caller then commits and publishes, or drops both.
 */
#ifndef MONTHEND_BATCH_RUN_H
#define MONTHEND_BATCH_RUN_H

#include <stdbool.h>

#include "batch/digest.h"
#include "batch/saw.h"
#include "batch/merging.h"
#include "batch/totals.h"
#include "reports/reports.h"
#include "schema/store.h"

struct run_result {
    struct totals totals;
    struct policies policies;
    char digest[DIGEST_HEX_MAX];       /* of what the run bills */
    char later_digest[DIGEST_HEX_MAX]; /* of what a close of the accounts held so far would issue */
    char sums_digest[DIGEST_HEX_MAX];  /* of SHA256SUMS */
    char newest_link[DIGEST_HEX_MAX];  /* of the documents, with those of this run; "": there are none, or nothing is issued */
    struct saw saw; /* digests of the facts and of the catalogue that the run saw */
    int64_t errors;
    int64_t warnings;
    bool nothing_learned;   /* a reprocessing found nothing to compute again: there is no report */
    int64_t learned_since;  /* a reprocessing: the as-of that it is compared with */
    size_t learned_count;   /* of how many accounts something was learned */
    bool learned_catalogue; /* the catalogue changed: everyone was computed again */
    int64_t invoices_before; /* a reprocessing: how many invoices the month has */
};

/* What was found is within its controls: shall the run go on? Where *go becomes false it has no report. */
typedef enum err_code (*run_decision)(void *context, const struct run_result *result, bool *go, struct err *err);

struct run_in {
    struct store *store;
    int32_t month;
    int64_t as_of;
    const char *name;     /* of the report directory: "1-close", "preview" */
    const char *out;
    enum workbook_mode workbook;
    int threads;
    bool quiet;
    int32_t issue_run;    /* the noted run whose documents are collected, or 0: nothing is issued */
    int32_t held_since;   /* bill only the accounts that this run held, or 0: all */
    int32_t reprocess;    /* R28: correct what runs of the month with a sequence below this issued; 0: bill the month */
    bool rescan;          /* read all earlier usage that grants need, whatever runs kept of it */
    bool everyone;        /* reprocess: compute all accounts again, not only those of which something was learned */
    const char *run_by;      /* who issues it; "": a preview */
    const char *approved_by; /* "": nobody was asked */
    int64_t numbers_before; /* invoices that earlier runs of the month issued; a reprocessing knows by itself */
    const char *newest_link; /* of the documents when the run had issued, for its reports; NULL: issue_run's, or none */
    bool later_digest;    /* preview: also the digest of what a later close of held accounts would issue */
    int32_t later_held_since;
    struct merging *merging; /* the usage comes from the results of shards; NULL: it is read */
    bool compared;        /* the reports are compared with the directory that is there, and not published */
    run_decision decide;  /* before the reports are finished; NULL: they are */
    void *decide_context;
};

/*
 * On success *report is finished and waits for report_publish or report_end; NULL where nothing was learned, or the
 * run did not go on. What was collected has been moved then and waits for issue_commit or issue_drop.
 */
enum err_code run_compute(const struct run_in *in, struct run_result *result, struct report **report, struct err *err);

#endif
