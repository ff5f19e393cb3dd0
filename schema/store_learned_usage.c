/*
 * Owns the usage that came or went since a run: rows at or above the keys that
 * the run did not see, and voids of rows that it did.
 */
#include <stdlib.h>

#include "lib/calendar.h"
#include "lib/usage.h"
#include "schema/store_issued_sound.h"
#include "schema/store_learned_internal.h"
#include "schema/store_sql.h"
#include "schema/store_usage_keys.h"
#include "schema/store_usage_seen.h"
#include "schema/store_usage_sound.h"
#include "schema/store_usage_voided.h"

static const char DOING[] = "read the usage that was learned";

static const char EVENTS_SQL[] = "SELECT events, voided FROM run_events WHERE run = ?1";
static const char DAYS_SQL[] = "SELECT day, events, quantity FROM run_days WHERE run = ?1";

/* From key ?1 to ?2. */
static const char LATE_SQL[] = "SELECT key, account, model, at, quantity, tokens, recorded_at FROM usage_rows "
                               "WHERE key >= ?1 AND key < ?2 ORDER BY key";

/* Of month ?3, by voids known since ?1, until ?2; only an event's first void counts. */
static const char VOIDED_SQL[] =
    "SELECT r.key, r.account, r.model, r.at, r.quantity, r.tokens, r.recorded_at, v.recorded_at "
    "FROM voids v CROSS JOIN usage_ids i ON i.month = ?3 AND i.event_id = v.id CROSS JOIN usage_rows r ON r.key = i.key "
    "WHERE v.table_name = 'usage_events' AND v.recorded_at + 0 > ?1 AND v.recorded_at + 0 <= ?2 AND NOT EXISTS "
    "(SELECT 1 FROM voids e WHERE e.table_name = v.table_name AND e.id = v.id AND e.recorded_at < v.recorded_at)";

/* May usage of account ?1 at ?2 change what grants have left in [?3, ?4)? A grant had begun, and one reaches the month:
 * what one loses another may have to give. The second column: a grant had begun. */
static const char GRANTS_SQL[] =
    "SELECT coalesce(max(starts_at <= ?2) AND max(expires_at > ?3 AND starts_at < ?4), 0), "
    "coalesce(max(starts_at <= ?2), 0) FROM credit_grants "
    "WHERE account_id = (SELECT account_id FROM account_ids WHERE account = ?1)";

struct reading {
    struct learned *learned;
    int32_t month;      /* of the usage at hand, yyyymm */
    struct rows voided; /* int64_t keys of the months read, that a void known at `until` names; read when first asked for */
    bool voided_read;
    sqlite3_stmt *late;
    sqlite3_stmt *grants;
};

/* Room for what is learned of the account's usage. */
static enum err_code slot_of(struct learned *learned, int32_t account, struct learned_usage **usage, struct err *err)
{
    void *item = NULL;

    if (learned->slots[account] == 0) {
        if (rows_add(&learned->usage, sizeof(struct learned_usage), &item, err) != ERR_NONE) {
            return err->code;
        }
        ((struct learned_usage *)item)->account = account;
        learned->slots[account] = (uint32_t)learned->usage.count;
    }
    *usage = (struct learned_usage *)learned->usage.items + learned->slots[account] - 1;
    return ERR_NONE;
}

static enum err_code event_read(const struct reading *reading, sqlite3_stmt *row, struct usage_event *event, struct err *err)
{
    const struct learned *learned = reading->learned;
    int64_t month_start = month_start_ms(reading->month);
    bool no_tokens = sqlite3_column_type(row, 5) == SQLITE_NULL;

    *event = (struct usage_event){
        .account = sqlite3_column_int(row, 1),
        .model = sqlite3_column_int(row, 2),
        .at = usage_instant(month_start, sqlite3_column_int64(row, 3)),
        .quantity = sqlite3_column_int64(row, 4),
        .tokens = no_tokens ? TOKENS_NONE : sqlite3_column_int64(row, 5),
    };
    if (!usage_sound(event, SHOWN_NONE, month_start, month_end_ms(reading->month)) || (size_t)event->account >= learned->account_count ||
        (size_t)event->model >= learned->query.catalogue->model_count) {
        return sql_damaged(learned->store, "a row of usage_rows cannot be", err);
    }
    return ERR_NONE;
}

/* R19, R27: does an event before the month matter to it? */
static enum err_code reaches_month(struct reading *reading, struct usage_event event, bool rated, bool *reaches,
                                   struct err *err)
{
    const struct learned *learned = reading->learned;
    bool row = false;

    sqlite3_reset(reading->grants);
    sql_bind_integer(reading->grants, 1, event.account);
    sql_bind_integer(reading->grants, 2, event.at);
    sql_bind_integer(reading->grants, 3, learned->month_start);
    sql_bind_integer(reading->grants, 4, learned->month_end);
    enum err_code code = sql_step(learned->store, reading->grants, DOING, &row, err);
    if (code == ERR_NONE) {
        *reaches = sqlite3_column_int(reading->grants, rated ? 0 : 1) != 0;
    }
    return code;
}

