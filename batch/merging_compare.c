/*
 * Owns the question whether the database that issues holds what the shards have
 * read. It reads no usage again, but what came in since: the events of a month
 * are numbered as they come, and none is ever changed or taken away.
 */
#include "batch/merging_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/catalogue_digest.h"
#include "lib/calendar.h"

/* What is compared of one month. */
struct tail {
    const struct merging *merging;
    int32_t month;
    int64_t all; /* of all shards together, where they are divided */
};

static enum err_code tail_visit(void *context, int64_t number, const char *account_id, struct err *err)
{
    const struct tail *tail = context;
    const struct merging *merging = tail->merging;
    int32_t shard = shard_of(account_id, merging->count) - 1;
    int64_t events = merging->divided ? tail->all : merging_month_of(merging, shard, tail->month)->events;
    char month[MONTH_TEXT_MAX];
    char place[SHARD_PLACE_MAX];

    if (number < events || tail->month < merging->heads[shard].first_month) {
        return ERR_NONE;
    }
    month_format(tail->month, month);
    merging_place(merging, shard, place);
    return err_set(err, ERR_DATA, "%s: usage of %s in %s was not there when it was computed; compute it again", place,
                   month, store_path(merging->store));
}

static enum err_code too_few(const struct merging *merging, int32_t month, int64_t there, int64_t read, struct err *err)
{
    char month_text[MONTH_TEXT_MAX];

    month_format(month, month_text);
    return err_set(err, ERR_DATA, "%s: holds %lld events of %s and the shards have read %lld; import all of them first, "
                   "verify, explain and reprocess need them", store_path(merging->store), (long long)there, month_text,
                   (long long)read);
}

/* The events that the shards' databases had of a month must be here; known ones beyond them must not. */
static enum err_code month_compare(const struct merging *merging, int32_t month, int64_t there, struct err *err)
{
    struct tail tail = {merging, month, 0};
    int64_t least = INT64_MAX;
    int64_t most = 0;

    for (int32_t i = 0; i < merging->count; i++) {
        int64_t events = merging_month_of(merging, i, month)->events;
        tail.all += events;
        least = events < least ? events : least;
        most = events > most ? events : most;
    }
    if (there < (merging->divided ? tail.all : most)) {
        return too_few(merging, month, there, merging->divided ? tail.all : most, err);
    }
    return usage_tail(merging->store, month, merging->divided ? tail.all : least, merging_as_of(merging), tail_visit,
                      &tail, err);
}

struct there { /* the database's months */
    struct usage_month *months;
    size_t count;
};

static enum err_code there_take(void *context, struct usage_month month, struct err *err)
{
    struct there *there = context;
    struct usage_month *grown = realloc(there->months, (there->count + 1) * sizeof *grown);

    if (grown == NULL) {
        return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
    }
    there->months = grown;
    there->months[there->count++] = month;
    return ERR_NONE;
}

static int64_t there_of(const struct there *there, int32_t month)
{
    for (size_t i = 0; i < there->count; i++) {
        if (there->months[i].month == month) {
            return there->months[i].events;
        }
    }
    return 0;
}

/* Each month that some shard has read. */
static enum err_code months_compare(const struct merging *merging, struct err *err)
{
    struct there there = {0};
    int32_t month = merging_month(merging);

    for (int32_t i = 0; i < merging->count; i++) {
        month = merging->heads[i].first_month < month ? merging->heads[i].first_month : month;
    }
    enum err_code code = usage_months(merging->store, merging_month(merging), there_take, &there, err);
    for (; code == ERR_NONE && month <= merging_month(merging); month = month_next(month)) {
        code = month_compare(merging, month, there_of(&there, month), err);
    }
    free(there.months);
    return code;
}

static enum err_code voided_check(const struct merging *merging, const struct voided_sum *sums, struct err *err)
{
    char place[SHARD_PLACE_MAX];

    for (int32_t i = 0; i < merging->count; i++) {
        const struct voided_sum *voided = &merging->heads[i].voided;
        if (voided->events != sums[i].events || voided->sum != sums[i].sum) {
            merging_place(merging, i, place);
            return err_set(err, ERR_DATA, "%s: its voided events are not those of %s, where something was voided since (%lld "
                           "then, %lld now); compute it again", place, store_path(merging->store),
                           (long long)voided->events, (long long)sums[i].events);
        }
    }
    return ERR_NONE;
}

static enum err_code voided_compare(const struct merging *merging, struct err *err)
{
    struct voided_sum *sums = calloc((size_t)merging->count, sizeof *sums);
    int32_t *first = calloc((size_t)merging->count, sizeof *first);

    if (sums == NULL || first == NULL) {
        (void)!err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
        goto done;
    }
    for (int32_t i = 0; i < merging->count; i++) {
        first[i] = merging->heads[i].first_month;
    }
    if (usage_voided_sums(merging->store, first, merging->count, merging_month(merging), merging_as_of(merging), sums,
                          err) == ERR_NONE) {
        (void)!voided_check(merging, sums, err); /* the error is in *err */
    }
done:
    free(sums);
    free(first);
    return err->code;
}

enum err_code merging_compare(const struct merging *merging, struct policies policies, struct err *err)
{
    char digest[DIGEST_HEX_MAX];

    catalogue_digest(merging->catalogue, policies, digest);
    if (strcmp(digest, merging->heads[0].catalogue) != 0) {
        return err_set(err, ERR_DATA, "%s: its catalogue is not the shards'; compute them again with what is in it",
                       store_path(merging->store));
    }
    if (months_compare(merging, err) != ERR_NONE) {
        return err->code;
    }
    return voided_compare(merging, err);
}
