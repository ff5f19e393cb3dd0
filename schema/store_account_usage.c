/*
 * Owns the reading of some accounts' events.
 */
#include "schema/store_account_usage.h"

#include <stdlib.h>
#include <string.h>

#include "lib/calendar.h"
#include "schema/store_internal.h"
#include "schema/store_memory.h"
#include "schema/store_sql.h"
#include "schema/store_usage_keys.h"

static const char DOING[] = "read the account's usage";
static const char ROWS_SQL[] =
    "SELECT key, model, at, quantity, tokens, credits_shown, recorded_at, account FROM usage_rows WHERE key >= ?1 AND key < ?2 "
    "AND account IN (SELECT value FROM json_each(?3)) AND recorded_at <= ?4 ORDER BY key";
static const char IDS_SQL[] = "SELECT key, event_id FROM usage_ids WHERE month = ?1";
static const char VOIDED_SQL[] =
    "SELECT min(recorded_at) FROM voids WHERE table_name = 'usage_events' AND id = ?1 AND recorded_at <= ?2";

struct account_usage {
    struct rows events; /* struct account_event */
    struct arena texts;
};

struct reading {
    struct store *store;
    struct account_usage_in in;
    char *accounts; /* as a JSON array */
    struct account_usage *usage;
    struct rows keys; /* int64_t, of the events as they were read: ascending */
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

/* A row that the tables' checks would have refused is never rated. */
static bool is_sound(const struct reading *reading, int32_t month, struct usage_event event)
{
    return event.model >= 0 && (size_t)event.model < reading->in.model_count && event.at >= month_start_ms(month) &&
           event.at < month_end_ms(month) && event.quantity >= 0 && event.quantity <= QUANTITY_MAX &&
           event.tokens >= TOKENS_NONE && event.tokens <= COUNT_MAX;
}

static enum err_code row_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct reading *reading = context;
    int64_t key = sqlite3_column_int64(row, 0);
    int32_t month = month_from_index((int32_t)(key >> USAGE_KEY_BITS));
    void *item = NULL;

    struct account_event taken = {
        .account = sqlite3_column_int(row, 7),
        .event = {
            .model = sqlite3_column_int(row, 1),
            .at = month_start_ms(month) + sqlite3_column_int64(row, 2),
            .quantity = sqlite3_column_int64(row, 3),
            .tokens = integer_or(row, 4, TOKENS_NONE),
        },
        .credits_shown = integer_or(row, 5, CREDITS_SHOWN_NONE),
        .recorded_at = sqlite3_column_int64(row, 6),
        .voided_at = INSTANT_NONE,
    };
    if (!is_sound(reading, month, taken.event)) {
        return damaged(reading, key, err);
    }
    if (rows_add(&reading->usage->events, sizeof taken, &item, err) != ERR_NONE) {
        return err->code;
    }
    *(struct account_event *)item = taken;
    if (rows_add(&reading->keys, sizeof key, &item, err) == ERR_NONE) {
        *(int64_t *)item = key;
    }
    return err->code;
}

static enum err_code rows_read(struct reading *reading, const struct key_range *range, struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(reading->store, ROWS_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, range->first);
        sql_bind_integer(query, 2, range->end);
        sql_bind_text(query, 3, reading->accounts);
        sql_bind_integer(query, 4, reading->in.as_of);
        code = sql_each(reading->store, query, DOING, row_take, reading, err);
    }
    sqlite3_finalize(query);
    return code;
}

static int by_key(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

/* The id belongs to an event of the accounts, or to somebody else's. */
static enum err_code id_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct reading *reading = context;
    const int64_t *keys = reading->keys.items;
    int64_t key = sqlite3_column_int64(row, 0);
    const int64_t *found = bsearch(&key, keys, reading->keys.count, sizeof key, by_key);

    if (found == NULL) {
        return ERR_NONE;
    }
    struct account_event *events = reading->usage->events.items;
    const char *kept = arena_text(&reading->usage->texts, sql_text(row, 1));
    events[found - keys].event_id = kept;
    return kept == NULL ? no_memory(err) : ERR_NONE;
}

static enum err_code ids_read(struct reading *reading, int64_t month, struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(reading->store, IDS_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, month);
        code = sql_each(reading->store, query, DOING, id_take, reading, err);
    }
    sqlite3_finalize(query);
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
    for (size_t i = 0; i < reading->usage->events.count && err->code == ERR_NONE; i++) {
        if (events[i].event_id == NULL) {
            (void)damaged(reading, ((const int64_t *)reading->keys.items)[i], err); /* it has no id */
            break;
        }
        sql_bind_text(query, 1, events[i].event_id);
        if (sql_step(reading->store, query, DOING, &row, err) == ERR_NONE && row) {
            events[i].voided_at = integer_or(query, 0, INSTANT_NONE);
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

static enum err_code read_all(struct reading *reading, struct err *err)
{
    struct rows *events = &reading->usage->events;
    struct rows ranges = {0};

    if (usage_ranges(reading->store, reading->in.month_first, reading->in.month, &ranges, err) != ERR_NONE) {
        return err->code;
    }
    const struct key_range *months = ranges.items;
    for (size_t i = 0; i < ranges.count && err->code == ERR_NONE; i++) {
        size_t before = events->count;
        if (rows_read(reading, &months[i], err) == ERR_NONE && events->count > before) {
            (void)ids_read(reading, months[i].first >> USAGE_KEY_BITS, err); /* the error is in *err */
        }
    }
    rows_release(&ranges);
    if (err->code == ERR_NONE && voided_read(reading, err) == ERR_NONE && events->count > 1) {
        qsort(events->items, events->count, sizeof(struct account_event), by_account_and_instant);
    }
    return err->code;
}

enum err_code account_usage_read(struct store *store, struct account_usage_in in, struct account_usage **usage,
                                 struct err *err)
{
    struct reading reading = {.store = store, .in = in, .accounts = sql_numbers(in.accounts, in.account_count),
                              .usage = calloc(1, sizeof **usage)};
    bool room = reading.accounts != NULL && reading.usage != NULL;
    enum err_code code = room ? read_all(&reading, err) : no_memory(err);

    sqlite3_free(reading.accounts);
    rows_release(&reading.keys);
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
