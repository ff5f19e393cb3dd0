/*
 * Owns the reading of some accounts' events.
 */
#include "schema/store_account_usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_usage_ids.h"
#include "schema/store_usage_keys.h"
#include "schema/store_usage_of.h"

#define FEW_EVENTS 1000 /* of a month: their ids are found in less time than what all voids name */

static const char DOING[] = "read the account's usage";
static const char VOIDED_SQL[] =
    "SELECT min(recorded_at) FROM voids WHERE table_name = 'usage_events' AND id = ?1 AND recorded_at <= ?2";
/* An id is in a month once, so that its group is that of one key. */
static const char VOIDS_SQL[] =
    "SELECT i.key, min(v.recorded_at) FROM voids v CROSS JOIN usage_ids i ON i.month = ?1 AND i.event_id = v.id "
    "WHERE v.table_name = 'usage_events' AND v.recorded_at <= ?2 GROUP BY v.id";

struct account_usage {
    struct store *store;
    struct rows events; /* struct account_event */
    struct arena texts;
};

struct reading {
    struct store *store;
    struct account_usage_in in;
    int32_t *accounts; /* ascending */
    struct account_usage *usage;
    struct rows places;    /* struct place: of each event, by key */
    int64_t *keys;         /* those of a month whose ids are read, ascending */
    size_t *events_of_ids; /* which events they are */
};

struct place {
    int64_t key;
    size_t event; /* which of the events */
};

struct month_places { /* of one month, by key */
    const struct place *items;
    size_t count;
};

static enum err_code damaged(struct store *store, int64_t key, struct err *err)
{
    return err_set(err, ERR_DATA, "%s: row %lld of usage_rows is damaged; restore the database from a backup",
                   store_path(store), (long long)key);
}

static enum err_code row_take(void *context, const struct usage_row *row, struct err *err)
{
    struct reading *reading = context;
    struct rows *events = &reading->usage->events;
    void *item = NULL;

    if ((size_t)row->model >= reading->in.model_count) {
        return damaged(reading->store, row->key, err);
    }
    if (rows_add(events, sizeof(struct account_event), &item, err) != ERR_NONE) {
        return err->code;
    }
    *(struct account_event *)item = (struct account_event){
        .key = row->key,
        .account = row->account,
        .event = {.model = row->model, .at = row->at, .quantity = row->quantity, .tokens = row->tokens},
        .credits_shown = row->credits_shown,
        .recorded_at = row->recorded_at,
        .voided_at = INSTANT_NONE,
    };
    return ERR_NONE;
}

static int by_key(const void *left, const void *right)
{
    const struct place *a = left, *b = right;

    return (a->key > b->key) - (a->key < b->key);
}

/* Account by account, in R19's order as far as the ids are not needed for it. */
static int by_account_and_instant(const void *left, const void *right)
{
    const struct account_event *a = left, *b = right;

    if (a->account != b->account) {
        return a->account < b->account ? -1 : 1;
    }
    if (a->event.at != b->event.at) {
        return a->event.at < b->event.at ? -1 : 1;
    }
    return (a->key > b->key) - (a->key < b->key);
}

static int by_id(const void *left, const void *right)
{
    const struct account_event *a = left, *b = right;

    return strcmp(a->event_id, b->event_id);
}

static bool of_one_instant(const struct account_event *a, const struct account_event *b)
{
    return a->account == b->account && a->event.at == b->event.at;
}

/* Does its place among the events depend on its id? */
static bool order_needs_id(const struct rows *events, size_t event)
{
    const struct account_event *all = events->items;

    return (event > 0 && of_one_instant(&all[event - 1], &all[event])) ||
           (event + 1 < events->count && of_one_instant(&all[event], &all[event + 1]));
}

static enum err_code id_take(void *context, size_t index, const char *event_id, struct err *err)
{
    struct reading *reading = context;
    struct account_event *events = reading->usage->events.items;
    const char *kept = arena_text(&reading->usage->texts, event_id);

    events[reading->events_of_ids[index]].event_id = kept;
    return kept == NULL ? no_memory(err) : ERR_NONE;
}

/* The ids of a month's events; `needed`: only those that their order needs. */
static enum err_code ids_read(struct reading *reading, struct month_places places, bool needed, struct err *err)
{
    const struct rows *events = &reading->usage->events;
    const struct account_event *all = events->items;
    size_t count = 0;

