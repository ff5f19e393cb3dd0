/*
 * The command verify: proves what was issued, claim by claim. It reads only, and
 * never repairs.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/command.h"
#include "batch/failure.h"
#include "batch/help.h"
#include "batch/log.h"
#include "batch/options.h"
#include "batch/stop.h"
#include "batch/summary.h"
#include "batch/verify_options.h"
#include "batch/verify_reports.h"
#include "lib/calendar.h"
#include "lib/text.h"
#include "schema/store_proof.h"
#include "schema/store_runs.h"
#include "schema/store_second_way.h"
#include "schema/store_seen.h"

#define CLAIM_NAME_MAX 128

/* A run's bills computed a second way, on a thread beside the claims before it: most of verify's time. */
struct second_way {
    struct store *store; /* of its own: a connection is one thread's at a time */
    int32_t run;         /* that is computed, or has been last; 0: none yet */
    struct proof proof;
    struct second_way_counts counts;
    struct err err;
    pthread_t thread;
    bool started;        /* and not yet joined */
};

struct verifying {
    struct verify_options options;
    struct store *store;
    struct second_way second;
    struct run *runs;
    size_t run_count;
    int64_t claims;
    int64_t failed;
    char first[CLAIM_NAME_MAX + PROOF_TEXT_MAX]; /* what is wrong, of the first claim that failed */
};

/* Print a claim, and what is wrong with it. */
static void claim_print(struct verifying *verifying, const char *name, const struct proof *proof)
{
    bool holds = proof->wrong == 0;

    verifying->claims++;
    if (!holds || !verifying->options.quiet) {
        printf("%s  %s: %s\n", holds ? "ok  " : "FAIL", name, proof->compared);
    }
    for (int64_t i = 0; i < proof->wrong && i < PROOF_SHOWN; i++) {
        printf("        %s\n", proof->shown[i]);
    }
    if (proof->wrong > PROOF_SHOWN) {
        printf("        ... and %" PRId64 " more\n", proof->wrong - PROOF_SHOWN);
    }
    if (!holds && verifying->failed++ == 0) {
        snprintf(verifying->first, sizeof verifying->first, "%s: %s", name, proof->shown[0]);
    }
}

static bool is_of_database(const struct verifying *verifying, const struct err *err)
{
    return err->code == ERR_DATA ||
           (err->code == ERR_INTERNAL && (store_objected(verifying->store) || store_objected(verifying->second.store)));
}

/* A claim that could not be checked does not hold, where the database is the reason; else (no memory, say) there is
 * nothing to say of it, nor of the others. */
static enum err_code claim_end(struct verifying *verifying, const char *name, struct proof *proof, struct err *err)
{
    if (is_of_database(verifying, err)) {
        if (proof->compared[0] == '\0') {
            proof_compared(proof, "could not be checked");
        }
        proof_wrong(proof, "%s", err->text);
        *err = (struct err){0};
    }
    if (err->code == ERR_INTERRUPTED) { /* SQLite knows that it was stopped, not by what */
        *err = (struct err){0};
        return stop_check(err);
    }
    if (err->code == ERR_NONE) {
        claim_print(verifying, name, proof);
        (void)fflush(stdout);
        log_phase_over(name);
    }
    return err->code;
}

typedef enum err_code (*claim_check)(struct store *store, struct proof *proof, struct err *err);

static enum err_code claim(struct verifying *verifying, const char *name, claim_check check, struct err *err)
{
    struct proof proof = {0};

    (void)check(verifying->store, &proof, err); /* the error is in *err */
    return claim_end(verifying, name, &proof, err);
}

static enum err_code head_claim(struct verifying *verifying, struct err *err)
{
    struct proof proof = {0};

    if (verifying->options.head == NULL) {
        return ERR_NONE;
    }
    (void)proof_head(verifying->store, verifying->options.head, &proof, err); /* the error is in *err */
    return claim_end(verifying, "what was known before is still there", &proof, err);
}

static enum err_code database_claims(struct verifying *verifying, struct err *err)
{
    static const struct {
        const char *name;
        claim_check check;
    } CLAIMS[] = {
        {"the file is whole", proof_file},
        {"references lead somewhere", proof_references},
        {"tables and triggers are the program's", proof_schema},
        {"events have their ids", proof_dictionaries},
        {"events are found by their accounts", proof_parts},
        {"numbers have no gap (R26)", proof_numbers},
        {"documents are unchanged and linked", proof_links},
        {"runs are unchanged and sealed", proof_seals},
    };

