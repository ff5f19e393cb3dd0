/*
 * Owns what a merge notes of the usage that was seen: how far, and its digest.
 *
 * Shards of one database have read all of its usage, whoever's, and all have
 * noted the same. In databases of their own, events and accounts have other
 * numbers than in the one that issues: there its own events are read once for
 * it, which rates nothing and keeps nothing.
 */
#include "batch/merging_internal.h"

#include <stdlib.h>
#include <unistd.h>

#include "batch/stop.h"
#include "lib/calendar.h"

static enum err_code saw_others(const struct merging *merging, int32_t shard, int32_t other, int32_t month,
                                struct err *err)
{
    char month_text[MONTH_TEXT_MAX];
    char place[SHARD_PLACE_MAX];

    month_format(month, month_text);
    merging_place(merging, shard, place);
    return err_set(err, ERR_DATA, "%s: saw other events of %s than %s; compute all shards from one copy", place, month_text,
                   merging->paths[other]);
}

/* The shards that read the month: they saw the same. */
static enum err_code month_see(const struct merging *merging, int32_t month, int64_t *unseen, struct fact_digest *seen,
                               struct err *err)
{
    const struct shard_month *first = NULL;
    int32_t first_shard = 0;
    int64_t least = 0;

    for (int32_t i = 0; i < merging->count; i++) {
        const struct shard_month *usage = merging_month_of(merging, i, month);
        if (merging->heads[i].first_month > month) {
            continue;
        }
        if (first == NULL) {
            first = usage;
            first_shard = i;
            least = usage->seen;
        } else if (!fact_digest_same(&first->known, &usage->known)) {
            return saw_others(merging, i, first_shard, month, err);
        }
        least = usage->seen < least ? usage->seen : least;
    }
    *unseen = usage_key(month, least);
    *seen = first == NULL ? (struct fact_digest){0} : first->known;
    return ERR_NONE;
}

/* The database's own events: no account has a place, so none is rated. */
static enum err_code own_see(const struct merging *merging, struct month_usage usage, struct err *err)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int32_t *nowhere = calloc(merging->account_count + 1, sizeof *nowhere);
    struct usage_counts counts;
    struct usage_scan scan = {
        .month = merging_month(merging),
        .month_first = usage.month_first,
        .as_of = merging_as_of(merging),
        .threads = processors < 1 ? 1 : (int)processors,
        .stop = stop_flag(),
        .unseen = usage.unseen,
        .seen = usage.seen,
        .places = nowhere,
        .place_count = merging->account_count,
    };

    if (nowhere == NULL) {
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    for (size_t i = 0; i < merging->account_count; i++) {
        nowhere[i] = PLACE_ELSEWHERE;
    }
    enum err_code code = usage_scan(merging->store, scan, usage.table, &counts, err);
    free(nowhere);
    if (code == ERR_INTERRUPTED) { /* the scan knows that it was stopped, not by what */
        *err = (struct err){0};
        code = stop_check(err);
    }
    return code;
}

static enum err_code own_check(const struct merging *merging, struct month_usage usage, struct err *err)
{
    size_t last = (size_t)(month_index(merging_month(merging)) - month_index(usage.month_first));
    char month[MONTH_TEXT_MAX];
    int64_t read = 0;

    for (int32_t i = 0; i < merging->count; i++) {
        read += merging->heads[i].counts.read;
    }
    if (usage.seen[last].rows == read) {
        return ERR_NONE;
    }
    month_format(merging_month(merging), month);
    return err_set(err, ERR_DATA, "%s: knows %lld events of %s and the shards have read %lld; they have to be the same",
                   store_path(merging->store), (long long)usage.seen[last].rows, month, (long long)read);
}

enum err_code merging_see(const struct merging *merging, struct month_usage usage, struct err *err)
{
    int32_t month = usage.month_first;

    if (merging->divided) {
        return own_see(merging, usage, err) == ERR_NONE ? own_check(merging, usage, err) : err->code;
    }
    for (size_t i = 0; month <= merging_month(merging) && err->code == ERR_NONE; i++, month = month_next(month)) {
        (void)!month_see(merging, month, &usage.unseen[i], &usage.seen[i], err); /* the error is in *err */
    }
    return err->code;
}