    for (size_t i = 0; i < places.count; i++) {
        if (!needed || order_needs_id(events, places.items[i].event)) {
            reading->keys[count] = places.items[i].key;
            reading->events_of_ids[count++] = places.items[i].event;
        }
    }
    enum err_code code = usage_ids_of(reading->store, reading->keys, count, id_take, reading, err);
    for (size_t i = 0; i < count && code == ERR_NONE; i++) {
        if (all[reading->events_of_ids[i]].event_id == NULL) {
            code = damaged(reading->store, reading->keys[i], err); /* it has no id */
        }
    }
    return code;
}

/* When each was voided: by their ids. */
static enum err_code voided_read(struct reading *reading, struct month_places places, struct err *err)
{
    struct account_event *events = reading->usage->events.items;
    sqlite3_stmt *query = NULL;
    bool row = false;

    if (sql_prepare(reading->store, VOIDED_SQL, DOING, &query, err) != ERR_NONE) {
        return err->code;
    }
    sql_bind_integer(query, 2, reading->in.as_of);
    for (size_t i = 0; i < places.count && err->code == ERR_NONE; i++) {
        struct account_event *event = &events[places.items[i].event];

        sql_bind_text(query, 1, event->event_id);
        if (sql_step(reading->store, query, DOING, &row, err) == ERR_NONE && row) {
            event->voided_at = sql_integer_or(query, 0, INSTANT_NONE);
        }
        sqlite3_reset(query);
    }
    sqlite3_finalize(query);
    return err->code;
}

/* The same by the voids, which name few of the events. */
static enum err_code voids_read(struct reading *reading, struct month_places places, struct err *err)
{
    struct account_event *events = reading->usage->events.items;
    sqlite3_stmt *query = NULL;
    bool row = false;

    if (sql_prepare(reading->store, VOIDS_SQL, DOING, &query, err) != ERR_NONE) {
        return err->code;
    }
    sql_bind_integer(query, 1, places.items[0].key >> USAGE_KEY_BITS);
    sql_bind_integer(query, 2, reading->in.as_of);
    while (sql_step(reading->store, query, DOING, &row, err) == ERR_NONE && row) {
        struct place named = {.key = sqlite3_column_int64(query, 0)};
        const struct place *found = bsearch(&named, places.items, places.count, sizeof named, by_key);

        if (found != NULL) {
            events[found->event].voided_at = sqlite3_column_int64(query, 1);
        }
    }
    sqlite3_finalize(query);
    return err->code;
}

/* Ids and voids of a month's events. Of many events most ids are never asked for: they wait for account_usage_id(). */
static enum err_code month_read(struct reading *reading, struct month_places places, struct err *err)
{
    bool waiting = false;

    if (!reading->in.ids && places.count > FEW_EVENTS &&
        usage_id_is_noted(reading->store, places.items[places.count - 1].key, &waiting, err) != ERR_NONE) {
        return err->code;
    }
    if (ids_read(reading, places, waiting, err) != ERR_NONE) {
        return err->code;
    }
    return waiting ? voids_read(reading, places, err) : voided_read(reading, places, err);
}

static enum err_code places_note(struct reading *reading, struct err *err)
{
    const struct rows *events = &reading->usage->events;
    const struct account_event *all = events->items;
    void *item = NULL;

    for (size_t i = 0; i < events->count; i++) {
        if (rows_add(&reading->places, sizeof(struct place), &item, err) != ERR_NONE) {
            return err->code;
        }
        *(struct place *)item = (struct place){all[i].key, i};
    }
    if (events->count > 1) {
        qsort(reading->places.items, events->count, sizeof(struct place), by_key);
    }
    reading->keys = calloc(events->count + 1, sizeof *reading->keys);
    reading->events_of_ids = calloc(events->count + 1, sizeof *reading->events_of_ids);
    return reading->keys == NULL || reading->events_of_ids == NULL ? no_memory(err) : ERR_NONE;
}

/* Month by month: it is a key's high bits. */
static enum err_code months_read(struct reading *reading, struct err *err)
{
    const struct place *places = reading->places.items;
    enum err_code code = ERR_NONE;

    for (size_t i = 0, next = 0; i < reading->places.count && code == ERR_NONE; i = next) {
        while (next < reading->places.count && places[next].key >> USAGE_KEY_BITS == places[i].key >> USAGE_KEY_BITS) {
            next++;
        }
        code = month_read(reading, (struct month_places){places + i, next - i}, err);
    }
    return code;
}