    for (size_t i = 0; i < sizeof CLAIMS / sizeof CLAIMS[0] && err->code == ERR_NONE; i++) {
        (void)claim(verifying, CLAIMS[i].name, CLAIMS[i].check, err); /* the error is in *err */
    }
    return err->code == ERR_NONE ? head_claim(verifying, err) : err->code;
}

static enum err_code difference_take(void *context, const struct difference *difference, struct err *err)
{
    (void)err;
    proof_wrong(context, "%s, %s, %s: %s stored, %s by the second way", difference->account_id, difference->place,
                difference->what, difference->stored, difference->expected);
    return ERR_NONE;
}

static void *second_way_work(void *context)
{
    struct second_way *second = context;

    (void)!second_way_run(second->store, second->run, difference_take, &second->proof, &second->counts, &second->err);
    return NULL;
}

/* Begin to compute the run; where no other thread is wanted or to be had, it is computed here and now. */
static void second_way_begin(struct second_way *second, int32_t run, int threads)
{
    struct store *store = second->store;

    *second = (struct second_way){.store = store, .run = run};
    second->started = threads > 1 && pthread_create(&second->thread, NULL, second_way_work, second) == 0;
    if (!second->started) {
        (void)second_way_work(second);
    }
}

static void second_way_end(struct second_way *second)
{
    if (second->started) {
        pthread_join(second->thread, NULL);
        second->started = false;
    }
}

static enum err_code seen_claim(struct verifying *verifying, const struct run *run, const char *month, struct err *err)
{
    struct proof proof = {0};
    char name[CLAIM_NAME_MAX];

    snprintf(name, sizeof name, "%s %d-%s, what it saw is still there", month, (int)run->sequence, run->kind);
    (void)proof_seen(verifying->store, run, &proof, err); /* the error is in *err */
    return claim_end(verifying, name, &proof, err);
}

/* One run: what it saw, its bills a second way, its controls and its reports. */
static enum err_code run_claims(struct verifying *verifying, const struct run *run, struct err *err)
{
    struct second_way *second = &verifying->second;
    const struct second_way_counts *counts = &second->counts;
    struct proof proof = {0};
    char name[CLAIM_NAME_MAX], month[MONTH_TEXT_MAX], as_of[INSTANT_TEXT_MAX];

    month_format(run->month, month);
    instant_format(run->as_of, as_of);
    log_month(run->month);
    if (second->run != run->run) {
        second_way_begin(second, run->run, verifying->options.threads);
    }
    (void)seen_claim(verifying, run, month, err); /* the error is in *err */
    second_way_end(second);
    if (err->code != ERR_NONE) {
        return err->code;
    }
    bool computed = second->err.code == ERR_NONE;
    if (computed) {
        proof_compared(&second->proof, "%" PRId64 " account%s with %" PRId64 " document%s and %" PRId64 " line%s, as of %s",
                       counts->accounts, text_plural(counts->accounts), counts->documents, text_plural(counts->documents),
                       counts->lines, text_plural(counts->lines), as_of);
    }
    *err = second->err;
    snprintf(name, sizeof name, "%s %d-%s, bills a second way", month, (int)run->sequence, run->kind);
    if (claim_end(verifying, name, &second->proof, err) != ERR_NONE || !computed) {
        return err->code;
    }
    snprintf(name, sizeof name, "%s %d-%s, controls", month, (int)run->sequence, run->kind);
    (void)proof_controls(second->store, &proof, err); /* the error is in *err */
    if (claim_end(verifying, name, &proof, err) != ERR_NONE || verifying->options.reports == NULL) {
        return err->code;
    }
    proof = (struct proof){0};
    snprintf(name, sizeof name, "%s %d-%s, reports", month, (int)run->sequence, run->kind);
    (void)verify_reports(second->store, run, verifying->options.reports, &proof, err); /* the error is in *err */
    return claim_end(verifying, name, &proof, err);
}

static enum err_code reports_claim(struct verifying *verifying, struct err *err)
{
    struct proof proof = {0};

