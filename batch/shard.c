/*
 * Owns the computing of a shard.
 */
#include "batch/shard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch/catalogue_digest.h"
#include "batch/month.h"
#include "batch/summary.h"
#include "lib/calendar.h"
#include "lib/fact_digest.h"
#include "schema/store_shard.h"

struct sharding {
    const struct options *options;
    struct store *store;
    struct month *month;
    struct shard_file *file;
    struct shard_head head;
    struct shard_model *models; /* room for one of each of the catalogue's */
    int64_t accounts[BILL_HELD + 1];
};

void shard_bill_digest(const struct account_facts *facts, const struct bill *bill, const struct catalogue *catalogue,
                       int32_t month, char out[DIGEST_HEX_MAX])
{
    struct account_facts known = *facts;
    struct fact_digest seen = {0};
    char text[FACT_DIGEST_TEXT_MAX];
    struct digest digest;

    digest_begin(&digest, month);
    digest_account(&digest, facts, bill, catalogue);
    known.account = 0; /* each database has its own numbers */
    fact_digest_account(&seen, &known);
    fact_digest_text(&seen, text);
    sha256_update(&digest.context, sizeof text, (const uint8_t *)text);
    digest_end(&digest, out);
}

/* The account with the sums of its usage; `bill`: the digest of its bill, "": it has no row in accounts. */
static enum err_code add_account(struct sharding *sharding, int32_t account, const char *account_id, const char *bill,
                                 struct err *err)
{
    const struct catalogue *catalogue = month_catalogue(sharding->month);
    struct month_sums sums = month_sums(sharding->month, account);
    struct shard_account row = {
        .account_id = account_id,
        .bill = bill,
        .unknown_model = sums.account->unknown_model < 0 ? "" : catalogue->models[sums.account->unknown_model],
        .unknown_at = sums.account->unknown_at,
        .unknown_events = sums.account->unknown_events,
        .models = sharding->models,
        .cells = sums.cells,
        .cell_count = sums.account->cell_count,
    };

    for (size_t i = 0; i < catalogue->model_count; i++) {
        if (sums.models[i].events > 0) {
            sharding->models[row.model_count++] = (struct shard_model){catalogue->models[i], sums.models[i]};
        }
    }
    return shard_file_add(sharding->file, &row, err);
}

static enum err_code visit_account(void *context, const struct month_account *account, struct err *err)
{
    struct sharding *sharding = context;
    char bill[DIGEST_HEX_MAX];

    sharding->accounts[account->bill->status] += account->listed;
    shard_bill_digest(account->facts, account->bill, month_catalogue(sharding->month), sharding->head.month, bill);
    return add_account(sharding, account->facts->account, account->facts->account_id, bill, err);
}

static enum err_code visit_orphan(void *context, const struct month_orphan *orphan, struct err *err)
{
    return orphan->known ? ERR_NONE /* visited with the accounts */
                         : add_account(context, orphan->account, orphan->account_id, "", err);
}

/* What the shard saw of it, if it read it. */
static enum err_code visit_month(void *context, struct usage_month month, struct err *err)
{
    struct sharding *sharding = context;
    struct shard_month row = {.month = month.month, .events = month.events};

    for (size_t i = 0; i < month_seen_count(sharding->month); i++) {
        struct usage_seen seen = month_seen(sharding->month, i);
        if (seen.month == month.month) {
            row.seen = seen.key - usage_key(month.month, 0);
            row.known = *month_seen_digest(sharding->month, i);
        }
    }
    return shard_file_add_month(sharding->file, &row, err);
}

static enum err_code visit_sample(void *context, const struct usage_sample *sample, struct err *err)
{
    struct sharding *sharding = context;

    return shard_has(sharding->head.shard, sample->account_id) ? shard_file_add_sample(sharding->file, sample, err)
                                                               : ERR_NONE;
}

/* The events of the shard's accounts that are voided. */
static enum err_code read_voided(struct sharding *sharding, struct err *err)
{
    struct shard_head *head = &sharding->head;
    struct voided_sum *sums = calloc((size_t)head->shard.count, sizeof *sums);
    int32_t *first = calloc((size_t)head->shard.count, sizeof *first);

    if (sums == NULL || first == NULL) {
        (void)!err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
        goto done;
    }
    for (int32_t i = 0; i < head->shard.count; i++) {
        first[i] = i + 1 == head->shard.index ? head->first_month : MONTH_MAX;
    }
    if (usage_voided_sums(sharding->store, first, head->shard.count, head->month, head->as_of, sums, err) == ERR_NONE) {
        head->voided = sums[head->shard.index - 1];
    }
done:
    free(sums);
    free(first);
    return err->code;
}

static enum err_code take_head(struct sharding *sharding, struct err *err)
{
    const struct month *month = sharding->month;
    struct shard_head *head = &sharding->head;
    struct run *runs = NULL;
    size_t run_count = 0;

    snprintf(head->program_version, sizeof head->program_version, "%s", MONTHEND_VERSION);
    snprintf(head->rules_version, sizeof head->rules_version, "%s", RULES_VERSION);
    catalogue_digest(month_catalogue(month), month_policies(month), head->catalogue);
    head->first_month = month_seen(month, 0).month;
    head->counts = month_usage_counts(month);
    head->edges = month_usage_edges(month);
    memcpy(head->days, month_usage_days(month), sizeof head->days);
    if (runs_list(sharding->store, head->month, &runs, &run_count, err) == ERR_NONE) {
        head->runs = (int64_t)run_count;
        (void)!read_voided(sharding, err); /* the error is in *err */
    }
    free(runs);
    return err->code;
}