/* R19: of one instant, by event_id. */
static void instants_sort(struct rows *events)
{
    struct account_event *all = events->items;

    for (size_t i = 0, next = 0; i < events->count; i = next) {
        for (next = i + 1; next < events->count && of_one_instant(&all[i], &all[next]);) {
            next++;
        }
        if (next - i > 1) {
            qsort(&all[i], next - i, sizeof *all, by_id);
        }
    }
}

static int by_number(const void *left, const void *right)
{
    int32_t a = *(const int32_t *)left;
    int32_t b = *(const int32_t *)right;

    return (a > b) - (a < b);
}

static enum err_code accounts_sort(struct reading *reading, struct err *err)
{
    size_t count = reading->in.account_count;

    reading->accounts = calloc(count + 1, sizeof *reading->accounts);
    if (reading->accounts == NULL) {
        return no_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        reading->accounts[i] = reading->in.accounts[i];
    }
    if (count > 1) {
        qsort(reading->accounts, count, sizeof *reading->accounts, by_number);
    }
    return ERR_NONE;
}

static enum err_code read_all(struct reading *reading, struct err *err)
{
    const struct account_usage_in *in = &reading->in;
    struct rows *events = &reading->usage->events;

    if (accounts_sort(reading, err) != ERR_NONE) {
        return err->code;
    }
    struct usage_of of = {in->month_first, in->month, reading->accounts, in->account_count, in->as_of};
    if (usage_of_accounts(reading->store, of, row_take, reading, err) != ERR_NONE) {
        return err->code;
    }
    if (events->count > 1) {
        qsort(events->items, events->count, sizeof(struct account_event), by_account_and_instant);
    }
    if (places_note(reading, err) == ERR_NONE && months_read(reading, err) == ERR_NONE) {
        instants_sort(events);
    }
    return err->code;
}

enum err_code account_usage_read(struct store *store, struct account_usage_in in, struct account_usage **usage,
                                 struct err *err)
{
    struct reading reading = {.store = store, .in = in, .usage = calloc(1, sizeof **usage)};
    enum err_code code = reading.usage != NULL ? read_all(&reading, err) : no_memory(err);

    free(reading.accounts);
    free(reading.keys);
    free(reading.events_of_ids);
    rows_release(&reading.places);
    if (code != ERR_NONE) {
        account_usage_free(reading.usage);
        return code;
    }
    reading.usage->store = store;
    *usage = reading.usage;
    return ERR_NONE;
}

void account_usage_free(struct account_usage *usage)
{
    if (usage != NULL) {
        rows_release(&usage->events);
        arena_release(&usage->texts);
        free(usage);
    }
}

/* The first event of an account with this number or a greater one. */
static size_t first_of(const struct account_usage *usage, int64_t account)
{
    const struct account_event *events = usage->events.items;
    size_t low = 0, high = usage->events.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (events[middle].account < account) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct account_event *account_usage_events(const struct account_usage *usage, int32_t account, size_t *count)
{
    const struct account_event *events = usage->events.items;
    size_t first = first_of(usage, account);

    *count = first_of(usage, (int64_t)account + 1) - first;
    return *count == 0 ? NULL : events + first;
}

static enum err_code id_copy(void *context, size_t index, const char *event_id, struct err *err)
{
    (void)index;
    (void)err;
    snprintf(context, EVENT_ID_TEXT_MAX, "%s", event_id);
    return ERR_NONE;
}

enum err_code account_usage_id(const struct account_usage *usage, const struct account_event *event,
                               char event_id[EVENT_ID_TEXT_MAX], struct err *err)
{
    char found[EVENT_ID_TEXT_MAX] = "";

    if (event->event_id != NULL) {
        snprintf(event_id, EVENT_ID_TEXT_MAX, "%s", event->event_id);
        return ERR_NONE;
    }
    enum err_code code = usage_ids_of(usage->store, &event->key, 1, id_copy, found, err);
    if (code == ERR_NONE && found[0] == '\0') {
        code = damaged(usage->store, event->key, err); /* it has no id */
    }
    if (code == ERR_NONE) {
        snprintf(event_id, EVENT_ID_TEXT_MAX, "%s", found);
    }
    return code;
}
