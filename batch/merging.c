/*
 * Owns the set of results: opened, and held against each other.
 */
#include "batch/merging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/room.h"
#include "batch/merging_internal.h"
#include "lib/calendar.h"
#include "schema/store.h"

void merging_place(const struct merging *merging, int32_t shard, char out[SHARD_PLACE_MAX])
{
    char text[SHARD_TEXT_MAX];

    shard_format(merging->heads[shard].shard, text);
    snprintf(out, SHARD_PLACE_MAX, "%.300s: shard %s", merging->paths[shard], text);
}

/* What two results must have in common, in words; NULL: they do. */
static const char *difference(const struct shard_head *a, const struct shard_head *b)
{
    if (a->month != b->month) {
        return "another month";
    }
    if (a->as_of != b->as_of) {
        return "another as-of";
    }
    if (strcmp(a->catalogue, b->catalogue) != 0) {
        return "another catalogue";
    }
    return a->shard.count != b->shard.count ? "another number of shards" : NULL;
}

static enum err_code version_check(const char *path, const struct shard_head *head, struct err *err)
{
    if (strcmp(head->rules_version, RULES_VERSION) == 0 && strcmp(head->program_version, MONTHEND_VERSION) == 0) {
        return ERR_NONE;
    }
    return err_set(err, ERR_DATA, "%s: computed by version %s (rules %s) and this is %s (rules %s); compute all shards and "
                   "merge them with one version", path, head->program_version, head->rules_version, MONTHEND_VERSION,
                   RULES_VERSION);
}

/* One more result, beside the first one. */
static enum err_code head_add(struct merging *merging, const char *path, const struct shard_head *head, struct err *err)
{
    int32_t shard = head->shard.index - 1;

    if (version_check(path, head, err) != ERR_NONE) {
        return err->code;
    }
    if (merging->first_path == NULL) {
        merging->first_path = path;
        merging->first = *head;
    }
    const char *other = difference(&merging->first, head);
    if (other != NULL) {
        return err_set(err, ERR_DATA, "%s: computed with %s than %s; compute all shards alike", path, other,
                       merging->first_path);
    }
    if (merging->paths[shard] != NULL) {
        return err_set(err, ERR_DATA, "%s: shard %d/%d is in %s, too; give each shard once", path, (int)head->shard.index,
                       (int)head->shard.count, merging->paths[shard]);
    }
    merging->paths[shard] = path;
    merging->heads[shard] = *head;
    return ERR_NONE;
}

struct month_reading {
    struct merging *merging;
    int32_t shard;
};

static enum err_code month_add(void *context, const struct shard_month *month, struct err *err)
{
    const struct month_reading *reading = context;
    struct merging *merging = reading->merging;

    if (room_grow(&merging->months, &merging->months_max, merging->month_count + 1, sizeof *merging->months, err) == ERR_NONE) {
        merging->months[merging->month_count++] = (struct merging_month){reading->shard, *month};
    }
    return err->code;
}

static enum err_code file_read(struct merging *merging, const char *path, struct err *err)
{
    struct shard_file *file = NULL;
    struct shard_head head;

    if (shard_file_open(path, &file, &head, err) != ERR_NONE) {
        return err->code;
    }
    struct month_reading reading = {merging, head.shard.index - 1};
    if (head_add(merging, path, &head, err) == ERR_NONE) {
        (void)!shard_file_months(file, month_add, &reading, err); /* the error is in *err */
    }
    shard_file_end(file);
    return err->code;
}

static enum err_code missing_check(const struct merging *merging, struct err *err)
{
    for (int32_t i = 0; i < merging->count; i++) {
        if (merging->paths[i] == NULL) {
            return err_set(err, ERR_DATA, "shard %d/%d is missing; give the results of all shards", (int)i + 1,
                           (int)merging->count);
        }
    }
    return ERR_NONE;
}

const struct shard_month *merging_month_of(const struct merging *merging, int32_t shard, int32_t month)
{
    static const struct shard_month NOTHING;

    for (size_t i = 0; i < merging->month_count; i++) {
        if (merging->months[i].shard == shard && merging->months[i].usage.month == month) {
            return &merging->months[i].usage;
        }
    }
    return &NOTHING;
}

/* Has no shard's database an event of another shard's account? Then each had one of its own, with numbers of its own. */
static bool is_divided(const struct merging *merging)
{
    bool any = false;
    bool own = merging->count > 1;

    for (int32_t i = 0; i < merging->count && own; i++) {
        int64_t known = merging_month_of(merging, i, merging->heads[i].month)->known.rows;
        any = any || known > 0;
        own = known == merging->heads[i].counts.read;
    }
    return any && own;
}

enum err_code merging_open(char *const *files, size_t count, struct merging **merging, struct err *err)
{
    struct merging *opened = calloc(1, sizeof *opened);

    if (opened != NULL) {
        opened->paths = calloc(SHARDS_MAX, sizeof *opened->paths);
        opened->heads = calloc(SHARDS_MAX, sizeof *opened->heads);
    }
    if (opened == NULL || opened->paths == NULL || opened->heads == NULL) {
        merging_free(opened);
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    for (size_t i = 0; i < count && err->code == ERR_NONE; i++) {
        (void)!file_read(opened, files[i], err); /* the error is in *err */
    }
    opened->count = opened->first.shard.count;
    if (err->code != ERR_NONE || missing_check(opened, err) != ERR_NONE) {
        merging_free(opened);
        return err->code;
    }
    opened->divided = is_divided(opened);
    *merging = opened;
    return ERR_NONE;
}

void merging_free(struct merging *merging)
{
    if (merging == NULL) {
        return;
    }
    account_numbers_close(merging->numbers);
    free(merging->paths);
    free(merging->heads);
    free(merging->months);
    free(merging->bills);
    free(merging);
}

int32_t merging_month(const struct merging *merging)
{
    return merging->heads[0].month;
}

int64_t merging_as_of(const struct merging *merging)
{
    return merging->heads[0].as_of;
}

/* Has a run of the month this as-of? It was of these very shards, and nothing is left to do. */
static bool is_merged(const struct merging *merging, const struct run *runs, size_t count)
{
    bool merged = false;

    for (size_t i = 0; i < count && !merged; i++) {
        merged = runs[i].as_of == merging_as_of(merging);
    }
    return merged;
}

/* Did the shards' database have as many runs of the month? One that holds but a shard has none. */
static bool knew_runs(const struct merging *merging, int64_t count)
{
    bool knew = true;

    for (int32_t i = 0; i < merging->count && knew; i++) {
        knew = merging->divided || merging->count == 1 || merging->heads[i].runs == count;
    }
    return knew;
}

enum err_code merging_check_runs(const struct merging *merging, const struct run *runs, size_t count, struct err *err)
{
    const struct run *last = count == 0 ? NULL : &runs[count - 1];
    char month[MONTH_TEXT_MAX];
    char as_of[INSTANT_TEXT_MAX];

    if (last == NULL || is_merged(merging, runs, count) ||
        (last->as_of < merging_as_of(merging) && knew_runs(merging, (int64_t)count))) {
        return ERR_NONE;
    }
    month_format(last->month, month);
    instant_format(last->as_of, as_of);
    return err_set(err, ERR_DATA, "%s: run %d-%s as of %s came meanwhile; the shards know nothing of it and nothing was "
                   "issued: compute them again", month, (int)last->sequence, last->kind, as_of);
}

void merging_use(struct merging *merging, struct store *store)
{
    merging->store = store;
}