static enum err_code compute(struct sharding *sharding, struct err *err)
{
    const struct shard_head *head = &sharding->head;

    sharding->models = calloc(month_catalogue(sharding->month)->model_count + 1, sizeof *sharding->models);
    if (sharding->models == NULL) {
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    if (month_read_usage(sharding->month, err) != ERR_NONE ||
        month_bill(sharding->month, visit_account, sharding, err) != ERR_NONE ||
        month_orphans(sharding->month, visit_orphan, sharding, err) != ERR_NONE ||
        usage_months(sharding->store, head->month, visit_month, sharding, err) != ERR_NONE ||
        usage_samples(sharding->store, head->month, head->as_of, visit_sample, sharding, err) != ERR_NONE ||
        take_head(sharding, err) != ERR_NONE) {
        return err->code;
    }
    return shard_file_publish(sharding->file, head, err);
}

static void say(const struct sharding *sharding)
{
    const struct shard_head *head = &sharding->head;
    char month[MONTH_TEXT_MAX];
    char shard[SHARD_TEXT_MAX];

    month_format(head->month, month);
    shard_format(head->shard, shard);
    printf("%s shard %s computed; nothing was issued\n", month, shard);
    printf("  accounts: %lld to invoice, %lld without a charge, %lld held\n",
           (long long)sharding->accounts[BILL_INVOICED], (long long)sharding->accounts[BILL_NO_CHARGE],
           (long long)sharding->accounts[BILL_HELD]);
    printf("  events: %lld read, %lld of them voided\n", (long long)head->counts.read, (long long)head->counts.voided);
    printf("  result: %s\n", sharding->options->result);
}

static enum err_code shard_compute(struct sharding *sharding, struct err *err)
{
    const struct options *options = sharding->options;
    struct month_in in = {
        .store = sharding->store,
        .month = options->month,
        .as_of = options->as_of,
        .threads = options->threads,
        .quiet = options->quiet,
        .shard = options->shard,
    };

    if (store_snapshot_begin(sharding->store, err) != ERR_NONE) {
        return err->code;
    }
    if (month_open(in, &sharding->month, err) == ERR_NONE && compute(sharding, err) == ERR_NONE) {
        say(sharding);
        (void)summary_flush(err); /* the error is in *err */
    }
    month_free(sharding->month);
    store_snapshot_end(sharding->store);
    return err->code;
}

static enum err_code options_check(const struct options *options, struct err *err)
{
    const char *of_merge = options->out != NULL                     ? "out"
                           : options->expect != NULL                ? "expect"
                           : options->approved_by[0] != '\0'        ? "approved-by"
                           : options->accept_held                   ? "accept-held"
                           : options->workbook != WORKBOOK_AUTO     ? "workbook"
                           : options->wait_seconds != 0             ? "wait"
                                                                    : NULL;

    if (options->shard.count == 0) {
        return err_set(err, ERR_USAGE, "close: --result is of a shard; say which with --shard K/N");
    }
    if (options->month == MONTH_NONE || !options->as_of_given || options->result == NULL) {
        return err_set(err, ERR_USAGE, "close: --shard needs --month, --as-of and --result; give all shards the same "
                       "month and as-of");
    }
    if (of_merge != NULL) {
        return err_set(err, ERR_USAGE, "close: a shard issues nothing; give '--%s' to 'monthend merge'", of_merge);
    }
    return ERR_NONE;
}

/* Is the result there, from a job that was started before? */
static bool is_there(const struct options *options)
{
    struct shard_file *file = NULL;
    struct shard_head head;
    struct err err = {0};
    char shard[SHARD_TEXT_MAX];
    bool same = false;

    if (access(options->result, F_OK) == 0 && shard_file_open(options->result, &file, &head, &err) == ERR_NONE) {
        same = head.shard.index == options->shard.index && head.shard.count == options->shard.count &&
               head.month == options->month && head.as_of == options->as_of &&
               strcmp(head.program_version, MONTHEND_VERSION) == 0 && strcmp(head.rules_version, RULES_VERSION) == 0;
        shard_file_end(file);
    }
    if (same) {
        shard_format(options->shard, shard);
        printf("%s: the result of shard %s is there already\n", options->result, shard);
    }
    return same;
}

enum err_code shard_close(const struct options *options, struct err *err)
{
    struct sharding sharding = {
        .options = options,
        .head = {.shard = options->shard, .month = options->month, .as_of = options->as_of},
    };

    if (options_check(options, err) != ERR_NONE) {
        return err->code;
    }
    if (is_there(options)) {
        return summary_flush(err);
    }
    if (store_open(options->database, STORE_READ, STORE_WAIT_SECONDS, &sharding.store, err) == ERR_NONE &&
        shard_file_create(options->result, &sharding.file, err) == ERR_NONE) {
        (void)!shard_compute(&sharding, err); /* the error is in *err */
    }
    shard_file_end(sharding.file);
    free(sharding.models);
    store_close(sharding.store);
    return err->code;
}
