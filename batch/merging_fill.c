/*
 * Owns what a merge takes from the results: the sums of usage, account by
 * account, and the digests of the bills, which the bills are held against.
 */
#include "batch/merging_internal.h"

#include <stdlib.h>
#include <string.h>

#include "batch/shard.h"
#include "batch/stop.h"
#include "lib/text.h"
#include "lib/usage.h"

#define EVENTS_MAX (INT64_C(1) << 36) /* as many as a month has numbers for */

/* One result at hand. */
struct filling {
    struct merging *merging;
    struct month_usage usage;
    int32_t shard; /* from 0 */
};

static enum err_code unlike(const struct filling *filling, const char *account_id, const char *what, struct err *err)
{
    char place[SHARD_PLACE_MAX];

    merging_place(filling->merging, filling->shard, place);
    return err_set(err, ERR_DATA, "%s: account '%s' %s in %s; something was learned since, or it is the result of another "
                   "database: compute it again", place, account_id, what, store_path(filling->merging->store));
}

/* An account in two shards, or twice in one: no shard computes that. */
static enum err_code not_its_own(const struct filling *filling, const char *account_id, struct err *err)
{
    char place[SHARD_PLACE_MAX];

    merging_place(filling->merging, filling->shard, place);
    return err_set(err, ERR_DATA, "%s: overlaps: account '%s' is not this shard's alone; compute it again", place, account_id);
}

/* The number of a model in the database, or -1. */
static int32_t model_number(const struct catalogue *catalogue, const char *name)
{
    for (size_t i = 0; i < catalogue->model_count; i++) {
        if (strcmp(catalogue->models[i], name) == 0) {
            return (int32_t)i;
        }
    }
    return -1;
}

static enum err_code models_fill(const struct filling *filling, const struct shard_account *account, int32_t number,
                                 struct err *err)
{
    const struct catalogue *catalogue = filling->merging->catalogue;
    struct usage_table *table = filling->usage.table;

    for (size_t i = 0; i < account->model_count; i++) {
        int32_t model = model_number(catalogue, account->models[i].model);
        if (model < 0) {
            return unlike(filling, account->account_id, "has usage of a model that is not", err);
        }
        table->models[(size_t)number * catalogue->model_count + (size_t)model] = account->models[i].sums;
    }
    if (account->unknown_model[0] != '\0') {
        struct usage_account *slot = &table->accounts[number];
        slot->unknown_model = model_number(catalogue, account->unknown_model);
        slot->unknown_at = account->unknown_at;
        slot->unknown_events = account->unknown_events;
        if (slot->unknown_model < 0) {
            return unlike(filling, account->account_id, "has usage of a model that is not", err);
        }
    }
    return ERR_NONE;
}

/* Between the breakpoints that the database's own facts make (R19). */
static enum err_code cells_fill(const struct filling *filling, const struct shard_account *account, int32_t number,
                                struct err *err)
{
    struct usage_table *table = filling->usage.table;
    const struct usage_account *slot = &table->accounts[number];
    bool same = slot->cell_count == account->cell_count;

    for (size_t i = 0; i < account->cell_count && same; i++) {
        struct usage_cell *cell = &table->cells[slot->first_cell + i];
        same = cell->from == account->cells[i].from;
        *cell = account->cells[i];
    }
    return same ? ERR_NONE : unlike(filling, account->account_id, "has other grants or overage settings", err);
}

static void bill_note(struct merging_bill *bill, const char *hex)
{
    for (int i = 0; i < BILL_BYTES; i++) {
        char byte[] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bill->digest[i] = (uint8_t)strtoul(byte, NULL, 16);
    }
    bill->there = true;
}

/* Are the sums such as usage adds up to? A file whose digest is right may still not be made by monthend. */
static bool is_sound(const struct shard_account *account)
{
    bool sound = text_is_id(account->account_id, strlen(account->account_id)) && account->unknown_events >= 0;

    for (size_t i = 0; i < account->model_count && sound; i++) {
        const struct usage_model_cell *sums = &account->models[i].sums;
        sound = sums->credits >= 0 && sums->credits <= CREDITS_OVER && sums->events > 0 && sums->events <= EVENTS_MAX;
    }
    for (size_t i = 0; i < account->cell_count && sound; i++) {
        const struct usage_cell *cell = &account->cells[i];
        sound = cell->credits >= 0 && cell->credits <= CREDITS_OVER && cell->events >= 0 && cell->events <= EVENTS_MAX;
    }
    return sound;
}

static enum err_code not_sound(const struct filling *filling, struct err *err)
{
    char place[SHARD_PLACE_MAX];

    merging_place(filling->merging, filling->shard, place);
    return err_set(err, ERR_DATA, "%s: holds what no usage adds up to; compute it again", place);
}

static enum err_code account_fill(const struct filling *filling, const struct shard_account *account, struct err *err)
{
    struct merging *merging = filling->merging;
    int32_t number = 0;