    if (verifying->options.reports == NULL && verifying->options.quiet) {
        return ERR_NONE;
    }
    if (verifying->options.reports == NULL) {
        printf("--    report files: not read; --reports DIR names where they are\n");
        return ERR_NONE;
    }
    (void)verify_strangers(verifying->runs, verifying->run_count, verifying->options.reports, verifying->options.month,
                           &proof, err); /* the error is in *err */
    return claim_end(verifying, "every report has its run", &proof, err);
}

static enum err_code say_space(struct verifying *verifying, struct err *err)
{
    int64_t bytes = 0;

    if (verifying->options.quiet) {
        return ERR_NONE;
    }
    if (second_way_space(verifying->store, verifying->options.month, &bytes, err) == ERR_NONE) {
        printf("temporary space: up to %" PRId64 " MB, where SQLITE_TMPDIR says, else beside the database; on read-only media "
               "where TMPDIR says, else in /var/tmp or /tmp\n",
               bytes / 1000000 + 1);
    }
    return err->code;
}

static enum err_code runs_find(struct verifying *verifying, struct err *err)
{
    char month[MONTH_TEXT_MAX];

    if (runs_list(verifying->store, verifying->options.month, &verifying->runs, &verifying->run_count, err) != ERR_NONE) {
        return err->code;
    }
    if (verifying->options.month != MONTH_NONE && verifying->run_count == 0) {
        month_format(verifying->options.month, month);
        return err_set(err, ERR_NO_INPUT, "%s: %s was never closed; 'monthend status' shows the months that were",
                       verifying->options.database, month);
    }
    return ERR_NONE;
}

static enum err_code verify_all(struct verifying *verifying, struct err *err)
{
    const char *reports = verifying->options.reports;

    if (runs_find(verifying, err) != ERR_NONE ||
        (reports != NULL && verify_reports_place(reports, err) != ERR_NONE) ||
        say_space(verifying, err) != ERR_NONE) {
        return err->code;
    }
    if (verifying->run_count > 0 && verifying->options.threads > 1) { /* computed while the claims about the database are checked */
        second_way_begin(&verifying->second, verifying->runs[0].run, verifying->options.threads);
    }
    if (database_claims(verifying, err) != ERR_NONE) {
        return err->code;
    }
    for (size_t i = 0; i < verifying->run_count && err->code == ERR_NONE; i++) {
        (void)run_claims(verifying, &verifying->runs[i], err); /* the error is in *err */
    }
    if (err->code != ERR_NONE || reports_claim(verifying, err) != ERR_NONE) {
        return err->code;
    }
    printf("%" PRId64 " claims: %" PRId64 " hold, %" PRId64 " do%s not\n", verifying->claims,
           verifying->claims - verifying->failed, verifying->failed, verifying->failed == 1 ? "es" : "");
    return summary_flush(err);
}

/* A connection with a snapshot. What comes between two of them is recorded later than any run's as-of. */
static enum err_code snapshot_open(const struct verifying *verifying, struct store **store, struct err *err)
{
    if (store_open(verifying->options.database, STORE_READ, 0, store, err) == ERR_NONE &&
        store_snapshot_begin(*store, err) == ERR_NONE) {
        store_watch(*store, stop_flag());
    }
    return err->code;
}

static enum err_code verify(struct verifying *verifying, struct err *err)
{
    if (snapshot_open(verifying, &verifying->store, err) == ERR_NONE &&
        snapshot_open(verifying, &verifying->second.store, err) == ERR_NONE) {
        (void)verify_all(verifying, err); /* the error is in *err */
    }
    second_way_end(&verifying->second);
    free(verifying->runs);
    store_close(verifying->second.store);
    store_close(verifying->store);
    if (err->code == ERR_NONE && verifying->failed > 0) {
        return err_set(err, ERR_INTERNAL, "%s: %" PRId64 " of %" PRId64 " claims do%s not hold: %s",
                       verifying->options.database, verifying->failed, verifying->claims, verifying->failed == 1 ? "es" : "",
                       verifying->first);
    }
    return err->code;
}

int verify_command(int argc, char **argv)
{
    struct verifying verifying = {0};
    struct err err = {0};

    stop_watch();
    if (verify_options_parse(argc, argv, &verifying.options, &err) == ERR_NONE) {
        if (verifying.options.help) {
            return help_command("verify");
        }
        if (verify(&verifying, &err) == ERR_NONE) {
            return STATUS_DONE;
        }
    }
    return failure_alert(&err);
}