/* An event that came, or went; recorded_at: of the event, or of its void. */
static enum err_code event_take(struct reading *reading, struct usage_event event, bool came, int64_t recorded_at,
                                struct err *err)
{
    struct learned *learned = reading->learned;
    struct learned_usage *usage = NULL;
    int64_t credits = usage_credits(learned->query.catalogue, event);
    bool rated = credits != CREDITS_UNKNOWN_MODEL;
    bool in_month = reading->month == learned->query.month;
    bool reaches = in_month;

    if ((!in_month && reaches_month(reading, event, rated, &reaches, err) != ERR_NONE) || !reaches ||
        slot_of(learned, event.account, &usage, err) != ERR_NONE) {
        return err->code;
    }
    learned_mark(learned, event.account, recorded_at);
    int64_t *events = !in_month ? &usage->earlier_events : came ? &usage->late_events : &usage->voided_events;
    int64_t *sum = !in_month ? &usage->earlier_credits : came ? &usage->late_credits : &usage->voided_credits;
    (*events)++;
    *sum += rated ? credits : 0;
    *sum = *sum > CREDITS_MAX ? CREDITS_OVER : *sum;
    return ERR_NONE;
}

/* The keys that are voided at `until`, of all months that have been seen. */
static enum err_code voided_keys(struct reading *reading, struct err *err)
{
    const struct learned *learned = reading->learned;
    const struct usage_seen *seen = learned->seen.items;
    struct rows ranges = {0};
    enum err_code code = learned->seen.count == 0
                             ? ERR_NONE
                             : usage_ranges(learned->store, seen[0].month, learned->query.month, &ranges, err);

    if (code == ERR_NONE) {
        code = usage_voided(learned->store, &ranges, learned->query.until, &reading->voided, err);
    }
    rows_release(&ranges);
    return code;
}

static enum err_code is_voided(struct reading *reading, int64_t key, bool *voided, struct err *err)
{
    if (!reading->voided_read && voided_keys(reading, err) != ERR_NONE) {
        return err->code;
    }
    reading->voided_read = true;
    *voided = usage_is_voided(&reading->voided, key);
    return ERR_NONE;
}

static struct usage_day *day_sums(struct reading *reading, struct usage_event event)
{
    return &reading->learned->sums.days[(event.at - reading->learned->month_start) / DAY_MS];
}

/* A row of the month that the base run did not know. */
static void sums_add(struct reading *reading, struct usage_event event, bool voided)
{
    struct usage_counts *counts = &reading->learned->sums.counts;

    counts->read++;
    counts->voided += voided;
    if (!voided) {
        usage_day_add(day_sums(reading, event), (struct usage_day){1, event.quantity});
    }
}

/* A row of the month that the base run counted. */
static void sums_void(struct reading *reading, struct usage_event event)
{
    reading->learned->sums.counts.voided++;
    day_sums(reading, event)->events--;
    day_sums(reading, event)->quantity -= event.quantity;
}

/* A row above what the base run saw: known by now, and not before? *unseen: the first that is not known yet. */
static enum err_code late_take(struct reading *reading, int64_t *unseen, struct err *err)
{
    const struct learned *learned = reading->learned;
    sqlite3_stmt *row = reading->late;
    int64_t key = sqlite3_column_int64(row, 0);
    int64_t recorded_at = sqlite3_column_int64(row, 6);
    struct usage_event event;
    bool voided = false;

    if (recorded_at > learned->query.until) {
        *unseen = key < *unseen ? key : *unseen;
        return ERR_NONE;
    }
    if (event_read(reading, row, &event, err) != ERR_NONE || recorded_at <= learned->since || is_voided(reading, key, &voided, err) != ERR_NONE) {
        return err->code;
    }
    if (reading->month == learned->query.month) {
        sums_add(reading, event, voided);
    }
    return voided || recorded_at <= learned_since_of(learned, event.account)
               ? ERR_NONE
               : event_take(reading, event, true, recorded_at, err);
}

/* The month's rows from `seen` on; *seen moves to the first that is not known at `until`. */
static enum err_code late_read(struct reading *reading, struct usage_seen *seen, struct err *err)
{
    int64_t end = ((int64_t)month_index(seen->month) + 1) << USAGE_KEY_BITS;
    int64_t unseen = INT64_MAX;
    int64_t last = seen->key - 1;
    bool row = true;
    enum err_code code = ERR_NONE;

    sqlite3_reset(reading->late);
    sql_bind_integer(reading->late, 1, seen->key);
    sql_bind_integer(reading->late, 2, end);
    while (code == ERR_NONE && row) {
        code = sql_step(reading->learned->store, reading->late, DOING, &row, err);
        if (code == ERR_NONE && row) {
            last = sqlite3_column_int64(reading->late, 0);
            code = late_take(reading, &unseen, err);
        }
    }
    seen->key = unseen < last + 1 ? unseen : last + 1;
    return code;
}