    if (!is_sound(account)) {
        return not_sound(filling, err);
    }
    if (account_number(merging->numbers, account->account_id, &number, err) != ERR_NONE) {
        return err->code;
    }
    if (number == 0) {
        return unlike(filling, account->account_id, "is not", err);
    }
    if (!shard_has(merging->heads[filling->shard].shard, account->account_id) || merging->bills[number].there) {
        return not_its_own(filling, account->account_id, err);
    }
    if (account->bill[0] != '\0') {
        bill_note(&merging->bills[number], account->bill);
    }
    return models_fill(filling, account, number, err) == ERR_NONE ? cells_fill(filling, account, number, err) : err->code;
}

static enum err_code sample_check(void *context, const struct usage_sample *sample, struct err *err)
{
    const struct filling *filling = context;
    char place[SHARD_PLACE_MAX];
    int64_t number = -1;

    if (!text_is_id(sample->event_id, strlen(sample->event_id))) {
        return not_sound(filling, err);
    }
    if (usage_sample_find(filling->merging->store, sample, &number, err) != ERR_NONE || number == sample->number ||
        (number >= 0 && filling->merging->divided)) {
        return err->code;
    }
    merging_place(filling->merging, filling->shard, place);
    return err_set(err, ERR_DATA, "%s: its event '%s' %s in %s; it was computed from another database: compute it from a copy "
                   "of this one", place, sample->event_id, number < 0 ? "is missing or different" : "came in another order",
                   store_path(filling->merging->store));
}

static enum err_code file_fill(struct filling *filling, struct err *err)
{
    const struct shard_account *account = NULL;
    struct shard_file *file = NULL;

    if (shard_file_open_again(filling->merging->paths[filling->shard], &filling->merging->heads[filling->shard], &file,
                              err) != ERR_NONE) {
        return err->code;
    }
    enum err_code code = shard_file_samples(file, sample_check, filling, err);
    while (code == ERR_NONE && (code = shard_file_next(file, &account, err)) == ERR_NONE && account != NULL) {
        code = stop_check(err) == ERR_NONE ? account_fill(filling, account, err) : err->code;
    }
    shard_file_end(file);
    return code;
}

static enum err_code open_numbers(struct merging *merging, size_t account_count, struct err *err)
{
    merging->account_count = account_count;
    merging->bills = calloc(account_count + 1, sizeof *merging->bills);
    if (merging->bills == NULL) {
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    return account_numbers_open(merging->store, &merging->numbers, err);
}

/* What is of the month as a whole. */
static void sums_fill(const struct merging *merging, struct month_usage usage)
{
    struct usage_month_sums *sums = &usage.table->sums;

    for (int32_t i = 0; i < merging->count; i++) {
        const struct shard_head *head = &merging->heads[i];
        usage.counts->read += head->counts.read;
        usage.counts->voided += head->counts.voided;
        sums->events += head->counts.read - head->counts.voided;
        sums->edges.first_minute += head->edges.first_minute;
        sums->edges.last_minute += head->edges.last_minute;
        for (int day = 0; day < USAGE_DAYS_MAX; day++) {
            usage_day_add(&sums->days[day], head->days[day]);
        }
    }
}

enum err_code merging_fill(void *context, struct month_usage usage, struct err *err)
{
    struct filling filling = {.merging = context, .usage = usage};
    struct merging *merging = filling.merging;

    merging->catalogue = usage.table->catalogue;
    enum err_code code = open_numbers(merging, usage.table->account_count, err);
    if (code == ERR_NONE && merging_compare(merging, usage.policies, err) == ERR_NONE) {
        code = merging_see(merging, usage, err);
    }
    for (filling.shard = 0; filling.shard < merging->count && code == ERR_NONE; filling.shard++) {
        code = file_fill(&filling, err);
    }
    if (code == ERR_NONE) {
        sums_fill(merging, usage);
    }
    return code;
}

enum err_code merging_check_bill(struct merging *merging, const struct month_account *account,
                                 const struct catalogue *catalogue, struct err *err)
{
    const struct account_facts *facts = account->facts;
    struct filling filling = {.merging = merging, .shard = shard_of(facts->account_id, merging->count) - 1};
    struct merging_bill *bill = &merging->bills[facts->account];
    struct merging_bill made = {0};
    char digest[DIGEST_HEX_MAX];

    shard_bill_digest(facts, account->bill, catalogue, merging_month(merging), digest);
    bill_note(&made, digest);
    if (!bill->there) {
        return unlike(&filling, facts->account_id, "is not in it and is", err);
    }
    if (memcmp(bill->digest, made.digest, sizeof made.digest) != 0) {
        return unlike(&filling, facts->account_id, "comes to another bill by the facts", err);
    }
    bill->there = false; /* done with */
    return ERR_NONE;
}

enum err_code merging_check_all(struct merging *merging, struct err *err)
{
    char account_id[ID_BYTES_MAX + 1];

    for (size_t i = 0; i < merging->account_count; i++) {
        if (merging->bills[i].there) {
            if (account_id_of(merging->store, (int32_t)i, account_id, err) != ERR_NONE) {
                return err->code;
            }
            struct filling filling = {.merging = merging, .shard = shard_of(account_id, merging->count) - 1};
            return unlike(&filling, account_id, "is billed and is not known", err);
        }
    }
    return ERR_NONE;
}
