/*
 * Owns the reading of some accounts' events.
 */
#include "schema/store_account_usage.h"

#include <stdlib.h>
#include <string.h>

#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_usage_ids.h"
#include "schema/store_usage_keys.h"
#include "schema/store_usage_of.h"

static const char DOING[] = "read the account's usage";
static const char VOIDED_SQL[] =
    "SELECT min(recorded_at) FROM voids WHERE table_name = 'usage_events' AND id = ?1 AND recorded_at <= ?2";

struct account_usage {
    struct rows events; /* struct account_event */
    struct arena texts;
};

struct reading {
    struct store *store;
    struct account_usage_in in;
    int32_t *accounts; /* ascending */
    struct account_usage *usage;
    struct rows places; /* struct place: of each event */
    int64_t *keys;      /* of the events, ascending, as `places` are then */
    size_t ids_before;  /* how many are of the months before the one whose ids are read */
};

struct place {
    int64_t key;
    size_t event; /* which of the events */
};

static enum err_code damaged(const struct reading *reading, int64_t key, struct err *err)
{
    return err_set(err, ERR_DATA, "%s: row %lld of usage_rows is damaged; restore the database from a backup",
                   store_path(reading->store), (long long)key);
}

static int64_t integer_or(sqlite3_stmt *row, int column, int64_t missing)
{
    return sqlite3_column_type(row, column) == SQLITE_NULL ? missing : sqlite3_column_int64(row, column);
}

static enum err_code row_take(void *context, const struct usage_row *row, struct err *err)
{
    struct reading *reading = context;
    struct rows *events = &reading->usage->events;
    void *item = NULL;

    if ((size_t)row->model >= reading->in.model_count) {
        return damaged(reading, row->key, err);
    }
    if (rows_add(events, sizeof(struct account_event), &item, err) != ERR_NONE) {
        return err->code;
    }
    *(struct account_event *)item = (struct account_event){
        .account = row->account,
        .event = {.model = row->model, .at = row->at, .quantity = row->quantity, .tokens = row->tokens},
        .credits_shown = row->credits_shown,
        .recorded_at = row->recorded_at,
        .voided_at = INSTANT_NONE,
    };
    if (rows_add(&reading->places, sizeof(struct place), &item, err) == ERR_NONE) {
        *(struct place *)item = (struct place){row->key, events->count - 1};
    }
    return err->code;
}

static int by_key(const void *left, const void *right)
{
    const struct place *a = left, *b = right;

    return (a->key > b->key) - (a->key < b->key);
}

static enum err_code id_take(void *context, size_t index, const char *event_id, struct err *err)
{
    struct reading *reading = context;
    const struct place *places = reading->places.items;
    struct account_event *events = reading->usage->events.items;
    const char *kept = arena_text(&reading->usage->texts, event_id);

    events[places[reading->ids_before + index].event].event_id = kept;
    return kept == NULL ? no_memory(err) : ERR_NONE;
}

/* The ids, month by month: the month is a key's high bits. */
static enum err_code ids_read(struct reading *reading, struct err *err)
{
    size_t count = reading->places.count;
    struct place *places = reading->places.items;
    enum err_code code = ERR_NONE;

    reading->keys = calloc(count + 1, sizeof *reading->keys);
    if (reading->keys == NULL) {
        return no_memory(err);
    }
    if (count > 1) {
        qsort(places, count, sizeof *places, by_key);
    }
    for (size_t i = 0; i < count; i++) {
        reading->keys[i] = places[i].key;
    }
    for (size_t i = 0, next = 0; i < count && code == ERR_NONE; i = next) {
        while (next < count && places[next].key >> USAGE_KEY_BITS == places[i].key >> USAGE_KEY_BITS) {
            next++;
        }
        reading->ids_before = i;
        code = usage_ids_of(reading->store, reading->keys + i, next - i, id_take, reading, err);
    }
    return code;
}

static enum err_code voided_read(struct reading *reading, struct err *err)
{
    struct account_event *events = reading->usage->events.items;
    sqlite3_stmt *query = NULL;
    bool row = false;

    if (sql_prepare(reading->store, VOIDED_SQL, DOING, &query, err) != ERR_NONE) {
        return err->code;
    }
    sql_bind_integer(query, 2, reading->in.as_of);
    for (size_t i = 0; i < reading->places.count && err->code == ERR_NONE; i++) {
        struct place place = ((const struct place *)reading->places.items)[i];

        if (events[place.event].event_id == NULL) {
            (void)damaged(reading, place.key, err); /* it has no id */
            break;
        }
        sql_bind_text(query, 1, events[place.event].event_id);
        if (sql_step(reading->store, query, DOING, &row, err) == ERR_NONE && row) {
            events[place.event].voided_at = integer_or(query, 0, INSTANT_NONE);
        }
        sqlite3_reset(query);
    }
    sqlite3_finalize(query);
    return err->code;
}

/* Account by account, in R19's order. */
static int by_account_and_instant(const void *left, const void *right)
{
    const struct account_event *a = left, *b = right;

    if (a->account != b->account) {
        return a->account < b->account ? -1 : 1;
    }
    if (a->event.at != b->event.at) {
        return a->event.at < b->event.at ? -1 : 1;
    }
    return strcmp(a->event_id, b->event_id);
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
    if (usage_of_accounts(reading->store, of, row_take, reading, err) == ERR_NONE && ids_read(reading, err) == ERR_NONE &&
        voided_read(reading, err) == ERR_NONE && events->count > 1) {
        qsort(events->items, events->count, sizeof(struct account_event), by_account_and_instant);
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
    rows_release(&reading.places);
    if (code != ERR_NONE) {
        account_usage_free(reading.usage);
        return code;
    }
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