static enum err_code voided_take(struct reading *reading, sqlite3_stmt *row, struct err *err)
{
    struct usage_event event;
    int64_t voided_at = sqlite3_column_int64(row, 7);

    if (event_read(reading, row, &event, err) != ERR_NONE) {
        return err->code;
    }
    int64_t since = learned_since_of(reading->learned, event.account);
    if (reading->month == reading->learned->query.month && sqlite3_column_int64(row, 6) <= reading->learned->since) {
        sums_void(reading, event);
    }
    /* what was not counted before is not missed now */
    return sqlite3_column_int64(row, 6) > since || voided_at <= since ? ERR_NONE
                                                                       : event_take(reading, event, false, voided_at, err);
}

static enum err_code voided_visit(void *context, sqlite3_stmt *row, struct err *err)
{
    return voided_take(context, row, err);
}

static enum err_code voided_read(struct reading *reading, struct err *err)
{
    const struct learned *learned = reading->learned;
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(learned->store, VOIDED_SQL, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, learned->since);
        sql_bind_integer(query, 2, learned->query.until);
        sql_bind_integer(query, 3, month_index(reading->month));
        code = sql_each(learned->store, query, DOING, voided_visit, reading, err);
    }
    sqlite3_finalize(query);
    return code;
}

/* A run that did not note how far it saw: as if it had seen none of the month's usage; known rows are told by their
 * recorded_at. */
static enum err_code nothing_seen(struct learned *learned, struct err *err)
{
    int32_t month = learned->query.month;
    void *item = NULL;
    enum err_code code = rows_add(&learned->seen, sizeof(struct usage_seen), &item, err);

    if (code == ERR_NONE) {
        *(struct usage_seen *)item = (struct usage_seen){month, (int64_t)month_index(month) << USAGE_KEY_BITS};
    }
    return code;
}

static enum err_code months_read(struct reading *reading, struct err *err)
{
    struct learned *learned = reading->learned;
    struct usage_seen *seen = learned->seen.items;
    enum err_code code = ERR_NONE;

    for (size_t i = 0; i < learned->seen.count && code == ERR_NONE; i++) {
        reading->month = seen[i].month;
        code = late_read(reading, &seen[i], err);
        if (code == ERR_NONE) {
            code = voided_read(reading, err);
        }
    }
    return code;
}

static enum err_code day_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct learned *learned = context;
    int day = sqlite3_column_int(row, 0);

    if (day < 1 || day > USAGE_DAYS_MAX || !issued_count_sound(sqlite3_column_int64(row, 1)) ||
        !issued_count_sound(sqlite3_column_int64(row, 2))) {
        return sql_damaged(learned->store, "a row of run_days cannot be", err);
    }
    learned->sums.days[day - 1] = (struct usage_day){sqlite3_column_int64(row, 1), sqlite3_column_int64(row, 2)};
    return ERR_NONE;
}

static enum err_code events_take(void *context, sqlite3_stmt *row, struct err *err)
{
    struct learned *learned = context;

    if (!issued_count_sound(sqlite3_column_int64(row, 0)) || !issued_count_sound(sqlite3_column_int64(row, 1))) {
        return sql_damaged(learned->store, "a row of run_events cannot be", err);
    }
    learned->summed = true;
    learned->sums.counts = (struct usage_counts){sqlite3_column_int64(row, 0), sqlite3_column_int64(row, 1)};
    return ERR_NONE;
}

/* What the base run noted. */
static enum err_code base_read(struct learned *learned, const char *sql, sql_visit visit, void *context, struct err *err)
{
    sqlite3_stmt *query = NULL;
    enum err_code code = sql_prepare(learned->store, sql, DOING, &query, err);

    if (code == ERR_NONE) {
        sql_bind_integer(query, 1, learned->base);
        code = sql_each(learned->store, query, DOING, visit, context, err);
    }
    sqlite3_finalize(query);
    return code;
}

enum err_code learned_usage_read(struct learned *learned, struct err *err)
{
    struct reading reading = {.learned = learned};
    enum err_code code = usage_seen_read(learned->store, learned->base, DOING, &learned->seen, err);

    if (code == ERR_NONE && learned->seen.count == 0) {
        code = nothing_seen(learned, err);
    }
    if (code == ERR_NONE) {
        code = base_read(learned, EVENTS_SQL, events_take, learned, err);
    }
    if (code == ERR_NONE) {
        code = base_read(learned, DAYS_SQL, day_take, learned, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(learned->store, LATE_SQL, DOING, &reading.late, err);
    }
    if (code == ERR_NONE) {
        code = sql_prepare(learned->store, GRANTS_SQL, DOING, &reading.grants, err);
    }
    if (code == ERR_NONE) {
        code = months_read(&reading, err);
    }
    sqlite3_finalize(reading.late);
    sqlite3_finalize(reading.grants);
    rows_release(&reading.voided);
    return code;
}
