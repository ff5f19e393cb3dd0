/*
 * Owns the reading of a month's usage: which rows are read for whom.
 */
#include <stdlib.h>
#include <string.h>

#include "batch/month_internal.h"
#include "batch/scan.h"
#include "batch/stop.h"
#include "lib/calendar.h"

static enum err_code out_of_memory(struct err *err)
{
    return err_set(err, ERR_INTERNAL, "out of memory; give the program more and run it again");
}

bool month_kept_counts(const struct month *month)
{
    return month->kept != NULL && grants_kept_seen_count(month->kept) > 0;
}

static int order_numbers(const void *left, const void *right)
{
    int32_t a = *(const int32_t *)left;
    int32_t b = *(const int32_t *)right;

    return (a > b) - (a < b);
}

/* The usage before the month of accounts that need it, where it is found without reading those months through. Then the
 * scan begins with the month. */
static enum err_code read_back(struct month *month, struct usage_scan *scan, struct err *err)
{
    struct usage_scan before = *scan;
    struct usage_few few = {month->back, month->back_count};
    bool near = false;

    if (few.count == 0 || month->again || !month_kept_counts(month)) {
        return ERR_NONE;
    }
    before.month = month_from_index(month_index(scan->month) - 1);
    qsort(month->back, month->back_count, sizeof *month->back, order_numbers);
    if (usage_is_near(month->in.store, before, few, &near, err) != ERR_NONE || !near ||
        usage_scan_few(month->in.store, before, few, &month->table, err) != ERR_NONE) {
        return err->code;
    }
    scan->unseen += month_index(scan->month) - month_index(scan->month_first);
    scan->seen += month_index(scan->month) - month_index(scan->month_first);
    scan->month_first = scan->month;
    return ERR_NONE;
}

/* Only a few accounts are asked for: is their usage found without reading the month through? */
static enum err_code read_few(struct month *month, struct usage_scan scan, bool *done, struct err *err)
{
    if (month->only.accounts == NULL || month->sums == NULL ||
        usage_is_near(month->in.store, scan, month->only, done, err) != ERR_NONE || !*done) {
        return err->code;
    }
    return usage_scan_few(month->in.store, scan, month->only, &month->table, err);
}

/* What all events come to, where only a few accounts' were added up. */
static void take_sums(struct month *month)
{
    if (month->only.accounts != NULL && month->sums != NULL) {
        month->counts = month->sums->counts;
        memcpy(month->table.sums.days, month->sums->days, sizeof month->table.sums.days);
    }
}

/* What customers were shown, by the few rows that say so, where no scan adds it up on the way. */
static enum err_code read_shown(struct month *month, struct usage_scan scan, struct err *err)
{
    return month->shown.accounts == NULL ? ERR_NONE
                                         : usage_shown_read(month->in.store, scan, &month->table, &month->shown, err);
}

static enum err_code room_open(struct month *month, struct err *err)
{
    month->unseen = calloc(month_seen_count(month), sizeof *month->unseen);
    month->seen = calloc(month_seen_count(month), sizeof *month->seen);
    if (month->unseen == NULL || month->seen == NULL) {
        return out_of_memory(err);
    }
    return usage_shown_table(month->in.store, month->in.month, &month->table, &month->shown, err);
}

static struct usage_scan scan_of(const struct month *month)
{
    return (struct usage_scan){
        .month = month->in.month,
        .month_first = month->month_first,
        .as_of = month->in.as_of,
        .threads = month->in.threads,
        .stop = stop_flag(),
        .unseen = month->unseen,
        .seen = month->seen,
        .places = month->places.of_number,
        .place_count = month->places.number_count,
    };
}

/* Somebody else has added the usage up: a month in shards. */
static enum err_code read_source(struct month *month, struct err *err)
{
    struct month_usage usage = {&month->table, &month->counts, month->policies, month->month_first, month->unseen, month->seen};

    return read_shown(month, scan_of(month), err) == ERR_NONE ? month->in.source(month->in.source_context, usage, err)
                                                              : err->code;
}

static enum err_code read_rows(struct month *month, struct err *err)
{
    bool done = false;
    struct usage_scan scan = scan_of(month);

    if (read_few(month, scan, &done, err) != ERR_NONE) {
        return err->code;
    }
    if (done) {
        return read_shown(month, scan, err);
    }
    if (read_back(month, &scan, err) != ERR_NONE) {
        return err->code;
    }
    scan.shown = month->shown.accounts != NULL ? &month->shown : NULL;
    return scan_usage(month->in.store, scan, month->in.quiet, &month->table, &month->counts, err);
}

enum err_code month_usage_read(struct month *month, struct err *err)
{
    if (room_open(month, err) != ERR_NONE) {
        return err->code;
    }
    enum err_code code = month->in.source != NULL ? read_source(month, err) : read_rows(month, err);
    take_sums(month);
    if (code == ERR_INTERRUPTED) { /* the scan knows that it was stopped, not by what */
        *err = (struct err){0};
        code = stop_check(err);
    }
    return code;
}
